"""T2b, JS against Wasserstein: two games on the same data, seed and networks, side by side."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import parts, versus
from ui.lesson.js_wasserstein import CLAIMS, LESSON
from ui.text import Words

PAGE = "js-wasserstein"

words = Words(session.language())
bench = session.versus(PAGE, "apart-minimax")

frame.problems(bench, words)
versus.show(bench, words, LESSON.values())
versus.choose(bench, words, LESSON)
versus.settings(bench, words)
versus.study(bench, words)
frame.prose(words, PAGE, "see", "know", "try")
for key, unit in LESSON.items():
    with st.container(key=f"prose-unit-{key}"):
        parts.unit(bench, words, unit)
parts.closing(bench, words, CLAIMS)

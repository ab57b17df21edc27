"""V1, the critic workshop: what makes a critic's score a distance, and how the bound is kept."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import board, parts, ruler
from ui.lesson.critic_workshop import CLAIMS, LESSON
from ui.text import Words

PAGE = "critic-workshop"

words = Words(session.language())
bench = session.bench(PAGE, preset="gauge-clip")
drawn = [unit for unit in LESSON.values() if not unit.live]
live = [unit for unit in LESSON.values() if unit.live]

board.opening(bench, words, "critic", drawn)
parts.units(bench, words, drawn)
frame.prose(words, PAGE, "live")
with st.container(key=session.LIVE_PART):
    ruler.show(bench, words, live)
ruler.choose(bench, words)
parts.begun(bench, words, live)
ruler.settings(bench, words)
ruler.seeds(bench, words)
parts.units(bench, words, live)
frame.prose(words, PAGE, "steps", "batch")
parts.closing(bench, words, CLAIMS)

"""I1, the digit studio: small pictures that a GAN learns to make, and what is inside them."""

from __future__ import annotations

import streamlit as st

from ui import controls, frame, session
from ui.lesson import board, chooser, fetching, parts, studio
from ui.lesson.digit_studio import CLAIMS, LIVE, MAIN, PRESETS
from ui.lesson.shapes import UNITS
from ui.text import Words

PAGE = "digit-studio"

words = Words(session.language())
bench = session.bench(PAGE, preset="digits-8x8", trained=True)

frame.problems(bench, words)
with st.container(key=session.LIVE_PART):
    studio.show(bench, words, LIVE.values())

# The pictures, whether from a trained pair of networks or from zero, and the way back.
with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
    chooser.choose(bench, words, PRESETS, words.say("settings.presets"))
    with st.container(key="playground-actions", horizontal=True, width="content"):
        studio.start(bench, words)
        chooser.share(bench, words)
fetching.panel(bench, words)
studio.says(bench, words)
parts.begun(bench, words, LIVE.values())
controls.main_controls(bench, words, MAIN)
controls.drawer(bench, words, MAIN)

frame.prose(words, PAGE, "see", "know", "try")
parts.units(bench, words, LIVE.values())
with st.container(key=session.SKETCH_PART):
    frame.prose(words, PAGE, "shapes")
    board.show(PAGE, "shapes", words, UNITS)
    parts.begun(bench, words, UNITS)
parts.units(bench, words, UNITS)
parts.closing(bench, words, CLAIMS)

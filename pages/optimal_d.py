"""T1, the optimal discriminator: what D should say between two densities, and what ½ is worth."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import board, desk, parts, versus
from ui.lesson.optimal_d import CHARTS, CLAIMS, LESSON, MATCHES, OWN, PLACES
from ui.text import Words

PAGE = "optimal-d"

words = Words(session.language())
bench = session.versus(PAGE, MATCHES[0])
drawn = [unit for unit in LESSON.values() if not unit.live]
live = [unit for unit in LESSON.values() if unit.live]

board.opening(bench, words, "optimal", drawn, {"places": PLACES})
parts.units(bench, words, drawn)
frame.prose(words, PAGE, "space", "live")
# Both runs would give the answer away: they begin once a prediction is locked, or with a link.
if desk.begun(bench, live) or bench.preset.key != MATCHES[0]:
    with st.container(key=session.LIVE_PART):
        versus.show(bench, words, live, CHARTS)
    versus.choose(bench, words, MATCHES)
    parts.begun(bench, words, live)
    versus.settings(bench, words, ("seed",), OWN, expanded=True)
parts.units(bench, words, live)
parts.closing(bench, words, CLAIMS)

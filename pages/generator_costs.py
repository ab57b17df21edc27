"""T3, what the generator pays: three costs, and which of them still teaches it while it loses."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import board, desk, parts, versus
from ui.lesson.generator_costs import CHARTS, CLAIMS, LESSON, MATCHES, OWN, facts
from ui.text import Words

PAGE = "generator-costs"

words = Words(session.language())
bench = session.versus(PAGE, MATCHES[0])
drawn = [unit for unit in LESSON.values() if not unit.live]
live = [unit for unit in LESSON.values() if unit.live]

board.opening(bench, words, "costs", drawn, facts())
parts.units(bench, words, drawn)
frame.prose(words, PAGE, "live")
# Both runs would give the answer away: they begin once a prediction is locked, or with a link.
if desk.begun(bench, live) or bench.preset.key != MATCHES[0]:
    charts = (*CHARTS, "modes") if len(bench.settings.data.centres) > 1 else CHARTS
    with st.container(key=session.LIVE_PART):
        versus.show(bench, words, live, charts, estimated=False)
    versus.choose(bench, words, MATCHES)
    parts.begun(bench, words, live)
    versus.settings(bench, words, ("seed",), OWN, expanded=True)
parts.units(bench, words, live)
parts.closing(bench, words, CLAIMS)

"""T4, game dynamics: two players who learn at once, and the rules under which they come to rest."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import board, parts, versus
from ui.lesson.game_dynamics import CHARTS, CLAIMS, COMMON, LESSON, MATCHES, OWN, facts
from ui.text import Words

PAGE = "game-dynamics"

words = Words(session.language())
bench = session.versus(PAGE, MATCHES[0])
drawn = [unit for unit in LESSON.values() if not unit.live]
live = [unit for unit in LESSON.values() if unit.live]
*moves, smallest, order = drawn

board.opening(bench, words, "dynamics", drawn, facts())
parts.units(bench, words, moves)
frame.prose(words, PAGE, "dirac")
parts.units(bench, words, [smallest])
frame.prose(words, PAGE, "order")
parts.units(bench, words, [order])
frame.prose(words, PAGE, "live")
with st.container(key=session.LIVE_PART):
    versus.show(bench, words, live, CHARTS)
versus.choose(bench, words, MATCHES)
parts.begun(bench, words, live)
versus.settings(bench, words, COMMON, OWN, expanded=True)
parts.units(bench, words, live)
parts.closing(bench, words, CLAIMS)

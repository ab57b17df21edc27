"""T2, the atlas of divergences: how far fakes are from the data, and who still pulls at them."""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import board, parts
from ui.lesson.divergences import CLAIMS, COUNTED, ENOUGH, LESSON, SEEDS, STEPS, facts, game
from ui.live.component import live_view
from ui.text import Words

PAGE = "divergences"

words = Words(session.language())
bench = session.bench(PAGE, preset="healthy", linked=False)
board.show(PAGE, "atlas", words, LESSON.values(), facts())
parts.begun(bench, words, LESSON.values())

values = session.sketch(PAGE).values
if values["scene"] == "family":
    wanted = game(values)
    flat = bench.settings.flat()
    if any(flat.get(path) != value for path, value in wanted.items()):
        session.begin(PAGE, wanted)
    with st.container(key=session.LIVE_PART):
        st.markdown(f"**{words.say('divergences.live')}** {words.say('divergences.live_hint')}")
        live_view(
            key=f"{PAGE}-live",
            socket=session.socket(bench),
            words=words.all("live"),
            returning=session.returning(bench),
            projector=session.projector(),
        )
        found = COUNTED[str(values["objective"])][str(wanted["game"])]
        counts = {"found": found, "of": SEEDS, "enough": ENOUGH, "steps": f"{STEPS:,}"}
        st.markdown(f":gray[{words.say('divergences.counted', **counts)}]")

frame.prose(words, PAGE, "see", "know", "try")
parts.units(bench, words, LESSON.values())
frame.prose(words, PAGE, "live")
parts.closing(bench, words, CLAIMS)

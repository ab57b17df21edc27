"""P2, the collapse clinic: a generator that hops is diagnosed, told from others, and cured."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui import controls, frame, session
from ui.lesson import chooser, cures, desk, measured, parts, take_home, versus, ward
from ui.lesson.collapse_clinic import ASKED, CHARTS, CLAIMS, LESSON, OWN, PATIENTS
from ui.live.component import live_view
from ui.text import Words

PAGE = "collapse-clinic"

words = Words(session.language())
bench = session.bench(PAGE, preset="hop", compares=True)

frame.problems(bench, words)
if bench.match is not None:
    versus.show(bench, words, LESSON.values(), ("timeline",), estimated=False)
else:
    live_view(
        key=(live := f"{PAGE}-live"),
        socket=session.socket(bench),
        words=words.all("live"),
        charts=CHARTS,
        diagnosis=not ward.blind(bench),
        returning=session.returning(bench),
        on_offer=partial(session.take_offer, PAGE, live),
        goals=desk.goals(bench, LESSON.values()),
        on_reached=partial(desk.take_reached, PAGE, live),
        projector=session.projector(),
    )
    if bench.preset.key == "hop" and not bench.changed:
        st.markdown(words.prose(PAGE, "chase"))

# The patients, what the one in the picture has, and the way back to it.
with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
    ward.beds(bench, words)
    with st.container(key="playground-actions", horizontal=True, width="content"):
        if bench.match is None:
            take_home.panel(bench, words, ASKED)
        chooser.share(bench, words)
ward.says(bench, words)

if bench.preset.key in PATIENTS:
    ward.question(bench, words)
else:
    parts.begun(bench, words, ASKED.values())
if bench.match is not None:
    versus.settings(bench, words, own=OWN)
else:
    cures.panel(bench, words)
    cures.seeds(bench, words)
    controls.main_controls(bench, words)
    controls.drawer(bench, words)

frame.prose(words, PAGE, "see", "know", "try")
parts.units(bench, words, ASKED.values())
frame.prose(words, PAGE, "ward")
frame.prose(words, PAGE, "measured")
for patient in ("hop", "patient-b"):
    if ward.known(bench, patient):
        measured.cures(words, PAGE, patient, ward.name(words, bench, patient))
frame.prose(words, PAGE, "papers")
measured.coverage(words, PAGE)
parts.closing(bench, words, CLAIMS)

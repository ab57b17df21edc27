"""P1, the playground: one GAN that learns live, and every choice that bends it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui import controls, frame, session
from ui.bench import trained_run
from ui.lesson import branch, chooser, crowd, desk, parts, take_home
from ui.lesson.playground import CLAIMS, LESSON, PRESETS
from ui.live.component import live_view
from ui.own_data import panel as own_data
from ui.text import Words

PAGE = "playground"

words = Words(session.language())
bench = session.bench(PAGE)

frame.problems(bench, words)
live_view(
    key=(live := f"{PAGE}-live"),
    socket=session.socket(bench),
    words=words.all("live"),
    layout="pair" if bench.beside else "playground",
    titles=branch.titles(bench, words),
    on_branch=None if bench.beside else partial(session.take_branch, PAGE, live),
    returning=session.returning(bench),
    on_offer=partial(session.take_offer, PAGE, live),
    goals=desk.goals(bench, LESSON.values()),
    on_reached=partial(desk.take_reached, PAGE, live),
    projector=session.projector(),
    diagnosis=True,
)

branch.panel(bench, words)

# The preset, what it shows, and the way back to it.
with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
    chooser.choose(bench, words, PRESETS, words.say("settings.presets"))
    with st.container(key="playground-actions", horizontal=True, width="content"):
        take_home.panel(bench, words, LESSON)
        with chooser.share(bench, words):
            own_data.save(bench, words)
with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
    if chooser.changed(bench):
        chooser.back(bench, words)
    else:
        st.markdown(chooser.known(bench, words))
        if trained_run(bench.preset.key).exists():
            st.button(
                words.say("playground.trained"),
                key="trained",
                icon=":material/fast_forward:",
                type="tertiary",
                help=words.say("playground.trained_hint", count=f"{bench.preset.steps:,}"),
                on_click=session.open_trained,
                args=(PAGE, bench.preset.key),
            )

controls.main_controls(bench, words)
parts.begun(bench, words, LESSON.values())  # what the text has begun stands where it is done
crowd.show(bench, words)
own_data.show(bench, words)
controls.drawer(bench, words)

frame.prose(words, PAGE, "see", "know", "try")
parts.units(bench, words, LESSON.values())
parts.closing(bench, words, CLAIMS)

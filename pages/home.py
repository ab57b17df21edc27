"""Home: what a GAN is, one that learns already, and the learning path."""

from __future__ import annotations

import streamlit as st

from gan_core.presets import PRESETS
from ui import frame, loop, session
from ui.lesson import progress
from ui.lessons import COMING, PLAYGROUND, in_group
from ui.live.component import live_view
from ui.names import preset_name
from ui.text import Words

PAGE = "home"

words = Words(session.language())
bench = session.bench(PAGE, linked=False)

# On a phone the picture comes first (style.css).
with st.container(key="hero"):
    text, picture = st.columns(2, gap="large")
with text:
    frame.prose(words, PAGE, "players", "question")
    with st.expander(words.say("home.clue")):
        st.markdown(words.prose(PAGE, "clue"))
    with st.container(key="start"):
        arrow = ":material/arrow_forward:"
        begun = (found := progress.of(PLAYGROUND)) is not None and found.touched
        label = words.say("progress.go_on" if begun else "home.start")
        frame.link(PLAYGROUND, words, label=label, icon=arrow)
    progress.summary(words)
with picture:
    live_view(
        key="home-live",
        socket=session.socket(bench),
        words=words.all("live"),
        layout="home",
        projector=session.projector(),
    )
    frame.prose(words, PAGE, "look")

diagram, steps = st.columns([6, 5], gap="large", vertical_alignment="center")
with diagram:
    st.markdown(loop.diagram(words), unsafe_allow_html=True)
with steps:
    frame.prose(words, PAGE, "loop")

# Two routes through what is there today, each with links that open the right preset.
frame.prose(words, PAGE, "routes")
for route, columns in (("class", ("healthy", "hop")), ("night", ("healthy",))):
    frame.prose(words, PAGE, route)
    with st.container(key=f"route-{route}", horizontal=True):
        for key in columns:
            name = preset_name(words, PRESETS[key])
            frame.link(PLAYGROUND, words, label=name, icon=PLAYGROUND.icon, preset=key)

frame.prose(words, PAGE, "path")
st.caption(words.say("home.coming"))
with st.grid(5, min_column_width=180) as grid:
    for group, codes in COMING.items():
        with grid.cell(), st.container(key=f"path-{group}"):
            st.markdown(f"**{words.say(f'shell.group.{group}')}**")
            for lesson in in_group(group):
                frame.link(lesson, words)
            lines = [f"{code} {words.say(f'shell.coming.{code}')}" for code in codes]
            if lines:
                st.markdown(":gray[" + "  \n".join(lines) + "]")

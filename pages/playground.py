"""P1, the playground: one GAN that learns live, and every choice that bends it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from gan_core.presets import PRESETS
from ui import controls, frame, session
from ui.live.component import live_view
from ui.names import preset_name
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
    layout="playground",
    returning=session.returning(bench),
    on_offer=partial(session.take_offer, PAGE, live),
)

# The preset, what it shows, and the way back to it.
with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
    st.segmented_control(
        words.say("settings.presets"),
        list(PRESETS),
        required=True,
        key=(preset_key := session.seeded(PAGE, "preset", bench.preset.key)),
        format_func=lambda key: preset_name(words, PRESETS[key]),
        on_change=session.take_preset,
        args=(PAGE, preset_key),
        label_visibility="collapsed",
    )
    if not bench.changed:  # what a preset shows is known of the preset as it is
        shows = words.say(f"presets.{bench.preset.key}.shows")
        seen = words.say("presets.measured", shown=bench.preset.shown, of=bench.preset.of)
        st.markdown(f"{shows} :gray[{seen}]")
    else:
        st.markdown(f":gray[{words.say('playground.changed')}]")
        st.button(
            words.say("playground.back", count=len(bench.changed)),
            icon=":material/undo:",
            type="tertiary",
            on_click=session.choose_preset,
            args=(PAGE, bench.preset.key),
        )
    with st.popover(words.say("playground.share"), icon=":material/link:", type="tertiary"):
        st.markdown(words.say("playground.share_hint"))
        st.code(session.link(bench), language=None, wrap_lines=True)
        own_data.save(bench, words)

controls.main_controls(bench, words)
own_data.show(bench, words)
if bench.task:  # what the text below has asked for stands where it is done
    with st.container(key="task", horizontal=True, vertical_alignment="top"):
        st.markdown(words.prose(PAGE, f"try-{bench.task}"))
        st.button(
            words.say("playground.put_away"),
            icon=":material/close:",
            type="tertiary",
            on_click=session.end_task,
            args=(PAGE,),
        )
controls.drawer(bench, words)

frame.prose(words, PAGE, "see", "know", "try")
for key in ("healthy", "hop", "saturate", "unfrozen-d"):
    frame.prose(words, PAGE, f"try-{key}")
    st.button(
        words.say("playground.start", name=preset_name(words, PRESETS[key])),
        key=f"try-{key}",
        icon=":material/play_arrow:",
        on_click=session.show_preset,
        args=(PAGE, key),
    )
with st.expander(words.say("playground.why_hop")):
    frame.prose(words, PAGE, "why-hop")
frame.prose(words, PAGE, "slopes", "read")
frame.scroll_up(bench)

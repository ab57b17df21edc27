"""P1, the playground: one GAN that learns live, and every choice that bends it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from gan_core.presets import PRESETS
from ui import controls, frame, session
from ui.lesson import desk, parts, take_home
from ui.lesson.model import Choice, Claim, Goal, Guess, Task, Unit
from ui.live.component import live_view
from ui.names import preset_name
from ui.own_data import panel as own_data
from ui.text import Words

PAGE = "playground"

LESSON = {
    unit.key: unit
    for unit in (
        Unit(
            "healthy",
            Choice(("ground", "triangles", "both", "neither"), "ground"),
            seen=Goal({"iteration": (120, None)}),
            tasks=(
                Task("break", Goal({"iteration": (1500, None), "covered": (None, 1)})),
                Task("minimax", Goal({"covered": (8, None)}, fresh=True), {"game": "minimax"}),
            ),
        ),
        Unit(
            "hop",
            Choice(("d_cost", "g_cost", "d_says", "modes"), "modes"),
            seen=Goal({"iteration": (1000, None)}),
            tasks=(Task("heal", Goal({"iteration": (500, None), "covered": (7, None)})),),
        ),
        Unit(
            "saturate",
            Guess((1, 3, 10, 30, 100, 300, 1000, 3000, 10_000), 960, 1730),
            seen=Goal({"pull": (1, None)}),
            tasks=(Task("free", Goal({"w1": (None, 0.6)})),),
        ),
        Unit(
            "unfrozen-d",
            Choice(("all", "one", "still", "gone"), "gone"),
            seen=Goal({"iteration": (500, None), "outside": (0.9, None)}),
            tasks=(
                Task("heal", Goal({"covered": (7, None)}, fresh=True), {"update": "alternating"}),
            ),
        ),
    )
}
CLAIMS = (
    Claim("fast-d", "false", "hop"),
    Claim("half", "false", "hop"),
    Claim("both-fall", "false", "healthy"),
    Claim("flat", "false", "hop"),
    Claim("adam", "depends", "saturate"),
)

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
    goals=desk.goals(bench, LESSON.values()),
    on_reached=partial(desk.take_reached, PAGE, live),
    projector=session.projector(),
)

# The preset, what it shows, and the way back to it.
with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
    st.segmented_control(
        words.say("settings.presets"),
        list(PRESETS),
        required=True,
        key=(preset_key := session.seeded(PAGE, "preset", bench.preset.key)),
        default=session.first(preset_key),
        format_func=lambda key: preset_name(words, PRESETS[key]),
        on_change=session.take_preset,
        args=(PAGE, preset_key),
        label_visibility="collapsed",
    )
    with st.container(key="playground-actions", horizontal=True, width="content"):
        take_home.panel(bench, words, LESSON)
        with st.popover(words.say("playground.share"), icon=":material/link:", type="tertiary"):
            st.markdown(words.say("playground.share_hint"))
            st.code(session.link(bench), language=None, wrap_lines=True)
            own_data.save(bench, words)
with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
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

controls.main_controls(bench, words)
own_data.show(bench, words)
if bench.task in LESSON:  # what the text below has begun stands where it is done
    with st.container(key="task"):
        parts.unit(bench, words, LESSON[bench.task])
        st.button(
            words.say("playground.put_away"),
            icon=":material/close:",
            type="tertiary",
            on_click=session.end_task,
            args=(PAGE,),
        )
controls.drawer(bench, words)

frame.prose(words, PAGE, "see", "know", "try")
for key, unit in LESSON.items():
    with st.container(key=f"prose-unit-{key}"):
        if key == bench.task:
            st.markdown(f":gray[{preset_name(words, PRESETS[key])}: {words.say('lesson.above')}]")
        else:
            parts.unit(bench, words, unit)
parts.fact_check(bench, words, CLAIMS)
frame.prose(words, PAGE, "read")
parts.presenter_notes(words, PAGE)
frame.scroll_up(bench)

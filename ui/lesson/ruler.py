"""The live part of the critic workshop: a critic, what bounds it, and what it reads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.presets import PRESETS as ALL
from ui import controls, names, session
from ui.lesson import chooser, crowd, desk, versus
from ui.lesson.critic_workshop import CHARTS, CONSTRAINTS, MAIN, PRESETS
from ui.live.component import live_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.text import Words

APART: Final[Mapping[object, Mapping[str, object]]] = {
    "gradient-penalty": {"constraint.weight": 10.0}
}
"""Where fakes and data lie apart a weak penalty would let the critic read twenty times too much."""


def show(bench: Bench, words: Words, units: Iterable[Unit]) -> None:
    """Draw the experiment, live, with the critic's slopes and weights beside it."""
    live_view(
        key=(live := f"{bench.page}-live"),
        socket=session.socket(bench),
        words=words.all("live"),
        charts=CHARTS,
        estimates=(versus.estimate_of(bench.settings), ""),
        returning=session.returning(bench),
        on_offer=partial(session.take_offer, bench.page, live),
        goals=desk.goals(bench, units),
        on_reached=partial(desk.take_reached, bench.page, live),
        projector=session.projector(),
    )


def choose(bench: Bench, words: Words) -> None:
    """Draw the choice between the page's presets, and what the present one shows."""
    chooser.panel(bench, words, PRESETS, words.say("settings.presets"))


def settings(bench: Bench, words: Words) -> None:
    """Draw what bounds the critic as buttons, the five visible controls, and the drawer."""
    page, fields = bench.page, {field.path: field for field in bench.settings.fields()}
    constraint = fields["constraint"]
    own = str(constraint.value)
    along = APART if len(bench.settings.data.centres) == 1 else None
    st.segmented_control(
        words.say("critic-workshop.bound"),
        list(dict.fromkeys((*CONSTRAINTS, own))),
        required=True,
        key=(key := session.seeded(page, "constraint", own)),
        default=session.first(key),
        format_func=partial(names.choice, words, constraint),
        help=names.help_text(words, constraint),
        on_change=session.take,
        args=(page, "constraint", key, along),
    )
    controls.main_controls(bench, words, MAIN)
    controls.drawer(bench, words, (*MAIN, "constraint"))


def seeds(bench: Bench, words: Words) -> None:
    """Draw many seeds at once; beside the first WGAN the same seeds with a gradient penalty."""
    other = ALL["ring-penalty"].settings
    both = bench.preset.key == "ring-clip" and bench.settings.data == other.data
    titles = [words.say(f"presets.{key}.name") for key in ("ring-clip", "ring-penalty")]
    crowd.show(bench, words, beside=other if both else None, titles=(titles[0], titles[1]))

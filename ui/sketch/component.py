"""A sketch as a Streamlit component: its curves follow the hand without asking the server.

All sketches share the modules of plots, knobs and goals; each adds one module of its own, named
like its kind, whose class draws it. What it computes is tested against `gan_core.theory`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui.live.component import bundle
from ui.sketch.knobs import Knobs, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from streamlit.components.v2.types import ComponentRenderer

HERE: Final = Path(__file__).parent
LIVE: Final = HERE.parent / "live" / "js"
SHARED: Final = (
    *("live/goals", "live/theme", "live/words"),
    *("ticks", "plot", "widgets", "peek", "sketch"),
)
"""Modules of every sketch, each after those that it imports; those of the live view under live/."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "optimal": ("densities", "divergences", "judging", "optimal"),
    "dynamics": (
        "bilinear",
        "dirac",
        "tables",
        "portrait",
        "dynamics_xy",
        "dynamics_dirac",
        "dynamics_order",
        "dynamics",
    ),
    "costs": ("live/game_costs", "races", "costs"),
    "critic": (
        "densities",
        "critics",
        "critic_bound",
        "critic_clip",
        "critic_penalty",
        "critic_batch",
        "critic",
    ),
    "shapes": (
        "convolution",
        "laplacian",
        "digit_pictures",
        "pixels",
        "shapes_calculator",
        "shapes_checkers",
        "shapes_field",
        "shapes_pyramid",
        "shapes",
    ),
    "atlas": (
        "densities",
        "pulls",
        "lines",
        "fitting",
        "family",
        "multiples",
        "atlas_shift",
        "atlas_lines",
        "atlas_fit",
        "atlas_family",
        "atlas",
    ),
}
"""The modules of each kind of sketch beyond `SHARED`; the last one has its entry."""


def _register(kind: str) -> ComponentRenderer:
    return st.components.v2.component(
        f"gan_sketch_{kind}",
        html='<div class="gan-sketch"></div>',
        css=(HERE / "sketch.css").read_text(encoding="utf-8"),
        js=script(kind),
    )


def script(kind: str) -> str:
    """Return the script of one kind of sketch: one ES module."""
    modules = (*SHARED, *KINDS[kind])
    parts = [
        bundle(LIVE, [name.removeprefix("live/")])
        if name.startswith("live/")
        else bundle(HERE / "js", [name])
        for name in modules
    ]
    return "\n".join(parts)


_COMPONENTS: Final = {kind: _register(kind) for kind in KINDS}


def sketch(
    kind: str,
    *,
    key: str,
    knobs: Knobs,
    values: Mapping[str, Value],
    turn: int,
    words: Mapping[str, str],
    on_values: Callable[[], None],
    facts: Mapping[str, object] | None = None,
    goals: Iterable[Mapping[str, object]] = (),
    on_reached: Callable[[], None] | None = None,
    projector: bool = False,
) -> None:
    """Show a sketch.

    Parameters
    ----------
    kind
        Which one, a key of `KINDS`.
    key
        Streamlit key of the element.
    knobs
        What can be set in it.
    values
        Where each knob stands.
    turn
        A number that grows whenever the page itself has set values: only then does the sketch
        take them over, so that no slow answer pulls a knob out of the student's hand.
    words
        The texts of the sketch by key.
    on_values
        Called a moment after the student has let go of a knob; the state ``values`` then holds
        all values by name, as whoever is at the browser says.
    facts
        What only the server can compute, for this sketch to draw.
    goals
        What the sketch is to show, as `ui.lesson.model.Goal.as_data` returns it.
    on_reached
        Called when a goal is reached; the trigger value ``reached`` lists the ids reached.
    projector
        Larger type and thicker lines.

    Raises
    ------
    KeyError
        For an unknown kind.
    """
    data = {
        "knobs": {name: knob.as_data() for name, knob in knobs.items()},
        "values": dict(values),
        "turn": turn,
        "words": dict(words),
        "facts": dict(facts or {}),
        "goals": [dict(goal) for goal in goals],
        "projector": projector,
    }
    _COMPONENTS[kind](
        key=key,
        data=data,
        on_values_change=on_values,
        on_reached_change=on_reached or _nothing,
    )


def _nothing() -> None:
    """Heed nothing."""

"""The digit studio as a Streamlit component: pictures that grow live, and what is inside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.frame import COMPANY_ROWS
from ui.live.component import HERE as LIVE
from ui.live.component import bundle, markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from streamlit.components.v2.types import ComponentRenderer

HERE: Final = Path(__file__).parent
SHARED: Final = (
    *("codec", "figures", "goals", "theme", "words", "strips", "message", "moments", "time"),
    *("socket", "transport", "returning", "held"),
)
"""Modules of the live view that it shares, each after those that it imports."""
OWN: Final = ("pixels", "picking", "grid", "insides", "quality", "studio")
"""Modules of its own."""
RATE: Final = 12.0
"""Frames per second to ask for."""


def script() -> str:
    """Return its script: one ES module."""
    return "\n".join([bundle(LIVE / "js", SHARED), bundle(HERE / "js", OWN)])


def _register() -> ComponentRenderer:
    styles = (LIVE / "live.css", HERE / "studio.css")
    return st.components.v2.component(
        "gan_studio",
        html=markup(HERE / "studio.html"),
        css="\n".join(one.read_text(encoding="utf-8") for one in styles),
        js=script(),
    )


_component: Final = _register()


def studio_view(
    *,
    key: str,
    socket: str,
    words: Mapping[str, str],
    classes: Sequence[str],
    labelled: bool,
    stages: Sequence[Mapping[str, object]],
    own: str,
    returning: Mapping[str, object],
    on_offer: Callable[[], None],
    goals: Iterable[Mapping[str, object]] = (),
    on_reached: Callable[[], None],
    projector: bool = False,
) -> None:
    """Show a run of an image model, live.

    Parameters
    ----------
    key
        Streamlit key of the element.
    socket
        Address of the run's frames on this server.
    words
        The texts by key: those of the live view, and `view` of the page's own.
    classes
        What the classes of the pictures are called, in order; none if the data have no classes.
    labelled
        Whether the players know the classes: then the pictures stand in columns, one per class.
    stages
        What picture A passes through: ``player`` ("z", "G", "D"), ``shape`` (channels, height,
        width; or one number of units) and, where the frame holds its feature maps, ``layer``, the
        place among them.
    own
        Whose statistics normalise G's pictures in training, of `COMPANY_ROWS`;
        empty if nothing is normalised.
    returning, on_offer, goals, on_reached, projector
        As for `ui.live.component.live_view`.
    """
    data = {
        "socket": socket,
        "words": dict(words),
        "classes": list(classes),
        "labelled": labelled,
        "stages": [dict(stage) for stage in stages],
        "rows": list(COMPANY_ROWS),
        "own": own,
        "rate": RATE,
        "goals": [dict(goal) for goal in goals],
        "returning": dict(returning),
        "projector": projector,
    }
    _component(key=key, data=data, on_offer_change=on_offer, on_reached_change=on_reached)

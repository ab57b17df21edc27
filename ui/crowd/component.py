"""Many seeds at once as a Streamlit component: small live pictures and the outcome counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui.live.component import bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from streamlit.components.v2.types import ComponentRenderer

HERE: Final = Path(__file__).parent
LIVE: Final = HERE.parent / "live" / "js"
SHARED: Final = ("codec", "theme", "words", "diagnosis", "thumbs", "socket", "transport")
"""Modules of the live view that it shares, each after those that it imports."""
OWN: Final = ("counting", "tiles", "crowd")
"""Modules of its own."""
RATE: Final = 12.0
"""Frames per second to ask for."""


def script() -> str:
    """Return its script: one ES module."""
    return "\n".join([bundle(LIVE, SHARED), bundle(HERE / "js", OWN)])


def _register() -> ComponentRenderer:
    return st.components.v2.component(
        "gan_crowd",
        html=(HERE / "crowd.html").read_text(encoding="utf-8"),
        css=(HERE / "crowd.css").read_text(encoding="utf-8"),
        js=script(),
    )


_component: Final = _register()


def crowd_view(
    *,
    key: str,
    socket: str,
    seeds: int,
    titles: Sequence[str],
    words: Mapping[str, str],
    on_seed: Callable[[], None],
    projector: bool = False,
) -> None:
    """Show a crowd, live.

    Parameters
    ----------
    key
        Streamlit key of the element.
    socket
        Address of the crowd's frames on this server.
    seeds
        Members of each row.
    titles
        A heading for each row, as many as there are rows; of a single row it may be empty.
    words
        The texts by key: those of the live view, and `assets/text/<language>/crowd.toml` `view`.
    on_seed
        Called when the student wants to open a seed; the trigger value ``seed`` then holds its
        ``seed`` and the number of its ``row``, as whoever is at the browser says.
    projector
        Larger type and thicker marks, for the last row.
    """
    data = {
        "socket": socket,
        "seeds": seeds,
        "titles": list(titles),
        "words": dict(words),
        "rate": RATE,
        "projector": projector,
    }
    _component(key=key, data=data, on_seed_change=on_seed)

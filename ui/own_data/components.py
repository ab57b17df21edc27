"""The drawing pad and the file picker as Streamlit components, registered once at import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.data.points import FARTHEST, MOST_MODES, MOST_POINTS
from ui.live.component import bundle
from ui.own_data.decode import CHECKPOINT, LARGEST, largest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE: Final = Path(__file__).parent
PAD_MODULES: Final = ("strokes", "drawing", "pad")


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


_pad: Final = st.components.v2.component(
    "gan_pad",
    html=_read("pad.html"),
    css=_read("pad.css"),
    js=bundle(HERE / "js", PAD_MODULES),
)
_picker: Final = st.components.v2.component(
    "gan_picker",
    html=_read("picker.html"),
    css=_read("pad.css"),
    js=bundle(HERE / "js", ("picker",)),
)


def pad(
    *, key: str, page: str, points: str, words: Mapping[str, str], on_use: Callable[[], None]
) -> None:
    """Show a sheet to draw points on.

    Parameters
    ----------
    key
        Streamlit key of the element.
    page
        Under which name the browser's tab remembers the drawing.
    points
        The points in use, in the app's own form; they are shown when the pad is opened.
    words
        `own_data.pad.*`, without that prefix.
    on_use
        Called when the student wants the drawing; the trigger value ``use`` is then its text, as
        whoever is at the browser says.
    """
    data = {
        "page": page,
        "points": points,
        "words": dict(words),
        "most": MOST_POINTS,
        "modes": MOST_MODES,
        "far": FARTHEST,
    }
    _pad(key=key, data=data, on_use_change=on_use)


def picker(*, key: str, words: Mapping[str, str], heard: int, on_file: Callable[[], None]) -> None:
    """Show a button and a place for a file.

    Parameters
    ----------
    key
        Streamlit key of the element.
    words
        `own_data.file.*`, without that prefix.
    heard
        How many files have come in: another number tells the picker that the last one is read.
    on_file
        Called with each file; the trigger value ``file`` then holds ``name``, ``size`` and
        ``bytes`` (base64; empty if it is too large, None if it could not be read), as whoever is
        at the browser says.
    """
    ends = {CHECKPOINT: largest(CHECKPOINT), "": LARGEST}
    data = {"words": dict(words), "largest": ends, "heard": heard}
    _picker(key=key, data=data, on_file_change=on_file)

"""The live view as a Streamlit component: the picture, its charts and its controls.

It is registered once, when this module is imported. Streamlit takes one inline script, so the ES
modules in `js/` are joined in the order of their dependencies; each stays a file that Node can
import and test by itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from streamlit.components.v2.types import ComponentRenderer

HERE: Final = Path(__file__).parent
MODULES: Final = (
    "codec",
    "figures",
    "goals",
    "theme",
    "words",
    "stress",
    "warp",
    "picture",
    "scene",
    "line",
    "strips",
    "timeline",
    "diagnosis",
    "game_costs",
    "curve",
    "critic_strips",
    "message",
    "readout",
    "moments",
    "time",
    "side",
    "socket",
    "transport",
    "stages",
    "thumbs",
    "ways",
    "overview",
    "view",
    "returning",
    "held",
    "main",
)
"""The modules of `js/`, each after those that it imports."""

STYLES: Final = ("live", "overview")
"""Its stylesheets; a later one has the last word."""

LAYERS: Final[dict[str, bool]] = {
    "real": True,
    "fake": True,
    "field": True,
    "grid": False,
    "arrows": False,
}
"""Layers of the picture and whether they show at first."""

CHARTS: Final = ("costs", "scores", "modes", "distances", "curve", "timeline", "slopes", "weights")
"""Charts that may stand beside the picture."""

FASTEST: Final = 30.0
Layout = Literal["playground", "home", "pair"]

_IMPORT = re.compile(r"^import [^;]*? from '[./\w-]+\.js';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default )", re.MULTILINE)


def bundle(folder: Path = HERE / "js", modules: Iterable[str] = MODULES) -> str:
    """Join modules into one script whose only export is the component's entry.

    Parameters
    ----------
    folder
        Where the modules are.
    modules
        Their names, each after those that it imports.

    Returns
    -------
    str
        One ES module. Names at the top level must be unique over all modules.
    """
    texts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in modules]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def markup(file: Path) -> str:
    """Return the HTML in a file, with the transport where it asks for it."""
    transport = (HERE / "transport.html").read_text(encoding="utf-8")
    return file.read_text(encoding="utf-8").replace("<!-- transport -->", transport)


def _register() -> ComponentRenderer:
    return st.components.v2.component(
        "gan_live",
        html=markup(HERE / "live.html"),
        css="\n".join((HERE / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
        js=bundle(),
    )


_component: Final = _register()


def live_view(
    *,
    key: str,
    socket: str,
    words: Mapping[str, str],
    layout: Layout = "playground",
    layers: Mapping[str, bool] | None = None,
    charts: Iterable[str] = ("costs", "scores", "modes", "distances"),
    rate: float = 12.0,
    height: int | Literal["content", "stretch"] = "content",
    returning: Mapping[str, object] | None = None,
    on_offer: Callable[[], None] | None = None,
    goals: Iterable[Mapping[str, object]] = (),
    on_reached: Callable[[], None] | None = None,
    projector: bool = False,
    titles: Mapping[str, object] | None = None,
    on_branch: Callable[[], None] | None = None,
    estimates: tuple[str, str] | None = None,
    on_paused: Callable[[], None] | None = None,
    diagnosis: bool = False,
) -> None:
    """Show a run, live.

    A rerun with another `socket`, other `words` or `layers` changes the view in place: the page's
    nodes stay, only the line is opened anew when the address has changed.

    Parameters
    ----------
    key
        Streamlit key of the element; one view per key.
    socket
        Address of the run's frames on this server, such as ``/live/ws?run=…&token=…``. An empty
        one shows the view in its starting state, without a connection.
    words
        The texts by key: `assets/text/<language>/live.toml`.
    layout
        "playground": picture, charts, all controls. "home": picture, run/pause, one line of
        numbers. "pair": two pictures beside each other, for a run with another one beside it.
    layers
        Which layers show at first, by name (`LAYERS`); those not named keep their default. The
        student's own choice stays until these change.
    charts
        Which charts show beside the picture (`CHARTS`): costs, D's output, modes, distances, and
        "curve", the cost of each fake over D's logit with its share of the gradient; of a critic
        "slopes" and "weights"; "timeline", the share of each mode over time.
    rate
        Frames per second to ask for, from 1 to 30.
    height
        As for any Streamlit element; the default is as high as the layout needs.
    returning
        Under which name the browser's tab remembers the run, and for which session
        (`ui.session.returning`); without it a reload begins anew.
    on_offer
        Called when the tab remembers a run of an earlier session; the view's trigger value
        ``offer`` then names it, as whoever is at the browser says.

    goals
        What the running experiment is to show: ``id``, ``bounds`` (number of the view, least,
        most) and ``fresh`` each; see `ui.lesson.model.Goal`.
    on_reached
        Called when a goal is reached; the trigger value ``reached`` lists the ids reached.
    projector
        Larger type and thicker lines, for the last row.
    titles
        Headings of a pair's pictures: ``left``, the experiment that stands beside the run, and
        ``right``, the run itself; ``common``: whether their costs are measured on one scale,
        because they play the same game.
    on_branch
        Called when the student wants to branch from a moment; the trigger value ``branch`` then
        holds its ``epoch`` and ``iteration``. Without it that is not offered.
    estimates
        Of a pair: which distance each game estimates by itself, "js", "w1" or "", of the run and
        of what stands beside it; drawn dashed beside the measured one.
    on_paused
        Called when the run has come to rest; the trigger value ``paused`` is the iteration.
    diagnosis
        Whether it says what ails the run, and which measured numbers tell.

    Raises
    ------
    ValueError
        For an unknown layer, chart or layout, or a rate that is out of range.
    """
    if layout not in ("playground", "home", "pair"):
        raise ValueError(f"layout is 'playground', 'home' or 'pair', not {layout!r}")
    unknown = sorted(set(layers or {}) - set(LAYERS))
    if unknown:
        raise ValueError(f"unknown layer {unknown[0]!r}; known are {', '.join(LAYERS)}")
    shown = list(charts)
    strange = sorted(set(shown) - set(CHARTS))
    if strange:
        raise ValueError(f"unknown chart {strange[0]!r}; known are {', '.join(CHARTS)}")
    if not 1 <= rate <= FASTEST:
        raise ValueError(f"rate is from 1 to {FASTEST:.0f} frames per second, not {rate}")
    data = {
        "socket": socket,
        "words": dict(words),
        "layout": layout,
        "layers": {**LAYERS, **(layers or {})},
        "charts": shown,
        "rate": rate,
        "projector": projector,
        "goals": [dict(goal) for goal in goals],
        "returning": None if returning is None else dict(returning),
        "titles": None if titles is None else dict(titles),
        "branching": on_branch is not None,
        "estimates": None if estimates is None else list(estimates),
        "resting": on_paused is not None,
        "diagnosis": diagnosis,
    }
    _component(
        key=key,
        data=data,
        height=height,
        on_offer_change=on_offer or _nothing,
        on_reached_change=on_reached or _nothing,
        on_branch_change=on_branch or _nothing,
        on_paused_change=on_paused or _nothing,
    )


def _nothing() -> None:
    """Heed nothing."""

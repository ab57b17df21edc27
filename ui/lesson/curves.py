"""Curves of two runs to be studied at rest: linked zoom, smoothing, log scale, values, export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from ui import session
from ui.live.component import bundle
from ui.take_home.table import table
from ui.take_home.theme import DARK, LIGHT, css

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ui.take_home.theme import Theme
    from ui.text import Words

FEWEST: Final = 5
"""Rows of a history below which there is nothing to study."""
MOST: Final = 1500
"""Points per curve that are drawn; of more, neighbours are averaged."""
SMOOTHINGS: Final = (1, 10, 50, 200)
"""Rows that a smoothed value is the mean of."""
WHAT: Final = ("distances", "costs")
HEIGHT: Final = 190
HERE: Final = Path(__file__).parent
_export: Final = st.components.v2.component(
    "gan_export",
    html='<div class="exports"></div>',
    css=(HERE / "export.css").read_text(encoding="utf-8"),
    js=bundle(HERE / "js", ("export",)),
)
_D_COST, _G_COST, _D_REAL, _D_FAKE = 1, 2, 3, 4
_JS, _W1 = 4, 5


@dataclass(frozen=True)
class Side:
    """One of the two runs.

    Attributes
    ----------
    name
        What it is called.
    history, metrics
        As in `Frame`.
    estimate
        Which distance its game estimates: "js", "w1" or "".
    """

    name: str
    history: NDArray[Any]
    metrics: NDArray[Any]
    estimate: str


def estimated(kind: str, history: NDArray[Any]) -> NDArray[Any]:
    """Return what a game itself can tell of a distance, one number per row of its history.

    "js": log 2 − J_D/2, a lower bound of JS (Goodfellow et al. 2014, theorem 1: the best D has
    V = 2 JS − log 4, and J_D = −V). "w1": the critic's mean score of real minus that of fake
    samples (Arjovsky et al. 2017, equation 2).
    """
    if kind == "js":
        return np.asarray(np.log(2) - history[:, _D_COST] / 2)
    return np.asarray(history[:, _D_REAL] - history[:, _D_FAKE])


def smoothed(values: NDArray[Any], width: int) -> NDArray[Any]:
    """Return the mean over each value and those before it, `width` in all; fewer at the start."""
    sums = np.cumsum(np.concatenate([[0.0], values]))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - width)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))


def thinned(rows: NDArray[Any], most: int = MOST) -> NDArray[Any]:
    """Return rows, averaged over neighbours where there are more than `most`."""
    size = -(-len(rows) // most)
    if size <= 1:
        return rows
    whole = len(rows) // size * size
    means: NDArray[Any] = rows[:whole].reshape(-1, size, rows.shape[1]).mean(1)
    return means


def series(side: Side, what: str) -> dict[str, tuple[NDArray[Any], str]]:
    """Return the curves of one run, each as rows (iteration, value), with its hue.

    Parameters
    ----------
    side
        The run.
    what
        "distances": what was measured and what the game estimates; "costs": both players' costs.
    """
    if what == "costs":
        history = thinned(side.history)
        return {
            "cost_d": (history[:, [0, _D_COST]], "real"),
            "cost_g": (history[:, [0, _G_COST]], "fake"),
        }
    kind = side.estimate or "js"
    column = _JS if kind == "js" else _W1
    found = {f"true_{kind}": (side.metrics[:, [0, column]], kind)}
    if side.estimate:
        history = thinned(side.history)
        guess = np.stack([history[:, 0], estimated(kind, history)], 1)
        found[f"guess_{kind}"] = (guess, kind)
    return found


@st.fragment
def panel(page: str, words: Words, sides: Sequence[Side]) -> None:
    """Draw the curves and what they are looked at with; a change here reruns nothing else."""
    st.markdown(f"#### {words.say('versus.study')}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        what = st.segmented_control(
            words.say("versus.what"),
            WHAT,
            default=WHAT[0],
            required=True,
            key=f"{page}-what",
            format_func=lambda one: words.say(f"versus.{one}"),
        )
        width = st.segmented_control(
            words.say("versus.smooth"),
            SMOOTHINGS,
            default=SMOOTHINGS[1],
            required=True,
            key=f"{page}-smooth",
            format_func=lambda n: words.say("versus.smooth_off") if n == 1 else str(n),
        )
        log = st.toggle(words.say("versus.log"), key=f"{page}-log")
        for number, side in enumerate(sides):
            st.download_button(
                words.say("versus.csv", name=side.name),
                data=table(words, side.history, side.metrics),
                file_name=f"gan-classroom-{'left' if number == 0 else 'right'}.csv",
                mime="text/csv",
                key=f"{page}-csv-{number}",
                icon=":material/table:",
                on_click="ignore",
                type="tertiary",
            )
    dark = session.dark()
    chart = figure(words, sides, str(what), width=int(width or 1), log=log, dark=dark)
    st.altair_chart(chart, theme=None, width="stretch", key=f"{page}-curves")
    _export(
        key=f"{page}-export",
        data={
            "name": "gan-classroom-curves",
            "words": {kind: words.say(f"versus.{kind}") for kind in ("svg", "png")},
        },
    )
    st.caption(words.say("versus.how"))


def figure(
    words: Words, sides: Sequence[Side], what: str, *, width: int, log: bool, dark: bool
) -> Any:  # noqa: ANN401 - Altair's types do not say what comes out
    """Return the curves of both runs over one axis of iterations, with an overview to zoom by.

    Parameters
    ----------
    words
        The texts of one language.
    sides
        The two runs.
    what
        See `series`.
    width
        Rows that a value is the mean of; the unsmoothed curve stays faintly behind it.
    log
        Whether the upward scale is logarithmic; where a value is not positive it is linear around
        zero.
    dark
        Whether the page is.
    """
    colours = DARK if dark else LIGHT
    brush = alt.selection_interval(encodings=["x"], name="span")
    rows = [_rows(words, side, what, width) for side in sides]
    last = max(float(frame["iteration"].max()) for frame in rows)
    looks = [_looks(words, side, what, colours) for side in sides]
    drawn = [
        _detail(words, side.name, frame, look, brush, log=log, colours=colours)
        for side, frame, look in zip(sides, rows, looks, strict=True)
    ]
    whole = alt.Scale(domain=[0, last], nice=False)
    overview = (
        alt.Chart(rows[0])
        .mark_line(strokeWidth=1.2)
        .encode(
            x=alt.X("iteration:Q", title=words.say("versus.span"), scale=whole),
            y=alt.Y("smooth:Q", axis=None),
            **_looks(words, sides[0], what, colours, legend=False),
        )
        .properties(height=44)
        .add_params(brush)
    )
    ink, line = css(colours.ink), css(colours.line)
    return (
        alt.vconcat(*drawn, overview, spacing=14)
        .resolve_scale(color="independent", strokeDash="independent")
        .configure(background=css(colours.ground), font="Pretendard, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=css(colours.muted),
            titleColor=css(colours.muted),
            titleFontWeight="normal",
            gridColor=line,
            domainColor=line,
            tickColor=line,
            labelFontSize=12,
            titleFontSize=12,
        )
        .configure_title(color=ink, fontSize=14, fontWeight=600, anchor="start")
        .configure_legend(
            labelColor=ink, labelFontSize=12, symbolStrokeWidth=2, symbolOpacity=1, symbolSize=300
        )
        # as SVG, which can be saved (export.js); many points would make it a canvas
        .properties(usermeta={"embedOptions": {"renderer": "svg"}})
    )


def _rows(words: Words, side: Side, what: str, width: int) -> pd.DataFrame:
    frames = []
    for name, (rows, _) in series(side, what).items():
        rows = rows[np.isfinite(rows[:, 1])]
        frames.append(
            pd.DataFrame(
                {
                    "iteration": rows[:, 0],
                    "value": rows[:, 1],
                    # what was measured now and then is no noisy curve
                    "smooth": rows[:, 1]
                    if name.startswith("true")
                    else smoothed(rows[:, 1], width),
                    "id": name,
                    "name": words.say(f"versus.curve.{name}"),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _looks(
    words: Words, side: Side, what: str, colours: Theme, *, legend: bool = True
) -> dict[str, Any]:
    """Return how the curves of one run look: the hue of what they are of; estimates are dashed."""
    found = series(side, what)
    named = [words.say(f"versus.curve.{name}") for name in found]
    hues = [css(getattr(colours, hue)) for _, hue in found.values()]
    dashes = [[6, 4] if name in ("cost_d",) or "guess" in name else [1, 0] for name in found]
    told = alt.Legend(title=None, orient="top", labelLimit=400) if legend else None
    return {
        "color": alt.Color("name:N", scale=alt.Scale(domain=named, range=hues), legend=told),
        "strokeDash": alt.StrokeDash(
            "name:N", scale=alt.Scale(domain=named, range=dashes), legend=told
        ),
    }


def _detail(
    words: Words,
    title: str,
    frame: pd.DataFrame,
    looks: dict[str, Any],
    brush: alt.Parameter,
    *,
    log: bool,
    colours: Theme,
) -> Any:  # noqa: ANN401 - altair's kinds of charts have no common type
    """Return one run's curves within the brushed span, their values where the pointer is."""
    lowest = float(frame["smooth"].min())
    if not log:
        upward = alt.Scale(zero=True)
    elif lowest > 0:
        upward = alt.Scale(type="log")
    else:
        upward = alt.Scale(type="symlog", constant=0.1)
    sideways = alt.Scale(domain=brush, nice=False)
    iterations = words.say("versus.iterations")
    base = alt.Chart(frame).encode(
        x=alt.X("iteration:Q", title=None, scale=sideways, axis=alt.Axis(tickCount=6)),
        y=alt.Y("smooth:Q", title=None, scale=upward, axis=alt.Axis(tickCount=4)),
    )
    raw = base.mark_line(strokeWidth=1, opacity=0.25, clip=True).encode(
        y=alt.Y("value:Q", title=None, scale=upward), **looks
    )
    line = base.mark_line(strokeWidth=2, clip=True).encode(**looks)
    near = alt.selection_point(
        fields=["iteration"], nearest=True, on="pointermove", empty=False, clear="pointerout"
    )
    named = dict(zip(frame["id"], frame["name"], strict=True))
    rule = (
        base.mark_rule(color=css(colours.ink), strokeWidth=1)
        .transform_pivot("id", value="smooth", groupby=["iteration"], op="mean")
        .encode(
            y=alt.value(0),
            y2=alt.value(HEIGHT),
            opacity=alt.condition(near, alt.value(0.6), alt.value(0)),
            tooltip=[
                alt.Tooltip("iteration:Q", title=iterations, format=",.0f"),
                *(alt.Tooltip(f"{one}:Q", title=name, format=".3f") for one, name in named.items()),
            ],
        )
        .add_params(near)
    )
    return alt.layer(raw, line, rule).properties(height=HEIGHT, title=title)

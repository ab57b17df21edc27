"""The charts of the live view (`live/js/strips.js`), standing still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.history import thin
from ui.take_home.numbers import Range, nice_ceiling
from ui.take_home.plot import WIDE, Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from ui.take_home.markup import Html

_POINT: Final = 3
"""Units per point; a line of more points hides its own course, so its mean stands out from it."""
_FAINT_POINTS: Final = 700
_TALLEST_BAR: Final = 0.4
"""Share of the samples; a bin that holds nearly everything is cut there."""


@dataclass(frozen=True)
class Series:
    """One line of a chart: a column, and how it is drawn."""

    column: int
    colour: str
    style: str = "solid"
    steps: bool = False
    faint: bool = False


def time_chart(
    rows: NDArray[Any],
    series: Sequence[Series],
    *,
    iteration: int,
    high: float,
    floor: float = float("nan"),
    axis: str,
    says: str,
    width: int = WIDE,
) -> Html:
    """Return columns of rows over the iterations (column 0).

    Parameters
    ----------
    rows
        History or metrics, (n, columns).
    series
        What to draw.
    iteration
        The end of the run.
    high
        The range shows 0 to this at least.
    floor
        Height of a dotted line; none where it is not finite.
    axis, says
        Name of the time axis, and the chart in words for those who hear it.
    width
        Units; see `ui.take_home.plot`.
    """
    y, span, plot = Range(0.0, high), nice_ceiling(max(iteration, 10)), Plot(width)
    for line in series:
        for value in rows[:, line.column].tolist():
            y.include(value)
    y.include(floor)
    plot.y_axis(y)
    plot.x_axis(0, span, axis)
    if np.isfinite(floor):
        at = y.part(floor)
        plot.line([(0, at), (1, at)], "ink", "dotted", width=1.3, opacity=0.75)
    for line in series:
        _draw(plot, rows, line, y, span)
    return plot.svg(says)


def score_chart(frame: Frame, *, axis: str, says: str) -> Html:
    """Return histograms of D's output: for real samples (dashed outline) and generated ones."""
    plot = Plot()
    plot.line([(0, 0), (1, 0)], "line", width=1)
    plot.x_axis(frame.score_low, frame.score_high, axis)
    plot.line([(0.5, 0), (0.5, 1)], "ink", "dashed", width=1, opacity=0.7)  # D cannot tell
    if frame.histogram.size:
        tallest = Range(0, 0.1)
        tallest.include(min(_TALLEST_BAR, float(frame.histogram.max())))
        real, fake = np.minimum(1, frame.histogram / tallest.high)
        plot.bars(real, "real", "dashed")
        plot.bars(fake, "fake", "solid")
    return plot.svg(says)


def group_means(rows: NDArray[Any], most: int) -> NDArray[Any]:
    """Return means over groups of 1, 2, 4, ... rows each: at most `most` (≥ 1) means."""
    size = 1
    while len(rows) > most * size:
        size *= 2
    starts = np.arange(0, len(rows), size)
    counts = np.diff([*starts, len(rows)])
    return np.asarray(np.add.reduceat(rows, starts, axis=0) / counts[:, None])


def _draw(plot: Plot, rows: NDArray[Any], line: Series, y: Range, span: float) -> None:
    def placed(pairs: NDArray[np.float64]) -> list[tuple[float, float]]:
        return [(at / span, y.part(value)) for at, value in pairs.tolist()]

    pairs, most = np.asarray(rows[:, [0, line.column]], float), plot.across // _POINT
    opacity = 0.55 if line.faint else 1.0
    if line.steps:
        pairs = _stairs(pairs)
    elif len(pairs) > most:
        plot.line(placed(thin(pairs, _FAINT_POINTS)), line.colour, width=1, opacity=0.3)
        pairs = group_means(pairs, most)
    plot.line(placed(pairs), line.colour, line.style, opacity=opacity)


def _stairs(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points between which a count stays until the next one is known."""
    if not len(pairs):
        return pairs
    corners = np.column_stack([pairs[1:, 0], pairs[:-1, 1]])
    both = np.stack([corners, pairs[1:]], 1).reshape(-1, 2)
    return np.concatenate([pairs[:1], both])

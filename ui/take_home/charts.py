"""The charts of the live view (`live/js/strips.js`) as inline SVG: a run's course, standing still.

Colours are the report's CSS variables, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.history import thin
from ui.take_home.markup import Html, fill, join
from ui.take_home.numbers import Range, nice_ceiling, tick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gan_core.frame import Frame

WIDTH, HEIGHT = 400, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, WIDTH - 8, 8, HEIGHT - 22
_MOST_POINTS: Final = (_RIGHT - _LEFT) // 3
"""A line of more points hides its own course: its mean stands out from it."""
_FAINT_POINTS: Final = 700
_TALLEST_BAR: Final = 0.4
"""Share of the samples; a bin that holds nearly everything is cut there."""
DASHES: Final = {"solid": "", "dashed": "5 3.5", "dotted": "1.2 3.2"}


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
    low: float = 0.0,
    high: float,
    floor: float = float("nan"),
    axis: str,
    says: str,
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
    low, high
        The range that y shows at least.
    floor
        A dotted line; none where it is not finite.
    axis, says
        Name of the time axis, and the chart in words for those who hear it.
    """
    y, span = Range(low, high), nice_ceiling(max(iteration, 10))
    for line in series:
        for value in rows[:, line.column].tolist():
            y.include(value)
    y.include(floor)
    parts = [_y_axis(y), _x_axis(0, span, axis)]
    if np.isfinite(floor):
        at = y.part(floor)
        parts.append(_path([(0, at), (1, at)], "ink", "dotted", width=1.3, opacity=0.75))
    parts += [_line(rows, line, y, span) for line in series]
    return _svg(parts, says)


def score_chart(frame: Frame, *, axis: str, says: str) -> Html:
    """Return histograms of D's output: for real samples (dashed outline) and generated ones."""
    parts = [
        _path([(0, 0), (1, 0)], "line", width=1),
        _x_axis(frame.score_low, frame.score_high, axis),
        _path([(0.5, 0), (0.5, 1)], "ink", "dashed", width=1, opacity=0.7),  # D cannot tell
    ]
    if frame.histogram.size:
        tallest = Range(0, 0.1)
        tallest.include(min(_TALLEST_BAR, float(frame.histogram.max())))
        heights = np.minimum(1, frame.histogram / tallest.high)
        parts += [_bars(heights[0], "real", "dashed"), _bars(heights[1], "fake", "solid")]
    return _svg(parts, says)


def swatch(colour: str, style: str = "solid") -> Html:
    """Return a short piece of a line for a legend."""
    return fill(
        '<svg class="swatch" viewBox="0 0 22 10" aria-hidden="true"><path d="M1 5H21" fill="none" '
        'stroke="var(--{colour})" stroke-width="2" stroke-dasharray="{dash}"/></svg>',
        colour=colour,
        dash=DASHES[style],
    )


def group_means(rows: NDArray[Any], most: int) -> NDArray[Any]:
    """Return means over groups of rows, at most `most` of them; the group's size doubles."""
    size = 1
    while len(rows) / size > most:
        size *= 2
    starts = np.arange(0, len(rows), size)
    counts = np.diff([*starts, len(rows)])
    return np.asarray(np.add.reduceat(rows, starts, axis=0) / counts[:, None])


def _line(rows: NDArray[Any], line: Series, y: Range, span: float) -> Html:
    pairs = np.asarray(rows[:, [0, line.column]], float)
    opacity = 0.55 if line.faint else 1.0
    if line.steps:
        pairs = _stairs(pairs)
    elif len(pairs) > _MOST_POINTS:
        return join(
            [
                _path(
                    _placed(thin(pairs, _FAINT_POINTS), y, span), line.colour, width=1, opacity=0.3
                ),
                _path(_placed(group_means(pairs, _MOST_POINTS), y, span), line.colour, line.style),
            ]
        )
    return _path(_placed(pairs, y, span), line.colour, line.style, opacity=opacity)


def _stairs(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points between which a count stays until the next one is known."""
    if not len(pairs):
        return pairs
    corners = np.column_stack([pairs[1:, 0], pairs[:-1, 1]])
    both = np.stack([corners, pairs[1:]], 1).reshape(-1, 2)
    return np.concatenate([pairs[:1], both])


def _placed(pairs: NDArray[np.float64], y: Range, span: float) -> list[tuple[float, float]]:
    return [(at / span, y.part(value)) for at, value in pairs.tolist()]


def _place(x: float, y: float) -> tuple[float, float]:
    return _LEFT + (_RIGHT - _LEFT) * x, _BOTTOM - (_BOTTOM - _TOP) * y


def _path(
    points: Iterable[tuple[float, float]],
    colour: str,
    style: str = "solid",
    *,
    width: float = 1.6,
    opacity: float = 1.0,
) -> Html:
    """Return a polyline through shares of the plot; a value that is no number leaves a gap."""
    steps, down = [], False
    for x, y in points:
        fine = bool(np.isfinite(x) and np.isfinite(y))
        if fine:
            steps.append("{}{:.1f} {:.1f}".format("L" if down else "M", *_place(x, y)))
        down = fine
    return fill(
        '<path d="{steps}" fill="none" stroke="var(--{colour})" stroke-width="{width}" '
        'stroke-opacity="{opacity}" stroke-dasharray="{dash}" stroke-linejoin="round"/>',
        steps="".join(steps),
        colour=colour,
        width=width,
        opacity=opacity,
        dash=DASHES[style],
    )


def _bars(heights: NDArray[Any], colour: str, style: str) -> Html:
    edges = np.arange(len(heights) + 1) / len(heights)
    outline = np.column_stack([np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)]).tolist()
    foot = [_place(x, y) for x, y in [(0, 0), *outline, (1, 0)]]
    area = fill(
        '<polygon points="{points}" fill="var(--{colour})" fill-opacity="0.22"/>',
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in foot),
        colour=colour,
    )
    return join([area, _path(outline, colour, style, width=1.4)])


def _y_axis(y: Range) -> Html:
    """Return two labelled ends, with zero between them if it lies well inside."""
    marks = [y.low, y.high]
    if 0.2 < y.part(0) < 0.8:
        marks.append(0.0)
    parts = []
    for value in marks:
        at = y.part(value)
        x, height = _place(0, at)
        parts += [
            _path([(0, at), (1, at)], "line", width=1),
            _text(tick(value), x - 6, height + 4, "end"),
        ]
    return join(parts)


def _x_axis(low: float, high: float, name: str) -> Html:
    y = _BOTTOM + 16
    return join(
        [
            _text(tick(low), _LEFT, y, "start"),
            _text(name, (_LEFT + _RIGHT) / 2, y, "middle"),
            _text(tick(high), _RIGHT, y, "end"),
        ]
    )


def _text(said: str, x: float, y: float, anchor: str) -> Html:
    template = '<text x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>'
    return fill(template, x=f"{x:.1f}", y=f"{y:.1f}", anchor=anchor, said=said)


def _svg(parts: Iterable[Html], says: str) -> Html:
    return fill(
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{says}">\n'
        "{parts}\n</svg>",
        width=WIDTH,
        height=HEIGHT,
        says=says,
        parts=join(parts),
    )

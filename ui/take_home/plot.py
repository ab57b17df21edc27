"""The frame of a small chart as inline SVG: two labelled ends per axis and nothing else.

Colours are the report's CSS variables, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ui.take_home.markup import Html, fill, join
from ui.take_home.numbers import Range, tick

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

WIDE, NARROW, HEIGHT = 400, 190, 132
DASHES: Final = {"solid": "", "dashed": "5 3.5", "dotted": "1.2 3.2"}
_LEFT, _TOP, _BOTTOM = 40, 8, HEIGHT - 22
_MARGIN: Final = 8


class Plot:
    """A chart in the making; points are given as shares of its plot area.

    Attributes
    ----------
    across
        Units from its left axis to its right end.
    """

    def __init__(self, width: int = WIDE) -> None:
        self._width = width
        self.across = width - _MARGIN - _LEFT
        self._parts: list[Html] = []

    def line(
        self,
        points: Iterable[tuple[float, float]],
        colour: str,
        style: str = "solid",
        *,
        width: float = 1.6,
        opacity: float = 1.0,
    ) -> None:
        """Draw a polyline; a value that is no number leaves a gap."""
        steps, down = [], False
        for x, y in points:
            fine = bool(np.isfinite(x) and np.isfinite(y))
            if fine:
                steps.append("{}{:.1f} {:.1f}".format("L" if down else "M", *self._at(x, y)))
            down = fine
        drawn = fill(
            '<path d="{steps}" fill="none" stroke="var(--{colour})" stroke-width="{width}" '
            'stroke-opacity="{opacity}" stroke-dasharray="{dash}" stroke-linejoin="round"/>',
            steps="".join(steps),
            colour=colour,
            width=width,
            opacity=opacity,
            dash=DASHES[style] or "none",
        )
        self._parts.append(drawn)

    def bars(self, heights: NDArray[Any], colour: str, style: str) -> None:
        """Draw a filled histogram."""
        edges = np.arange(len(heights) + 1) / len(heights)
        outline = np.column_stack([np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)]).tolist()
        foot = [self._at(x, y) for x, y in [(0, 0), *outline, (1, 0)]]
        area = fill(
            '<polygon points="{points}" fill="var(--{colour})" fill-opacity="0.22"/>',
            points=" ".join(f"{x:.1f},{y:.1f}" for x, y in foot),
            colour=colour,
        )
        self._parts.append(area)
        self.line(outline, colour, style, width=1.4)

    def y_axis(self, y: Range) -> None:
        """Draw two labelled ends, with zero between them if it lies well inside."""
        marks = [y.low, y.high]
        if 0.2 < y.part(0) < 0.8:
            marks.append(0.0)
        for value in marks:
            at = y.part(value)
            x, height = self._at(0, at)
            self.line([(0, at), (1, at)], "line", width=1)
            self._text(tick(value), x - 6, height + 4, "end")

    def x_axis(self, low: float, high: float, name: str) -> None:
        """Write both ends of the axis, and its name between them."""
        y = _BOTTOM + 16
        self._text(tick(low), _LEFT, y, "start")
        self._text(name, _LEFT + self.across / 2, y, "middle")
        self._text(tick(high), _LEFT + self.across, y, "end")

    def svg(self, says: str) -> Html:
        """Return the chart; `says` is for those who hear it."""
        return fill(
            '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{says}">\n'
            "{parts}\n</svg>",
            width=self._width,
            height=HEIGHT,
            says=says,
            parts=join(self._parts),
        )

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return _LEFT + self.across * x, _BOTTOM - (_BOTTOM - _TOP) * y

    def _text(self, said: str, x: float, y: float, anchor: str) -> None:
        template = '<text x="{x}" y="{y}" text-anchor="{anchor}">{said}</text>'
        self._parts.append(fill(template, x=f"{x:.1f}", y=f"{y:.1f}", anchor=anchor, said=said))


def swatch(colour: str, style: str = "solid") -> Html:
    """Return a short piece of a line for a legend."""
    return fill(
        '<svg class="swatch" viewBox="0 0 22 10" aria-hidden="true"><path d="M1 5H21" fill="none" '
        'stroke="var(--{colour})" stroke-width="2" stroke-dasharray="{dash}"/></svg>',
        colour=colour,
        dash=DASHES[style] or "none",
    )

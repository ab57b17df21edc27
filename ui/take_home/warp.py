"""The latent grid as the generator warps it (as in `live/js/warp.js`).

Every cell holds the same share of the latent probability, so a small cell is a dense place: it is
drawn strong, a stretched one faint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from ui.take_home.canvas import Canvas, Line
from ui.take_home.marks import head

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHADES: Final = 6
_DENSE: Final = 0.012
"""Share of an even cell's area at which a cell is drawn at full strength."""
_FEW: Final = 24
"""Lines from z to x that show when the grid does not."""


def cells(canvas: Canvas, places: NDArray[np.float64]) -> None:
    """Fill the cells of a grid of places, (rows, columns, 2) pixels."""
    rows, columns = places.shape[:2]
    even = canvas.size**2 / ((rows - 1) * (columns - 1))
    a, b, c, d = places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]
    one, two = c - a, d - b
    area = np.abs(one[..., 0] * two[..., 1] - two[..., 0] * one[..., 1]) / 2
    shade = _shade(np.sqrt(np.minimum(1, _DENSE * even / np.maximum(area, 1e-6))))
    corners = np.stack([a, b, c, d], 2)
    for k in range(SHADES):
        shapes = [_line(cell) for cell in corners[shade == k]]
        canvas.fill(shapes, canvas.theme.fake, 0.06 + 0.42 * k / (SHADES - 1))
    lines = [_line(row) for row in places] + [_line(column) for column in places.swapaxes(0, 1)]
    canvas.stroke(lines, 0.7, canvas.theme.fake, 0.45 if canvas.theme.dark else 0.4)


def thread(canvas: Canvas, places: NDArray[np.float64]) -> None:
    """Draw a thread of places, (n, 2) pixels, its short (dense) pieces strong."""
    way = np.hypot(*np.diff(places, axis=0).T)
    shade = _shade(np.minimum(1, 0.25 * canvas.size / len(places) / np.maximum(way, 1e-6)))
    for k in range(SHADES):
        part = k / (SHADES - 1)
        pieces = [_line(places[i : i + 2]) for i in np.flatnonzero(shade == k)]
        canvas.stroke(pieces, 1 + 2 * part, canvas.theme.fake, 0.3 + 0.6 * part)


def threads(
    canvas: Canvas,
    starts: NDArray[np.float64],
    low: float,
    ends: NDArray[np.float64],
    high: float,
    *,
    all_: bool,
) -> None:
    """Draw lines from latents below to where G puts them above, narrow gaps strong.

    Parameters
    ----------
    starts, ends
        Horizontal places of each latent and of its image, (n,) pixels.
    low, high
        The heights of both rows.
    all_
        All of them, or only a few faint ones with heads.
    """
    count = len(starts)
    every = 1 if all_ else max(1, round(count / _FEW))
    right, left = np.minimum(np.arange(count) + 1, count - 1), np.maximum(np.arange(count) - 1, 0)
    gaps = np.abs(ends[right] - ends[left]) / 2
    shade = _shade(np.minimum(1, 0.25 * canvas.size / count / np.maximum(gaps, 1e-6)))
    chosen = np.arange(every // 2, count, every)
    lines = {int(i): [(float(starts[i]), low), (float(ends[i]), high)] for i in chosen}
    if not all_:
        heads = [_head(line, 4 * canvas.ratio) for line in lines.values()]
        canvas.stroke([*lines.values(), *heads], 0.9, canvas.theme.fake, 0.4)
        return
    for k in range(SHADES):
        part, drawn = k / (SHADES - 1), [line for i, line in lines.items() if shade[i] == k]
        canvas.stroke(drawn, 0.8 + 0.6 * part, canvas.theme.fake, 0.25 + 0.4 * part)


def _head(line: Line, back: float) -> Line:
    (x0, y0), (x1, y1) = line
    way = math.hypot(x1 - x0, y1 - y0)
    return head((x1, y1), (x1 - x0) / way, (y1 - y0) / way, back)


def _shade(strength: NDArray[np.float64]) -> NDArray[np.int_]:
    return np.asarray(np.minimum(SHADES - 1, (strength * SHADES).astype(int)))


def _line(points: NDArray[np.float64]) -> Line:
    return [(x, y) for x, y in points.tolist()]

"""Level lines of a grid of numbers, by marching squares (as in `live/js/figures.js`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECES: Final = (
    *((), ((0, 3),), ((1, 0),), ((1, 3),), ((2, 1),), ((0, 3), (2, 1)), ((2, 0),), ((2, 3),)),
    *(((3, 2),), ((0, 2),), ((1, 0), (3, 2)), ((1, 2),), ((3, 1),), ((0, 1),), ((3, 0),), ()),
)
"""Per case of the four corners (1 low left, 2 low right, 4 high right, 8 high left), pairs of cell
edges (0 low, 1 right, 2 high, 3 left) with the inside on the left of the way. Thanks to the
direction each edge starts at most one piece, so that pieces chain without searching."""

_Edge = tuple[int, int, int]
"""Row and column of the grid point at its lower left end; 0 along the row, 1 along the column."""


def contour_lines(field: NDArray[np.floating], level: float) -> list[list[tuple[float, float]]]:
    """Return the lines along which a grid takes a level, joined so that dashes run along them.

    Parameters
    ----------
    field
        Numbers at grid points, (rows, columns).
    level
        The level.

    Returns
    -------
    list
        Polylines of (column, row) in grid steps; a closed one repeats its start.
    """
    grid = np.asarray(field, float)
    follows = _pieces(grid, level)
    ends = set(follows.values())
    lines = []
    for first in [edge for edge in follows if edge not in ends] + list(follows):  # open ones first
        if first not in follows:
            continue
        edge, line = first, [_crossing(grid, level, first)]
        while edge in follows:
            edge = follows.pop(edge)
            line.append(_crossing(grid, level, edge))
        lines.append(line)
    return lines


def _pieces(grid: NDArray[np.float64], level: float) -> dict[_Edge, _Edge]:
    """Return for each crossed edge the next one on its line."""
    inside = grid >= level
    case = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    follows = {}
    for row, column in np.argwhere((case > 0) & (case < 15)).tolist():
        edges = (
            (row, column, 0),
            (row, column + 1, 1),
            (row + 1, column, 0),
            (row, column, 1),
        )
        for start, end in _PIECES[case[row, column]]:
            follows[edges[start]] = edges[end]
    return follows


def _crossing(grid: NDArray[np.float64], level: float, edge: _Edge) -> tuple[float, float]:
    row, column, upwards = edge
    here = grid[row, column]
    there = grid[row + upwards, column + 1 - upwards]
    part = float((level - here) / (there - here))
    return (float(column), row + part) if upwards else (column + part, float(row))

"""Games as tables: min-max is not max-min, until the players may mix.

`values` is (rows, columns): the row player (G) wants a small value, the column player (D) a large
one. A continuous game is a table of its values on a grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from gan_core.theory.densities import Array


@dataclass(frozen=True)
class Solution:
    """Mixed strategies from which nobody gains by leaving.

    Attributes
    ----------
    value
        The game's value.
    rows, columns
        Probabilities of the row and the column player, (rows,) and (columns,).
    """

    value: float
    rows: Array
    columns: Array


def minimax(values: ArrayLike) -> float:
    """Return min over rows of max over columns: G moves first, D answers."""
    return float(_table(values).max(1).min())


def maximin(values: ArrayLike) -> float:
    """Return max over columns of min over rows: D moves first, G answers. Never above `minimax`.

    In a GAN, the inner minimum lets G put everything on the point that D likes best: mode collapse.
    Reference: Goodfellow 2016, §5.1.1.
    """
    return float(_table(values).min(0).max())


def saddle_points(values: ArrayLike) -> list[tuple[int, int]]:
    """Return the pure equilibria, (row, column): least of their column, largest of their row."""
    table = _table(values)
    still = (table == table.max(1, keepdims=True)) & (table == table.min(0, keepdims=True))
    return [(int(i), int(j)) for i, j in np.argwhere(still)]


def solve(values: ArrayLike) -> Solution:
    """Return the mixed equilibrium, by a linear program; there the order does not matter.

    Reference: von Neumann 1928.
    """
    table = _table(values)
    rows, value = _play(table)
    columns, _ = _play(-table.T)
    return Solution(value, rows, columns)


def best_answer_of_g(D: ArrayLike) -> Array:
    """Return the fakes of a G that answers a fixed D, (n,): all mass where D is largest, evenly.

    This is the swapped order: the inner player is G.
    """
    scores = np.asarray(D, float)
    if scores.ndim != 1 or not np.isfinite(scores).all():
        raise ValueError("D must be one finite number per point")
    best = (scores == scores.max()).astype(float)
    return np.asarray(best / best.sum())


def _play(table: Array) -> tuple[Array, float]:
    """Return the row player's mixture, and the value that it holds the other to."""
    n, m = table.shape
    result = linprog(
        np.r_[np.zeros(n), 1.0],
        A_ub=np.c_[table.T, -np.ones(m)],
        b_ub=np.zeros(m),
        A_eq=np.r_[np.ones(n), 0.0][None],
        b_eq=[1.0],
        bounds=[(0, None)] * n + [(None, None)],
        method="highs",
    )
    return np.asarray(result.x[:n]), float(result.fun)


def _table(values: ArrayLike) -> Array:
    table = np.asarray(values, float)
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all():
        raise ValueError("values must be a table, (rows, columns), of finite numbers")
    return table

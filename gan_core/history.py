"""A run's history in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


EVERYTHING = -2
"""As `since`: all rows that are kept, not thinned once more."""


class History:
    """Rows of numbers over time, thinned by averaging neighbours when there are too many.

    Parameters
    ----------
    columns
        Numbers per row; the first is the iteration.
    capacity
        Rows kept at most. Each time they are full, pairs are averaged and from then on twice as
        many rows go into one: an hour at full speed needs no more memory than a minute.
    mean
        Whether a merged row is the mean of its rows; otherwise it is the last of them, a row that
        there was.
    """

    def __init__(self, columns: int, capacity: int = 4096, *, mean: bool = True) -> None:
        self._rows: Array = np.zeros((capacity, columns))
        self._mean = mean
        self._count = 0
        self._stride = 1
        self._waiting: Array = np.zeros((0, columns))

    def append(self, rows: Array) -> None:
        """Add rows, (n, columns), in order of their iteration."""
        rows = np.concatenate([self._waiting, rows])
        while True:
            whole = len(rows) // self._stride
            room = len(self._rows) - self._count
            take = min(whole, room)
            block = rows[: take * self._stride]
            merged = block[self._stride - 1 :: self._stride].copy()
            if take and self._mean:
                # a merged row stands at the last iteration it covers: `since` then works exactly
                merged[:, 1:] = block.reshape(take, self._stride, -1).mean(1)[:, 1:]
            self._rows[self._count : self._count + take] = merged
            self._count += take
            rows = rows[take * self._stride :]
            if take == whole:
                break
            self._halve()
        self._waiting = rows.copy()

    def _halve(self) -> None:
        n = self._count // 2
        pairs = self._rows[: 2 * n].reshape(n, 2, -1)
        merged = pairs[:, 1].copy()
        if self._mean:
            merged[:, 1:] = pairs.mean(1)[:, 1:]
        self._rows[:n] = merged
        self._count, self._stride = n, self._stride * 2

    def since(self, iteration: int, limit: int = 512) -> Array:
        """Return rows later than `iteration`, (n ≤ limit, columns), thinned by merging.

        `EVERYTHING` gives all rows kept, whatever the limit.
        """
        limit = len(self._rows) + 1 if iteration == EVERYTHING else limit
        kept: Array = self._rows[: self._count]
        rows = kept[np.searchsorted(kept[:, 0], iteration, side="right") :]
        if self._stride == 1 or len(self._waiting) == 0:
            return thin(rows, limit, mean=self._mean)
        # the rows that wait for their merged row are shown as one
        tail = self._waiting[-1:].copy()
        if self._mean:
            tail[0, 1:] = self._waiting.mean(0)[1:]
        return thin(np.concatenate([rows, tail]), limit, mean=self._mean)

    @property
    def rows(self) -> Array:
        """All rows kept, (n, columns)."""
        return self._rows[: self._count].copy()


def thin(rows: Array, limit: int, *, mean: bool = True) -> Array:
    """Return at most `limit` rows: means of neighbouring ones, or the last, at its iteration."""
    if len(rows) <= limit:
        return rows.copy()
    edges = np.linspace(0, len(rows), limit + 1).astype(int)
    if not mean:
        return np.asarray(rows[edges[1:] - 1])
    sums = np.add.reduceat(rows, edges[:-1], axis=0)
    means = sums / np.diff(edges)[:, None]
    means[:, 0] = rows[edges[1:] - 1, 0]
    return np.asarray(means)


def saved_rows(rows: NDArray[np.generic], columns: Sequence[str]) -> Array:
    """Return rows that a checkpoint has brought.

    Raises
    ------
    ValueError
        If they have other columns, or the first of them, the iteration, does not ascend.
    """
    fits = rows.ndim == 2 and rows.shape[1] == len(columns) and rows.dtype == np.float64
    if not fits or not (np.diff(np.asarray(rows, float)[:, 0]) > 0).all():
        raise ValueError(f"these are not rows of {', '.join(columns)}")
    return np.asarray(rows, np.float64)

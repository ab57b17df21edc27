"""A run's history in bounded memory."""

from __future__ import annotations

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
    """

    def __init__(self, columns: int, capacity: int = 4096) -> None:
        self._rows: Array = np.zeros((capacity, columns))
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
            means = block.reshape(take, self._stride, -1).mean(1) if take else block[:0]
            # a merged row stands at the last iteration it covers: `since` then works exactly
            if take:
                means[:, 0] = block[self._stride - 1 :: self._stride, 0]
            self._rows[self._count : self._count + take] = means
            self._count += take
            rows = rows[take * self._stride :]
            if take == whole:
                break
            self._halve()
        self._waiting = rows.copy()

    def _halve(self) -> None:
        n = self._count // 2
        pairs = self._rows[: 2 * n].reshape(n, 2, -1)
        last = pairs[:, 1, 0].copy()
        self._rows[:n] = pairs.mean(1)
        self._rows[:n, 0] = last
        self._count, self._stride = n, self._stride * 2

    def since(self, iteration: int, limit: int = 512) -> Array:
        """Return rows later than `iteration`, (n ≤ limit, columns), thinned by averaging.

        `EVERYTHING` gives all rows kept, whatever the limit.
        """
        limit = len(self._rows) + 1 if iteration == EVERYTHING else limit
        kept: Array = self._rows[: self._count]
        rows = kept[np.searchsorted(kept[:, 0], iteration, side="right") :]
        if self._stride == 1 or len(self._waiting) == 0:
            return thin(rows, limit)
        # the rows that wait for their merged row are shown as one
        tail = self._waiting.mean(0, keepdims=True)
        tail[0, 0] = self._waiting[-1, 0]
        return thin(np.concatenate([rows, tail]), limit)

    @property
    def rows(self) -> Array:
        """All rows kept, (n, columns)."""
        return self._rows[: self._count].copy()


def thin(rows: Array, limit: int) -> Array:
    """Return at most `limit` rows: means of neighbouring ones, at their last iteration."""
    if len(rows) <= limit:
        return rows.copy()
    edges = np.linspace(0, len(rows), limit + 1).astype(int)
    sums = np.add.reduceat(rows, edges[:-1], axis=0)
    means = sums / np.diff(edges)[:, None]
    means[:, 0] = rows[edges[1:] - 1, 0]
    return np.asarray(means)

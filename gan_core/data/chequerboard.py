"""A chequerboard: sharp edges and corners."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, DataSet
from gan_core.registry import param


@DATA.register("chequerboard", order=90)
class Chequerboard(DataSet):
    """A board `width` wide with `cells` × `cells` squares, of which every other one is filled.

    The filled ones, the lower left among them, are covered evenly.
    """

    cells: int = param(4, 2, 8, step=1)
    width: float = param(3.0, 0.5, 10.0, step=0.1)

    def _filled(self) -> Array:
        """Return whether each cell is filled, (cells, cells)."""
        row = np.arange(self.cells)
        return np.asarray((row[:, None] + row) % 2 == 0)

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        corners = np.argwhere(self._filled()).astype(np.float32)
        which = rng.integers(len(corners), size=n)
        inside = corners[which] + rng.random((n, 2), dtype=np.float32)
        return np.float32(self.width) * (inside / np.float32(self.cells) - np.float32(0.5))

    @override
    def density(self, x: Array) -> Array:
        cell = np.floor((x.astype(float) / self.width + 0.5) * self.cells)
        on_board = ((cell >= 0) & (cell < self.cells)).all(1)
        filled = on_board & (cell.sum(1) % 2 == 0)
        return np.asarray(filled / (self._filled().sum() * (self.width / self.cells) ** 2))

    @property
    @override
    def extent(self) -> float:
        return max(1.0, 1.25 * self.width / 2)

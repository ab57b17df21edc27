"""Gaussians on a square grid."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture, falling
from gan_core.registry import param


@DATA.register("grid", order=20)
class Grid(Mixture):
    """`side` × `side` Gaussians of width `sigma`, `spacing` apart, centred at the origin.

    The first is `imbalance` times as probable as the last; between them the probability falls
    geometrically, row by row from below.

    With the defaults, the 2-D grid of Lin et al. 2018 (PacGAN): centres {−4, −2, 0, 2, 4}².
    """

    side: int = param(5, 1, 7, step=1)
    spacing: float = param(2.0, 0.2, 3.0, step=0.1)
    sigma: float = param(0.05, 0.005, 0.5, scale="log")
    imbalance: float = param(1.0, 1.0, 100.0, scale="log", unit="×")

    @property
    @override
    def centres(self) -> Array:
        axis = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        x, y = np.meshgrid(axis, axis)
        return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)

    @property
    @override
    def weights(self) -> Array:
        return falling(self.side**2, self.imbalance)

    @property
    @override
    def extent(self) -> float:
        """As for every mixture, with a narrower margin: the grid fills its square."""
        reach = float(np.abs(self.centres).max()) + 4 * self.sigma
        return max(1.0, 1.2 * reach)

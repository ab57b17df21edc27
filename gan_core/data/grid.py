"""Gaussians on a square grid."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture
from gan_core.registry import param


@DATA.register("grid", order=20)
class Grid(Mixture):
    """`side` × `side` Gaussians of width `sigma`, `spacing` apart, centred at the origin.

    With the defaults, the 2-D grid of Lin et al. 2018 (PacGAN): centres {−4, −2, 0, 2, 4}².
    """

    side: int = param(5, 1, 7, step=1)
    spacing: float = param(2.0, 0.2, 3.0, step=0.1)
    sigma: float = param(0.05, 0.005, 0.5, scale="log")

    @property
    @override
    def centres(self) -> Array:
        axis = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        x, y = np.meshgrid(axis, axis)
        return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)

    @property
    @override
    def spread(self) -> float:
        return self.sigma

    @property
    def extent(self) -> float:
        """As for every mixture, with a narrower margin: the grid fills its square."""
        reach = float(np.abs(self.centres).max()) + 4 * self.sigma
        return max(1.0, 1.2 * reach)

"""Two Gaussians side by side."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture
from gan_core.registry import param


@DATA.register("two-gaussians", order=30)
class TwoGaussians(Mixture):
    """Two Gaussians of width `sigma`, their centres `distance` apart on the horizontal axis.

    `share` is the probability of the left one.
    """

    distance: float = param(3.0, 0.0, 8.0, step=0.1)
    sigma: float = param(0.3, 0.01, 1.0, scale="log")
    share: float = param(0.5, 0.01, 0.99, step=0.01)

    @property
    @override
    def centres(self) -> Array:
        half = self.distance / 2
        return np.array([[-half, 0.0], [half, 0.0]], np.float32)

    @property
    @override
    def weights(self) -> Array:
        return np.array([self.share, 1 - self.share])

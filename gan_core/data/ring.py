"""Gaussians on a circle: the classic picture of mode collapse."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture, falling
from gan_core.registry import param


@DATA.register("ring", order=10)
class Ring(Mixture):
    """`modes` Gaussians of width `sigma`, evenly spaced on a circle of `radius`.

    The first is `imbalance` times as probable as the last; between them the probability falls
    geometrically.

    Reference: Metz et al. 2017, "Unrolled Generative Adversarial Networks", figure 2.
    """

    modes: int = param(8, 1, 16, step=1)
    radius: float = param(1.0, 0.2, 5.0, step=0.1)
    sigma: float = param(0.02, 0.005, 0.5, scale="log")
    imbalance: float = param(1.0, 1.0, 100.0, scale="log", unit="×")

    @property
    @override
    def centres(self) -> Array:
        angle = 2 * np.pi * np.arange(self.modes) / self.modes
        return (self.radius * np.stack([np.cos(angle), np.sin(angle)], 1)).astype(np.float32)

    @property
    @override
    def weights(self) -> Array:
        return falling(self.modes, self.imbalance)

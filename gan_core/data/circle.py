"""A circle with a little thickness: one connected piece, with a hole."""

from __future__ import annotations

import numpy as np
from scipy.special import ive
from typing_extensions import override

from gan_core.data.base import DATA, Array, DataSet
from gan_core.registry import param


@DATA.register("circle", order=60)
class Circle(DataSet):
    """Points spread evenly on a circle of `radius`, blurred by `sigma`."""

    radius: float = param(2.0, 0.2, 5.0, step=0.1)
    sigma: float = param(0.05, 0.005, 0.5, scale="log")

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        angle = np.float32(2 * np.pi) * rng.random(n, dtype=np.float32)
        noise = rng.standard_normal((n, 2), dtype=np.float32)
        round_ = np.float32(self.radius) * np.stack([np.cos(angle), np.sin(angle)], 1)
        return round_ + np.float32(self.sigma) * noise

    def density(self, x: Array) -> Array:
        """Uniform on the circle ∗ Gaussian: the planar form of Rice's distribution.

        p(x) = exp(−(r² + R²)/2σ²) I₀(rR/σ²) / 2πσ², with the exponentially scaled I₀ so that a
        thin circle does not overflow.
        """
        distance = np.hypot(x[:, 0], x[:, 1]).astype(float)
        variance = self.sigma**2
        bell = np.exp(-((distance - self.radius) ** 2) / (2 * variance))
        return np.asarray(bell * ive(0, distance * self.radius / variance) / (2 * np.pi * variance))

    @property
    @override
    def extent(self) -> float:
        return max(1.0, 1.35 * (self.radius + 3 * self.sigma))

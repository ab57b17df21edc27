"""A line segment with a little thickness: a thread that a 1-D latent can learn."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr
from typing_extensions import override

from gan_core.data.base import DATA, Array, DataSet
from gan_core.registry import param


@DATA.register("line", order=50)
class Line(DataSet):
    """Points spread evenly along a segment of `length` at `angle` degrees, blurred by `sigma`."""

    length: float = param(4.0, 0.5, 8.0, step=0.1)
    angle: float = param(30.0, 0.0, 180.0, step=5.0, unit="°")
    sigma: float = param(0.05, 0.005, 0.5, scale="log")

    def _direction(self) -> Array:
        angle = np.deg2rad(self.angle)
        return np.array([np.cos(angle), np.sin(angle)], np.float32)

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        along = np.float32(self.length) * (rng.random(n, dtype=np.float32) - np.float32(0.5))
        noise = rng.standard_normal((n, 2), dtype=np.float32)
        return along[:, None] * self._direction() + np.float32(self.sigma) * noise

    def density(self, x: Array) -> Array:
        """Uniform ∗ Gaussian along the segment, Gaussian across it."""
        u = self._direction().astype(float)
        along, across = x @ u, x @ np.array([-u[1], u[0]])
        half, sigma = self.length / 2, self.sigma
        ends = ndtr((along + half) / sigma) - ndtr((along - half) / sigma)
        bell = np.exp(-(across**2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
        return np.asarray(ends / self.length * bell)

    @property
    @override
    def extent(self) -> float:
        return max(1.0, 1.35 * (self.length / 2 + 3 * self.sigma))

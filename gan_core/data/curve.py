"""Curves in the plane with a little thickness, of any shape."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from typing_extensions import override

from gan_core.data.base import Array, DataSet

NODES = 8
"""Nodes of the Gauss-Legendre rule in each panel of the curve."""
REACH = 10
"""Nodes farther away than so many σ count for nothing: exp(−50) is 2e-22."""
BLOCK = 8192
"""Points looked at together: this bounds the memory of a density."""


class Curve(DataSet):
    """Points spread evenly along a curve, blurred by `sigma`; a subclass says which curve."""

    pieces: ClassVar[int] = 1
    """Parts of equal length, one after the other in t, that need not touch."""

    if TYPE_CHECKING:
        sigma: float  # each subclass declares it, after the parameters of its own

    @abstractmethod
    def at(self, t: Array) -> Array:
        """Return the points, (n, 2), at the shares `t`, (n,), in [0, 1] of the curve's length."""

    @property
    @abstractmethod
    def length(self) -> float:
        """The length of all pieces together."""

    @property
    @abstractmethod
    def bend(self) -> float:
        """The smallest radius of curvature."""

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        on_curve = self.at(rng.random(n)).astype(np.float32)
        noise = rng.standard_normal((n, 2), dtype=np.float32)
        return on_curve + np.float32(self.sigma) * noise

    @override
    def density(self, x: Array) -> Array:
        """Uniform on the curve ∗ Gaussian: p(x) = ∫ N(x; c(t), σ²I) dt, by quadrature.

        In a panel no longer than 2σ, and no longer than half the radius of curvature, eight
        Gauss-Legendre nodes leave a relative error below 1e-9 up to 5σ beside the curve.
        """
        # the server reads settings only, and does not wait for this import
        from scipy.spatial import cKDTree

        t, shares = self._nodes()
        nodes = cKDTree(self.at(t))
        variance = self.sigma**2
        density = np.empty(len(x))
        for start in range(0, len(x), BLOCK):
            some = cKDTree(x[start : start + BLOCK].astype(float))
            near = some.sparse_distance_matrix(nodes, REACH * self.sigma, output_type="ndarray")
            bumps = np.exp(-(near["v"] ** 2) / (2 * variance)) * shares[near["j"]]
            density[start : start + BLOCK] = np.bincount(near["i"], bumps, minlength=some.n)
        return density / (2 * np.pi * variance)

    def _nodes(self) -> tuple[Array, Array]:
        """Return where in t the curve is looked at, and the share of it that each node has."""
        panel = min(2 * self.sigma, self.bend / 2)
        panels = self.pieces * math.ceil(self.length / self.pieces / panel)
        inside, shares = np.polynomial.legendre.leggauss(NODES)
        t = (np.arange(panels)[:, None] + (inside + 1) / 2) / panels
        return t.ravel(), np.tile(shares / 2 / panels, panels)

    @property
    @override
    def extent(self) -> float:
        """As for a circle: the outermost point with 3σ, and a margin of 35 %."""
        reach = float(np.abs(self.at(np.linspace(0, 1, 401))).max())
        return max(1.0, 1.35 * (reach + 3 * self.sigma))

"""What every data set offers, and the Gaussian mixture that several of them are."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from gan_core.registry import Piece, Registry

Array = NDArray[np.floating]


class DataSet(Piece):
    """A distribution that can be sampled and evaluated exactly."""

    dim: ClassVar[int] = 2
    """Dimensions of a sample: 2 for the plane, 1 for a line."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """Draw samples.

        Parameters
        ----------
        n
            How many.
        rng
            The only source of randomness.

        Returns
        -------
        float32 array of shape (n, dim)
        """

    @abstractmethod
    def density(self, x: Array) -> Array:
        """Return the exact probability density, shape (n,), at points `x`, shape (n, dim)."""

    @property
    def centres(self) -> Array:
        """The centres of the modes, shape (m, dim); m = 0 where the data have no separate modes."""
        return np.zeros((0, self.dim), np.float32)

    @property
    def weights(self) -> Array:
        """The probability of each mode, shape (m,); they add up to 1."""
        m = len(self.centres)
        return np.full(m, 1 / max(1, m))

    @property
    def spread(self) -> float:
        """σ of one mode in data units; samples within 3σ of a centre count as high quality."""
        return float("nan")

    @property
    @abstractmethod
    def extent(self) -> float:
        """Half the width of the square (or line) around the origin in which the data are shown."""


DATA: Registry[DataSet] = Registry("data")

BLOCK = 2**20
"""Pairs of a point and a Gaussian looked at together: this bounds the memory of a density."""


class Mixture(DataSet):
    """Round Gaussians of one width; a subclass says where, and how probable each of them is."""

    if TYPE_CHECKING:
        sigma: float  # each subclass declares it, after the parameters of its own

    def bumps(self) -> tuple[Array, Array]:
        """Return the centres, (m, dim), and the probabilities, (m,), of all Gaussians."""
        return self.centres, self.weights

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        centres, weights = self.bumps()
        if weights.min() == weights.max():
            which = rng.integers(len(centres), size=n)
        else:
            which = rng.choice(len(centres), size=n, p=weights)
        noise = rng.standard_normal((n, self.dim), dtype=np.float32)
        return np.take(centres, which, axis=0) + np.float32(self.sigma) * noise

    @override
    def density(self, x: Array) -> Array:
        centres, weights = self.bumps()
        variance = self.sigma**2
        density = np.empty(len(x))
        block = max(1, BLOCK // len(centres))
        for start in range(0, len(x), block):
            some = x[start : start + block, None, :].astype(float)
            squared = ((some - centres) ** 2).sum(-1)
            density[start : start + block] = np.exp(-squared / (2 * variance)) @ weights
        density /= (2 * np.pi * variance) ** (self.dim / 2)
        return density

    @property
    @override
    def spread(self) -> float:
        return self.sigma

    @property
    @override
    def extent(self) -> float:
        """The outermost Gaussian with 4σ, and a margin of 30 %: fakes stray before they settle."""
        reach = float(np.abs(self.bumps()[0]).max()) + 4 * self.sigma
        return max(1.0, 1.3 * reach)


def falling(m: int, imbalance: float) -> Array:
    """Return m weights that fall geometrically, the first `imbalance` times the last."""
    weights = imbalance ** -(np.arange(m) / max(1, m - 1))
    return np.asarray(weights / weights.sum())

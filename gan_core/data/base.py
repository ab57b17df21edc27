"""What every data set offers, and the Gaussian mixture that several of them are."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from gan_core.registry import Piece, Registry

Array = NDArray[np.floating]


class DataSet(Piece):
    """A distribution in the plane that can be sampled and, where known, evaluated exactly."""

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
        float32 array of shape (n, 2)
        """

    @abstractmethod
    def density(self, x: Array) -> Array:
        """Return the exact probability density, shape (n,), at points `x`, shape (n, 2)."""

    @property
    def centres(self) -> Array:
        """The centres of the modes, shape (m, 2); m = 0 where the data have no separate modes."""
        return np.zeros((0, 2), np.float32)

    @property
    def spread(self) -> float:
        """σ of one mode in data units; samples within 3σ of a centre count as high quality."""
        return float("nan")

    @property
    @abstractmethod
    def extent(self) -> float:
        """Half the width of the square, centred at the origin, in which the data are shown."""


DATA: Registry[DataSet] = Registry("data")


class Mixture(DataSet):
    """Equally weighted round Gaussians; a subclass says where and how wide."""

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        centres = self.centres
        which = rng.integers(len(centres), size=n)
        noise = rng.standard_normal((n, 2), dtype=np.float32)
        return centres[which] + np.float32(self.spread) * noise

    @override
    def density(self, x: Array) -> Array:
        variance = self.spread**2
        squared = ((x[:, None, :] - self.centres[None]) ** 2).sum(-1)
        bumps = np.exp(-squared / (2 * variance)) / (2 * np.pi * variance)
        return np.asarray(bumps.mean(1))

    @property
    def extent(self) -> float:
        """The outermost mode with 4σ, and a margin of 30 %: fakes stray before they settle."""
        reach = float(np.abs(self.centres).max()) + 4 * self.spread
        return max(1.0, 1.3 * reach)

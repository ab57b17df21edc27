"""Latents: the noise z that the generator bends into data."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from typing_extensions import override

from gan_core.registry import Piece, Registry, param

Array = NDArray[np.floating]


class Latent(Piece):
    """A distribution of z in `dim` dimensions."""

    dim: int = param(8, 1, 64, step=1)

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """Draw `n` latents: float32, shape (n, dim)."""

    @abstractmethod
    def quantile(self, p: Array) -> Array:
        """Return the value below which a share `p` of one coordinate lies (elementwise)."""

    def thread(self, n: int) -> Array:
        """Return `n` latents along the first coordinate, with equal probability between two.

        Returns
        -------
        float32 array of shape (1, n, dim); the other coordinates are at their median.
        """
        z = np.full((1, n, self.dim), self.quantile(np.array(0.5)), np.float32)
        z[0, :, 0] = self.quantile(np.linspace(0.02, 0.98, n))
        return z

    def grid(self, n: int) -> Array:
        """Return a grid of latents whose cells hold equal probability.

        Parameters
        ----------
        n
            Lines in each direction.

        Returns
        -------
        float32 array of shape (n, n, dim), or (1, n, 1) in one dimension. In more than two
        dimensions it is the slice through the first two, the others at their median.
        """
        if self.dim == 1:
            return self.thread(n)
        # The outermost lines stand at the 2 % and 98 % quantiles: a Gaussian has no edge.
        axis = self.quantile(np.linspace(0.02, 0.98, n)).astype(np.float32)
        z = np.full((n, n, self.dim), self.quantile(np.array(0.5)), np.float32)
        z[..., 0], z[..., 1] = np.meshgrid(axis, axis)
        return z


LATENTS: Registry[Latent] = Registry("latent")


@LATENTS.register("gaussian", order=10)
class GaussianLatent(Latent):
    """z ~ N(0, I)."""

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        return rng.standard_normal((n, self.dim), dtype=np.float32)

    @override
    def quantile(self, p: Array) -> Array:
        return np.asarray(ndtri(p))


@LATENTS.register("uniform", order=20)
class UniformLatent(Latent):
    """z uniform on [−1, 1] in each coordinate."""

    @override
    def sample(self, n: int, rng: np.random.Generator) -> Array:
        return 2 * rng.random((n, self.dim), dtype=np.float32) - 1

    @override
    def quantile(self, p: Array) -> Array:
        return 2 * p - 1

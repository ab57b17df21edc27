"""Densities on a line: Gaussian mixtures in closed form, and tables of values on an even grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, logsumexp, ndtr

Array = NDArray[np.float64]

MASS_TOLERANCE = 1e-3
"""How far from 1 the integral of a tabulated density may be: what a cut-off tail may cost."""


@dataclass(frozen=True)
class Mixture:
    """A mixture of Gaussians on a line.

    Parameters
    ----------
    means, sigmas, weights
        One number per component: its mean, its standard deviation (> 0), its probability.

    Raises
    ------
    ValueError
        If the lengths differ, a σ is not positive, or the weights are no probabilities.
    """

    means: tuple[float, ...]
    sigmas: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no density."""
        if not len(self.means) == len(self.sigmas) == len(self.weights) > 0:
            raise ValueError("means, sigmas and weights need the same length, at least 1")
        if not np.isfinite([*self.means, *self.sigmas]).all() or min(self.sigmas) <= 0:
            raise ValueError("means must be finite, sigmas finite and > 0")
        if min(self.weights) < 0 or not np.isclose(sum(self.weights), 1, atol=1e-9):
            raise ValueError(f"weights must be ≥ 0 and sum to 1, not to {sum(self.weights):.6g}")

    @property
    def mean(self) -> float:
        """The mean."""
        return float(np.dot(self.weights, self.means))

    @property
    def sigma(self) -> float:
        """The standard deviation."""
        second = np.dot(self.weights, np.square(self.means) + np.square(self.sigmas))
        return float(np.sqrt(second - self.mean**2))

    def log_pdf(self, x: ArrayLike) -> Array:
        """Return log p at `x`, any shape: finite also where p itself underflows to 0."""
        return _sum_logs(self._log_parts(x))

    def pdf(self, x: ArrayLike) -> Array:
        """Return p at `x`, any shape."""
        return np.exp(self.log_pdf(x))

    def score(self, x: ArrayLike) -> Array:
        """Return the score d log p / dx at `x`, any shape."""
        parts = self._log_parts(x)
        share = np.exp(parts - _sum_logs(parts)[..., None])
        away = np.asarray(x, float)[..., None] - self.means
        return np.asarray((share * -away / np.square(self.sigmas)).sum(-1))

    def cdf(self, x: ArrayLike) -> Array:
        """Return the distribution function at `x`, any shape."""
        t = (np.asarray(x, float)[..., None] - self.means) / self.sigmas
        return np.asarray((ndtr(t) * self.weights).sum(-1))

    def shifted(self, by: float) -> Mixture:
        """Return the same mixture moved to the right by `by`."""
        return Mixture(tuple(m + by for m in self.means), self.sigmas, self.weights)

    def _log_parts(self, x: ArrayLike) -> Array:
        """Return the logarithm of each weighted component, on a new last axis."""
        sigmas = np.asarray(self.sigmas)
        t = (np.asarray(x, float)[..., None] - self.means) / sigmas
        with np.errstate(divide="ignore"):  # a weight of 0 has the logarithm −∞
            return np.asarray(np.log(self.weights) - np.log(sigmas * np.sqrt(2 * np.pi)) - t**2 / 2)


def _sum_logs(parts: Array) -> Array:
    """Return log Σ exp over the last axis; a single component needs no sum."""
    return parts[..., 0] if parts.shape[-1] == 1 else np.asarray(logsumexp(parts, axis=-1))


def gaussian(mean: float = 0.0, sigma: float = 1.0) -> Mixture:
    """Return N(mean, sigma²)."""
    return Mixture((mean,), (sigma,), (1.0,))


def two_modes(distance: float, sigma: float = 0.5, share: float = 0.5) -> Mixture:
    """Return a mixture of N(−distance, σ²), with probability `share`, and N(+distance, σ²)."""
    return Mixture((-distance, distance), (sigma, sigma), (share, 1 - share))


def grid(*mixtures: Mixture, n: int = 1000, tails: float = 8.0) -> Array:
    """Return `n` even points that hold all components with `tails` standard deviations around."""
    low = min(m - tails * s for d in mixtures for m, s in zip(d.means, d.sigmas, strict=True))
    high = max(m + tails * s for d in mixtures for m, s in zip(d.means, d.sigmas, strict=True))
    return np.linspace(low, high, n)


def spacing(x: ArrayLike) -> float:
    """Return the spacing of an even grid, (n,).

    Raises
    ------
    ValueError
        If the grid is not even (relative 1e-6) or does not rise.
    """
    x = np.asarray(x, float)
    steps = np.diff(x)
    if x.ndim != 1 or len(x) < 2 or steps.min() <= 0 or np.ptp(steps) > 1e-6 * steps.mean():
        raise ValueError("x must be an even, rising grid of at least 2 points")
    return float((x[-1] - x[0]) / (len(x) - 1))


def normalised(f: ArrayLike, dx: float) -> Array:
    """Return the table `f`, (..., n), divided by its integral Σ f·dx: a hand-drawn curve's density.

    Raises
    ------
    ValueError
        If a value is negative or not finite, or if all are 0.
    """
    f = _values(f, dx, "f")
    mass = f.sum(-1, keepdims=True) * dx
    if not (mass > 0).all():
        raise ValueError("f is 0 everywhere: it cannot be made a density")
    return np.asarray(f / mass)


def tabulated(p: ArrayLike, dx: float, name: str = "p") -> Array:
    """Return a tabulated density, (..., n), checked, and with the tails' missing mass made up.

    The integral is Σ p·dx: each value stands for a cell of width dx.

    Raises
    ------
    ValueError
        If a value is negative or not finite, if dx is not positive, or if the integral is further
        from 1 than `MASS_TOLERANCE`. The message says which table and what is wrong with it.
    """
    p = _values(p, dx, name)
    mass = p.sum(-1, keepdims=True) * dx
    wrong = np.abs(mass - 1) > MASS_TOLERANCE
    if wrong.any():
        raise ValueError(f"{name} integrates to {mass[wrong][0]:.6g}, not to 1: normalise it first")
    return np.asarray(p / mass)


def pair(p: ArrayLike, q: ArrayLike, dx: float) -> tuple[Array, Array]:
    """Return two tabulated densities, checked like `tabulated`; leading axes broadcast."""
    a, b = tabulated(p, dx, "p"), tabulated(q, dx, "q")
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"p has {a.shape[-1]} points and q has {b.shape[-1]}: use one grid")
    return a, b


def _values(p: ArrayLike, dx: float, name: str) -> Array:
    """Return the table as an array of finite numbers ≥ 0, or say what is wrong."""
    p = np.asarray(p, float)
    if not (np.isfinite(dx) and dx > 0):
        raise ValueError(f"dx must be a positive number, not {dx}")
    if p.ndim == 0 or p.shape[-1] == 0:
        raise ValueError(f"{name} must be a table of at least one value")
    if not np.isfinite(p).all():
        raise ValueError(f"{name} has a value that is not finite")
    if (p < 0).any():
        raise ValueError(f"{name} has a negative value, {p.min():.6g}")
    return p


def bayes_accuracy(distance: ArrayLike, sigma: ArrayLike = 1.0) -> Array:
    """Return the best accuracy at telling N(0, σ²) from N(distance, σ²), in [½, 1]: Φ(|d|/2σ).

    Both are equally probable. 1 − Φ is what no discriminator can avoid.
    """
    return np.asarray(ndtr(np.abs(distance) / (2 * np.asarray(sigma, float))))


def bayes_error_log(distance: ArrayLike, sigma: ArrayLike = 1.0) -> Array:
    """Return log(1 − Φ(|d|/2σ)), in nats: finite where the accuracy is 1 to the last digit."""
    return np.asarray(log_ndtr(-np.abs(distance) / (2 * np.asarray(sigma, float))))

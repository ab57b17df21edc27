"""Divergences between densities that are tabulated on an even grid, in nats.

Each takes p and q, (..., n), and the grid's spacing dx; leading axes broadcast, and one number per
pair comes back, (...). A table is refused (`ValueError`) if it is negative somewhere, not finite,
or does not integrate to 1 within `densities.MASS_TOLERANCE`; what a cut-off tail lacks is made up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from gan_core.theory.densities import Array, Mixture, pair, spacing

Divergence = Callable[[ArrayLike, ArrayLike, float], Array]


def kl(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the Kullback-Leibler divergence KL(p‖q) = ∫ p log(p/q), in [0, ∞].

    ∞ where q = 0 < p. The reverse divergence is kl(q, p, dx).
    Reference: Kullback and Leibler 1951.
    """
    p, q = pair(p, q, dx)
    return np.asarray(np.maximum(_relative(p, q).sum(-1) * dx, 0.0))


def reverse_kl(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return KL(q‖p), in [0, ∞]: ∞ where p = 0 < q."""
    return kl(q, p, dx)


def js(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the Jensen-Shannon divergence ½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2, in [0, log 2].

    log 2 where the supports are disjoint. Reference: Lin 1991, equation 4.1 with weights ½;
    Goodfellow et al. 2014, equation 6.
    """
    p, q = pair(p, q, dx)
    both = (_against_mean(p, q) + _against_mean(q, p)).sum(-1) * dx / 2
    return np.asarray(np.clip(both, 0.0, np.log(2)))


def total_variation(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the total variation ½ ∫ |p − q|, in [0, 1].

    The best discriminator between them is right with probability ½ + ½ TV.
    """
    p, q = pair(p, q, dx)
    return np.asarray(np.minimum(np.abs(p - q).sum(-1) * dx / 2, 1.0))


def chi2(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return Pearson's χ²(p‖q) = ∫ (p − q)²/q, in [0, ∞].

    ∞ where q = 0 < p, and where the number is larger than a double can hold.
    """
    p, q = pair(p, q, dx)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        each = np.where(p == q, 0.0, (p - q) * ((p - q) / q))
        return np.asarray(each.sum(-1) * dx)


def hellinger(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the Hellinger distance H, not its square, in [0, 1]: H² = ½ ∫ (√p − √q)².

    The f-divergence "squared Hellinger" of Nowozin et al. 2016 is 2 H².
    """
    p, q = pair(p, q, dx)
    squared = np.square(np.sqrt(p) - np.sqrt(q)).sum(-1) * dx / 2
    return np.asarray(np.sqrt(np.minimum(squared, 1.0)))


def wasserstein1(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the Wasserstein-1 distance ∫ |F_p − F_q|, in the units of x.

    Exact for the masses p·dx and q·dx in the grid's points. Reference: Vallender 1974.
    """
    p, q = pair(p, q, dx)
    # the last entry is 0 but for rounding: both hold all of their mass there
    return np.asarray(np.abs(np.cumsum(p - q, axis=-1)[..., :-1]).sum(-1) * dx**2)


def _relative(p: Array, q: Array) -> Array:
    """Return p log(p/q) per cell: 0 where p = 0, ∞ where q = 0 < p.

    The difference of logarithms, because p/q overflows where q is nearly nothing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * (np.log(p) - np.log(q)), 0.0)


def _against_mean(p: Array, q: Array) -> Array:
    """Return p log(p/m) per cell, m = (p + q)/2: exactly p log 2 where q = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * (np.log(2) - np.logaddexp(0.0, np.log(q) - np.log(p))), 0.0)


DIVERGENCES: dict[str, Divergence] = {
    "kl": kl,
    "reverse_kl": reverse_kl,
    "js": js,
    "total_variation": total_variation,
    "chi2": chi2,
    "hellinger": hellinger,
    "wasserstein1": wasserstein1,
}
"""All of them by name."""


def derivative_in_q(name: str, log_p: Array, log_q: Array, dx: float) -> Array:
    """Return q · δD/δq per cell, (..., n): how divergence `name` answers to a change of log q.

    Constants are left out where they do not count, because a change of q keeps its mass. From
    logarithms, so that it holds far out in the tails. The Hellinger distance has an infinite slope
    where p = q; 0 is returned there.
    """
    ratio = log_p - log_q
    p, q = np.exp(log_p), np.exp(log_q)
    with np.errstate(over="ignore", invalid="ignore"):
        match name:
            case "kl":
                return np.asarray(-p)
            case "reverse_kl":
                return np.asarray(q * (1 - ratio))
            case "js":
                return np.asarray(q * (np.log(2) - np.logaddexp(0.0, ratio)) / 2)
            case "total_variation":
                return np.asarray(-q * np.sign(ratio) / 2)
            case "chi2":
                return np.asarray(-np.exp(log_p + ratio))
            case "hellinger":
                root = np.exp((log_p + log_q) / 2)
                distance = np.sqrt(np.square(np.sqrt(p) - np.sqrt(q)).sum(-1, keepdims=True) * dx)
                small = distance < 1e-12
                return np.where(small, 0.0, -root / (2 * np.sqrt(2) * np.where(small, 1, distance)))
            case "wasserstein1":
                # δW/δq is the (negative) critic: its slope is the sign of F_p − F_q
                slope = np.sign(np.cumsum(p - q, axis=-1))
                before = np.cumsum(slope, axis=-1) - slope
                return np.asarray(q * before * dx)
            case _:
                raise ValueError(f"no divergence {name!r}; there are {', '.join(DIVERGENCES)}")


def gradient_in_shift(
    name: str, p: Mixture, q: Mixture, x: ArrayLike, shifts: ArrayLike = 0.0
) -> Array:
    """Return dD/ds of D(p, q moved right by s) at each of `shifts`: what still pulls at the fakes.

    Analytic: the integral of δD/δq times the change of q. For unit Gaussians at distance s, KL has
    the slope s, W₁ the slope sign s, JS one that dies out.

    Parameters
    ----------
    name
        One of `DIVERGENCES`.
    p, q
        Data and fakes.
    x
        An even grid, (n,), that holds both at all shifts.
    shifts
        Any shape; the result has it too. Memory is n numbers per shift.

    Raises
    ------
    ValueError
        If the grid is not even, or if there is no such divergence.
    """
    x = np.asarray(x, float)
    dx = spacing(x)
    moved = x - np.asarray(shifts, float)[..., None]
    log_q, score = q.log_pdf(moved), q.score(moved)
    if name == "wasserstein1":
        sign = np.sign(p.cdf(x) - q.cdf(moved))
        return np.asarray((np.exp(log_q) * sign).sum(-1) * dx)
    each = derivative_in_q(name, p.log_pdf(x), log_q, dx)
    return np.asarray(-(each * score).sum(-1) * dx)

"""The optimal discriminator, the value of the game, and what label smoothing does to both.

p is the data's density, q the fakes'. Reference: Goodfellow et al. 2014, §4.1; Goodfellow 2016,
§4.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, xlog1py, xlogy

from gan_core.theory.densities import Array, pair
from gan_core.theory.divergences import js


def optimal(p: ArrayLike, q: ArrayLike) -> Array:
    """Return D* = p/(p + q), in [0, 1]; NaN where both are 0: there D may be anything.

    D* does not change with a factor common to both, so masses do as well as densities.
    Reference: Goodfellow et al. 2014, equation 2.

    Raises
    ------
    ValueError
        If a value is negative or NaN.
    """
    p, q = np.asarray(p, float), np.asarray(q, float)
    if not ((p >= 0).all() and (q >= 0).all()):
        raise ValueError("densities must be ≥ 0")
    larger = np.maximum(p, q)
    with np.errstate(invalid="ignore"):  # 0/0 is the answer where nothing ever is
        a, b = p / larger, q / larger  # sums of the largest doubles do not overflow
        return np.asarray(a / (a + b))


def value(D: ArrayLike, p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return V(D) = ∫ p log D + q log(1 − D), in nats, in [−∞, 0].

    −∞ where D = 0 < p or D = 1 with q > 0. Reference: Goodfellow et al. 2014, equation 1.

    Parameters
    ----------
    D
        A discriminator, (..., n), in [0, 1]; NaN is allowed where p = q = 0 and does not count.
    p, q, dx
        Densities on the grid, as for the divergences.

    Raises
    ------
    ValueError
        If D leaves [0, 1], or is NaN where there are data or fakes.
    """
    p, q = pair(p, q, dx)
    D = np.asarray(D, float)
    nowhere = (p == 0) & (q == 0)
    D = np.where(nowhere, 0.5, D)
    if not ((D >= 0) & (D <= 1)).all():
        raise ValueError("D must lie in [0, 1] wherever there are data or fakes")
    return np.asarray((xlogy(p, D) + xlog1py(q, -D)).sum(-1) * dx)


def value_at_optimum(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return V(D*) = 2 JS − log 4, in [−log 4, 0]. Goodfellow et al. 2014, theorem 1."""
    return np.asarray(2 * js(p, q, dx) - np.log(4))


def cost(D: ArrayLike, p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return D's cost J(D) = −½ V(D), the cross-entropy: log 2 at D = ½. Goodfellow 2016, eq. 8."""
    return np.asarray(-value(D, p, q, dx) / 2)


def density_ratio(D: ArrayLike) -> Array:
    """Return D/(1 − D), in [0, ∞]; for D* it is p/q. NaN stays NaN.

    Raises
    ------
    ValueError
        If D leaves [0, 1].
    """
    D = _probability(D, "D")
    with np.errstate(divide="ignore"):
        return np.asarray(D / (1 - D))


def smoothed(D: ArrayLike, alpha: float = 0.0, beta: float = 0.0) -> Array:
    """Return the optimum under label smoothing, β + (1 − α − β) D, from that without, D.

    Real samples have the target 1 − α, fakes β. It is affine in D, so it has the same peaks.
    Reference: Goodfellow 2016, equation 15 (there as one fraction).

    Raises
    ------
    ValueError
        If D, α or β leave [0, 1], or α + β > 1.
    """
    _smoothing(alpha, beta)
    return np.asarray(beta + (1 - alpha - beta) * _probability(D, "D"))


def logit_bounds(alpha: float = 0.0, beta: float = 0.0) -> tuple[float, float]:
    """Return the least and the largest logit of the smoothed optimum: D lies in [β, 1 − α].

    One-sided, 0.9 for real samples: (−∞, log 9).
    """
    _smoothing(alpha, beta)
    with np.errstate(divide="ignore"):
        low = np.log(beta) - np.log1p(-beta)
        high = np.log1p(-alpha) - np.log(alpha)
    return float(low), float(high)


def least_squares_optimal(
    p: ArrayLike, q: ArrayLike, real: float = 1.0, fake: float = 0.0
) -> Array:
    """Return the least squares optimum (b p + a q)/(p + q), targets b for real, a for fake.

    For b = 1, a = 0 it is the same p/(p + q); NaN where both densities are 0.
    Reference: Mao et al. 2017, equation 5.
    """
    return np.asarray(fake + (real - fake) * optimal(p, q))


def non_saturating_pull(
    logit: ArrayLike, slope: ArrayLike, alpha: float = 0.0, beta: float = 0.0
) -> Array:
    """Return |d(−log D)/dx| at a fake: how hard the non-saturating cost pulls, smoothed or not.

    One-sided smoothing (β = 0) leaves it unchanged: a factor of D is a constant of log D. With
    β > 0 it dies where the fakes dominate: −log D is then flat at −log β.

    Parameters
    ----------
    logit
        a(x) of the optimum without smoothing, log p(x)/q(x).
    slope
        a′(x), per unit of x.
    alpha, beta
        As for `smoothed`.
    """
    _smoothing(alpha, beta)
    a = np.asarray(logit, float)
    away, here = -np.logaddexp(0, a), -np.logaddexp(0, -a)  # log(1 − σ), log σ
    with np.errstate(divide="ignore"):
        log_d = np.logaddexp(np.log(beta) + away, np.log1p(-alpha) + here)
        log_slope = np.log1p(-alpha - beta) + here + away - log_d
    return np.asarray(np.exp(log_slope) * np.abs(slope))


def accuracy(p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the Bayes accuracy of a balanced test, ½ ∫ max(p, q), in [½, 1]: ½ + ½ TV."""
    p, q = pair(p, q, dx)
    return np.asarray(np.maximum(p, q).sum(-1) * dx / 2)


def flow(p: ArrayLike, q: ArrayLike, dx: float, rate: float = 0.5, steps: int = 50) -> Array:
    """Return how fakes approach the data when q itself can be moved, bin by bin, under D*.

    Mirror descent on V(D*) in function space: q ← q·exp(−rate·log(1 − D*)), normalised. The game is
    convex there, so it arrives; in the parameters of a network it is not. A bin without fakes stays
    empty. Reference: Goodfellow et al. 2014, proposition 2.

    Parameters
    ----------
    p, q, dx
        Data and first fakes, (n,), on the grid.
    rate
        Step, in (0, 1].
    steps
        Number of steps, ≥ 0.

    Returns
    -------
    The densities of the fakes, (steps + 1, n).
    """
    if not 0 < rate <= 1 or steps < 0:
        raise ValueError("rate must lie in (0, 1] and steps be ≥ 0")
    p, q = pair(p, q, dx)
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(p), np.log(q)
    path = [q]
    for _ in range(steps):
        both = np.logaddexp(log_p, log_q)
        log_q = np.where(q > 0, (1 - rate) * log_q + rate * both, -np.inf)
        log_q -= logsumexp(log_q) + np.log(dx)
        path.append(np.exp(log_q))
    return np.stack(path)


def _probability(D: ArrayLike, name: str) -> Array:
    D = np.asarray(D, float)
    if ((D < 0) | (D > 1)).any():
        raise ValueError(f"{name} must lie in [0, 1]")
    return D


def _smoothing(alpha: float, beta: float) -> None:
    if not (0 <= alpha <= 1 and 0 <= beta <= 1 and alpha + beta <= 1):
        raise ValueError("α and β must lie in [0, 1], and so must α + β")

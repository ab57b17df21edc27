"""Three costs of G and their slopes: over D's output and over its logit a, D = σ(a).

All have the factor ½ of Goodfellow 2016 (§3.2, equations 10, 13, 14 and figure 16); the mean over
the batch is taken outside. "Minimax": ½ log(1 − D). "Non-saturating": −½ log D. "Maximum
likelihood": −½ D/(1 − D) = −½ eᵃ. All fall in D; what differs is *where* they are steep.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit, softmax

from gan_core.theory.densities import Array, Mixture, spacing
from gan_core.theory.discriminator import logit_bounds

COSTS = ("minimax", "non_saturating", "maximum_likelihood")
"""The costs' names."""


def cost(name: str, logits: ArrayLike) -> Array:
    """Return the cost of each logit, any shape, in nats. −∞ where eᵃ overflows."""
    a = np.asarray(logits, float)
    match name:
        case "minimax":
            return np.asarray(log_expit(-a) / 2)
        case "non_saturating":
            return np.asarray(-log_expit(a) / 2)
        case "maximum_likelihood":
            with np.errstate(over="ignore"):
                return np.asarray(-np.exp(a) / 2)
        case _:
            raise _unknown(name)


def slope(name: str, logits: ArrayLike, alpha: float = 0.0, beta: float = 0.0) -> Array:
    """Return the cost's slope in the logit a, any shape, ≤ 0.

    Without smoothing −½ σ(a), −½ (1 − σ(a)), −½ eᵃ. With it, the slope through the smoothed optimum
    β + (1 − α − β) σ(a), of which a is the logit without.
    """
    with np.errstate(over="ignore"):
        return -np.exp(log_slope(name, logits, alpha, beta))


def log_slope(name: str, logits: ArrayLike, alpha: float = 0.0, beta: float = 0.0) -> Array:
    """Return log |slope|, any shape: finite where the slope itself is too small or too large.

    Raises
    ------
    ValueError
        If there is no such cost, or α, β are no smoothing.
    """
    logit_bounds(alpha, beta)
    a = np.asarray(logits, float)
    here, away = log_expit(a), log_expit(-a)
    with np.errstate(divide="ignore"):
        real = np.logaddexp(np.log(beta) + away, np.log1p(-alpha) + here)  # log D, smoothed
        fake = np.logaddexp(np.log1p(-beta) + away, np.log(alpha) + here)  # log(1 − D), smoothed
        d_slope = np.log1p(-alpha - beta) + here + away
    match name:
        case "minimax":
            weight = -fake
        case "non_saturating":
            weight = -real
        case "maximum_likelihood":
            weight = -2 * fake
        case _:
            raise _unknown(name)
    return np.asarray(weight + d_slope - np.log(2))


def cost_of_output(name: str, D: ArrayLike) -> Array:
    """Return the cost over D's output, any shape: figure 16 of Goodfellow 2016. D in [0, 1]."""
    D = _output(D)
    with np.errstate(divide="ignore"):
        match name:
            case "minimax":
                return np.asarray(np.log1p(-D) / 2)
            case "non_saturating":
                return np.asarray(-np.log(D) / 2)
            case "maximum_likelihood":
                return np.asarray(-D / (1 - D) / 2)
            case _:
                raise _unknown(name)


def slope_in_output(name: str, D: ArrayLike) -> Array:
    """Return d cost/dD, any shape, ≤ 0: −½/(1 − D), −½/D, −½/(1 − D)². D in [0, 1]."""
    D = _output(D)
    with np.errstate(divide="ignore"):
        match name:
            case "minimax":
                return np.asarray(-0.5 / (1 - D))
            case "non_saturating":
                return np.asarray(-0.5 / D)
            case "maximum_likelihood":
                return np.asarray(-0.5 / np.square(1 - D))
            case _:
                raise _unknown(name)


def shares(name: str, logits: ArrayLike) -> Array:
    """Return each sample's share of the batch's gradient in the logits, (..., n); sums to 1.

    Under maximum likelihood one sample that looks real can hold nearly all of it.
    """
    return np.asarray(softmax(log_slope(name, logits), axis=-1))


def effective_samples(name: str, logits: ArrayLike) -> Array:
    """Return 1/Σ share², in [1, n]: as if so many samples had the gradient among them."""
    return np.asarray(1 / np.square(shares(name, logits)).sum(-1))


def least_squares(output: ArrayLike, target: float = 1.0) -> tuple[Array, Array]:
    """Return LSGAN's cost of G, ½ (D − c)², and its slope D − c, over D's output, any shape.

    It pulls also at fakes that D takes for real, beyond c. Reference: Mao et al. 2017, equation 2.
    """
    away = np.asarray(output, float) - target
    return np.asarray(away**2 / 2), away


def gradient_in_shift(name: str, p: Mixture, q: Mixture, x: ArrayLike) -> float:
    """Return the gradient of E cost when all fakes move right together, under the optimal D.

    D is held still while G takes its gradient. × 2: minimax has that of 2 JS, maximum likelihood
    that of KL(p‖q), non-saturating that of KL(q‖p) − 2 JS.
    Reference: Goodfellow 2014; Arjovsky and Bottou 2017, theorem 2.5.

    Parameters
    ----------
    p, q
        Data and fakes.
    x
        An even grid that holds both, (n,).
    """
    x = np.asarray(x, float)
    log_p, log_q = p.log_pdf(x), q.log_pdf(x)
    pull = p.score(x) - q.score(x)  # the logit's slope in x
    weight = np.exp(log_q + log_slope(name, log_p - log_q))
    return float(-(weight * pull).sum() * spacing(x))


def _output(D: ArrayLike) -> Array:
    D = np.asarray(D, float)
    if not ((D >= 0) & (D <= 1)).all():
        raise ValueError("D must lie in [0, 1]")
    return D


def _unknown(name: str) -> ValueError:
    return ValueError(f"no cost {name!r}; there are {', '.join(COSTS)}")

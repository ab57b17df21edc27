"""Data N(0, 1) against fakes N(m, 1): WGAN's first figures in closed form.

Every function takes m ≥ 0, any shape, and optionally the common σ; the numbers are per unit of x.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_expit

from gan_core.theory.densities import Array

NODES = np.linspace(-12.0, 12.0, 601)
"""Even points for integrals against N(0, 1): the trapezoid rule is exact to rounding there."""

WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
"""Their weights."""


def logit(x: ArrayLike, m: ArrayLike, sigma: float = 1.0) -> Array:
    """Return the optimal D's logit log p/q at x: m (m/2 − x)/σ², a straight line."""
    m, x = np.asarray(m, float), np.asarray(x, float)
    return np.asarray(m * (m / 2 - x) / sigma**2)


def kl(m: ArrayLike, sigma: float = 1.0) -> Array:
    """Return KL, either way: m²/2σ², in nats."""
    return np.asarray(np.square(np.asarray(m, float) / sigma) / 2)


def wasserstein1(m: ArrayLike) -> Array:
    """Return W₁ = W₂ = |m|."""
    return np.asarray(np.abs(np.asarray(m, float)))


def js(m: ArrayLike, sigma: float = 1.0) -> Array:
    """Return the Jensen-Shannon divergence, in nats, by quadrature (absolute 1e-12).

    log 2 − E log(1 + e^{−a}) for x from the data, a the logit: both halves are the same.
    """
    d = np.abs(np.asarray(m, float))[..., None] / sigma
    both = -(log_expit(d * (d / 2 - NODES)) @ WEIGHTS)
    return np.asarray(np.clip(np.log(2) - both, 0.0, np.log(2)))


def pull_at_fake_mean(cost: str, m: ArrayLike, sigma: float = 1.0) -> Array:
    """Return how hard G is pulled to the data at the fakes' mean, under the optimal D or critic.

    Parameters
    ----------
    cost
        "minimax": (m/σ²) σ(−m²/2σ²), which dies out; "non_saturating": (m/σ²) σ(m²/2σ²); "critic",
        the optimal one of slope 1: 1.
    m
        Distance of the means, > 0.
    sigma
        Their common width.

    Raises
    ------
    ValueError
        If there is no such cost.
    """
    m = np.asarray(m, float)
    a = logit(m, m, sigma)  # ≤ 0: at the fakes' mean, D says "fake"
    slope = np.abs(m) / sigma**2
    match cost:
        case "minimax":
            return np.asarray(slope * np.exp(log_expit(a)))
        case "non_saturating":
            return np.asarray(slope * np.exp(log_expit(-a)))
        case "critic":
            return np.ones_like(m)
        case _:
            raise ValueError(f"no cost {cost!r}; there are minimax, non_saturating, critic")

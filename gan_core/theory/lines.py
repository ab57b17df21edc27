"""Two parallel lines: where only the Wasserstein distance still pulls.

Data are uniform on {0} × [0, 1], fakes on {θ} × [0, 1]. Reference: Arjovsky, Chintala and Bottou
2017, "Wasserstein GAN", example 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gan_core.theory.densities import Array


def kl(theta: ArrayLike) -> Array:
    """Return KL, either way, in nats: 0 at θ = 0, otherwise ∞."""
    return np.where(np.asarray(theta) == 0, 0.0, np.inf)


def js(theta: ArrayLike) -> Array:
    """Return the Jensen-Shannon divergence, in nats: 0 at θ = 0, otherwise log 2."""
    return np.where(np.asarray(theta) == 0, 0.0, np.log(2))


def total_variation(theta: ArrayLike) -> Array:
    """Return the total variation: 0 at θ = 0, otherwise 1."""
    return np.where(np.asarray(theta) == 0, 0.0, 1.0)


def wasserstein1(theta: ArrayLike) -> Array:
    """Return the Wasserstein-1 distance |θ|, in the units of θ."""
    return np.asarray(np.abs(np.asarray(theta, float)))


def gradient(name: str, theta: ArrayLike) -> Array:
    """Return the slope in θ of `name`: "kl", "js", "total_variation" or "wasserstein1".

    0 where the curve is flat, NaN where there is no slope (θ = 0; KL everywhere).
    """
    theta = np.asarray(theta, float)
    flat = np.where(theta == 0, np.nan, 0.0)
    slopes = {"js": flat, "total_variation": flat, "kl": np.full_like(theta, np.nan)}
    slopes["wasserstein1"] = np.where(theta == 0, np.nan, np.sign(theta))
    if name not in slopes:
        raise ValueError(f"no curve {name!r}; there are {', '.join(slopes)}")
    return slopes[name]

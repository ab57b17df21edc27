"""Critics whose slope is known beforehand: linear with gradient penalty, clipped networks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from gan_core.theory.densities import Array


def penalised_slope(distance: ArrayLike, penalty: ArrayLike) -> Array:
    """Return the slope of the best linear critic under WGAN-GP's penalty: 1 + W/(2λ).

    It maximises s·W − λ(s − 1)², so it exceeds the allowed slope 1: the penalty is soft.
    Reference: Gulrajani et al. 2017, equation 3, for f(x) = s·x.

    Parameters
    ----------
    distance
        W, the distance of the two means, ≥ 0.
    penalty
        λ > 0.

    Raises
    ------
    ValueError
        If W is negative or λ not positive.
    """
    W, lam = np.asarray(distance, float), np.asarray(penalty, float)
    if (W < 0).any() or not (lam > 0).all():
        raise ValueError("the distance must be ≥ 0 and the penalty λ > 0")
    return np.asarray(1 + W / (2 * lam))


def penalised_estimate(distance: ArrayLike, penalty: ArrayLike) -> Array:
    """Return what that critic reports as the distance: W (1 + W/(2λ)), too much by W²/(2λ)."""
    return np.asarray(np.asarray(distance, float) * penalised_slope(distance, penalty))


def clipped_slope_bound(clip: float, widths: Sequence[int]) -> float:
    """Return the largest slope of a network without bias whose weights lie in [−c, c].

    ∏ c √(nᵢ nᵢ₊₁) over the layers, for activations of slope ≤ 1. All weights at c reach it, where
    all units are active; so clipping gives K-Lipschitz, with a K that nobody chose.
    Reference: Arjovsky et al. 2017, §3: clipping bounds *some* K.

    Parameters
    ----------
    clip
        c ≥ 0.
    widths
        Input, hidden layers, output: (2, 64, 64, 1) has three layers of weights.

    Raises
    ------
    ValueError
        If the clip is negative, or there are fewer than two widths, or one below 1.
    """
    if clip < 0 or len(widths) < 2 or min(widths) < 1:
        raise ValueError("clip must be ≥ 0; widths need an input and an output, each ≥ 1")
    return prod(clip * sqrt(a * b) for a, b in pairwise(widths))

"""Critics in closed form: the best one on a line, linear with penalty, bounded networks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from gan_core.theory.densities import Array, Mixture


def best(data: Mixture, fakes: Mixture, x: ArrayLike) -> Array:
    """Return the best critic of slope ≤ 1 at a rising grid x, (n,); it is 0 at the first point.

    Its slope is the sign of F_g − F_d, the distribution functions: upwards wherever mass has to go
    to the right. It is found by ∫ |F_g − F_d|, the one-dimensional W₁, so that the gap between its
    means is W₁ (Kantorovich and Rubinstein). Between two points the slope is that of their middle.
    """
    x = np.asarray(x, float)
    middle = (x[1:] + x[:-1]) / 2
    slopes = np.sign(fakes.cdf(middle) - data.cdf(middle))
    return np.concatenate([[0.0], np.cumsum(slopes * np.diff(x))])


def gap(knots: ArrayLike, heights: ArrayLike, data: Mixture, fakes: Mixture) -> float:
    """Return E f(data) − E f(fakes) for a critic f that is linear between its knots.

    Outside of them f is flat. By parts: ∫ f′ (F_g − F_d), with each F integrated in closed form.

    Parameters
    ----------
    knots, heights
        Rising places, (n,) with n ≥ 2, and the critic's values there.
    data, fakes
        The two distributions.

    Raises
    ------
    ValueError
        If the knots do not rise, or knots and heights differ in number.
    """
    k, f = np.asarray(knots, float), np.asarray(heights, float)
    if k.shape != f.shape or len(k) < 2 or (np.diff(k) <= 0).any():
        raise ValueError("as many heights as knots are needed, at least 2, and knots that rise")
    ahead = _integrated(fakes, k) - _integrated(data, k)  # ∫ (F_g − F_d) up to each knot
    return float(np.diff(f) / np.diff(k) @ np.diff(ahead))


def _integrated(one: Mixture, x: Array) -> Array:
    """Return ∫ F from −∞ to x: σ (t Φ(t) + φ(t)) per component, t = (x − mean)/σ."""
    sigmas = np.asarray(one.sigmas)
    t = (x[:, None] - one.means) / sigmas
    parts = sigmas * (t * ndtr(t) + np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi))
    return np.asarray(parts @ np.asarray(one.weights))


def steepest(knots: ArrayLike, heights: ArrayLike) -> float:
    """Return the largest slope, without its sign, of a critic that is linear between its knots."""
    return float(np.abs(np.diff(np.asarray(heights, float)) / np.diff(knots)).max())


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


def upside_down_slope(distance: ArrayLike, penalty: ArrayLike) -> Array:
    """Return the slope of a linear critic on a line that cannot turn round: −(1 − W/(2λ)).

    The penalty asks for |s| = 1, so s·W − λ(|s| − 1)² has a second, lower top below 0. It is there
    for W < 2λ alone; otherwise NaN. In the plane a slope of −1 can turn to 1 without being small.
    """
    slope = penalised_slope(distance, penalty) - 2
    return np.asarray(np.where(slope < 0, slope, np.nan))


def slope_by_pixel(distance: ArrayLike, penalty: ArrayLike, pixels: int) -> Array:
    """Return the slope of the best linear critic if the norm is taken of each pixel alone.

    A mistake of the axis: the penalty is then λ times the *mean* over the pixels of (|∂f/∂xᵢ| −
    1)², so that each partial derivative wants to be 1 and the whole gradient √n. With a distance
    W that is shared evenly, each has W/√n and settles at 1 + √n W/(2λ), and the whole gradient at
    √n + n W/(2λ); with the right axis it would be 1 + W/(2λ) whatever n is.

    Parameters
    ----------
    distance
        W ≥ 0, the distance of the two means.
    penalty
        λ > 0.
    pixels
        n ≥ 1, the dimensions of a sample; 784 for 28 × 28.

    Raises
    ------
    ValueError
        If there is no pixel.
    """
    if pixels < 1:
        raise ValueError("a sample has at least one pixel")
    return np.asarray(sqrt(pixels) * penalised_slope(np.asarray(distance) * sqrt(pixels), penalty))


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


def clip_of_slope(slope: float, widths: Sequence[int]) -> float:
    """Return the clip at which the largest slope of such a network is `slope`.

    Nobody knows it beforehand: it changes with every layer and every unit.
    """
    return float((slope / clipped_slope_bound(1.0, widths)) ** (1 / (len(widths) - 1)))


def spectral_slope_bound(norm: float, layers: int) -> float:
    """Return the largest slope of a network none of whose layers stretches by more than `norm`.

    norm^layers, for activations of slope ≤ 1: 1 for every depth and width if the norm is 1.
    Reference: Miyato et al. 2018, equation 7.
    """
    return float(norm**layers)


def normalised_batch(x: ArrayLike, eps: float = 0.0) -> Array:
    """Return a batch of scores, (n,), as batch norm leaves them: less their mean, over their width.

    Reference: Ioffe and Szegedy 2015, algorithm 1 (γ = 1, β = 0).
    """
    x = np.asarray(x, float)
    away = x - x.mean()
    return np.asarray(away / np.sqrt((away**2).mean() + eps))


def batch_jacobian(x: ArrayLike, eps: float = 0.0) -> Array:
    """Return how each score of a normalised batch changes with each sample, (n, n): ∂yᵢ/∂xⱼ.

    (δᵢⱼ − 1/n − yᵢyⱼ/n)/s with s² = Var x + eps: it is not diagonal, so "the gradient at a sample"
    is a row that reaches the others as well. Its columns sum to 0, because the yᵢ always do; and
    their sum is what a gradient penalty takes for the slope at sample j (Gulrajani et al. 2017, §4,
    "No critic batch normalization").
    """
    x = np.asarray(x, float)
    y, n = normalised_batch(x, eps), len(x)
    s = np.sqrt(x.var() + eps)
    return np.asarray((np.eye(n) - 1 / n - np.outer(y, y) / n) / s)

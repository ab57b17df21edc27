"""The f-GAN family: D_f(P‖Q) = ∫ q f(p/q), and the game that bounds it from below.

D_f ≥ E_p T − E_q f*(T) for every T with values in the domain of f*; equal at T* = f′(p/q).
Reference: Nowozin, Cseke and Tomioka 2016, equations 2 and 4, tables 1, 2 and 6; the output
activations in their increasing form.

Two entries of the published tables are easily misread, so in this house's units:
"jensen_shannon" is 2 JS; "gan" is 2 JS − log 4, because its f(1) is −log 4 and not 0.
"squared_hellinger" is ∫ (√p − √q)², twice `divergences.hellinger` squared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from gan_core.theory.densities import Array, pair

Function = Callable[[Array], Array]

LOG2 = float(np.log(2))


@dataclass(frozen=True)
class FDivergence:
    """One member of the family. All functions take and return arrays of any shape.

    Attributes
    ----------
    f, slope
        f(u) and f′(u), for the ratio u = p/q > 0.
    conjugate
        f*(t) = sup u t − f(u), for t in `domain`.
    activation
        g_f: makes any number v a t in the domain; increasing.
    domain
        Bounds of t between which f* is finite.
    at_zero, at_infinity
        f(0), what a cell of q alone costs, and lim f(u)/u, what a cell of p alone costs; may be ∞.
    """

    f: Function
    slope: Function
    conjugate: Function
    activation: Function
    domain: tuple[float, float]
    at_zero: float
    at_infinity: float

    @property
    def threshold(self) -> float:
        """f′(1): T above it says "real". For total variation, the middle of its subgradients."""
        return float(self.slope(np.array(1.0)))


def _pearson_conjugate(t: Array) -> Array:
    """Return f*, as in the table: of (u − 1)² over all reals; over u ≥ 0 it is −1 below t = −2."""
    return np.asarray(t**2 / 4 + t)


FAMILY: dict[str, FDivergence] = {
    "kl": FDivergence(
        f=lambda u: xlogy(u, u),
        slope=lambda u: 1 + np.log(u),
        conjugate=lambda t: np.exp(t - 1),
        activation=lambda v: v,
        domain=(-np.inf, np.inf),
        at_zero=0.0,
        at_infinity=np.inf,
    ),
    "reverse_kl": FDivergence(
        f=lambda u: -np.log(u),
        slope=lambda u: -1 / u,
        conjugate=lambda t: -1 - np.log(-t),
        activation=lambda v: -np.exp(-v),
        domain=(-np.inf, 0.0),
        at_zero=np.inf,
        at_infinity=0.0,
    ),
    "pearson_chi2": FDivergence(
        f=lambda u: (u - 1) ** 2,
        slope=lambda u: 2 * (u - 1),
        conjugate=_pearson_conjugate,
        activation=lambda v: v,
        domain=(-np.inf, np.inf),
        at_zero=1.0,
        at_infinity=np.inf,
    ),
    "squared_hellinger": FDivergence(
        f=lambda u: (np.sqrt(u) - 1) ** 2,
        slope=lambda u: 1 - 1 / np.sqrt(u),
        conjugate=lambda t: t / (1 - t),
        activation=lambda v: 1 - np.exp(-v),
        domain=(-np.inf, 1.0),
        at_zero=1.0,
        at_infinity=1.0,
    ),
    "jensen_shannon": FDivergence(
        f=lambda u: xlogy(u, u) - (1 + u) * np.log((1 + u) / 2),
        slope=lambda u: LOG2 - np.log1p(1 / u),
        conjugate=lambda t: -np.log(2 - np.exp(t)),
        activation=lambda v: LOG2 - np.logaddexp(0, -v),
        domain=(-np.inf, LOG2),
        at_zero=LOG2,
        at_infinity=LOG2,
    ),
    "gan": FDivergence(
        f=lambda u: xlogy(u, u) - (1 + u) * np.log1p(u),
        slope=lambda u: -np.log1p(1 / u),
        conjugate=lambda t: -np.log(-np.expm1(t)),
        activation=lambda v: -np.logaddexp(0, -v),
        domain=(-np.inf, 0.0),
        at_zero=0.0,
        at_infinity=0.0,
    ),
    "total_variation": FDivergence(
        f=lambda u: np.abs(u - 1) / 2,
        slope=lambda u: np.sign(u - 1) / 2,
        conjugate=lambda t: t,
        activation=lambda v: np.tanh(v) / 2,
        domain=(-0.5, 0.5),
        at_zero=0.5,
        at_infinity=0.5,
    ),
}
"""All members by name."""


def member(name: str) -> FDivergence:
    """Return the member of that name, or raise `ValueError` with the names there are."""
    if name not in FAMILY:
        raise ValueError(f"no f-divergence {name!r}; there are {', '.join(FAMILY)}")
    return FAMILY[name]


def divergence(name: str, p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return D_f(P‖Q), in [f(1), ∞], of tabulated densities, (..., n); see `divergences`.

    Cells where only one of them is 0 count f(0)·q or lim f(u)/u·p, which may be ∞.
    """
    one = member(name)
    p, q = pair(p, q, dx)
    p, q = np.broadcast_arrays(p, q)
    both = (p > 0) & (q > 0)
    with np.errstate(over="ignore", invalid="ignore"):
        inside = np.where(both, q * one.f(np.where(both, p, 1) / np.where(both, q, 1)), 0.0)
    only_p = np.where((q == 0) & (p > 0), p, 0.0).sum(-1)
    only_q = np.where((p == 0) & (q > 0), q, 0.0).sum(-1)
    # 0·∞ is 0: cells that are not there cost nothing
    alone = _times(only_p, one.at_infinity) + _times(only_q, one.at_zero)
    return np.asarray((inside.sum(-1) + alone) * dx)


def best_critic(name: str, p: ArrayLike, q: ArrayLike) -> Array:
    """Return T* = f′(p/q), any shape: NaN where both are 0; may be ±∞ where one of them is.

    For "gan" it is log D* of the optimal discriminator.
    """
    one = member(name)
    p, q = np.asarray(p, float), np.asarray(q, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(one.slope(p / q))


def bound(name: str, T: ArrayLike, p: ArrayLike, q: ArrayLike, dx: float) -> Array:
    """Return the lower bound E_p T − E_q f*(T) on D_f(P‖Q), for tables (..., n).

    Raises
    ------
    ValueError
        If T leaves the closed domain of f* where there are data or fakes. NaN counts as that.
    """
    one = member(name)
    p, q = pair(p, q, dx)
    somewhere = (p > 0) | (q > 0)
    t = np.asarray(T, float)
    low, high = one.domain
    inside_domain = (t >= low) & (t <= high)
    if not np.where(somewhere, inside_domain, True).all():
        raise ValueError(f"T must lie between {low:.4g} and {high:.4g} for {name}")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        real = np.where(p > 0, p * t, 0.0)
        fake = np.where(q > 0, q * one.conjugate(t), 0.0)
    return np.asarray((real - fake).sum(-1) * dx)


def _times(mass: Array, price: float) -> Array:
    """Return mass × price, where a mass of 0 costs nothing at any price."""
    if np.isfinite(price):
        return np.asarray(mass * price)
    return np.where(mass > 0, price, 0.0)

"""The best single Gaussian for a mixture on a line: what each divergence gives up.

Forward KL covers all modes (its moments, in closed form), reverse KL takes one, JS switches from
both to one: for σ = ½ between the distances ±2.1 and ±2.15. Reference: Goodfellow 2016, §3.2.5 and
figure 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from gan_core.theory.densities import Array, Mixture, gaussian, grid, spacing
from gan_core.theory.divergences import derivative_in_q

FITS = ("kl", "reverse_kl", "js", "total_variation", "wasserstein1")
"""Divergences that a Gaussian can be fitted by."""


@dataclass(frozen=True)
class Fit:
    """The best Gaussian.

    Attributes
    ----------
    mean, sigma
        Its parameters.
    value
        The divergence that is left, in nats (W₁: in the units of x).
    """

    mean: float
    sigma: float
    value: float

    @property
    def density(self) -> Mixture:
        """It as a density."""
        return gaussian(self.mean, self.sigma)


def best_gaussian(name: str, target: Mixture, points: int = 1000) -> Fit:
    """Return the Gaussian q nearest to `target` p by the divergence `name`: a global minimum.

    "kl" is KL(p‖q), solved by p's mean and standard deviation; "reverse_kl" is KL(q‖p). The others
    are minimised over mean and log σ from several starts: p's moments, and each component. Of equal
    minima (a symmetric mixture has two) the one with the larger mean comes back.

    Parameters
    ----------
    name
        One of `FITS`.
    target
        The data.
    points
        Points of the grid on which divergences are summed.

    Raises
    ------
    ValueError
        If there is no such fit.
    """
    if name not in FITS:
        raise ValueError(f"no fit by {name!r}; there are {', '.join(FITS)}")
    cost = objective(name, target, grid(target, gaussian(target.mean, target.sigma), n=points))
    if name == "kl":
        moments = (target.mean, float(np.log(target.sigma)))
        return Fit(target.mean, target.sigma, cost(np.array(moments))[0])
    found = [_descend(cost, start, _bounds(target)) for start in _starts(name, target)]
    least = min(f.value for f in found)
    return max((f for f in found if f.value <= least + 1e-9), key=lambda f: f.mean)


def divergence_of(name: str, target: Mixture, mean: float, sigma: float, n: int = 1000) -> float:
    """Return the divergence of N(mean, sigma²) from `target`: a point of the fit's landscape."""
    if name not in FITS:
        raise ValueError(f"no fit by {name!r}; there are {', '.join(FITS)}")
    cost = objective(name, target, grid(target, gaussian(mean, sigma), n=n))
    return cost(np.array([mean, np.log(sigma)]))[0]


def _starts(name: str, target: Mixture) -> list[tuple[float, float]]:
    """Return starts (mean, log σ): all modes at once, and every one alone."""
    # total variation gains by reaching beyond a mode, out of sight from the mode's own width
    factor = 2.0 if name == "total_variation" else 1.0
    parts = zip(target.means, target.sigmas, target.weights, strict=True)
    alone = [(m, float(np.log(s * factor))) for m, s, w in parts if w > 0]
    return [(target.mean, float(np.log(target.sigma))), *alone]


Objective = Callable[[Array], tuple[float, Array]]


def objective(name: str, target: Mixture, x: Array) -> Objective:
    """Return the divergence and its gradient as a function of (mean, log σ), on a grid."""
    dx = spacing(x)
    log_p, cdf = target.log_pdf(x), target.cdf(x)
    p = np.exp(log_p)

    def cost(parameters: Array) -> tuple[float, Array]:
        mean, sigma = float(parameters[0]), float(np.exp(parameters[1]))
        t = (x - mean) / sigma
        log_q = -(t**2) / 2 - np.log(sigma * np.sqrt(2 * np.pi))
        q = np.exp(log_q)
        if name == "wasserstein1":
            # the normal's distribution function changes by −q in the mean, by −t σ q in log σ
            distance, weights = integral_of_modulus(ndtr(t) - cdf, dx)
            return distance, -np.array([weights @ q, sigma * (weights @ (t * q))])
        if name == "total_variation":
            distance, weights = integral_of_modulus(q - p, dx)
            slope = np.array([weights @ (q * t) / sigma, weights @ (q * (t**2 - 1))])
            return distance / 2, slope / 2
        each = derivative_in_q(name, log_p, log_q, dx)
        # d log q: t/σ in the mean, t² − 1 in log σ
        slope = np.array([(each * t).sum() / sigma, (each * (t**2 - 1)).sum()]) * dx
        return _value(name, log_p, log_q, p, q) * dx, slope

    return cost


def _value(name: str, log_p: Array, log_q: Array, p: Array, q: Array) -> float:
    """Return the divergence's sum over the cells."""
    match name:
        case "kl":
            return float((p * (log_p - log_q)).sum())
        case "reverse_kl":
            return float((q * (log_q - log_p)).sum())
        case "js":
            middle = np.logaddexp(log_p, log_q) - np.log(2)
            return float((p * (log_p - middle) + q * (log_q - middle)).sum() / 2)
        case _:
            raise ValueError(name)


def integral_of_modulus(values: Array, dx: float) -> tuple[float, Array]:
    """Return ∫ |v| for v linear between grid points, and its derivative in each value, (n,).

    Unlike the sum of |v| it has no kink where a zero of v passes a grid point, so that a minimum
    can be found by descent.
    """
    size, sign = np.abs(values), np.sign(values)
    a, b = size[:-1], size[1:]
    crossed = sign[:-1] * sign[1:] < 0
    # a triangle on either side of the zero, each with its share of the interval
    share = a / np.where(crossed, a + b, 1.0)
    rest = 1 - share
    pieces = np.where(crossed, (a + b) * (share**2 + rest**2), a + b)
    left = np.where(crossed, share**2 + 2 * share * rest - rest**2, 1.0)
    right = np.where(crossed, rest**2 + 2 * share * rest - share**2, 1.0)
    weights = np.zeros_like(values)
    weights[:-1] += left
    weights[1:] += right
    return float(pieces.sum() * dx / 2), weights * sign * dx / 2


def _bounds(target: Mixture) -> list[tuple[float, float]]:
    """Return bounds of (mean, log σ): beyond them a step of the search would leave the grid."""
    reach = max(target.sigmas)
    widths = np.log([min(target.sigmas) / 3, 1.5 * target.sigma])
    return [(min(target.means) - reach, max(target.means) + reach), tuple(widths.tolist())]


def _descend(cost: Objective, start: tuple[float, float], bounds: list[tuple[float, float]]) -> Fit:
    """Return the minimum below a start."""
    options = {"gtol": 1e-8, "ftol": 1e-14}
    result = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return Fit(float(result.x[0]), float(np.exp(result.x[1])), float(result.fun))

"""The bilinear game V = x·y: x wants it small, y wants it large, and the only rest is (0, 0).

Each rule is a matrix that acts on the state: (x, y), and behind it what the rule remembers. So its
trajectories and its eigenvalues come from the same numbers. Reference: Goodfellow 2016, §8.2;
Gidel et al. 2019, "A Variational Inequality Perspective on GANs", proposition 1 and §3.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from gan_core.theory.densities import Array

Rule = Literal["simultaneous", "alternating", "extragradient", "optimistic", "continuous"]
Steps = float | tuple[float, float]

RULES: tuple[Rule, ...] = (
    "simultaneous",
    "alternating",
    "extragradient",
    "optimistic",
    "continuous",
)
"""The rules' names."""


def vector_field(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return where both are pulled, (−∂V/∂x, ∂V/∂y) = (−y, x), any shape: always sideways."""
    return np.asarray(-np.asarray(y, float)), np.array(x, float)


def matrix(
    rule: Rule, step_size: Steps, momentum: float = 0.0, first: Literal["x", "y"] = "x"
) -> Array:
    """Return one step as a matrix on the state, (2, 2), or (4, 4) where the rule remembers.

    The state is (x, y) and, with momentum, the last velocity; for the optimistic rule the last
    gradient.

    Parameters
    ----------
    rule
        "simultaneous"; "alternating": `first` moves, then the other answers; "extragradient": by
        the gradient one trial step ahead; "optimistic": 2 × the present gradient less the last
        one; "continuous": the exact flow for a time of `step_size`.
    step_size
        η > 0; or a pair, x's and y's (two time scales).
    momentum
        β in (−1, 1), Polyak's; simultaneous and alternating only. Negative is allowed.
    first
        Who moves first in the alternating rule.

    Raises
    ------
    ValueError
        If there is no such rule, a step is not positive, or the momentum does not fit.
    """
    a, b = _pair(step_size)
    if rule not in RULES:
        raise ValueError(f"no rule {rule!r}; there are {', '.join(RULES)}")
    if not -1 < momentum < 1 or (momentum and rule not in {"simultaneous", "alternating"}):
        raise ValueError("momentum must lie in (−1, 1), for simultaneous or alternating steps only")
    one = np.eye(2)
    field = np.array([[0.0, -a], [b, 0.0]])
    match rule:
        case "extragradient":
            return np.asarray(one + field @ (one + field))
        case "continuous":
            # exp of the field: a turn by the angle √(ab) along an ellipse
            angle = np.sqrt(a * b)
            return np.asarray(np.cos(angle) * one + np.sin(angle) / angle * field)
        case "optimistic":
            return np.block([[one + 2 * field, -one], [field, np.zeros((2, 2))]])
        case "simultaneous":
            return _with_momentum(field, momentum)
    return _alternating(a, b, momentum, first)


def trajectory(
    rule: Rule,
    step_size: Steps,
    steps: int,
    start: tuple[float, float] = (1.0, 0.0),
    momentum: float = 0.0,
    first: Literal["x", "y"] = "x",
) -> Array:
    """Return the positions (x, y) of so many steps, (steps + 1, 2), the start included.

    Parameters as for `matrix`. Memory starts empty: velocity 0; the optimistic rule's last gradient
    is that at the start, so that its first step is a simultaneous one.
    """
    if steps < 0:
        raise ValueError("steps must be ≥ 0")
    M = matrix(rule, step_size, momentum, first)
    state = np.zeros(len(M))
    state[:2] = start
    if rule == "optimistic":
        a, b = _pair(step_size)
        state[2:] = -a * start[1], b * start[0]
    path = np.empty((steps + 1, len(M)))
    path[0] = state
    for t in range(steps):
        path[t + 1] = state = M @ state
    return path[:, :2].copy()


def eigenvalues(
    rule: Rule, step_size: Steps, momentum: float = 0.0, first: Literal["x", "y"] = "x"
) -> Array:
    """Return the eigenvalues of one step, (2,) or (4,), complex, the largest modulus first."""
    values = np.linalg.eigvals(matrix(rule, step_size, momentum, first)).astype(complex)
    return np.asarray(values[np.argsort(-np.abs(values), kind="stable")])


def growth(
    rule: Rule, step_size: Steps, momentum: float = 0.0, first: Literal["x", "y"] = "x"
) -> float:
    """Return the factor per step in the long run, the largest modulus: below 1 it arrives.

    Simultaneous √(1 + η²), alternating 1, extragradient √(1 − η² + η⁴).
    """
    return float(np.abs(eigenvalues(rule, step_size, momentum, first)).max())


def invariant(
    x: ArrayLike, y: ArrayLike, step_size: Steps, first: Literal["x", "y"] = "x"
) -> Array:
    """Return what alternating steps keep: x² + y² ∓ η x y, − where x moves first, + where y does.

    With two step sizes, b x² + a y² ∓ a b x y, which is η times it for equal ones. An ellipse
    while √(ab) < 2, so the orbit is bounded.
    """
    a, b = _pair(step_size)
    x, y = np.asarray(x, float), np.asarray(y, float)
    sign = -1 if first == "x" else 1
    form = b * x**2 + a * y**2 + sign * a * b * x * y
    return np.asarray(form / a if a == b else form)


def _alternating(a: float, b: float, momentum: float, first: str) -> Array:
    """Return the alternating step: one player's half step, then the other's."""
    x_half, y_half = np.eye(4), np.eye(4)
    x_half[2] = 0, -a, momentum, 0  # velocity of x, then x itself
    x_half[0] = 1, -a, momentum, 0
    y_half[3] = b, 0, 0, momentum
    y_half[1] = b, 1, 0, momentum
    both = y_half @ x_half if first == "x" else x_half @ y_half
    return both if momentum else np.asarray(both[:2, :2])


def _with_momentum(field: Array, momentum: float) -> Array:
    """Return the simultaneous step with a velocity for both."""
    one = np.eye(2)
    if not momentum:
        return np.asarray(one + field)
    return np.block([[one + field, momentum * one], [field, momentum * one]])


def _pair(step_size: Steps) -> tuple[float, float]:
    """Return x's and y's step size, checked."""
    a, b = step_size if isinstance(step_size, tuple) else (step_size, step_size)
    if not (a > 0 and b > 0 and np.isfinite([a, b]).all()):
        raise ValueError(f"step sizes must be positive and finite, not {step_size}")
    return float(a), float(b)

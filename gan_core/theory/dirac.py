"""How the Dirac-GAN moves in steps of gradient descent. The game itself: `dirac_game`."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gan_core.theory.densities import Array
from gan_core.theory.dirac_game import GAMES, DiracGAN

__all__ = ["GAMES", "DiracGAN", "trajectory", "update_matrix"]


def trajectory(
    gan: DiracGAN,
    step_size: float = 0.2,
    steps: int = 500,
    start: tuple[float, float] = (1.0, 1.0),
    rule: Literal["simultaneous", "alternating"] = "alternating",
    d_steps: int = 1,
    first: Literal["g", "d"] = "g",
) -> Array:
    """Return the positions (θ, ψ), (steps + 1, 2), the start included; ∞ or NaN where it diverges.

    Parameters
    ----------
    gan
        The game.
    step_size
        h > 0, of both players.
    steps
        Iterations, ≥ 0.
    start
        θ and ψ; ψ is clipped first if the game clips.
    rule, d_steps, first
        "simultaneous" (then one step of D), or "alternating": one step of G and `d_steps` of D, G
        first as in the paper's own code, or D first.

    Raises
    ------
    ValueError
        If a number is out of its range, or there is no such rule.
    """
    _check(step_size, rule, d_steps)
    if steps < 0:
        raise ValueError("steps must be ≥ 0")
    h, bound = float(step_size), np.inf if gan.clip is None else gan.clip
    theta, psi = float(start[0]), min(max(float(start[1]), -bound), bound)
    order = "g" + "d" * d_steps if first == "g" else "d" * d_steps + "g"
    path = np.empty((steps + 1, 2))
    path[0] = theta, psi
    for i in range(1, steps + 1):
        for player in ("both",) if rule == "simultaneous" else order:
            v1, v2 = _velocities(gan, player, theta, psi)
            theta, psi = theta + h * v1, min(max(psi + h * v2, -bound), bound)
        path[i] = theta, psi
    return path


def update_matrix(
    gan: DiracGAN,
    step_size: float = 0.2,
    rule: Literal["simultaneous", "alternating"] = "alternating",
    d_steps: int = 1,
) -> Array:
    """Return one iteration, linearised at the solution, (2, 2).

    It converges linearly if both eigenvalues have a modulus < 1.

    Parameters as for `trajectory`, G first; the eigenvalues do not depend on who is first.
    """
    _check(step_size, rule, d_steps)
    J = gan.jacobian()
    one = np.eye(2)
    if rule == "simultaneous":
        return np.asarray(one + step_size * J)
    g, d = one + step_size * J * [[1], [0]], one + step_size * J * [[0], [1]]
    return np.asarray(np.linalg.matrix_power(d, d_steps) @ g)


def _velocities(gan: DiracGAN, player: str, theta: float, psi: float) -> tuple[float, float]:
    """Return both velocities, 0 for who does not move; only what is needed is computed."""
    if player == "both" or gan.consensus:
        v1, v2 = gan.velocities(theta, psi)
        return (v1 if player != "d" else 0.0), (v2 if player != "g" else 0.0)
    if player == "g":
        return gan.g_velocity(theta, psi), 0.0
    return 0.0, gan.d_velocity(theta, psi)


def _check(step_size: float, rule: str, d_steps: int) -> None:
    if rule not in {"simultaneous", "alternating"}:
        raise ValueError(f"no rule {rule!r}; there are simultaneous, alternating")
    if not (step_size > 0 and np.isfinite(step_size)) or d_steps < 1:
        raise ValueError("the step size must be > 0 and d_steps ≥ 1")
    if rule == "simultaneous" and d_steps != 1:
        raise ValueError("simultaneous steps have one step of D each")

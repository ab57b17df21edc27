"""The Dirac-GAN: data at 0, one fake at θ, a linear discriminator ψ·x; the smallest real GAN.

The paper's signs: D is high on *fakes*, so −ψ is the slope of the logit that says "real". With
t = ψθ the players follow θ̇ = −ψ f′(t) and ψ̇ = θ f′(t); in the non-saturating game
θ̇ = −ψ f′(−t). Rest is only at (0, 0). Reference: Mescheder, Geiger and Nowozin 2018, "Which
Training Methods for GANs do actually Converge?", §2 and §3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import tanh
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from gan_core.theory.densities import Array

GAMES = ("minimax", "non_saturating", "wasserstein", "least_squares")
"""The games' names."""

Number = Any
"""A float, or an array: the same comes back. Python's floats are ten times as fast alone."""

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(48)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class DiracGAN:
    """A game and what keeps it in check; 0 or None leaves a term out.

    Attributes
    ----------
    game
        One of `GAMES`. Least squares has D's targets ±1 and G aims at that of real samples: the
        usual 0 and 1 for a D with the bias ½, but for the scale.
    clip
        Bound of |ψ| after each step (WGAN).
    penalty, target
        λ and centre g of the penalty λ/2 (|∇D| − g)² (WGAN-GP: g = 1, its own λ is half of this).
    r1, r2
        γ of γ/2 |∇D|² at the data, at the fakes. A linear D has one slope, so they do the same.
    noise
        σ of Gaussian noise on data and fakes, taken in the mean (48-point quadrature).
    consensus
        γ of γ/2 ‖v‖², added to both costs (Mescheder et al. 2017). Far out it can push to where the
        gradients are small because D saturates, away from the solution.

    Raises
    ------
    ValueError
        If there is no such game, or a number is negative or not finite.
    """

    game: str = "minimax"
    clip: float | None = None
    penalty: float = 0.0
    target: float = 1.0
    r1: float = 0.0
    r2: float = 0.0
    noise: float = 0.0
    consensus: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no game."""
        if self.game not in GAMES:
            raise ValueError(f"no game {self.game!r}; there are {', '.join(GAMES)}")
        numbers = (self.penalty, self.target, self.r1, self.r2, self.noise, self.consensus)
        if not all(np.isfinite(n) and n >= 0 for n in (*numbers, self.clip or 0.0)):
            raise ValueError("clip, penalties, noise and consensus must be finite and ≥ 0")

    def field(self, theta: ArrayLike, psi: ArrayLike) -> tuple[Array, Array]:
        """Return the velocities (θ̇, ψ̇), any shape: the phase portrait's arrows."""
        theta, psi = np.broadcast_arrays(np.asarray(theta, float), np.asarray(psi, float))
        v = self.velocities(theta, psi)
        return np.asarray(v[0]), np.asarray(v[1])

    def jacobian(self, theta: float = 0.0, psi: float = 0.0) -> Array:
        """Return the velocities' Jacobian, (2, 2), rows θ̇, ψ̇; with consensus only at (0, 0).

        Raises
        ------
        ValueError
            With consensus away from (0, 0), and with a penalty around g > 0 at ψ = 0, where the
            velocity jumps: that is why WGAN-GP never comes to rest.
        """
        if self.penalty and self.target and psi == 0:
            raise ValueError("no Jacobian at ψ = 0: the penalty around g > 0 has a kink there")
        J = np.array(self._slopes(float(theta), float(psi))).reshape(2, 2)
        if not self.consensus:
            return J
        if theta or psi:
            raise ValueError("with consensus, the Jacobian is known at (0, 0) only")
        return np.asarray(J - self.consensus * J.T @ J)

    def eigenvalues(self) -> Array:
        """Return the Jacobian's eigenvalues at the solution, (2,), complex.

        Minimax, non-saturating, Wasserstein ±f′(0) i; R1 −γ/2 ± √(γ²/4 − f′(0)²).
        """
        return np.linalg.eigvals(self.jacobian()).astype(complex)

    def velocities(self, theta: Number, psi: Number) -> tuple[Number, Number]:
        """Return (θ̇, ψ̇) like `field`, for floats or for arrays of one shape."""
        v1, v2 = self.g_velocity(theta, psi), self.d_velocity(theta, psi)
        if self.consensus:
            a, b, c, d = self._slopes(theta, psi)
            v1, v2 = (
                v1 - self.consensus * (a * v1 + c * v2),
                v2 - self.consensus * (b * v1 + d * v2),
            )
        return v1, v2

    def g_velocity(self, theta: Number, psi: Number) -> Number:
        """Return θ̇ without consensus."""
        x, p = self._noisy(theta, psi)
        return -psi * self._mean(self._g_slope(p * x))

    def d_velocity(self, theta: Number, psi: Number) -> Number:
        """Return ψ̇ without consensus."""
        x, p = self._noisy(theta, psi)
        v = self._mean(x * self._f1(p * x))
        if self.noise:  # the data's noise is even, so that data count like fakes at 0
            v = v + self._mean(self._noise * self._f1(p * self._noise))
        if self.penalty:
            v = v - self.penalty * (psi - self.target * np.sign(psi))
        return v - (self.r1 + self.r2) * psi

    def _slopes(self, theta: Number, psi: Number) -> tuple[Number, Number, Number, Number]:
        """Return the Jacobian's entries without consensus, row by row."""
        x, p = self._noisy(theta, psi)
        t = p * x
        g, f = self._g_slope(t), self._f1(t)
        f2 = self._f2(t)
        g2 = -self._f2(-t) if self._heuristic else f2
        d = self._mean(x * x * f2) - (self.r1 + self.r2) - self.penalty
        if self.noise:
            noise = self._noise
            d = d + self._mean(noise * noise * self._f2(p * noise))
        return (
            -psi * psi * self._mean(g2),
            -self._mean(g + t * g2),
            self._mean(f + t * f2),
            d,
        )

    @property
    def _heuristic(self) -> bool:
        """Whether G has a cost of its own instead of D's with the other sign."""
        return self.game in {"non_saturating", "least_squares"}

    def _g_slope(self, t: Number) -> Number:
        return self._f1(-t) if self._heuristic else self._f1(t)

    def _f1(self, t: Number) -> Number:
        """Return f′(t)."""
        if self.game == "wasserstein":
            return 1.0 + 0.0 * t
        if self.game == "least_squares":
            return 1.0 - t
        # σ(−t); tanh does not overflow
        return 0.5 - 0.5 * tanh(t / 2) if isinstance(t, float) else expit(-t)

    def _f2(self, t: Number) -> Number:
        """Return f″(t)."""
        if self.game == "wasserstein":
            return 0.0 * t
        if self.game == "least_squares":
            return -1.0 + 0.0 * t
        s = self._f1(t)
        return s * (s - 1)

    @cached_property
    def _noise(self) -> Array:
        """The noise at the nodes."""
        return np.asarray(self.noise * NODES)

    def _noisy(self, theta: Number, psi: Number) -> tuple[Number, Number]:
        """Return the noisy fakes, and ψ to go with them; the nodes are a new last axis."""
        if not self.noise:
            return theta, psi
        if isinstance(theta, np.ndarray):
            return theta[..., None] + self._noise, psi[..., None]
        return theta + self._noise, psi

    def _mean(self, values: Number) -> Number:
        return values @ WEIGHTS if self.noise else values

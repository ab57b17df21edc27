"""Mode coverage: which modes the generator reaches, and how it wanders between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

SAMPLES = 2500
"""Samples per measurement, as in the published protocol."""

DOMINANT = 0.8
"""A mode dominates when it is the nearest one to at least this share of the fakes."""


@dataclass(frozen=True)
class Coverage:
    """Coverage of m modes by n samples.

    Attributes
    ----------
    captured
        Modes to which at least one high-quality sample belongs.
    covered
        The stricter count: modes with at least a tenth of their fair share, n/m, of
        high-quality samples.
    high_quality
        Share of samples within 3σ of their nearest centre.
    reverse_kl
        KL divergence, in nats, of the samples' distribution over their nearest modes from the
        uniform one.
    shares
        Share of samples per nearest mode, (m,).
    """

    captured: int
    covered: int
    high_quality: float
    reverse_kl: float
    shares: Array


def nearest(x: Array, centres: Array) -> tuple[NDArray[np.intp], Array]:
    """Return each point's nearest centre and its distance: two arrays of shape (n,)."""
    # ‖x − c‖² = ‖x‖² − 2 x·c + ‖c‖²: one matrix product instead of an (n, m, 2) array
    squared = (x**2).sum(1)[:, None] - 2 * x @ centres.T + (centres**2).sum(1)
    which = squared.argmin(1)
    return which, np.sqrt(((x - centres[which]) ** 2).sum(1))


def coverage(x: Array, centres: Array, spread: float) -> Coverage:
    """Measure the coverage of modes at `centres`, (m, 2), of width σ = `spread`, by `x`, (n, 2).

    Points that are not finite belong to no mode. Reference: Srivastava et al. 2017 (VEEGAN),
    §5.1, and Lin et al. 2018 (PacGAN), §4.1, for `captured`, `high_quality`, `reverse_kl`.
    """
    n, m = len(x), len(centres)
    x = x[np.isfinite(x).all(1)]
    which, distance = nearest(x, centres)
    good = np.bincount(which[distance <= 3 * spread], minlength=m)
    shares = np.bincount(which, minlength=m) / n
    some = shares[shares > 0]
    return Coverage(
        captured=int((good > 0).sum()),
        covered=int((good >= 0.1 * n / m).sum()),
        high_quality=float(good.sum() / n),
        reverse_kl=float((some * np.log(some * m)).sum()) if len(some) else float("nan"),
        shares=shares,
    )


@dataclass
class Wandering:
    """How the dominant mode moves in the course of a run.

    Attributes
    ----------
    frames
        Looks taken so far.
    dominated
        Looks at which one mode dominated (`DOMINANT`).
    hops
        Changes of the dominant mode, from one dominated look to the next dominated one.
    visited
        Modes that have dominated.
    """

    frames: int = 0
    dominated: int = 0
    hops: int = 0
    visited: set[int] = field(default_factory=set)
    last: int = -1

    def look(self, shares: Array) -> None:
        """Take note of the present shares per nearest mode, (m,)."""
        self.frames += 1
        if len(shares) < 2 or shares.max() < DOMINANT:
            return
        mode = int(shares.argmax())
        self.dominated += 1
        self.hops += int(self.last not in {-1, mode})
        self.visited.add(mode)
        self.last = mode

    @property
    def dominance(self) -> float:
        """Share of the looks at which one mode dominated; 0 before the first."""
        return self.dominated / max(1, self.frames)

"""D's outputs as a picture shows them: their range, and how they are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gan_core.games import Game

Array = NDArray[np.floating]

BINS: Final = 30
"""Bins of the histograms of D's output."""


def score_range(game: Game, on_real: Array, on_fake: Array, *others: Array) -> tuple[float, float]:
    """Return the range of D's outputs; D cannot tell in the middle of it.

    A probability's is [0, 1]. A critic's is as wide as needed; where the game has no undecided
    score of its own, its middle lies half-way between the mean scores of real and fake samples.
    """
    if not game.scores:
        return 0.0, 1.0
    middle = game.undecided
    if middle is None:
        middle = float(on_real.mean() + on_fake.mean()) / 2
    reach = max(float(np.abs(scores - middle).max()) for scores in (on_real, on_fake, *others))
    # a critic that gives everything nearly the same score still has a range to draw
    reach = max(reach, 1e-6 * max(1.0, abs(middle)))
    return middle - reach, middle + reach


def histogram(scores: Array, low: float, high: float) -> Array:
    """Return the share of the scores in each of `BINS` equal bins of [low, high]."""
    part = (scores.astype(float) - low) / (high - low)
    counts = np.bincount(np.clip(part * BINS, 0, BINS - 1).astype(int), minlength=BINS)
    return np.asarray(counts / len(scores))

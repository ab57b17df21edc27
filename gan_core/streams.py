"""Random streams: each purpose draws from its own, so that none ever moves another."""

from __future__ import annotations

import numpy as np

WEIGHTS, BATCHES, NOISE, REFERENCE = 0, 1, 2, 3
"""Streams of the training itself."""

SHOWN_REAL, SHOWN_LATENT, MEASURED, SHOWN_COMPANY = 10, 11, 12, 13
"""Streams of looking and measuring."""


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """Return the random stream of a seed for one purpose."""
    return np.random.default_rng([seed, *purpose])

"""What a critic looks like from inside: its weights, and how steep it is between the samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

WEIGHTS = 20_000
"""Parameters that a histogram is of, at most: of more, evenly spread ones."""
WEIGHT_BINS = 40
STEEPNESS = (1e-4, 1e2)
"""Ends of the logarithmic axis of slopes."""
SLOPE_BINS = 48
"""Bins per axis: eight to each power of ten, so that slope 1 lies between two of them."""
AT_BOUND = 1e-4
"""Relative distance from the bound at which a parameter counts as lying on it."""

_NICE = (1.0, 2.0, 5.0, 10.0)


def weight_histogram(parameters: Array, bound: float = float("nan")) -> Array:
    """Return a histogram of a critic's parameters, (2 + `WEIGHT_BINS`,) float32.

    Parameters
    ----------
    parameters
        Weights and biases, any shape.
    bound
        What they are clipped to; NaN if they are not.

    Returns
    -------
    array
        The axis is [−reach, reach]: first the reach (the bound, or a round number that holds all),
        then the share of the parameters on the bound (NaN without one), then the share per bin.
    """
    flat = parameters.reshape(-1)
    flat = np.nan_to_num(flat[:: max(1, len(flat) // WEIGHTS)].astype(float))
    size = np.abs(flat)
    reach = bound if np.isfinite(bound) else _round_up(float(size.max(initial=0.0)))
    bins = np.clip((flat / reach + 1) / 2 * WEIGHT_BINS, 0, WEIGHT_BINS - 1).astype(int)
    shares = np.bincount(bins, minlength=WEIGHT_BINS) / max(1, len(flat))
    on = float((size >= bound * (1 - AT_BOUND)).mean()) if np.isfinite(bound) else float("nan")
    return np.asarray([reach, on, *shares], np.float32)


def slope_histogram(slopes: Array) -> Array:
    """Return a histogram of slopes ‖∇D(x̂)‖, (n,), on a logarithmic axis: (1 + `SLOPE_BINS`,).

    float32: first their mean, then the share per bin of `STEEPNESS`; those beyond lie in the
    outermost bins.
    """
    slopes = np.nan_to_num(slopes.astype(float))
    low, high = np.log10(STEEPNESS)
    place = (np.log10(np.maximum(slopes, 1e-30)) - low) / (high - low)
    bins = np.clip(place * SLOPE_BINS, 0, SLOPE_BINS - 1).astype(int)
    shares = np.bincount(bins, minlength=SLOPE_BINS) / len(slopes)
    return np.asarray([min(slopes.mean(), 1e30), *shares], np.float32)


def _round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    if not value > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * next(step for step in _NICE if step * power >= value * (1 - 1e-9)))

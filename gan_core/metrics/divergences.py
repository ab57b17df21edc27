"""Divergences between samples and data, on a grid: Jensen-Shannon and Kullback-Leibler."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gan_core.data import DataSet

Array = NDArray[np.floating]

CELLS = 50
"""Cells of the grid along each side of the shown square."""

LINE_CELLS = 200
"""Cells of the grid on the shown line: finer, because 2,500 samples still put a dozen in each."""

SKEW = 0.99
"""The share of the samples in what the KL divergence compares the data with; the rest is the data.

Without the rest it would be infinite as soon as a single cell of the data holds no sample.
"""

REFERENCE = 200_000
"""Samples that stand for the data: their own noise is negligible beside that of 2,500 fakes."""


def histogram(x: Array, extent: float) -> Array:
    """Return the share of points per cell of a grid on [−extent, extent].

    The grid has `CELLS`² cells for points in the plane, (n, 2), and `LINE_CELLS` for points on a
    line, (n, 1). Points outside count in the nearest cell of the border, so that nothing is lost.
    """
    dim = x.shape[1]
    side = LINE_CELLS if dim == 1 else CELLS
    x = x.astype(np.float64)  # samples that have run far away do not overflow
    cell = np.clip(np.floor((x / extent + 1) * (side / 2)), 0, side - 1).astype(np.intp)
    index = cell @ side ** np.arange(dim)
    return np.asarray(np.bincount(index, minlength=side**dim) / len(x))


def jensen_shannon(p: Array, q: Array) -> float:
    """Return the Jensen-Shannon divergence, in nats, of two discrete distributions.

    0 where they agree, log 2 where they share nothing. Reference: Lin 1991, equation 3.1.
    """
    middle = (p + q) / 2

    def half(a: Array) -> float:
        there = a > 0
        return float((a[there] * np.log(a[there] / middle[there])).sum())

    return (half(p) + half(q)) / 2


def skew_kl(p: Array, q: Array) -> float:
    """Return the skew divergence, in nats, of two discrete distributions.

    That is KL(p ‖ α q + (1 − α) p) with α = `SKEW`: 0 where they agree, −log(1 − α) = 4.61 where
    they share nothing. Reference: Lee 2001, "On the Effectiveness of the Skew Divergence for
    Statistical Language Analysis", equation 6.
    """
    there = p > 0
    p = p[there]
    return float((p * np.log(p / (SKEW * q[there] + (1 - SKEW) * p))).sum())


@lru_cache(maxsize=32)
def reference(data: DataSet) -> Array:
    """Return the data's own distribution over the grid's cells."""
    rng = np.random.default_rng(0)
    return histogram(data.sample(REFERENCE, rng), data.extent)


def js_to_data(x: Array, data: DataSet) -> float:
    """Return the JS divergence between samples, (n, dim), and the data, in nats, on the grid.

    NaN if a sample is not finite.
    """
    if not np.isfinite(x).all():
        return float("nan")
    return jensen_shannon(histogram(x, data.extent), reference(data))


def kl_to_data(x: Array, data: DataSet) -> float:
    """Return KL(data ‖ samples), skewed (`skew_kl`), in nats, on the grid; samples are (n, dim).

    It is large where data have no samples near them: a missed mode. NaN if a sample is not finite.
    """
    if not np.isfinite(x).all():
        return float("nan")
    return skew_kl(reference(data), histogram(x, data.extent))


@lru_cache(maxsize=64)
def floors(data: DataSet, n: int) -> tuple[float, float]:
    """Return what `n` fresh real samples score in JS and in KL: the means over 16 draws.

    A perfect generator cannot be told from these numbers.
    """
    rng = np.random.default_rng(1)
    drawn = [data.sample(n, rng) for _ in range(16)]
    js = float(np.mean([js_to_data(x, data) for x in drawn]))
    return js, float(np.mean([kl_to_data(x, data) for x in drawn]))

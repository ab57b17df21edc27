"""Jensen-Shannon divergence between samples and data, on a grid."""

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


@lru_cache(maxsize=64)
def js_floor(data: DataSet, n: int) -> float:
    """Return what `n` fresh real samples score: the mean over 16 draws.

    A perfect generator cannot be told from this number.
    """
    rng = np.random.default_rng(1)
    return float(np.mean([js_to_data(data.sample(n, rng), data) for _ in range(16)]))

"""The best Gaussian for two equal modes at every distance: computed once, kept beside this file.

The problem has no scale of its own: what counts is the ratio r of the modes' distance from the
middle to their width. ``python -m gan_core.theory.two_modes`` computes the table anew (a minute).
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np

from gan_core.theory import fits
from gan_core.theory.densities import two_modes

Row = list[float]
FILE = Path(__file__).with_suffix(".json")
RATIOS = np.round(np.linspace(0, 10, 101), 1)
"""Where the table is computed; it holds the switches as well."""

BOTH = 0.05
"""A best Gaussian with its mean this near to the middle (in widths) covers both modes."""


def best(name: str, ratio: float) -> Row:
    """Return ratio, mean, σ, value of the best Gaussian for modes of width 1 at ±ratio."""
    found = fits.best_gaussian(name, two_modes(ratio, 1.0))
    return [ratio, abs(found.mean), found.sigma, found.value]


def switch(name: str, low: float = 0.0, high: float = 10.0, tolerance: float = 1e-5) -> float:
    """Return the ratio at which the best Gaussian leaves both modes for one, or ∞ if none does."""
    if best(name, high)[1] < BOTH:
        return float("inf")
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (low, middle) if best(name, middle)[1] > BOTH else (middle, high)
    return (low + high) / 2


def build() -> dict[str, list[Row]]:
    """Return the rows of `best` by divergence, with two at each switch: just before and after."""
    table = {}
    for name in fits.FITS:
        rows = [best(name, float(ratio)) for ratio in RATIOS]
        if np.isfinite(at := switch(name)):
            before, after = best(name, at - 1e-5), best(name, at + 1e-5)
            rows += [[at, *before[1:]], [at, *after[1:]]]
        rows.sort(key=lambda row: (row[0], row[1]))
        table[name] = [[round(number, 5) for number in row] for row in rows]
    return table


@functools.cache
def load() -> dict[str, list[Row]]:
    """Return the kept table: what `build` has returned."""
    table: dict[str, list[Row]] = json.loads(FILE.read_text(encoding="utf-8"))
    return table


if __name__ == "__main__":
    FILE.write_text(json.dumps(build(), separators=(",", ":")) + "\n", encoding="utf-8")

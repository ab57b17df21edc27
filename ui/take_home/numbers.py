"""Numbers as people read them, and axes that end at round ones (as in the live view)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

DASH: Final = "–"
"""What stands for a number that is none."""
_STEPS: Final = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


def whole(value: float) -> str:
    """Return a whole number with separators, or a dash."""
    return f"{round(value):,}".replace("-", "−") if math.isfinite(value) else DASH


def decimal(value: float, places: int = 2) -> str:
    """Return a number with so many decimals; large ones in powers of ten, tiny ones not as 0."""
    if not math.isfinite(value):
        return DASH
    if abs(value) >= 1e4:
        return _power(f"{value:.1e}")
    text = f"{value:.{min(places, 1) if abs(value) >= 100 else places}f}"
    if value and not float(text):
        text = _power(f"{value:.0e}") if abs(value) < 1e-4 else f"{value:.1g}"
    return text.replace("-", "−")


def tick(value: float) -> str:
    """Return an axis label: as short as the number allows."""
    if abs(value) >= 1e5:
        return _power(f"{value:.0e}")
    rounded = float(f"{value:.3g}")
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    text = format(rounded, "g") if abs(rounded) < 1e-4 else repr(rounded).removesuffix(".0")
    return text.replace("-", "−")


def _power(text: str) -> str:
    """Return 1.2e+04 as 1.2e4."""
    digits, _, power = text.partition("e")
    return f"{digits}e{int(power)}".replace("-", "−")


def nice_ceiling(value: float) -> float:
    """Return the smallest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 × 10^k that is at least `value`."""
    return _nice(value, _STEPS, lambda nice: nice >= value * (1 - 1e-9))


def nice_floor(value: float) -> float:
    """Return the largest of them that is at most `value`."""
    return _nice(value, _STEPS[::-1], lambda nice: nice <= value * (1 + 1e-9))


def _nice(value: float, steps: Sequence[float], fits: Callable[[float], bool]) -> float:
    if not (value > 0 and math.isfinite(value)):
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(f"{next(step * power for step in steps if fits(step * power)):.6g}")


class Range:
    """An axis range around what it has seen; it ends at round numbers."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def include(self, value: float) -> None:
        """Grow until `value` lies inside; what is no number is passed over."""
        if not math.isfinite(value):
            return
        if value > self.high:
            self.high = 0.0 if value < 0 else nice_ceiling(value)
        # A hair below the axis is not worth another axis.
        if value < self.low - 0.05 * (self.high - self.low):
            self.low = 0.0 if value > 0 else -nice_ceiling(-value)

    def part(self, value: float) -> float:
        """Return where a value lies, 0 (low) to 1 (high)."""
        return (value - self.low) / (self.high - self.low or 1.0)

"""What a student can set in a sketch: numbers, options, curves drawn by hand.

Whatever a browser or a link says is looked at as input: a value that is not valid is left out, and
the knob keeps the one that it has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "at."
"""Before the name of a knob in a link: other names there are settings of the experiment."""

Value = float | str
_HEX: Final = re.compile(r"([0-9a-f]{2})*")
_LEVELS: Final = 255


@dataclass(frozen=True)
class Number:
    """A number within bounds.

    Attributes
    ----------
    low, high
        The bounds.
    start
        Where it stands at first.
    step
        The grid of the slider and of the arrow keys; values between are valid.
    """

    low: float
    high: float
    start: float
    step: float

    def __post_init__(self) -> None:
        """Refuse bounds that leave no room, or a start outside of them."""
        if not self.low <= self.start <= self.high or self.step <= 0:
            raise ValueError(f"not low ≤ start ≤ high with a positive step: {self}")

    def read(self, said: object) -> Value | None:
        """Return a value as said by a browser or a link; None if it is not valid."""
        if isinstance(said, bool) or not isinstance(said, int | float | str):
            return None
        try:
            value = float(said)
        except (ValueError, OverflowError):
            return None
        return value if math.isfinite(value) and self.low <= value <= self.high else None

    def as_data(self) -> dict[str, object]:
        """Return the knob as the sketch takes it."""
        return {"kind": "number", "low": self.low, "high": self.high, "step": self.step}


@dataclass(frozen=True)
class Option:
    """One of a few words."""

    options: tuple[str, ...]
    start: str

    def __post_init__(self) -> None:
        """Refuse a start that is no option."""
        if self.start not in self.options:
            raise ValueError(f"{self.start!r} is none of {', '.join(self.options)}")

    def read(self, said: object) -> Value | None:
        """Return an option as said by a browser or a link; None if it is none."""
        return said if isinstance(said, str) and said in self.options else None

    def as_data(self) -> dict[str, object]:
        """Return the knob as the sketch takes it."""
        return {"kind": "option", "options": list(self.options)}


@dataclass(frozen=True)
class Drawn:
    """A curve drawn by hand: heights from 0 to 1 at evenly spaced knots, two hex digits each.

    Attributes
    ----------
    knots
        How many.
    start
        The curve at first; empty if nothing is drawn.
    """

    knots: int
    start: str = ""

    def read(self, said: object) -> Value | None:
        """Return a curve as said by a browser or a link; None if it is none. Empty is one."""
        if not isinstance(said, str) or len(said) not in (0, 2 * self.knots):
            return None
        return said if _HEX.fullmatch(said) else None

    def heights(self, text: str) -> list[float]:
        """Return the heights at the knots, 0 to 1; none for a curve that is not drawn."""
        return [int(text[i : i + 2], 16) / _LEVELS for i in range(0, len(text), 2)]

    def as_data(self) -> dict[str, object]:
        """Return the knob as the sketch takes it."""
        return {"kind": "drawn", "knots": self.knots}


Knob = Number | Option | Drawn
Knobs = Mapping[str, Knob]


def starts(knobs: Knobs) -> dict[str, Value]:
    """Return where all knobs stand at first."""
    return {name: knob.start for name, knob in knobs.items()}


def read(knobs: Knobs, said: object, before: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of all knobs after somebody has said new ones.

    Parameters
    ----------
    knobs
        What there is to set.
    said
        Values by name, as a browser or a link says them: anything at all.
    before
        The values so far; they stay where nothing valid is said.
    """
    heard = said if isinstance(said, Mapping) else {}
    found = {name: knob.read(heard[name]) for name, knob in knobs.items() if name in heard}
    return {**before, **{name: value for name, value in found.items() if value is not None}}


def from_query(knobs: Knobs, query: Mapping[str, str]) -> dict[str, Value]:
    """Return the values that an address asks for; what it does not say stands at its start."""
    said = {name.removeprefix(PREFIX): text for name, text in query.items() if is_knob(name)}
    return read(knobs, said, starts(knobs))


def to_query(knobs: Knobs, values: Mapping[str, Value]) -> dict[str, str]:
    """Return what an address has to say: the knobs that do not stand where they do at first."""
    moved = {name: values[name] for name, knob in knobs.items() if values[name] != knob.start}
    return {
        PREFIX + name: f"{value:.6g}" if isinstance(value, float | int) else value
        for name, value in moved.items()
    }


def is_knob(name: str) -> bool:
    """Return whether a name in an address is that of a knob."""
    return name.startswith(PREFIX)

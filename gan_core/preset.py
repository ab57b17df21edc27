"""The shape of a preset: an experiment worth seeing, with what it shows and how often it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from typing_extensions import TypeVar

from gan_core.settings import Choices, Value

C = TypeVar("C", bound=Choices, default=Any)


@dataclass(frozen=True)
class Bound:
    """What one number of a finished run has to be for the preset to have shown its point.

    `metric` is a key of `gan_core.run.Outcome.numbers`.
    """

    metric: str
    low: float = float("-inf")
    high: float = float("inf")

    def holds(self, numbers: Mapping[str, float]) -> bool:
        """Return whether the number lies within the bounds."""
        return self.low <= numbers[self.metric] <= self.high


@dataclass(frozen=True)
class Preset(Generic[C]):
    """Named settings with their seed.

    Attributes
    ----------
    key
        Registry key; links and scripts rest on it.
    settings
        The experiment.
    steps
        Iterations after which its outcome shows.
    pace
        Iterations/s at which it is best watched.
    outcome
        What a run of `steps` iterations shows.
    shown, of
        In how many of how many seeds (0, 1, 2, ...) the outcome held when it was measured, by
        ``python dev.py bench presets``.
    """

    key: str
    settings: C
    steps: int
    pace: float
    outcome: tuple[Bound, ...]
    shown: int
    of: int

    def open(self, changes: Mapping[str, object]) -> C:
        """Return the preset's settings with some changes, as a share link names them."""
        return self.settings.with_changes(changes)

    def link(self, settings: C) -> dict[str, Value]:
        """Return the query of a share link to `settings`: the preset and what differs from it."""
        return {"preset": self.key, **settings.difference(self.settings)}

"""Presets: experiments worth seeing, each with what it shows and how often it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gan_core.settings import Settings, SettingsError, Value


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
class Preset:
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
    settings: Settings
    steps: int
    pace: float
    outcome: tuple[Bound, ...]
    shown: int
    of: int

    def open(self, changes: Mapping[str, object]) -> Settings:
        """Return the preset's settings with some changes, as a share link names them."""
        return self.settings.with_changes(changes)

    def link(self, settings: Settings) -> dict[str, Value]:
        """Return the query of a share link to `settings`: the preset and what differs from it."""
        return {"preset": self.key, **settings.difference(self.settings)}


_HOP = {"d_optimizer.lr": 1e-4}
_UNFROZEN = {"update": "unfrozen-d", "d_optimizer.lr": 2e-4}
_ON_A_LINE = {"data": "mixture-1d", "latent": "uniform", "latent.dim": 1}
_SATURATE = {
    "data": "gaussian",
    "game": "minimax",
    "pretrain": 500,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.05,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.05,
}

PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset("healthy", Settings(), 3000, 100, (Bound("modes", low=7),), 23, 24),
        Preset(
            "saturate", Settings().with_changes(_SATURATE), 300, 20, (Bound("w1", low=5),), 24, 24
        ),
        Preset(
            "hop",
            Settings().with_changes(_HOP),
            3000,
            50,
            (Bound("dominance", low=0.75), Bound("hops", low=40), Bound("visited", low=6)),
            24,
            24,
        ),
        Preset(
            "on-a-line",
            Settings().with_changes(_ON_A_LINE),
            3000,
            100,
            (Bound("modes", low=4), Bound("d.real", 0.48, 0.52), Bound("d.fake", 0.48, 0.52)),
            24,
            24,
        ),
        Preset(
            "unfrozen-d",
            Settings().with_changes(_UNFROZEN),
            1000,
            50,
            (Bound("d.fake", low=0.997), Bound("modes", high=0)),
            24,
            24,
        ),
    )
}


def get_preset(key: str) -> Preset:
    """Return a preset.

    Raises
    ------
    SettingsError
        If there is none of this name; it lists the valid ones.
    """
    if key not in PRESETS:
        raise SettingsError("unknown-choice", "preset", key, choices=PRESETS)
    return PRESETS[key]

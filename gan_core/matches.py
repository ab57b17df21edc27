"""Matches: two experiments side by side, from the same data, seed and networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gan_core.presets import PRESETS, Preset
from gan_core.settings import Settings, SettingsError, Value

SIDES: Final = ("left", "right")


@dataclass(frozen=True)
class Match:
    """Two experiments that play on one clock.

    Attributes
    ----------
    left
        The one at the left.
    right
        The one at the right, with the name, pace and length of the match; it is in no list of
        presets.
    """

    left: Settings
    right: Preset

    @property
    def key(self) -> str:
        """Its name; links rest on it."""
        return self.right.key

    def link(self, left: Settings, right: Settings) -> dict[str, Value]:
        """Return the query of a link to two settings: the match, and what differs from it."""
        ours = {f"left.{path}": value for path, value in left.difference(self.left).items()}
        theirs = right.difference(self.right.settings)
        return {"match": self.key, **ours, **{f"right.{path}": v for path, v in theirs.items()}}


def change_both(
    left: Settings, right: Settings, changes: Mapping[str, object]
) -> tuple[Settings, Settings]:
    """Return two settings with some choices changed.

    Parameters
    ----------
    left, right
        The settings.
    changes
        New values by path; "left.game" and "right.game" change one side, "game" both.

    Raises
    ------
    SettingsError
        As `Settings.with_changes`; then nothing is changed.
    """
    own: dict[str, dict[str, object]] = {side: {} for side in SIDES}
    for name, value in changes.items():
        side, _, path = name.partition(".")
        if side in SIDES and path:
            own[side][path] = value
        else:
            for each in own.values():
                each[name] = value
    return left.with_changes(own["left"]), right.with_changes(own["right"])


_CRITIC: Final = {
    "game": "wasserstein",
    "constraint": "gradient-penalty",
    "constraint.weight": 1.0,
    "update.d_steps": 5,
}
_APART: Final = {
    "data": "gaussian",
    "pretrain": 500,
    "update.d_steps": 5,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.005,
    "d_optimizer.lr": 0.001,
}
_LINE: Final = PRESETS["on-a-line"].settings.difference(Settings())
_HOP: Final = PRESETS["hop"].settings.difference(Settings())
_LOSING: Final = PRESETS["saturate"].settings.difference(Settings())
_LOSING_ADAM: Final = _LOSING | {"g_optimizer": "adam", "g_optimizer.lr": 1e-3}
_OTHER: Final[dict[str, Value]] = {"game": "non-saturating"}
_NO_HEAD_START: Final = _LOSING | {"pretrain": 0}
_UNROLLED: Final = {"update": "unrolled", "update.unroll": 5}
_TAUGHT: Final = {"pretrain": 500}
_ORBIT: Final = {
    "data": "gaussian",
    "data.x": 0,
    "data.y": 0,
    "game": "wasserstein",
    "generator.layers": 1,
    "generator.width": 32,
    "discriminator.layers": 1,
    "discriminator.width": 32,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.05,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.05,
}
_FAR_CRITIC: Final = _APART | _CRITIC | {"constraint.weight": 5.0}


def _match(
    key: str, left: Mapping[str, object], right: Mapping[str, object], steps: int, pace: float
) -> Match:
    settings = Settings().with_changes(right)
    return Match(Settings().with_changes(left), Preset(key, settings, steps, pace, (), 0, 0))


MATCHES: Final[dict[str, Match]] = {
    match.key: match
    for match in (
        _match("ring-match", {}, _CRITIC, 1500, 50),
        _match("apart-minimax", _APART | {"game": "minimax"}, _FAR_CRITIC, 400, 20),
        _match("apart-non-saturating", _APART, _FAR_CRITIC, 400, 20),
        _match("line-hop", _LINE, _LINE | _HOP, 3000, 100),
        _match("line-half", _LINE, _LINE | {"g_optimizer.lr": 2e-4}, 3000, 100),
        _match("ring-hop", {}, _HOP, 3000, 100),
        _match(
            "orbit",
            _ORBIT | {"update": "extragradient"},
            _ORBIT | {"update": "simultaneous"},
            2000,
            100,
        ),
        _match("losing", _LOSING | _OTHER, _LOSING, 300, 20),
        _match("losing-adam", _LOSING_ADAM | _OTHER, _LOSING_ADAM, 300, 20),
        _match("strong-d", _NO_HEAD_START, _NO_HEAD_START | {"update.d_steps": 5}, 300, 20),
        _match("unrolled-ring", _HOP, _HOP | _UNROLLED, 3000, 50),
        _match("likelihood", _TAUGHT, _TAUGHT | {"game": "maximum-likelihood"}, 1500, 50),
    )
}
"""All matches by name; what they show is measured in `tests/core/test_matches.py`."""


def get_match(key: str) -> Match:
    """Return a match.

    Raises
    ------
    SettingsError
        If there is none of this name; it lists the valid ones.
    """
    if key not in MATCHES:
        raise SettingsError("unknown-choice", "match", key, choices=MATCHES)
    return MATCHES[key]

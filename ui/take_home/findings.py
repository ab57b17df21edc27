"""The last numbers of a run: what they are, what a perfect generator scores, what they mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS
from ui.take_home.numbers import DASH, decimal, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from gan_core.settings import Settings
    from ui.text import Words

OF_MODES: Final = ("covered", "captured", "high_quality")
"""Quantities that only data with modes have."""
ORDER: Final = (*OF_MODES, "kl", "js", "w1", "d_real", "d_fake", "d_cost", "g_cost")
_TRUE_QUALITY: Final = {1: math.erf(3 / math.sqrt(2)), 2: 1 - math.exp(-4.5)}
"""Share of a normal distribution within 3σ of its centre, by dimensions."""
_SMOOTHING: Final = ("game.smooth_real", "game.smooth_fake")


@dataclass(frozen=True)
class Finding:
    """One number as the report says it; `perfect` is a dash where there is no such value."""

    key: str
    name: str
    value: str
    perfect: str
    meaning: str


def last_numbers(frame: Frame, history: NDArray[Any], metrics: NDArray[Any]) -> dict[str, float]:
    """Return the last known value of each quantity; what was never measured is NaN."""
    known = dict.fromkeys((*HISTORY_COLUMNS, *METRIC_COLUMNS), math.nan)
    for columns, rows in ((HISTORY_COLUMNS, history), (METRIC_COLUMNS, metrics)):
        if len(rows):
            known |= dict(zip(columns, map(float, rows[-1]), strict=True))
    return known | {"iteration": float(frame.iteration)}


def findings(
    words: Words,
    settings: Settings,
    frame: Frame,
    history: NDArray[Any],
    metrics: NDArray[Any],
) -> list[Finding]:
    """Return the last numbers of a run in the order of the report."""
    known, best = last_numbers(frame, history, metrics), _perfect(settings, frame)
    found = []
    for key in ORDER:
        if key in OF_MODES and not frame.modes:
            continue
        critic = "_critic" if frame.score_kind and key in ("d_real", "d_fake") else ""
        found.append(
            Finding(
                key=key,
                name=words.say(f"take_home.column.{key}"),
                value=said(key, known[key]),
                perfect=said(key, best.get(key, math.nan)),
                meaning=words.say(f"take_home.meaning.{key}{critic}"),
            )
        )
    return found


def said(key: str, value: float) -> str:
    """Return a quantity as people read it."""
    if not math.isfinite(value):
        return DASH
    if key == "high_quality":
        return f"{100 * value:.1f} %"
    if key in ("covered", "captured"):
        return whole(value)
    return decimal(value, 3)


def _perfect(settings: Settings, frame: Frame) -> dict[str, float]:
    """Return what fresh real samples score in the place of fakes."""
    best = {
        "covered": float(frame.modes),
        "captured": float(frame.modes),
        "high_quality": _TRUE_QUALITY[frame.dim],
        "kl": frame.kl_floor,
        "js": frame.js_floor,
        "w1": frame.w1_floor,
    }
    flat = settings.flat()
    if not frame.score_kind and not any(flat.get(path) for path in _SMOOTHING):
        best |= {"d_real": 0.5, "d_fake": 0.5}
    return best

"""What T3 asks, and what can be set in its sketch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from ui.lesson.model import Choice, Claim, Goal, Guess, Task, Unit
from ui.sketch.knobs import Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs, Value

BATCH: Final = 64
"""Fakes in the sketch's batch."""

KNOBS: Final[Knobs] = {
    "view": Option(("one", "batch"), "one"),
    "axis": Option(("logit", "output"), "logit"),
    "a": Number(-8, 5, -5, 0.05),
    "time": Number(0, 160, 0, 0.5),
    "mean": Number(-6, 3, -3, 0.1),
    "spread": Number(0, 3, 1, 0.1),
}


@cache
def facts() -> Mapping[str, object]:
    """Return what the sketch needs: the quantiles of a standard normal batch, ascending."""
    return {"scores": ndtri((np.arange(BATCH) + 0.5) / BATCH).tolist()}


LOSING: Final[Mapping[str, Value]] = {"view": "one", "axis": "logit", "a": -5, "time": 0}
WIDE: Final[Mapping[str, Value]] = {"view": "batch", "axis": "logit", "mean": -3, "spread": 2}
SIDES: Final = ("left", "right", "both", "neither")
KEEPS: Final = (
    *("data", "latent", "generator", "discriminator", "constraint", "pretrain", "update"),
    *("g_optimizer", "d_optimizer"),
)
"""What a task about the cost alone leaves as it is."""
LESSON: Final[Mapping[str, Unit]] = {
    unit.key: unit
    for unit in (
        Unit(
            "race",
            Choice(
                ("minimax", "non_saturating", "maximum_likelihood", "together"), "non_saturating"
            ),
            seen=Goal({"time": (6.5, None)}),
            tasks=(
                Task("equal", Goal({"ratio": (0.97, 1.03)})),
                Task("hundred", Goal({"ratio": (95, 106)})),
            ),
            sets=LOSING,
        ),
        Unit(
            "shares",
            Guess((1, 2, 4, 8, 16, 32, 64), 6.9, 7.1),
            tasks=(
                Task("few", Goal({"effective_maximum_likelihood": (None, 3.5)})),
                Task("fair", Goal({"effective_maximum_likelihood": (55, None)})),
            ),
            sets=WIDE,
        ),
        Unit(
            "losing",
            Choice(SIDES, "left"),
            seen=Goal({"iteration": (150, None)}),
            tasks=(Task("free", Goal({"w1": (None, 0.6)}), {"game": "non-saturating"}, KEEPS),),
            mend=True,
        ),
        Unit("losing-adam", Choice(SIDES, "both"), seen=Goal({"iteration": (150, None)})),
        Unit(
            "strong-d",
            Choice(SIDES, "left"),
            seen=Goal({"iteration": (200, None)}),
            tasks=(Task("teacher", Goal({"w1": (None, 0.8)}), keeps=KEEPS),),
            mend=True,
        ),
        Unit("likelihood", Choice(SIDES, "left"), seen=Goal({"iteration": (600, None)})),
    )
}
MATCHES: Final = tuple(unit.key for unit in LESSON.values() if unit.live)
"""What can be compared in the live view."""
CHARTS: Final = ("curve", "distances")
"""What stands beside the two pictures; modes as well, where there are several."""
OWN: Final = ("game", "update.d_steps", "g_optimizer", "g_optimizer.lr")
"""What can be set there, for each side."""
CLAIMS: Final = (
    Claim("flat", "false", sets={**LOSING, "axis": "output"}),
    Claim("weak-d", "depends", "strong-d"),
    Claim("best-d", "depends", "likelihood"),
    Claim("zero-sum", "false", sets={**LOSING, "a": -2}),
    Claim("adam", "false", "likelihood"),
)

"""What P2 asks: its units, its unnamed patients, its claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gan_core.diagnosis import VERDICTS
from ui.lesson.model import Choice, Claim, Goal, Task, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

ILLNESSES: Final = VERDICTS[1:]
"""What a student can say of a patient."""
FIGURE: Final = "unrolled-ring"
"""The match that plays Figure 2 of Metz et al. 2017 side by side."""
KEEPS: Final = ("data", "latent", "generator", "g_optimizer", "d_optimizer", "average")
"""What a cure by the rules of the game alone leaves as it is."""
HEALTHY: Final = VERDICTS.index("healthy")
HOPPING: Final = VERDICTS.index("hopping")

ASKED: Final = {
    unit.key: unit
    for unit in (
        Unit(
            "hop",
            Choice(("costs", "d_says", "moment", "timeline"), "timeline"),
            seen=Goal({"iteration": (1000, None)}),
        ),
        Unit(
            "gradient",
            Choice(("still", "less", "like", "more"), "more"),
            seen=Goal({"iteration": (600, None)}),
            preset="hop",
        ),
        Unit(
            "cure",
            Choice(("packing", "noise", "average", "unrolled"), "average"),
            seen=Goal({"iteration": (800, None)}),
            tasks=(
                Task("same-d", Goal({"covered": (8, None)}), {"d_optimizer.lr": 1e-4}),
                Task("no-rate", Goal({"covered": (7, None)}), keeps=KEEPS),
                Task(
                    "break",
                    Goal({"iteration": (800, None), "verdict": (HOPPING, HOPPING)}),
                    preset="healthy",
                    most=1,
                ),
            ),
            mend=True,
            preset="hop",
        ),
        Unit(
            "momentum",
            Choice(("none", "few", "half", "most", "all"), "few"),
            seen=Goal({"iteration": (1500, None)}),
        ),
        Unit(
            FIGURE,
            Choice(("left", "right", "both", "neither"), "left"),
            seen=Goal({"iteration": (800, None)}),
        ),
    )
}
"""Units to be predicted, run and explained."""

PATIENTS: Final[Mapping[str, str]] = {
    "patient-a": "slow",
    "patient-b": "collapsed",
    "patient-c": "healthy",
    "patient-d": "diverged",
    "patient-e": "saturated",
}
"""What is the matter with each patient without a name: they are diagnosed while they run, before
the app says what it has measured."""

LESSON: Final[Mapping[str, Unit]] = ASKED | {
    key: Unit(key, Choice(ILLNESSES, illness)) for key, illness in PATIENTS.items()
}
BEDS: Final = ("hop", "healthy", "momentum", *PATIENTS, FIGURE)
"""Presets of the page, and the match, in their order."""
CHARTS: Final = ("timeline", "costs", "scores")
"""What stands beside the picture."""
OWN: Final = ("update", "update.unroll", "update.unroll_lr", "features", "pack", "constraint")
"""What can be set there for each side of the figure."""
CLAIMS: Final = (
    Claim("fast-d", "false", "hop"),
    Claim("flat", "false", "hop"),
    Claim("same-sample", "false", "hop"),
    Claim("one-run", "false", "momentum"),
)

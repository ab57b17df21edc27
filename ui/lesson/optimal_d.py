"""What T1 asks, and what can be set in its sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson.model import Choice, Claim, Goal, Task, Unit
from ui.sketch.knobs import Drawn, Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knob, Knobs, Value

KNOTS: Final = 61
"""Of a curve drawn by hand: one every 0.2."""

Bump = tuple[float, float, float, float]
"""Mean and width, and of a second bump the mean and the share."""


def _bump(who: str, start: Bump) -> dict[str, Knob]:
    mean, sigma, mean2, share = start
    return {
        f"{who}_mean": Number(-4.5, 4.5, mean, 0.05),
        f"{who}_sigma": Number(0.4, 1.5, sigma, 0.05),
        f"{who}_mean2": Number(-4.5, 4.5, mean2, 0.05),
        f"{who}_share": Number(0, 0.8, share, 0.05),
    }


def _place(real: Bump, fake: Bump, shape: str = "bell") -> dict[str, Value]:
    names = ("mean", "sigma", "mean2", "share")
    both = {"real": real, "fake": fake}
    found = {f"{who}_{name}": v for who in both for name, v in zip(names, both[who], strict=True)}
    return {**found, "shape": shape, "fake_drawn": "", "flow": 0}


PLACES: Final[Mapping[str, Mapping[str, Value]]] = {
    "near": _place((-1, 0.8, 3, 0), (1, 1, -3, 0)),
    "equal": _place((0, 0.9, 3, 0), (0, 0.9, -3, 0)),
    "far": _place((-3.5, 0.6, 0, 0), (3.5, 0.6, 0, 0)),
    "apart": _place((-2.5, 0.7, 0, 0), (2.5, 0.7, 0, 0), "block"),
    "missed": _place((-2, 0.6, 2, 0.5), (-2, 0.6, 3, 0)),
}
"""Where the student can begin: both densities."""

KNOBS: Final[Knobs] = {
    "mode": Option(("move", "judge", "fakes", "flow", "smooth"), "move"),
    "shape": Option(("bell", "block"), "bell"),
    **_bump("real", (-1, 0.8, 3, 0)),
    **_bump("fake", (1, 1, -3, 0)),
    "fake_drawn": Drawn(KNOTS),
    "judge_drawn": Drawn(KNOTS),
    "best": Option(("shown", "hidden"), "shown"),
    "lower": Option(("d", "ratio"), "d"),
    "probe": Number(-6, 6, -0.5, 0.05),
    "flow": Number(0, 30, 0, 1),
    "alpha": Number(0, 0.4, 0, 0.05),
    "beta": Number(0, 0.4, 0, 0.05),
}
LESSON: Final[Mapping[str, Unit]] = {
    unit.key: unit
    for unit in (
        Unit(
            "draw",
            Choice(("overlap", "peaks", "outside", "even"), "peaks"),
            tasks=(Task("learn", Goal({"loss": (None, 0.03), "js": (0.25, None)})),),
            sets={**PLACES["near"], "mode": "judge", "judge_drawn": "", "best": "hidden"},
        ),
        Unit(
            "gap",
            Choice(("half", "slope", "fake", "any"), "any"),
            tasks=(Task("swing", Goal({"loss": (None, 0.1), "swing": (0.6, None)})),),
            sets={
                **PLACES["apart"],
                "mode": "judge",
                "judge_drawn": "",
                "best": "shown",
                "probe": 0,
            },
        ),
        Unit(
            "equal",
            Choice(("sure", "half-zero", "half", "none"), "half"),
            tasks=(
                Task(
                    "grow",
                    Goal({"real_share": (0.2, None), "value": (None, -1.36), "flow": (None, 0)}),
                ),
            ),
            sets={**PLACES["equal"], "mode": "move", "probe": 0.5},
        ),
        Unit(
            "line-hop",
            Choice(("left", "both", "neither", "unknown"), "unknown"),
            seen=Goal({"iteration": (1000, None)}),
            tasks=(Task("heal", Goal({"covered": (4, None), "w1": (None, 0.25)})),),
            mend=True,
        ),
        Unit(
            "line-half",
            Choice(("left", "right", "same"), "right"),
            seen=Goal({"iteration": (2500, None)}),
        ),
    )
}
LIVE: Final = tuple(unit.key for unit in LESSON.values() if unit.live)
MATCHES: Final = (*LIVE, "ring-hop")
"""What can be compared in the live view."""
CHARTS: Final = ("distances", "costs", "scores")
"""What stands beside the two pictures."""
OWN: Final = ("d_optimizer.lr", "g_optimizer.lr")
"""What can be set there, for each side."""

CLAIMS: Final = (
    Claim("half", "false", "ring-hop"),
    Claim("log-one", "false", sets={**PLACES["far"], "mode": "move"}),
    Claim(
        "two-sided",
        "false",
        sets={
            **_place((2, 0.7, 0, 0), (-2, 0.7, 0, 0)),
            "mode": "smooth",
            "alpha": 0.1,
            "beta": 0.1,
            "probe": -0.9,
        },
    ),
)

"""What T4 asks, and what can be set in its sketch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from gan_core.theory.dirac_game import NODES, WEIGHTS
from ui.lesson.model import Choice, Claim, Goal, Task, Unit
from ui.sketch.knobs import Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs, Value

RULES: Final = (
    "simultaneous",
    "alternating",
    "extragradient",
    "optimistic",
    "momentum",
    "scales",
    "continuous",
)
"""Rules of moving in the game xy."""
SHOWN: Final = ("simultaneous", "alternating", "extragradient")
"""Those that show at first."""
LIKELY: Final = (
    ("minimax", "none", 1.0),
    ("non_saturating", "none", 1.0),
    ("wasserstein", "clip", 1.0),
    ("wasserstein", "gp", 0.7),
    ("minimax", "noise", 0.7),
    ("minimax", "r1", 0.3),
    ("minimax", "r1", 1.0),
    ("minimax", "consensus", 1.0),
)
"""The list of who arrives: game, what holds it, how strongly."""
PENNIES: Final = (1, -1, 0, -1, 1, 0, 0, 0, 0)
HIDING: Final = (1, 0, 0, 0, 1, 0, 0, 0, 1)


def _cells(values: tuple[int, ...]) -> dict[str, Value]:
    return {f"cell_{i // 3}{i % 3}": value for i, value in enumerate(values)}


GAMES: Final[Mapping[str, Mapping[str, Value]]] = {
    "pennies": {**_cells(PENNIES), "size": "2"},
    "hiding": {**_cells(HIDING), "size": "3"},
}
"""Tables to begin with."""


def _others(*rules: str) -> dict[str, Value]:
    return {f"with_{rule}": "yes" if rule in rules else "no" for rule in RULES}


KNOBS: Final[Knobs] = {
    "scene": Option(("xy", "dirac", "order"), "xy"),
    # the game xy
    "rule": Option(RULES, "simultaneous"),
    **{f"with_{r}": Option(("no", "yes"), "yes" if r in SHOWN else "no") for r in RULES},
    "eta": Number(0.01, 1, 0.1, 0.01),
    "beta": Number(-0.9, 0.9, 0.5, 0.05),
    "ratio": Number(1, 10, 4, 0.5),
    "first": Option(("x", "y"), "x"),
    "x": Number(-2, 2, 1, 0.05),
    "y": Number(-2, 2, 0, 0.05),
    "steps": Number(0, 1000, 150, 1),
    "axis": Option(("linear", "log"), "linear"),
    "plane": Option(("near", "whole"), "near"),
    # the Dirac-GAN
    "game": Option(("minimax", "non_saturating", "wasserstein", "least_squares"), "minimax"),
    "hold": Option(("none", "clip", "gp", "noise", "r1", "consensus"), "none"),
    "strength": Number(0.05, 2, 1, 0.05),
    "turns": Option(("simultaneous", "one", "five"), "simultaneous"),
    "h": Number(0.02, 0.5, 0.2, 0.02),
    "theta": Number(-2, 2, 1, 0.05),
    "psi": Number(-2, 2, -1, 0.05),
    # the order of play
    "order": Option(("g", "d"), "g"),
    "size": Option(("2", "3"), "2"),
    **{f"cell_{i // 3}{i % 3}": Number(-9, 9, value, 1) for i, value in enumerate(PENNIES)},
    "moves": Number(0, 24, 12, 1),
}


@cache
def facts() -> Mapping[str, object]:
    """Return what the sketch takes from Python: the noise's quadrature, and its lists."""
    return {
        "normal": {"nodes": NODES.tolist(), "weights": WEIGHTS.tolist()},
        "likely": [list(row) for row in LIKELY],
        "tables": {name: dict(values) for name, values in GAMES.items()},
    }


_AT_ONE: Final[Mapping[str, Value]] = {"x": 1, "y": 0, "axis": "linear", "plane": "near"}


def _xy(rule: str, *others: str, eta: float, steps: int) -> dict[str, Value]:
    own: dict[str, Value] = {"scene": "xy", "rule": rule, "eta": eta, "steps": steps}
    return {**_AT_ONE, **_others(rule, *others), **own}


def _dirac(hold: str, strength: float, steps: int) -> dict[str, Value]:
    held: dict[str, Value] = {"hold": hold, "strength": strength, "steps": steps}
    start: dict[str, Value] = {"theta": 1, "psi": -1, "h": 0.2, "turns": "simultaneous"}
    return {**held, **start, "scene": "dirac", "game": "minimax", "axis": "linear"}


LESSON: Final[Mapping[str, Unit]] = {
    unit.key: unit
    for unit in (
        Unit(
            "smaller",
            Choice(("arrives", "circles", "out", "stops"), "out"),
            tasks=(
                Task(
                    "inside",
                    Goal({"radius": (None, 0.1), "before": (1, None), "steps": (None, 1000)}),
                ),
            ),
            sets=_xy("simultaneous", eta=0.01, steps=1000),
        ),
        Unit(
            "rules",
            Choice(("turns", "scales", "ahead", "none"), "ahead"),
            tasks=(
                Task(
                    "momentum",
                    Goal({"radius": (None, 0.1), "before": (1, None), "by_momentum": (1, None)}),
                ),
            ),
            sets={
                **_xy("extragradient", "alternating", "scales", eta=0.1, steps=400),
                "ratio": 4,
                "beta": 0.5,
            },
        ),
        Unit(
            "smallest",
            Choice(("cost", "clip", "gp", "r1"), "r1"),
            tasks=(
                Task(
                    "fastest",
                    Goal(
                        {
                            "distance": (None, 1e-7),
                            "before": (1.4, None),
                            "steps": (None, 200),
                            "r1": (0, None),
                        }
                    ),
                ),
            ),
            sets=_dirac("r1", 0.3, 300),
        ),
        Unit(
            "order",
            Choice(("first", "second", "same"), "second"),
            tasks=(
                Task("saddle", Goal({"gap": (None, 0), "kinds": (3, None), "size": (None, 2)})),
            ),
            sets={**GAMES["pennies"], "scene": "order", "order": "g", "moves": 12},
        ),
        Unit(
            "orbit",
            Choice(("both", "left", "right", "neither"), "right"),
            seen=Goal({"iteration": (800, None)}),
            tasks=(
                Task(
                    "calm",
                    Goal({"iteration": (1000, None), "w1": (None, 0.2)}),
                    {"update": "simultaneous"},
                ),
            ),
            mend=True,
        ),
    )
}
MATCHES: Final = ("orbit", "ring-hop")
"""What can be compared in the live view."""
CHARTS: Final = ("costs", "distances")
"""What stands beside the two pictures."""
COMMON: Final = ("g_optimizer.lr", "d_optimizer.lr", "seed")
"""What can be set there for both sides at once."""
OWN: Final = ("update", "constraint", "constraint.weight")
"""What can be set there for each side."""

CLAIMS: Final = (
    Claim("small-lr", "false", sets=_xy("simultaneous", eta=0.02, steps=1000)),
    Claim("still", "false", "ring-hop"),
    Claim("same", "depends", sets={**GAMES["hiding"], "scene": "order", "order": "d"}),
)

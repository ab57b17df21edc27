"""What T2 asks, what can be set in its sketch, and what its live runs were seen to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gan_core.theory import two_modes
from gan_core.theory.fgan import FAMILY
from gan_core.theory.fits import FITS
from ui.lesson.model import Choice, Claim, Goal, Task, Unit
from ui.sketch.knobs import Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs, Value

KNOBS: Final[Knobs] = {
    "scene": Option(("shift", "lines", "fit", "family"), "shift"),
    "shift": Number(-8, 8, 3, 0.1),
    "separation": Number(0, 4, 0, 0.1),
    "width": Number(0.5, 2, 1, 0.05),
    "theta": Number(-1.5, 1.5, 1, 0.05),
    "distance": Number(0.2, 3, 2, 0.01),
    "sigma": Number(0.4, 1, 0.5, 0.05),
    "measure": Option(FITS, "kl"),
    "best": Option(("shown", "hidden"), "shown"),
    "own_mean": Number(-4, 4, 0.5, 0.05),
    "own_sigma": Number(0.4, 4, 1, 0.01),
    "member": Option(tuple(FAMILY), "kl"),
    "objective": Option(("saddle-point", "practical"), "saddle-point"),
    "ratio": Number(0.05, 4, 2, 0.05),
    "gap": Number(0.2, 3, 1.5, 0.1),
    "belief": Number(0, 2, 0.5, 0.05),
}
FAR: Final[Mapping[str, Value]] = {"scene": "shift", "shift": 8.0, "separation": 0.0, "width": 1.0}
TWO_BUMPS: Final[dict[str, Value]] = {"scene": "fit", "distance": 2.0, "sigma": 0.5}

LESSON: Final = {
    unit.key: unit
    for unit in (
        Unit(
            "pulls",
            Choice(("all", "some", "one", "none"), "some"),
            seen=Goal({"raced": (12, None), "away": (7.5, None)}),
            tasks=(Task("revive", Goal({"away": (6, None), "pull_js": (0.05, None)})),),
            sets=FAR,
        ),
        Unit(
            "lines",
            Choice(("zero", "little", "half", "full"), "full"),
            seen=Goal({"apart": (0.04, 0.06)}),
            tasks=(Task("finite", Goal({"lines_kl": (None, 0)})),),
            sets={"scene": "lines", "theta": 1.0},
        ),
        Unit(
            "two-bumps",
            Choice(("both", "between", "one"), "one"),
            seen=Goal({"own_reverse_kl": (None, 0.71), "distance": (1.95, None)}),
            tasks=(
                Task("cover", Goal({"surplus_kl": (None, 0.01), "distance": (1.95, None)})),
                Task(
                    "switch",
                    Goal({"js_mean": (1, None), "distance": (None, 2.15), "sigma": (0.5, 0.5)}),
                ),
            ),
            sets=TWO_BUMPS
            | {"measure": "reverse_kl", "best": "hidden", "own_mean": 0.0}
            | {"own_sigma": 1.2},
        ),
        Unit(
            "bound",
            Choice(("more", "less", "either"), "less"),
            seen=Goal({"belief": (1.5, None)}),
            tasks=(Task("tight", Goal({"share": (0.999, None), "gap": (2, None)})),),
            sets={"scene": "family", "member": "kl", "gap": 1.5, "belief": 0.5},
        ),
    )
}
CLAIMS: Final = (
    Claim("minimises-js", "depends", sets=FAR),
    Claim(
        "js-is-reverse-kl",
        "depends",
        sets=TWO_BUMPS | {"measure": "js", "best": "shown", "own_mean": 0.0, "own_sigma": 2.0},
    ),
    Claim("reverse-kl-collapses", "false", sets={"scene": "family", "member": "reverse_kl"}),
)

GAMES: Final[Mapping[str, str]] = {
    "kl": "f-kl",
    "reverse_kl": "f-reverse-kl",
    "pearson_chi2": "f-pearson",
    "squared_hellinger": "f-hellinger",
    "jensen_shannon": "f-jensen-shannon",
    "gan": "f-gan",
    "total_variation": "f-total-variation",
}
"""The game of each member of the family."""

STEPS: Final = 2000
"""Iterations after which the runs were counted: 20 s at the page's pace."""
ENOUGH: Final = 7
"""Modes of 8 that make a run count."""
SEEDS: Final = 12
COUNTED: Final[Mapping[str, Mapping[str, int]]] = {
    "saddle-point": {
        "f-kl": 10,
        "f-reverse-kl": 8,
        "f-pearson": 8,
        "f-hellinger": 12,
        "f-jensen-shannon": 12,
        "f-gan": 12,
        "f-total-variation": 0,
    },
    "practical": {
        "f-kl": 5,
        "f-reverse-kl": 0,
        "f-pearson": 8,
        "f-hellinger": 0,
        "f-jensen-shannon": 11,
        "f-gan": 11,
        "f-total-variation": 0,
    },
}
"""In how many of so many seeds (0, 1, 2, ...) a game covered `ENOUGH` modes, by what G pays."""


def facts() -> dict[str, object]:
    """Return what only the server can compute: the best Gaussian at every distance."""
    return {"fits": two_modes.load()}


def game(values: Mapping[str, Value]) -> dict[str, object]:
    """Return the settings that the sketch's menu asks of the live experiment."""
    key = GAMES[str(values["member"])]
    if key == "f-total-variation":  # both objectives are the same there
        return {"game": key}
    return {"game": key, "game.objective": values["objective"]}

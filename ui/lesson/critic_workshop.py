"""What V1 asks, and what can be set in its sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson.model import Choice, Claim, Goal, Guess, Task, Unit
from ui.sketch.knobs import Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs, Value

KNOTS: Final = tuple(-6 + 1.5 * i for i in range(9))
"""Where the hand bends the critic."""
BATCH: Final = (-2.0, -0.5, 0.5, 1.0, 3.0)
"""Where the five samples of the batch lie at first."""

KNOBS: Final[Knobs] = {
    "scene": Option(("hand", "penalty", "clipping", "batch"), "hand"),
    # a critic bent by hand
    **{f"f{i}": Number(-6, 6, 0.5 * x, 0.1) for i, x in enumerate(KNOTS)},
    "data_a": Number(-5, 5, 2, 0.1),
    "data_b": Number(-5, 5, 2, 0.1),
    "fake": Number(-5, 5, -2, 0.1),
    "bound": Number(0.25, 3, 1, 0.25),
    "best": Option(("hidden", "shown"), "hidden"),
    # the penalty
    "distance": Number(0, 8, 4, 0.1),
    "lambda": Number(-0.5, 2, 1, 0.05),
    "norm": Option(("sample", "pixel"), "sample"),
    "side": Number(1, 28, 28, 1),
    # clipping
    "clip": Number(-3, 0, -2, 0.05),
    "layers": Number(1, 4, 2, 1),
    "width": Number(8, 128, 64, 8),
    # batch norm
    **{f"x{i}": Number(-4, 4, x, 0.1) for i, x in enumerate(BATCH)},
    "bn": Option(("with", "without"), "with"),
    "gain": Number(0.5, 2, 1.5, 0.1),
}


def _level() -> dict[str, Value]:
    return {f"f{i}": 0 for i in range(len(KNOTS))}


BETWEEN: Final[Mapping[str, Value]] = {
    **_level(),
    "scene": "hand",
    "data_a": -3,
    "data_b": 3,
    "fake": 0,
    "bound": 1,
    "best": "hidden",
}
"""Fakes between two bumps of data, and a critic that says nothing yet."""
SOFT: Final[Mapping[str, Value]] = {
    "scene": "penalty",
    "distance": 4,
    "lambda": 1,
    "norm": "sample",
}

KEEPS: Final = (
    *("data", "latent", "generator", "discriminator", "g_optimizer", "pretrain", "instance_noise"),
    "pack",
)
"""What a task about the ruler leaves as it is: the distance that is to be read."""
RULER: Final = {"game": "wasserstein"}
LESSON: Final[Mapping[str, Unit]] = {
    unit.key: unit
    for unit in (
        Unit(
            "between",
            Choice(("line", "valley", "hill", "flat"), "valley"),
            tasks=(
                Task(
                    "bend",
                    Goal({"share": (0.9, None), "over": (None, 1.000001), "apart": (5, None)}),
                ),
                Task("units", Goal({"reading": (7.5, None), "over": (None, 1.000001)})),
            ),
            sets=BETWEEN,
        ),
        Unit(
            "gauge-clip",
            Guess((0.001, 0.01, 0.1, 1, 4, 10, 40), 0.008, 0.011),
            seen=Goal({"iteration": (150, None), "onBound": (0.8, None)}),
            tasks=(
                Task(
                    "right",
                    Goal({"trust": (0.75, 1.25), "w1": (3.5, None)}),
                    RULER,
                    KEEPS,
                ),
            ),
        ),
        Unit(
            "gauge-penalty",
            Choice(("less", "exact", "more", "far"), "more"),
            seen=Goal({"iteration": (150, None), "steep": (1.1, None)}),
            tasks=(
                Task(
                    "tight",
                    Goal({"trust": (0.95, 1.05), "w1": (3.5, None)}),
                    {**RULER, "constraint": "gradient-penalty"},
                    KEEPS,
                ),
            ),
            mend=True,
        ),
        Unit(
            "flee",
            Choice(("error", "slow", "still", "flees"), "flees"),
            seen=Goal({"iteration": (100, None), "w1": (3, None)}),
            tasks=(
                Task("repair", Goal({"w1": (None, 0.6)}), {"game": "wasserstein"}),
                Task(
                    "twice",
                    Goal({"w1": (None, 0.6)}),
                    {"game": "flipped-wasserstein", "game.flip": "both"},
                ),
            ),
            mend=True,
        ),
        Unit(
            "ring-clip",
            Choice(("none", "few", "most", "all"), "none"),
            seen=Goal({"iteration": (800, None)}),
            tasks=(Task("cover", Goal({"covered": (7, None)}), RULER),),
            mend=True,
        ),
    )
}
PRESETS: Final = ("gauge-clip", "gauge-penalty", "flee", "ring-clip", "ring-penalty")
"""What can be started in the live view."""
CONSTRAINTS: Final = ("weight-clipping", "gradient-penalty", "spectral-norm")
"""What can bound the critic, as buttons."""
CHARTS: Final = ("distances", "slopes", "weights")
"""What stands beside the picture."""
MAIN: Final = (
    "game",
    "constraint.clip",
    "constraint.weight",
    "constraint.norm",
    "update.d_steps",
    "d_optimizer.lr",
    "g_optimizer.lr",
)
"""What is always visible; of a constraint's parameters there is one."""

CLAIMS: Final = (
    Claim("one-lipschitz", "false", "gauge-clip"),
    Claim("negative", "false", "gauge-penalty"),
    Claim("weak-critic", "false", "ring-penalty"),
    Claim("norm-axis", "false", sets={**SOFT, "norm": "pixel", "side": 28}),
    Claim("more-steps", "depends", "ring-penalty"),
)

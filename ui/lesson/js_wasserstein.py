"""What T2b asks: two games side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson.model import Choice, Claim, Goal, Task, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDES: Final = ("left", "right", "both", "neither")
LESSON: Final[Mapping[str, Unit]] = {
    unit.key: unit
    for unit in (
        Unit(
            "apart-minimax",
            Choice(SIDES, "right"),
            seen=Goal({"iteration": (100, None), "w1": (None, 2.5)}),
        ),
        Unit(
            "apart-non-saturating",
            Choice(SIDES, "both"),
            seen=Goal({"iteration": (200, None)}),
        ),
        Unit(
            "ring-match",
            Choice(SIDES, "right"),
            seen=Goal({"iteration": (900, None)}),
            tasks=(
                Task(
                    "lie", Goal({"iteration": (300, None), "trust": (None, 0.1)}), keeps=("data",)
                ),
            ),
        ),
    )
}
CLAIMS: Final = (
    Claim("perfect-d", "depends", "apart-non-saturating"),
    Claim("cost-quality", "false", "ring-match"),
)

"""What the playground asks: its units and claims."""

from __future__ import annotations

from typing import Final

from ui.lesson.model import Choice, Claim, Goal, Guess, Task, Unit

PRESETS: Final = ("healthy", "saturate", "hop", "on-a-line", "unfrozen-d", "best-ring", "best-grid")
"""Where one can begin; a link may name any other."""

LESSON: Final = {
    unit.key: unit
    for unit in (
        Unit(
            "healthy",
            Choice(("ground", "triangles", "both", "neither"), "ground"),
            seen=Goal({"iteration": (120, None)}),
            tasks=(
                Task("break", Goal({"iteration": (1500, None), "covered": (None, 1)})),
                Task("minimax", Goal({"covered": (8, None)}, fresh=True), {"game": "minimax"}),
            ),
        ),
        Unit(
            "hop",
            Choice(("d_cost", "g_cost", "d_says", "modes"), "modes"),
            seen=Goal({"iteration": (1000, None)}),
            tasks=(Task("heal", Goal({"iteration": (500, None), "covered": (7, None)})),),
            mend=True,
        ),
        Unit(
            "saturate",
            Guess((1, 3, 10, 30, 100, 300, 1000, 3000, 10_000), 960, 1730),
            seen=Goal({"pull": (1, None)}),
            tasks=(Task("free", Goal({"w1": (None, 0.6)})),),
        ),
        Unit(
            "unfrozen-d",
            Choice(("all", "one", "still", "gone"), "gone"),
            seen=Goal({"iteration": (500, None), "outside": (0.9, None)}),
            tasks=(
                Task("heal", Goal({"covered": (7, None)}, fresh=True), {"update": "alternating"}),
            ),
            mend=True,
        ),
    )
}
CLAIMS: Final = (
    Claim("fast-d", "false", "hop"),
    Claim("half", "false", "hop"),
    Claim("both-fall", "false", "healthy"),
    Claim("flat", "false", "hop"),
    Claim("adam", "depends", "saturate"),
    Claim("sign", "false", "hop"),
)

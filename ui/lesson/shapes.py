"""What I1 asks about its sketch of shapes, and what can be set in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson.model import Choice, Claim, Goal, Task, Unit
from ui.sketch.knobs import Number, Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs, Value

INPUTS: Final = 6
"""Pixels of the row that is enlarged in the view of checkerboards."""
_DIGITS: Final = tuple("0123456789")

KNOBS: Final[Knobs] = {
    "view": Option(("calculator", "checkerboard", "field", "pyramid"), "calculator"),
    # the way through D, and through G
    "side": Option(("d", "g"), "d"),
    "size": Number(16, 64, 32, 1),
    "kernel": Number(1, 5, 3, 1),
    "stride": Number(1, 3, 2, 1),
    "padding": Number(0, 2, 1, 1),
    "stages": Number(1, 4, 4, 1),
    "counts": Option(("formula", "measured"), "formula"),
    "g_kernel": Number(1, 6, 4, 1),
    "g_stride": Number(1, 3, 2, 1),
    "g_padding": Number(0, 2, 1, 1),
    "g_extra": Number(0, 2, 0, 1),
    # where copies of a kernel overlap
    "c_kernel": Number(1, 8, 4, 1),
    "c_stride": Number(2, 4, 2, 1),
    "c_layers": Option(("1", "2"), "1"),
    "c_step": Number(0, INPUTS, INPUTS, 1),
    # what one logit sees
    "f_strided": Number(1, 4, 2, 1),
    "f_kernel": Number(2, 5, 4, 1),
    "f_stride": Number(1, 3, 2, 1),
    "f_kept": Number(0, 3, 1, 1),
    "f_last": Number(1, 5, 3, 1),
    "f_picture": Option(("28", "256"), "28"),
    "f_x": Number(0, 255, 3, 1),
    "f_y": Number(0, 255, 3, 1),
    # coarse and details
    "p_coarse": Option(_DIGITS, "3"),
    "p_details": Option(_DIGITS, "3"),
    "level0": Option(("in", "out"), "in"),
    "level1": Option(("in", "out"), "in"),
    "level2": Option(("in", "out"), "in"),
}

LECTURE: Final[Mapping[str, Value]] = {
    "view": "calculator",
    "side": "d",
    "size": 28,
    "kernel": 3,
    "stride": 2,
    "padding": 1,
    "stages": 4,
    "counts": "formula",
}
"""The D of the lecture notes, and pictures of 28 pixels."""
UNEVEN: Final[Mapping[str, Value]] = {
    "view": "checkerboard",
    "c_kernel": 3,
    "c_stride": 2,
    "c_layers": "1",
    "c_step": INPUTS,
}
"""Copies of three pixels, two further each time."""
PATCH_70: Final[Mapping[str, Value]] = {
    "view": "field",
    "f_strided": 3,
    "f_kernel": 4,
    "f_stride": 2,
    "f_kept": 2,
    "f_last": 4,
    "f_picture": "256",
    "f_x": 14,
    "f_y": 14,
}
"""The discriminator of patches of pix2pix (Isola et al. 2017, §6.1.2)."""
MIXED: Final[Mapping[str, Value]] = {
    "view": "pyramid",
    "p_coarse": "0",
    "p_details": "1",
    "level0": "in",
    "level1": "in",
    "level2": "in",
}
"""The details of a 1 on the coarse picture of a 0."""

UNITS: Final = (
    Unit(
        "crash",
        Choice(("runs", "cut", "conv", "linear"), "linear"),
        tasks=(
            Task(
                "fit",
                Goal({"fits": (1, 1), "size": (28, 28), "stages": (4, 4), "coded": (1, 1)}),
            ),
        ),
        mend=True,
        sets=LECTURE,
    ),
    Unit(
        "checkerboard",
        Choice(("even", "middle", "stripes", "checkers"), "checkers"),
        tasks=(
            Task(
                "even",
                Goal(
                    {"uneven": (None, 0), "stride": (3, 3), "layers": (2, 2), "beyond": (1, None)}
                ),
            ),
        ),
        mend=True,
        sets=UNEVEN,
    ),
    Unit(
        "field",
        Choice(("four", "twenty", "seventy", "all"), "seventy"),
        tasks=(Task("whole", Goal({"field": (28, None), "layers": (None, 3), "side": (28, 28)})),),
        mend=True,
        sets=PATCH_70,
    ),
    Unit(
        "pyramid",
        Choice(("zero", "one", "both", "noise"), "one"),
        tasks=(
            Task("exact", Goal({"digit": (7, 7), "error": (None, 1e-6)})),
            Task("least", Goal({"least": (1, 1)})),
        ),
        sets=MIXED,
    ),
)
"""What is predicted and done in the sketch, view by view."""
CLAIMS: Final = (
    Claim("sixteens", "false", sets={**LECTURE, "kernel": 4}),
    Claim("always-checkers", "false", sets={**UNEVEN, "c_kernel": 4}),
)
"""Claims that the sketch decides."""

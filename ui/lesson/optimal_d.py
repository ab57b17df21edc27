"""What T1 asks, and what can be set in its sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.sketch.knobs import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.lesson.model import Claim, Unit
    from ui.sketch.knobs import Knobs

KNOBS: Final[Knobs] = {
    "real_mean": Number(-4, 4, -1, 0.05),
    "real_sigma": Number(0.3, 2, 1, 0.05),
    "fake_mean": Number(-4, 4, 1.5, 0.05),
    "fake_sigma": Number(0.3, 2, 1, 0.05),
}
LESSON: Final[Mapping[str, Unit]] = {}
CLAIMS: Final[tuple[Claim, ...]] = ()

"""What T4 asks, and what can be set in its sketch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.lesson.model import Claim, Unit
    from ui.sketch.knobs import Knobs

KNOBS: Final[Knobs] = {}
LESSON: Final[Mapping[str, Unit]] = {}
CLAIMS: Final[tuple[Claim, ...]] = ()

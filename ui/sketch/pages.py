"""What can be set in the sketch of each page, under the page's slug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs

SKETCHES: Final[Mapping[str, Knobs]] = {}

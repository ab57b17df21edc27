"""What G of an f-divergence game pays: the game's own stakes, or the practical objective."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from gan_core.registry import Piece, Registry

OBJECTIVES: Registry[Piece] = Registry("objective")


@OBJECTIVES.register("saddle-point", order=10)
class SaddlePoint(Piece):
    """G pays −E_q f*(T), what D gains on fakes: one value, which D raises and G lowers.

    Reference: Nowozin, Cseke and Tomioka 2016, equation 6.
    """


@OBJECTIVES.register("practical", order=20)
class Practical(Piece):
    """G pays −E_q T: it raises D's output on fakes, as in the non-saturating game.

    The stationary points stay. Reference: Nowozin, Cseke and Tomioka 2016, §3.2.
    """


def _known(key: str) -> str:
    return OBJECTIVES.get(key).key


Objective = Annotated[
    str,
    AfterValidator(_known),
    Field(json_schema_extra={"registry": "objective", "scale": "", "unit": "", "live": True}),
]
"""A parameter of a game: the key of one of `OBJECTIVES`."""

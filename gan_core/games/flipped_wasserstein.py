"""The Wasserstein game with a sign mistake: what happens when one player wants the wrong thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field
from typing_extensions import override

from gan_core.games.base import GAMES
from gan_core.games.wasserstein import Wasserstein
from gan_core.registry import Piece, Registry

if TYPE_CHECKING:
    from torch import Tensor

FLIPS: Registry[Piece] = Registry("flip")
"""Whose cost has the wrong sign."""


@FLIPS.register("generator", order=10)
class FlippedGenerator(Piece):
    """G pays f(G(z)): it looks for low scores, which the critic gives far from the data."""


@FLIPS.register("critic", order=20)
class FlippedCritic(Piece):
    """The critic pays f(x) − f(G(z)): it gives low scores near the data, and G avoids them."""


@FLIPS.register("both", order=30)
class FlippedBoth(Piece):
    """Both: with −f for f it is the Wasserstein game again, and each score has the other sign."""


def _known(key: str) -> str:
    return FLIPS.get(key).key


Flip = Annotated[
    str,
    AfterValidator(_known),
    Field(json_schema_extra={"registry": "flip", "scale": "", "unit": "", "live": True}),
]
"""A parameter of the game: the key of one of `FLIPS`."""


@GAMES.register("flipped-wasserstein", order=65)
class FlippedWasserstein(Wasserstein):
    """A classic mistake: the Wasserstein game in which one player's cost has the wrong sign.

    With the targets +1 and −1 in place of 1 and 0 a sign is easily lost, and no number tells of
    it. With one sign wrong G flees from the data; with both wrong it is the same game again.
    """

    flip: Flip = "generator"

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return self._of_critic(super().d_cost_real(a))

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return self._of_critic(super().d_cost_fake(a))

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return self._of_generator(super().g_cost(a))

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return self._of_critic(super().d_slope_real(a))

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return self._of_critic(super().d_slope_fake(a))

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return self._of_generator(super().g_slope(a))

    def _of_critic(self, value: Tensor) -> Tensor:
        return value if self.flip == "generator" else -value

    def _of_generator(self, value: Tensor) -> Tensor:
        return value if self.flip == "critic" else -value

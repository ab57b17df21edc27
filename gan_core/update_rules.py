"""Update rules: who moves when. The algorithm of a GAN, read top-down."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from typing_extensions import override

from gan_core.registry import Piece, Registry, param


class Players(Protocol):
    """What an update rule moves."""

    def d_step(self) -> None:
        """Draw a batch and move D down its cost, G frozen."""

    def g_step(self) -> None:
        """Move G down its cost on the fakes of the last batch, D frozen."""


class UpdateRule(Piece):
    """One iteration as moves of the two players."""

    @abstractmethod
    def first_half(self, players: Players) -> None:
        """Play what comes before G moves: in slow motion it is seen by itself."""

    @abstractmethod
    def second_half(self, players: Players) -> None:
        """Play the rest of the iteration."""


UPDATE_RULES: Registry[UpdateRule] = Registry("update")


@UPDATE_RULES.register("alternating", order=10)
class Alternating(UpdateRule):
    """`d_steps` steps of D, then one of G. Reference: Goodfellow et al. 2014, algorithm 1."""

    d_steps: int = param(1, 1, 10, step=1, live=True)

    @override
    def first_half(self, players: Players) -> None:
        for _ in range(self.d_steps):
            players.d_step()

    @override
    def second_half(self, players: Players) -> None:
        players.g_step()

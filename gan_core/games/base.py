"""The shape of a game."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from gan_core.registry import Piece, Registry

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Game(Piece):
    """Costs of both players and their slopes, elementwise in D's logit a.

    D pays the mean of `d_cost_real` over real samples plus the mean of `d_cost_fake` over fakes;
    G pays the mean of `g_cost` over fakes. Each player minimises its own cost. All functions
    are pure, take and return tensors of one shape, and leave out the factor ½ that some papers
    put before both of D's terms.
    """

    scores: ClassVar[bool] = False
    """False: D(x) = σ(a) is the probability that x is real. True: it is a score without bounds."""

    undecided: ClassVar[float | None] = 0.5
    """D's output where it cannot tell; None: half-way between its means on real and fake."""

    def output(self, a: Tensor) -> Tensor:
        """Return what D says of a sample that it gives the logit `a`."""
        return a if self.scores else torch.sigmoid(a)

    @abstractmethod
    def d_cost_real(self, a: Tensor) -> Tensor:
        """Return what D pays for a real sample that it gives the logit `a`."""

    @abstractmethod
    def d_cost_fake(self, a: Tensor) -> Tensor:
        """Return what D pays for a fake that it gives the logit `a`."""

    @abstractmethod
    def g_cost(self, a: Tensor) -> Tensor:
        """Return what G pays for a fake that D gives the logit `a`."""

    @abstractmethod
    def d_slope_real(self, a: Tensor) -> Tensor:
        """Return the derivative of `d_cost_real` at `a`."""

    @abstractmethod
    def d_slope_fake(self, a: Tensor) -> Tensor:
        """Return the derivative of `d_cost_fake` at `a`."""

    @abstractmethod
    def g_slope(self, a: Tensor) -> Tensor:
        """Return the derivative of `g_cost` at `a`."""


GAMES: Registry[Game] = Registry("game")

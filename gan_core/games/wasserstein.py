"""The Wasserstein game: a critic's score instead of a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.games.base import GAMES, Game

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@GAMES.register("wasserstein", order=60)
class Wasserstein(Game):
    """Critic: f(G(z)) − f(x); G: −f(G(z)). The slopes are ∓1 everywhere.

    It estimates a distance only while a constraint bounds the critic's slope in x.
    Reference: Arjovsky et al. 2017, "Wasserstein GAN", equation 2 and algorithm 1.
    """

    scores: ClassVar[bool] = True
    undecided: ClassVar[float | None] = None

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return -a

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return a

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -a

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return torch.full_like(a, -1.0)

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return torch.ones_like(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return torch.full_like(a, -1.0)

"""The minimax game: G wants exactly what D does not want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from gan_core.games.base import GAMES, Game

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@GAMES.register("minimax", order=20)
class Minimax(Game):
    """D: −log D(x) − log(1 − D(G(z))); G: log(1 − D(G(z))).

    G's slope −σ(a) vanishes where D is sure that a fake is fake (a ≪ 0): it saturates.
    Reference: Goodfellow et al. 2014, "Generative Adversarial Nets", equation 1.
    """

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(a)

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(-a)

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(-a)

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return torch.sigmoid(-a).neg_()

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a).neg_()

"""The non-saturating game: G wants D to say "real"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from gan_core.games.base import GAMES
from gan_core.games.minimax import Minimax

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@GAMES.register("non-saturating", order=10)
class NonSaturating(Minimax):
    """D as in the minimax game; G: −log D(G(z)).

    G's slope −(1 − σ(a)) is strongest where D is sure that a fake is fake.
    Reference: Goodfellow 2016, "NIPS 2016 Tutorial: Generative Adversarial Networks", §3.2.3.
    """

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return torch.sigmoid(-a).neg_()

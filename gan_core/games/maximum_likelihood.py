"""The maximum likelihood game: G climbs the likelihood, if D is at its best."""

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


@GAMES.register("maximum-likelihood", order=30)
class MaximumLikelihood(Minimax):
    """D as in the minimax game; G: −D/(1 − D) = −eᵃ.

    With the best D, eᵃ = p_data/p_g, and G's expected gradient is that of KL(p_data ‖ p_g). Few
    samples, those that D believes in most, carry nearly all of it: its variance is large.
    Reference: Goodfellow 2016, "NIPS 2016 Tutorial", §3.2.4, equation 13.
    """

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -torch.exp(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return -torch.exp(a)

"""The hinge game: D cares only for what it has not yet parted by a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.games.base import GAMES, Game

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@GAMES.register("hinge", order=50)
class Hinge(Game):
    """D: max(0, 1 − a) for real samples, max(0, 1 + a) for fakes; G: −a.

    Reference: Lim & Ye 2017, "Geometric GAN", equation 13; Miyato et al. 2018, "Spectral
    Normalization for Generative Adversarial Networks", equations 16 and 17.
    """

    scores: ClassVar[bool] = True
    undecided: ClassVar[float | None] = 0.0

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return torch.relu(1 - a)

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return torch.relu(1 + a)

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -a

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return (a < 1).to(a.dtype).neg_()

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return (a > -1).to(a.dtype)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return torch.full_like(a, -1.0)

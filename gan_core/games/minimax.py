"""The minimax game: G wants exactly what D does not want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from gan_core.games.base import GAMES, Game
from gan_core.registry import param

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

    With smoothed labels D's targets are 1 − `smooth_real` for real samples and `smooth_fake` for
    fakes, and the best D is smooth_fake + (1 − smooth_real − smooth_fake) · D₀. Reference:
    Goodfellow 2016, "NIPS 2016 Tutorial", §4.2 (one-sided: smooth_real alone).
    """

    smooth_real: float = param(0.0, 0.0, 0.45, step=0.05, live=True)
    smooth_fake: float = param(0.0, 0.0, 0.45, step=0.05, live=True)

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return _cross_entropy(a, 1 - self.smooth_real)

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return _cross_entropy(a, self.smooth_fake)

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(-a)

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        slope = torch.sigmoid(-a).neg_()  # σ(a) − 1, exact also for large a
        return slope.add_(self.smooth_real) if self.smooth_real else slope

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        slope = torch.sigmoid(a)
        return slope.sub_(self.smooth_fake) if self.smooth_fake else slope

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a).neg_()


def _cross_entropy(a: Tensor, target: float) -> Tensor:
    """Return −t log σ(a) − (1 − t) log(1 − σ(a)), elementwise."""
    if target == 1:
        return -torch.nn.functional.logsigmoid(a)
    return -torch.nn.functional.logsigmoid(-a) - target * a

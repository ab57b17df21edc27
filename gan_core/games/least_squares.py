"""The least squares game: D's score has a target, and being too right costs as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.games.base import GAMES, Game
from gan_core.registry import param

if TYPE_CHECKING:
    from torch import Tensor


@GAMES.register("least-squares", order=40)
class LeastSquares(Game):
    """D: ½(a − 1)² for real samples, ½a² for fakes; G: ½(a − 1)².

    The best D is p_data/(p_data + p_g), as in the minimax game, but as a plain score.
    Reference: Mao et al. 2017, "Least Squares Generative Adversarial Networks", equation 9.
    Smoothed labels move D's targets to 1 − `smooth_real` and `smooth_fake`.
    """

    scores: ClassVar[bool] = True
    undecided: ClassVar[float | None] = 0.5
    smooth_real: float = param(0.0, 0.0, 0.45, step=0.05, live=True)
    smooth_fake: float = param(0.0, 0.0, 0.45, step=0.05, live=True)

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return 0.5 * (a - (1 - self.smooth_real)).square()

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return 0.5 * (a - self.smooth_fake).square()

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return 0.5 * (a - 1).square()

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return a - (1 - self.smooth_real)

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return a - self.smooth_fake

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return a - 1

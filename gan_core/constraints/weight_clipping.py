"""Weight clipping: the first, crude way to bound a critic's slope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from gan_core.constraints.base import CONSTRAINTS, Constraint
from gan_core.registry import param

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.networks.stacked import StackedMLP


@CONSTRAINTS.register("weight-clipping", order=20)
class WeightClipping(Constraint):
    """After each update every parameter of D is clipped to [−clip, clip].

    It makes D K-Lipschitz for *some* K, not for K = 1.
    Reference: Arjovsky et al. 2017, "Wasserstein GAN", algorithm 1 (clip 0.01).
    """

    clip: float = param(0.01, 0.001, 1.0, scale="log", live=True)

    @override
    def after_move(self, d: StackedMLP, state: list[Tensor]) -> None:
        d.parameters.clamp_(-self.clip, self.clip)

    @override
    def held(self, parameters: Tensor) -> Tensor:
        return parameters.clamp(-self.clip, self.clip)

"""Zero-centred gradient penalties: D pays for any slope at the samples themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.constraints.base import CONSTRAINTS, Constraint
from gan_core.registry import param

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@CONSTRAINTS.register("r1", order=50)
class R1(Constraint):
    """(`weight`/2) · ‖∇ₓD(x)‖² at real samples.

    Where G has arrived, D has no reason left to slope: the game comes to rest.
    Reference: Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?",
    equation 9; every so many steps: Karras et al. 2020 (StyleGAN2), §3.1.
    """

    where: ClassVar[str] = "real"
    weight: float = param(0.1, 0.001, 100.0, scale="log", live=True)
    every: int = param(1, 1, 16, step=1, live=True)

    @property
    @override
    def period(self) -> int:
        return self.every

    @override
    def penalty(self, s: Tensor) -> Tensor:
        return 0.5 * self.weight * s

    @override
    def penalty_slope(self, s: Tensor) -> Tensor:
        return torch.full_like(s, 0.5 * self.weight)


@CONSTRAINTS.register("r2", order=60)
class R2(R1):
    """(`weight`/2) · ‖∇ₓD(x)‖² at fakes.

    Reference: Mescheder et al. 2018, equation 10.
    """

    where: ClassVar[str] = "fake"

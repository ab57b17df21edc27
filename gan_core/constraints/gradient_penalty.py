"""Gradient penalty: D pays where its slope in x differs from 1."""

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

TINY = 1e-12
"""√(s + tiny) keeps the derivative finite where D is exactly flat (dead units)."""


@CONSTRAINTS.register("gradient-penalty", order=30)
class GradientPenalty(Constraint):
    """`weight` · (‖∇ₓD(x̂)‖ − 1)², x̂ on straight lines between real and fake samples.

    The penalty is soft: a linear critic settles at slope 1 + W/(2 · weight).
    Reference: Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", equation 3
    (weight 10; 0.1 in its toy experiments).
    """

    where: ClassVar[str] = "between"
    weight: float = param(0.1, 0.01, 100.0, scale="log", live=True)

    @override
    def penalty(self, s: Tensor) -> Tensor:
        return self.weight * ((s + TINY).sqrt() - 1).square()

    @override
    def penalty_slope(self, s: Tensor) -> Tensor:
        return self.weight * (1 - (s + TINY).rsqrt())


@CONSTRAINTS.register("gradient-penalty-one-sided", order=40)
class OneSidedGradientPenalty(GradientPenalty):
    """`weight` · max(0, ‖∇ₓD(x̂)‖ − 1)²: only too steep a slope costs.

    Reference: Gulrajani et al. 2017, §4, "Two-sided penalty"; Petzka et al. 2018, "On the
    Regularization of Wasserstein GANs".
    """

    @override
    def penalty(self, s: Tensor) -> Tensor:
        return self.weight * torch.relu((s + TINY).sqrt() - 1).square()

    @override
    def penalty_slope(self, s: Tensor) -> Tensor:
        return self.weight * torch.relu(1 - (s + TINY).rsqrt())

"""Gradient penalty: D pays where its slope in x differs from 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.constraints.base import CONSTRAINTS, Constraint
from gan_core.registry import param

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


@CONSTRAINTS.register("gradient-penalty", order=30)
class GradientPenalty(Constraint):
    """`weight` · mean (‖∇ₓD(x̂)‖ − 1)², x̂ on straight lines between real and fake samples.

    The penalty is soft: a linear critic settles at slope 1 + W/(2 · weight).
    Reference: Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", equation 3
    (weight 10; 0.1 in its toy experiments).
    """

    has_penalty: ClassVar[bool] = True
    weight: float = param(0.1, 0.01, 100.0, scale="log", live=True)

    @override
    def penalty(
        self, d: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor
    ) -> Tensor:
        between = torch.lerp(fake, real, mix).requires_grad_()
        (slope,) = torch.autograd.grad(d(between).sum(), between, create_graph=True)
        # √(x² + tiny) keeps the derivative finite where D is exactly flat (dead units).
        norm = (slope.square().sum(-1) + 1e-12).sqrt()
        return self.weight * (norm - 1).square().mean(-1)

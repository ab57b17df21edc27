"""Activations with their backward passes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.registry import Piece, Registry

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch

# Backward passes read the *output* h of the forward pass: nothing else has to be kept.


class Activation(Piece):
    """An elementwise non-linearity whose derivative follows from its own output."""

    piecewise_linear: ClassVar[bool] = False
    """Whether the derivative is constant on each piece: then a network's slope in its input is a
    chain of masks, which do not change when the weights move a little."""

    @abstractmethod
    def __call__(self, x: Tensor) -> Tensor:
        """Return the output; differentiable, changes nothing."""

    @abstractmethod
    def forward_(self, x: Tensor) -> None:
        """Replace `x` by the output, in place."""

    @abstractmethod
    def backward_(self, gradient: Tensor, h: Tensor) -> None:
        """Turn the gradient behind the activation into the one before it, given the output."""

    def bend(self, h: Tensor) -> Tensor:
        """Return the second derivative over the first, given the output; 0 if piecewise linear."""
        raise NotImplementedError(f"{type(self).__name__} has not said how it bends")


ACTIVATIONS: Registry[Activation] = Registry("activation")


@ACTIVATIONS.register("relu", order=10)
class ReLU(Activation):
    """max(0, x)."""

    piecewise_linear: ClassVar[bool] = True

    @override
    def __call__(self, x: Tensor) -> Tensor:
        return torch.relu(x)

    @override
    def forward_(self, x: Tensor) -> None:
        torch.relu_(x)

    @override
    def backward_(self, gradient: Tensor, h: Tensor) -> None:
        torch.ops.aten.threshold_backward.grad_input(gradient, h, 0, grad_input=gradient)


@ACTIVATIONS.register("leaky-relu", order=20)
class LeakyReLU(Activation):
    """x where x > 0, else 0.2 x: a little slope lets gradients pass everywhere."""

    piecewise_linear: ClassVar[bool] = True

    @override
    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.leaky_relu(x, 0.2)

    @override
    def forward_(self, x: Tensor) -> None:
        torch.nn.functional.leaky_relu_(x, 0.2)

    @override
    def backward_(self, gradient: Tensor, h: Tensor) -> None:
        backward = torch.ops.aten.leaky_relu_backward.grad_input
        backward(gradient, h, 0.2, True, grad_input=gradient)


@ACTIVATIONS.register("tanh", order=30)
class Tanh(Activation):
    """tanh(x)."""

    @override
    def __call__(self, x: Tensor) -> Tensor:
        return torch.tanh(x)

    @override
    def forward_(self, x: Tensor) -> None:
        torch.tanh_(x)

    @override
    def backward_(self, gradient: Tensor, h: Tensor) -> None:
        torch.ops.aten.tanh_backward.grad_input(gradient, h, grad_input=gradient)

    @override
    def bend(self, h: Tensor) -> Tensor:
        return -2 * h

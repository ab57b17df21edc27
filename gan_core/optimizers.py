"""Optimisers over flat parameters."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.registry import Piece, Registry, param

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Optimizer(Piece):
    """An update rule for parameters of shape (k, p). `step` changes them in place."""

    slots: ClassVar[int] = 0
    """How many tensors of the parameters' shape it remembers."""

    lr: float = param(1e-3, 1e-5, 1.0, scale="log", live=True)

    @abstractmethod
    def step(
        self, parameters: Tensor, gradients: Tensor, state: list[Tensor], lr: float, t: Tensor
    ) -> None:
        """Move the parameters one step down the gradients.

        Parameters
        ----------
        parameters, gradients
            (k, p). The gradients are left as they are.
        state
            `slots` tensors of shape (k, p), zero before the first step, changed in place.
        lr
            The learning rate; it takes the place of the optimiser's own.
        t
            Number of this step, from 1: a float tensor without dimensions.
        """

    def sizes(self, like: Tensor, state: list[Tensor], t: Tensor) -> Tensor:
        """Return how far each parameter moves per unit of its gradient at rate 1, (k, p).

        Inertia is left out, and what is remembered of the gradients' sizes is that of now: after
        `t` steps. What has never had a gradient does not move.
        """
        del state, t
        return torch.ones_like(like)


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")


@OPTIMIZERS.register("adam", order=10)
class Adam(Optimizer):
    """Adam. Reference: Kingma & Ba 2015, algorithm 1 (ε 1e-8, as `torch.optim.Adam`)."""

    slots: ClassVar[int] = 2
    beta1: float = param(0.5, 0.0, 0.99, step=0.05, live=True)
    beta2: float = param(0.999, 0.5, 0.9999, step=0.001, live=True)

    @override
    def step(
        self, parameters: Tensor, gradients: Tensor, state: list[Tensor], lr: float, t: Tensor
    ) -> None:
        mean, square = state
        # The kernel behind torch.optim.Adam(fused=True), without that class's own overhead:
        # one call of 2 µs instead of eight of 12 µs, a tenth of a small GAN's iteration.
        torch._fused_adam_(
            [parameters],
            [gradients],
            [mean],
            [square],
            [],
            [t],
            lr=lr,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    @override
    def sizes(self, like: Tensor, state: list[Tensor], t: Tensor) -> Tensor:
        square = state[1]
        size = 1 / ((square / (1 - self.beta2**t)).sqrt() + 1e-8)
        return torch.where(square > 0, size, 0.0)


@OPTIMIZERS.register("sgd", order=20)
class SGD(Optimizer):
    """Plain stochastic gradient descent."""

    @override
    def step(
        self, parameters: Tensor, gradients: Tensor, state: list[Tensor], lr: float, t: Tensor
    ) -> None:
        parameters.add_(gradients, alpha=-lr)


@OPTIMIZERS.register("momentum", order=25)
class Momentum(Optimizer):
    """SGD with momentum: v ← `momentum` · v + gradient, a step of lr · v (as `torch.optim.SGD`).

    Reference: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
    """

    slots: ClassVar[int] = 1
    momentum: float = param(0.9, 0.0, 0.99, step=0.01, live=True)

    @override
    def step(
        self, parameters: Tensor, gradients: Tensor, state: list[Tensor], lr: float, t: Tensor
    ) -> None:
        (velocity,) = state
        velocity.mul_(self.momentum).add_(gradients)
        parameters.add_(velocity, alpha=-lr)


@OPTIMIZERS.register("rmsprop", order=30)
class RMSprop(Optimizer):
    """RMSprop. Reference: Tieleman & Hinton 2012, lecture 6.5 (ε 1e-8 outside the root)."""

    slots: ClassVar[int] = 1
    decay: float = param(0.99, 0.5, 0.999, step=0.01, live=True)

    @override
    def step(
        self, parameters: Tensor, gradients: Tensor, state: list[Tensor], lr: float, t: Tensor
    ) -> None:
        (square,) = state
        square.mul_(self.decay).addcmul_(gradients, gradients, value=1 - self.decay)
        parameters.addcdiv_(gradients, square.sqrt().add_(1e-8), value=-lr)

    @override
    def sizes(self, like: Tensor, state: list[Tensor], t: Tensor) -> Tensor:
        (square,) = state
        return torch.where(square > 0, 1 / (square.sqrt() + 1e-8), 0.0)

"""A player: a stack of networks with its optimiser, one side of the game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from gan_core.optimizers import Optimizer

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Parametrised(Protocol):
    """What an optimiser can move: all parameters in one tensor, and their gradients in another."""

    @property
    def parameters(self) -> Tensor:
        """All parameters."""

    @property
    def gradients(self) -> Tensor:
        """Of the same shape."""


N = TypeVar("N", bound=Parametrised)


class Player(Generic[N]):
    """One side of the game, K times.

    Parameters
    ----------
    network
        Its networks; of pictures a single one, (p,) in place of (k, p).
    optimizer
        How a gradient moves them.
    rates
        A learning rate per member; they take the place of the optimiser's own.
    """

    def __init__(self, network: N, optimizer: Optimizer, rates: Sequence[float]) -> None:
        self.network = network
        self._stood: Tensor | None = None
        self.begin(optimizer, rates)

    def begin(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        """Take an optimiser that remembers nothing, with a learning rate per member."""
        parameters = self.network.parameters
        self.state = [torch.zeros_like(parameters) for _ in range(optimizer.slots)]
        self.t, self._one = parameters.new_zeros(()), parameters.new_ones(())
        self._take(optimizer, rates)

    def go_on(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        """Take an optimiser; one of the same kind keeps what the old one remembers."""
        if type(optimizer) is type(self.optimizer):
            self._take(optimizer, rates)
        else:
            self.begin(optimizer, rates)

    def _take(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        self.optimizer = optimizer
        parameters = self.network.parameters
        self._rate = rates[0]
        self._rates = None if len(set(rates)) == 1 else parameters.new_tensor(rates)[:, None]
        self._moves = torch.zeros_like(parameters) if self._rates is not None else parameters

    def move(self, factor: float = 1.0) -> None:
        """Update the parameters by the network's gradients, at `factor` times the rates."""
        self.t.add_(self._one)
        network = self.network
        if self._rates is None:
            parameters, rate = network.parameters, self._rate * factor
            self.optimizer.step(parameters, network.gradients, self.state, rate, self.t)
            return
        # members with rates of their own: the moves at rate 1, then each row by its rate
        moves = self._moves.zero_()
        self.optimizer.step(moves, network.gradients, self.state, factor, self.t)
        network.parameters.addcmul_(moves, self._rates)

    def sizes(self, factor: float = 1.0) -> Tensor:
        """Return how far each parameter would move per unit of its gradient, (k, p).

        That is at `factor` times the rates, and without inertia.
        """
        sizes = self.optimizer.sizes(self.network.parameters, self.state, self.t)
        return sizes * (factor * (self._rate if self._rates is None else self._rates))

    def stand(self) -> None:
        """Remember where the networks stand now."""
        if self._stood is None:
            self._stood = torch.empty_like(self.network.parameters)
        self._stood.copy_(self.network.parameters)

    def step_back(self) -> None:
        """Go back to where they stood."""
        if self._stood is None:
            raise RuntimeError("step_back without stand")
        self.network.parameters.copy_(self._stood)

    def tensors(self) -> dict[str, Tensor]:
        """Return what a checkpoint has to hold, by name: the very tensors, not copies."""
        slots = {f"state.{i}": slot for i, slot in enumerate(self.state)}
        return {"parameters": self.network.parameters, **slots}


def copy_into(own: Mapping[str, Tensor], saved: Mapping[str, Tensor]) -> None:
    """Fill tensors with the saved ones of the same names.

    Raises
    ------
    ValueError
        If one is missing or has another shape.
    """
    for name, tensor in own.items():
        if name not in saved or saved[name].shape != tensor.shape:
            raise ValueError(f"the checkpoint has no tensor {name} of {tuple(tensor.shape)}")
        tensor.copy_(saved[name])

"""K networks of one architecture as one tensor, trained without autograd.

At the sizes of the toy laboratory a training step is mostly the overhead of calling operators.
So the forward and the backward pass are written out, each operator works for all K members at
once, and all parameters of a member lie in one row, so that an optimiser needs one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gan_core.networks.activations import ACTIVATIONS, Activation

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Tape:
    """What one forward pass leaves for the backward pass: the input and each layer's output.

    Everything lies features first, (k, features, n): the samples are then the long inner loop of
    each product, without which layers of few units are several times as slow.

    Tapes of one shape may share the memory of the layers (`like`): then only the last one that
    was run forward can be run backward.
    """

    def __init__(self, inputs: Tensor, sizes: Sequence[int], like: Tape | None = None) -> None:
        k, _, n = inputs.shape
        self.inputs = inputs
        if like is None:
            self.hidden = [inputs.new_empty(k, size, n) for size in sizes[1:-1]]
            self.gradients = [torch.empty_like(h) for h in self.hidden]
            self.gradients_transposed = [g.transpose(1, 2) for g in self.gradients]
            self.input_gradient = inputs.new_empty(inputs.shape)
        else:
            self.hidden, self.gradients = like.hidden, like.gradients
            self.gradients_transposed = like.gradients_transposed
            self.input_gradient = like.input_gradient
        self.layer_inputs = [inputs, *self.hidden]


class StackedMLP:
    """K multi-layer perceptrons of one shape.

    Parameters
    ----------
    sizes
        Units per layer, the input first, the output last.
    activation
        Key of the activation behind each hidden layer.
    rngs
        One generator per member; each member's initial weights depend on its own alone.
    like
        A tensor of the device and the precision wanted.

    Attributes
    ----------
    parameters, gradients
        (k, p). `raw_layers` and `layer_gradients` are views into them: per layer the weights
        (k, inputs, outputs) and the biases (k, 1, outputs).
    used
        What the passes compute with, (k, p), with `layers` as its views: the parameters
        themselves, unless a constraint has put others in their place (`use`).
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str,
        rngs: Sequence[np.random.Generator],
        like: Tensor,
    ) -> None:
        self.sizes = tuple(sizes)
        self.activation: Activation = ACTIVATIONS.get(activation)()
        rows = np.stack([initial_parameters(self.sizes, rng) for rng in rngs])
        self.parameters = torch.from_numpy(rows).to(like)
        self.gradients = torch.zeros_like(self.parameters)
        self.raw_layers = self._views(self.parameters)
        self.layer_gradients = self._views(self.gradients)
        # bmm is fast into contiguous memory alone; a member's row of weights is that for k = 1
        self._products = [
            weight if weight.is_contiguous() else weight.new_empty(weight.shape)
            for weight, _ in self.layer_gradients
        ]
        self.use(self.parameters)

    def use(self, flat: Tensor) -> None:
        """Compute with these numbers, (k, p), from now on."""
        self.used, self.layers = flat, self._views(flat)
        # (k, outputs, inputs) and (k, outputs, 1): a layer is `columns`·x, x (k, inputs, n)
        self.columns = [(w.transpose(1, 2), b.transpose(1, 2)) for w, b in self.layers]

    def _views(self, flat: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Cut rows of parameters, (k, p), into views of weights and biases."""
        views, at, k = [], 0, flat.shape[0]
        for n_in, n_out in pairwise(self.sizes):
            weight = flat[:, at : at + n_in * n_out].view(k, n_in, n_out)
            at += n_in * n_out
            views.append((weight, flat[:, at : at + n_out].view(k, 1, n_out)))
            at += n_out
        return views

    def tapes(self, inputs: Sequence[Tensor]) -> list[Tape]:
        """Return a tape for each of these inputs, (k, inputs, n); they share their memory."""
        first = Tape(inputs[0], self.sizes)
        return [first, *[Tape(x, self.sizes, first) for x in inputs[1:]]]

    def forward(self, tape: Tape, out: Tensor) -> None:
        """Write the outputs, (k, outputs, n), for the tape's inputs into `out`."""
        self.forward_hidden(tape)
        weight, bias = self.columns[-1]
        torch.baddbmm(bias, weight, tape.layer_inputs[-1], out=out)

    def forward_hidden(self, tape: Tape) -> None:
        """Compute the hidden layers for the tape's inputs."""
        x, activate = tape.inputs, self.activation.forward_
        for (weight, bias), h in zip(self.columns, tape.hidden, strict=False):
            torch.baddbmm(bias, weight, x, out=h)
            activate(h)
            x = h

    def backward(self, tape: Tape, gradient: Tensor) -> None:
        """Set `gradients` from the cost's gradient at the outputs, (k, outputs, n)."""
        transposed = gradient.transpose(1, 2)
        for i in range(len(self.layers) - 1, -1, -1):
            weight, bias = self.layer_gradients[i]
            product = self._products[i]
            torch.bmm(tape.layer_inputs[i], transposed, out=product)
            if product is not weight:
                weight.copy_(product)
            torch.sum(transposed, 1, True, out=bias)
            if i:
                gradient = self._through(i, tape, gradient)
                transposed = tape.gradients_transposed[i - 1]

    def add_product(self, i: int, inputs: Tensor, transposed: Tensor) -> None:
        """Add inputs · transposed, (k, inputs, n) · (k, n, outputs), to layer i's gradient."""
        weight, _ = self.layer_gradients[i]
        product = self._products[i]
        if product is weight:
            weight.baddbmm_(inputs, transposed)
        else:
            weight.add_(torch.bmm(inputs, transposed, out=product))

    def input_gradient(self, tape: Tape, gradient: Tensor) -> Tensor:
        """Return the cost's gradient at the inputs, (k, inputs, n), from that at the outputs.

        It lies in the tape, until the next call.
        """
        for i in range(len(self.layers) - 1, 0, -1):
            gradient = self._through(i, tape, gradient)
        return torch.bmm(self.layers[0][0], gradient, out=tape.input_gradient)

    def _through(self, i: int, tape: Tape, gradient: Tensor) -> Tensor:
        """Carry a gradient from behind layer `i` to before the activation in front of it."""
        carried, weight = tape.gradients[i - 1], self.layers[i][0]
        if self.sizes[i + 1] == 1:
            torch.mul(weight, gradient, out=carried)  # an outer product, for which bmm is slow
        else:
            torch.bmm(weight, gradient, out=carried)
        self.activation.backward_(carried, tape.hidden[i - 1])
        return carried

    def __call__(self, x: Tensor, parameters: Tensor | None = None) -> Tensor:
        """Return the outputs, (k, n, outputs), for `x`, (k, n, inputs), by plain operators.

        Differentiable by autograd in `x` and in `parameters` (default: its own): the
        reference for the written-out passes, and the way for whatever they do not cover.
        """
        layers = self.layers if parameters is None else self._views(parameters)
        for weight, bias in layers[:-1]:
            x = self.activation(torch.baddbmm(bias, x, weight))
        weight, bias = layers[-1]
        return torch.baddbmm(bias, x, weight)


def initial_parameters(sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """Draw one network's parameters, shape (p,): U(±1/√inputs), as `torch.nn.Linear` does."""
    rows = []
    for n_in, n_out in pairwise(sizes):
        bound = 1 / np.sqrt(n_in)
        rows.append(rng.uniform(-bound, bound, n_in * n_out + n_out))
    return np.concatenate(rows).astype(np.float32)

"""K networks of one architecture as one tensor, trained without autograd.

At the sizes of the toy laboratory a training step is mostly the overhead of calling operators.
So the forward and the backward pass are written out, each operator works for all K members at
once, and all parameters of a member lie in one row, so that an optimiser needs one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gan_core.networks.activations import ACTIVATIONS, Activation
from gan_core.networks.features import MinibatchFeatures

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
    was run forward can be run backward. Where D is told of whole batches, the samples are
    `batches` of equal size behind one another.
    """

    def __init__(
        self, inputs: Tensor, sizes: Sequence[int], like: Tape | None = None, batches: int = 1
    ) -> None:
        k, _, n = inputs.shape
        self.inputs, self.batches = inputs, batches
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
        # memory of a whole batch's features, if there are any
        self.told: list[Tensor] = [] if like is None else like.told


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
    features
        What the last hidden layer is told of a whole batch; None: nothing.

    Attributes
    ----------
    parameters, gradients
        (k, p). `raw_layers` and `layer_gradients` are views into them: per layer the weights
        (k, inputs, outputs) and the biases (k, 1, outputs). At the end of a row lies T of the
        features, (inputs, kernels · dims), if there are any.
    in_layers
        How many of a member's parameters are weights and biases of layers.
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
        features: MinibatchFeatures | None = None,
    ) -> None:
        self.sizes, self.features = tuple(sizes), features
        self.activation: Activation = ACTIVATIONS.get(activation)()
        told = features.kernels if features else 0
        self._shapes = [*pairwise(self.sizes[:-1]), (self.sizes[-2] + told, self.sizes[-1])]
        self.in_layers = sum((n_in + 1) * n_out for n_in, n_out in self._shapes)
        rows = np.stack([initial_parameters(self._shapes, rng) for rng in rngs])
        if features:
            of_t = (self.sizes[-2], features.kernels * features.dims)
            rows = np.hstack([rows, np.stack([initial_projection(of_t, rng) for rng in rngs])])
        self.parameters = torch.from_numpy(rows).to(like)
        self._own()

    def _own(self) -> None:
        """Make what belongs to these parameters."""
        self.gradients = torch.zeros_like(self.parameters)
        self.raw_layers = self.views(self.parameters)
        self.layer_gradients = self.views(self.gradients)
        # bmm is fast into contiguous memory alone; a member's row of weights is that for k = 1
        self._products = [
            weight if weight.is_contiguous() else weight.new_empty(weight.shape)
            for weight, _ in self.layer_gradients
        ]
        self.use(self.parameters)

    def twin(self) -> StackedMLP:
        """Return a stack of the same shape, with parameters of its own: first the same numbers."""
        other = copy(self)
        other.parameters = self.parameters.clone()
        other._own()
        return other

    def use(self, flat: Tensor) -> None:
        """Compute with these numbers, (k, p), from now on."""
        self.used, self.layers = flat, self.views(flat)
        # (k, outputs, inputs) and (k, outputs, 1): a layer is `columns`·x, x (k, inputs, n)
        self.columns = [(w.transpose(1, 2), b.transpose(1, 2)) for w, b in self.layers]

    def views(self, flat: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Cut rows of parameters, (k, p), into views of weights and biases."""
        views, at, k = [], 0, flat.shape[0]
        for n_in, n_out in self._shapes:
            weight = flat[:, at : at + n_in * n_out].view(k, n_in, n_out)
            at += n_in * n_out
            views.append((weight, flat[:, at : at + n_out].view(k, 1, n_out)))
            at += n_out
        return views

    def projection(self, flat: Tensor) -> Tensor:
        """Cut T of the features, (k, inputs, kernels · dims), out of rows of parameters."""
        return flat[:, self.in_layers :].view(len(flat), self.sizes[-2], -1)

    def member(self, i: int) -> StackedMLP:
        """Return one member's network, to look at: it computes with the same memory."""
        if len(self.used) == 1:
            return self
        alone = copy(self)
        alone.use(self.used[i : i + 1])
        return alone

    def tapes(self, inputs: Sequence[Tensor], batches: int = 1) -> list[Tape]:
        """Return a tape for each of these inputs, (k, inputs, n); they share their memory.

        Each holds so many `batches`, which matters where the features tell of whole ones.
        """
        first = Tape(inputs[0], self.sizes, batches=batches)
        return [first, *[Tape(x, self.sizes, first, batches) for x in inputs[1:]]]

    def forward(self, tape: Tape, out: Tensor) -> None:
        """Write the outputs, (k, outputs, n), for the tape's inputs into `out`."""
        self.forward_hidden(tape)
        weight, bias = self.columns[-1]
        torch.baddbmm(bias, weight, tape.layer_inputs[-1], out=out)

    def forward_hidden(self, tape: Tape) -> None:
        """Compute the hidden layers, and the features of the batch, for the tape's inputs."""
        x, activate = tape.inputs, self.activation.forward_
        for (weight, bias), h in zip(self.columns, tape.hidden, strict=False):
            torch.baddbmm(bias, weight, x, out=h)
            activate(h)
            x = h
        if self.features:
            m = torch.bmm(self.projection(self.used).transpose(1, 2), x)
            if not tape.told:
                tape.told += self.features.memory(m, tape.batches)
            o = self.features.forward(m, tape.batches, tape.told)
            tape.layer_inputs[-1] = torch.cat([x, o], 1)

    def backward(self, tape: Tape, gradient: Tensor) -> None:
        """Set `gradients` from the cost's gradient at the outputs, (k, outputs, n)."""
        transposed = gradient.transpose(1, 2)
        for i in range(len(self.layers) - 1, -1, -1):
            self.set_product(i, tape.layer_inputs[i], transposed)
            if i:
                gradient = self._through(i, tape, gradient)
                transposed = tape.gradients_transposed[i - 1]
        if self.features:
            at_m = tape.told[-1].flatten(1, 2).flatten(2)
            product = torch.bmm(tape.hidden[-1], at_m.transpose(1, 2))
            self.projection(self.gradients).copy_(product)

    def set_product(self, i: int, inputs: Tensor, transposed: Tensor) -> None:
        """Set layer i's gradient from that behind it, (k, n, outputs), inputs (k, inputs, n)."""
        weight, bias = self.layer_gradients[i]
        product = self._products[i]
        torch.bmm(inputs, transposed, out=product)
        if product is not weight:
            weight.copy_(product)
        torch.sum(transposed, 1, True, out=bias)

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
        if self.features and i == len(self.layers) - 1:
            own, of_batch = weight[:, : self.sizes[i]], weight[:, self.sizes[i] :]
            at_m = self.features.backward(of_batch * gradient, tape.told)
            torch.bmm(self.projection(self.used), at_m, out=carried)
            carried.addcmul_(own, gradient)
        elif self.sizes[i + 1] == 1:
            torch.mul(weight, gradient, out=carried)  # an outer product, for which bmm is slow
        else:
            torch.bmm(weight, gradient, out=carried)
        self.activation.backward_(carried, tape.hidden[i - 1])
        return carried

    def __call__(
        self, x: Tensor, parameters: Tensor | None = None, among: Tensor | None = None
    ) -> Tensor:
        """Return the outputs, (k, n, outputs), for `x`, (k, n, inputs), by plain operators.

        Differentiable by autograd in `x` and in `parameters` (default: its own): the
        reference for the written-out passes, and the way for whatever they do not cover.
        Features of a whole batch take `x` as one; or, with `among`, (k, m, inputs), each sample
        of `x` as one more member of that batch.
        """
        layers = self.layers if parameters is None else self.views(parameters)
        h = self._last_hidden(x, layers)
        if self.features:
            t = self.projection(self.used if parameters is None else parameters)
            others = None if among is None else self._last_hidden(among, layers)
            h = torch.cat([h, self.features.told(h, t, others)], 2)
        weight, bias = layers[-1]
        return torch.baddbmm(bias, h, weight)

    def _last_hidden(self, x: Tensor, layers: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        for weight, bias in layers[:-1]:
            x = self.activation(torch.baddbmm(bias, x, weight))
        return x


def initial_parameters(shapes: Sequence[tuple[int, int]], rng: np.random.Generator) -> np.ndarray:
    """Draw one network's parameters, shape (p,): U(±1/√inputs), as `torch.nn.Linear` does."""
    rows = []
    for n_in, n_out in shapes:
        bound = 1 / np.sqrt(n_in)
        rows.append(rng.uniform(-bound, bound, n_in * n_out + n_out))
    return np.concatenate(rows).astype(np.float32)


def initial_projection(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw T of one network's features, shape (p,): N(0, 1)."""
    return rng.standard_normal(shape[0] * shape[1]).astype(np.float32)

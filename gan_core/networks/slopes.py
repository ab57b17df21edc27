"""The gradient of a penalty on a network's slope in its input, with and without autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from gan_core.networks.stacked import StackedMLP
else:
    from gan_core.lazy import torch

Elementwise = Callable[["Tensor"], "Tensor"]


class MaskedSlopes:
    """The way for activations that are linear piece by piece: no second derivative is needed.

    There ∇ₓD = M₁W₁ᵀ-chains of weights and activation masks, and the masks do not change with
    the weights. So a penalty's gradient is one more walk along the same chain: exact, and without
    the passes that autograd spends on derivatives of masks, which are zero.

    Parameters
    ----------
    network
        A stack of K networks with one output.
    n
        Points per member.
    """

    def __init__(self, network: StackedMLP, n: int) -> None:
        self.network, self._n = network, n
        k, like = len(network.parameters), network.parameters
        shapes = [(k, size, n) for size in network.sizes[1:-1]]
        self._slopes = [like.new_empty(shape) for shape in shapes]
        self._carried = [like.new_empty(shape) for shape in shapes]
        self._slopes_transposed = [slope.transpose(1, 2) for slope in self._slopes]

    def add_gradient(
        self, hidden: Sequence[Tensor], penalty_slope: Elementwise, scale: float = 1.0
    ) -> None:
        """Add the penalty's gradient, in the mean over the points, to the network's gradients.

        Parameters
        ----------
        hidden
            Outputs of the hidden layers at the points, (k, size, n) each.
        penalty_slope
            Derivative of the penalty in the squared slope s, elementwise, (k, 1, n).
        scale
            Factor on the penalty.
        """
        network, act = self.network, self.network.activation
        slopes = self._slopes
        # the output's slope at each hidden layer, from the last one down to the input
        slopes[-1].copy_(network.layers[-1][0].expand_as(slopes[-1]))
        act.backward_(slopes[-1], hidden[-1])
        for i in range(len(slopes) - 1, 0, -1):
            torch.bmm(network.layers[i][0], slopes[i], out=slopes[i - 1])
            act.backward_(slopes[i - 1], hidden[i - 1])
        slope = torch.bmm(network.layers[0][0], slopes[0])
        # what the penalty says about it: ∂P/∂slope
        s = slope.square().sum(1, keepdim=True)
        x = slope.mul_(penalty_slope(s).mul_(2 * scale / self._n))
        # the same chain upwards
        for i, carried in enumerate(self._carried):
            network.add_product(i, x, self._slopes_transposed[i])
            x = torch.bmm(network.columns[i][0], x, out=carried)
            act.backward_(x, hidden[i])
        network.layer_gradients[-1][0].add_(x.sum(2, keepdim=True))


def mean_penalty(
    network: StackedMLP, parameters: Tensor, points: Tensor, penalty: Elementwise
) -> Tensor:
    """Return the mean penalty per member, (k,), differentiable in the parameters.

    Parameters
    ----------
    network
        A stack of K networks with one output.
    parameters
        Their parameters, (k, p).
    points
        (k, n, inputs). If they have a gradient to carry, the penalty is differentiable in what
        they come from.
    penalty
        As a function of the squared slope s, elementwise.
    """
    # a copy: the slope is that in the points, even where the parameters come from them as well
    points = points.clone() if points.requires_grad else points.detach().requires_grad_()
    total = network(points, parameters).sum()
    (slope,) = torch.autograd.grad(total, points, create_graph=True)
    return penalty(slope.square().sum(-1)).mean(-1)


def autograd_gradient(network: StackedMLP, points: Tensor, penalty: Elementwise) -> Tensor:
    """Return the gradient of the mean penalty in the parameters, (k, p), by double backward."""
    with torch.inference_mode(False), torch.enable_grad():
        parameters = network.parameters.detach().clone().requires_grad_()
        cost = mean_penalty(network, parameters, points.clone(), penalty).sum()
        (gradient,) = torch.autograd.grad(cost, parameters, allow_unused=True)
    return torch.zeros_like(network.parameters) if gradient is None else gradient

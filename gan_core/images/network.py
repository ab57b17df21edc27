"""A network whose numbers lie in a few tensors: optimisers and averages need one call each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from gan_core.networks.norms import Norm


class FlatNetwork:
    """A module whose parameters, gradients and running statistics are views into one tensor each.

    Parameters
    ----------
    module
        The network; from now on its parameters are such views.

    Attributes
    ----------
    parameters, gradients
        (p,); a backward pass adds to the gradients.
    statistics
        Running means and variances of all normalisations, (s,).
    """

    def __init__(self, module: nn.Module) -> None:
        own = list(module.parameters())
        self._norms = norms = [part for part in module.modules() if isinstance(part, Norm)]
        like = own[0].detach()
        self.leaves = own
        self.parameters = like.new_empty(sum(one.numel() for one in own))
        self.gradients = torch.zeros_like(self.parameters)
        self.statistics = like.new_empty(sum(2 * norm.running_mean.numel() for norm in norms))
        at = 0
        for one in own:
            view = self._view(self.parameters, at, one)
            view.copy_(one.detach())
            one.data, one.grad = view, self._view(self.gradients, at, one)
            at += one.numel()
        at = 0
        for norm in norms:
            for name in ("running_mean", "running_var"):
                old = getattr(norm, name)
                view = self._view(self.statistics, at, old)
                setattr(norm, name, view.copy_(old))
                at += old.numel()

    @staticmethod
    def _view(flat: Tensor, at: int, like: Tensor) -> Tensor:
        """Return the part of `flat` from `at` on, lying in memory as `like` does."""
        return flat[at : at + like.numel()].as_strided(like.shape, like.stride())

    @contextmanager
    def settling(self) -> Iterator[None]:
        """Let the running statistics become those of the batch that passes meanwhile."""
        hooks = [norm.register_forward_pre_hook(_settle) for norm in self._norms]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()


def _settle(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    (x,) = inputs
    var, mean = torch.var_mean(x, (0, *range(2, x.ndim)), correction=1)
    if isinstance(module, Norm):
        module.running_mean.copy_(mean)
        module.running_var.copy_(var)

"""Spectral normalisation: no layer of D stretches anything by more than a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from gan_core.constraints.base import CONSTRAINTS, Constraint
from gan_core.registry import param

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from gan_core.networks.stacked import StackedMLP
else:
    from gan_core.lazy import torch

FIRST = 30
"""Power iterations when the constraint takes hold; afterwards one per move of D follows."""


@CONSTRAINTS.register("spectral-norm", order=70)
class SpectralNorm(Constraint):
    """D computes with `norm` · W/σ(W) in place of each weight matrix W; σ: its largest stretch.

    So D's slope is at most norm^layers (the activations stretch nothing). σ(W) is followed by
    power iteration, and D's gradient goes through σ as well. Reference: Miyato et al. 2018,
    "Spectral Normalization for Generative Adversarial Networks", equations 7 and 12, algorithm 1.
    """

    norm: float = param(1.0, 0.2, 5.0, step=0.1, live=True)

    @override
    def begin(self, d: StackedMLP) -> list[Tensor]:
        k = len(d.parameters)
        d.use(d.parameters.clone())
        state = [d.used]
        rng = np.random.default_rng(0)  # any direction will do
        for weight, _ in d.raw_layers:
            _, n_in, n_out = weight.shape
            u = torch.from_numpy(rng.standard_normal((1, 1, n_out))).to(weight).expand(k, 1, n_out)
            state += [u.clone(), weight.new_empty(k, 1, n_in), weight.new_empty(k, 1, 1)]
        for _ in range(FIRST):
            self.after_move(d, state)
        return state

    @override
    def after_move(self, d: StackedMLP, state: list[Tensor]) -> None:
        d.used.copy_(d.parameters)  # the biases stay as they are
        for i, ((raw, _), (used, _)) in enumerate(zip(d.raw_layers, d.layers, strict=True)):
            u, v, sigma = state[1 + 3 * i : 4 + 3 * i]
            _direction(torch.bmm(u, raw.transpose(1, 2)), out=v)
            stretched = torch.bmm(v, raw)
            _direction(stretched, out=u)
            torch.sum(stretched * u, 2, True, out=sigma)
            used.mul_(self.norm / (sigma + 1e-12))

    @override
    def after_gradient(self, d: StackedMLP, state: list[Tensor]) -> None:
        # ∂J/∂W = (norm/σ) (Ḡ − ⟨Ḡ, W/σ⟩ vᵀu), Ḡ the gradient at the normalised weights
        for i, ((raw, _), (gradient, _)) in enumerate(
            zip(d.raw_layers, d.layer_gradients, strict=True)
        ):
            u, v, sigma = state[1 + 3 * i : 4 + 3 * i]
            sigma = sigma + 1e-12
            along = (gradient * raw).sum((1, 2), keepdim=True) / sigma
            gradient.sub_(along * torch.bmm(v.transpose(1, 2), u)).mul_(self.norm / sigma)

    @override
    def computed(self, d: StackedMLP, parameters: Tensor, state: list[Tensor]) -> Tensor:
        # the directions u and v stay those of now, as they do within a step
        parts = []
        for i, (weight, bias) in enumerate(d.views(parameters)):
            u, v, _ = state[1 + 3 * i : 4 + 3 * i]
            sigma = v @ weight @ u.transpose(1, 2)
            parts += [(self.norm * weight / (sigma + 1e-12)).flatten(1), bias.flatten(1)]
        return torch.cat([*parts, parameters[:, d.in_layers :]], 1)

    @override
    def end(self, d: StackedMLP) -> None:
        """Leave D the function that it has: its weights become the normalised ones."""
        d.parameters.copy_(d.used)
        d.use(d.parameters)


def _direction(x: Tensor, out: Tensor) -> None:
    """Write x/‖x‖ over the last dimension into `out`."""
    torch.div(x, torch.linalg.vector_norm(x, dim=2, keepdim=True) + 1e-12, out=out)

"""A constraint's penalty on D's slope, added to D's gradients by the quickest exact way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gan_core.batches import Batches
from gan_core.constraints import Constraint
from gan_core.networks.slopes import MaskedSlopes, autograd_gradient, mean_penalty
from gan_core.networks.stacked import StackedMLP, Tape

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Penalty:
    """Adds penalties to the gradients of a stack of discriminators.

    Parameters
    ----------
    d
        The discriminators.
    rows
        Their batches.
    hidden
        Where D's last pass over a batch has left its hidden layers, (k, size, 2 packs) each.
    """

    def __init__(self, d: StackedMLP, rows: Batches, hidden: Sequence[Tensor]) -> None:
        self._d, self._rows = d, rows
        # D has just been at the batch's own samples: no pass has to be repeated there.
        self._hidden = {
            "real": [h[..., : rows.packs] for h in hidden],
            "fake": [h[..., rows.packs :] for h in hidden],
        }
        self._slopes: MaskedSlopes | None = None
        self._between: Tape | None = None

    def add_gradient(self, constraint: Constraint, row: int) -> None:
        """Add the gradient of the penalty at this row's points, `period` times as strong."""
        d, period = self._d, constraint.period
        if not d.activation.piecewise_linear or d.features:
            gradient = autograd_gradient(
                d, self._points(constraint, row).transpose(1, 2), constraint.penalty
            )
            d.gradients.add_(gradient, alpha=period)
            return
        if self._slopes is None:
            self._slopes = MaskedSlopes(d, self._rows.packs)
        hidden = self._hidden.get(constraint.where) or self._pass_between(row)
        self._slopes.add_gradient(hidden, constraint.penalty_slope, period)

    def value(self, constraint: Constraint, row: int) -> Tensor:
        """Return the penalty per member at this row's points, (k,), `period` times as strong."""
        points = self._points(constraint, row).transpose(1, 2)
        with torch.inference_mode(False), torch.enable_grad():
            parameters = self._d.parameters.detach().clone()
            cost = mean_penalty(self._d, parameters, points.clone(), constraint.penalty)
            return cost.detach() * constraint.period

    def _points(self, constraint: Constraint, row: int) -> Tensor:
        rows = self._rows
        if constraint.where == "between":
            return torch.lerp(rows.fake[row], rows.real[row], rows.mix[row])
        return rows.real[row] if constraint.where == "real" else rows.fake[row]

    def _pass_between(self, row: int) -> list[Tensor]:
        """Let D pass over points between real and fake; return its hidden layers there."""
        rows = self._rows
        if self._between is None:
            self._between = Tape(rows.real[row].clone(), self._d.sizes)
        torch.lerp(rows.fake[row], rows.real[row], rows.mix[row], out=self._between.inputs)
        self._d.forward_hidden(self._between)
        return self._between.hidden

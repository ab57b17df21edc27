"""The shape of a constraint on D, and the one that constrains nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gan_core.registry import Piece, Registry

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.networks.stacked import StackedMLP


class Constraint(Piece):
    """What keeps D's slope in bounds: a penalty on it, or a hold on D's parameters.

    A *penalty* is a cost of the squared slope s = ‖∇ₓD(x)‖² at some points x, in the mean over
    them; a constraint that has one says where (`where`), how much (`penalty`) and how fast it
    grows (`penalty_slope`). A *hold* acts on the parameters around each move of D (`begin`,
    `after_gradient`, `after_move`, `end`).
    """

    where: ClassVar[str] = ""
    """Points of the penalty: "real", "fake", or "between" (on straight lines between the two)."""

    @property
    def period(self) -> int:
        """D's steps from one penalty to the next; the penalty is then so many times as strong."""
        return 1

    def penalty(self, s: Tensor) -> Tensor:
        """Return the penalty at points of squared slope `s`, elementwise."""
        raise NotImplementedError(f"{type(self).__name__} has no penalty")

    def penalty_slope(self, s: Tensor) -> Tensor:
        """Return the derivative of `penalty` at `s`, elementwise."""
        raise NotImplementedError(f"{type(self).__name__} has no penalty")

    def begin(self, d: StackedMLP) -> list[Tensor]:
        """Take hold of D; return what has to be remembered from step to step."""
        del d
        return []

    def after_gradient(self, d: StackedMLP, state: list[Tensor]) -> None:
        """Change D's gradients before they move it."""

    def after_move(self, d: StackedMLP, state: list[Tensor]) -> None:
        """Change D after its parameters have moved."""

    def computed(self, d: StackedMLP, parameters: Tensor, state: list[Tensor]) -> Tensor:
        """Return what D computes with at `parameters`, (k, p); differentiable in them."""
        del d, state
        return parameters

    def held(self, parameters: Tensor) -> Tensor:
        """Return where a move of D to `parameters`, (k, p), ends; differentiable in them."""
        return parameters

    def end(self, d: StackedMLP) -> None:
        """Let D go."""


CONSTRAINTS: Registry[Constraint] = Registry("constraint")


@CONSTRAINTS.register("none", order=10)
class Unconstrained(Constraint):
    """D may be any function that its network can express."""

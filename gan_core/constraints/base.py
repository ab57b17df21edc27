"""The shape of a constraint on D, and the one that constrains nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from gan_core.registry import Piece, Registry

if TYPE_CHECKING:
    from torch import Tensor


class Constraint(Piece):
    """A penalty that D pays on top of its cost, or a projection after its update."""

    has_penalty: ClassVar[bool] = False
    """True if `penalty` adds to D's cost."""

    def penalty(
        self, d: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor
    ) -> Tensor:
        """Return what each member of the stack pays, shape (k,), differentiable in D.

        Parameters
        ----------
        d
            D's logits, (k, n, 2) → (k, n, 1), differentiable in its input and its parameters.
        real, fake
            Samples, (k, n, 2).
        mix
            Uniform random numbers in [0, 1), (k, n, 1).
        """
        raise NotImplementedError(f"{type(self).__name__} has no penalty")

    def project(self, parameters: Tensor) -> None:
        """Change D's parameters, (k, p), in place after its update."""


CONSTRAINTS: Registry[Constraint] = Registry("constraint")


@CONSTRAINTS.register("none", order=10)
class Unconstrained(Constraint):
    """D may be any function that its network can express."""

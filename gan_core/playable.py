"""What a worker can host: an experiment of either kind, two of them, or many seeds of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from gan_core.frame import Frame


class Playable(Protocol):
    """See `gan_core.experiment.Experiment`, whose methods these are.

    `change` and `reset` take as many settings as it has been made with.
    """

    @property
    def settings(self) -> Any:  # noqa: ANN401 - of either kind
        """The present settings; of two experiments those of the first."""

    @property
    def parts(self) -> int:
        """How many calls of `step_half` make an iteration."""

    @property
    def epoch(self) -> int:
        """Number of restarts so far."""

    @property
    def iteration(self) -> int:
        """Rounds of the update rule so far."""

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet, else 0."""

    @property
    def pretraining(self) -> int:
        """Steps that D still learns before the game begins."""

    @property
    def unmeasured(self) -> int:
        """How many calls of `measure` are still to come until all has been measured."""

    @property
    def status(self) -> str:
        """Either "ok" or "diverged"."""

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of D's pre-training."""

    def step(self, n: int = 1) -> None:
        """Play `n` iterations, or fewer if the run diverges."""

    def step_half(self, *, traced: bool = False) -> None:
        """Play half an iteration."""

    def step_d(self) -> None:
        """Move D alone by one step."""

    def step_g(self) -> None:
        """Move G alone by one step."""

    @property
    def change(self) -> Callable[..., bool]:
        """Go on under other settings; return False if that meant to start again."""

    @property
    def reset(self) -> Callable[..., None]:
        """Start again, under the present settings or others."""

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now."""

    def measure(self) -> object:
        """Take the dear metrics."""

    def state(self) -> bytes:
        """Return a checkpoint."""

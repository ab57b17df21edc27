"""The checkpoints that the server keeps: enough to go on, and to go back to before a divergence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gan_core.saved import read_label, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_core.engine.pipes import Header

KEPT: Final = 3
BEFORE: Final = 1.0
"""Seconds of training before a divergence: what is younger may carry its beginning."""


@dataclass(frozen=True)
class Checkpoint:
    """One saved state of a run.

    Attributes
    ----------
    body
        The state.
    epoch, iteration
        Where it was taken.
    trained
        Seconds that the run had trained by then.
    """

    body: bytes
    epoch: int
    iteration: int
    trained: float

    @classmethod
    def from_message(cls, header: Header, body: bytes) -> Checkpoint:
        """Return the checkpoint that a worker sent; behind it in `body` comes a picture."""
        state = body[: header["state"]]
        return cls(state, header["epoch"], header["iteration"], header["trained"])

    @classmethod
    def from_outside(cls, body: bytes, *, pair: bool = False) -> Checkpoint:
        """Return a checkpoint that somebody brought, as far as can be told without opening it.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint.
        """
        label = read_label(split(body)[0] if pair else body)
        return cls(body, label.epoch, label.iteration, 0.0)


class Checkpoints:
    """Those of one run, all of one epoch, the oldest first."""

    def __init__(self) -> None:
        self._kept: list[Checkpoint] = []

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self._kept)

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    @property
    def newest(self) -> Checkpoint | None:
        """The one to go on from."""
        return self._kept[-1] if self._kept else None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(one.body) for one in self._kept)

    def add(self, new: Checkpoint) -> None:
        """Keep one more; it replaces the last one if that is needed for nothing else."""
        kept = [one for one in self._kept if one.epoch == new.epoch]
        # A paused run that is moved by hand is saved often, without training for long: such
        # checkpoints must not push out the one that a divergence would be taken back to.
        if len(kept) >= 2 and new.trained - kept[-2].trained < BEFORE:
            del kept[-1]
        self._kept = [*kept, new][-KEPT:]

    def before(self, trained: float, epoch: int) -> Checkpoint | None:
        """Return the newest one that is good: taken well before the run diverged.

        Parameters
        ----------
        trained
            Seconds of training after which it diverged.
        epoch
            Where it diverged; what was thrown away before does not come back.
        """
        good = (one for one in reversed(self._kept) if self._is_good(one, trained, epoch))
        return next(good, None)

    def keep_until(self, last: Checkpoint) -> None:
        """Drop all that are newer."""
        self._kept = [one for one in self._kept if one.trained <= last.trained]

    def drop_newest(self) -> None:
        """Drop the one that has just proved to be of no use."""
        self._kept = self._kept[:-1]

    def drop_oldest(self) -> None:
        """Drop the one that is needed least."""
        self._kept = self._kept[1:]

    def clear(self) -> None:
        """Drop all."""
        self._kept = []

    @staticmethod
    def _is_good(one: Checkpoint, trained: float, epoch: int) -> bool:
        return one.epoch == epoch and one.trained <= trained - BEFORE


def hold(kept: Iterable[Checkpoints], limit: int) -> None:
    """Drop checkpoints until all together are no larger than `limit` bytes.

    Older copies go first, those of the largest hoard before the others; then, if that is not
    enough, the last ones.

    Parameters
    ----------
    kept
        Those of every run, whoever can spare theirs best first.
    limit
        Bytes.
    """
    kept = list(kept)
    excess = sum(one.size for one in kept) - limit
    for fewest in (1, 0):
        for one in sorted(kept, key=lambda some: some.size, reverse=True) if fewest else kept:
            while excess > 0 and len(one) > fewest:
                before = one.size
                one.drop_oldest()
                excess -= before - one.size

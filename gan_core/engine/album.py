"""The moments of a run that the server keeps: to be looked at again, and to branch from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_core.frame import Frame

MOST: Final = 48
"""Moments of one run."""
BYTES: Final = 16 * 2**20
"""What the moments of one run may hold."""


@dataclass(frozen=True, eq=False)
class Moment:
    """One moment of a run.

    Attributes
    ----------
    picture
        What was to be seen, without history and metrics.
    state
        The checkpoint that was taken with it.
    iteration
        Where it was. (The picture of one that has diverged is older, while one beside it goes on.)
    """

    picture: Frame
    state: bytes
    iteration: int

    @property
    def epoch(self) -> int:
        """Number of restarts before it."""
        return self.picture.epoch

    @cached_property
    def size(self) -> int:
        """Bytes, nearly."""
        return len(self.state) + _size(self.picture)


class Album:
    """The moments of one run's present epoch, spread over all of it as evenly as can be."""

    def __init__(self, most: int = MOST, limit: int = BYTES) -> None:
        self._most, self._limit = most, limit
        self._kept: list[Moment] = []
        self.size = 0  # bytes

    @property
    def iterations(self) -> tuple[int, ...]:
        """Where the kept moments were, ascending."""
        return tuple(one.iteration for one in self._kept)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The kept moments, ascending."""
        return tuple(self._kept)

    def find(self, iteration: int) -> Moment | None:
        """Return the moment at an iteration."""
        return next((one for one in self._kept if one.iteration == iteration), None)

    def add(self, new: Moment) -> None:
        """Keep a moment; what was played after it in another life is forgotten."""
        kept = [one for one in self._kept if _before(one, new)]
        self._keep([*kept, new])
        while len(self._kept) > self._most or (self.size > self._limit and len(self._kept) > 1):
            self._drop_one()

    def drop_after(self, iteration: int) -> None:
        """Forget what came after an iteration: the run was taken back to it."""
        self._keep([one for one in self._kept if one.iteration <= iteration])

    def thin(self) -> None:
        """Keep every other moment, or none of a single one."""
        self._keep(self._kept[1::2])

    def clear(self) -> None:
        """Forget all."""
        self._keep([])

    def _keep(self, kept: list[Moment]) -> None:
        self._kept = kept
        self.size = sum(one.size for one in kept)

    def _drop_one(self) -> None:
        """Forget the one that leaves the smallest gap; the first and the last stay."""
        at = self.iterations
        if len(at) < 3:
            return self._keep(self._kept[1:])
        gaps = [at[i + 1] - at[i - 1] for i in range(1, len(at) - 1)]
        where = 1 + gaps.index(min(gaps))
        return self._keep(self._kept[:where] + self._kept[where + 1 :])


def hold_albums(albums: Iterable[Album], limit: int) -> None:
    """Thin albums, the largest first, until all together hold no more than `limit` bytes."""
    albums = list(albums)
    while sum(one.size for one in albums) > max(limit, 0):
        max(albums, key=lambda one: one.size).thin()


def _before(one: Moment, new: Moment) -> bool:
    return one.epoch == new.epoch and one.iteration < new.iteration


def _size(frame: Frame | None) -> int:
    if frame is None:
        return 0
    arrays = (value for value in vars(frame).values() if isinstance(value, np.ndarray))
    return sum(array.nbytes for array in arrays) + _size(frame.beside)

"""Looks at a GAN in training: every few iterations, where its fakes lie and how they moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gan_core.history import History
from gan_core.metrics.modes import Wandering, nearest

Array = NDArray[Any]

EVERY: Final = 25
"""Iterations between two looks."""
SEEN: Final = 500
"""Fakes in a look; always of the same latents."""
RECENT: Final = 40
"""Looks that are kept unthinned: the last thousand iterations."""
KEPT: Final = 2048
"""Looks that are kept in all; longer runs thin them."""
SAVED: Final = 256
"""Of these, in a checkpoint."""
COLUMNS: Final = ("iteration", "high_quality", "travelled")
"""What a row holds before the share per nearest mode."""


class Looks:
    """What was seen of one GAN, from plain arrays: no network, no device.

    Parameters
    ----------
    centres, spread
        The data's modes: their centres, (m, dim) with m ≥ 0, and their width σ.

    Attributes
    ----------
    wandering
        How the dominant mode moved over the whole run.
    recent
        The last `RECENT` looks as rows, (n, 3 + m) float64: `COLUMNS`, then the share per nearest
        mode. *high_quality* is the share within 3σ of the nearest centre (NaN without modes),
        *travelled* the way that the fakes have gone since the first look, in data units: from
        look to look, in the mean over the fakes.
    last
        The fakes of the last look, (n, dim) float64; empty before the first.
    """

    def __init__(self, centres: Array, spread: float) -> None:
        self._centres, self._spread = centres, spread
        columns = len(COLUMNS) + len(centres)
        self._rows = History(columns, KEPT, mean=False)
        self.wandering = Wandering()
        self.recent: Array = np.zeros((0, columns))
        self.last: Array = np.zeros((0, centres.shape[1]))

    def look(self, iteration: int, fake: Array) -> None:
        """Take note of the fakes of the same latents, (n, dim), as they are now.

        Fakes that are not finite belong to no mode, and have not moved.
        """
        m, fake = len(self._centres), fake.astype(np.float64)
        row = np.zeros(len(COLUMNS) + m)
        row[0] = iteration
        row[2] = self.travelled + self._moved(fake)
        row[1] = float("nan")
        if m:
            which, distance = nearest(fake[np.isfinite(fake).all(1)], self._centres)
            row[1] = (distance <= 3 * self._spread).sum() / max(1, len(fake))
            row[len(COLUMNS) :] = np.bincount(which, minlength=m) / max(1, len(fake))
            self.wandering.look(row[len(COLUMNS) :])
        self.last = fake
        self._rows.append(row[None])
        self.recent = np.concatenate([self.recent, row[None]])[-RECENT:]

    def _moved(self, fake: Array) -> float:
        """Return how far the fakes have come since the last look, in the mean."""
        if self.last.shape != fake.shape:
            return 0.0
        with np.errstate(invalid="ignore"):  # what has run off to infinity
            steps = np.sqrt(((fake - self.last) ** 2).sum(1))
        return float(np.where(np.isfinite(steps), steps, 0.0).mean())

    @property
    def travelled(self) -> float:
        """The way so far, in data units; 0 before the second look."""
        return float(self.recent[-1, 2]) if len(self.recent) else 0.0

    def since(self, iteration: int = -1) -> Array:
        """Return the rows later than `iteration`, thinned; see `gan_core.history.History.since`."""
        return self._rows.since(iteration)

    def state(self) -> dict[str, Array]:
        """Return what `load` takes up: the rows, thinned, and what the next look needs."""
        last, rows = self.last.astype(np.float32), self._rows.since(-1, SAVED)
        return {"looks": rows, "looks.recent": self.recent, "looks.last": last}

    def load(self, state: Mapping[str, Array], wandering: Wandering) -> None:
        """Take over what `state` returned; without it only how the dominant mode moved.

        Raises
        ------
        ValueError, LookupError
            If these cannot be looks at such data.
        """
        self.wandering = wandering
        if "looks" not in state:
            return
        for name in ("looks", "looks.recent"):
            rows = state[name]
            fits = rows.ndim == 2 and rows.shape[1] == self.recent.shape[1]
            if not fits or rows.dtype != np.float64 or not _ascend(rows):
                raise ValueError(f"{name} are not rows of looks at these data")
        last = state["looks.last"]
        if last.ndim != 2 or last.shape[1] != self.last.shape[1] or len(last) > SEEN:
            raise ValueError("looks.last are not samples of these data")
        self._rows.append(state["looks"])
        self.recent = state["looks.recent"][-RECENT:].copy()
        with np.errstate(invalid="ignore"):  # a spoilt number may be none at all
            self.last = last.astype(np.float64)


def _ascend(rows: Array) -> bool:
    """Return whether rows are in order, and finite but for their quality."""
    known = np.isfinite(np.delete(rows, COLUMNS.index("high_quality"), 1)).all()
    return bool(known and (rows[1:, 0] > rows[:-1, 0]).all())

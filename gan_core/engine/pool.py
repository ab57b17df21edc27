"""The worker processes: as many as needed, one warm spare, replaced when they die or hang."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from gan_core.engine.process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_core.engine.pipes import Header

STILLBORN: Final = 3.0
"""Workers in a row that end before they are ready: then the fault is not the worker's."""
KILLED: Final = 0.2
"""What one counts that did not fail but was killed: perhaps by chance, perhaps for its memory."""
TRY_AGAIN: Final = 30.0
"""Seconds after which a broken pool may be tried again."""


class Pool:
    """Starts, lends and replaces workers. Only the engine touches it, under its lock."""

    def __init__(
        self,
        most: int,
        experiment: str,
        heard: Callable[[WorkerProcess, Header, bytes], None],
        died: Callable[[WorkerProcess], None],
    ) -> None:
        self.active: list[WorkerProcess] = []
        self.spare: WorkerProcess | None = None
        self.restarts = 0
        self._most = most
        self._experiment, self._heard, self._died = experiment, heard, died
        self._stillborn = 0.0
        self._stillborn_at = 0.0

    @property
    def broken(self) -> bool:
        """Whether workers cannot start on this machine, as far as was seen lately."""
        recent = time.monotonic() - self._stillborn_at < TRY_AGAIN
        return self._stillborn >= STILLBORN and recent

    @property
    def all(self) -> list[WorkerProcess]:
        """Every process, the spare last."""
        return [*self.active, *([self.spare] if self.spare else [])]

    def fill(self) -> None:
        """See to one worker, and to a spare once the others have loaded.

        Two processes that import torch at a time would make the first student wait longer.
        """
        if self.broken:
            return
        if not self.active:
            self.active.append(self._take())
        if self.spare is None and all(worker.ready for worker in self.active):
            self.spare = self._start()

    def choose(self, load: Callable[[WorkerProcess], float]) -> WorkerProcess | None:
        """Return the worker for one more run: the least loaded, or a new one if there may be."""
        if self.broken:
            return None
        least = min(self.active, key=load, default=None)
        if least is None or (load(least) and len(self.active) < self._most):
            least = self._take()
            self.active.append(least)
            self.fill()  # a lent spare is replaced
        return least

    def refuge(self, load: Callable[[WorkerProcess], float]) -> WorkerProcess | None:
        """Return the worker for a run that has lost its own: one that can go on at once."""
        ready = [worker for worker in self.active if worker.ready and not worker.stopped]
        return min(ready, key=load, default=None) or self.choose(load)

    def loaded(self, worker: WorkerProcess) -> None:
        """Note that a worker is ready."""
        worker.ready = True
        self._stillborn = 0.0
        self.fill()

    def remove(self, worker: WorkerProcess) -> None:
        """Take a dead worker out; the spare steps into its place."""
        self.restarts += 1
        if not worker.ready:
            self._stillborn += 1.0 if worker.failed else KILLED
            self._stillborn_at = time.monotonic()
        if worker is self.spare:
            self.spare = None
        elif worker in self.active:
            self.active.remove(worker)
            if not self.broken:
                self.active.append(self._take())
        self.fill()

    def _start(self) -> WorkerProcess:
        return WorkerProcess(self._experiment, self._heard, self._died)

    def _take(self) -> WorkerProcess:
        worker, self.spare = self.spare, None
        if worker is not None and worker.stopped:
            worker.kill("stopped")  # it would not begin
            worker = None
        return worker or self._start()

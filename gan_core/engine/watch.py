"""Which workers must go: those that hang, stand still, or hold too much memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gan_core.engine.process import WorkerProcess
    from gan_core.engine.protocol import Limits

HUNG, GREEDY, STOPPED = "hung", "greedy", "stopped"
"""Verdicts. A worker that was stopped from outside says nothing against its runs."""
LOADING: Final = 4
"""How much longer than an answer the start of a worker may take, from a cold disk."""
STOOD_STILL: Final = 2.0
"""Seconds between two looks after which the server itself cannot have run (Ctrl-Z, a laptop)."""
LEAST_WORKER: Final = 3 * 2**29
LEAST_CHECKPOINTS: Final = 2**28


class Watch:
    """Looks at the workers every now and then. Only the engine calls it, under its lock."""

    def __init__(self, limits: Limits) -> None:
        machine = psutil.virtual_memory().total
        self._patience = limits.hung_seconds
        self._most = limits.worker_bytes or max(LEAST_WORKER, machine // (2 * limits.workers))
        self.checkpoint_bytes = limits.checkpoint_bytes or max(LEAST_CHECKPOINTS, machine // 8)
        self._looked = time.monotonic()
        self._stopped: dict[int, float] = {}  # since when, by process id

    def look(
        self,
        workers: Iterable[WorkerProcess],
        owed: Callable[[WorkerProcess], float | None],
    ) -> None:
        """Kill those that must go.

        Parameters
        ----------
        workers
            All that live.
        owed
            Since when a worker has owed an answer, or None.
        """
        now = time.monotonic()
        asleep, self._looked = now - self._looked > STOOD_STILL, now
        stopped = self._stopped
        self._stopped = {}
        for worker in workers:
            if asleep:
                worker.sign = now  # nobody could be heard
            elif worker.stopped:
                self._stopped[worker.pid] = stopped.get(worker.pid, now)
            verdict = self._verdict(worker, owed(worker), now)
            if verdict:
                worker.kill(verdict)

    def _verdict(self, worker: WorkerProcess, owed: float | None, now: float) -> str:
        if worker.pid in self._stopped:
            return STOPPED if now - self._stopped[worker.pid] > self._patience else ""
        since = owed if worker.ready else worker.sign
        patience = self._patience * (1 if worker.ready else LOADING)
        if since is not None and now - max(since, worker.sign) > patience:
            return HUNG
        return GREEDY if worker.memory > self._most else ""


def guilty(worker: WorkerProcess) -> str:
    """Return the run that ended its worker, or nothing if it may have been anything else.

    A worker that was killed from outside, however often, is nobody's fault.
    """
    if worker.verdict == GREEDY:
        return worker.greediest
    blamed = worker.crashed if not worker.verdict else worker.verdict == HUNG
    return worker.turned if blamed and worker.ready else ""


def reproach(worker: WorkerProcess) -> str:
    """Return what the run did, for its error."""
    return {
        HUNG: "it hung: an iteration did not end",
        GREEDY: "it took more memory than a worker may hold",
    }.get(worker.verdict, "its worker crashed in the middle of it")

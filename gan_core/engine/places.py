"""Which run lives in which worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gan_core.engine.pool import Pool
    from gan_core.engine.process import WorkerProcess
    from gan_core.engine.runs import Run


class Places:
    """Gives runs their worker. Only the engine touches it, under its lock.

    Parameters
    ----------
    runs
        All runs by their id; the engine adds and removes them.
    pool
        The workers.
    """

    def __init__(self, runs: dict[str, Run], pool: Pool) -> None:
        self._runs, self._pool = runs, pool

    def on(self, worker: WorkerProcess) -> list[Run]:
        """Return the runs of a worker, those included that are about to move to it."""
        return [run for run in self._runs.values() if (run.moving or run.worker) is worker]

    def load(self, worker: WorkerProcess) -> float:
        """Return what a worker has to do."""
        return sum(run.load for run in self.on(worker))

    def place(self, run: Run, *, lost: bool = False) -> None:
        """Give a run a worker; one that has `lost` its own must go on at once."""
        worker = (self._pool.refuge if lost else self._pool.choose)(self.load)
        if worker is None:
            run.fail("no worker can be started")
        else:
            run.settle(worker)

    def balance(self, idle: WorkerProcess) -> None:
        """Let a worker that has just loaded take some runs from the others.

        They have piled up there when its predecessor was lost.
        """
        if idle not in self._pool.active:
            return
        for run in self._runs.values():
            if run.worker is None or run.worker is idle or not run.can_move:
                continue
            if self.load(run.worker) - run.load >= self.load(idle) + run.load:
                run.moving = idle
                run.worker.tell({"do": "move", "run": run.id})

    def moved(self, run: Run, *, left: bool) -> None:
        """Take a run that has left its worker to where it was about to go."""
        target, run.moving = run.moving, None
        if left and target in self._pool.active:
            run.settle(target)
        elif left:
            self.place(run)

    def owed_since(self, worker: WorkerProcess) -> float | None:
        """Return since when a worker has owed an answer."""
        owed = [run.owed_since for run in self._runs.values() if run.worker is worker]
        return min((since for since in owed if since is not None), default=None)

"""The engine on one machine: worker processes of this server."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import secrets
import threading
import time
import traceback
from typing import TYPE_CHECKING, Final

from gan_core.engine.album import hold_albums
from gan_core.engine.checkpoints import Checkpoint, hold
from gan_core.engine.places import Places
from gan_core.engine.pool import Pool
from gan_core.engine.protocol import (
    EngineError,
    EngineStats,
    Limits,
    RunHandle,
    UnknownRunError,
    WorkerStats,
    check_command,
    check_crowd,
    check_pace,
)
from gan_core.engine.runs import Run
from gan_core.engine.watch import Watch, guilty, reproach

if TYPE_CHECKING:
    from gan_core.engine.album import Moment
    from gan_core.engine.pipes import Header
    from gan_core.engine.process import WorkerProcess
    from gan_core.engine.protocol import Look
    from gan_core.frame import Frame
    from gan_core.images.settings import AnySettings

PATIENCE: Final = 0.1
"""Seconds to wait for a run that is not there yet before showing what there is."""
BUSY_PATIENCE: Final = 0.5
"""The same for a run that trains: a heavy iteration may keep its worker for a while."""
SWEEP: Final = 0.25
EXPERIMENT: Final = "gan_core.experiment:Experiment"


class LocalEngine:
    """`gan_core.engine.protocol.Engine` with worker processes on this machine.

    Parameters
    ----------
    limits
        By default as many workers as cores.
    experiment
        ``module:Class`` of what the workers host.
    """

    def __init__(self, limits: Limits | None = None, experiment: str = EXPERIMENT) -> None:
        self.limits = limits or Limits(workers=os.cpu_count() or 1)
        # Re-entrant, because closing a run places the next one in line. Nothing blocks inside.
        self._lock = threading.RLock()
        self._runs: dict[str, Run] = {}
        self._line: list[str] = []
        self._watch = Watch(self.limits)
        self._pool = Pool(self.limits.workers, experiment, self._heard, self._died)
        self._places = Places(self._runs, self._pool)
        self._stopped = threading.Event()
        self._sweeper: threading.Thread | None = None

    # -- life

    def start(self) -> None:
        """Start the first worker; the spare follows when it has loaded."""
        with self._lock:
            if self._sweeper is None and not self._stopped.is_set():
                self._pool.fill()
                self._sweeper = threading.Thread(target=self._sweep, name="engine", daemon=True)
                self._sweeper.start()

    def stop(self) -> None:
        """End every worker and close every run; returns when the processes are gone."""
        with self._lock:
            self._stopped.set()
            workers = self._pool.all
            self._line.clear()
            for run_id in list(self._runs):
                self.close(run_id)
        for worker in workers:
            worker.end()
        for worker in workers:
            worker.join()

    # -- runs

    def create(
        self,
        settings: AnySettings,
        *,
        pace: float = 0.0,
        playing: bool = True,
        beside: AnySettings | None = None,
        seeds: int = 1,
        state: bytes = b"",
    ) -> RunHandle:
        """Begin a run, or put it in the line while the engine is full; see `Engine.create`."""
        check_pace(pace)
        check_crowd(seeds, settings, beside, state)
        start = Checkpoint.from_outside(state, pair=beside is not None) if state else None
        handle = RunHandle(secrets.token_hex(8), secrets.token_urlsafe(24))
        with self._lock:
            if self._stopped.is_set():
                raise EngineError("the engine has stopped")
            self.start()
            self._runs[handle.run_id] = Run(handle, settings, pace, playing, beside, start, seeds)
            self._line.append(handle.run_id)
            self._admit()
        return handle

    def close(self, run_id: str) -> None:
        """End a run; closing one that is gone changes nothing."""
        with self._lock:
            run = self._runs.pop(run_id, None)
            if run is None:
                return
            if run_id in self._line:
                self._line.remove(run_id)
            if run.worker:
                run.worker.tell({"do": "close", "run": run_id})
            run.give_up(UnknownRunError(f"run {run_id} was closed"))
            self._admit()

    def token(self, run_id: str) -> str:
        """Return the run's secret."""
        with self._lock:
            return self._run(run_id).handle.token

    def settings(self, run_id: str) -> AnySettings:
        """Return the Settings that the run was last given."""
        with self._lock:
            return self._run(run_id).settings

    def beside(self, run_id: str) -> AnySettings | None:
        """Return the Settings of the experiment beside it, or None."""
        with self._lock:
            return self._run(run_id).beside

    def album(self, run_id: str) -> tuple[Moment, ...]:
        """Return the moments that are kept of the run, the oldest first."""
        with self._lock:
            return self._run(run_id).album.moments

    def save(self, run_id: str, timeout: float = 5.0) -> bytes:
        """Return a checkpoint of the present, or of a diverged run the last good one."""
        with self._lock:
            future = self._run(run_id).save()
        try:
            return future.result(timeout)
        except concurrent.futures.TimeoutError:
            raise EngineError(f"no checkpoint within {timeout:g} s") from None

    def failure(self, run_id: str) -> str | None:
        """Return what went wrong in the run, or None."""
        with self._lock:
            return self._run(run_id).failure

    def command(
        self,
        run_id: str,
        command: str,
        *,
        pace: float | None = None,
        settings: AnySettings | None = None,
        beside: AnySettings | None = None,
        at: Look | None = None,
    ) -> None:
        """Tell a run one of `gan_core.engine.protocol.COMMANDS`; does not wait for it.

        Raises
        ------
        UnknownRunError
            If there is no such run.
        ValueError
            If the command or its argument is not valid.
        """
        check_command(command, pace, settings, at)
        with self._lock:
            run = self._run(run_id)
            run.check_kind(settings, beside)
            if command == "back":
                if run.take_back() and run.worker:
                    run.settle(run.worker)
                return
            header = run.note(command, pace, settings, beside, at)
            if run.worker:
                run.worker.tell(header)
            elif run.failure and command in ("reset", "set", "begin"):
                self._places.place(run)

    # -- frames

    async def frame(self, run_id: str, since: int = -1) -> Frame:
        """Return the present frame; answers within half a second whatever happens."""
        future, patience = self._ask(run_id, since)
        # Shielded: the question stays open for the next call when this one gives up waiting.
        # Not `wait_for`: before Python 3.12 it swallows a cancellation that comes with the answer.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                answer = asyncio.wrap_future(future)
                answer.add_done_callback(_heeded)
                return await asyncio.shield(answer)
        return self._meanwhile(run_id)

    def frame_now(self, run_id: str, since: int = -1, timeout: float = 5.0) -> Frame:
        """Return the same as `frame`, for callers without an event loop; waits up to `timeout`."""
        future, _ = self._ask(run_id, since)
        with contextlib.suppress(concurrent.futures.TimeoutError):
            return future.result(timeout)
        return self._meanwhile(run_id)

    def stats(self) -> EngineStats:
        """Return what the engine holds."""
        with self._lock:
            workers = tuple(
                WorkerStats(one.pid, one.ready, len(self._places.on(one)), one is self._pool.spare)
                for one in self._pool.all
            )
            held = sum(run.checkpoints.size + run.album.size for run in self._runs.values())
            waiting = len(self._line)
            return EngineStats(workers, len(self._runs), waiting, self._pool.restarts, held)

    def _ask(self, run_id: str, since: int) -> tuple[concurrent.futures.Future[Frame], float]:
        with self._lock:
            run = self._run(run_id)
            return run.ask(since), BUSY_PATIENCE if run.hosted else PATIENCE

    def _meanwhile(self, run_id: str) -> Frame:
        with self._lock:
            place = self._line.index(run_id) + 1 if run_id in self._line else 0
            return self._run(run_id).meanwhile(place)

    # -- where runs live (under the lock)

    def _run(self, run_id: str) -> Run:
        run = self._runs.get(run_id)
        if run is None:
            raise UnknownRunError(f"there is no run {run_id!r}")
        return run

    def _admit(self) -> None:
        while self._line and len(self._runs) - len(self._line) < self.limits.runs:
            self._places.place(self._runs[self._line.pop(0)])

    # -- what the workers say (on their reader threads)

    def _heard(self, worker: WorkerProcess, header: Header, body: bytes) -> None:
        with self._lock:
            if self._stopped.is_set():
                return
            if header["is"] == "ready":
                self._pool.loaded(worker)
                self._places.balance(worker)
                return
            run = self._runs.get(header["run"])
            if run is None or run.worker is not worker:
                return  # closed or moved in the meantime
            if header["is"] == "moved":
                self._places.moved(run, left=header["left"])
            elif header["is"] != "failed":
                run.hear(header, body)
                self._hold_checkpoints()
            elif run.checkpoints and not run.hosted and not run.given:
                run.checkpoints.drop_newest()  # it cannot be gone on from
                self._places.place(run)
            else:
                run.fail(header["message"])

    def _hold_checkpoints(self) -> None:
        limit = self._watch.checkpoint_bytes
        needed = sum(run.checkpoints.size for run in self._runs.values())
        hold_albums((run.album for run in self._runs.values()), limit - needed)
        if needed <= limit:
            return
        least_seen_first = sorted(self._runs.values(), key=lambda run: run.seen)
        hold((run.checkpoints for run in least_seen_first), limit)

    def _died(self, worker: WorkerProcess) -> None:
        with self._lock:
            if self._stopped.is_set():
                return
            runs = [run for run in self._runs.values() if run.worker is worker]
            culprit = guilty(worker)
            for run in runs:
                run.unsettle()
            self._pool.remove(worker)
            for run in runs:
                if run.id == culprit and run.blame():
                    run.fail(reproach(worker))
                else:
                    self._places.place(run, lost=True)

    def _sweep(self) -> None:
        while not self._stopped.wait(SWEEP):
            try:
                with self._lock:
                    self._close_unseen()
                    self._watch.look(self._pool.all, self._places.owed_since)
            except Exception:  # noqa: BLE001 - the engine must not go on unwatched
                traceback.print_exc()

    def _close_unseen(self) -> None:
        limit = self.limits.crowded_seconds if self._line else self.limits.unseen_seconds
        now = time.monotonic()
        for run in list(self._runs.values()):
            if now - run.seen > limit:
                self.close(run.id)


def _heeded(answer: asyncio.Future[Frame]) -> None:
    """Take note of an error that comes when nobody waits for the answer any more."""
    if not answer.cancelled():
        answer.exception()

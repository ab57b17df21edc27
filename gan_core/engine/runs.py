"""A run as the server holds it: what is needed to show it, and to begin it again elsewhere."""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

from gan_core.engine.protocol import RunFailedError
from gan_core.frame import SHOWN, Frame
from gan_core.streams import SHOWN_REAL, stream

if TYPE_CHECKING:
    from gan_core.engine.pipes import Header
    from gan_core.engine.process import WorkerProcess
    from gan_core.engine.protocol import RunHandle
    from gan_core.settings import Settings


class Run:
    """The server's side of a run. Only the engine touches it, under its lock."""

    def __init__(self, handle: RunHandle, settings: Settings, pace: float, playing: bool) -> None:
        self.handle = handle
        self.settings = settings
        self.pace = pace
        self.playing = playing
        self.worker: WorkerProcess | None = None
        self.hosted = False
        self.failure: str | None = None
        self.failed_starts = 0
        self.checkpoint = b""
        self.generation = 0  # grows when the run is begun anew: older checkpoints do not count
        self.seen = time.monotonic()
        self.owed_since: float | None = None  # when the oldest open question was put
        self.last: Frame | None = None
        self._last_version, self._last_since = -1, -1
        self._epochs = 0  # of earlier lives: a view must notice that the history begins anew
        self._lived = False
        self._asked: dict[int, Future[Frame]] = {}

    @property
    def id(self) -> str:
        """The run's public name."""
        return self.handle.run_id

    # -- its place in a worker

    def settle(self, worker: WorkerProcess) -> None:
        """Move to a worker, from the last checkpoint if there is one."""
        if self._lived and self.last is not None and not self.checkpoint:
            self._epochs, self._lived = self.last.epoch + 1, False
        self.worker, self.hosted, self.failure = worker, False, None
        self._last_version = -1
        header = {"do": "create", "run": self.id, "generation": self.generation}
        header |= {"pace": self.pace, "playing": self.playing, "settings": self.settings.to_json()}
        worker.tell(header, self.checkpoint)

    def unsettle(self) -> None:
        """Lose the worker; questions stay open and are asked again."""
        self.worker, self.hosted, self.owed_since = None, False, None

    def arrived(self) -> None:
        """Put the questions that wait: the worker hosts the run now."""
        self.hosted, self.failed_starts = True, 0
        for since in self._asked:
            self._put(since)

    def fail(self, message: str) -> None:
        """Note an error of the experiment; its worker has dropped it."""
        self.unsettle()
        self.failure = message
        self.checkpoint = b""  # whatever state led to the error is not gone back to
        self.give_up(RunFailedError(message))

    # -- frames

    def ask(self, since: int) -> Future[Frame]:
        """Ask for a frame; the same question is put only once at a time."""
        self.seen = time.monotonic()
        if self.failure is not None:
            raise RunFailedError(self.failure)
        future = self._asked.get(since)
        if future is None:
            future = self._asked[since] = Future()
            if self.hosted:
                self._put(since)
        return future

    def answer(self, header: Header, body: bytes) -> None:
        """Take the worker's answer; an unchanged run gives the same `Frame` object again."""
        if header["same"] and self.last is not None:
            frame = self.last
        else:
            frame = Frame.from_bytes(body)
            if self._epochs:
                frame = dataclasses.replace(frame, epoch=frame.epoch + self._epochs)
        self.last, self._lived = frame, True
        self._last_version, self._last_since = header["version"], header["since"]
        future = self._asked.pop(header["since"], None)
        self.owed_since = time.monotonic() if self._asked else None
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(frame)

    def give_up(self, error: Exception) -> None:
        """Answer every open question with an error."""
        for future in self._asked.values():
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        self._asked.clear()

    def meanwhile(self, place: int) -> Frame:
        """Return what can be shown without a worker: the last frame, or at least the data."""
        if self.hosted and self.last is not None:
            return self.last
        base = self.last or first_frame(self.settings)
        status = "waiting" if place else "starting"
        if (base.status, base.place, base.pace) != (status, place, self.pace):
            base = dataclasses.replace(base, status=status, place=place, pace=self.pace, rate=0.0)
        self.last, self._last_version = base, -1
        return base

    def _put(self, since: int) -> None:
        if self.worker is None:
            return
        known = self._last_version if since == self._last_since else -1
        self.owed_since = self.owed_since or time.monotonic()
        self.worker.tell({"do": "frame", "run": self.id, "since": since, "known": known})


def first_frame(settings: Settings) -> Frame:
    """Return a frame with nothing but the data, for the moment before an experiment is there.

    They are the very samples that the experiment will show, drawn here without torch; a test
    compares them.
    """
    data = settings.data
    real = data.sample(SHOWN, stream(settings.seed, SHOWN_REAL))
    return Frame(status="starting", extent=data.extent, real=real, centres=data.centres)

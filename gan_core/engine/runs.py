"""A run as the server holds it: what is needed to show it, and to begin it again elsewhere."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gan_core.engine.album import Album, Moment
from gan_core.engine.checkpoints import Checkpoint, Checkpoints
from gan_core.engine.protocol import EngineError, RunFailedError
from gan_core.frame import Frame
from gan_core.images.scenery import first_scenery
from gan_core.images.settings import ImageSettings
from gan_core.observer import scenery

if TYPE_CHECKING:
    from gan_core.engine.pipes import Header
    from gan_core.engine.process import WorkerProcess
    from gan_core.engine.protocol import Look, RunHandle
    from gan_core.images.settings import AnySettings

SILENT: Final = 2.5
"""Seconds without a sign of life after which a view is told that something is wrong."""
BLAMES: Final = 2
"""Workers that one run may end before it fails."""
HEALTHY: Final = 60.0
"""Seconds after which an ended worker is no longer held against a run."""
SLOW: Final = 0.05
"""Seconds per iteration that count as much in a worker's load as one run more."""

LOST: Final = 3.0
"""Seconds without an answer after which a question is put again: answering twice does no harm."""


class Run:
    """The server's side of a run. Only the engine touches it, under its lock.

    Parameters
    ----------
    handle, settings, pace, playing
        See `gan_core.engine.protocol.Engine.create`.
    beside
        The settings of the experiment that runs beside it; None for a single one.
    start
        The checkpoint from which it begins, if it does not begin from nothing.
    seeds
        Members of a crowd; 1 for an experiment or a pair.
    """

    def __init__(
        self,
        handle: RunHandle,
        settings: AnySettings,
        pace: float,
        playing: bool,
        beside: AnySettings | None = None,
        start: Checkpoint | None = None,
        seeds: int = 1,
    ) -> None:
        self.handle = handle
        self.settings = settings
        self.beside = beside
        self.seeds = seeds
        self.pace = pace
        self.playing = playing
        self.look: Look | None = None
        self.worker: WorkerProcess | None = None
        self.moving: WorkerProcess | None = None  # where it is about to move
        self.hosted = False
        self.failure: str | None = None
        self.checkpoints = Checkpoints()
        self.album = Album()
        self.given = start is not None  # by somebody from outside, and not yet proved to be good
        if start:
            self.checkpoints.add(start)
        self.generation = 0  # grows when the run is begun anew: older checkpoints do not count
        self.seen = time.monotonic()
        self.owed_since: float | None = None  # when the oldest open question was put
        self.seconds = 0.0  # per iteration, as its worker measured it
        self.last: Frame | None = None  # as answered by a worker
        self._last_version, self._last_since = -1, -1
        self._stand_in: Frame | None = None
        self._epochs = 0  # of earlier lives: a view must notice that the history begins anew
        self._lived = self._lost = self._back = False
        self._lives, self._restored = 0, -1
        self._diverged: tuple[float, int] | None = None  # after which training, in which epoch
        self._blames, self._blamed_at = 0, 0.0
        self._asked: dict[int, Future[Frame]] = {}
        self._saving: dict[int, Future[bytes]] = {}  # by the number under which it was asked for
        self._saves = 0
        self._put_at = 0.0  # when a question was put last

    @property
    def id(self) -> str:
        """The run's public name."""
        return self.handle.run_id

    @property
    def load(self) -> float:
        """What the run means for those beside it: others wait while an iteration lasts."""
        return 1.0 + self.seconds / SLOW

    def note(
        self,
        command: str,
        pace: float | None,
        settings: AnySettings | None,
        beside: AnySettings | None = None,
        at: Look | None = None,
    ) -> Header:
        """Keep what a replacement of the worker must know of a command; return its message."""
        header: Header = {"do": "command", "run": self.id, "command": command}
        if command in ("play", "pause", "step", "step-d", "step-g", "step-half"):
            self.playing = command == "play"
        if command == "pace" and pace is not None:
            self.pace = header["pace"] = pace
        if command == "look":
            self.look = header["at"] = at
        if command in ("set", "begin") and settings is not None:
            self.settings = settings
            self.beside = self.beside and (beside or self.beside)
            header |= self._settings_told()
        if command in ("reset", "begin"):
            # What is thrown away does not come back, not even by a checkpoint on its way.
            self.checkpoints.clear()
            self.album.clear()
            self.given = False
            self.generation += 1
            self._diverged = None
        header["generation"] = self.generation
        return header

    def check_kind(self, *wanted: AnySettings | None) -> None:
        """Refuse settings of another kind: a run in the plane stays there.

        Raises
        ------
        ValueError
            If some are.
        """
        if any(one is not None and type(one) is not type(self.settings) for one in wanted):
            raise ValueError("a run cannot become one of another kind")

    @property
    def can_move(self) -> bool:
        """Whether it may change its worker: one that has diverged stays with its last picture."""
        return self.hosted and self.moving is None and self._diverged is None

    # -- its place in a worker

    def settle(self, worker: WorkerProcess) -> None:
        """Move to a worker, from the last checkpoint if there is one."""
        saved = self.checkpoints.newest
        if self._lived and self.last is not None and saved is None:
            self._epochs, self._lived = self.last.epoch + 1, False
        self.worker, self.hosted, self.failure = worker, False, None
        self.owed_since = time.monotonic()
        header = {"do": "create", "run": self.id, "generation": self.generation}
        header |= {"pace": self.pace, "playing": self.playing} | self._settings_told()
        header |= {"look": self.look} if self.look else {}
        header["trained"] = saved.trained if saved else 0.0
        worker.tell(header, saved.body if saved else b"")

    def hear(self, header: Header, body: bytes) -> None:
        """Take what the worker says."""
        match header["is"]:
            case "hosted":
                self._arrive(header["restored"])
            case "frame" if self.hosted:  # else it is from before the run was taken back
                self._answer(header, body)
            case "state" if header["generation"] == self.generation:
                self._keep(header, body)
            case "diverged" if header["generation"] == self.generation:
                self._diverge(header)

    def unsettle(self) -> None:
        """Lose the worker; questions stay open and are asked again."""
        self.worker, self.moving, self.hosted, self.owed_since = None, None, False, None
        self._lost = True

    def _arrive(self, restored: int) -> None:
        """Put the questions that wait: the worker hosts the run now.

        Parameters
        ----------
        restored
            The iteration from which it goes on; -1 if it begins.
        """
        if restored >= 0 and (self._lost or self._back):  # not when it has moved: nothing is lost
            self._lives, self._restored = self._lives + 1, restored
        self.hosted, self.owed_since, self.given = True, None, False
        self._lost = self._back = False
        self._last_version = -1
        for since in self._asked:
            self._put(since)
        self._ask_to_save()

    def blame(self) -> bool:
        """Note that the run ended its worker; return whether that was once too often."""
        now = time.monotonic()
        self._blames = 1 if now - self._blamed_at > HEALTHY else self._blames + 1
        self._blamed_at = now
        return self._blames >= BLAMES

    def fail(self, message: str) -> None:
        """Note an error of the experiment; no worker hosts it any more."""
        self.unsettle()
        self.failure = message
        self.checkpoints.clear()  # whatever state led to the error is not gone back to
        self.album.clear()
        self._blames = 0  # what the student changes deserves a new trial
        self.give_up(RunFailedError(message))

    # -- back and forth

    def _diverge(self, header: Header) -> None:
        """Note that the run has diverged; what was saved on the brink is of no use."""
        self._diverged = header["trained"], header["epoch"]
        if good := self._before():
            self.checkpoints.keep_until(good)

    def take_back(self) -> bool:
        """Go back to before a divergence, paused; return whether there is a way back."""
        good = self._before()
        if good is None or self.last is None or self.last.status != "diverged":
            return False
        self.checkpoints.keep_until(good)
        self.album.drop_after(good.iteration)
        self.generation += 1
        self.playing, self._diverged, self._back = False, None, True
        return True

    def _before(self) -> Checkpoint | None:
        return self.checkpoints.before(*self._diverged) if self._diverged else None

    # -- what is kept of it

    def save(self) -> Future[bytes]:
        """Ask for a checkpoint of the present; of a run that cannot give one, the last it gave."""
        future: Future[bytes] = Future()
        diverged = self.last is not None and self.last.status == "diverged"
        if self.worker and not diverged:
            self._saves += 1
            self._saving[self._saves] = future
            self._ask_to_save()
        elif saved := self.checkpoints.newest:
            future.set_result(saved.body)
        else:
            future.set_exception(EngineError("there is nothing to save yet"))
        return future

    def _ask_to_save(self) -> None:
        if self.worker and self._saving:
            self.worker.tell({"do": "save", "run": self.id, "asked": self._saves})

    def _keep(self, header: Header, body: bytes) -> None:
        saved = Checkpoint.from_message(header, body)
        self.checkpoints.add(saved)
        self.seconds = header["seconds"]
        picture = Frame.from_bytes(body[header["state"] :])
        picture = self._complete(picture, saved.iteration)
        if self.seeds == 1:  # nobody looks back at a crowd, and its checkpoints are large
            self.album.add(Moment(picture, saved.body, saved.iteration))
        # One that was on its way already is of an earlier moment.
        for asked in [number for number in self._saving if number <= header["asked"]]:
            future = self._saving.pop(asked)
            if future.set_running_or_notify_cancel():
                future.set_result(saved.body)

    # -- frames

    def ask(self, since: int) -> Future[Frame]:
        """Ask for a frame; the same question is put once at a time, and again if it got lost."""
        self.seen = time.monotonic()
        if self.failure is not None:
            raise RunFailedError(self.failure)
        future = self._asked.get(since)
        if future is None:
            future = self._asked[since] = Future()
            if self.hosted:
                self._put(since)
        elif self.hosted and time.monotonic() - self._put_at > LOST:
            self._put(since)
        return future

    def _answer(self, header: Header, body: bytes) -> None:
        """Take the worker's answer; an unchanged run gives the same `Frame` object again."""
        if not header["same"] or self.last is None:
            self.last = self._complete(Frame.from_bytes(body), header["since"])
        self._lived = True
        self._last_version, self._last_since = header["version"], header["since"]
        future = self._asked.pop(header["since"], None)
        self.owed_since = time.monotonic() if self._asked else None
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(self.last)

    def give_up(self, error: Exception) -> None:
        """Answer every open question with an error."""
        for future in self._asked.values():
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        for saving in self._saving.values():
            if saving.set_running_or_notify_cancel():
                saving.set_exception(error)
        self._asked.clear()
        self._saving.clear()

    def meanwhile(self, place: int) -> Frame:
        """Return what can be shown without an answer: the last frame, or at least the data.

        Where it says that there is no worker, it brings no history: what there was of it was an
        answer to another question.
        """
        missing = self._lost or self._silent
        if self._lived and self.last is not None and not missing:
            return self.last
        beside = self.beside if self.seeds == 1 else None  # a crowd is one frame
        base = self.last or self._stand_in or first_frame(self.settings, beside)
        status = "waiting" if place else "recovering" if self._lived else "starting"
        now = _without_answer(base, status, place, self.pace)
        if base.beside:
            now = replace(now, beside=_without_answer(base.beside, status, place, self.pace))
        if self._stand_in is None or _scalars(self._stand_in) != _scalars(now):
            self._stand_in = now
        return self._stand_in

    @property
    def _silent(self) -> bool:
        """Whether the worker has owed an answer for long without a sign of life."""
        if self.worker is None or self.owed_since is None:
            return False
        return time.monotonic() - max(self.owed_since, self.worker.sign) > SILENT

    def _complete(self, frame: Frame, since: int) -> Frame:
        """Add to a frame what only the server knows."""
        good = self._before() if frame.status == "diverged" else None
        return replace(
            frame,
            epoch=frame.epoch + self._epochs,
            lives=self._lives,
            restored=self._restored,
            back=good.iteration if good else -1,
            since=since,
            beside=frame.beside and self._complete(frame.beside, since),
        )

    def _settings_told(self) -> Header:
        beside = self.beside.to_json() if self.beside else None
        told = {"settings": self.settings.to_json(), "beside": beside}
        return told | ({"seeds": self.seeds} if self.seeds > 1 else {})

    def _put(self, since: int) -> None:
        if self.worker is None:
            return
        self._put_at = time.monotonic()
        known = self._last_version if since == self._last_since else -1
        self.owed_since = self.owed_since or time.monotonic()
        self.worker.tell({"do": "frame", "run": self.id, "since": since, "known": known})


def _without_answer(base: Frame, status: str, place: int, pace: float) -> Frame:
    return replace(
        base,
        status=status,
        place=place,
        pace=pace,
        rate=0.0,
        since=base.iteration,
        history=base.history[:0],
        metrics=base.metrics[:0],
        looks=base.looks[:0],
        quality=base.quality[:0],
    )


def first_frame(settings: AnySettings, beside: AnySettings | None = None) -> Frame:
    """Return a frame with nothing but the data, for the moment before an experiment is there.

    Of large sets of pictures it is empty: the worker brings them.

    They are the very samples that the experiment will show, drawn here without torch; a test
    compares them.
    """
    other = first_frame(beside) if beside else None
    if isinstance(settings, ImageSettings):
        return Frame(status="starting", **first_scenery(settings), beside=other)
    return Frame(status="starting", **scenery(settings), beside=other)


def _scalars(frame: Frame) -> tuple[object, ...]:
    return frame.status, frame.place, frame.pace, frame.epoch, frame.lives, frame.iteration

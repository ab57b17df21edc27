"""The worker process: one training thread that hosts many runs. ``python -m`` starts it.

It speaks over its standard input and output with the server that started it. When the input ends,
the server is gone in whatever way, and the worker ends at once.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Final

from gan_core.engine.hosted import HostedRun, told_settings
from gan_core.engine.mailbox import Mailbox
from gan_core.engine.pipes import Header, read_message, write_message
from gan_core.images.settings import AnySettings, ImageSettings
from gan_core.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from gan_core.crowd import Crowd
    from gan_core.experiment import Experiment
    from gan_core.images.experiment import ImageExperiment
    from gan_core.pair import Pair
    from gan_core.playable import Playable

    Send = Callable[[Header, bytes], None]

SLICE: Final = 0.04
"""Seconds in which every training run has had its turn, as far as `SHORTEST_SLICE` allows."""
SHORTEST_SLICE: Final = 0.008
MEASURE_SHARE: Final = 0.2
"""The share of the worker's time that the dear metrics may take."""
LISTEN: Final = 0.02
"""Seconds for which messages come before work, however many there are."""
LATE: Final = 0.1
"""Seconds that a checkpoint waits for messages at most."""
SIGN: Final = 1.0
"""Seconds after which a worker that has had nothing to say says that it lives."""
EXPERIMENT: Final = "gan_core.experiment:Experiment"


class Worker:
    """Hosts runs: answers messages first, then trains whoever had least, then measures and saves.

    Parameters
    ----------
    experiment
        The class of the experiments.
    send
        Takes an answer: header and body.
    clock
        Seconds; injected by tests.
    """

    def __init__(
        self, experiment: type[Experiment], send: Send, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.inbox = Mailbox()
        self.runs: dict[str, HostedRun] = {}
        self._experiment = experiment
        self._pipe = send
        self._clock = clock
        self._said = clock()
        self._turned = ""  # the run that is being worked on
        self._used = 0.0  # no run that wakes up is treated as if it had used less than this
        self._measure_after = float("-inf")

    def serve(self) -> None:
        """Work for ever; the reader thread ends the process."""
        while True:
            self.turn(self.rest())

    def rest(self) -> float:
        """Return how many seconds there is nothing to do unless a message comes."""
        now = self._clock()
        times = [60.0 + now]
        for run in self.runs.values():
            times += (run.wake(now), run.checkpoint_due())
            if run.measure_due() < float("inf"):
                times.append(max(run.measure_due(), self._measure_after))
        return max(0.0, min(times) - now)

    def turn(self, patience: float = 0.0) -> None:
        """Handle the messages that wait (or come within `patience` seconds), then work once."""
        until = float("inf")
        while self._clock() < until and self._handle_next(patience):
            patience, until = 0.0, min(until, self._clock() + LISTEN)
        self._train()
        self._measure()
        self._checkpoint()
        if self._clock() - self._said > SIGN:
            self._send({"is": "alive"}, b"")

    # -- messages

    def _handle_next(self, patience: float) -> bool:
        try:
            message = self.inbox.get(block=patience > 0, timeout=patience or None)
        except queue.Empty:
            return False
        header, body = message
        run_id = header["run"]
        with self._isolated(run_id):
            if header["do"] == "create":
                self._create(header, body)
            elif header["do"] == "close":
                self.runs.pop(run_id, None)
            elif run := self.runs.get(run_id):
                if header["do"] == "frame":
                    self._answer(run, header)
                elif header["do"] == "move":
                    self._leave(run_id, run)
                elif header["do"] == "save":
                    if not run.diverged:
                        self._save(run_id, run, header["asked"])
                else:
                    run.generation = header["generation"]
                    run.follow(header)
        return True

    def _create(self, header: Header, body: bytes) -> None:
        experiment, goes_on = self._make(told_settings(header), header.get("seeds", 1), body)
        run = HostedRun(
            experiment,
            pace=header["pace"],
            playing=header["playing"],
            clock=self._clock,
            trained=header["trained"],
        )
        if "look" in header:
            run.show(header["look"])
        run.used = self._used
        run.generation = header["generation"]
        self.runs[header["run"]] = run
        restored = experiment.iteration if goes_on else -1
        self._send({"is": "hosted", "run": header["run"], "restored": restored}, b"")

    def _make(
        self, settings: tuple[AnySettings, ...], seeds: int, body: bytes
    ) -> tuple[Playable, bool]:
        """Return the experiment, the pair or the crowd, and whether it goes on from `body`."""
        kind: type[Any] = self._experiment
        if isinstance(settings[0], ImageSettings):
            kind = _images()
        if len(settings) > 1:
            kind = _pair()
        how = {}
        if seeds > 1:
            kind, how = _crowd(), {"seeds": seeds}
        if not body:
            return kind(*settings, **how), False
        experiment: Playable = kind.restore(body)
        goes_on = True
        if _settings(experiment) != settings:  # changed after the checkpoint was taken
            goes_on = experiment.change(*settings)
        return experiment, goes_on

    def _answer(self, run: HostedRun, header: Header) -> None:
        answer = {"is": "frame", "run": header["run"], "since": header["since"]}
        if header["known"] == run.version:
            run.touch()
            self._send({**answer, "version": run.version, "same": True}, b"")
            return
        body = run.look(header["since"]).to_bytes()
        self._tell_divergence(header["run"], run)  # before the picture of it
        self._send({**answer, "version": run.version, "same": False}, body)

    # -- work

    def _train(self) -> None:
        now = self._clock()
        ready = [(run.used, run_id) for run_id, run in self.runs.items() if run.wake(now) <= now]
        if not ready:
            return
        run_id = min(ready)[1]
        run = self.runs[run_id]
        run.used = self._used = max(run.used, self._used)
        deadline = now + max(SHORTEST_SLICE, SLICE / len(ready))
        with self._isolated(run_id):
            run.train(deadline, lambda: not self.inbox.empty())

    def _measure(self) -> None:
        now = self._clock()
        due = [(run.measured_at, id_) for id_, run in self.runs.items() if run.measure_due() <= now]
        if not due or now < self._measure_after or not self.inbox.empty():
            return
        run_id = min(due)[1]
        with self._isolated(run_id):
            seconds = self.runs[run_id].measure()
            self._measure_after = self._clock() + seconds * (1 / MEASURE_SHARE - 1)

    def _checkpoint(self) -> None:
        now = self._clock()
        for run_id, run in list(self.runs.items()):
            patience = 0.0 if self.inbox.empty() else LATE
            if run.checkpoint_due() <= now - patience:
                with self._isolated(run_id):
                    self._save(run_id, run)

    def _save(self, run_id: str, run: HostedRun, asked: int = 0) -> None:
        header, state = run.checkpoint()
        self._send({"is": "state", "run": run_id, "asked": asked, **header}, state)

    def _leave(self, run_id: str, run: HostedRun) -> None:
        """Let a run go on elsewhere from where it is, unless that is the end of it."""
        left = not run.diverged
        if left:
            self._save(run_id, run)
            del self.runs[run_id]
        self._send({"is": "moved", "run": run_id, "left": left}, b"")

    def _tell_divergence(self, run_id: str, run: HostedRun) -> None:
        if run.diverged and not run.divergence_told:
            self._send({"is": "diverged", "run": run_id, **run.where}, b"")
        run.divergence_told = run.diverged

    def _send(self, header: Header, body: bytes) -> None:
        self._said = self._clock()
        self._pipe(header, body)

    @contextlib.contextmanager
    def _isolated(self, run_id: str) -> Iterator[None]:
        """Let an error in one run end this run, and no other; tell beforehand whose turn it is.

        What ends the whole process, or keeps it for ever, can so be put down to the run.
        """
        if run_id != self._turned:
            self._turned = run_id
            self._send({"is": "turn", "run": run_id, "memory": peak_memory()}, b"")
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever an experiment raises is its own
            traceback.print_exc()
            self.runs.pop(run_id, None)
            message = f"{type(error).__name__}: {error}"[:500]
            self._send({"is": "failed", "run": run_id, "message": message}, b"")


def _images() -> type[ImageExperiment]:
    from gan_core.images.experiment import ImageExperiment  # as for the pair

    return ImageExperiment


def _pair() -> type[Pair]:
    from gan_core.pair import Pair  # imports what trains; the module's own import must stay light

    return Pair


def _crowd() -> type[Crowd]:
    from gan_core.crowd import Crowd  # as for the pair

    return Crowd


def _settings(experiment: Playable) -> tuple[AnySettings, ...]:
    beside = getattr(experiment, "beside", None)
    return (experiment.settings, *([beside] if beside else []))


def main() -> None:
    """Be a worker until the server is gone."""
    # Ctrl-C reaches the whole process group; the end comes through the pipe instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox, outbox = _claim_pipes()
    early = Mailbox()
    threading.Thread(target=_listen, args=(inbox, early), daemon=True).start()
    began = time.monotonic()
    experiment = _load(sys.argv[1] if len(sys.argv) > 1 else EXPERIMENT)
    worker = Worker(experiment, lambda header, body: write_message(outbox, header, body))
    worker.inbox = early
    seconds = time.monotonic() - began
    write_message(outbox, {"is": "ready", "seconds": seconds})
    worker.serve()


def peak_memory() -> int:
    """Return the most bytes that this process has held so far; 0 where that is not told."""
    if sys.platform == "win32":
        return 0
    import resource

    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _claim_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output away, so that a stray print goes to standard error."""
    inbox = os.fdopen(os.dup(0), "rb", buffering=0)
    outbox = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return inbox, outbox


def _listen(inbox: BinaryIO, messages: Mailbox) -> None:
    with contextlib.suppress(OSError, ValueError):
        while message := read_message(inbox):
            messages.put(message)
    os._exit(0)  # at once: the training thread may be in the middle of anything


def _load(name: str) -> type[Experiment]:
    """Import torch and the experiment, and warm both up, before the first student waits."""
    if hasattr(os, "nice"):
        os.nice(5)  # the server, which answers everybody, goes first
    # The reader thread gets its turn within a millisecond even while training holds the GIL.
    sys.setswitchinterval(0.001)
    module, _, attribute = name.partition(":")
    experiment: type[Experiment] = getattr(importlib.import_module(module), attribute)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    _try_out(experiment, Settings())
    if torch:
        _try_out(_images(), ImageSettings())
    gc.collect()
    gc.freeze()
    return experiment


def _try_out(experiment: type[Any], settings: AnySettings) -> None:
    """Do once what a run does: what is done for the first time takes longer."""
    trial = experiment(settings)
    trial.step(2)
    trial.measure()
    trial.frame()
    experiment.restore(trial.state())


if __name__ == "__main__":
    main()

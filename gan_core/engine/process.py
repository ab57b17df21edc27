"""One worker process as the server holds it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import psutil

from gan_core.engine.mailbox import Mailbox
from gan_core.engine.pipes import Header, read_message, write_message

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parents[2]
GRACE: Final = 2.0
"""Seconds that a worker has to end by itself."""
CRASHES: Final = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT")
"""Signals that a process brings upon itself."""
KILLED_ON_WINDOWS: Final = (1, 15)
"""Exit codes that those who end processes give there."""


class WorkerProcess:
    """Starts the process; writes to it and reads from it on two threads, so that nobody waits.

    Parameters
    ----------
    experiment
        ``module:Class`` of the experiments.
    heard
        Called on the reader thread with each message.
    died
        Called once on the reader thread when the process has ended, in whatever way.

    Attributes
    ----------
    ready
        Whether it has loaded.
    sign
        When it was last heard of.
    turned
        The run that it works on, or worked on last.
    verdict
        Why it was killed from here; empty if it was not.
    """

    def __init__(
        self,
        experiment: str,
        heard: Callable[[WorkerProcess, Header, bytes], None],
        died: Callable[[WorkerProcess], None],
    ) -> None:
        # Popen, not multiprocessing: a spawned child would run the server's main script again.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gan_core.engine.worker", experiment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
        )
        self.pid = self._process.pid
        self.ready = False
        self.sign = time.monotonic()
        self.turned = self.verdict = ""
        self._peak = 0  # of its memory, as far as it has told
        self._last = 0  # its memory when it was killed
        self._grown: Counter[str] = Counter()  # how much of it each run has brought
        self._outbox = Mailbox()
        self._heard, self._died = heard, died
        for target in (self._write, self._listen):
            threading.Thread(target=target, name=f"worker-{self.pid}", daemon=True).start()

    @property
    def failed(self) -> bool:
        """Whether the process has ended by an error of its own, not by a signal."""
        return (self._process.poll() or 0) > 0

    @property
    def crashed(self) -> bool:
        """Whether the process has ended by what it did, and not by somebody else's hand."""
        code = self._process.poll() or 0
        if os.name == "nt":
            return code not in (0, *KILLED_ON_WINDOWS)
        return code > 0 or -code in (getattr(signal, name, None) for name in CRASHES)

    @property
    def stopped(self) -> bool:
        """Whether somebody keeps the process from running (SIGSTOP)."""
        with contextlib.suppress(psutil.Error):
            return bool(psutil.Process(self.pid).status() == psutil.STATUS_STOPPED)
        return False

    @property
    def memory(self) -> int:
        """Bytes that the process holds in memory; 0 if it has ended."""
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(self.pid).memory_info().rss)
        return 0

    @property
    def greediest(self) -> str:
        """The run that has made the process grow most."""
        return max(self._grown, key=self._grown.__getitem__, default=self.turned)

    def tell(self, header: Header, body: bytes = b"") -> None:
        """Send a message; never blocks, and a dead worker is no error (`died` reports it)."""
        self._outbox.put((header, body))

    def end(self) -> None:
        """Let the process end: it does when its input is closed."""
        self._outbox.close()

    def kill(self, verdict: str = "") -> None:
        """End the process at once."""
        self._last = self.memory  # put down once all has been heard of whose turn it was
        self.verdict = self.verdict or verdict
        self._process.kill()

    def join(self) -> None:
        """Wait until the process has ended; kill it if it does not."""
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write(self) -> None:
        pipe = _binary(self._process.stdin)
        with contextlib.suppress(OSError, ValueError, queue.Empty):
            while True:
                write_message(pipe, *self._outbox.get())
        with contextlib.suppress(OSError):
            pipe.close()

    def _listen(self) -> None:
        pipe = _binary(self._process.stdout)
        try:
            while message := read_message(pipe):
                self._hear(*message)
        except (OSError, ValueError):
            pass  # the end of the pipe, or of what can be read
        except Exception:  # noqa: BLE001 - whatever is wrong with it, another worker takes over
            traceback.print_exc()
        self._grow(self._last)
        self.end()
        self.join()
        pipe.close()
        self._died(self)

    def _hear(self, header: Header, body: bytes) -> None:
        self.sign = time.monotonic()
        if header["is"] == "turn":
            self._grow(header["memory"])
            self.turned = header["run"]
        elif header["is"] != "alive":
            self._heard(self, header, body)

    def _grow(self, peak: int) -> None:
        """Put down what the process has grown by to the run that it worked on."""
        if self.turned and peak > self._peak:
            self._grown[self.turned] += peak - self._peak
        self._peak = max(self._peak, peak)


def _binary(pipe: object) -> BinaryIO:
    if pipe is None:
        raise RuntimeError("a worker is started with pipes")
    return cast("BinaryIO", pipe)  # Popen types its pipes as IO[Any] | None


def _environment() -> dict[str, str]:
    """One thread per worker (more are slower at this size), and this very package to import."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

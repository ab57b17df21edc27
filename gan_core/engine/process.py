"""One worker process as the server holds it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from gan_core.engine.pipes import Header, read_message, write_message

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parents[2]
GRACE: Final = 2.0
"""Seconds that a worker has to end by itself."""


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
        self._outbox: queue.SimpleQueue[tuple[Header, bytes] | None] = queue.SimpleQueue()
        self.sign = time.monotonic()  # when it was last heard of
        self._heard, self._died = heard, died
        for target in (self._write, self._listen):
            threading.Thread(target=target, name=f"worker-{self.pid}", daemon=True).start()

    @property
    def failed(self) -> bool:
        """Whether the process has ended by an error of its own, not by a signal."""
        return (self._process.poll() or 0) > 0

    def tell(self, header: Header, body: bytes = b"") -> None:
        """Send a message; never blocks, and a dead worker is no error (`died` reports it)."""
        self._outbox.put((header, body))

    def end(self) -> None:
        """Let the process end: it does when its input is closed."""
        self._outbox.put(None)

    def kill(self) -> None:
        """End the process at once."""
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
        with contextlib.suppress(OSError, ValueError):
            while message := self._outbox.get():
                write_message(pipe, *message)
        with contextlib.suppress(OSError):
            pipe.close()

    def _listen(self) -> None:
        pipe = _binary(self._process.stdout)
        with contextlib.suppress(OSError, ValueError):
            while message := read_message(pipe):
                self.sign = time.monotonic()
                self._heard(self, *message)
        self.end()
        self.join()
        pipe.close()
        self._died(self)


def _binary(pipe: object) -> BinaryIO:
    if pipe is None:
        raise RuntimeError("a worker is started with pipes")
    return pipe  # type: ignore[return-value]


def _environment() -> dict[str, str]:
    """One thread per worker (more are slower at this size), and this very package to import."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

"""A server that ends when it is told to, whoever is still connected.

The web server waits for every connection to be done. One that no longer reads (a frozen tab, a
laptop that was closed in the middle of a download) would keep it, and its workers, for ever.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Final

from gan_core.engine import stop_default_engine

if TYPE_CHECKING:
    from types import FrameType

PATIENCE: Final = 4.0
"""Seconds that connections have to end by themselves."""


def insist(patience: float = PATIENCE) -> None:
    """Let Ctrl-C and SIGTERM end the process after `patience` seconds at the latest.

    To be called once the server has its own handlers; they go first. Outside the main thread,
    where no handler can be set, it changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        _follow(number, patience)


def _follow(number: signal.Signals, patience: float) -> None:
    polite = signal.getsignal(number)

    def end(received: int, frame: FrameType | None) -> None:
        timer = threading.Timer(patience, _leave, [received])
        timer.daemon = True  # a server that ends in time does not wait for it
        timer.start()
        if callable(polite):
            polite(received, frame)

    signal.signal(number, end)


def _leave(received: int) -> None:
    stop_default_engine()
    os._exit(128 + received)

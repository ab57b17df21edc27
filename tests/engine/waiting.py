"""Waiting for a condition instead of sleeping, and for a server."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from gan_core.engine import LocalEngine

FAKE = "tests.engine.fake:FakeExperiment"


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 15.0) -> Any:
    """Return the condition's value as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError(f"not within {seconds} s: {what}")


def all_ready(engine: LocalEngine, count: int) -> bool:
    workers = engine.stats().workers
    return len(workers) == count and all(worker.ready for worker in workers)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(base: str) -> bool:
    """Return whether the app at this address is up."""
    try:
        with urllib.request.urlopen(f"{base}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False

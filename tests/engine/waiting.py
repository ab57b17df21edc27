"""Waiting for a condition instead of sleeping."""

from __future__ import annotations

import time
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

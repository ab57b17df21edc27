"""The one engine of this server process, shared by the pages and the live route."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from types import ModuleType
from typing import Final, cast

from gan_core.engine.local import LocalEngine
from gan_core.engine.protocol import Limits

# Streamlit throws the app's modules out of sys.modules when a file is edited and imports them
# anew. The engine must outlive that, so it hangs on a module that belongs to no file.
ANCHOR: Final = "_gan_classroom_engine"


class _Anchor(ModuleType):
    def __init__(self) -> None:
        super().__init__(ANCHOR)
        self.lock = threading.Lock()
        self.engine: LocalEngine | None = None


def default_engine() -> LocalEngine:
    """Return the engine of this process; the first call starts it.

    ``GAN_WORKERS`` and ``GAN_MAX_RUNS`` change how many processes it may use (default: one per
    core) and how many runs it hosts at a time (default: 64).

    Raises
    ------
    ValueError
        If one of these variables is not a positive whole number.
    """
    anchor = _anchor()
    with anchor.lock:
        if anchor.engine is None:
            anchor.engine = LocalEngine(_limits())
            atexit.register(stop_default_engine)
        anchor.engine.start()
        return anchor.engine


def stop_default_engine() -> None:
    """Stop the engine if there is one; the next `default_engine` starts another."""
    anchor = _anchor()
    with anchor.lock:
        engine, anchor.engine = anchor.engine, None
    if engine is not None:
        engine.stop()


def _anchor() -> _Anchor:
    return cast("_Anchor", sys.modules.setdefault(ANCHOR, _Anchor()))


def _limits() -> Limits:
    return Limits(
        workers=_positive("GAN_WORKERS", os.cpu_count() or 1),
        runs=_positive("GAN_MAX_RUNS", Limits.runs),
    )


def _positive(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{variable} is a positive whole number, not {text!r}")
    return int(text)

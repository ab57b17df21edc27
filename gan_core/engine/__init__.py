"""Where experiments run: worker processes behind one small interface. Imports no torch."""

from gan_core.engine.default import default_engine, stop_default_engine
from gan_core.engine.local import LocalEngine
from gan_core.engine.protocol import (
    COMMANDS,
    Engine,
    EngineError,
    EngineStats,
    Limits,
    RunFailedError,
    RunHandle,
    UnknownRunError,
    WorkerStats,
)

__all__ = [
    "COMMANDS",
    "Engine",
    "EngineError",
    "EngineStats",
    "Limits",
    "LocalEngine",
    "RunFailedError",
    "RunHandle",
    "UnknownRunError",
    "WorkerStats",
    "default_engine",
    "stop_default_engine",
]

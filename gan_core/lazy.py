"""PyTorch on first use.

The web server describes experiments (their settings, presets and bounds) without ever running
one, and importing torch would cost it seconds and hundreds of megabytes. Modules of the core
therefore write ``from gan_core.lazy import torch``; the real import happens when a function
first touches an attribute.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class _LazyModule(ModuleType):
    """A stand-in that imports the real module when an attribute is first asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a module's attribute is anything
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)  # the next look-up is an ordinary one
        return value


torch = _LazyModule("torch")

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gan_core.engine import Limits, LocalEngine
from tests.engine.waiting import FAKE, all_ready, wait_until


@pytest.fixture
def make_engine() -> Iterator[Callable[..., LocalEngine]]:
    made: list[LocalEngine] = []

    def make(experiment: str = FAKE, **limits: Any) -> LocalEngine:
        made.append(LocalEngine(Limits(**limits), experiment))
        made[-1].start()
        return made[-1]

    yield make
    for engine in made:
        engine.stop()


@pytest.fixture
def engine(make_engine) -> LocalEngine:
    return make_engine()


@pytest.fixture
def warm(make_engine) -> LocalEngine:
    """An engine whose worker and spare have loaded."""
    engine = make_engine()
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    return engine

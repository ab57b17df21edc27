import importlib
import sys

import pytest

from gan_core.engine import default_engine, stop_default_engine
from gan_core.engine.default import _limits


@pytest.fixture
def engine():
    engine = default_engine()
    yield engine
    stop_default_engine()


def test_there_is_one_engine_even_after_the_modules_were_loaded_anew(engine, monkeypatch):
    assert default_engine() is engine
    # what Streamlit does when a developer saves a file
    for name in [name for name in sys.modules if name.startswith("gan_core.engine")]:
        monkeypatch.delitem(sys.modules, name)
    again = importlib.import_module("gan_core.engine")
    assert again.default_engine is not default_engine
    assert again.default_engine() is engine


def test_after_stopping_another_one_is_made(engine):
    stop_default_engine()
    stop_default_engine()
    assert engine.stats().runs == 0
    other = default_engine()
    assert other is not engine


def test_limits_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GAN_WORKERS", "3")
    monkeypatch.setenv("GAN_MAX_RUNS", "40")
    assert (_limits().workers, _limits().runs) == (3, 40)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_bad_limits_are_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("GAN_MAX_RUNS", value)
    with pytest.raises(ValueError, match="GAN_MAX_RUNS"):
        _limits()

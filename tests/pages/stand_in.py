"""An engine that trains nothing but remembers everything it was told; and a way to open pages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.engine import RunHandle, UnknownRunError


class StandIn:
    """The part of the engine that pages use."""

    def __init__(self):
        self.runs = {}
        self.besides = {}
        self.seeds = {}
        self.states = {}
        self.log = []
        self.failures = {}

    def create(self, settings, *, beside=None, pace=0.0, playing=True, seeds=1, state=b""):
        run_id = f"run{len(self.log)}"
        assert playing
        self.log.append((run_id, "create", settings, pace))
        self.runs[run_id] = settings
        self.besides[run_id] = beside
        self.seeds[run_id] = seeds
        self.states[run_id] = state
        return RunHandle(run_id, f"secret of {run_id}")

    def token(self, run_id):
        if run_id not in self.runs:
            raise UnknownRunError(run_id)
        return f"secret of {run_id}"

    def settings(self, run_id):
        self.token(run_id)
        return self.runs[run_id]

    def beside(self, run_id):
        self.token(run_id)
        return self.besides[run_id]

    def failure(self, run_id):
        self.token(run_id)
        return self.failures.get(run_id)

    def command(self, run_id, command, *, pace=None, settings=None, beside=None):
        self.token(run_id)
        self.log.append((run_id, command, settings, pace))
        if command in ("set", "begin"):
            self.runs[run_id] = settings
            self.besides[run_id] = beside

    def close(self, run_id):
        self.runs.pop(run_id, None)

    def commands(self):
        return [entry[1] for entry in self.log]

    def settings_of(self, page):
        """Settings of the newest run (a test has one page open at a time)."""
        assert page
        return list(self.runs.values())[-1]


@pytest.fixture
def engine(monkeypatch):
    stand_in = StandIn()
    for module in ("ui.bench", "ui.crowd.run"):
        monkeypatch.setattr(f"{module}.default_engine", lambda: stand_in)
    return stand_in


SHELL = Path(__file__).parents[2] / "ui" / "shell.py"


def open_home(**query):
    """A new session that opens Home."""
    page = AppTest.from_file(SHELL, default_timeout=20)
    page.query_params.update(query)
    return page.run()


def go(page, slug, **query):
    """Go to a page within a session, as a link with this query does."""
    page.switch_page(f"../pages/{slug}.py")
    page.query_params.clear()
    page.query_params.update(query)
    return page.run()


def query(page):
    """Return what the address of a page says, but for the language."""
    return {name: value for name, value in page.query_params.items() if name != "lang"}


def open_playground(lang="en", **query):
    """A new session that comes to the playground."""
    return go(open_home(lang=lang), "playground", **query)

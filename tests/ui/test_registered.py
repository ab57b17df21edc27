"""What is registered anywhere appears everywhere: one class, one registration, its words."""

import json
from typing import ClassVar

import pytest

from gan_core.__main__ import main
from gan_core.constraints import CONSTRAINTS
from gan_core.constraints.zero_centred import R1
from gan_core.data import DATA
from gan_core.data.ring import Ring
from gan_core.games import GAMES
from gan_core.games.minimax import Minimax
from gan_core.presets import PRESETS
from gan_core.registry import param
from gan_core.settings import REGISTRIES, Settings
from gan_core.update_rules import UPDATE_RULES, Alternating
from tests.pages.stand_in import open_playground
from ui import controls, text

PIECES = {
    "game": (GAMES, Minimax),
    "data": (DATA, Ring),
    "constraint": (CONSTRAINTS, R1),
    "update": (UPDATE_RULES, Alternating),
}
WORDS = {
    "choice.{kind}.dummy": "Dummy",
    "label.{kind}.strangeness": "Strangeness",
    "help.{kind}.strangeness": "How strange it is.",
}


@pytest.fixture(params=PIECES)
def kind(request, monkeypatch):
    """A kind of piece that has just got another one, `dummy`, with a parameter of its own."""
    registry, base = PIECES[request.param]
    before = {name: pieces.names() for name, pieces in REGISTRIES.items()}

    @registry.register("dummy")
    class Dummy(base):
        """Registered by a test."""

        name: ClassVar[str] = "dummy"
        strangeness: float = param(0.5, 0.0, 1.0, step=0.1, live=True)

    words = {key.format(kind=request.param): text_ for key, text_ in WORDS.items()}
    real = text.labels
    monkeypatch.setattr(
        text,
        "labels",
        lambda language, stem: real(language, stem) | (words if stem == "settings" else {}),
    )
    yield request.param
    registry.unregister("dummy")
    assert {name: pieces.names() for name, pieces in REGISTRIES.items()} == before


def dummy(kind, **more):
    return Settings().with_changes({kind: "dummy"} | more)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_it_appears_on_the_playground_and_can_be_set(engine, kind, language):
    page = open_playground(language)
    box = page.selectbox(key=f"playground-{kind}")
    assert "Dummy" in box.options
    box.set_value("dummy").run()
    assert not page.exception
    assert getattr(engine.settings_of("playground"), kind).key == "dummy"
    own = page.slider(key=f"playground-{kind}-strangeness")
    assert own.label.startswith("Strangeness")
    own.set_value(0.7).run()
    assert engine.settings_of("playground").flat()[f"{kind}.strangeness"] == 0.7
    query = dict(page.query_params)
    assert (query[kind], query[f"{kind}.strangeness"]) == ("dummy", "0.7")


def test_its_parameter_stands_in_the_drawer(kind):
    grouped = controls.groups(dummy(kind).fields())
    found = [f for fields in grouped.values() for f in fields if f.path == f"{kind}.strangeness"]
    assert len(found) == 1
    assert found[0].live


def test_the_command_line_trains_with_it(kind, capsys):
    chosen = [f"{kind}=dummy", f"{kind}.strangeness=0.9", "batch=8"]
    assert main(["run", "--steps", "2", "--json", "--set", *chosen]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["status"], report["step"]) == ("ok", 2)


def test_the_command_line_names_it_among_what_is_valid(kind, capsys):
    assert main(["run", "--set", f"{kind}=chess"]) == 2
    assert "dummy" in capsys.readouterr().err
    assert main(["run", "--set", f"{kind}=dummy", f"{kind}.strangeness=7"]) == 2
    assert "strangeness" in capsys.readouterr().err


def test_a_link_carries_it(engine, kind):
    settings = dummy(kind, **{f"{kind}.strangeness": 0.3, "seed": 5})
    for preset in PRESETS.values():
        link = {name: str(value) for name, value in preset.link(settings).items()}
        assert link[kind] == "dummy"
        page = open_playground(**link)
        assert not page.warning
        assert engine.settings_of("playground") == settings
    assert Settings.from_json(settings.to_json()) == settings

"""T2's live experiment plays the game that the sketch's menu names."""

import pytest

from tests.pages.stand_in import go, open_home
from ui.lesson.divergences import GAMES
from ui.session import KEY
from ui.text import LANGUAGES

PAGE = "divergences"


def family(**values):
    return {f"at.{name}": value for name, value in {"scene": "family", **values}.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_runs_before_the_family_is_chosen(engine, language):
    page = go(open_home(lang=language), PAGE, lang=language)
    assert not page.exception
    assert not [
        settings for settings in engine.runs.values() if settings.game.key in GAMES.values()
    ]


@pytest.mark.parametrize("member", GAMES)
def test_the_menu_names_the_game(engine, member):
    page = go(open_home(), PAGE, **family(member=member, objective="practical"))
    assert not page.exception
    game = engine.settings_of(PAGE).game
    assert game.key == GAMES[member]
    assert getattr(game, "objective", "practical") == "practical"


def test_another_member_begins_the_run_anew(engine):
    page = go(open_home(), PAGE, **family())
    assert engine.settings_of(PAGE).game.key == "f-kl"
    page.session_state[KEY].sketches[PAGE].values["member"] = "pearson_chi2"
    page.run()
    assert engine.commands()[-2:] == ["begin", "play"]
    assert engine.settings_of(PAGE).game.key == "f-pearson"
    page.run()
    assert engine.commands().count("begin") == 1

"""Two experiments on one page: what they are, how they change, what the address says."""

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.matches import MATCHES
from tests.pages.stand_in import SHELL, go, query
from ui.text import LANGUAGES, Words

PAGE = "js_wasserstein"


def open_versus(language="en", **asked):
    page = AppTest.from_file(SHELL, default_timeout=20)
    page.query_params["lang"] = language
    return go(page.run(), PAGE, lang=language, **asked)


def both(engine):
    run_id = list(engine.runs)[-1]
    return engine.besides[run_id], engine.runs[run_id]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MATCHES)
def test_each_match_opens_from_its_link(engine, language, key):
    page = open_versus(language, match=key)
    assert not page.exception
    assert not page.warning
    assert both(engine) == (MATCHES[key].left, MATCHES[key].right.settings)
    assert query(page) == {"match": key}
    assert page.segmented_control(key="js-wasserstein-preset").value == key


@pytest.mark.usefixtures("engine")
def test_what_differs_is_spelled_out():
    page = open_versus("ko", match="ring-match")
    words = Words("ko")
    said = " ".join(one.value for one in page.markdown)
    for path in ("game", "constraint"):
        assert words.say(f"settings.label.{path}") in said
    assert words.say("settings.choice.game.wasserstein") in said


def test_a_common_setting_changes_both_and_an_own_one_changes_one(engine):
    page = open_versus(match="ring-match")
    page.number_input(key="js-wasserstein-seed").set_value(7).run()
    left, right = both(engine)
    assert (left.seed, right.seed) == (7, 7)
    assert engine.log[-1][1] == "set"
    page.selectbox(key="js-wasserstein-left-game").set_value("hinge").run()
    left, right = both(engine)
    assert (left.game.key, right.game.key) == ("hinge", "wasserstein")
    assert query(page) == {
        "match": "ring-match",
        "left.seed": "7",
        "right.seed": "7",
        "left.game": "hinge",
    }
    (undo,) = [one for one in page.button if one.label == Words("en").say("versus.back")]
    undo.click().run()
    assert both(engine) == (MATCHES["ring-match"].left, MATCHES["ring-match"].right.settings)
    assert engine.commands()[-3:] == ["begin", "pace", "play"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_link_asks_for_in_vain_is_said(engine, language):
    page = open_versus(language, **{"match": "chess", "left.game": "go", "up.seed": "3"})
    (warning,) = page.warning
    for word in ("chess", "go", "up.seed"):
        assert word in warning.value
    assert Words(language).say("presets.ring-match.name") in warning.value
    assert both(engine)[0] == MATCHES["apart-minimax"].left


def test_a_link_to_another_match_within_a_session(engine):
    page = open_versus(match="ring-match")
    page = go(page, "home")
    page = go(page, PAGE, match="apart-minimax", **{"right.seed": "4"})
    left, right = both(engine)
    assert (left.seed, right.seed) == (1, 4)
    assert right.data.key == "gaussian"

"""T4: what it asks has words and an answer, and begins where its text says."""

import pytest

from gan_core.matches import MATCHES
from tests.pages.stand_in import go, open_home
from ui.lesson.game_dynamics import CLAIMS, GAMES, KNOBS, LESSON
from ui.lesson.game_dynamics import MATCHES as COMPARED
from ui.text import LANGUAGES, Words

PAGE = "game-dynamics"


def open_page(language, **query):
    page = go(open_home(lang=language), "game_dynamics", lang=language, **query)
    assert not page.exception
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_asked_has_its_words(language):
    words = Words(language)
    for unit in LESSON.values():
        assert words.prose(PAGE, f"try-{unit.key}")
        assert words.prose(PAGE, f"explain-{unit.key}")
        asked = words.under(PAGE, f"question.{unit.key}")
        assert set(asked) == {"ask", *unit.question.options}
        assert set(words.under(PAGE, f"task.{unit.key}")) == {task.key for task in unit.tasks}
        assert not unit.mend or words.prose(PAGE, f"mend-{unit.key}")
    for claim in CLAIMS:
        assert words.say(f"{PAGE}.claim.{claim.key}")
        assert words.prose(PAGE, f"truth-{claim.key}")


def test_where_it_puts_the_knobs_they_can_stand():
    places = [unit.sets for unit in LESSON.values() if not unit.live]
    places += [claim.sets for claim in CLAIMS] + list(GAMES.values())
    for place in places:
        for name, value in place.items():
            assert KNOBS[name].read(value) is not None, name
    live = [unit.key for unit in LESSON.values() if unit.live]
    assert set(live) | {claim.preset for claim in CLAIMS if claim.preset} == set(COMPARED)
    assert set(COMPARED) <= set(MATCHES)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_prediction_puts_the_sketch_where_it_is_decided(language):
    words = Words(language)
    page = open_page(language)
    page.radio(key="predict-smaller").set_value("arrives").run()
    page.button(key="lock-smaller").click().run()
    assert not page.exception
    assert page.query_params["at.eta"] == "0.01"
    assert page.query_params["at.with_alternating"] == "no"
    why = words.prose(PAGE, "explain-smaller")
    assert any(why in one.value for one in page.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_live_prediction_starts_both(engine, language):
    page = open_page(language, match="ring-hop")
    page.radio(key="predict-orbit").set_value("right").run()
    page.button(key="lock-orbit").click().run()
    assert not page.exception
    run_id = list(engine.runs)[-1]
    match = MATCHES["orbit"]
    assert (engine.besides[run_id], engine.runs[run_id]) == (match.left, match.right.settings)
    why = Words(language).prose(PAGE, "explain-orbit")
    assert not any(why[:40] in one.value for one in page.markdown)  # not before it is seen

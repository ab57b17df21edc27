"""Lesson parts: predictions that stay, tasks that count what is shown, notes that survive."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.presets import get_preset
from tests.pages.stand_in import open_playground
from ui.lesson import notebook
from ui.lesson.model import Choice, Goal, Guess, Task, Unit
from ui.lesson.notebook import Notebook
from ui.text import LANGUAGES, Words


def test_a_goal_names_numbers_that_the_view_has():
    goal = Goal({"covered": (7, None), "w1": (None, 0.5)}, fresh=True)
    bounds = [["covered", 7, None], ["w1", None, 0.5]]
    assert goal.as_data("x") == {"id": "x", "bounds": bounds, "fresh": True}
    with pytest.raises(ValueError, match="the view has no beauty"):
        Unit("x", Choice(("a", "b"), "a"), seen=Goal({"beauty": (1, None)}))


def test_a_task_counts_only_where_it_means_something():
    healthy = get_preset("healthy").settings
    task = Task("minimax", Goal({"covered": (8, None)}), {"game": "minimax"})
    assert not task.open_in(healthy, healthy)
    assert task.open_in(healthy.with_changes({"game": "minimax", "d_optimizer.lr": 0.001}), healthy)
    for easier in ({"data": "gaussian"}, {"data.modes": 1}, {"generator.width": 128}):
        assert not task.open_in(healthy.with_changes({"game": "minimax"} | easier), healthy)


@pytest.mark.parametrize(("said", "near"), [(300, False), (1000, True), (3000, True), (10, False)])
def test_a_guess_is_right_to_a_factor_of_two(said, near):
    guess = Guess((10, 300, 1000, 3000), 960, 1730)
    assert guess.near(said) is near
    assert guess.allows("300")
    assert not guess.allows("301")
    assert not guess.allows("nan")


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=20)


@given(
    st.dictionaries(
        NAMES,
        st.builds(
            Notebook,
            st.dictionaries(NAMES, NAMES, max_size=5),
            st.sets(NAMES, max_size=5),
            st.sets(NAMES, max_size=5),
            st.dictionaries(NAMES, NAMES, max_size=5),
        ),
        max_size=4,
    )
)
def test_notes_survive_the_browser(notes):
    kept = notebook.from_json(notebook.to_json(notes))
    assert kept == {page: one for page, one in notes.items() if not one.empty}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=70), inner),
    max_leaves=12,
)


@given(st.one_of(st.text(), st.none(), st.integers(), JSON.map(json.dumps)))
def test_whatever_a_browser_keeps_is_taken_or_left(text):
    for page, notes in notebook.from_json(text).items():
        assert isinstance(page, str)
        assert all(isinstance(one, str) for one in notes.predictions.values())
        assert all(len(one) <= notebook.LONGEST_KEY for one in notes.done | notes.opened)


@pytest.mark.parametrize("text", ["[" * 5000, "x" * 30_000, "1" * 5000, '{"a": 1}', "[]"])
def test_hostile_notes(text):
    assert notebook.from_json(text) == {}


def test_this_visit_comes_before_the_last_one():
    now = Notebook({"hop": "modes"}, {"hop"}, {"a"}, {})
    now.merge(
        Notebook({"hop": "d_cost", "healthy": "ground"}, {"healthy"}, {"b"}, {"half": "true"})
    )
    assert now.predictions == {"hop": "modes", "healthy": "ground"}
    assert now.done == {"a", "b"}
    assert now.opened == {"hop", "healthy"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_predict_lock_run_open(engine, language):
    words = Words(language)
    page = open_playground(language)
    assert page.button(key="lock-hop").disabled
    assert not any(words.prose("playground", "explain-hop")[:40] in m.value for m in page.markdown)
    page.radio(key="predict-hop").set_value("d_cost").run()
    assert not page.button(key="lock-hop").disabled
    page.button(key="lock-hop").click().run()
    assert not page.exception
    assert engine.settings_of("playground") == get_preset("hop").settings
    locked = words.say("lesson.locked", said=words.say("playground.question.hop.d_cost"))
    assert any(locked in m.value for m in page.markdown)
    with pytest.raises(KeyError):
        page.radio(key="predict-hop")  # locked is locked
    page.button(key="open-hop").click().run()
    said, what = (words.say(f"playground.question.hop.{one}") for one in ("d_cost", "modes"))
    surprise = words.say("lesson.surprise", said=said, what=what)
    assert any(surprise in m.value for m in page.markdown)
    assert any(words.prose("playground", "explain-hop") in m.value for m in page.markdown)
    page.button(key="again-hop").click().run()
    assert page.button(key="lock-hop").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_judge_a_claim(engine, language):
    words = Words(language)
    page = open_playground(language)
    assert not any(words.prose("playground", "truth-half") in m.value for m in page.markdown)
    page.segmented_control(key="verdict-half").set_value("true").run()
    assert any(words.prose("playground", "truth-half") in m.value for m in page.markdown)
    page.button(key="decide-half").click().run()
    assert engine.settings_of("playground") == get_preset("hop").settings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_claim_has_its_explanation(language):
    words = Words(language)
    for key in words.all("playground"):
        kind, _, rest = key.partition(".")
        if kind == "question" and rest.endswith(".ask"):
            unit = rest.removesuffix(".ask")
            assert words.prose("playground", f"try-{unit}")
            assert words.prose("playground", f"explain-{unit}")
        if kind == "claim":
            assert words.prose("playground", f"truth-{rest}")


@pytest.mark.usefixtures("engine")
def test_the_projector_hides_answers_and_is_in_the_address():
    page = open_playground(preset="hop")
    page.button(key="projector").click().run()
    assert page.query_params["projector"] == "1"
    page.radio(key="predict-hop").set_value("modes").run()
    page.button(key="lock-hop").click().run()
    page.button(key="open-hop").click().run()
    explained = Words("en").prose("playground", "explain-hop")
    assert not any(explained in m.value for m in page.markdown)
    page.toggle(key="show-hop").set_value(True).run()
    assert any(explained in m.value for m in page.markdown)

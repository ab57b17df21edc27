"""V1: its experiments, what bounds the critic as buttons, and what the address says."""

import pytest

from gan_core.presets import PRESETS
from tests.pages.stand_in import go, open_home
from ui.lesson.critic_workshop import CONSTRAINTS, LESSON
from ui.lesson.critic_workshop import PRESETS as OWN
from ui.text import LANGUAGES, Words

PAGE = "critic_workshop"
SLUG = "critic-workshop"


def open_page(language="en", **query):
    return go(open_home(lang=language), PAGE, lang=language, **query)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", OWN)
def test_each_preset_opens_from_its_link(engine, language, key):
    page = open_page(language, preset=key)
    assert not page.exception
    assert not page.warning
    assert engine.settings_of(SLUG) == PRESETS[key].settings
    assert page.segmented_control(key=f"{SLUG}-preset").value == key


def test_at_most_five_controls_are_visible(engine):
    page = open_page()
    for constraint in CONSTRAINTS:
        page.segmented_control(key=f"{SLUG}-constraint").set_value(constraint).run()
        assert not page.exception
        assert engine.settings_of(SLUG).constraint.key == constraint
        (drawer,) = [one for one in page.expander if one.label == Words("en").say("settings.more")]
        hidden = {one.key for one in (*drawer.slider, *drawer.select_slider, *drawer.selectbox)}
        every = {one.key for one in (*page.slider, *page.select_slider, *page.selectbox)}
        shown = {key for key in every - hidden if str(key).startswith(SLUG)}
        assert len(shown) <= 5, shown


def test_a_penalty_begins_as_strong_as_the_distance_needs(engine):
    page = open_page()
    page.segmented_control(key=f"{SLUG}-constraint").set_value("gradient-penalty").run()
    assert engine.settings_of(SLUG).constraint.weight == 10
    page = open_page(preset="ring-clip")
    page.segmented_control(key=f"{SLUG}-constraint").set_value("gradient-penalty").run()
    assert engine.settings_of(SLUG).constraint.weight == 0.1


def test_a_prediction_starts_its_experiment(engine):
    page = open_page()
    page.radio(key="predict-flee").set_value("slow").run()
    page.button(key="lock-flee").click().run()
    assert not page.exception
    assert engine.settings_of(SLUG) == PRESETS["flee"].settings
    assert engine.commands()[-3:] == ["begin", "pace", "play"]


def test_every_live_unit_has_its_preset():
    assert {unit.begins for unit in LESSON.values() if unit.live} <= set(OWN)

"""The playground under hostile addresses: it stays whole, and says what was left out."""

import random

import pytest

from gan_core.presets import PRESETS
from gan_core.settings import Settings
from tests.hostile.inputs import RUBBISH, changes, preset
from tests.pages.stand_in import go, open_home, open_playground
from ui.session import NOT_SETTINGS
from ui.text import LANGUAGES, Words

CASES = 200
MANY = 1000


def address(rng):
    """Query parameters as somebody may write them."""
    query = dict(changes(rng))
    if rng.random() < 0.4:
        query["preset"] = preset(rng)
    # what is no character cannot stand in an address, not even in percent signs
    sound = {one.encode("utf-8", "replace").decode(): query[one] for one in query if one != "lang"}
    return {name: value.encode("utf-8", "replace").decode() for name, value in sound.items()}


def understood(query):
    """Whether an address asks for nothing but what there is."""
    if query.get("preset", "healthy") not in PRESETS:
        return False
    settings = PRESETS[query.get("preset", "healthy")].settings
    asked = {name: value for name, value in query.items() if name not in NOT_SETTINGS}
    try:
        for name in sorted(asked, key=lambda name: name not in Settings.model_fields):
            settings = settings.with_changes({name: asked[name]})
    except ValueError:
        return False
    return True


def whole(page, language, query):
    """The page is complete, and says what was left out if anything was."""
    shown = {name[:60]: value[:60] for name, value in query.items()}
    words = Words(language)
    assert not page.exception, shown
    assert page.title[0].value == words.say("playground.title"), shown
    assert page.selectbox(key="playground-game"), shown
    assert len(page.select_slider) >= 4, shown
    assert len(page.expander) >= 2, shown
    warnings = [one.value for one in page.warning]
    assert len(warnings) == (not understood(query)), shown
    assert all(text.startswith(words.say("errors.heading")) for text in warnings)
    assert all(len(text) < 5000 for text in warnings)
    # afterwards the address asks for exactly what runs
    assert page.query_params["preset"] in PRESETS


def try_all(language, part, cases):
    rng = random.Random(3000 + part)
    page = open_home(lang=language)
    for _ in range(cases):
        query = address(rng)
        go(page, "playground", lang=language, **{"preset": "healthy"} | query)
        whole(page, language, query)
        go(page, "home", lang=language)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", range(4))
def test_hostile_addresses(language, part):
    try_all(language, part, CASES // 8)


@pytest.mark.slow
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", range(10, 20))
def test_a_thousand_hostile_addresses(language, part):
    try_all(language, part, MANY // 20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_runs_is_what_the_address_then_says(engine, language):
    rng = random.Random(5)
    for _ in range(15):
        query = address(rng)
        page = open_playground(language, **query)
        again = dict(page.query_params)
        first = engine.settings_of("playground")
        assert not open_playground(**again | {"lang": language}).warning
        assert engine.settings_of("playground") == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_points_in_the_text_area(engine, language):
    page = open_playground(language, data="points")
    for text in RUBBISH:
        if len(text) > 6000 or not text.isprintable():
            continue
        area = next(one for one in page.text_area if "data-points" in one.key)
        area.set_value(text).run()
        assert not page.exception, text[:80]
        assert len(page.error) <= 1
    assert engine.settings_of("playground").data.key == "points"


def test_a_hostile_first_language(engine):
    for lang in ("../../../etc", "\x00", "KO", "x" * 5000, "<b>", "ko\n"):
        page = open_home(lang=lang)
        assert not page.exception
        assert page.title[0].value in {Words(one).say("home.title") for one in LANGUAGES}
    assert engine.runs

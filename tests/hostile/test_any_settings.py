"""Nothing that can be said of settings does more than be refused, with words in both languages."""

import json
import random
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from gan_core.settings import Settings, SettingsError
from tests.hostile.inputs import RUBBISH, changes, universe
from ui import names
from ui.text import LANGUAGES, Words

CASES = 1000
LONGEST = 1200
"""Characters of a message: what is longer, nobody reads."""

PATHS = st.sampled_from(sorted(universe()))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def told(error, settings):
    """Both languages say what is wrong, in one line of harmless Markdown."""
    for language in LANGUAGES:
        said = names.explain(Words(language), error, settings)
        assert said.strip()
        assert "\n" not in said
        assert len(said) < LONGEST
        outside = " ".join(said.split("`")[::2])  # what was given stands in code type
        assert not set("<>[]$") & set(outside), said
        assert "nan" not in outside.split()
    return str(error)


def follow(settings, pairs):
    """Take the pairs one by one, as a link does; return what came of it and what was refused."""
    errors = []
    for name, value in pairs:
        try:
            settings = settings.with_changes({name: value})
        except SettingsError as error:
            errors.append(error)
            told(error, settings)
    return settings, errors


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_hostile_changes(part):
    rng = random.Random(part)
    refused = 0
    for _ in range(CASES // 10):
        settings, errors = follow(Settings(), changes(rng))
        refused += bool(errors)
        assert Settings.from_json(settings.to_json()) == settings
        assert Settings().with_changes(settings.difference(Settings())) == settings
    assert CASES // 10 * 0.7 < refused < CASES // 10, "most are refused, and not all"


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_hostile_links(part):
    """Percent signs that belong to no code, bytes that are no text, names that come twice."""
    rng = random.Random(1000 + part)
    for _ in range(CASES // 10):
        pairs = changes(rng)
        text = "&".join(
            f"{quote(name, errors='replace')}={quote(value, errors='replace')}"
            for name, value in pairs
        )
        damaged = "".join(rng.choice("%&=+;\x00") if rng.random() < 0.02 else one for one in text)
        follow(Settings(), parse_qsl(damaged, keep_blank_values=True, errors="replace"))


@pytest.mark.parametrize("path", ["seed", "d_optimizer.lr", "game", "nonsense"])
def test_numbers_without_end(path):
    for value in (10**400, -(10**400), 10**5000, "9" * 5000, 1e308, -0.0):
        try:
            Settings().with_changes({path: value})
        except SettingsError as error:
            told(error, Settings())


@hypothesis(max_examples=300, deadline=None)
@given(path=PATHS, value=ANYTHING)
def test_a_value_of_any_type(path, value):
    start = Settings()
    for settings in (start, start.with_changes({"data": "points", "constraint": "r1"})):
        try:
            changed = settings.with_changes({path: value})
        except SettingsError as error:
            told(error, settings)
        else:
            assert Settings.from_json(changed.to_json()) == changed


@hypothesis(max_examples=300, deadline=None)
@given(found=st.dictionaries(st.text() | PATHS, ANYTHING, max_size=4))
def test_any_object_as_settings(found):
    try:
        settings = Settings.from_json(json.dumps(found, default=repr))
    except SettingsError as error:
        told(error, Settings())
    else:
        assert Settings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize("text", [*RUBBISH, "[" * 100_000, '{"seed": 1}' * 2, '{"seed": 1e999}'])
def test_any_text_as_settings(text):
    try:
        Settings.from_json(text)
    except SettingsError as error:
        told(error, Settings())

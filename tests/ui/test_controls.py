"""Controls are made from the fields, and hand back what they show."""

import math

import pytest

from gan_core.games import GAMES
from gan_core.games.minimax import Minimax
from gan_core.settings import Settings
from tests.pages.stand_in import open_playground
from ui import controls, text

SETTINGS = [
    Settings(),
    *(
        Settings().with_changes({field.path: key})
        for field in Settings().fields()
        for key in field.choices
    ),
]
FIELDS = {(f.path, f.low, f.high): f for settings in SETTINGS for f in settings.fields()}
STOPPED = [f for f in FIELDS.values() if controls.widget_of(f) == "stops"]


@pytest.mark.parametrize("field", STOPPED, ids=lambda field: field.path)
def test_stops_are_valid_sorted_and_include_the_ends(field):
    found = controls.stops(field)
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (field.low, field.high)
    assert field.value in found
    assert all(field.parse(stop) == stop for stop in found)
    assert 4 <= len(found) <= 40


def test_stops_are_one_two_five():
    field = next(f for f in Settings().fields() if f.path == "d_optimizer.lr")
    assert controls.stops(field)[:7] == [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3]


@pytest.mark.parametrize("value", [3e-4, 0.000123456789, 1 / 3])
def test_a_value_from_a_link_is_a_stop_of_its_own(value):
    settings = Settings().with_changes({"d_optimizer.lr": value})
    field = next(f for f in settings.fields() if f.path == "d_optimizer.lr")
    assert value in controls.stops(field)
    assert 0.004 in controls.stops(field, 0.004)


@pytest.mark.parametrize(
    ("path", "value"),
    [("pretrain", 123), ("g_optimizer.beta1", 0.123), ("data.radius", 1.25), ("pretrain", 1000)],
)
def test_a_slider_can_show_any_valid_value(path, value):
    settings = Settings().with_changes({path: value})
    field = next(f for f in settings.fields() if f.path == path)
    steps = (field.value - field.low) / controls.step_of(field)
    assert math.isclose(steps, round(steps), abs_tol=1e-6)


def test_five_controls_are_visible_and_the_drawer_holds_the_rest():
    fields = Settings().fields()
    hidden = [field.path for group in controls.groups(fields).values() for field in group]
    assert len(controls.MAIN) == 5
    assert not set(hidden) & set(controls.MAIN)
    # a choice of one is no choice
    left = {field.path for field in fields} - set(hidden) - set(controls.MAIN)
    assert left == {"update"}


@pytest.fixture
def dummy_game(monkeypatch):
    @GAMES.register("dummy-game")
    class Dummy(Minimax):
        """Registered by a test."""

    real = text.labels

    def labels(language, stem):
        return real(language, stem) | {"choice.game.dummy-game": "Dummy"}

    monkeypatch.setattr(text, "labels", labels)
    yield
    GAMES.unregister("dummy-game")


@pytest.mark.usefixtures("dummy_game")
def test_a_new_game_appears_with_no_edit(engine):
    page = open_playground()
    box = page.selectbox(key="playground-game")
    assert "Dummy" in box.options
    box.set_value("dummy-game").run()
    assert not page.exception
    assert engine.settings_of("playground").game.key == "dummy-game"


def drawn(page):
    """Every control on the page by its field's path; a fresh widget's key ends in ``~n``."""
    kinds = (page.selectbox, page.select_slider, page.slider, page.number_input)
    controls_ = [one for kind in kinds for one in kind if one.key]
    return {one.key.removeprefix("playground-").partition("~")[0]: one for one in controls_}


def test_every_field_is_drawn_and_every_control_changes_the_experiment(engine):
    page = open_playground()
    for field in Settings().fields():
        key = field.path.replace(".", "-")
        if field.path in ("update", "game"):
            continue
        control = drawn(page)[key]
        assert control.value == field.value, field.path
        other = another(field)
        control.set_value(other).run()
        assert not page.exception
        settings = engine.settings_of("playground")
        assert settings.flat()[field.path] == other, field.path
        drawn(page)[key].set_value(field.value).run()
    assert engine.settings_of("playground") == Settings()


def another(field):
    """A valid value that the control can show and that is not the present one."""
    if field.kind == "choice":
        return next(key for key in field.choices if key != field.value)
    if controls.widget_of(field) == "stops":
        return next(stop for stop in controls.stops(field) if stop != field.value)
    return field.high if field.value != field.high else field.low

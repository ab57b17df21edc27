"""Controls are made from the fields, and hand back what they show."""

import math

import pytest

from gan_core.settings import Field, Settings
from gan_core.update_rules import UPDATE_RULES
from tests.pages.stand_in import open_playground
from ui import controls, names, text

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
    assert {field.path for field in fields} == set(hidden) | set(controls.MAIN)
    assert set(controls.MAIN) <= {field.path for field in fields}


def test_a_choice_of_one_is_no_choice():
    only = Field("game", "choice", "minimax", choices=("minimax",))
    assert controls.groups([only]) == {}


def test_new_tricks_stand_together_and_last_before_the_run():
    grouped = controls.groups(Settings().fields())
    tricks = [field.path for field in grouped["tricks"]]
    assert tricks == ["schedule", "average", "instance_noise", "pack"]
    assert list(grouped)[-2:] == ["tricks", "run"]
    assert [field.path for field in grouped["game"]][:2] == ["game.smooth_real", "game.smooth_fake"]


@pytest.mark.parametrize("rule", UPDATE_RULES.names())
def test_a_main_control_whose_field_is_gone_is_left_out(engine, rule):
    page = open_playground(update=rule)
    assert not page.exception
    (main,) = [one for one in page.slider if one.key == "playground-update-d_steps"] or [None]
    assert (main is not None) == hasattr(engine.settings_of("playground").update, "d_steps")
    drawn(page)["update"].set_value("simultaneous").run()
    assert not page.exception
    assert "update-d_steps" not in drawn(page)
    drawn(page)["update"].set_value("alternating").run()
    assert drawn(page)["update-d_steps"].value == 1


KINDS = ("game", "constraint", "update", "optimizer", "schedule", "average")


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_tooltip_tells_of_the_present_choice(language):
    words = text.Words(language)
    for settings in SETTINGS:
        for field in settings.fields():
            said = names.help_text(words, field)
            if names.kind_of(field) in KINDS and field.kind == "choice" and field.value != "adam":
                note = words.say(f"settings.note.{names.kind_of(field)}.{field.value}")
                assert note in said
                assert names.choice(words, field, field.value) in said


POINTS = {"data": "points", "data.points": "0,0;1,1;-1,1,2"}


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_text_is_written_line_by_line(engine, language):
    page = open_playground(language, **POINTS)
    area = page.text_area(key="playground-data-points")
    assert area.value == "0,0\n1,1\n-1,1,2"
    area.set_value("  0, 0\n\n 2 1 ").run()
    assert not page.exception
    assert not page.error
    assert engine.settings_of("playground").data.points == "0,0;2,1"
    assert page.query_params["data.points"] == "0,0;2,1"
    assert drawn(page)["data-points"].value == "0,0\n2,1", "as it has been understood"


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_a_wrong_text_changes_nothing_and_is_not_lost(engine, language):
    page = open_playground(language, **POINTS)
    before = engine.settings_of("playground")
    wrong = "0,0\n1;1\n<b>`3`</b>"
    page.text_area(key="playground-data-points").set_value(wrong).run()
    assert not page.exception
    assert not page.warning
    (error,) = page.error
    assert "`1`" in error.value
    assert text.Words(language).say("settings.label.data.points") in error.value
    assert drawn(page)["data-points"].value == wrong
    assert engine.settings_of("playground") == before
    drawn(page)["g_optimizer-lr"].set_value(0.002).run()  # something else works meanwhile
    assert drawn(page)["data-points"].value == wrong
    assert page.error
    assert engine.settings_of("playground").g_optimizer.lr == 0.002
    drawn(page)["data-points"].set_value("3,3").run()
    assert not page.error
    assert engine.settings_of("playground").data.points == "3,3"


def test_a_wrong_text_goes_with_its_data_set(engine):
    page = open_playground(**POINTS)
    drawn(page)["data-points"].set_value("nonsense").run()
    assert page.error
    drawn(page)["data"].set_value("ring").run()
    drawn(page)["data"].set_value("points").run()
    assert not page.error
    points = engine.settings_of("playground").data.points
    assert drawn(page)["data-points"].value == points.replace(";", "\n")
    drawn(page)["data-points"].set_value("nonsense").run()
    page.segmented_control(key="playground-preset").set_value("hop").run()
    assert not page.error


def drawn(page):
    """Every control on the page by its field's path; a fresh widget's key ends in ``~n``."""
    kinds = (page.selectbox, page.select_slider, page.slider, page.number_input, page.text_area)
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

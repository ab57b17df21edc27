"""Settings: validity, round trips, and that every control changes what is built."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.experiment import Experiment
from gan_core.games import GAMES
from gan_core.games.minimax import Minimax
from gan_core.presets import PRESETS, get_preset
from gan_core.settings import REGISTRIES, Settings, SettingsError, live_change

BASE = Settings()


def values(field):
    """Valid values of one field."""
    if field.kind == "choice":
        return st.sampled_from(field.choices)
    if field.kind == "text":
        return texts(field)
    if field.kind == "int":
        return st.integers(int(field.low), int(field.high))
    return st.floats(field.low, field.high)


def texts(field):
    """Valid texts: the one text there is holds points."""
    assert field.path == "data.points"
    at = st.floats(-10, 10).map(lambda x: f"{x:.4f}")
    weight = st.floats(0.1, 1000).map(lambda w: f"{w:.3f}")
    point = st.one_of(st.tuples(at, at), st.tuples(at, at, weight)).map(",".join)
    return st.lists(point, min_size=1, max_size=30).map(";".join)


@st.composite
def valid_settings(draw):
    settings = BASE
    for field in BASE.fields():
        if field.kind == "choice":
            settings = settings.with_changes({field.path: draw(values(field))})
    for field in settings.fields():
        if field.kind != "choice" and draw(st.booleans()):
            settings = settings.with_changes({field.path: draw(values(field))})
    return settings


@given(valid_settings())
def test_round_trip_through_json_flat_and_link(settings):
    assert Settings.from_json(settings.to_json()) == settings
    assert hash(Settings.from_json(settings.to_json())) == hash(settings)
    for preset in PRESETS.values():
        link = {name: str(value) for name, value in preset.link(settings).items()}
        assert get_preset(link.pop("preset")).open(link) == settings


def meant(name):
    """The field that a name stands for: a path, or the end of one path alone."""
    paths = [field.path for field in BASE.fields()]
    ends = [path for path in paths if path.endswith(f".{name}")]
    return ends[0] if name not in paths and len(ends) == 1 else name


@given(st.text(max_size=30), st.one_of(st.text(), st.floats(), st.integers(), st.none()))
def test_hostile_changes_are_refused_by_name_or_valid(name, value):
    try:
        settings = BASE.with_changes({name: value})
    except SettingsError as error:
        refused, settings = error.field, BASE
    else:
        refused = meant(name)
    assert refused == meant(name)
    assert Settings.from_json(settings.to_json()) == settings


@given(st.sampled_from([f.path for f in BASE.fields()]), st.one_of(st.text(), st.floats()))
def test_hostile_values_of_known_fields(path, value):
    try:
        settings = BASE.with_changes({path: value})
    except SettingsError as error:
        refused, settings = error.field, BASE
    else:
        refused = path
    assert refused == path
    assert path in settings.flat()


@pytest.mark.parametrize(
    ("changes", "problem", "says"),
    [
        ({"data.radius": 99}, "too-large", "data.radius = 99 is too large; the most is 5"),
        ({"data.radius": "0"}, "too-small", "the least is 0.2"),
        ({"data.radius": "nan"}, "not-a-number", "data.radius = 'nan' is not a number"),
        ({"data.radius": True}, "not-a-number", "not a number"),
        ({"data.modes": 2.5}, "not-an-integer", "not a whole number"),
        ({"seed": "inf"}, "too-large", "seed"),
        (
            {"game": "hinge!"},
            "unknown-choice",
            "non-saturating, minimax, maximum-likelihood, least-squares",
        ),
        ({"game": ["minimax"]}, "unknown-choice", "game"),
        ({"generator": "mlp"}, "unknown-field", "generator.width"),
        ({"lr": 1}, "unknown-field", "g_optimizer.lr, d_optimizer.lr"),
        ({"constraint.clip": 0.1}, "unknown-field", "constraint.clip"),
    ],
)
def test_refusals_name_field_value_and_bound(changes, problem, says):
    with pytest.raises(SettingsError) as caught:
        BASE.with_changes(changes)
    assert caught.value.problem == problem
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["", "[1]", "null", "{", '"x"', "[" * 100_000])
def test_json_that_is_no_settings(text):
    with pytest.raises(SettingsError):
        Settings.from_json(text)


def test_names_may_be_shortened_where_they_are_clear():
    assert BASE.with_changes({"radius": 2}).data.radius == 2


def test_a_new_piece_takes_its_defaults_and_optimisers_keep_their_rate():
    faster = BASE.with_changes({"g_optimizer.lr": 0.02, "data.sigma": 0.3})
    assert faster.with_changes({"g_optimizer": "sgd"}).g_optimizer.lr == 0.02
    assert faster.with_changes({"data": "grid"}).data.sigma == 0.05
    both = faster.with_changes({"constraint": "weight-clipping", "constraint.clip": 0.1})
    assert both.constraint.clip == 0.1


def test_what_acts_live_and_what_restarts():
    live = {"g_optimizer.lr": 0.01, "game": "wasserstein", "update.d_steps": 5}
    live |= {"constraint": "gradient-penalty", "d_optimizer": "sgd"}
    for path, value in live.items():
        assert live_change(BASE, BASE.with_changes({path: value})), path
    restart = {"data": "grid", "data.modes": 5, "latent.dim": 2, "generator.width": 32}
    restart |= {"seed": 2, "batch": 64, "pretrain": 100, "generator.activation": "tanh"}
    for path, value in restart.items():
        assert not live_change(BASE, BASE.with_changes({path: value})), path


def another(field):
    if field.kind == "choice":
        return next((c for c in field.choices if c != field.value), None)
    if field.kind == "text":
        return "0,0;1,1"
    if field.kind == "int":
        return field.value + 1 if field.value < field.high else field.value - 1
    return field.high if field.value != field.high else field.low


def test_every_control_changes_the_experiment_that_is_built():
    """No control is a dummy: each one alone leads to other weights or other data."""
    for settings in (
        BASE,
        BASE.with_changes({"constraint": "weight-clipping", "g_optimizer": "rmsprop"}),
        BASE.with_changes({"constraint": "gradient-penalty", "d_optimizer": "sgd"}),
        *(BASE.with_changes({"data": key}) for key in REGISTRIES["data"].names()),
    ):
        settings = settings.with_changes({"g_optimizer.lr": 0.01, "d_optimizer.lr": 0.01})
        reference = _fingerprint(settings)
        for field in settings.fields():
            if (value := another(field)) is not None:
                changed = settings.with_changes({field.path: value})
                assert _fingerprint(changed) != reference, field.path


def _fingerprint(settings):
    experiment = Experiment(settings)
    experiment.step(3)
    return experiment.frame().fake.tobytes(), experiment.frame().field.tobytes()


def test_a_registered_game_is_found_by_fields_links_and_command_line(capsys):
    from gan_core.__main__ import main

    @GAMES.register("toy-game")
    class Toy(Minimax):
        """A game for this test."""

    try:
        field = next(f for f in BASE.fields() if f.path == "game")
        assert "toy-game" in field.choices
        settings = PRESETS["healthy"].open({"game": "toy-game"})
        assert PRESETS["healthy"].link(settings) == {"preset": "healthy", "game": "toy-game"}
        assert main(["run", "--set", "game=toy-game", "--steps", "5", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["step"] == 5
    finally:
        GAMES.unregister("toy-game")


def test_field_bounds_contain_the_defaults_and_help_keys_are_shared():
    for field in BASE.fields():
        if field.kind != "choice":
            assert field.low <= field.value <= field.high
            assert math.isfinite(field.low)
    helps = {field.path: field.help for field in BASE.fields()}
    assert helps["g_optimizer.lr"] == helps["d_optimizer.lr"] == "optimizer.lr"
    assert helps["generator.width"] == helps["discriminator.width"] == "network.width"
    assert helps["game"] == "game"

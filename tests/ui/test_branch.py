"""Branches, checkpoints and moments of a page's experiment, with a real engine behind it."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from gan_core.engine import Limits, LocalEngine, UnknownRunError
from gan_core.experiment import Experiment
from gan_core.presets import PRESETS
from gan_core.saved import LARGEST, read_label
from tests.engine.waiting import all_ready, wait_until
from ui.bench import Bench
from ui.lesson.branch import differences
from ui.own_data import taking
from ui.take_home.gif import gif
from ui.text import LANGUAGES, Words

HOP = PRESETS["hop"]


@pytest.fixture(scope="module")
def real():
    engine = LocalEngine(Limits(workers=1))
    engine.start()
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    yield engine
    engine.stop()


@pytest.fixture
def bench(real, monkeypatch):
    monkeypatch.setattr("ui.bench.default_engine", lambda: real)
    bench = Bench("playground", HOP, HOP.settings)
    bench.socket()
    bench.tell("pace", pace=100.0)
    wait_until(lambda: len(album(real, bench)) >= 3, "three moments", 30)
    bench.tell("pause")
    yield bench
    bench.forget_run()
    assert real.stats().runs == 0, "no run is left behind"


def album(real, bench):
    bench.whole_frame()
    return [one.iteration for one in real.album(bench.run.run_id)]


def shown(bench, iteration=None):
    """The bench's frame once its run has been opened."""

    def there():
        frame = bench.whole_frame()
        ready = frame.status == "paused" and iteration in (None, frame.iteration)
        return frame if ready else None

    return wait_until(there, "the run is shown")


def test_a_branch_shows_both_where_they_part(real, bench):
    at, now = album(real, bench)[1], bench.whole_frame()
    bench.branch(at)
    frame = shown(bench, at)
    assert (frame.iteration, frame.beside.iteration) == (at, at)
    assert frame.iteration < now.iteration
    np.testing.assert_array_equal(frame.fake, frame.beside.fake)
    assert (bench.settings, bench.beside) == (HOP.settings, HOP.settings)


def test_a_change_acts_on_the_branch_alone(real, bench):
    bench.branch(album(real, bench)[0])
    bench.settings = HOP.settings.with_changes({"d_optimizer.lr": 2e-3})
    bench.tell("set", settings=bench.settings)
    for _ in range(5):
        bench.tell("step")
    frame = shown(bench)
    assert real.settings(bench.run.run_id) == bench.settings
    assert real.beside(bench.run.run_id) == bench.beside == HOP.settings
    np.testing.assert_array_equal(frame.beside.fake, _alone(frame.iteration).fake)


def _alone(iteration):
    alone = Experiment(HOP.settings)
    alone.step(iteration)
    return alone.frame()


def test_back_to_the_run_as_it_was(real, bench):
    run, now = bench.run, bench.whole_frame()
    bench.branch(album(real, bench)[0])
    bench.settings = HOP.settings.with_changes({"d_optimizer.lr": 2e-3})
    bench.tell("set", settings=bench.settings)
    bench.end_branch(keep=False)
    assert (bench.run, bench.settings, bench.beside, bench.stem) == (run, HOP.settings, None, None)
    assert shown(bench, now.iteration).beside is None


def test_back_even_if_the_run_has_been_put_away_meanwhile(real, bench):
    now = bench.whole_frame()
    bench.branch(album(real, bench)[0])
    real.close(bench.stem.run.run_id)
    bench.end_branch(keep=False)
    np.testing.assert_array_equal(shown(bench, now.iteration).fake, now.fake)


def test_the_branch_alone_goes_on(real, bench):
    stem = bench.run
    bench.branch(album(real, bench)[1])
    bench.settings = HOP.settings.with_changes({"d_optimizer.lr": 2e-3})
    bench.tell("set", settings=bench.settings)
    bench.tell("step")
    both = shown(bench)
    bench.end_branch(keep=True)
    alone = shown(bench, both.iteration)
    np.testing.assert_array_equal(alone.fake, both.fake)
    assert alone.beside is None
    assert real.settings(bench.run.run_id) == bench.settings != HOP.settings
    with pytest.raises(UnknownRunError):
        real.token(stem.run_id)


def test_after_a_reload_the_pair_is_found_again_and_can_be_ended(real, bench):
    bench.branch(album(real, bench)[1])
    at = shown(bench).iteration
    pair = bench.run
    again = Bench("playground", HOP, HOP.settings)
    again.adopt({"run": pair.run_id, "token": pair.token})
    assert (again.run, again.beside) == (pair, HOP.settings)
    again.end_branch(keep=False)
    assert shown(again, at).beside is None
    again.forget_run()
    bench.run = None


def test_from_the_present_and_only_one_at_a_time(bench):
    now = bench.whole_frame().iteration
    bench.branch(now)
    frame = shown(bench, now)
    pair = bench.run
    bench.branch(now)
    assert bench.run == pair
    assert frame.beside.iteration == now


def test_a_checkpoint_is_saved_and_opened(bench):
    now, state = bench.whole_frame(), bench.save()
    label = read_label(state)
    assert (label.settings, label.iteration) == (HOP.settings, now.iteration)
    bench.preset = PRESETS["healthy"]
    before = bench.run
    bench.load(state)
    np.testing.assert_array_equal(shown(bench, now.iteration).fake, now.fake)
    assert (bench.preset, bench.settings) == (HOP, HOP.settings)
    assert bench.run != before


def test_the_checkpoint_of_a_branch_is_that_of_the_branch(real, bench):
    bench.branch(album(real, bench)[0])
    bench.settings = HOP.settings.with_changes({"d_optimizer.lr": 2e-3})
    bench.tell("set", settings=bench.settings)
    assert read_label(bench.save()).settings == bench.settings


def test_a_damaged_checkpoint_leaves_everything_as_it_was(bench):
    run, now, state = bench.run, bench.whole_frame(), bench.save()
    for damaged in (b"", b"x" * 1000, state[:-100], state[: len(state) // 2]):
        with pytest.raises(ValueError, match="no checkpoint"):
            bench.load(damaged)
    assert (bench.run, bench.settings) == (run, HOP.settings)
    assert shown(bench).iteration == now.iteration


def hand_in(monkeypatch, bench, name, data, size=None):
    """Hand in a file as the picker does."""
    sent = {"name": name, "size": size or len(data), "bytes": base64.b64encode(data).decode()}
    monkeypatch.setattr("ui.session.said", lambda *_: sent)
    taking.take_file(bench, "picker")


def test_a_checkpoint_that_is_handed_in_goes_on_whatever_its_name(monkeypatch, bench):
    now, state = bench.whole_frame(), bench.save()
    for name in ("hop.safetensors", "renamed.csv", ""):
        bench.settings = PRESETS["healthy"].settings
        hand_in(monkeypatch, bench, name, state)
        assert (bench.own.refusal, bench.own.taken) == (None, "checkpoint")
        assert bench.settings == HOP.settings
        np.testing.assert_array_equal(shown(bench, now.iteration).fake, now.fake)


def test_a_file_that_is_no_checkpoint_is_refused_and_the_run_goes_on(monkeypatch, bench):
    run, state, rng = bench.run, bench.save(), np.random.default_rng(0)
    other = b'{"__metadata__": {"format": "pt"}}'  # somebody else's safetensors file
    bad = {
        "empty": b"",
        "noise": rng.bytes(5000),
        "cut": state[:-200],
        "head-only": state[:400],
        "foreign": len(other).to_bytes(8, "little") + other,
        "long-header": (2**63).to_bytes(8, "little") + b"{",
        "pickle": b"\x80\x04\x95" + rng.bytes(200),
    }
    for name, data in bad.items():
        hand_in(monkeypatch, bench, f"{name}.safetensors", data)
        assert bench.own.refusal.problem == "no-checkpoint", name
        assert (bench.run, bench.settings) == (run, HOP.settings)
    hand_in(monkeypatch, bench, "large.safetensors", b"x", size=LARGEST + 1)
    assert bench.own.refusal.problem == "checkpoint-too-large"
    bench.tell("play")
    before = bench.whole_frame().iteration
    wait_until(lambda: bench.whole_frame().iteration > before, "the run goes on")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_moments_make_a_film(bench, lang):
    moments = bench.moments()
    at = [one.iteration for one in moments]
    assert at == sorted(set(at))
    assert len(at) >= 3
    film = gif(moments, Words(lang), size=160)
    assert film.startswith(b"GIF89a")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_differences_are_told_by_name_and_both_values(lang):
    words = Words(lang)
    changed = HOP.settings.with_changes({"d_optimizer.lr": 2e-3, "game": "wasserstein"})
    said = differences(words, HOP.settings, changed)
    assert len(said) == 2
    assert any("0.0001" in one and "0.002" in one for one in said)
    assert any(words.say("settings.choice.game.wasserstein") in one for one in said)
    assert differences(words, changed, changed) == []

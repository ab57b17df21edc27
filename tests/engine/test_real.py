"""The engine with real experiments in real processes."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from gan_core.engine.runs import first_frame
from gan_core.engine.worker import EXPERIMENT
from gan_core.experiment import Experiment
from gan_core.settings import Settings
from tests.engine.waiting import all_ready, wait_until


@pytest.fixture
def settings() -> Settings:
    return Settings().with_changes({"seed": 7, "batch": 32, "generator.width": 16})


def test_the_first_moment_shows_the_samples_that_the_experiment_will_show(settings):
    first, real = first_frame(settings), Experiment(settings).frame()
    np.testing.assert_array_equal(first.real, real.real)
    np.testing.assert_array_equal(first.centres, real.centres)
    assert first.extent == real.extent


def test_a_run_that_is_watched_and_loses_its_worker_keeps_the_same_bits(make_engine, settings):
    engine = make_engine(EXPERIMENT)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    run = engine.create(settings, pace=200).run_id
    wait_until(lambda: engine.frame_now(run).iteration > 450, "it has been saved")
    os.kill(engine.stats().workers[0].pid, signal.SIGKILL)
    wait_until(lambda: engine.stats().restarts, "the death is noticed")
    wait_until(lambda: engine.frame_now(run).iteration > 500, "it goes on")
    engine.command(run, "pause")
    shown = engine.frame_now(run)
    assert shown.status == "paused"
    alone = Experiment(settings)
    alone.step(shown.iteration)
    np.testing.assert_array_equal(shown.fake, alone.frame().fake)


def test_slow_halves_and_single_steps_are_the_same_path(make_engine, settings):
    settings = settings.with_changes({"update.d_steps": 3})
    engine = make_engine(EXPERIMENT)
    run = engine.create(settings, pace=2.9).run_id
    wait_until(lambda: engine.frame_now(run).iteration >= 2, "two slow iterations", 60)
    engine.command(run, "pause")
    frame = engine.frame_now(run)
    if frame.half:
        engine.command(run, "step")  # completes the iteration
        frame = engine.frame_now(run)
    alone = Experiment(settings)
    alone.step(frame.iteration)
    np.testing.assert_array_equal(frame.fake, alone.frame().fake)


# With a generator that hardly moves, a critic without constraint has no reason ever to stop.
DIVERGING = {
    "game": "wasserstein",
    "discriminator.layers": 3,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 1e-5,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.01,
}


def test_a_run_that_really_diverged_goes_back_and_on_with_smaller_steps(make_engine):
    settings = Settings().with_changes(DIVERGING)
    alone = Experiment(settings)
    while alone.status == "ok" and alone.iteration < 3000:
        alone.step(5)
    assert alone.status == "diverged"
    # At a pace at which it lives for four seconds, the checkpoint before is a second older or more.
    pace = alone.iteration / 4
    engine = make_engine(EXPERIMENT)
    run = engine.create(settings, pace=pace).run_id
    stopped = wait_until(
        lambda: (f := engine.frame_now(run)).status == "diverged" and f, "it diverges", 60
    )
    assert 0 < stopped.back <= stopped.iteration - 0.9 * pace
    assert np.isfinite(stopped.fake).all()
    engine.command(run, "back")
    back = wait_until(lambda: (f := engine.frame_now(run)).status == "paused" and f, "it is back")
    assert (back.iteration, back.restored) == (stopped.back, stopped.back)
    alone = Experiment(settings)
    alone.step(back.iteration)
    np.testing.assert_array_equal(back.fake, alone.frame().fake)
    calmer = settings.with_changes({"d_optimizer.lr": 1e-5})
    engine.command(run, "set", settings=calmer)
    engine.command(run, "play")
    goal = stopped.iteration + pace  # well past the end of its first life
    on = wait_until(lambda: (f := engine.frame_now(run)).iteration > goal and f, "it goes on")
    assert (on.status, on.epoch) == ("running", 0)

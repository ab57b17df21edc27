"""Moments, branches and checkpoints from outside, through real workers."""

from __future__ import annotations

import asyncio
import gc
import os
import signal

import numpy as np
import pytest

from gan_core.engine import EngineError, RunFailedError, UnknownRunError
from gan_core.engine.protocol import RunHandle
from gan_core.engine.runs import Run
from gan_core.engine.worker import EXPERIMENT
from gan_core.experiment import Experiment
from gan_core.saved import join, read_label
from gan_core.settings import Settings
from tests.engine.waiting import all_ready, wait_until

SMALL = Settings().with_changes(
    {"seed": 7, "batch": 32, "generator.width": 16, "discriminator.width": 16}
)
OTHER = SMALL.with_changes({"d_optimizer.lr": 1e-4})


@pytest.fixture(scope="module")
def real():
    """One engine with real experiments; every test makes its own runs."""
    from gan_core.engine import Limits, LocalEngine

    engine = LocalEngine(Limits(workers=1), EXPERIMENT)
    engine.start()
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    yield engine
    engine.stop()


def moments(engine, run, count):
    def enough():
        engine.frame_now(run)
        album = engine.album(run)
        return album if len(album) >= count else None

    return wait_until(enough, f"{count} moments", 30)


def test_a_moment_shows_what_was_and_its_checkpoint_goes_on_from_there(real):
    run = real.create(SMALL, pace=200).run_id
    album = moments(real, run, 3)
    for one in album:
        alone = Experiment(SMALL)
        alone.step(one.iteration)
        np.testing.assert_array_equal(one.picture.fake, alone.frame().fake)
        np.testing.assert_array_equal(one.picture.field, alone.frame().field)
        assert len(one.picture.history) == 0
    again = Experiment.restore(album[1].state)
    again.step(10)
    alone = Experiment(SMALL)
    alone.step(album[1].iteration + 10)
    np.testing.assert_array_equal(again.frame().fake, alone.frame().fake)


def test_saving_gives_a_checkpoint_of_this_very_moment(real):
    run = real.create(SMALL, pace=200).run_id
    wait_until(lambda: real.frame_now(run).iteration > 30, "it has begun")
    real.command(run, "pause")
    shown = real.frame_now(run)
    state = real.save(run)
    assert read_label(state).iteration == shown.iteration
    np.testing.assert_array_equal(Experiment.restore(state).frame().fake, shown.fake)
    assert real.album(run)[-1].iteration == shown.iteration


def test_what_was_saved_is_taken_up_in_another_run(real):
    first = real.create(SMALL, pace=200).run_id
    wait_until(lambda: real.frame_now(first).iteration > 50, "it has begun")
    real.command(first, "pause")
    shown, state = real.frame_now(first), real.save(first)
    second = real.create(SMALL, playing=False, state=state).run_id
    taken = wait_until(lambda: _at(real, second, shown.iteration), "it has been taken up")
    np.testing.assert_array_equal(taken.fake, shown.fake)
    assert len(taken.history) == len(real.frame_now(first).history)
    assert (taken.lives, taken.restored) == (0, -1), "nothing was lost"


def _at(engine, run, iteration):
    frame = engine.frame_now(run)
    return frame if frame.iteration == iteration and frame.status == "paused" else None


def test_a_branch_plays_beside_its_parent(real):
    parent = real.create(SMALL, pace=200).run_id
    moment = moments(real, parent, 2)[0]
    start = join(moment.state, moment.state)
    branch = real.create(OTHER, beside=SMALL, pace=200, state=start).run_id
    assert (real.settings(branch), real.beside(branch)) == (OTHER, SMALL)
    assert real.beside(parent) is None
    goal = moment.iteration + 60
    wait_until(lambda: real.frame_now(branch).iteration >= goal, "it goes on")
    real.command(branch, "pause")
    frame = real.frame_now(branch)
    assert frame.iteration == frame.beside.iteration
    alone = Experiment(SMALL)
    alone.step(frame.iteration)
    np.testing.assert_array_equal(frame.beside.fake, alone.frame().fake)
    assert not np.array_equal(frame.fake, frame.beside.fake)
    real.command(branch, "set", settings=SMALL)
    changed = real.frame_now(branch)
    assert changed.iteration == frame.iteration
    assert (real.settings(branch), real.beside(branch)) == (SMALL, SMALL)


def test_a_pair_that_loses_its_worker_keeps_the_same_bits(make_engine):
    engine = make_engine(EXPERIMENT)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    run = engine.create(OTHER, beside=SMALL, pace=100).run_id
    wait_until(lambda: engine.frame_now(run).iteration > 150, "it has been saved")
    os.kill(engine.stats().workers[0].pid, signal.SIGKILL)
    wait_until(lambda: engine.frame_now(run).lives == 1, "it goes on")
    wait_until(lambda: engine.frame_now(run).iteration > 200, "it trains")
    engine.command(run, "pause")
    frame = engine.frame_now(run)
    assert (frame.lives, frame.beside.lives) == (1, 1)
    for shown, settings in ((frame, OTHER), (frame.beside, SMALL)):
        alone = Experiment(settings)
        alone.step(frame.iteration)
        np.testing.assert_array_equal(shown.fake, alone.frame().fake)


def test_a_pair_of_which_one_has_diverged_keeps_the_past_of_the_other(real):
    wild = SMALL.with_changes({"game": "wasserstein", "g_optimizer": "sgd", "d_optimizer": "sgd"})
    wild = wild.with_changes({"g_optimizer.lr": 1.0, "d_optimizer.lr": 1.0})
    run = real.create(wild, beside=SMALL, pace=200).run_id
    wait_until(lambda: real.frame_now(run).beside.iteration > 500, "the other goes on")
    album = moments(real, run, 3)
    at = [one.picture.beside.iteration for one in album]
    assert at == [one.iteration for one in album] == sorted(set(at))
    assert at[-1] > album[-1].picture.iteration


def test_a_pair_from_nothing_shows_both_data_at_once(real):
    line = SMALL.with_changes({"data": "mixture-1d"})
    run = real.create(SMALL, beside=line, playing=False).run_id
    frame = real.frame_now(run)
    assert (frame.dim, frame.beside.dim) == (2, 1)


@pytest.mark.parametrize("state", [b"x", b"\x00" * 100, b"{}" * 50])
def test_bytes_that_are_no_checkpoint_are_refused_at_once(real, state):
    runs = real.stats().runs
    with pytest.raises(ValueError, match="no checkpoint"):
        real.create(SMALL, state=state)
    assert real.stats().runs == runs


def test_a_checkpoint_that_only_proves_damaged_when_opened_fails_and_says_so(real):
    whole = Experiment(SMALL)
    whole.step(3)
    state = whole.state()
    other = real.create(SMALL, pace=100).run_id
    run = real.create(SMALL, state=state[:-40]).run_id

    def failed():
        with pytest.raises(RunFailedError, match="no checkpoint"):
            real.frame_now(run)
        return True

    wait_until(lambda: real.failure(run), "it fails")
    assert failed()
    before = real.frame_now(other).iteration
    wait_until(lambda: real.frame_now(other).iteration > before, "the others go on")
    real.command(run, "reset")  # begins from nothing
    wait_until(lambda: real.frame_now(run).iteration > 10, "it begins anew")


def test_a_restart_empties_the_album_and_going_back_shortens_it(real):
    run = real.create(SMALL, pace=200).run_id
    moments(real, run, 2)
    real.command(run, "reset")
    assert real.album(run) == ()
    assert all(one.epoch == 1 for one in moments(real, run, 1))


def test_a_closed_run_has_no_album_and_nothing_to_save(real):
    run = real.create(SMALL).run_id
    real.close(run)
    for ask in (real.album, real.save, real.beside):
        with pytest.raises(UnknownRunError):
            ask(run)


def test_albums_are_held_to_the_limit_of_all_checkpoints(make_engine):
    engine = make_engine(EXPERIMENT, checkpoint_bytes=400_000)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    runs = [engine.create(SMALL, pace=100).run_id for _ in range(2)]
    while min(engine.frame_now(run).iteration for run in runs) < 300:
        assert engine.stats().checkpoints <= 400_000
    assert engine.stats().checkpoints > 200_000, "the limit was felt"


def test_nothing_to_save_is_said():
    run = Run(RunHandle("a", "b"), SMALL, 0.0, playing=True)
    with pytest.raises(EngineError, match="nothing to save"):
        run.save().result(0)


def test_a_run_that_is_closed_while_nobody_waits_any_more_complains_to_nobody(make_engine):
    engine = make_engine(EXPERIMENT)
    run = engine.create(SMALL).run_id

    async def ask_and_close():
        await engine.frame(run)  # no worker has loaded yet: what there is comes after a moment
        engine.close(run)
        await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0.1)

    complaints = []
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _, told: complaints.append(told))
    loop.run_until_complete(ask_and_close())
    gc.collect()
    loop.close()
    assert complaints == []

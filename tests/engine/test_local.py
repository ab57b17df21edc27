"""The engine with real processes that host fake experiments."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from itertools import pairwise

import psutil
import pytest

from gan_core.engine import EngineError, Limits, LocalEngine, RunFailedError, UnknownRunError
from gan_core.settings import Settings
from tests.engine.fake import Behaviour
from tests.engine.waiting import FAKE, all_ready, wait_until


def settings(behaviour=Behaviour.GOOD, **changes):
    return Settings().with_changes({"seed": int(behaviour), **changes})


@pytest.fixture(scope="module")
def calm():
    """One loaded engine for all tests that leave their worker alive."""
    engine = LocalEngine(Limits(workers=1), FAKE)
    engine.start()
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    yield engine
    engine.stop()


def reach(engine, run_id, iteration, **more):
    def frame():
        shown = engine.frame_now(run_id, **more)
        return shown if shown.iteration >= iteration and shown.status == "running" else None

    return wait_until(frame, f"iteration {iteration}")


def failure(engine, run_id):
    def message():
        with_error = None
        try:
            engine.frame_now(run_id)
        except RunFailedError as error:
            with_error = str(error)
        return with_error

    return wait_until(message, "the run fails")


def test_a_run_trains_obeys_and_tells_only_what_is_new(calm):
    run = calm.create(settings()).run_id
    first = reach(calm, run, 50)
    then = reach(calm, run, first.iteration + 50, since=first.iteration)
    assert then.history[0, 0] == first.iteration + 1
    calm.command(run, "pause")
    paused = calm.frame_now(run)
    assert (paused.status, paused.rate) == ("paused", 0.0)
    calm.command(run, "step-d")
    assert (calm.frame_now(run).iteration, calm.frame_now(run).half) == (paused.iteration, 1)
    calm.command(run, "step-g")
    assert (calm.frame_now(run).iteration, calm.frame_now(run).half) == (paused.iteration + 1, 0)
    calm.command(run, "pace", pace=50)
    assert calm.frame_now(run).pace == 50
    calm.command(run, "set", settings=settings(**{"update.d_steps": 4}))
    d_moves = calm.frame_now(run).fake[0, 1]
    calm.command(run, "step")
    assert calm.frame_now(run).fake[0, 1] == d_moves + 4
    calm.command(run, "reset")
    assert (calm.frame_now(run).epoch, calm.frame_now(run).iteration) == (1, 0)


def test_an_unchanged_run_gives_the_very_same_frame(calm):
    run = calm.create(settings(), playing=False).run_id
    wait_until(lambda: len(calm.frame_now(run).metrics), "the paused run is measured")
    frame = calm.frame_now(run, 0)
    assert calm.frame_now(run, 0) is frame
    assert asyncio.run(calm.frame(run, 0)) is frame


def test_commands_act_quickly_while_four_runs_train(calm):
    runs = [calm.create(settings()).run_id for _ in range(4)]
    for run in runs:
        reach(calm, run, 20)
    seconds = []
    for _ in range(15):
        for run in runs:
            began = time.perf_counter()
            calm.command(run, "pause")
            assert calm.frame_now(run).status == "paused"
            seconds.append(time.perf_counter() - began)
            calm.command(run, "play")
    assert statistics.median(seconds) < 0.025


def test_the_first_moment_shows_the_data(make_engine):
    engine = make_engine()  # the worker has only just been started
    run = engine.create(settings(**{"data.radius": 1.5})).run_id
    frame = asyncio.run(engine.frame(run))
    assert (frame.status, frame.iteration, len(frame.real), frame.modes) == ("starting", 0, 1000, 8)
    assert abs(frame.real).max() == pytest.approx(1.5, abs=0.2)
    assert reach(engine, run, 1)


def test_runs_are_apart(calm):
    tokens = {}
    for seed in (1, 2, 3):
        handle = calm.create(settings(seed))
        tokens[handle.run_id] = (seed, handle.token)
    assert len({token for _, token in tokens.values()}) == 3

    async def watch(run, seed):
        for _ in range(40):
            frame = await calm.frame(run)
            if len(frame.fake):  # not while it starts
                assert frame.fake[0, 0] == seed

    async def watch_all():
        await asyncio.gather(*(watch(run, seed) for run, (seed, _) in tokens.items()))

    asyncio.run(watch_all())


def test_a_killed_worker_is_replaced_by_the_spare_and_its_run_goes_on(warm):
    worker, spare = warm.stats().workers
    assert (worker.spare, spare.spare) == (False, True)
    run = warm.create(settings(**{"data.modes": 5}), pace=300).run_id
    warm.command(run, "set", settings=settings(**{"data.modes": 5, "update.d_steps": 3}))
    reached = reach(warm, run, 500).iteration  # after more than a second: it has been saved
    os.kill(worker.pid, signal.SIGKILL)
    frame = wait_until(
        lambda: (f := warm.frame_now(run)).iteration != reached and f.status == "running" and f,
        "the run goes on",
    )
    assert frame.iteration > reached - 300 * 2.0  # two seconds are lost at most
    assert (frame.lives, frame.since) == (1, -1)
    assert 0 < frame.restored <= reached
    assert (frame.epoch, frame.modes, warm.settings(run).update.d_steps) == (0, 0, 3)
    assert warm.stats().restarts == 1
    wait_until(lambda: all_ready(warm, 2), "there is a new spare")
    assert warm.stats().workers[0].pid == spare.pid
    assert warm.stats().workers[0].runs == 1


def test_a_run_that_was_never_saved_begins_anew_and_says_so(warm):
    run = warm.create(settings(), playing=False).run_id
    frame = warm.frame_now(run)
    worker = warm.stats().workers[0].pid
    warm._runs[run].checkpoints.clear()  # as if the worker had died before the first one arrived
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: warm.frame_now(run).epoch == frame.epoch + 1, "a new epoch")


def test_a_hung_worker_is_replaced_and_the_other_run_goes_on(make_engine):
    engine = make_engine(hung_seconds=0.5)
    wait_until(lambda: all_ready(engine, 2), "ready")
    good = engine.create(settings(), pace=100).run_id
    reach(engine, good, 5)
    engine.create(settings(Behaviour.HANGS_AT_20), pace=1000)
    engine.frame_now(good, timeout=0.2)

    def replaced():
        engine.frame_now(good, timeout=0.1)
        return engine.stats().restarts

    wait_until(replaced, "the worker is replaced")
    reach(engine, good, 6, timeout=0.1)


def test_errors_stay_with_their_run(make_engine, capfd):
    engine = make_engine(workers=1)
    good = engine.create(settings()).run_id
    bad = engine.create(settings(Behaviour.RAISES_AT_20)).run_id
    deadly = engine.create(settings(Behaviour.DIES_WHEN_MADE)).run_id
    assert failure(engine, bad) == "RuntimeError: raised on purpose"
    assert "crashed" in failure(engine, deadly)
    reach(engine, good, 20)
    assert engine.failure(good) is None
    engine.command(bad, "set", settings=settings())  # the student mends it
    assert reach(engine, bad, 30).epoch == 1
    assert engine.failure(bad) is None
    capfd.readouterr()  # the traceback of the bad run is for the terminal


def test_workers_that_cannot_start_are_an_error_and_no_endless_loop(make_engine, capfd):
    engine = make_engine(experiment="tests.engine.nowhere:Nothing")
    run = engine.create(settings()).run_id
    assert "no worker can be started" in failure(engine, run)
    assert "nowhere" in capfd.readouterr().err
    assert engine.stats().workers == ()


def test_runs_spread_over_the_workers_and_one_death_does_not_touch_the_other(make_engine):
    engine = make_engine(workers=2)
    wait_until(lambda: all_ready(engine, 2), "ready")
    a, b, c = (engine.create(settings(), pace=100).run_id for _ in range(3))
    for run in (a, b, c):
        reach(engine, run, 3)
    loads = sorted(worker.runs for worker in engine.stats().workers if not worker.spare)
    assert loads == [1, 2]
    victim = next(worker.pid for worker in engine.stats().workers if worker.runs == 2)
    others = [run for run in (a, b, c) if engine._runs[run].worker.pid == victim]
    (alone,) = {a, b, c} - set(others)
    before = engine.frame_now(alone).iteration
    os.kill(victim, signal.SIGKILL)
    iterations = [before]
    while len(iterations) < 30:
        iterations.append(engine.frame_now(alone).iteration)
    assert all(later >= earlier for earlier, later in pairwise(iterations))
    for run in others:
        reach(engine, run, 3)


def test_a_full_engine_keeps_a_line(make_engine):
    engine = make_engine(runs=1)
    first, second, third = (engine.create(settings()).run_id for _ in range(3))
    reach(engine, first, 1)
    waiting = [engine.frame_now(run, timeout=0.1) for run in (second, third)]
    assert [(frame.status, frame.place) for frame in waiting] == [("waiting", 1), ("waiting", 2)]
    assert len(waiting[0].real) == 1000
    assert engine.stats().waiting == 2
    engine.close(first)
    assert reach(engine, second, 1).place == 0
    assert engine.frame_now(third, timeout=0.1).place == 1
    engine.close(second)
    reach(engine, third, 1)
    assert engine.stats().runs == 1


def test_a_run_that_nobody_looks_at_is_closed(make_engine):
    engine = make_engine(unseen_seconds=0.6)
    left, watched = (engine.create(settings()).run_id for _ in range(2))
    reach(engine, left, 1)

    def closed():
        engine.frame_now(watched)
        return engine.stats().runs == 1

    wait_until(closed, "the unseen run is closed")
    with pytest.raises(UnknownRunError):
        engine.token(left)
    with pytest.raises(UnknownRunError):
        engine.command(left, "play")


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("explode", {}),
        ("pace", {}),
        ("pace", {"pace": -1}),
        ("pace", {"pace": float("nan")}),
        ("pace", {"pace": 1e9}),
        ("set", {}),
    ],
)
def test_bad_commands_are_refused_by_name(calm, command, arguments):
    run = calm.create(settings()).run_id
    with pytest.raises(ValueError, match=command):
        calm.command(run, command, **arguments)


def test_stopping_leaves_no_process_and_no_open_question(make_engine):
    engine = make_engine(workers=2)
    run = engine.create(settings()).run_id
    reach(engine, run, 1)
    pids = [worker.pid for worker in engine.stats().workers]
    os.kill(pids[0], signal.SIGSTOP)  # one that cannot even listen
    engine.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(UnknownRunError):
        engine.frame_now(run)
    with pytest.raises(EngineError):
        engine.create(settings())


def test_a_lent_spare_is_replaced(make_engine):
    engine = make_engine(workers=4)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    for _ in range(2):
        engine.create(settings())
    wait_until(lambda: all_ready(engine, 3), "a new spare has loaded")
    assert [worker.spare for worker in engine.stats().workers].count(True) == 1


@pytest.mark.parametrize("command", ["reset", "begin"])
def test_what_was_thrown_away_does_not_come_back_with_the_next_worker(warm, command):
    run = warm.create(settings(), pace=200.0).run_id
    reach(warm, run, 100)
    wait_until(lambda: warm._runs[run].checkpoints, "a checkpoint has come")
    warm.command(run, "pause")
    arguments = {"settings": settings(batch=32)} if command == "begin" else {}
    # the worker stands still and never hears of it
    worker = next(worker for worker in warm.stats().workers if worker.runs)
    os.kill(worker.pid, signal.SIGSTOP)
    warm.command(run, command, **arguments)
    os.kill(worker.pid, signal.SIGKILL)

    def begun():
        frame = warm.frame_now(run)
        return frame if frame.status == "paused" and warm._runs[run].hosted else None

    assert wait_until(begun, "the run is there again").iteration == 0
    assert warm.settings(run).batch == (32 if command == "begin" else 128)


def test_pretraining_goes_on_while_paused_and_can_be_interrupted(calm):
    run = calm.create(settings(pretrain=400), playing=False).run_id
    other = calm.create(settings()).run_id
    reach(calm, other, 50)  # it got its share meanwhile
    assert calm.frame_now(run).iteration == 0
    calm.command(run, "play")
    assert reach(calm, run, 5).iteration >= 5

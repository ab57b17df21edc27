"""Workers that die, hang, grow or stand still, and what their runs live through."""

from __future__ import annotations

import os
import signal
import time
from functools import partial

import psutil
import pytest

from gan_core.engine import RunFailedError
from gan_core.settings import Settings
from tests.engine.fake import Behaviour
from tests.engine.waiting import all_ready, wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def settings(behaviour=Behaviour.GOOD, **changes):
    return Settings().with_changes({"seed": int(behaviour), **changes})


def look(engine, run, **more):
    return engine.frame_now(run, timeout=0.1, **more)


def goes_on(engine, run, seconds=15.0):
    """Wait until a worker has hosted the run and it moves."""
    then = look(engine, run)

    def moved():
        now = look(engine, run)
        return now if now.status == "running" and now.iteration != then.iteration else None

    return wait_until(moved, "the run goes on", seconds)


def fails(engine, run, seconds=20.0):
    def error():
        try:
            look(engine, run)
        except RunFailedError as failed:
            return str(failed)
        return None

    return wait_until(error, "the run fails", seconds)


def host(engine):
    return next(worker.pid for worker in engine.stats().workers if worker.runs)


def ready(make_engine, **limits):
    engine = make_engine(workers=1, **limits)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    return engine


def test_while_there_is_no_worker_the_picture_stays_and_it_is_said(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(), pace=100).run_id
    wait_until(lambda: look(engine, run).iteration > 150, "it has been saved")
    os.kill(engine.stats().workers[1].pid, signal.SIGKILL)  # without a spare it takes a moment
    os.kill(host(engine), signal.SIGKILL)
    frame = wait_until(
        lambda: (f := look(engine, run)).status == "recovering" and f, "it is said", 5
    )
    assert frame.iteration > 100
    assert len(frame.fake)
    assert len(frame.history) == 0
    frame = goes_on(engine, run)
    assert (frame.lives, frame.epoch) == (1, 0)


def test_the_first_start_is_no_recovery(make_engine):
    engine = make_engine(workers=1)
    run = engine.create(settings()).run_id
    seen = set()
    wait_until(lambda: seen.add(look(engine, run).status) or "running" in seen, "it runs")
    assert seen <= {"starting", "running"}
    assert look(engine, run).lives == 0


def test_a_worker_killed_from_outside_is_held_against_nobody(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(), pace=200).run_id
    for life in range(1, 6):
        goes_on(engine, run)
        os.kill(host(engine), signal.SIGKILL)  # often before the first checkpoint of its life
        wait_until(lambda life=life: engine.stats().restarts >= life, "it is noticed")
    goes_on(engine, run)
    assert engine.failure(run) is None


@pytest.mark.parametrize(
    ("behaviour", "reproach", "limits"),
    [
        (Behaviour.CRASHES_AT_20, "crashed", {}),
        (Behaviour.DIES_WHEN_MADE, "crashed", {}),
        (Behaviour.ALWAYS_HANGS_AT_20, "hung", {"hung_seconds": 0.6}),
        (Behaviour.TAKES_MEMORY, "memory", {"worker_bytes": 2**29}),
    ],
)
def test_who_ends_two_workers_fails_and_the_others_go_on(
    make_engine, capfd, behaviour, reproach, limits
):
    engine = ready(make_engine, **limits)
    good = [engine.create(settings(seed), pace=100).run_id for seed in (1, 2)]
    for run in good:
        goes_on(engine, run)
    wait_until(lambda: all(engine._runs[run].checkpoints for run in good), "they are saved")
    before = engine.stats().restarts
    reached = [look(engine, run).iteration for run in good]
    bad = engine.create(settings(behaviour), pace=1000).run_id

    def watch_all():
        for run in good:
            look(engine, run)
        try:
            look(engine, bad)
        except RunFailedError as failed:
            return str(failed)
        return None

    assert reproach in wait_until(watch_all, "the bad run fails", 30)
    assert engine.stats().restarts == before + 2
    assert not engine._runs[bad].checkpoints
    for run, seed, iteration in zip(good, (1, 2), reached, strict=True):
        frame = goes_on(engine, run)
        assert frame.fake[0, 0] == seed
        assert frame.lives == 2
        assert frame.iteration > iteration - 200
    engine.command(bad, "set", settings=settings())  # the student mends it
    goes_on(engine, bad)
    capfd.readouterr()


def test_a_run_that_crashes_whenever_it_is_restored_ends_in_failure(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(Behaviour.CRASHES_WHEN_RESTORED), pace=100).run_id
    wait_until(lambda: look(engine, run).iteration > 20, "it runs")
    wait_until(lambda: engine._runs[run].checkpoints, "it is saved")
    os.kill(host(engine), signal.SIGKILL)
    assert "crashed" in fails(engine, run)
    assert engine.stats().restarts == 3


def test_a_checkpoint_that_cannot_be_read_costs_the_past_but_not_the_run(make_engine, capfd):
    engine = ready(make_engine)
    run = engine.create(settings(Behaviour.CANNOT_BE_RESTORED), pace=100).run_id
    wait_until(lambda: look(engine, run).iteration > 20, "it runs")
    wait_until(lambda: engine._runs[run].checkpoints, "it is saved")
    os.kill(host(engine), signal.SIGKILL)
    wait_until(lambda: look(engine, run).epoch == 1, "it begins anew")
    goes_on(engine, run)
    assert "no checkpoint" in capfd.readouterr().err


def test_with_no_spare_runs_flee_to_the_others_and_return_without_loss(make_engine):
    engine = make_engine(workers=2)
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    runs = [engine.create(settings(seed), pace=100).run_id for seed in range(4)]
    for run in runs:
        goes_on(engine, run)
    wait_until(lambda: all(engine._runs[run].checkpoints for run in runs), "they are saved")
    wait_until(lambda: all_ready(engine, 3), "a spare")
    os.kill(engine.stats().workers[2].pid, signal.SIGKILL)
    fleeing = [run for run in runs if engine._runs[run].worker is engine._pool.active[0]]
    os.kill(engine.stats().workers[0].pid, signal.SIGKILL)
    wait_until(lambda: all(look(engine, run).lives == 1 for run in fleeing), "they go on")
    assert not all_ready(engine, 3), "they did not wait for a process to start"
    reached = dict.fromkeys(runs, 0)

    def balanced():
        for run in runs:
            frame = look(engine, run)
            assert frame.iteration >= reached[run], "nothing is lost by moving"
            reached[run] = frame.iteration
        return sorted(worker.runs for worker in engine.stats().workers) == [0, 2, 2]

    wait_until(balanced, "the work is shared again", 20)
    wait_until(lambda: all(engine._runs[run].hosted for run in runs), "they have arrived")
    for seed, run in enumerate(runs):
        frame = goes_on(engine, run)
        assert frame.iteration >= reached[run]
        assert frame.fake[0, 0] == seed
        assert frame.lives == (run in fleeing)


@pytest.mark.parametrize("spare", [False, True])
def test_a_worker_stopped_for_good_is_replaced_without_blame(make_engine, spare):
    engine = ready(make_engine, hung_seconds=0.8)
    run = engine.create(settings(), pace=100).run_id

    def gone(victim):  # the run is looked at, so that it is missed
        return look(engine, run) and not psutil.pid_exists(victim)

    for _ in range(3):
        goes_on(engine, run)
        wait_until(lambda: all_ready(engine, 2) or not look(engine, run), "a spare")
        victim = engine.stats().workers[1].pid if spare else host(engine)
        os.kill(victim, signal.SIGSTOP)
        wait_until(partial(gone, victim), "it is replaced", 5)
    goes_on(engine, run)
    assert engine.failure(run) is None


def test_a_short_halt_is_waited_for(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(), pace=100).run_id
    goes_on(engine, run)
    worker = host(engine)
    os.kill(worker, signal.SIGSTOP)
    statuses = set()
    end = time.monotonic() + 3.2
    while time.monotonic() < end:
        statuses.add(look(engine, run).status)
        time.sleep(0.05)
    assert statuses == {"running", "recovering"}  # it is said when it takes long
    os.kill(worker, signal.SIGCONT)
    assert goes_on(engine, run).lives == 0
    assert engine.stats().restarts == 0


def test_a_hundred_thousand_commands_leave_memory_flat_and_everybody_served(make_engine):
    engine = ready(make_engine)
    flooded, other = (engine.create(settings(seed), pace=50).run_id for seed in (1, 2))
    for run in (flooded, other):
        goes_on(engine, run)
    processes = [psutil.Process(), psutil.Process(host(engine))]
    before = [process.memory_info().rss for process in processes]
    rates = [settings(1, **{"g_optimizer.lr": rate}) for rate in (1e-3, 2e-3)]
    worst = 0.0
    for number in range(25_000):
        engine.command(flooded, "set", settings=rates[number % 2])
        engine.command(flooded, "step")
        engine.command(flooded, "pace", pace=50 + number % 2)
        engine.command(flooded, "play")
        if number % 2500 == 0:
            began = time.monotonic()
            assert engine.frame_now(other).fake[0, 0] == 2
            worst = max(worst, time.monotonic() - began)
    grown = [
        process.memory_info().rss - size for process, size in zip(processes, before, strict=True)
    ]
    assert max(grown) < 30 * 2**20
    assert worst < 1.0
    began = time.monotonic()
    wait_until(lambda: engine.frame_now(flooded).pace == 51, "the last command counts")
    assert time.monotonic() - began < 2
    assert engine.settings(flooded) == rates[1]
    goes_on(engine, other)


def test_the_server_keeps_no_more_checkpoints_than_it_may(make_engine):
    limit = 9 * 2**20 // 2
    engine = ready(make_engine, checkpoint_bytes=limit)
    runs = [
        engine.create(settings(Behaviour.LARGE_CHECKPOINTS, batch=32 * k), pace=50).run_id
        for k in (1, 2, 3)
    ]
    held = []
    end = time.monotonic() + 4.5
    while time.monotonic() < end:
        for run in runs:
            look(engine, run)
        held.append(engine.stats().checkpoints)
    assert max(held) <= limit
    assert held[-1] >= 3 * 2**20  # each can go on
    assert all(engine._runs[run].checkpoints for run in runs)


def diverge(engine, run, seconds=20.0):
    return wait_until(
        lambda: (f := look(engine, run)).status == "diverged" and f, "it diverges", seconds
    )


def test_a_diverged_run_goes_back_and_on_under_other_settings(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(Behaviour.DIVERGES_AT_2000), pace=400).run_id
    stopped = diverge(engine, run)
    assert stopped.iteration == 2000
    assert 2000 - 400 * 3.5 <= stopped.back <= 2000 - 400 * 0.9  # a second or more before
    engine.command(run, "back")
    back = wait_until(lambda: (f := look(engine, run)).status == "paused" and f, "it is back")
    assert (back.iteration, back.restored, back.epoch) == (stopped.back, stopped.back, 0)
    assert (back.lives, back.back) == (stopped.lives + 1, -1)
    assert back.history[-1, 0] == back.iteration
    engine.command(
        run, "set", settings=settings(Behaviour.DIVERGES_AT_2000, **{"d_optimizer.lr": 1e-5})
    )
    engine.command(run, "play")
    again = diverge(engine, run)  # nothing is repaired behind the student's back
    assert again.epoch == 0
    assert again.back >= stopped.back
    engine.command(run, "reset")
    wait_until(lambda: look(engine, run).epoch == 1, "or from the beginning")


def test_without_a_checkpoint_from_before_there_is_no_way_back(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(Behaviour.DIVERGES_AT_20)).run_id
    assert diverge(engine, run).back == -1
    engine.command(run, "back")
    assert diverge(engine, run).iteration == 20


def test_a_healthy_run_is_not_taken_back(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(), pace=200).run_id
    wait_until(lambda: look(engine, run).iteration > 300, "it runs")
    engine.command(run, "back")
    assert goes_on(engine, run).lives == 0


def test_a_worker_lost_after_a_divergence_is_no_loss(make_engine):
    engine = ready(make_engine)
    run = engine.create(settings(Behaviour.DIVERGES_AT_2000), pace=400).run_id
    way = diverge(engine, run).back
    os.kill(host(engine), signal.SIGKILL)
    wait_until(lambda: look(engine, run).lives == 1, "it has gone on")
    again = diverge(engine, run)
    assert (again.iteration, again.epoch) == (2000, 0)
    assert way - 400 <= again.back < 2000 - 300

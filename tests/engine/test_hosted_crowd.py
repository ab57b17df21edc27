"""Many seeds at once in the engine: hosted like any run, and no burden to the others."""

import os
import signal

import pytest

from gan_core.engine.hosted import SLOW, HostedRun
from gan_core.engine.protocol import MOST_SEEDS
from gan_core.engine.worker import EXPERIMENT
from gan_core.frame import CROWD_COLUMNS
from gan_core.settings import Settings
from tests.engine.fake import FakeExperiment
from tests.engine.waiting import wait_until

SMALL = Settings().with_changes({"batch": 16, "generator.width": 8, "discriminator.width": 8})
SLOW_D = SMALL.with_changes({"d_optimizer.lr": 1e-4})
SEED = CROWD_COLUMNS.index("seed")


class Parted(FakeExperiment):
    """Eight parts make an iteration, as of a crowd of four chunks."""

    parts = 8
    _part = 0

    def step_half(self, *, traced=False):
        del traced
        self.sleep(self.COST / 8)
        self._part = (self._part + 1) % 8
        self.half = int(self._part > 0)
        self.iteration += not self.half


@pytest.mark.parametrize("pace", [0.0, 2.0])
def test_a_slow_iteration_is_played_part_by_part(pace):
    now = [0.0]

    class Timed(Parted):
        COST = 8 * SLOW

        @staticmethod
        def sleep(seconds):
            now[0] += seconds

    run = HostedRun(Timed(SMALL), pace=pace, playing=True, clock=lambda: now[0])
    slices = []
    for _ in range(60):
        began = now[0]
        run.seen = began
        run.train(began + 0.04, lambda: False)
        slices.append(now[0] - began)
        now[0] += 0.001
    assert max(slices[1:]) < 1.5 * SLOW  # the first measures how long an iteration takes
    assert run.experiment.iteration >= (7 if pace == 0 else 1)


def test_a_pace_counts_whole_iterations_of_many_parts():
    now = [0.0]

    class Timed(Parted):
        COST = 0.08

        @staticmethod
        def sleep(seconds):
            now[0] += seconds

    run = HostedRun(Timed(SMALL), pace=2.0, playing=True, clock=lambda: now[0])
    while now[0] < 10.0:
        run.seen = now[0]
        now[0] = max(now[0], run.wake(now[0]))
        run.train(now[0] + 0.04, lambda: False)
    assert run.experiment.iteration == pytest.approx(20, abs=2)


@pytest.mark.parametrize("seeds", [0, 2, 3, MOST_SEEDS + 1, -4])
def test_too_many_or_too_few(make_engine, seeds):
    with pytest.raises(ValueError, match="seeds"):
        make_engine(EXPERIMENT).create(SMALL, seeds=seeds)


def test_rows_with_other_data_are_refused(make_engine):
    other, engine = SMALL.with_changes({"data": "spiral"}), make_engine(EXPERIMENT)
    with pytest.raises(ValueError, match="same data"):
        engine.create(SMALL, beside=other, seeds=4)


def test_it_runs_changes_and_outlives_its_worker(make_engine):
    engine = make_engine(EXPERIMENT)
    run = engine.create(SMALL, beside=SLOW_D, seeds=4, pace=300).run_id
    first = engine.frame_now(run)
    assert first.beside is None
    wait_until(lambda: engine.frame_now(run).iteration > 400, "it has been saved", 60)
    frame = engine.frame_now(run)
    assert frame.crowd.shape[0] == len(frame.crowd_numbers) == 8
    assert frame.crowd_numbers[:, SEED].tolist() == [1, 2, 3, 4] * 2
    assert engine.album(run) == ()

    engine.command(run, "set", settings=SLOW_D, beside=SMALL)
    assert (engine.settings(run), engine.beside(run)) == (SLOW_D, SMALL)
    wait_until(lambda: engine.frame_now(run).iteration > 450, "a live change acts")
    assert engine.frame_now(run).epoch == 0

    os.kill(engine.stats().workers[0].pid, signal.SIGKILL)
    wait_until(lambda: engine.frame_now(run).lives == 1, "it goes on elsewhere", 60)
    gone_on = engine.frame_now(run)
    assert gone_on.epoch == 0
    assert gone_on.restored > 100
    assert gone_on.crowd.shape[0] == 8

    engine.command(run, "begin", settings=SMALL, beside=SLOW_D)
    wait_until(lambda: engine.frame_now(run).epoch == 1, "it begins anew")
    engine.command(run, "pause")
    wait_until(lambda: engine.frame_now(run).status == "paused", "it stands still")
    at = engine.frame_now(run).iteration
    numbers = CROWD_COLUMNS.index("measured_at")
    wait_until(
        lambda: (engine.frame_now(run).crowd_numbers[:, numbers] == at).all(),
        "all are measured",
        60,
    )

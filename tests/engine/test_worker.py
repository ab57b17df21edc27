"""The worker in this process, on a clock that only the experiments and the test move."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from gan_core.engine.worker import Worker
from gan_core.frame import Frame
from gan_core.settings import Settings
from tests.engine.fake import Behaviour, FakeExperiment


def commanding(run, command):
    return {"do": "command", "run": run, "generation": 0, "command": command}


def saved(header, body):
    """The checkpoint in a message; behind it comes a picture of the same iteration."""
    state, picture = body[: header["state"]], Frame.from_bytes(body[header["state"] :])
    assert picture.iteration == header["iteration"] == json.loads(state)[1][0]
    return state


class Bench:
    """A worker, its clock, and what it sent."""

    def __init__(self) -> None:
        self.now = 100.0
        bench = self

        class Timed(FakeExperiment):
            measure_cost = 0.02
            measured_times: list[float] = []  # noqa: RUF012 - one per bench

            @staticmethod
            def sleep(seconds):
                bench.advance(seconds)

            def measure(self):
                bench.advance(self.measure_cost)
                self.measured_times.append(bench.now)
                super().measure()

        self.experiment = Timed
        self.sent: list[tuple[dict, bytes]] = []
        self.on_time: list[tuple[float, dict]] = []
        self.worker = Worker(Timed, lambda *message: self.sent.append(message), lambda: self.now)

    def advance(self, seconds: float) -> None:
        self.now += seconds
        while self.on_time and self.on_time[0][0] <= self.now:
            self.worker.inbox.put((self.on_time.pop(0)[1], b""))

    def create(self, run="a", pace=0.0, playing=True, state=b"", **changes):
        settings = Settings().with_changes(changes)
        header = {"do": "create", "run": run, "generation": 0, "settings": settings.to_json()}
        header["trained"] = 0.0
        self.worker.inbox.put(({**header, "pace": pace, "playing": playing}, state))
        self.worker.turn()

    def tell(self, command, run="a", **more):
        self.worker.inbox.put((commanding(run, command) | more, b""))
        self.worker.turn()

    def ask(self, run="a", since=-1, known=-1):
        header = {"do": "frame", "run": run, "since": since, "known": known}
        self.worker.inbox.put((header, b""))

    def look(self, run="a", **more) -> Frame:
        self.ask(run, **more)
        self.worker.turn()
        header, body = next(m for m in reversed(self.sent) if m[0]["is"] == "frame")
        assert header["run"] == run
        return Frame.from_bytes(body)

    def live(self, seconds, runs=("a",), look_every=0.1):
        """Let time pass as the worker would, with views that look at these runs."""
        end, next_look = self.now + seconds, self.now
        while self.now < end:
            if runs and self.now >= next_look:
                for run in runs:
                    self.ask(run)
                next_look += look_every
            rest = self.worker.rest()
            if rest:
                wake = min(end, next_look) if runs else end
                self.advance(max(1e-4, min(rest, wake - self.now)))
            self.worker.turn()

    def run(self, run="a"):
        return self.worker.runs[run]

    def of(self, kind):
        return [header for header, _ in self.sent if header["is"] == kind]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("pace", [0.1, 0.3, 0.5, 1, 2.9, 3, 20, 59, 61, 500])
def test_pace_is_kept(bench, pace):
    seconds = 10 if pace >= 0.5 else 60
    bench.create(pace=pace)
    bench.live(seconds)
    iterations = bench.run().experiment.iteration
    assert iterations == pytest.approx(seconds * pace, rel=0.03, abs=1)
    assert bench.look().rate == pytest.approx(pace, rel=0.05)


def test_full_pace_uses_all_the_time(bench):
    bench.create(pace=0)
    bench.live(4)
    assert bench.run().experiment.iteration > 0.8 * 4 / FakeExperiment.COST


def test_a_slow_pace_shows_d_first_and_g_half_a_period_later(bench):
    bench.create(pace=1, **{"update.d_steps": 5})
    moves = []
    for _ in range(40):
        bench.live(0.1)
        frame = bench.look()
        state = (frame.iteration, frame.half, int(frame.fake[0, 1]))
        if not moves or moves[-1][1] != state:
            moves.append((bench.now, state))
    assert [state for _, state in moves[:4]] == [(0, 1, 5), (1, 0, 5), (1, 1, 10), (2, 0, 10)]
    gaps = [b[0] - a[0] for a, b in pairwise(moves)]
    assert gaps == pytest.approx([0.5] * len(gaps), abs=0.11)


def test_halves_are_written_down_where_they_are_shown_and_where_they_are_asked_for(bench):
    bench.create(pace=1)
    bench.live(3)
    assert len(bench.look().trace), "slow motion"
    bench.tell("pace", pace=20)
    bench.live(1)
    assert not len(bench.look().trace)
    bench.tell("step-half")
    assert (bench.look().status, bench.look().half, len(bench.look().trace)) == ("paused", 1, 1)
    before = bench.look()
    bench.tell("step-half")
    after = bench.look()
    assert (after.iteration, after.half, len(after.trace)) == (before.iteration + 1, 0, 1)
    bench.tell("step")
    assert not len(bench.look().trace)


def test_an_iteration_that_was_begun_is_completed_before_the_next(bench):
    bench.create(playing=False)
    bench.tell("step-d")
    bench.tell("step")
    assert (bench.look().iteration, bench.look().half, bench.look().fake[0, 1]) == (1, 0, 1)


def test_four_runs_share_fairly_and_a_paced_one_keeps_its_pace_among_them(bench):
    for run in "abcd":
        bench.create(run)
    bench.create("slow", pace=20)
    bench.live(5, runs=("a", "b", "c", "d", "slow"))
    counts = [bench.run(run).experiment.iteration for run in "abcd"]
    assert max(counts) < 1.05 * min(counts)
    assert bench.run("slow").experiment.iteration == pytest.approx(100, abs=5)


def test_a_late_comer_does_not_make_up_for_the_time_before_it(bench):
    bench.create("a")
    bench.live(3, runs=("a",))
    bench.create("b")
    before = bench.run("a").experiment.iteration
    bench.live(2, runs=("a", "b"))
    gained = bench.run("a").experiment.iteration - before
    assert gained == pytest.approx(bench.run("b").experiment.iteration, rel=0.1)


def test_an_unseen_run_stands_still_and_does_not_catch_up(bench):
    bench.create(pace=10)
    bench.live(2)
    bench.live(60, runs=())
    stood = bench.run().experiment.iteration
    assert stood <= 10 * (2 + 3) + 1  # three seconds after the last look
    assert bench.worker.rest() > 1  # and the worker sleeps
    bench.live(1)
    assert 9 <= bench.run().experiment.iteration - stood <= 12


def test_a_command_waits_no_longer_than_a_batch(bench):
    bench.create("a")
    bench.live(1)
    for _ in range(50):
        asked = bench.now + 0.0137
        header = commanding("a", "pause")
        bench.on_time = [(asked, header)]
        while bench.run().playing:
            bench.ask()
            bench.worker.turn()
            measured = bench.experiment.measured_times
        late = bench.now - asked
        # a measurement cannot be interrupted; it is rare, and bounded by its share of the time
        assert late < 0.010 or measured[-1] > asked
        bench.tell("play")


@pytest.mark.parametrize("cost", [0.01, 0.3])
def test_measuring_is_rare_and_takes_a_fifth_of_the_time_at_most(bench, cost):
    bench.experiment.measure_cost = cost
    runs = ("a", "b", "c")
    for run in runs:
        bench.create(run)
    bench.live(30, runs=runs)
    times = bench.experiment.measured_times
    assert len(times) <= 3 * 2 * 30 + 3
    assert len(times) * cost <= 0.2 * 30 + 2 * cost
    assert len(times) * cost > 0.5 * min(0.2 * 30, 3 * 2 * 30 * cost)  # and it does happen


def test_a_paused_run_is_measured_once(bench):
    bench.create()
    bench.live(2)
    bench.tell("pause")
    bench.live(1)
    count = len(bench.experiment.measured_times)
    assert bench.look().metrics[-1, 0] == bench.run().experiment.iteration
    bench.live(5)
    assert len(bench.experiment.measured_times) == count
    bench.tell("step-g")
    bench.live(1)
    assert len(bench.experiment.measured_times) == count + 1


def test_checkpoints_come_every_second_and_only_if_something_moved(bench):
    bench.create(pace=50)
    bench.live(10.5)
    assert 10 <= len(bench.of("state")) <= 13
    bench.tell("pause")
    bench.live(3)
    count = len(bench.of("state"))
    bench.live(5)
    assert len(bench.of("state")) == count
    state = [saved(*message) for message in bench.sent if message[0]["is"] == "state"][-1]
    assert json.loads(state)[1][0] == bench.run().experiment.iteration


def test_no_flood_of_messages_keeps_checkpoints_or_training_away(bench):
    bench.create(pace=50)
    times = []

    def send(header, body):
        times.extend([bench.now] if header["is"] == "state" else [])
        bench.sent.append((header, body))

    bench.worker._pipe = send
    for k in range(4000):  # there is always a message that waits
        for since in (k, k + 1):
            bench.ask(since=since)
        bench.advance(0.002)
        bench.worker.turn()
        bench.ask(since=k)
    assert len(times) >= 7
    assert max(b - a for a, b in pairwise(times)) < 1.3
    assert bench.run().experiment.iteration > 0.9 * 50 * 8


def test_a_heavy_run_is_saved_before_two_seconds_of_it_could_be_lost(bench):
    bench.experiment.COST = 1.4
    bench.create()
    saved = []
    for _ in range(60):
        count = len(bench.of("state"))
        bench.live(0.2)
        if len(bench.of("state")) > count:
            saved.append(bench.now)
    assert max(b - a for a, b in pairwise(saved)) <= 2.0


def test_a_slow_run_is_played_in_halves_and_keeps_its_pace(bench):
    class Halves(bench.experiment):
        def step_half(self, **how):
            self.sleep(self.COST / 2)
            super().step_half(**how)

    Halves.COST = 0.3
    bench.worker._experiment = Halves
    bench.create(pace=3)
    bench.live(20)
    experiment = bench.run().experiment
    assert experiment.iteration == pytest.approx(60, abs=3)
    seen = set()
    for _ in range(30):
        bench.live(0.1)
        seen.add(bench.look().half)
    assert seen == {0, 1}


def test_a_worker_gives_signs_of_life_and_says_whose_turn_it_is(bench):
    bench.create("a", pace=20)
    bench.create("b", pace=20)
    bench.live(0.5, runs=("a", "b"))
    turns = [header["run"] for header in bench.of("turn")]
    assert set(turns) == {"a", "b"}
    assert all(a != b for a, b in pairwise(turns))  # only what changes
    bench.experiment.COST = 0.4
    bench.create("heavy")
    bench.worker.runs.pop("a")
    bench.worker.runs.pop("b")
    bench.live(0.1, runs=("heavy",))
    silences, heard = [], bench.now
    for _ in range(40):
        count = len(bench.sent)
        bench.worker.turn()  # nobody asks it anything
        if len(bench.sent) > count:
            silences.append(bench.now - heard)
            heard = bench.now
    assert max(silences) < 2.5


def test_training_time_counts_rests_of_the_pace_but_no_pause(bench):
    bench.create(pace=2)
    bench.live(10)
    assert bench.run().trained == pytest.approx(10, abs=1)
    bench.tell("pause")
    bench.live(30)
    bench.tell("play")
    bench.live(1)
    assert bench.run().trained == pytest.approx(11, abs=1.5)


def test_a_restart_is_saved_at_once(bench):
    bench.create(pace=50)
    bench.live(1)
    count = len(bench.of("state"))
    bench.tell("reset")
    bench.worker.turn()
    assert len(bench.of("state")) == count + 1


def test_divergence_is_shown_stops_the_run_and_a_reset_goes_on(bench):
    bench.create(pace=50, seed=int(Behaviour.DIVERGES_AT_20))
    bench.live(1)
    saved = len(bench.of("state"))
    frame = bench.look()
    assert (frame.status, frame.rate) == ("diverged", 0.0)
    stood = frame.iteration
    bench.live(3)
    assert bench.look().iteration == stood
    assert len(bench.of("state")) == saved  # the last good checkpoint stays
    (told,) = bench.of("diverged")
    assert (told["iteration"], told["epoch"]) == (20, 0)
    kinds = [header["is"] for header, _ in bench.sent]
    assert kinds.index("diverged") < len(kinds) - kinds[::-1].index("frame")
    bench.tell("reset")
    bench.live(0.1)
    assert (bench.look().status, bench.look().epoch) == ("running", 1)


def test_an_error_in_one_run_ends_this_run_alone(bench, capsys):
    bench.create("bad", seed=int(Behaviour.RAISES_AT_20))
    bench.create("worse", seed=int(Behaviour.RAISES_WHEN_MADE))
    bench.create("good")
    bench.live(1, runs=("bad", "worse", "good"))
    assert list(bench.worker.runs) == ["good"]
    failed = {header["run"]: header["message"] for header in bench.of("failed")}
    assert failed == {
        "bad": "RuntimeError: raised on purpose",
        "worse": "RuntimeError: cannot be made",
    }
    assert bench.run("good").experiment.iteration > 1000
    assert "raised on purpose" in capsys.readouterr().err


def test_nothing_new_is_said_in_a_word(bench):
    bench.create(playing=False)
    bench.look()
    version = bench.of("frame")[-1]["version"]
    bench.live(1)  # the measurement changes the version once
    bench.look()
    version = bench.of("frame")[-1]["version"]
    bench.ask(known=version)
    bench.worker.turn()
    header, body = bench.sent[-1]
    assert (header["same"], body) == (True, b"")
    bench.tell("step")
    bench.ask(known=version)
    bench.worker.turn()
    assert any(not header["same"] for header in bench.of("frame")[-1:])


def test_a_run_begins_from_its_checkpoint_under_the_settings_of_now(bench):
    bench.create(pace=50)
    bench.live(4)
    state = [saved(*message) for message in bench.sent if message[0]["is"] == "state"][-1]
    reached = json.loads(state)[1][0]
    assert reached > 50
    bench.create("again", playing=False, state=state)
    assert (bench.look("again").iteration, bench.look("again").epoch) == (reached, 0)
    bench.create("live", playing=False, state=state, **{"update.d_steps": 3})
    assert bench.look("live").iteration == reached
    assert bench.run("live").experiment.settings.update.d_steps == 3
    bench.create("restarted", playing=False, state=state, **{"data.modes": 5})
    assert (bench.look("restarted").iteration, bench.look("restarted").epoch) == (0, 1)

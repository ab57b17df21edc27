"""Experiments with pictures in the engine, and on the command line."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gan_core.__main__ import main
from gan_core.engine import LocalEngine
from gan_core.engine.protocol import Limits, check_command, is_look
from gan_core.engine.worker import EXPERIMENT, Worker
from gan_core.experiment import Experiment
from gan_core.frame import Frame
from gan_core.images.data import IMAGES, DataUnavailableError
from gan_core.images.experiment import ImageExperiment
from gan_core.images.settings import ImageSettings
from gan_core.saved import read_label
from gan_core.settings import Settings
from tests.engine.waiting import all_ready, wait_until

SMALL = ImageSettings().with_changes(
    {"batch": 8, "generator.width": 4, "discriminator.width": 4, "latent.dim": 4}
)


class Bench:
    """A worker in this process, and what it has said."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict, bytes]] = []
        self.worker = Worker(Experiment, lambda *message: self.sent.append(message))

    def tell(self, do, body=b"", **more):
        header = {"do": do, "run": "a", "generation": 0, **more}
        self.worker.inbox.put((header, body))
        self.worker.turn()

    def create(self, *both, body=b"", **more):
        told = dict(zip(("settings", "beside"), (one.to_json() for one in both), strict=False))
        self.tell("create", body, **told, pace=0.0, playing=False, trained=0.0, **more)

    def frame(self) -> Frame:
        self.tell("frame", since=-1, known=-1)
        return Frame.from_bytes(next(m for m in reversed(self.sent) if m[0]["is"] == "frame")[1])

    def command(self, name, **more):
        self.tell("command", command=name, **more)

    @property
    def state(self) -> bytes:
        self.tell("save", asked=1)
        header, body = next(m for m in reversed(self.sent) if m[0]["is"] == "state")
        return body[: header["state"]]


def test_a_worker_tells_the_kinds_apart():
    bench = Bench()
    bench.create(SMALL)
    bench.command("step")
    frame = bench.frame()
    assert (frame.iteration, frame.pictures.shape) == (1, (64, 8, 8))
    bench.command("set", settings=SMALL.with_changes({"g_optimizer.lr": 1e-4}).to_json())
    assert bench.frame().epoch == 0
    bench.command("begin", settings=SMALL.with_changes({"generator": "mlp"}).to_json())
    assert bench.frame().epoch == 1
    state = bench.state
    other = Bench()
    other.create(read_label(state).settings, body=state, look=(4, 5, 1))
    assert other.frame().epoch == 1
    assert other.frame().look.tolist() == [4, 5, 1]
    assert "failed" not in {header["is"] for header, _ in bench.sent + other.sent}


def test_a_look_shows_something_else_and_changes_nothing():
    bench, alone = Bench(), ImageExperiment(SMALL)
    bench.create(SMALL)
    for look in ((3, 60, 7), (79, 79, -1), (0, 1, 0)):
        bench.command("step")
        bench.command("look", at=list(look))
        alone.step(1)
        frame = bench.frame()
        assert frame.look.tolist() == [min(look[0], 63), min(look[1], 63), look[2]]
        np.testing.assert_array_equal(frame.pictures, alone.frame().pictures)
        np.testing.assert_array_equal(frame.walk[0], frame.pictures[min(look[0], 63)])


def test_a_look_at_a_toy_changes_nothing():
    bench = Bench()
    bench.create(Settings().with_changes({"batch": 8}))
    bench.command("look", at=[1, 2, 3])
    assert bench.frame().look.size == 0
    assert "failed" not in {header["is"] for header, _ in bench.sent}


def test_two_of_them_run_beside_each_other():
    bench, other = Bench(), SMALL.with_changes({"generator.upsampler": "nearest"})
    bench.create(SMALL, other)
    bench.command("step")
    bench.command("look", at=[2, 3, 1])
    frame = bench.frame()
    alone = [ImageExperiment(one) for one in (SMALL, other)]
    for shown, one in zip((frame, frame.beside), alone, strict=True):
        one.step(1)
        assert shown.look.tolist() == [2, 3, 1]
        np.testing.assert_array_equal(shown.pictures, one.frame().pictures)
    state = bench.state
    bench.create(SMALL, other, body=state)
    assert bench.frame().iteration == bench.frame().beside.iteration == 1


def test_pictures_that_are_not_here_fail_in_a_run_of_their_own(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(DataUnavailableError):
        IMAGES.get("mnist")().load()
    bench = Bench()
    bench.create(ImageSettings().with_changes({"images": "mnist"}))
    header = next(header for header, _ in bench.sent if header["is"] == "failed")
    assert header["message"].startswith("DataUnavailableError: mnist")


@given(at=some.one_of(some.none(), some.text(), some.lists(some.integers() | some.floats())))
def test_garbage_is_no_look(at):
    good = isinstance(at, list) and len(at) == 3 and all(type(one) is int for one in at)
    good = good and 0 <= at[0] < 80 and 0 <= at[1] < 80 and -1 <= at[2] < 2**20
    assert is_look(at) == good
    if not good:
        with pytest.raises(ValueError, match="two pictures and a draw"):
            check_command("look", None, None, at)


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(Limits(workers=1), EXPERIMENT)
    engine.start()
    yield engine
    engine.stop()


def test_a_run_loses_its_worker_and_keeps_the_same_bits(engine):
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready", 60)
    run = engine.create(SMALL, pace=100).run_id
    with pytest.raises(ValueError, match="another kind"):
        engine.command(run, "set", settings=Settings())
    with pytest.raises(ValueError, match="many seeds"):
        engine.create(SMALL, seeds=4)
    engine.command(run, "look", at=(9, 8, 2))
    wait_until(lambda: engine.frame_now(run).iteration > 150, "it has been saved", 30)
    assert len(engine.album(run)) > 0
    os.kill(engine.stats().workers[0].pid, signal.SIGKILL)
    wait_until(lambda: engine.stats().restarts, "the death is noticed")
    wait_until(lambda: engine.frame_now(run).lives, "it goes on", 30)
    engine.command(run, "pause")
    frame = engine.frame_now(run)
    assert frame.status == "paused"
    assert frame.look.tolist() == [9, 8, 2]
    alone = ImageExperiment(SMALL)
    alone.step(frame.iteration)
    if frame.half:  # a slow machine plays halves, and G's running statistics move in the first
        alone.step_half()
    np.testing.assert_array_equal(frame.pictures, alone.frame().pictures)
    assert read_label(engine.save(run)).settings == SMALL
    wait_until(lambda: len(engine.frame_now(run).quality), "it is measured")


# -- the command line

TINY = ["--threads", "1", "--json", "--set", "batch=8", "generator.width=4", "latent.dim=4"]


def test_a_run_in_two_parts_is_the_run_in_one(tmp_path, capsys):
    file, reports = tmp_path / "half.safetensors", []
    for more in (
        ["--preset", "digits-8x8", "--steps", "30", *TINY],
        ["--preset", "digits-8x8", "--steps", "12", "--save", str(file), *TINY],
        ["--from", str(file), "--steps", "30", "--json", "--threads", "1"],
    ):
        assert main(["run", *more]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[2]["metrics"] == reports[0]["metrics"]
    assert reports[1]["metrics"] != reports[0]["metrics"]
    metrics = {"classes", "confidence", "label_accuracy", "fid", "kid", "count", "fid_floor"}
    assert reports[0]["metrics"].keys() >= metrics
    assert reports[0]["metrics"]["label_accuracy"] is None
    assert 0 <= reports[0]["metrics"]["confidence"] <= 1 < reports[0]["metrics"]["fid"]


def test_a_checkpoint_of_one_kind_does_not_take_settings_of_the_other(tmp_path, capsys):
    file = tmp_path / "toy.safetensors"
    assert main(["run", "--steps", "2", "--save", str(file)]) == 0
    capsys.readouterr()
    assert main(["run", "--from", str(file), "--set", "images=digits-8x8"]) == 2
    assert "there is no field 'images'" in capsys.readouterr().err


def test_the_command_line_says_which_pictures_are_not_there(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "nowhere"))
    assert main(["run", "--preset", "mnist-dcgan", "--steps", "1"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "mnist: GAN_DATA_DIR names no folder" in err

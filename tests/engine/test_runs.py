"""A run's own bookkeeping, with a worker that loses what it is told."""

import pytest

from gan_core.engine.protocol import RunHandle
from gan_core.engine.runs import Run, first_frame
from gan_core.frame import Frame
from gan_core.settings import Settings


class Forgetful:
    """A worker that notes what it is told and answers nothing by itself."""

    sign = 0.0

    def __init__(self):
        self.told = []

    def tell(self, header, *_body):
        self.told.append(header)

    @property
    def questions(self):
        return [header["since"] for header in self.told if header["do"] == "frame"]


def test_a_question_that_got_lost_is_put_again(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("gan_core.engine.runs.time.monotonic", lambda: now[0])
    run, worker = Run(RunHandle("a", "b"), Settings(), 0.0, True), Forgetful()
    run.settle(worker)
    run.hear({"is": "hosted", "restored": -1}, b"")
    future = run.ask(5)
    assert worker.questions == [5]
    now[0] += 2.0
    assert run.ask(5) is future
    assert worker.questions == [5], "an answer may take a while"
    now[0] += 2.0
    assert run.ask(5) is future
    assert worker.questions == [5, 5]
    answer = {"is": "frame", "since": 5, "same": False, "version": 1}
    for _ in range(2):  # both questions are answered in the end
        run.hear(answer, Frame(status="running", iteration=9).to_bytes())
    assert future.result(0).iteration == 9


def test_the_first_frame_on_a_line_shows_the_density():
    frame = first_frame(Settings().with_changes({"data": "mixture-1d"}))
    width = 2 * frame.extent / frame.density.shape[1]
    assert frame.density[0].sum() * width == pytest.approx(1, abs=0.01)
    assert not frame.density[1].any()

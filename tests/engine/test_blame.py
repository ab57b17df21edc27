"""Who made a worker grow: messages that are still on their way when it is killed count as well."""

import queue
import threading

from gan_core.engine import process
from gan_core.engine.process import WorkerProcess


def test_growth_is_put_down_to_whose_turn_it_was_when_the_worker_was_killed(monkeypatch):
    pipe, died, blamed = queue.Queue(), threading.Event(), []
    monkeypatch.setattr(process, "read_message", lambda _: pipe.get(timeout=10))

    def ended(worker):
        blamed.append(worker.greediest)
        died.set()

    worker = WorkerProcess("tests.engine.fake:FakeExperiment", lambda *_: None, ended)
    worker.kill("greedy")  # what it has told before that is read from here on
    worker._last = 3 * 10**6  # what it held
    pipe.put(({"is": "turn", "run": "good", "memory": 10**6}, b""))
    pipe.put(({"is": "turn", "run": "bad", "memory": 2 * 10**6 - 1}, b""))
    pipe.put(None)
    assert died.wait(10)
    assert blamed == ["bad"]
    assert worker._grown == {"good": 10**6 - 1, "bad": 10**6 + 1}

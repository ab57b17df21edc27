"""Whether the class goes on, whatever happens to its processes and its lines.

``python dev.py bench soak [--events N] [--seed N] [--students N] [--json]``: starts the app, lets
students open the playground in a headless Chromium (GAN_BROWSER, or the first that is found), and
then draws one mishap after the other from a seed. After each of them everybody must learn on.

kill     SIGKILL for a worker, the one in reserve included
halt     SIGSTOP for 0.2 to 3 seconds
stall    SIGSTOP for good: the worker must be replaced
drop     every line breaks without a word
reload   a page is loaded again
flood    one student sends commands as fast as the line takes them

back_s    seconds after which all runs moved again, per kind of mishap: median and worst
lost_s    seconds of training that a run lost when it went on from a checkpoint
rss_mib   memory of the server and of its largest worker, at the start and at the end; the server's
          slope per 100 events
faults    frames of another student's run, wrong data, wrong paces, steps back without a word

Exits 1 if a bound is broken.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import sys
import time
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import Browser, sync_playwright

from benchmarks._students import Loop, Student
from benchmarks.live import FLAGS, conclude, find_browser, say, serve
from gan_core.engine import Limits

KINDS = {"kill": 5, "halt": 3, "stall": 1, "drop": 3, "reload": 2, "flood": 2}
BACK, LOST = 5.0, 2.0
"""Bounds in seconds."""
GROWTH = 64.0
"""MiB by which the server's memory may have grown at the end, and a worker's at any time."""
MIB = 2**20


class Soak:
    """A class under stress.

    Parameters
    ----------
    browser, base, server
        Where the pages open, and the app's address and process.
    students
        How many, at most six.
    seed
        Of the mishaps.
    """

    def __init__(
        self, browser: Browser, base: str, server: psutil.Process, students: int, seed: int
    ) -> None:
        self.server = server
        self.random = random.Random(seed)
        self.loop = Loop()
        self.students = [Student(number, browser, base) for number in range(students)]
        for student in self.students:
            student.wait_for_address()
            self.loop.begin(student.watch())
        self.back: dict[str, list[float]] = {}
        self.broken: list[str] = []
        self.memory: list[tuple[float, float]] = []
        self.seen: dict[int, psutil.Process] = {}
        self.wait_for_all(time.monotonic(), 30)

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes that live."""
        children = self.server.children()
        found = [p for p in children if "gan_core.engine.worker" in " ".join(_command(p))]
        self.seen |= {worker.pid: worker for worker in found}
        return found

    def wait_for_all(self, since: float, seconds: float) -> float:
        """Return how long after `since` everybody's run moved again, or was waited for in vain."""
        settled = max(since, time.monotonic()) + 0.3  # what was on its way does not count
        while time.monotonic() < since + seconds + 0.3:
            if all(student.trace.moved_at > settled for student in self.students):
                return max(0.0, time.monotonic() - since - 0.3)
            self.students[0].page.wait_for_timeout(20)
        return time.monotonic() - since

    def happen(self, kind: str) -> None:
        """Let one thing happen, and see whether the class goes on."""
        since, limit = getattr(self, f"_{kind}")()
        back = self.wait_for_all(since, limit)
        self.back.setdefault(kind, []).append(back)
        if back > limit:
            stuck = {s.number: s.trace.status for s in self.students if s.trace.moved_at < since}
            self.broken.append(f"{kind}: not within {limit:g} s (student: status): {stuck}")
            say(self.broken[-1])
            self.wait_for_all(time.monotonic(), 60)
        self._weigh()

    def run(self, events: list[str]) -> None:
        """Let these happen, with a moment between."""
        for number, kind in enumerate(events, start=1):
            self.happen(kind)
            say(f"{number}/{len(events)} {kind}: back after {self.back[kind][-1]:.2f} s")
            self.students[0].page.wait_for_timeout(self.random.uniform(100, 1500))

    def draw(self, count: int) -> list[str]:
        """Draw mishaps."""
        return self.random.choices(list(KINDS), list(KINDS.values()), k=count)

    # -- mishaps: each returns since when, and within how many seconds, all must move again

    def _kill(self) -> tuple[float, float]:
        self.random.choice(self.workers()).kill()
        return time.monotonic(), BACK

    def _halt(self) -> tuple[float, float]:
        worker = self.random.choice(self.workers())
        worker.suspend()
        self.students[0].page.wait_for_timeout(self.random.uniform(200, 3000))
        worker.resume()
        return time.monotonic(), BACK

    def _stall(self) -> tuple[float, float]:
        worker, began = self.random.choice(self.workers()), time.monotonic()
        limit = Limits.hung_seconds + BACK
        worker.suspend()
        while worker.is_running() and time.monotonic() < began + limit:
            self.students[0].page.wait_for_timeout(50)
        if worker.is_running():
            self.broken.append(f"stall: the worker is not replaced within {limit:g} s")
            worker.kill()
        return began, limit

    def _drop(self) -> tuple[float, float]:
        for student in self.students:
            self.loop.finish(student.drop())
        return time.monotonic(), BACK

    def _reload(self) -> tuple[float, float]:
        self.random.choice(self.students).reload()
        return time.monotonic(), BACK

    def _flood(self) -> tuple[float, float]:
        self.loop.finish(self.random.choice(self.students).flood())
        return time.monotonic(), BACK

    # -- the result

    def _weigh(self) -> None:
        largest = max((_rss(worker) for worker in self.workers()), default=0.0)
        self.memory.append((_rss(self.server), largest))

    def result(self) -> dict[str, Any]:
        """Return the figures, and what is broken."""
        losses = [loss for student in self.students for loss in student.trace.losses]
        faults = [fault for student in self.students for fault in student.trace.faults]
        server, workers = (list(column) for column in zip(*self.memory, strict=True))
        start = statistics.median(server[: max(1, len(server) // 10)])
        slope = float(np.polyfit(range(len(server)), server, 1)[0]) if len(server) > 2 else 0.0
        broken = [*self.broken, *faults]
        if losses and max(losses) > LOST:
            broken.append(f"{max(losses):.2f} s of training are lost")
        if server[-1] - start > GROWTH or max(workers) - workers[0] > 2 * GROWTH:
            broken.append("memory grows")
        return {
            "students": len(self.students),
            "frames": sum(student.trace.frames for student in self.students),
            "back_s": {kind: _spread(values) for kind, values in sorted(self.back.items())},
            "lost_s": _spread(losses),
            "rss_mib": {
                "server": [round(start), round(server[-1])],
                "server_per_100_events": round(100 * slope, 2),
                "worker": [round(workers[0]), round(workers[-1])],
            },
            "faults": faults,
            "broken": broken,
        }

    def close(self) -> None:
        """Leave."""
        self.loop.stop()
        for student in self.students:
            student.page.context.close()


def _command(process: psutil.Process) -> list[str]:
    try:
        command: list[str] = process.cmdline()
        return command
    except psutil.Error:
        return []


def _rss(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss / MIB)
    except psutil.Error:
        return 0.0


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {"n": 0}
    return {
        "n": len(values),
        "p50": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }


def soak(events: int, students: int, seed: int) -> dict[str, Any]:
    """Start everything, let it happen, and count what is left afterwards."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_browser(play), args=list(FLAGS))
        with serve() as (base, server):
            class_ = Soak(browser, base, server, students, seed)
            began = time.monotonic()
            class_.run(class_.draw(events))
            took = time.monotonic() - began
            result = class_.result()
            class_.close()
        _, left = psutil.wait_procs(list(class_.seen.values()), timeout=5)
        browser.close()
    if left:
        result["broken"].append(f"{len(left)} workers outlive the server")
    for process in left:
        os.kill(process.pid, signal.SIGKILL)
    return {"events": events, "seed": seed, "seconds": round(took)} | result


def main() -> int:
    """Run and print; the last line is one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--students", type=int, default=4, choices=range(1, 7))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if os.name == "nt":
        raise SystemExit("the mishaps are signals of POSIX")
    return conclude(soak(options.events, options.students, options.seed), options)


if __name__ == "__main__":
    sys.exit(main())

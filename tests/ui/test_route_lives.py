"""What a browser is sent while its run loses a worker, stands still, or is taken back."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.engine.fake import Behaviour
from tests.ui.serving import receive, serving, tell, until
from ui.live.codec import STATUS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def server():
    with serving() as server:
        yield server


def host(server):
    return next(worker.pid for worker in server.engine.stats().workers if worker.runs)


class Page:
    """A browser's memory of the history; it notices a gap."""

    def __init__(self) -> None:
        self.rows: list[float] = []
        self.lives = self.statuses = None

    def take(self, head, sections):
        if head["lives"] != self.lives:
            self.rows = []
        self.lives = head["lives"]
        new = [float(row[0]) for row in sections.get("history", [])]
        if self.rows and new:
            assert new[0] == self.rows[-1] + 1, "no row is missing or comes twice"
        self.rows += new
        return head, sections


async def receive_until(socket, page, condition, seconds=15.0):
    async with asyncio.timeout(seconds):
        while True:
            head, sections = page.take(*await receive(socket))
            if condition(head):
                return head, sections


def test_after_a_death_the_past_comes_anew_without_the_scenery(server):
    handle = server.run(pace=100)

    async def watch():
        page = Page()
        async with server.connect(handle) as socket:
            await receive_until(socket, page, lambda head: head["iteration"] > 150)
            os.kill(server.engine.stats().workers[1].pid, signal.SIGKILL)  # no spare: it is seen
            os.kill(host(server), signal.SIGKILL)
            said, sections = await receive_until(
                socket, page, lambda head: head["status"] == STATUS["recovering"]
            )
            assert said["iteration"] > 100
            assert "history" not in sections
            on, sections = await receive_until(socket, page, lambda head: head["lives"] == 1)
            assert "real" not in sections
            assert on["epoch"] == said["epoch"]
            assert on["restored"] <= said["iteration"]
            assert page.rows[0] == 1
            assert page.rows[-1] == on["iteration"]
            await receive_until(socket, page, lambda head: head["iteration"] > said["iteration"])
        again = Page()
        async with server.connect(handle) as socket:  # a reload after it
            head, sections = again.take(*await receive(socket))
            assert head["lives"] == 1
            assert again.rows[0] == 1
            assert "real" in sections

    asyncio.run(watch())


def test_no_browser_misses_a_row_when_answers_are_late(server):
    handle = server.run(pace=200)

    async def watch():
        pages = [Page(), Page()]
        async with server.connect(handle) as one, server.connect(handle) as two:
            await tell(one, rate=30)
            await tell(two, rate=7)

            async def look(socket, page):
                await receive_until(socket, page, lambda head: head["iteration"] > 900)

            async def halt():
                for _ in range(4):
                    await asyncio.sleep(0.3)
                    os.kill(host(server), signal.SIGSTOP)
                    await asyncio.sleep(0.9)
                    os.kill(host(server), signal.SIGCONT)

            await asyncio.gather(look(one, pages[0]), look(two, pages[1]), halt())
            # and one that comes while nobody answers gets it all in the end
            os.kill(host(server), signal.SIGSTOP)
            late = Page()
        async with server.connect(handle) as socket:
            await receive(socket)
            await asyncio.sleep(0.7)
            os.kill(host(server), signal.SIGCONT)
            await receive_until(socket, late, lambda head: head["iteration"] > 1000)
            assert late.rows[-1] - late.rows[0] + 1 == len(late.rows) > 400

    asyncio.run(watch())


def test_a_diverged_run_is_taken_back_by_the_page(server):
    handle = server.run(Behaviour.DIVERGES_AT_2000, pace=500)

    async def watch():
        page = Page()
        async with server.connect(handle) as socket:
            head, _ = await receive_until(
                socket, page, lambda head: head["status"] == STATUS["diverged"]
            )
            assert 0 < head["back"] < 2000
            await tell(socket, do="back")
            back, _ = await receive_until(
                socket, page, lambda head: head["status"] == STATUS["paused"]
            )
            assert (back["iteration"], back["lives"]) == (head["back"], 1)
            assert page.rows[-1] == back["iteration"]
            await tell(socket, do="play")
            await until(socket, lambda head: head["status"] == STATUS["running"])

    asyncio.run(watch())

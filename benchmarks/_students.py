"""Students of the soak: a page that owns a run, and a socket that checks every frame of it.

Each has a pace and data of their own, so that a frame of somebody else's run is known at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from gan_core.engine.runs import first_frame
from gan_core.settings import Settings
from ui.live.codec import STATUS, decode

RUNNING, DIVERGED = STATUS["running"], STATUS["diverged"]
PACES = (40.0, 55.0, 70.0, 85.0, 100.0, 115.0)
Head, Sections = dict[str, float], dict[str, NDArray[np.generic]]
Work = Coroutine[None, None, object]
QUANTUM = 2 / 32767  # of the half-width: how exactly positions travel


@dataclass
class Trace:
    """What a student has seen."""

    frames: int = 0
    lives: int = 0
    iteration: int = -1
    status: int = -1
    moved_at: float = 0.0
    losses: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Student:
    """One run: made by a page, watched by a socket."""

    def __init__(self, number: int, browser: Browser, base: str) -> None:
        self.base, self.number = base, number
        self.pace = PACES[number]
        changes = {"data.radius": 0.8 + 0.1 * number, "seed": number + 1}
        self.settings = Settings().with_changes(changes)
        self.real = np.asarray(first_frame(self.settings).real)
        self.page: Page = browser.new_context(viewport={"width": 900, "height": 700}).new_page()
        self.trace = Trace()
        self.url = ""
        self.socket: ClientConnection | None = None
        self._told = asyncio.Event()
        self.page.on("websocket", lambda ws: self._found(ws.url))
        query = "&".join(f"{name}={value:g}" for name, value in changes.items())
        self.page.goto(f"{base}/playground?{query}")
        self.page.wait_for_function("() => !!document.querySelector('.stApp')")

    def _found(self, url: str) -> None:
        if "/live/ws" in url:
            self.url = url

    def reload(self) -> None:
        """Reload the page; the socket follows to whatever run the page then shows."""
        self.url = ""
        self.page.reload()
        self.wait_for_address()

    def wait_for_address(self) -> None:
        """Wait until the page has opened its line."""
        end = time.monotonic() + 20
        while not self.url and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        if not self.url:
            raise RuntimeError(f"student {self.number}: the page opens no line")

    # -- on the loop

    async def watch(self) -> None:
        """Take frames for ever, over as many sockets as it takes."""
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                url = self.url
                async with connect(url, origin=self.base, open_timeout=5) as socket:
                    self.socket = socket
                    await socket.send(json.dumps({"pace": self.pace}))
                    await self._take_all(socket, url)
            await asyncio.sleep(0.1)

    async def _take_all(self, socket: ClientConnection, url: str) -> None:
        first, set_ = True, False
        run_began = time.monotonic()
        async for message in socket:
            if url != self.url:
                self.trace.iteration = -1  # the page has another run now
                return
            assert isinstance(message, bytes)
            head, sections = decode(message)
            await socket.send(json.dumps({"ack": head["seq"]}))
            set_ = set_ or head["pace"] == self.pace
            if not set_ and time.monotonic() - run_began > 5:
                self.trace.faults.append(f"student {self.number}: pace {head['pace']:g}")
            self._check(head, sections, first, set_)
            first = False

    def _check(
        self,
        head: dict[str, float],
        sections: dict[str, NDArray[np.generic]],
        first: bool,
        set_: bool,
    ) -> None:
        trace = self.trace
        trace.frames += 1
        trace.status = int(head["status"])
        if set_ and head["pace"] != self.pace:
            trace.faults.append(f"student {self.number}: a frame at pace {head['pace']:g}")
        if first or "real" in sections:
            real, scale = sections["real"], head["extent"] * QUANTUM
            if real.shape != self.real.shape or abs(real - self.real).max() > scale:
                trace.faults.append(f"student {self.number}: another run's data")
        if head["status"] == DIVERGED:
            trace.faults.append(f"student {self.number}: diverged")
        if head["status"] != RUNNING:
            return
        iteration = int(head["iteration"])
        if int(head["lives"]) > trace.lives and trace.iteration >= 0:
            trace.losses.append(max(0.0, trace.iteration - head["restored"]) / self.pace)
        elif iteration < trace.iteration:
            trace.faults.append(f"student {self.number}: from {trace.iteration} to {iteration}")
        if iteration != trace.iteration:
            trace.moved_at = time.monotonic()
        trace.lives, trace.iteration = int(head["lives"]), iteration

    async def drop(self) -> None:
        """Break the line without a word."""
        if self.socket is not None:
            self.socket.transport.abort()

    async def flood(self, count: int = 400) -> None:
        """Send commands as fast as the line takes them, and let the run go on afterwards."""
        orders = [{"do": "play"}, {"pace": self.pace}, {"do": "step"}]
        texts = [json.dumps(orders[number % 3]) for number in range(count)]
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            line = connect(self.url, origin=self.base, close_timeout=20)
            async with line as socket:
                for text in texts:
                    await socket.send(text)
        await asyncio.sleep(0.5)  # what the server had not read is dropped with the line
        with contextlib.suppress(OSError, WebSocketException, AttributeError):
            await self.socket.send(json.dumps({"do": "play"}))


class Loop:
    """An event loop in a thread of its own, for all the sockets."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def begin(self, work: Work) -> None:
        """Start a coroutine."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def finish(self, work: Work) -> object:
        """Run a coroutine and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def stop(self) -> None:
        """End all of it."""

        async def cancel() -> None:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self.finish(cancel())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

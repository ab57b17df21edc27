"""The live route on a real server, and what a browser says and hears on its line."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gan_core.engine import Limits, LocalEngine
from gan_core.settings import Settings
from tests.engine.waiting import FAKE, all_ready, wait_until
from ui.live.codec import decode
from ui.live.route import PATH, LiveRoute

PER_RUN, TOTAL = 2, 4


class Server:
    """A real uvicorn server on a free port, in a thread."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine
        live = LiveRoute(
            lambda: engine, per_run=PER_RUN, total=TOTAL, origins=lambda: ("https://proxy.example",)
        )
        config = uvicorn.Config(
            Starlette(routes=[WebSocketRoute(PATH, live.serve)]),
            host="127.0.0.1",
            port=0,
            ws="websockets-sansio",
            log_level="error",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, "the server listens")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        self.origin = f"http://{self.host}"

    def run(self, seed=0, **more):
        settings = Settings().with_changes({"seed": int(seed)})
        return self.engine.create(settings, **more)

    def connect(self, handle, **more):
        url = f"ws://{self.host}{PATH}?run={handle.run_id}&token={more.pop('token', handle.token)}"
        return connect(url, origin=more.pop("origin", self.origin), **more)

    def stop(self):
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextmanager
def serving() -> Iterator[Server]:
    """A server whose engine has loaded; fake experiments run in it."""
    engine = LocalEngine(Limits(workers=1), FAKE)
    engine.start()
    wait_until(lambda: all_ready(engine, 2), "worker and spare are ready")
    server = Server(engine)
    yield server
    server.stop()
    engine.stop()


async def receive(socket, *, acknowledge=True):
    """Return head and sections of the next message."""
    message = await asyncio.wait_for(socket.recv(), 5)
    assert isinstance(message, bytes)
    head, sections = decode(message)
    if acknowledge:
        await tell(socket, ack=int(head["seq"]))
    return head, sections


async def tell(socket, **message):
    await socket.send(json.dumps(message))


async def until(socket, condition):
    for _ in range(300):
        head, sections = await receive(socket)
        if condition(head):
            return head, sections
    raise AssertionError("not within 300 frames")


async def close_code(socket):
    """Take what comes until the server closes the socket."""
    try:
        while True:
            await receive(socket)
    except ConnectionClosed as closed:
        return closed.rcvd.code

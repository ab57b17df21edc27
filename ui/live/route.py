"""The live route: frames of one run to one browser, and its commands back, over a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hmac
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.websockets import WebSocket, WebSocketDisconnect

from gan_core.engine import RunFailedError, UnknownRunError, default_engine
from gan_core.engine.protocol import FASTEST_PACE, SLOWEST_PACE, is_look
from ui.live.codec import encode_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gan_core.engine import Engine
    from gan_core.engine.album import Moment
    from gan_core.frame import Frame

PATH: Final = "/live/ws"
COMMANDS: Final = ("play", "pause", "step", "step-d", "step-g", "step-half", "reset", "back")
LONGEST_MESSAGE: Final = 200
SLOWEST_RATE, DEFAULT_RATE, FASTEST_RATE = 1.0, 12.0, 30.0
"""Frames/s."""
BREATH: Final = 0.01
"""Seconds between two commands in a flood of them, which must fill nobody's queue."""
PRESENT: Final = -1
"""As `moment`: no kept one."""
LOOK_AGAIN: Final = 5.0
"""Seconds: how often a socket that waits for a hidden page looks whether its run still exists."""

ROWS: Final = ("history", "metrics", "looks", "quality")
"""Fields of a frame of which only new rows are sent."""

BAD_MESSAGE, WRONG_TOKEN, FOREIGN_ORIGIN = 4400, 4401, 4403
NO_SUCH_RUN, TOO_MANY, RUN_FAILED = 4404, 4429, 4500


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """Why a socket is closed: the code for the browser, and a word for whoever reads along."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class LiveRoute:
    """The handler of `PATH`; one object per server, which counts the open sockets.

    Parameters
    ----------
    engine
        Gives the engine (asked at each connection, so that importing this starts nothing).
    per_run, total
        Sockets that may be open for one run (a student with two windows) and in all.
    origins
        Further origins (``https://host:port``) that may connect, for a server behind a proxy
        that changes the Host header.
    """

    def __init__(
        self,
        engine: Callable[[], Engine] = default_engine,
        *,
        per_run: int = 4,
        total: int = 256,
        origins: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._engine = engine
        self._per_run, self._total = per_run, total
        self._origins = origins
        self._open: Counter[str] = Counter()

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it ends."""
        # Accepted before anything is checked: a browser learns a close code only from an open
        # socket. Nothing is sent before the checks.
        await socket.accept()
        try:
            self._check_origin(socket)
            engine = self._engine()
            run_id = _authorised(engine, socket)
            with self._counted(run_id):
                await Viewer(engine, run_id, socket).serve()
        except Refusal as refusal:
            await _close(socket, refusal)
        except UnknownRunError:
            await _close(socket, Refusal(NO_SUCH_RUN, "no such run"))
        except RunFailedError:
            await _close(socket, Refusal(RUN_FAILED, "the experiment raised an error"))
        except WebSocketDisconnect:
            pass

    def _check_origin(self, socket: WebSocket) -> None:
        """Refuse pages of other sites: browsers apply no same-origin rule to WebSockets.

        A page whose own name was made to lead here (DNS rebinding) passes: the names under which
        a server may be reached, behind proxies too, cannot be told from here. It gains nothing,
        because it does not know the token of any run.
        """
        origin, host = socket.headers.get("origin", ""), socket.headers.get("host", "")
        if origin in self._origins() or same_host(origin, host):
            return
        raise Refusal(FOREIGN_ORIGIN, "this page is not of this server")

    @contextlib.contextmanager
    def _counted(self, run_id: str) -> Iterator[None]:
        if self._open[run_id] >= self._per_run or self._open.total() >= self._total:
            raise Refusal(TOO_MANY, "too many sockets")
        self._open[run_id] += 1
        try:
            yield
        finally:
            self._open[run_id] -= 1
            self._open += Counter()  # drops the zeros


class Viewer:
    """One browser that looks at one run."""

    def __init__(self, engine: Engine, run_id: str, socket: WebSocket) -> None:
        self._engine, self._run_id, self._socket = engine, run_id, socket
        self._rate = DEFAULT_RATE
        self._seq = 0
        self._acknowledged = asyncio.Event()
        self._hurry = asyncio.Event()  # something was asked for: show its effect at once
        self._commanded_at = 0.0
        self._sent: Frame | None = None
        self._known = -1  # the iteration up to which this browser has history and metrics
        self._rows_sent: list[dict[str, float]] = [{}, {}]  # last iterations; of what is beside
        self._moment = PRESENT  # the iteration of the kept moment that is looked at,
        self._epoch = 0  # and in which epoch
        self._looked_at: tuple[Moment, Frame] | None = None
        self._album_sent: tuple[int, ...] = ()

    async def serve(self) -> None:
        """Send and listen until one of the two ends."""
        tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._listen())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _send(self) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            self._hurry.clear()
            frame = await self._next_frame()  # also while the past is looked at: the run stays seen
            past = self._past(frame)
            # An unchanged run gives the same object: nothing to send.
            if (past or frame) is not self._sent:
                await self._show(past or frame)
            # From due time to due time, not from frame to frame: the rate is kept on average.
            due = max(due + 1 / self._rate, clock())
            if await _within(self._hurry, due - clock()):
                due = clock()

    async def _next_frame(self) -> Frame:
        # One iteration is asked for again: it may have been measured after it was sent.
        frame = await self._engine.frame(self._run_id, max(-1, self._known - 1))
        if self._known >= 0 and self._sent and _another_past(self._sent, frame):
            frame = await self._engine.frame(self._run_id)
        return frame

    def _past(self, present: Frame) -> Frame | None:
        """Return the kept moment that is looked at; None for the present, or if it is gone."""
        if self._moment == PRESENT:
            return None
        for one in self._engine.album(self._run_id):
            # A restart ends the look back: its own past may have a moment at the same iteration.
            if present.epoch == one.epoch == self._epoch and one.iteration == self._moment:
                if self._looked_at is None or self._looked_at[0] is not one:
                    self._looked_at = one, _as_of(one.picture, present)
                return self._looked_at[1]
        self._moment = PRESENT
        return None

    async def _show(self, frame: Frame) -> None:
        self._seq += 1
        if self._sent and _another_past(self._sent, frame):
            self._known = -1
            self._rows_sent = [{}, {}]
        scenery = self._sent is None or _new_scenery(self._sent, frame)
        self._acknowledged.clear()
        news = frame if self._moment != PRESENT else self._only_new(frame)
        album = self._new_album(frame)
        await self._socket.send_bytes(
            encode_frame(news, seq=self._seq, scenery=scenery, moment=self._moment, album=album)
        )
        self._sent = frame
        while not self._acknowledged.is_set():  # a hidden page draws nothing, perhaps for long
            await _within(self._acknowledged, LOOK_AGAIN)
            self._engine.token(self._run_id)  # raises once the run is gone

    def _only_new(self, frame: Frame) -> Frame:
        """Drop the rows that this browser already has, and those that would leave a gap.

        A frame that is shown because the answer is late was perhaps asked for by another browser,
        which knows more.
        """
        gap = frame.since > self._known
        news = [
            _without_rows(one) if gap else _with_new_rows(one, sent)
            for one, sent in zip((frame, frame.beside), self._rows_sent, strict=True)
            if one
        ]
        if not gap:
            self._known = frame.iteration
        return dataclasses.replace(news[0], beside=news[1] if frame.beside else None)

    def _new_album(self, frame: Frame) -> tuple[int, ...] | None:
        """Return where the kept moments are, if this browser does not know."""
        moments = self._engine.album(self._run_id)
        album = tuple(one.iteration for one in moments if one.epoch == frame.epoch)
        if album == self._album_sent:
            return None
        self._album_sent = album
        return album

    async def _listen(self) -> None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                return
            message = read_message(event.get("text"))
            self._follow(message)
            if "ack" not in message:
                await self._slow_down()

    async def _slow_down(self) -> None:
        now = asyncio.get_running_loop().time()
        early = self._commanded_at + BREATH - now
        self._commanded_at = now
        if early > 0:  # a single command delays nothing, not even the acknowledgement behind it
            await asyncio.sleep(BREATH)

    def _follow(self, message: dict[str, Any]) -> None:
        if "ack" in message:
            if message["ack"] == self._seq:
                self._acknowledged.set()
            return
        if "rate" in message:
            self._rate = message["rate"]
            return
        if "moment" in message:
            self._moment = int(message["moment"])
            self._epoch = self._sent.epoch if self._sent else 0
        elif "pace" in message:
            self._engine.command(self._run_id, "pace", pace=message["pace"])
        elif "look" in message:
            self._engine.command(self._run_id, "look", at=tuple(message["look"]))
        else:
            self._engine.command(self._run_id, message["do"])
        self._hurry.set()


def read_message(text: str | None) -> dict[str, Any]:
    """Return a message of the browser, checked.

    It is one of ``ack``, ``do``, ``look``, ``moment``, ``pace`` and ``rate``.

    Raises
    ------
    Refusal
        If it is anything else.
    """
    if text is None or len(text.encode()) > LONGEST_MESSAGE:
        raise Refusal(BAD_MESSAGE, "a message is a short text")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(BAD_MESSAGE, "a message is JSON") from None
    if not isinstance(message, dict) or len(message) != 1:
        raise Refusal(BAD_MESSAGE, "a message is an object with one field")
    ((name, value),) = message.items()
    if name not in _VALID or not _VALID[name](value):
        raise Refusal(BAD_MESSAGE, "unknown message or value")
    return message


def same_host(origin: str, host: str) -> bool:
    """Return whether an Origin header names the server that the Host header names."""
    try:
        page = urlsplit(origin)
        if page.scheme not in ("http", "https") or not page.hostname or not host:
            return False
        default = 443 if page.scheme == "https" else 80
        server = urlsplit(f"//{host}")
        return (page.hostname, page.port or default) == (server.hostname, server.port or default)
    except ValueError:  # a port that is no number, half an IPv6 address
        return False


def _authorised(engine: Engine, socket: WebSocket) -> str:
    run_id = socket.query_params.get("run", "")
    shown = socket.query_params.get("token", "").encode()
    if not hmac.compare_digest(shown, engine.token(run_id).encode()):
        raise Refusal(WRONG_TOKEN, "wrong token")
    return run_id


def _as_of(picture: Frame, present: Frame) -> Frame:
    """Return a kept picture as one of the run as it is now: of the same life, at the same pace."""
    beside = picture.beside and _as_of(picture.beside, present)
    now = {name: getattr(present, name) for name in ("lives", "restored", "pace")}
    return dataclasses.replace(picture, beside=beside, **now)


def _without_rows(frame: Frame) -> Frame:
    return dataclasses.replace(frame, **{name: getattr(frame, name)[:0] for name in ROWS})


def _with_new_rows(frame: Frame, sent: dict[str, float]) -> Frame:
    """Drop the rows that have been sent; note in `sent` the last of those that will have been."""
    new = {}
    for name in ROWS:
        rows = getattr(frame, name)
        new[name] = rows[rows[:, 0] > sent.get(name, -1.0)]
        if len(new[name]):
            sent[name] = float(new[name][-1, 0])
    return dataclasses.replace(frame, **new)


def _another_past(sent: Frame, frame: Frame) -> bool:
    """Return whether what was sent of the history no longer holds."""
    return (frame.epoch, frame.lives) != (sent.epoch, sent.lives)


def _new_scenery(sent: Frame, frame: Frame) -> bool:
    if frame.epoch != sent.epoch or frame.extent != sent.extent:
        return True
    return len(frame.real_pictures) > len(sent.real_pictures)  # the worker had them, not the server


async def _within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0.0)):
            await event.wait()
    return event.is_set()


async def _close(socket: WebSocket, refusal: Refusal) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the browser was faster
        await socket.close(refusal.code, refusal.reason)


def _number(value: object, low: float, high: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return low <= value <= high  # NaN is in no interval


_VALID: Final[dict[str, Callable[[Any], bool]]] = {
    "ack": lambda value: _number(value, 0, 2**53),
    "do": lambda value: isinstance(value, str) and value in COMMANDS,
    "look": is_look,
    "moment": lambda value: _number(value, PRESENT, 2**53) and value == int(value),
    "pace": lambda value: _number(value, 0, 0) or _number(value, SLOWEST_PACE, FASTEST_PACE),
    "rate": lambda value: _number(value, SLOWEST_RATE, FASTEST_RATE),
}

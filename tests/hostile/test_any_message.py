"""The live line under fire: strangers are refused with a code, good clients still served."""

import asyncio
import json
import random
import socket as sockets
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.hostile.inputs import RUBBISH
from tests.ui.serving import close_code, receive, serving, tell
from ui.live.route import PATH, Refusal, read_message, same_host

MESSAGES = 150
FIELDS = ("ack", "do", "look", "pace", "rate", "run", "token", "settings", "__class__", "")
VALUES = (
    *("play", "pause", "reset", "step", "explode", "set", "begin", "__init__", "", "play\x00"),
    *(0, -1, 1, 1.5, 12, 30, 31, 2**53, 2**64, 1e308, -1e308, 10**400, True, False, None),
    *([], {}, [1], {"do": "play"}, "x" * 150, "\ud800", "가", float("nan"), float("inf")),
    *([0, 1, 2], [0, 1, -5], [1, [2], 3], [0.5, 1, 2], [0, 1, 10**400], [True, 1, 2]),
)


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


def message(rng):
    """A message that is well-formed, or half so, or not at all."""
    text = _message(rng)  # a text on the line is always one of characters
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


def _message(rng):
    fate = rng.random()
    if fate < 0.5:
        names = rng.sample(FIELDS, rng.randint(0, 2))
        return json.dumps({name: rng.choice(VALUES) for name in names})
    if fate < 0.7:
        return rng.choice(RUBBISH)
    if fate < 0.8:
        return rng.randbytes(rng.randint(0, 300))
    if fate < 0.9:
        return '{"ack": ' + rng.choice(("[" * 90, "1" * 180, "01", "1e9999", "-", "NaN")) + "}"
    return rng.choice((" ", "\n", '"', "{", "}", "[]", "null", "9" * 5000, "{}" * 50))


def taken(text):
    """Whether the route follows a message."""
    try:
        read_message(text if isinstance(text, str) else None)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("part", range(5))
def test_a_thousand_messages_are_refused_or_understood(part):
    rng = random.Random(4000 + part)
    for _ in range(300):
        text = message(rng)
        if taken(text):
            (pair,) = json.loads(text).items()
            assert pair[0] in ("ack", "do", "look", "pace", "rate")
            assert isinstance(pair[1], list if pair[0] == "look" else str | int | float)


@hypothesis(max_examples=300, deadline=None)
@given(
    text=st.text(max_size=250)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=4,
    ).map(json.dumps)
)
def test_any_message(text):
    assert taken(text) in (True, False)


@hypothesis(max_examples=300, deadline=None)
@given(origin=st.text(max_size=60), host=st.text(max_size=60))
def test_any_origin(origin, host):
    assert same_host(origin, host) in (True, False)


def test_messages_on_the_line(server, capfd):
    """Each closes its own socket with 4400, or is followed; a good viewer beside it goes on."""
    handle, rng = server.run(), random.Random(9)

    async def one(text):
        async with server.connect(handle) as line:
            await line.send(text)
            if taken(text):
                await receive(line)
                return None
            return await close_code(line)

    async def watch():
        async with server.connect(handle) as good:
            await tell(good, rate=30)
            for _ in range(MESSAGES):
                text = message(rng)
                assert await one(text) == (None if taken(text) else 4400), text[:80]
            await tell(good, do="play")
            seen = (await receive(good))[0]["seq"]
            assert (await receive(good))[0]["seq"] > seen

    asyncio.run(watch())
    assert "Traceback" not in capfd.readouterr().err
    server.engine.close(handle.run_id)


async def refusal(url, origin, **more):
    """The code with which a stranger is sent away."""
    try:
        async with connect(url, origin=origin, open_timeout=5, **more) as line:
            return await close_code(line)
    except InvalidStatus as refused:
        return refused.response.status_code
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def queries(handle):
    run, token = handle.run_id, handle.token
    for text in RUBBISH:
        said = quote(text[:2000], errors="replace")
        yield f"run={said}&token={token}", {4401, 4404}
        yield f"run={run}&token={said}", {4401}
    yield from (
        ("", {4404}),
        (f"run={run}", {4401}),
        (f"token={token}", {4404}),
        (f"run={run}&run=x&token={token}&token=x", {4401, 4404}),
        (f"run={run}&token={token[:-1]}", {4401}),
        (f"run={run}&token={token}%00", {4401}),
        (f"run={run}&token={token}%zz", {4401}),
        (f"run=%{run}&token={token}", {4404}),
        (f"run={run.upper()}X&token={token}", {4404}),
        (f"RUN={run}&TOKEN={token}", {4404}),
        (f"run={run};token={token}", {4401, 4404}),
        ("&".join(f"a{i}=b" for i in range(300)), {4404}),
    )


def test_queries_on_the_line(server, capfd):
    handle = server.run()

    async def watch():
        for query, codes in queries(handle):
            code = await refusal(f"ws://{server.host}{PATH}?{query}", server.origin)
            assert code in codes, (query[:100], code)
        async with server.connect(handle) as line:
            await receive(line)

    asyncio.run(watch())
    assert "Traceback" not in capfd.readouterr().err
    server.engine.close(handle.run_id)


def test_origins_on_the_line(server):
    handle = server.run()
    url = f"ws://{server.host}{PATH}?run={handle.run_id}&token={handle.token}"
    strange = [
        text for text in RUBBISH if text.isprintable() and text.isascii() and 0 < len(text) < 3000
    ]

    async def watch():
        for origin in (
            *strange,
            f"{server.origin}.evil",
            f"{server.origin}@evil",
            "http://[",
            "a://",
        ):
            if origin != origin.strip():
                continue
            assert await refusal(url, origin) == 4403, origin[:80]
        async with server.connect(handle) as line:
            await receive(line)

    asyncio.run(watch())
    server.engine.close(handle.run_id)


RAW = (
    b"",
    b"\x00" * 100,
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # somebody tries TLS
    b"GET " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
    b"GET "
    + PATH.encode()
    + b"?run=%FF&token=%FF HTTP/1.1\r\nHost: \xff\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET " + PATH.encode() + b" HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
)


@pytest.mark.parametrize("number", range(len(RAW)))
def test_what_is_not_even_a_handshake(server, number):
    host, port = server.host.split(":")
    with sockets.create_connection((host, int(port)), timeout=5) as line:
        line.settimeout(1)
        try:
            line.sendall(RAW[number])
            line.recv(1000)
        except OSError:
            pass  # refused in the middle, or no answer to what is no question
    handle = server.run()

    async def watch():
        async with server.connect(handle) as good:
            await receive(good)

    asyncio.run(watch())
    server.engine.close(handle.run_id)


def test_broken_frames_after_a_good_handshake(server):
    """Half a frame, and the line is gone: the run and its other viewers do not notice."""
    handle = server.run()

    async def watch():
        async with server.connect(handle) as good:
            for garbage in (b"\xff" * 50, b"\x81\xfe\xff\xff", b"\x88\x02\x00\x00", b"\x81"):
                line = await connect(
                    f"ws://{server.host}{PATH}?run={handle.run_id}&token={handle.token}",
                    origin=server.origin,
                )
                line.transport.write(garbage)
                await asyncio.sleep(0.02)
                line.transport.abort()
                await receive(good)
            await receive(good)

    asyncio.run(watch())
    server.engine.close(handle.run_id)

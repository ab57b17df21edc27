"""The live route through a real server, with fake experiments behind it."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.engine.fake import Behaviour
from tests.ui.serving import PER_RUN, close_code, receive, serving, tell, until
from ui.live.codec import STATUS
from ui.live.route import Refusal, read_message, same_host


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


async def refused(server, handle, **more):
    async with server.connect(handle, **more) as socket:
        return await close_code(socket)


async def falls_silent(socket):
    """Take what comes until nothing has come for a while."""
    try:
        while True:
            await asyncio.wait_for(receive(socket), 0.4)
    except TimeoutError:
        return True


def test_the_first_message_holds_everything_and_later_ones_only_what_is_new(server):
    handle = server.run()

    async def watch():
        async with server.connect(handle) as socket:
            first, sections = await receive(socket)
            assert "real" in sections
            last = sections.get("history")
            last = last[-1, 0] if last is not None else 0
            for expected in range(2, 8):
                head, sections = await receive(socket)
                assert head["seq"] == expected
                assert "real" not in sections
                assert sections["history"][0, 0] == last + 1
                last = sections["history"][-1, 0]
                assert last == head["iteration"]
            assert head["status"] == STATUS["running"]
            assert head["rate"] > 0
        async with server.connect(handle) as socket:  # a reload: the past comes again
            first, sections = await receive(socket)
            assert first["seq"] == 1
            assert "real" in sections
            assert len(sections["history"]) > 100

    asyncio.run(watch())


def test_every_measurement_arrives_once(server):
    handle = server.run(pace=20)

    async def watch():
        rows = []
        async with server.connect(handle) as socket:
            while len(rows) < 4:
                _, sections = await receive(socket)
                rows.extend(sections.get("metrics", []))
            await tell(socket, do="pause")
            head = {"status": None}
            # it is measured once more after the pause
            while head["status"] != STATUS["paused"] or rows[-1][0] < head["iteration"]:
                head, sections = await receive(socket)
                rows.extend(sections.get("metrics", []))
        iterations = [row[0] for row in rows]
        assert iterations == sorted(set(iterations))

    asyncio.run(watch())


def test_the_next_frame_waits_for_the_acknowledgement(server):
    handle = server.run()

    async def watch():
        async with server.connect(handle) as socket:
            head, _ = await receive(socket, acknowledge=False)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.recv(), 0.4)
            await tell(socket, ack=999)  # one that was never sent acknowledges nothing
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.recv(), 0.2)
            await tell(socket, ack=int(head["seq"]))
            assert (await receive(socket))[0]["seq"] == head["seq"] + 1

    asyncio.run(watch())


def test_commands_pace_and_rate_act(server):
    handle = server.run()

    async def watch():
        async with server.connect(handle) as socket:
            await tell(socket, do="pause")
            paused, _ = await until(socket, lambda head: head["status"] == STATUS["paused"])
            await tell(socket, do="step-d")
            head, _ = await until(socket, lambda head: head["half"] == 1)
            assert head["iteration"] == paused["iteration"]
            await tell(socket, do="step-g")
            head, _ = await until(socket, lambda head: head["half"] == 0)
            assert head["iteration"] == paused["iteration"] + 1
            await tell(socket, pace=50)
            await tell(socket, do="play")
            head, _ = await until(socket, lambda head: head["status"] == STATUS["running"])
            assert head["pace"] == 50
            await tell(socket, do="reset")
            head, sections = await until(socket, lambda head: head["epoch"] == 1)
            assert "real" in sections
            history = sections.get("history")
            assert history is None or history[0, 0] == 1

    asyncio.run(watch())


@pytest.mark.parametrize("rate", [2, 10, 30])
def test_the_rate_asked_for_is_kept(server, rate):
    handle = server.run()
    seconds = 1.5

    async def watch():
        async with server.connect(handle) as socket:
            await tell(socket, rate=rate)
            await until(socket, lambda head: head["status"] == STATUS["running"])
            loop = asyncio.get_running_loop()
            end, count = loop.time() + seconds, 0
            while loop.time() < end:
                await receive(socket)
                count += 1
            return count

    assert asyncio.run(watch()) == pytest.approx(rate * seconds, rel=0.25, abs=1.5)


def test_a_paused_run_sends_nothing_again(server):
    handle = server.run(playing=False)

    async def watch():
        async with server.connect(handle) as socket:
            await tell(socket, rate=30)
            while "metrics" not in (await receive(socket))[1]:
                pass
            assert await falls_silent(socket)

    asyncio.run(watch())


def test_two_students_see_their_own_run_only(server):
    handles = {seed: server.run(seed) for seed in (1, 2)}

    async def watch(seed):
        async with server.connect(handles[seed]) as socket:
            for _ in range(15):
                _, sections = await receive(socket)
                if "fake" in sections:  # not yet in the frame that says "starting"
                    assert sections["fake"][0, 0] == pytest.approx(seed, abs=0.01)

    async def watch_both():
        await asyncio.gather(*(watch(seed) for seed in handles))
        assert await refused(server, handles[1], token=handles[2].token) == 4401

    asyncio.run(watch_both())


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"origin": "http://evil.example"}, 4403),
        ({"origin": None}, 4403),
        ({"origin": "null"}, 4403),
        ({"origin": "file://"}, 4403),
        ({"origin": "http://127.0.0.1:1"}, 4403),
        ({"token": "wrong"}, 4401),
        ({"token": ""}, 4401),
        ({"token": "%F0%9F%90%8D"}, 4401),
    ],
)
def test_strangers_are_refused_with_a_code_that_a_browser_sees(server, more, code):
    handle = server.run()
    assert asyncio.run(refused(server, handle, **more)) == code
    server.engine.close(handle.run_id)


def test_a_named_origin_may_connect(server):
    async def watch():
        async with server.connect(server.run(), origin="https://proxy.example") as socket:
            await receive(socket)

    asyncio.run(watch())


def test_a_run_that_does_not_exist_or_ends_is_said(server):
    handle = server.run()
    ended = server.run()
    server.engine.close(ended.run_id)

    async def watch():
        assert await refused(server, ended) == 4404
        async with server.connect(handle) as socket:
            await receive(socket)
            server.engine.close(handle.run_id)
            return await close_code(socket)

    assert asyncio.run(watch()) == 4404


def test_a_run_that_fails_is_said(server):
    handle = server.run(Behaviour.RAISES_AT_20, pace=200)

    async def watch():
        async with server.connect(handle) as socket:
            return await close_code(socket)

    assert asyncio.run(watch()) == 4500
    assert server.engine.failure(handle.run_id) == "RuntimeError: raised on purpose"


def test_sockets_are_limited_per_run_and_in_all(server):
    runs = [server.run() for _ in range(3)]

    async def watch():
        async with server.connect(runs[0]) as one, server.connect(runs[0]) as two:
            await receive(one)
            await receive(two)
            assert await refused(server, runs[0]) == 4429
            async with server.connect(runs[1]) as three, server.connect(runs[1]) as four:
                await receive(three)
                await receive(four)
                assert await refused(server, runs[2]) == 4429
        # closed ones no longer count
        for _ in range(PER_RUN + 1):
            async with server.connect(runs[0]) as socket:
                await receive(socket)

    asyncio.run(watch())


BAD = [
    "",
    "x",
    "[]",
    "{}",
    "null",
    "1",
    '{"ack": 1, "do": "play"}',
    '{"do": "explode"}',
    '{"do": "set"}',
    '{"do": ["play"]}',
    '{"do": {"a": 1}}',
    '{"moment": "now"}',
    '{"moment": -2}',
    '{"moment": 1.5}',
    '{"moment": true}',
    '{"moment": 1e300}',
    '{"moment": NaN}',
    '{"look": 3}',
    '{"look": [0, 1]}',
    '{"look": [0, 1, 2, 3]}',
    '{"look": [0, 80, 0]}',
    '{"look": [-1, 0, 0]}',
    '{"look": [0, 0, -2]}',
    '{"look": [0, 1, 1.5]}',
    '{"look": [0, true, 0]}',
    '{"look": [0, 1, NaN]}',
    '{"look": {"a": 1, "b": 2, "c": 3}}',
    '{"look": [0, 1, 9999999999999]}',
    '{"pace": "fast"}',
    '{"pace": -1}',
    '{"pace": 1e300}',
    '{"pace": NaN}',
    '{"pace": true}',
    '{"rate": 0}',
    '{"rate": 31}',
    '{"rate": Infinity}',
    '{"ack": null}',
    '{"ack": -1}',
    '{"run": "other"}',
    '{"do": "play"' + " " * 200 + "}",
    "[" * 199,
]


@pytest.mark.parametrize("text", BAD)
def test_bad_messages_are_refused(text):
    with pytest.raises(Refusal) as refusal:
        read_message(text)
    assert refusal.value.code == 4400


@pytest.mark.parametrize(
    "text",
    [
        '{"ack": 3}',
        '{"do": "step-d"}',
        '{"do": "step-half"}',
        '{"moment": -1}',
        '{"moment": 1200}',
        '{"look": [0, 79, -1]}',
        '{"look": [5, 5, 12]}',
        '{"pace": 0}',
        '{"pace": 2.5}',
        '{"rate": 30}',
    ],
)
def test_good_messages_are_taken(text):
    assert read_message(text) == json.loads(text)


def test_a_bad_message_closes_its_socket_and_nothing_else(server, capfd):
    handle = server.run()

    async def watch():
        async with server.connect(handle) as good:
            for bad in ("nonsense", b"\x00\x01", '{"pace": 1e999}', "x" * 100_000):
                async with server.connect(handle) as socket:
                    await socket.send(bad)
                    assert await close_code(socket) == 4400
                await receive(good)

    asyncio.run(watch())
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("https://class.example", "class.example", True),
        ("https://class.example", "class.example:443", True),
        ("http://CLASS.example", "class.example:80", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://class.example", "class.example:8501", False),
        ("http://class.example.evil", "class.example", False),
        ("http://evil/class.example", "class.example", False),
        ("http://class.example@evil", "class.example", False),
        ("http://localhost:99999999", "localhost", False),
        ("http://[::1", "localhost", False),
        ("ftp://localhost", "localhost", False),
        ("http://localhost", "", False),
        ("", "localhost", False),
        ("", "", False),
    ],
)
def test_same_host(origin, host, same):
    assert same_host(origin, host) is same


async def ticks(socket, n):
    """Take `n` frames."""
    for _ in range(n):
        await receive(socket)


async def moments(socket, n=1):
    """Take frames until there are `n` moments; return them."""
    album = []
    while len(album) < n:
        _, sections = await receive(socket)
        album = sections["album"].tolist() if "album" in sections else album
    return album


def test_the_past_is_shown_when_it_is_asked_for_and_the_present_comes_back(server):
    handle = server.run(pace=200.0)

    async def look_back():
        async with server.connect(handle) as socket:
            album = await moments(socket, 4)
            await tell(socket, do="pause")
            head, _ = await until(socket, lambda head: head["status"] == STATUS["paused"])
            present = head["iteration"]
            for wanted in (album[1], album[0]):
                await tell(socket, moment=wanted)
                head, sections = await until(socket, lambda head, at=wanted: head["moment"] == at)
                assert (head["iteration"], head["lives"]) == (wanted, 0)
                assert head["pace"] == 200
                assert not {"history", "metrics"} & sections.keys()
            assert await falls_silent(socket), "the past stands still"
            await tell(socket, moment=-1)
            head, _ = await until(socket, lambda head: head["moment"] == -1)
            assert head["iteration"] == present
            await tell(socket, do="play")
            await until(socket, lambda head: head["iteration"] > present)

    asyncio.run(look_back())


def test_a_moment_that_is_gone_or_never_was_shows_the_present(server):
    handle = server.run(pace=200.0)

    async def look_back():
        async with server.connect(handle) as socket:
            await until(socket, lambda head: head["iteration"] > 100)
            await tell(socket, moment=7_777_777)
            head, _ = await receive(socket)
            head, _ = await receive(socket)
            assert head["moment"] == -1
            album = await moments(socket)
            await tell(socket, moment=album[0])
            await until(socket, lambda head: head["moment"] == album[0])
            await tell(socket, do="reset")  # a past that was thrown away is not shown
            head, _ = await until(socket, lambda head: head["epoch"] == 1)
            assert head["moment"] == -1

    asyncio.run(look_back())


def test_whoever_looks_at_the_past_keeps_the_run(server):
    handle = server.run(pace=200.0)

    async def look_back():
        async with server.connect(handle) as socket:
            album = await moments(socket)
            await tell(socket, moment=album[0])
            await until(socket, lambda head: head["moment"] == album[0])
            seen = server.engine._runs[handle.run_id].seen
            await asyncio.sleep(0.5)
            assert server.engine._runs[handle.run_id].seen > seen

    asyncio.run(look_back())


def test_a_reloaded_page_learns_of_all_moments_at_once(server):
    handle = server.run(pace=200.0)

    async def reload():
        async with server.connect(handle) as socket:
            album = await moments(socket, 2)
        async with server.connect(handle) as socket:
            _, sections = await receive(socket)
            assert sections["album"].tolist()[:2] == album[:2]

    asyncio.run(reload())

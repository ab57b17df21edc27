"""What waits for a worker: in order per run, in turn over the runs, never more than a bit."""

import queue
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.engine.mailbox import STEPS, WAITING, Mailbox


def command(run, name, **more):
    return ({"do": "command", "run": run, "command": name, **more}, b"")


def question(run, since):
    return ({"do": "frame", "run": run, "since": since}, b"")


def drain(box):
    return [box.get(block=False)[0] for _ in range(len(box))]


def names(headers):
    return [header.get("command", header["do"]) for header in headers]


def test_messages_of_a_run_keep_their_order_and_runs_take_turns():
    box = Mailbox()
    for name in ("pause", "step", "step-d", "play"):
        box.put(command("a", name))
    box.put(question("b", 3))
    headers = drain(box)
    assert [header["run"] for header in headers] == ["a", "b", "a", "a", "a"]
    assert names(header for header in headers if header["run"] == "a") == [
        *("pause", "step", "step-d", "play")
    ]


def test_the_last_of_the_same_commands_counts():
    box = Mailbox()
    for number in range(1000):
        box.put(command("a", "set", settings=number))
        box.put(question("b", 7))
    for _ in range(1000):
        box.put(command("a", "pause"))
        box.put(command("a", "play"))
    headers = drain(box)
    assert len(headers) == 3
    (setting,) = [header for header in headers if header.get("command") == "set"]
    assert setting["settings"] == 999
    assert names(headers)[-1] == "play"


def test_closing_or_making_a_run_drops_what_waits_for_it():
    box = Mailbox()
    for name in ("play", "step", "set"):
        box.put(command("a", name))
    box.put(({"do": "create", "run": "a"}, b"state"))
    box.put(command("a", "pause"))
    assert names(drain(box)) == ["create", "pause"]


COMMANDS = (
    *("play", "pause", "pace", "set", "begin", "reset"),
    *("step", "step-d", "step-g", "step-half"),
)


@given(st.lists(st.sampled_from(COMMANDS), max_size=400))
def test_however_many_come_few_wait_and_the_end_is_the_same(given_names):
    """Play what waits on a machine that only remembers: the outcome is that of all commands."""
    box = Mailbox()
    for number, name in enumerate(given_names):
        box.put(command("a", name, number=number))
    left = drain(box)
    assert len(left) <= WAITING + STEPS
    for kinds in (("play", "pause"), ("pace",), ("set", "begin"), ("begin", "reset")):
        told = [n for n in given_names if n in kinds]
        kept = [header for header in left if header["command"] in kinds]
        assert bool(told) == bool(kept)
        if told:
            assert kept[-1]["command"] == told[-1]
            last = max(n for n, name in enumerate(given_names) if name in kinds)
            assert kept[-1]["number"] == last
    numbers = [header["number"] for header in left]
    assert numbers == sorted(numbers)


def test_who_waits_is_woken_or_let_go():
    box = Mailbox()
    threading.Timer(0.05, box.put, [question("a", 1)]).start()
    assert box.get(timeout=5)[0]["since"] == 1
    began = time.monotonic()
    with pytest.raises(queue.Empty):
        box.get(timeout=0.05)
    threading.Timer(0.05, box.close).start()
    with pytest.raises(queue.Empty):
        box.get()
    assert time.monotonic() - began < 2
    box.put(question("a", 2))
    assert box.empty()

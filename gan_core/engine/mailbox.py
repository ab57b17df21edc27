"""The messages that wait for a run's worker, in memory that no flood can grow.

Both ends of a pipe have one: the server's while the pipe is full, the worker's while it works.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gan_core.engine.pipes import Header

    Message = tuple[Header, bytes]

STEPS: Final = 16
"""Single steps of one run that may wait; the hand that asks for more is faster than the machine."""
WAITING: Final = 32
"""Messages of one run from which on only the last of each kind counts."""


class Mailbox:
    """Messages in order per run, and in turn over the runs: nobody waits for another one's flood.

    What a later message of the same run makes idle is dropped: the same command twice in a row,
    a question that is put again, everything before a run is made or closed.
    """

    def __init__(self) -> None:
        self._runs: OrderedDict[str, deque[Message]] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, message: Message) -> None:
        """Add a message; never blocks. A closed mailbox takes none."""
        with self._changed:
            if self._closed:
                return
            waiting = self._runs.setdefault(message[0]["run"], deque())
            _add(waiting, message)
            self._changed.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> Message:
        """Take the next message.

        Raises
        ------
        queue.Empty
            If none comes within `timeout` seconds, or ever: the mailbox is closed.
        """
        with self._changed:
            if block:
                self._changed.wait_for(lambda: self._runs or self._closed, timeout)
            if not self._runs or self._closed:
                raise queue.Empty
            run_id, waiting = self._runs.popitem(last=False)
            message = waiting.popleft()
            if waiting:
                self._runs[run_id] = waiting  # its next turn comes after all the others'
            return message

    def empty(self) -> bool:
        """Return whether nothing waits."""
        return not self._runs

    def close(self) -> None:
        """Drop what waits; whoever waits in `get` is let go."""
        with self._changed:
            self._closed = True
            self._runs.clear()
            self._changed.notify_all()

    def __len__(self) -> int:
        """Return how many messages wait."""
        with self._changed:
            return sum(map(len, self._runs.values()))


def _add(waiting: deque[Message], message: Message) -> None:
    kind = _kind(message[0])
    if kind in ("create", "close"):
        waiting.clear()
    elif kind == "step":
        if sum(_kind(header) == "step" for header, _ in waiting) >= STEPS:
            return
    elif (waiting and _kind(waiting[-1][0]) == kind) or len(waiting) >= WAITING:
        # Only the latest of its kind goes. It is the newest that must keep its place, behind
        # everything that it may undo.
        _drop_last(waiting, kind)
    waiting.append(message)


def _drop_last(waiting: deque[Message], kind: object) -> None:
    for at in range(len(waiting) - 1, -1, -1):
        if _kind(waiting[at][0]) == kind:
            del waiting[at]
            return


def _kind(header: Header) -> object:
    """Return what two messages must have in common for the later one to replace the earlier."""
    if header["do"] == "frame":
        return "frame", header["since"]
    command = header.get("command", header["do"])
    if command in ("play", "pause"):
        return "switch"
    return "step" if command in ("step", "step-d", "step-g", "step-half") else command

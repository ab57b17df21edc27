"""Messages over a pipe: a JSON header and raw bytes, both with their length in front.

Nothing is pickled: whoever reads a message can get data from it, never code.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import BinaryIO

Header = dict[str, Any]
LENGTHS: Final = struct.Struct("<II")
LONGEST: Final = 256 * 2**20
"""No part of a message is longer (bytes): more means that the two ends are out of step."""
CHUNK: Final = 2**20
"""Bytes asked for at a time: a buffer for all of a large message at each turn would be dear."""


def write_message(pipe: BinaryIO, header: Header, body: bytes = b"") -> None:
    """Write one message and flush it.

    Raises
    ------
    OSError, ValueError
        If the other end is gone, or the pipe is closed.
    """
    text = json.dumps(header).encode()
    rest = memoryview(LENGTHS.pack(len(text), len(body)) + text + body)
    while rest:  # an unbuffered pipe may take less than it is offered
        rest = rest[pipe.write(rest) :]
    pipe.flush()


def read_message(pipe: BinaryIO) -> tuple[Header, bytes] | None:
    """Read one message; None at the end of the stream, also in the middle of a message.

    Raises
    ------
    ValueError
        If the bytes are no message.
    """
    start = _read_exactly(pipe, LENGTHS.size)
    if start is None:
        return None
    lengths = LENGTHS.unpack(start)
    if max(lengths) > LONGEST:
        raise ValueError(f"a message of {max(lengths)} bytes: the two ends are out of step")
    text, body = (_read_exactly(pipe, length) for length in lengths)
    if text is None or body is None:
        return None
    return json.loads(text), body


def _read_exactly(pipe: BinaryIO, count: int) -> bytes | None:
    parts = []
    while count:
        part = pipe.read(min(count, CHUNK))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.engine.pipes import LENGTHS, LONGEST, read_message, write_message


class Dribble(io.RawIOBase):
    """A pipe that takes and gives a few bytes at a time, as a full one does."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def write(self, data) -> int:
        self.content += bytes(data[:3])
        return min(3, len(data))

    def read(self, count: int = -1) -> bytes:
        part, self.content = self.content[: min(3, count)], self.content[min(3, count) :]
        return part


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(st.tuples(st.dictionaries(st.text(), json_values), st.binary()), max_size=4))
def test_messages_arrive_whole_and_in_order_however_the_pipe_cuts_them(messages):
    pipe = Dribble()
    for header, body in messages:
        write_message(pipe, header, body)
    got = []
    while message := read_message(pipe):
        got.append(message)
    assert got == messages


def test_the_end_of_the_stream_is_the_end_even_inside_a_message():
    whole = io.BytesIO()
    write_message(whole, {"do": "frame"}, b"12345")
    for cut in range(len(whole.getvalue())):
        assert read_message(io.BytesIO(whole.getvalue()[:cut])) is None


def test_bytes_that_are_no_message_are_refused_and_not_waited_for():
    with pytest.raises(ValueError, match="out of step"):
        read_message(io.BytesIO(LENGTHS.pack(2, LONGEST + 1) + b"{}"))
    pickled = b"\x80\x04K\x01."
    with pytest.raises(UnicodeDecodeError):
        read_message(io.BytesIO(LENGTHS.pack(len(pickled), 0) + pickled))

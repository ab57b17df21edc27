"""Checkpoints as bytes, without PyTorch: what a server can know of one before a worker opens it.

A checkpoint is a safetensors file with the settings as JSON in its header. That of two experiments
side by side is two of them behind one another, with the length of the first in front.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final, NotRequired

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from gan_core.batches import CHUNK
from gan_core.images.settings import AnySettings, read_settings
from gan_core.settings import SettingsError

LARGEST: Final = 64 * 2**20
"""Bytes: twice what the largest networks on offer need."""
LONGEST_HEADER: Final = 2**20
_LENGTH: Final = 8
MEMBERS: Final = 16
"""Members of an ensemble in a checkpoint, at most; one of an experiment has one."""


_Count = Annotated[int, Field(ge=0, lt=2**53)]
_Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Wandering(TypedDict):
    frames: _Count
    dominated: _Count
    hops: _Count
    visited: list[_Count]
    last: int


class _Numbers(TypedDict):
    """The numbers in a checkpoint's header; those of the ensemble under its own names."""

    iteration: _Count
    half: Annotated[int, Field(ge=0, le=1)]
    pretraining: _Count
    _row: Annotated[int, Field(ge=-1, lt=CHUNK)]
    _d_steps: _Count
    _g_current: bool
    _g_ready: bool
    _averages: _Count
    t: Annotated[list[_Time], Field(min_length=2, max_length=3)]
    chunk: _Count
    streams: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MEMBERS)]
    epoch: _Count
    wandering: _Wandering
    wanderings: NotRequired[Annotated[list[_Wandering], Field(max_length=MEMBERS)]]
    left_at: NotRequired[Annotated[list[int], Field(max_length=MEMBERS)]]


_numbers: Final = TypeAdapter(_Numbers)


@dataclass(frozen=True)
class Label:
    """What a checkpoint says of itself: whose it is, and where it was taken."""

    settings: AnySettings
    epoch: int
    iteration: int


def read_label(state: bytes) -> Label:
    """Return what a checkpoint says of itself.

    Raises
    ------
    ValueError
        If these bytes are no checkpoint of this program, are too long, or hold settings that are
        not valid.
    """
    if len(state) > LARGEST:
        raise ValueError(f"a checkpoint has at most {LARGEST} bytes, not {len(state)}")
    try:
        header = metadata(state)
        numbers = json.loads(header["numbers"])
        settings = read_settings(header["settings"])
        label = Label(settings, int(numbers["epoch"]), int(numbers["iteration"]))
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError, SettingsError) as error:
        raise ValueError(f"these bytes hold no checkpoint: {error}") from error
    if not 0 <= label.epoch < 2**31 or not 0 <= label.iteration < 2**53:
        raise ValueError("these bytes hold no checkpoint: epoch or iteration out of range")
    return label


def read_numbers(text: str) -> dict[str, Any]:
    """Return the numbers in a checkpoint's header, checked.

    Raises
    ------
    ValueError
        That names the first one that cannot be.
    """
    return dict(_numbers.validate_json(text, strict=True))


def metadata(state: bytes) -> dict[str, str]:
    """Return the texts in a safetensors header (8 bytes of length, then JSON).

    Raises
    ------
    ValueError, KeyError, TypeError
        If there is no such header.
    """
    length = int.from_bytes(state[:_LENGTH], "little")
    if length > min(LONGEST_HEADER, len(state) - _LENGTH):
        raise ValueError("the header is longer than the file")
    return dict(json.loads(state[_LENGTH : _LENGTH + length])["__metadata__"])


def join(first: bytes, second: bytes) -> bytes:
    """Return two checkpoints as that of a pair."""
    return len(first).to_bytes(_LENGTH, "little") + first + second


def split(both: bytes) -> tuple[bytes, bytes]:
    """Return the two checkpoints of a pair.

    Raises
    ------
    ValueError
        If the bytes end too early.
    """
    length = int.from_bytes(both[:_LENGTH], "little")
    if length > len(both) - _LENGTH:
        raise ValueError("these bytes hold no pair of checkpoints")
    return both[_LENGTH : _LENGTH + length], both[_LENGTH + length :]

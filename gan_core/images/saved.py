"""The numbers in the header of a checkpoint with pictures, checked. Without PyTorch."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from gan_core.batches import CHUNK

_Count = Annotated[int, Field(ge=0, lt=2**53)]
_Time = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Numbers(TypedDict):
    iteration: _Count
    half: Annotated[int, Field(ge=0, le=1)]
    _row: Annotated[int, Field(ge=-1, lt=CHUNK)]
    _d_steps: _Count
    _g_ready: bool
    _fakes: bool
    _averages: _Count
    t: Annotated[list[_Time], Field(min_length=2, max_length=2)]
    stream: dict[str, Any]
    epoch: _Count


_numbers: Final = TypeAdapter(_Numbers)


def read_numbers(text: str) -> dict[str, Any]:
    """Return the numbers in a checkpoint's header.

    Raises
    ------
    ValueError
        That names the first one that cannot be.
    """
    return dict(_numbers.validate_json(text, strict=True))

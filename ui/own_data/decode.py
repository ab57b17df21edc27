"""From a file's bytes to text, in whichever encoding it was saved; binary files are refused."""

from __future__ import annotations

import codecs
from typing import Final

from gan_core.saved import LARGEST as LARGEST_CHECKPOINT

LARGEST: Final = 1_000_000
"""Bytes that a file may have."""
CHECKPOINT: Final = ".safetensors"
"""How the name of a checkpoint ends; it may be as large as its networks need."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .ods, .zip and old .xls files begin."""
_BINARY: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\x1f\x8b", b"\x7fELF", b"MZ\x90")
_WHITE: Final = "\t\n\v\f\r"
_GUESSES: Final = ("utf-8", "cp949", "cp1252")
"""Without a mark: CP949 is what Korean Windows and EUC-KR files use."""


class Refusal(Exception):  # noqa: N818 - it is an answer to a student, not a fault
    """Why a file or a text gives no points.

    Attributes
    ----------
    problem
        Key of the words: `own_data.refused.<problem>`.
    blanks
        What fills the blanks of these words.
    """

    def __init__(self, problem: str, **blanks: object) -> None:
        super().__init__(f"{problem} {blanks}")
        self.problem, self.blanks = problem, blanks


def largest(name: str) -> int:
    """Return how many bytes a file of this name may have."""
    return LARGEST_CHECKPOINT if name.lower().endswith(CHECKPOINT) else LARGEST


def too_large(size: float, name: str = "") -> Refusal:
    """Return the refusal of a file of so many bytes."""
    most = largest(name)
    problem = "too-large" if most == LARGEST else "checkpoint-too-large"
    return Refusal(problem, size=f"{size / 1e6:,.1f}", most=f"{most / 1e6:.0f}")


def is_checkpoint(data: bytes) -> bool:
    """Return whether bytes begin as a checkpoint does: a length, then JSON."""
    return data[8:9] == b"{" and int.from_bytes(data[:8], "little") < len(data)


def decode(data: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    Refusal
        "empty", "workbook", "not-text" or "unreadable".
    """
    if not data.strip():
        raise Refusal("empty")
    if data.startswith(_WORKBOOKS):
        raise Refusal("workbook")
    if data.startswith(_BINARY):
        raise Refusal("not-text")
    text = _text(data)
    if any(letter < " " and letter not in _WHITE for letter in text):
        raise Refusal("not-text")
    return text


def _text(data: bytes) -> str:
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    for name in (marked,) if marked else (*_wide(data), *_GUESSES):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Refusal("unreadable")


def _wide(data: bytes) -> tuple[str, ...]:
    """Return the UTF-16 in which a file without a mark is written: every other byte is zero."""
    head = data[:2000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < len(head) // 4 or min(even, odd) > len(head) // 50:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)

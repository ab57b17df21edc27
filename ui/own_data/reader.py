"""A student's own file: a table of numbers with all the habits that tables have.

Everything here is pure: bytes in, points out, or a `Refusal` that the page can word. The work is
bounded by the size of the file, which is bounded itself.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.data.points import MOST_POINTS, canonical
from gan_core.registry import Refused
from ui.own_data.decode import LARGEST, Refusal, decode, too_large
from ui.own_data.fit import Cloud

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COLUMNS: Final = 100
"""Further columns are not looked at."""
LOOK_AT: Final = 200
"""Rows by which separator and columns are chosen."""
SEED: Final = 0
"""Of the sample that is drawn from a long table: the same file gives the same points."""
LONGEST_CELL: Final = 60
SEPARATORS: Final = ("\t", ";", ",", " ")
"""Tried in this order; a blank stands for any run of blanks."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]{1,3})?")
_NOTHING = ("", "nan", "na", "n/a", "null", "none", "-", "inf", "+inf", "-inf", "infinity")
"""What stands in a cell without a value; a row of it is no heading."""


@dataclass(frozen=True)
class OwnPoints:
    """What was found in a file or a text.

    Attributes
    ----------
    cloud
        The points as they were written, at most `MOST_POINTS`; None for a `text`.
    text
        Points in the app's own form, which are taken as they are.
    rows
        How many points the file has.
    left_out
        How many rows were left out, because they hold no two numbers.
    columns
        The names of the two columns, or ("", "") without a heading.
    """

    cloud: Cloud | None
    text: str = ""
    rows: int = 0
    left_out: int = 0
    columns: tuple[str, str] = ("", "")

    @property
    def sampled(self) -> bool:
        """Whether there were too many points, so that a fair sample was drawn."""
        return self.rows > MOST_POINTS


def read(data: bytes) -> OwnPoints:
    """Return the points of a file.

    The first two columns of numbers are taken. A heading, comment lines (#), blank lines, quotes,
    any usual separator, decimal commas and every usual encoding are understood; a file that holds
    points in the app's own form ("x,y;x,y,weight;…") is taken as it is.

    Parameters
    ----------
    data
        The file's bytes.

    Raises
    ------
    Refusal
        If the file is too large, not text, or holds no two columns of numbers.
    """
    if len(data) > LARGEST:
        raise too_large(len(data))
    return read_text(decode(data))


def read_text(text: str) -> OwnPoints:
    """Return the points of a text; see `read`.

    Raises
    ------
    Refusal
        If it holds no two columns of numbers.
    """
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"]
    if lines and re.fullmatch(r"sep=.", lines[0].strip(), re.IGNORECASE):
        del lines[0]  # Excel's own hint; the separator is found anyway
    if not lines:
        raise Refusal("empty")
    own = _own_form(lines)
    return own if own is not None else _table(lines)


def _own_form(lines: Sequence[str]) -> OwnPoints | None:
    """Return the points of a single line "x,y;x,y,w;…", or None if it is another text."""
    pieces = [piece for piece in lines[0].split(";") if piece.strip()]
    if len(lines) > 1 or len(pieces) < 2 or not all("," in piece for piece in pieces):
        return None
    try:
        return OwnPoints(None, canonical(lines[0]), rows=len(pieces))
    except Refused:  # too far away, or too many: but still one point per piece
        return _table(pieces)


def _table(lines: Sequence[str]) -> OwnPoints:
    """Return the points of a table."""
    sample = lines[:LOOK_AT]
    separator = max(SEPARATORS, key=lambda one: _merit(sample, one))
    chosen = _columns([_cells(line, separator) for line in sample], separator)
    pairs: list[tuple[float, float]] = []
    left_out, names = 0, ("", "")
    first, second = chosen
    for number, line in enumerate(lines):
        cells = _cells(line, separator, second + 1)
        first_cell = cells[first].strip() if first < len(cells) else ""
        second_cell = cells[second].strip() if second < len(cells) else ""
        x, y = _number(first_cell, separator), _number(second_cell, separator)
        if math.isfinite(x) and math.isfinite(y):
            pairs.append((x, y))
        elif number == 0 and _is_heading(first_cell, second_cell, separator):
            names = (first_cell, second_cell)
        else:
            left_out += 1
    if not pairs:
        raise Refusal("no-pairs", rows=left_out)
    if len(pairs) == 1 and len(lines) == 1 and len(_cells(lines[0], separator)) > 3:
        raise Refusal("one-row")
    return replace(_sampled(np.array(pairs)), left_out=left_out, columns=names)


def _sampled(pairs: np.ndarray[Any, np.dtype[np.float64]]) -> OwnPoints:
    """Return all the points, or a fair sample of `MOST_POINTS` in their order."""
    if len(pairs) <= MOST_POINTS:
        return OwnPoints(Cloud(pairs), rows=len(pairs))
    taken = np.random.default_rng(SEED).choice(len(pairs), MOST_POINTS, replace=False)
    return OwnPoints(Cloud(pairs[np.sort(taken)]), rows=len(pairs))


def _cells(line: str, separator: str, most: int = MOST_COLUMNS) -> list[str]:
    """Return the first cells of a line. A quote that is never closed harms no other line."""
    if separator == " ":
        return line.split(None, most)[:most]
    if '"' not in line:
        return line.split(separator, most)[:most]
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=True))[:most]
    except csv.Error:  # a cell longer than the module takes
        return []


def _merit(lines: Sequence[str], separator: str) -> tuple[int, float]:
    """Return how well a separator suits: lines with two numbers; share of cells that are numbers.

    "1,5;2,5" has two numbers either way, but only with the semicolon nothing is left over.
    """
    full, share = 0, 0.0
    for line in lines:
        cells = _cells(line, separator)
        numbers = sum(math.isfinite(_number(cell.strip(), separator)) for cell in cells)
        full += numbers >= 2
        share += numbers / max(1, len(cells))
    return full, share


def _columns(rows: Sequence[Sequence[str]], separator: str) -> tuple[int, int]:
    """Return the first two columns in which at least a third of the filled cells are numbers."""
    filled, numbers = [0] * MOST_COLUMNS, [0] * MOST_COLUMNS
    for row_number, row in enumerate(rows):
        for column, cell in enumerate(row):
            good = math.isfinite(_number(cell.strip(), separator))
            numbers[column] += good
            filled[column] += good or (row_number > 0 and cell.strip().lower() not in _NOTHING)
    fit = [c for c in range(MOST_COLUMNS) if numbers[c] and 3 * numbers[c] >= filled[c]]
    if not fit:
        raise Refusal("no-numbers")
    if len(fit) == 1:
        raise Refusal("one-column")
    return fit[0], fit[1]


def _is_heading(first: str, second: str, separator: str) -> bool:
    """Return whether two cells of the first row name their columns: words, and no number."""
    numbers = (_number(cell, separator) for cell in (first, second))
    words = any(cell.lower() not in _NOTHING for cell in (first, second))
    return words and not any(map(math.isfinite, numbers))


def _number(cell: str, separator: str) -> float:
    """Return a cell's number, NaN if it is none; a decimal comma where it cannot separate cells."""
    if len(cell) > LONGEST_CELL:
        return math.nan
    if _NUMBER.fullmatch(cell):
        return float(cell)
    if "\N{MINUS SIGN}" in cell:
        return _number(cell.replace("\N{MINUS SIGN}", "-"), separator)
    if separator != "," and _COMMA.fullmatch(cell):
        return float(cell.replace(",", "."))
    return math.nan

"""History and metrics as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ui.text import Words

BOM: Final = "\ufeff"
"""Excel on Korean Windows takes a CSV file without this mark for code page 949, and its header
becomes garbage; with it, Excel, LibreOffice, Google Sheets and pandas all read UTF-8."""


def table(words: Words, history: NDArray[Any], metrics: NDArray[Any]) -> str:
    """Return a run's numbers as CSV text, to be encoded as UTF-8.

    Parameters
    ----------
    words
        The language of the header.
    history
        Rows of `HISTORY_COLUMNS`, (n, 7).
    metrics
        Rows of `METRIC_COLUMNS`, (m, 7); a row stands beside the history's of the same iteration.

    Returns
    -------
    str
        A byte order mark, a header, and one line per iteration in order. A cell is empty where
        nothing was measured or the number is none. Numbers are as short as exactness allows.

    Raises
    ------
    ValueError
        If an array has another number of columns.
    """
    rows: dict[int, list[str]] = {}
    width = len(HISTORY_COLUMNS) + len(METRIC_COLUMNS) - 2
    parts = [
        ("history", history, len(HISTORY_COLUMNS), 0),
        ("metrics", metrics, len(METRIC_COLUMNS), len(HISTORY_COLUMNS) - 1),
    ]
    for name, array, columns, start in parts:
        if array.ndim != 2 or array.shape[1] != columns:
            raise ValueError(f"{name} has the shape {array.shape}, not (rows, {columns})")
        for row in array:
            cells = rows.setdefault(int(row[0]), [""] * width)
            cells[start : start + columns - 1] = [_cell(value) for value in row[1:]]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = ("iteration", *HISTORY_COLUMNS[1:], *METRIC_COLUMNS[1:])
    writer.writerow([words.say(f"take_home.column.{name}") for name in names])
    writer.writerows([iteration, *rows[iteration]] for iteration in sorted(rows))
    return BOM + text.getvalue()


def _cell(value: np.floating[Any]) -> str:
    """Return the shortest text that reads back as this number in its own precision."""
    return "" if np.isnan(value) else str(value).removesuffix(".0")

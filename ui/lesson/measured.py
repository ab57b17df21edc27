"""Figures that were measured beforehand, from the files that the benchmarks write."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ui.text import Words

FOLDER: Final = Path(__file__).resolve().parents[2] / "assets" / "measured"
NONE: Final = "–"
OURS: Final = ' class="ours"'


@cache
def read(name: str) -> Mapping[str, Any] | None:
    """Return what is in a file of measured figures; None if there is none."""
    file = FOLDER / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def outcomes(patient: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what was measured of a patient, by cure; "none" is the patient without any."""
    found = read("cures")
    return found["patients"].get(patient, {}) if found else {}


def before_after(words: Words, page: str, patient: str, cure: str) -> None:
    """Say in one line what a cure was seen to do for this patient; nothing if it was not tried."""
    found = outcomes(patient)
    if cure not in found or "none" not in found:
        return
    before, after = found["none"], found[cure]
    line = words.say(
        f"{page}.measured.line",
        modes=f"{before['modes'][0]:.0f} → {_span(after['modes'])}",
        hops=f"{before['hops'][0]:.0f} → {_span(after['hops'])}",
        time=f"{after['time']:.1f}",
    )
    st.markdown(f":gray[:small[{line}]]")


def cures(words: Words, page: str, patient: str, title: str) -> None:
    """Draw what was measured of all cures of a patient; nothing without the file."""
    found, rows = outcomes(patient), []
    for key, row in found.items():
        name = words.say(f"{page}.{'without' if key == 'none' else f'cure.{key}.name'}")
        verdicts = sorted(row["verdicts"].items(), key=lambda pair: -pair[1])
        said = ", ".join(f"{words.say(f'live.verdict_{one}')} {n}" for one, n in verdicts)
        rows.append(
            (
                name,
                _span(row["modes"]),
                _span(row["high_quality"], 100, "%"),
                _span(row["dominance"], 100, "%"),
                _span(row["hops"]),
                _span(row["w1"], digits=2),
                said,
                f"{row['time']:.1f}×",
            )
        )
    if rows:
        st.markdown(f"#### {title}")
        columns = ("cure", "modes", "quality", "dominance", "hops", "w1", "verdicts", "time")
        table([words.say(f"{page}.measured.{one}") for one in columns], rows)


def coverage(words: Words, page: str) -> None:
    """Draw what each method was seen to do on the published data, beside the published figures.

    Nothing without the file.
    """
    found = read("coverage")
    if not found:
        return
    columns = ("method", "captured", "quality", "kl", "width", "seconds")
    heads = [words.say(f"{page}.papers.{one}") for one in columns]
    for data, rows in found["rows"].items():
        st.markdown(f"#### {words.say(f'{page}.papers.{data}', n=found['modes'][data])}")
        lines: list[tuple[str, ...]] = []
        ours = set()
        for row in rows:
            name = words.say(f"{page}.papers.of.{row['method']}")
            ours.add(len(lines))
            width, seconds = _mean(row["width"], 2, error=False), _mean(row["seconds"], error=False)
            lines.append((name, *_figures(row), width, seconds))
            lines += [
                (words.say(f"{page}.papers.theirs", name=name, paper=one["source"]), *_figures(one))
                for one in row["published"]
            ]
        table(heads, [(*line, NONE, NONE)[: len(heads)] for line in lines], ours)
    said = {"seeds": found["seeds"], "steps": f"{found['steps']:,}", "command": found["command"]}
    st.caption(words.say(f"{page}.papers.how", **said))


def _figures(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        _mean(row["captured"], 1),
        _mean(row["high_quality"], 1, 100, "%"),
        _mean(row["reverse_kl"], 3),
    )


def _mean(
    pair: Sequence[float | None] | None,
    digits: int = 0,
    scale: float = 1,
    unit: str = "",
    *,
    error: bool = True,
) -> str:
    """Return "mean ± standard error"; the mean alone where no error is known or wanted."""
    if pair is None or pair[0] is None:
        return NONE
    said = f"{scale * pair[0]:.{digits}f}"
    if error and pair[1] is not None:
        said += f" ± {scale * pair[1]:.{digits}f}"
    return f"{said}{unit}"


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], strong: Collection[int] = ()
) -> None:
    """Draw a calm table; on a phone each row becomes a block of its own (style.css).

    Parameters
    ----------
    heads, rows
        Plain text.
    strong
        Numbers of the rows that stand out.
    """
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(
        f"<tr{OURS if i in strong else ''}>{_cells(heads, row)}</tr>" for i, row in enumerate(rows)
    )
    st.html(f'<table class="measured"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>')


def _cells(heads: Sequence[str], row: Sequence[str]) -> str:
    first, *others = (escape(cell) for cell in row)
    labels = [escape(head) for head in heads[1:]]
    cells = zip(labels, others, strict=True)
    return f'<th scope="row">{first}</th>' + "".join(
        f'<td data-label="{label}">{cell}</td>' for label, cell in cells
    )


def _span(numbers: Sequence[float], scale: float = 1, unit: str = "", *, digits: int = 0) -> str:
    """Return "median (least–most)", or one number where all are the same."""
    middle, low, high = (f"{scale * number:.{digits}f}" for number in numbers)
    if low == high:
        return f"{middle}{unit}"
    return f"{middle}{unit} ({low}–{high})"

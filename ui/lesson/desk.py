"""What happens to a student's notes: the callbacks of the lesson parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.presets import get_preset
from ui import session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.bench import Bench
    from ui.lesson.model import Unit

KEEPER: Final = "notes-keeper"
SEEN: Final = ":answer"
"""Behind a unit's key: the goal that opens its answer."""

_keeper: Final = st.components.v2.component(
    "gan_notes", js=(Path(__file__).parent / "keep.js").read_text(encoding="utf-8")
)


def keep() -> None:
    """Exchange the notes with the browser, which keeps them across visits."""
    text, recalled = session.kept_notes()
    _keeper(key=KEEPER, data={"notes": text, "recalled": recalled}, on_kept_change=_recall)


def _recall() -> None:
    session.recall(session.said(KEEPER, "kept"))


def goals(bench: Bench, units: Iterable[Unit]) -> list[dict[str, object]]:
    """Return what the running experiment may show next, for the live view."""
    notes, found = session.notes(bench.page), []
    for unit in units:
        if bench.preset.key != unit.key:
            continue
        if unit.key in notes.predictions and unit.key not in notes.opened:
            found.append(unit.seen.as_data(f"{unit.key}{SEEN}"))
        start = get_preset(unit.key).settings
        for task in unit.tasks:
            key = f"{unit.key}/{task.key}"
            if key not in notes.done and task.open_in(bench.settings, start):
                found.append(task.goal.as_data(key))
    return found


def take_reached(page: str, key: str) -> None:
    """Note what the running experiment has shown: the callback of the live view."""
    reached = session.said(key, "reached")
    notes = session.notes(page)
    for goal in reached if isinstance(reached, list) else []:
        if str(goal).endswith(SEEN):
            notes.opened.add(str(goal).removesuffix(SEEN))
        else:
            notes.done.add(str(goal))


def lock(page: str, unit: str, key: str) -> None:
    """Lock a prediction in, and start what will show how it was."""
    predicted = session.said(key)
    if predicted is not None:
        session.notes(page).predictions[unit] = str(predicted)
        session.show_preset(page, unit)


def open_answer(page: str, unit: str) -> None:
    """Open an answer by hand."""
    session.notes(page).opened.add(unit)


def again(page: str, unit: str) -> None:
    """Predict once more."""
    notes = session.notes(page)
    notes.predictions.pop(unit, None)
    notes.opened.discard(unit)


def judge(page: str, claim: str, key: str) -> None:
    """Note the student's verdict on a claim."""
    verdict = session.said(key)
    if verdict is not None:
        session.notes(page).verdicts[claim] = str(verdict)


def remark(page: str, preset: str, key: str) -> None:
    """Note what the student saw, in own words."""
    session.notes(page).remarks[preset] = str(session.said(key) or "")

"""What happens to a student's notes: the callbacks of the lesson parts."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.lesson.notebook import Notebook

KEEPER: Final = "notes-keeper"
SEEN: Final = ":answer"
"""Behind a unit's key: the goal that opens its answer."""

_keeper: Final = st.components.v2.component(
    "gan_notes", js=(Path(__file__).parent / "keep.js").read_text(encoding="utf-8")
)


def keep(place: str = "") -> None:
    """Exchange the notes with the browser, which keeps them across visits.

    Args:
        place: names a keeper in a part of the page that reruns by itself; '' is the page's own.
    """
    text, recalled = session.kept_notes()
    key = f"{KEEPER}-{place}" if place else KEEPER
    _keeper(
        key=key, data={"notes": text, "recalled": recalled}, on_kept_change=partial(_recall, key)
    )


def _recall(key: str) -> None:
    session.recall(session.said(key, "kept"))


def goals(bench: Bench, units: Iterable[Unit]) -> list[dict[str, object]]:
    """Return what the running experiment may show next, for the live view."""
    notes, found = session.notes(bench.page), []
    start, begun = bench.preset.settings, bench.preset.key
    for unit in units:
        if not unit.live:
            continue
        if unit.begins == begun:
            found += _answer_goal(unit, notes)
        for task in unit.tasks:
            key, here = f"{unit.key}/{task.key}", (task.preset or unit.begins) == begun
            if here and key not in notes.done and task.open_in(bench.settings, start):
                found.append(task.goal.as_data(key))
    return found


def sketch_goals(page: str, units: Iterable[Unit]) -> list[dict[str, object]]:
    """Return what the page's sketch may show next."""
    notes, found = session.notes(page), []
    for unit in units:
        if unit.live:
            continue
        found += _answer_goal(unit, notes)
        tasks = ((f"{unit.key}/{task.key}", task.goal) for task in unit.tasks)
        found += [goal.as_data(key) for key, goal in tasks if key not in notes.done]
    return found


def _answer_goal(unit: Unit, notes: Notebook) -> list[dict[str, object]]:
    """Return what opens the answer, while it is still to be waited for."""
    if unit.seen is None or unit.key not in notes.predictions or unit.key in notes.opened:
        return []
    return [unit.seen.as_data(f"{unit.key}{SEEN}")]


def take_reached(page: str, key: str) -> None:
    """Note what the running experiment has shown: the callback of the live view."""
    reached = session.said(key, "reached")
    notes = session.notes(page)
    for goal in reached if isinstance(reached, list) else []:
        if str(goal).endswith(SEEN):
            notes.opened.add(str(goal).removesuffix(SEEN))
        else:
            notes.done.add(str(goal))


def begun(bench: Bench, units: Iterable[Unit]) -> bool:
    """Return whether the live experiment may show: something was predicted, or it was asked for."""
    predicted = any(unit.key in session.notes(bench.page).predictions for unit in units)
    return predicted or bench.run is not None or bench.looks_at == session.LIVE_PART


def lock(page: str, unit: Unit, key: str) -> None:
    """Lock a prediction in, and start what will show how it was."""
    predicted = session.said(key)
    if predicted is None:
        return
    session.notes(page).predictions[unit.key] = str(predicted)
    if unit.sets is None:
        session.show_preset(page, unit.begins, unit.key, from_zero=unit.from_zero)
    else:
        session.set_sketch(page, unit.sets, unit.key)
    if unit.seen is None:
        open_answer(page, unit.key)


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

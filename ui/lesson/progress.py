"""How far a student has come: on a page, and along the learning path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from ui import session
from ui.lesson.course import COURSE
from ui.lessons import LESSONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.lesson.model import Unit
    from ui.lesson.notebook import Notebook
    from ui.lessons import Lesson
    from ui.text import Words

State = Literal["new", "begun", "done"]


@dataclass(frozen=True)
class Progress:
    """How far a student has come on one page.

    Attributes
    ----------
    done
        Steps that are done: predictions locked, tasks brought about.
    steps
        All steps of the page.
    touched
        Whether anything at all has been noted.
    """

    done: int
    steps: int
    touched: bool

    @property
    def state(self) -> State:
        """Not begun, begun, or all steps done."""
        if self.steps and self.done == self.steps:
            return "done"
        return "begun" if self.touched else "new"


def measure(units: Iterable[Unit], notes: Notebook) -> Progress:
    """Return how many steps of a page are done; notes of what it no longer asks do not count."""
    steps = done = 0
    for unit in units:
        steps += 1 + len(unit.tasks)
        predicted = notes.predictions.get(unit.key)
        done += predicted is not None and unit.question.allows(predicted)
        done += sum(f"{unit.key}/{task.key}" in notes.done for task in unit.tasks)
    return Progress(done, steps, not notes.empty)


def of(lesson: Lesson) -> Progress | None:
    """Return how far the student has come in a lesson; None for a page that asks nothing."""
    units = COURSE.get(lesson.slug)
    return measure(units.values(), session.notes(lesson.slug)) if units else None


# -- in the navigation

# Drawn, not written: a machine's fonts may lack the signs. 16 × 16, in the colour of the text.
_RING: Final = "<circle cx='8' cy='8' r='6' fill='none' stroke='black' stroke-width='1.5'/>"
SHAPES: Final[dict[State, str]] = {
    "new": _RING,
    "begun": f"{_RING}<path d='M8 2A6 6 0 0 0 8 14Z'/>",
    "done": "<path d='M2.5 8.5 6.5 12.500 13.5 4' fill='none' stroke='black' stroke-width='2'/>",
}


def marks(words: Words) -> None:
    """Mark each lesson in the navigation: not begun, begun, done; in words for screen readers.

    By a stylesheet, because a page's title and icon are read before its notes are known, and a
    changed page would be another one to Streamlit.
    """
    rules = [
        _rule(lesson, found.state, words.say(f"progress.{found.state}"))
        for lesson in LESSONS
        if (found := of(lesson)) is not None
    ]
    st.html(f"<style>{''.join(rules)}</style>")


def _rule(lesson: Lesson, state: State, said: str) -> str:
    shape = SHAPES[state].replace("<", "%3C").replace(">", "%3E")
    image = (
        "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
        f"viewBox='0 0 16 16'%3E{shape}%3C/svg%3E\")"
    )
    link = f'[data-testid="stSidebarNavLink"][href$="/{lesson.slug}"]'
    return f'{link}::after {{ content: "" / ", {said}"; mask-image: {image} }}\n'


# -- on Home


def summary(words: Words) -> None:
    """Draw how far the student has come, and a way to forget it; nothing before a first note."""
    begun = [(lesson, found) for lesson in LESSONS if (found := of(lesson)) and found.touched]
    if not begun:
        return
    with st.container(key="progress", gap="xsmall"):
        for lesson, found in begun:
            name = words.say(f"shell.page.{lesson.slug}")
            st.markdown(words.say("progress.steps", name=name, n=found.done, of=found.steps))
        with st.popover(words.say("progress.forget"), type="tertiary"):
            st.markdown(words.say("progress.sure"))
            st.button(
                words.say("progress.yes"),
                key="forget",
                icon=":material/delete:",
                on_click=session.forget_notes,
            )

"""How far a student has come: what counts, and what does not."""

import pytest

from ui.lesson.course import COURSE
from ui.lesson.notebook import Notebook
from ui.lesson.progress import SHAPES, Progress, measure
from ui.lessons import LESSONS
from ui.text import LANGUAGES, Words

UNITS = COURSE["playground"].values()
EVERYTHING = Notebook(
    predictions={"healthy": "ground", "hop": "modes", "saturate": "300", "unfrozen-d": "gone"},
    done={f"{unit.key}/{task.key}" for unit in UNITS for task in unit.tasks},
)


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (Notebook(), Progress(0, 9, False)),
        (Notebook(opened={"hop"}), Progress(0, 9, True)),
        (Notebook(remarks={"hop": "It hops."}), Progress(0, 9, True)),
        (Notebook(predictions={"hop": "d_cost"}), Progress(1, 9, True)),
        (Notebook(predictions={"hop": "modes"}, done={"hop/heal"}), Progress(2, 9, True)),
        (EVERYTHING, Progress(9, 9, True)),
    ],
)
def test_steps(notes, expected):
    assert measure(UNITS, notes) == expected


@pytest.mark.parametrize(
    ("notes", "state"),
    [(Notebook(), "new"), (Notebook(done={"hop/heal"}), "begun"), (EVERYTHING, "done")],
)
def test_states(notes, state):
    assert measure(UNITS, notes).state == state


def test_notes_of_what_is_not_asked_do_not_count():
    forged = Notebook(
        predictions={"hop": "<b>", "saturate": "nan", "gone": "x"}, done={"hop/fly", "x/heal"}
    )
    assert measure(UNITS, forged).done == 0
    assert measure((), forged).state == "begun"


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_are_drawn_and_said(language):
    words = Words(language)
    assert len({words.say(f"progress.{state}") for state in SHAPES}) == len(SHAPES) == 3
    assert COURSE.keys() <= {lesson.slug for lesson in LESSONS}

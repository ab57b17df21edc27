"""The ward of the clinic: patients without a name, diagnosed before the app says what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import names, session
from ui.lesson import chooser, parts
from ui.lesson.collapse_clinic import BEDS, ILLNESSES, PATIENTS

if TYPE_CHECKING:
    from ui.bench import Bench
    from ui.text import Words


def blind(bench: Bench) -> bool:
    """Return whether a patient is being watched whom the student has not diagnosed yet."""
    return not known(bench, bench.preset.key)


def known(bench: Bench, key: str) -> bool:
    """Return whether it may be told what a preset has: it has a name, or has been diagnosed."""
    return key not in PATIENTS or key in _diagnosed(bench)


def _diagnosed(bench: Bench) -> dict[str, str]:
    return session.notes(bench.page).predictions


def name(words: Words, bench: Bench, key: str) -> str:
    """Return what a bed is called: an undiagnosed patient has a letter alone."""
    title = names.preset_title(words, key)
    if key not in PATIENTS or not known(bench, key):
        return title
    return f"{title}: {words.say(f'live.verdict_{PATIENTS[key]}')}"


def beds(bench: Bench, words: Words) -> None:
    """Draw the choice between the patients."""
    label = words.say("collapse-clinic.beds")
    chooser.choose(bench, words, BEDS, label, lambda one: name(words, bench, one))


def says(bench: Bench, words: Words) -> None:
    """Draw what the patient is known for; once it has been changed, the way back."""
    with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
        if chooser.changed(bench):
            chooser.back(bench, words)
        elif blind(bench):
            st.markdown(words.say(f"{bench.page}.unnamed"))
        else:
            st.markdown(chooser.known(bench, words))


def question(bench: Bench, words: Words) -> None:
    """Draw what is asked about the patient in the picture, or what was found; else nothing."""
    page, key = bench.page, bench.preset.key
    if key not in PATIENTS:
        return
    with st.container(key="task"):
        said = _diagnosed(bench).get(key)
        if said not in ILLNESSES:
            _ask(words, page, key)
            return
        mine, true = (words.say(f"live.verdict_{one}") for one in (said, PATIENTS[key]))
        parts.explanation(page, words, key, mine, true, right=said == PATIENTS[key])


def _ask(words: Words, page: str, key: str) -> None:
    widget = f"diagnose-{key}"
    st.radio(
        words.say(f"{page}.diagnose"),
        ILLNESSES,
        index=None,
        key=widget,
        format_func=lambda one: words.say(f"live.verdict_{one}"),
        horizontal=True,
    )
    chosen = session.said(widget) is not None
    st.button(
        words.say(f"{page}.lock"),
        key=f"lock-{key}",
        icon=":material/lock:",
        type="primary" if chosen else "secondary",
        disabled=not chosen,
        on_click=_diagnose,
        args=(page, key, widget),
    )


def _diagnose(page: str, key: str, widget: str) -> None:
    """Note the diagnosis; the patient goes on."""
    session.notes(page).predictions[key] = str(session.said(widget))

"""The ward of the clinic: patients without a name, diagnosed before the app says what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import names, session
from ui.lesson import desk, formula
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
    st.segmented_control(
        words.say("collapse-clinic.beds"),
        BEDS,
        required=True,
        key=(key := session.seeded(bench.page, "preset", bench.preset.key)),
        default=session.first(key),
        format_func=lambda one: name(words, bench, one),
        on_change=session.take_preset,
        args=(bench.page, key),
        label_visibility="collapsed",
    )


def says(bench: Bench, words: Words) -> None:
    """Draw what the patient is known for; once it has been changed, the way back."""
    with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
        if not _changed(bench):
            key = bench.preset.key
            if blind(bench):
                st.markdown(words.say(f"{bench.page}.unnamed"))
                return
            shows = words.say(f"presets.{key}.shows")
            seen = ""
            if bench.match is None:
                seen = words.say("presets.measured", shown=bench.preset.shown, of=bench.preset.of)
            st.markdown(f"{shows} :gray[{seen}]" if seen else shows)
            return
        st.markdown(f":gray[{words.say('playground.changed')}]")
        st.button(
            words.say("versus.back"),
            icon=":material/undo:",
            type="tertiary",
            on_click=session.choose_preset,
            args=(bench.page, bench.preset.key),
        )


def _changed(bench: Bench) -> bool:
    if bench.match is not None and bench.beside != bench.match.left:
        return True
    return bool(bench.changed)


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
        right = PATIENTS[key]
        mine, true = (words.say(f"live.verdict_{one}") for one in (said, right))
        what = {"said": true} if said == right else {"said": mine, "what": true}
        icon = ":material/check_circle:" if said == right else ":material/lightbulb:"
        verdict = words.say("lesson.right" if said == right else "lesson.surprise", **what)
        st.markdown(f"{icon} {verdict}")
        if session.projector() and not session.said(f"show-{key}"):
            st.toggle(words.say("lesson.reveal"), key=f"show-{key}")
            return
        formula.prose(words, page, f"explain-{key}")
        st.button(
            words.say("lesson.again"),
            key=f"again-{key}",
            type="tertiary",
            icon=":material/replay:",
            on_click=desk.again,
            args=(page, key),
        )


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

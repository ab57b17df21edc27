"""The parts of a lesson page as the student sees them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import frame, names, session
from ui.lesson import desk, formula
from ui.lesson.model import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ui.bench import Bench
    from ui.lesson.model import Claim, Unit
    from ui.text import Words

VERDICTS: Final = ("true", "false", "depends")


def unit(bench: Bench, words: Words, part: Unit) -> None:
    """Draw one round: what to do, the prediction, the answer, the tasks."""
    page, notes = bench.page, session.notes(bench.page)
    formula.prose(words, page, f"try-{part.key}")
    predicted = notes.predictions.get(part.key)
    if predicted is None or not part.question.allows(predicted):
        _ask(page, words, part)
    elif part.key not in notes.opened:
        _wait(bench, words, part, predicted)
    else:
        _answer(page, words, part, predicted)
    _tasks(bench, words, part)


def units(bench: Bench, words: Words, asked: Iterable[Unit]) -> None:
    """Draw some rounds, each in a column of readable width; one that is begun stands elsewhere."""
    for part in asked:
        with st.container(key=f"prose-unit-{part.key}"):
            if part.key != bench.task:
                unit(bench, words, part)
                continue
            name = f"{names.preset_title(words, part.begins)}: " if part.live else ""
            st.markdown(f":gray[{name}{words.say('lesson.above')}]")


def begun(bench: Bench, words: Words, asked: Iterable[Unit]) -> None:
    """Draw the round that the student has begun, where it is done; none if it is not of these."""
    for part in asked:
        if part.key != bench.task:
            continue
        with st.container(key="task"):
            unit(bench, words, part)
            st.button(
                words.say("playground.put_away"),
                icon=":material/close:",
                type="tertiary",
                on_click=session.end_task,
                args=(bench.page,),
            )


def _ask(page: str, words: Words, part: Unit) -> None:
    question = words.say(f"{page}.question.{part.key}.ask")
    key = f"predict-{part.key}"
    if isinstance(part.question, Choice):
        st.radio(
            question,
            part.question.options,
            index=None,
            key=key,
            format_func=lambda one: words.say(f"{page}.question.{part.key}.{one}"),
        )
        chosen = session.said(key) is not None
    else:
        st.select_slider(
            question,
            part.question.stops,
            key=key,
            format_func=lambda one: _guessed(words, page, part, one),
        )
        chosen = True
    st.button(
        words.say("lesson.lock", name=names.preset_title(words, part.begins))
        if part.live
        else words.say("lesson.lock_sketch"),
        key=f"lock-{part.key}",
        icon=":material/lock:",
        type="primary" if chosen else "secondary",
        disabled=not chosen,
        on_click=desk.lock,
        args=(page, part, key),
    )


def _wait(bench: Bench, words: Words, part: Unit, predicted: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        said = answer_text(words, bench.page, part, predicted)
        st.markdown(f":material/lock: {words.say('lesson.locked', said=said)}")
        if part.live and bench.preset.key != part.begins:
            st.button(
                words.say("lesson.run", name=names.preset_title(words, part.begins)),
                key=f"run-{part.key}",
                icon=":material/play_arrow:",
                on_click=session.show_preset,
                args=(bench.page, part.begins, part.key),
                kwargs={"from_zero": part.from_zero},
            )
        else:
            st.button(
                words.say("lesson.open" if part.live else "lesson.open_sketch"),
                key=f"open-{part.key}",
                type="tertiary",
                on_click=desk.open_answer,
                args=(bench.page, part.key),
            )


def _answer(page: str, words: Words, part: Unit, predicted: str) -> None:
    with st.container(key=f"answer-{part.key}"):
        said = answer_text(words, page, part, predicted)
        question = part.question
        if isinstance(question, Choice):
            right = predicted == question.right
            what = answer_text(words, page, part, question.right)
        else:
            right = question.near(float(predicted))
            what = words.say(f"{page}.question.{part.key}.measured")
        explanation(page, words, part.key, said, what, right=right)


def explanation(page: str, words: Words, key: str, said: str, what: str, *, right: bool) -> None:
    """Draw how an answer compares with what is seen, and why; a projector waits to be asked.

    Parameters
    ----------
    page
        Slug of the page.
    words
        The texts of one language.
    key
        Of what was asked: the prose `explain-<key>` says why.
    said, what
        What the student has said and what is seen, in words.
    right
        Whether they agree.
    """
    icon = ":material/check_circle:" if right else ":material/lightbulb:"
    st.markdown(f"{icon} {_verdict(words, said, what, right=right)}")
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


def _verdict(words: Words, said: str, what: str, *, right: bool) -> str:
    if right:
        return words.say("lesson.right", said=what)
    return words.say("lesson.surprise", said=said, what=what)


def _tasks(bench: Bench, words: Words, part: Unit) -> None:
    if not part.tasks:
        return
    done = session.notes(bench.page).done
    lines = []
    for task in part.tasks:
        key = f"{part.key}/{task.key}"
        text = words.say(f"{bench.page}.task.{part.key}.{task.key}")
        mark = ":material/check_box:" if key in done else ":material/check_box_outline_blank:"
        lines.append(f"{mark} {text}{_done(words, key in done)}")
    st.markdown("\n\n".join([f"**{words.say('lesson.tasks')}**", *lines]))
    if part.mend and part.key in session.notes(bench.page).opened:
        with st.expander(words.say("lesson.mend"), key=f"mend-{part.key}"):
            formula.prose(words, bench.page, f"mend-{part.key}")


def _done(words: Words, done: bool) -> str:
    return f" :green[**{words.say('lesson.done')}**]" if done else ""


def answer_text(words: Words, page: str, part: Unit, key: str) -> str:
    """Return a kept answer in words."""
    if not part.question.allows(key):
        return ""
    if isinstance(part.question, Choice):
        return words.say(f"{page}.question.{part.key}.{key}")
    return _guessed(words, page, part, float(key))


def _guessed(words: Words, page: str, part: Unit, value: float) -> str:
    return words.say(f"{page}.question.{part.key}.value", n=names.number(float(value)))


def fact_check(bench: Bench, words: Words, claims: Iterable[Claim]) -> None:
    """Draw the drawer of claims: the student judges, then sees what decides."""
    page = bench.page
    verdicts = session.notes(page).verdicts
    with st.expander(words.say("lesson.claims"), icon=":material/fact_check:"):
        for claim in claims:
            with st.container(key=f"claim-{claim.key}"):
                st.markdown(f"**{words.say(f'{page}.claim.{claim.key}')}**")
                key = f"verdict-{claim.key}"
                said = verdicts.get(claim.key)
                if said not in VERDICTS:
                    st.segmented_control(
                        words.say("lesson.judge"),
                        VERDICTS,
                        key=key,
                        format_func=lambda one: words.say(f"lesson.verdict.{one}"),
                        on_change=desk.judge,
                        args=(page, claim.key, key),
                        label_visibility="collapsed",
                    )
                    continue
                mine, true = (words.say(f"lesson.verdict.{one}") for one in (said, claim.verdict))
                st.markdown(_verdict(words, mine, true, right=said == claim.verdict))
                st.markdown(words.prose(page, f"truth-{claim.key}"))
                _decide(page, words, claim)


def _decide(page: str, words: Words, claim: Claim) -> None:
    """Draw the way to what decides a claim: an experiment, or the sketch; or none."""
    if claim.preset:
        label = words.say("lesson.decide", name=names.preset_title(words, claim.preset))
        act: Callable[[], None] = partial(
            session.show_preset, page, claim.preset, changes=claim.changes
        )
    elif not claim.sets:
        return
    else:
        label = words.say("lesson.decide_sketch")
        act = partial(session.set_sketch, page, claim.sets)
    st.button(
        label,
        key=f"decide-{claim.key}",
        type="tertiary",
        icon=":material/play_arrow:",
        on_click=act,
    )


def closing(bench: Bench, words: Words, claims: Iterable[Claim]) -> None:
    """Draw how a lesson page ends: claims to judge, what to read, the presenter's notes."""
    fact_check(bench, words, claims)
    frame.prose(words, bench.page, "read")
    with st.expander(words.say("lesson.notes"), icon=":material/co_present:"):
        st.markdown(words.prose(bench.page, "presenter"))
    frame.scroll_up(bench)

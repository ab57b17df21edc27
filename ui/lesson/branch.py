"""What is said beside a branch: from where it parted, in what it differs, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import names, session

if TYPE_CHECKING:
    from gan_core.settings import Field, Settings
    from ui.bench import Bench
    from ui.text import Words

LONGEST_VALUE: Final = 20
"""Letters of a value that a heading has room for."""


def titles(bench: Bench, words: Words) -> dict[str, object] | None:
    """Return the headings of the two pictures; None where there is one."""
    if bench.beside is None:
        return None
    common = bench.settings.game == bench.beside.game
    heads = zip(("left", "right"), _remarks(bench, words), strict=True)
    said = {side: " · ".join([words.say(f"branch.{side}"), *more]) for side, more in heads}
    return {**said, "common": common}


def _remarks(bench: Bench, words: Words) -> tuple[list[str], list[str]]:
    """Return what the headings of both sides add: the one setting that differs, or what to do."""
    pairs = differing(bench.beside or bench.settings, bench.settings)
    if not pairs:
        return [], [words.say("branch.change")]
    name = names.full_label(words, pairs[0][1])
    said = [names.shown(words, one, one.value) for one in pairs[0]]
    if len(pairs) > 1:
        return [], [words.say("branch.several", count=len(pairs))]
    if max(map(len, said)) > LONGEST_VALUE:
        return [], [name]
    left, right = ([f"{name} {one}"] for one in said)
    return left, right


def panel(bench: Bench, words: Words) -> None:
    """Draw the differences between a branch and its parent, and what can become of it."""
    if bench.beside is None:
        return
    with st.container(key="branch"):
        found = differences(words, bench.beside, bench.settings)
        if found:
            said = [words.say("branch.differs"), "", *(f"- {one}" for one in found)]
            st.markdown("\n".join(said))
        else:
            st.markdown(words.say("branch.same"))
        with st.container(horizontal=True):
            for keep, icon in ((False, ":material/close:"), (True, ":material/check:")):
                st.button(
                    words.say("branch.keep" if keep else "branch.end"),
                    key=f"branch-{'keep' if keep else 'end'}",
                    icon=icon,
                    type="tertiary",
                    on_click=session.end_branch,
                    args=(bench.page,),
                    kwargs={"keep": keep},
                )


def differences(words: Words, left: Settings, right: Settings) -> list[str]:
    """Return in words what differs between two settings: "name: left → right"."""
    said = []
    for both in differing(left, right):
        shown = [names.quote(names.shown(words, one, one.value)) for one in both]
        said.append(f"{names.full_label(words, both[1])}: {shown[0]} → **{shown[1]}**")
    return said


def differing(left: Settings, right: Settings) -> list[tuple[Field, Field]]:
    """Return the fields of both that differ; those of one choice alone are told by the choice."""
    ours = {field.path: field for field in left.fields()}
    both = [(ours[field.path], field) for field in right.fields() if field.path in ours]
    return [(mine, other) for mine, other in both if mine.value != other.value]

"""What is said beside a branch: from where it parted, in what it differs, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import names, session

if TYPE_CHECKING:
    from gan_core.settings import Settings
    from ui.bench import Bench
    from ui.text import Words


def titles(bench: Bench, words: Words) -> dict[str, object] | None:
    """Return the headings of the two pictures; None where there is one."""
    if bench.beside is None:
        return None
    common = bench.settings.game == bench.beside.game
    left, right = words.say("branch.left"), words.say("branch.right")
    return {"left": left, "right": right, "common": common}


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
    fields = [{field.path: field for field in one.fields()} for one in (left, right)]
    said = []
    for path in dict.fromkeys([*fields[1], *fields[0]]):
        both = [one.get(path) for one in fields]
        if both[0] and both[1] and both[0].value == both[1].value:
            continue
        # a parameter that only one of two choices has is told by the choice
        if not (both[0] and both[1]):
            continue
        shown = [names.quote(names.shown(words, one, one.value)) for one in both if one]
        said.append(f"{names.full_label(words, both[1])}: {shown[0]} → **{shown[1]}**")
    return said

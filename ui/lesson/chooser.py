"""The choice between presets, the link to what is shown, and the way back from what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import names, session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamlit.delta_generator import DeltaGenerator

    from ui.bench import Bench
    from ui.text import Words

LONG_LINK: Final = 500
"""Characters from which on a link scrolls: many points of a student's own make many lines."""


def choose(
    bench: Bench,
    words: Words,
    keys: Iterable[str],
    label: str,
    name: Callable[[str], str] | None = None,
) -> None:
    """Draw the choice between presets, or matches.

    Parameters
    ----------
    bench
        The page's experiment.
    words
        The texts of one language.
    keys
        What the page offers; one for which a link has asked stands behind them.
    label
        What is chosen here, for those who hear the page.
    name
        Returns what a key is called; the title of the preset, unless given.
    """
    page = bench.page
    st.segmented_control(
        label,
        list(dict.fromkeys([*keys, bench.preset.key])),
        required=True,
        key=(key := session.seeded(page, "preset", bench.preset.key)),
        default=session.first(key),
        format_func=name or (lambda one: names.preset_title(words, one)),
        on_change=session.take_preset,
        args=(page, key),
        label_visibility="collapsed",
    )


def share(bench: Bench, words: Words) -> DeltaGenerator:
    """Draw the drawer that holds the page's link; return it, for what else belongs there."""
    drawer = st.popover(words.say("playground.share"), icon=":material/link:", type="tertiary")
    with drawer:
        st.markdown(words.say("playground.share_hint"))
        link = session.link(bench)
        long = len(link) > LONG_LINK
        st.code(link, language=None, wrap_lines=True, height=200 if long else "content")
    return drawer


def known(bench: Bench, words: Words) -> str:
    """Return what the preset shows, and in how many seeds it did."""
    shows = words.say(f"presets.{bench.preset.key}.shows")
    if bench.match is not None:
        return shows
    seen = words.say("presets.measured", shown=bench.preset.shown, of=bench.preset.of)
    return f"{shows} :gray[{seen}]"


def changed(bench: Bench) -> bool:
    """Return whether the student has moved away from the preset, or from either of a match."""
    if bench.match is not None and bench.beside != bench.match.left:
        return True
    return bool(bench.changed)


def back(bench: Bench, words: Words) -> None:
    """Draw that the preset has been changed, and the way back to it."""
    st.markdown(f":gray[{words.say('playground.changed')}]")
    if bench.match is None:
        label = words.say("playground.back", count=len(bench.changed))
    else:
        label = words.say("versus.back")
    st.button(
        label,
        icon=":material/undo:",
        type="tertiary",
        on_click=session.choose_preset,
        args=(bench.page, bench.preset.key),
    )


def panel(
    bench: Bench,
    words: Words,
    keys: Iterable[str],
    label: str,
    name: Callable[[str], str] | None = None,
) -> None:
    """Draw all of it: what can be chosen, its link, what is known of it or the way back."""
    with st.container(key="playground-presets", horizontal=True, vertical_alignment="center"):
        choose(bench, words, keys, label, name)
        share(bench, words)
    with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
        if changed(bench):
            back(bench, words)
        else:
            st.markdown(known(bench, words))

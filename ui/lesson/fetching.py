"""What a page says while the pictures of a preset are not on this computer: it goes on without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui import names, pictures, session

if TYPE_CHECKING:
    from ui.bench import Bench
    from ui.text import Words

LOOK_EVERY = 0.5
"""Seconds between two looks at how much has arrived."""


def panel(bench: Bench, words: Words) -> None:
    """Draw what has to be fetched for what the student wants, how far it is, or what is wrong."""
    if bench.wanted is None:
        return
    images = bench.wanted[1].images
    arriving = pictures.transfer(images)
    if arriving is not None and not arriving.running and arriving.error is None:
        _begin(bench)
    with st.container(key="fetching", border=True):
        if arriving is not None and arriving.running:
            st.fragment(_progress, run_every=LOOK_EVERY)(bench, words)
            return
        name = words.say(f"settings.choice.images.{images.key}")
        st.markdown(f"**{words.say('digit-studio.fetch.title', name=name)}**")
        if arriving is not None and arriving.error is not None:
            st.markdown(names.unavailable(words, arriving.error))
        else:
            st.markdown(words.say("digit-studio.fetch.says"))
        with st.container(horizontal=True):
            st.button(
                words.say("digit-studio.fetch.again" if arriving else "digit-studio.fetch.start"),
                key="fetch",
                icon=":material/download:",
                type="primary",
                on_click=pictures.fetch,
                args=(images,),
            )
            st.button(
                words.say("digit-studio.fetch.without"),
                key="fetch-without",
                type="tertiary",
                on_click=session.forget_wanted,
                args=(bench.page,),
            )


def _progress(bench: Bench, words: Words) -> None:
    """Draw how much has arrived; once all has, what was wanted begins."""
    if bench.wanted is None:
        return
    arriving = pictures.transfer(bench.wanted[1].images)
    if arriving is not None and arriving.running:
        done, total = (f"{number / 1e6:.1f}" for number in (arriving.done, arriving.total))
        said = words.say("digit-studio.fetch.arrives", done=done, total=total)
        st.progress(arriving.part, text=said)
        return
    _begin(bench)


def _begin(bench: Bench) -> None:
    """Begin what has waited, now that its pictures are here."""
    session.begin_wanted(bench.page)
    if bench.wanted is None:
        st.rerun()

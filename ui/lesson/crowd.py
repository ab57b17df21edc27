"""Many seeds at once, as a part of any page: closed at first, so that it costs nothing unasked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ui import session
from ui.crowd.component import crowd_view
from ui.crowd.run import CHOICES, SEEDS

if TYPE_CHECKING:
    from gan_core.settings import Settings
    from ui.bench import Bench
    from ui.text import Words

PART = "crowd"


def show(
    bench: Bench,
    words: Words,
    *,
    settings: Settings | None = None,
    beside: Settings | None = None,
    titles: tuple[str, str] | None = None,
) -> None:
    """Draw the button that opens it, or many seeds at once.

    Parameters
    ----------
    bench
        The page's experiment; a seed can be opened there.
    words
        The texts of one language.
    settings
        What the seeds play, from its seed on; the present settings of the page unless given.
    beside
        What the same seeds play in a second row, with the same data.
    titles
        What the two rows are called, unless "before" and "after".

    Raises
    ------
    ValueError
        If the two rows have different data.
    """
    crowd, page = bench.crowd, bench.page
    rows = (settings or bench.settings, *([beside] if beside else []))
    if len({row.data for row in rows}) > 1:
        raise ValueError("both rows of a crowd need the same data")
    with st.container(key=PART):
        if not crowd.seeds:
            st.button(
                words.say("crowd.open"),
                key="crowd-open",
                icon=":material/grid_view:",
                help=words.say("crowd.open_hint"),
                on_click=session.take_seeds,
                args=(page, int(SEEDS.value)),
            )
            return
        _head(bench, words)
        if titles is None:
            titles = words.say("crowd.before"), words.say("crowd.after")
        crowd_view(
            key=(key := f"{page}-crowd"),
            socket=crowd.socket(bench.preset.key, rows),
            seeds=crowd.seeds,
            titles=titles if beside else [""],
            words={**words.all("live"), **words.under("crowd", "view")},
            on_seed=partial(session.take_seed, page, key),
            projector=session.projector(),
        )


def _head(bench: Bench, words: Words) -> None:
    """Draw why it is there, how many seeds, and the way to close it."""
    crowd, page = bench.crowd, bench.page
    with st.container(key="crowd-head", horizontal=True, vertical_alignment="center"):
        st.markdown(words.say("crowd.says"))
        with st.container(key="crowd-acts", horizontal=True, width="content"):
            st.segmented_control(
                words.say("crowd.seeds"),
                sorted({*CHOICES, crowd.seeds}),
                required=True,
                key=(key := session.seeded(page, SEEDS.path, crowd.seeds)),
                default=session.first(key),
                on_change=session.take_seeds_of,
                args=(page, key),
                label_visibility="collapsed",
            )
            st.button(
                words.say("crowd.close"),
                key="crowd-close",
                icon=":material/close:",
                type="tertiary",
                on_click=session.take_seeds,
                args=(page, 0),
            )

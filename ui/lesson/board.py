"""The sketch of a page, with the goals of its units."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ui import frame, session
from ui.lesson import desk, parts
from ui.sketch.component import sketch
from ui.sketch.pages import SKETCHES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.text import Words


def show(
    page: str,
    kind: str,
    words: Words,
    units: Iterable[Unit] = (),
    facts: Mapping[str, object] | None = None,
) -> None:
    """Draw a page's sketch; its words are those of the page under `sketch.`.

    Parameters
    ----------
    page
        Slug of the page.
    kind
        Which sketch: see `ui.sketch.component.KINDS`.
    words
        The texts of one language.
    units
        What the page asks; those about the sketch are checked off by it.
    facts
        What only the server can compute, for the sketch to draw.
    """
    state, key = session.sketch(page), f"{page}-sketch"
    sketch(
        kind,
        key=key,
        knobs=SKETCHES[page],
        values=state.values,
        turn=state.turn,
        words=words.under(page, "sketch"),
        facts=facts,
        goals=desk.sketch_goals(page, units),
        on_values=partial(session.take_sketch, page, key),
        on_reached=partial(desk.take_reached, page, key),
        projector=session.projector(),
    )


def opening(
    bench: Bench,
    words: Words,
    kind: str,
    units: Iterable[Unit],
    facts: Mapping[str, object] | None = None,
) -> None:
    """Draw how a page about a sketch begins: the sketch, what it shows, what to know and to try.

    Parameters
    ----------
    bench
        The page's live experiments, which come later.
    words, kind, units, facts
        As for `show`.
    """
    asked = tuple(units)
    frame.problems(bench, words)
    show(bench.page, kind, words, asked, facts)
    parts.begun(bench, words, asked)
    frame.prose(words, bench.page, "see", "know", "try")

"""The live part of the digit studio: the view, where it begins, and what its preset shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.images.settings import ImageSettings
from ui import session
from ui.bench import trained_run
from ui.lesson import chooser, desk
from ui.lesson.digit_studio import own_company, stages
from ui.studio.component import studio_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.text import Words

STARTS: Final = ("trained", session.FROM_ZERO)


def show(bench: Bench, words: Words, units: Iterable[Unit]) -> None:
    """Draw the pictures as they grow, with what is inside them."""
    page, settings = bench.page, settings_of(bench)
    studio_view(
        key=(live := f"{page}-live"),
        socket=session.socket(bench),
        words={**words.all("live"), **words.under(page, "view")},
        classes=class_names(words, settings),
        labelled=bool(settings.classes),
        stages=stages(settings),
        own=own_company(settings),
        returning=session.returning(bench),
        on_offer=partial(session.take_offer, page, live),
        goals=desk.goals(bench, units),
        on_reached=partial(desk.take_reached, page, live),
        projector=session.projector(),
    )


def settings_of(bench: Bench) -> ImageSettings:
    """Return the page's settings, which are of pictures.

    Raises
    ------
    TypeError
        If they are not.
    """
    settings = bench.settings
    if not isinstance(settings, ImageSettings):
        raise TypeError(f"the studio shows pictures, not {settings!r}")
    return settings


def class_names(words: Words, settings: ImageSettings) -> list[str]:
    """Return what the classes of the pictures are called: digits, unless they have names."""
    count, key = settings.images.classes, settings.images.key
    named = words.under("digit-studio", f"class.{key}") if key == "fashion-mnist" else {}
    return [named.get(str(i), str(i)) for i in range(count)]


def start(bench: Bench, words: Words) -> None:
    """Draw the choice between a trained beginning and zero, where there are both."""
    if not trained_run(bench.preset.key).exists():
        return
    page = bench.page
    value = STARTS[bench.from_zero]
    st.segmented_control(
        words.say(f"{page}.start.title"),
        STARTS,
        required=True,
        key=(key := session.seeded(page, "start", value)),
        default=session.first(key),
        format_func=lambda one: words.say(f"{page}.start.{one}"),
        help=words.say(f"{page}.start.hint"),
        on_change=session.take_start,
        args=(page, key),
        label_visibility="collapsed",
    )


def says(bench: Bench, words: Words) -> None:
    """Draw what the preset is known for; once it has been changed, the way back."""
    with st.container(key="playground-says", horizontal=True, vertical_alignment="center"):
        if chooser.changed(bench):
            chooser.back(bench, words)
        else:
            st.markdown(chooser.known(bench, words))

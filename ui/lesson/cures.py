"""The cures of the clinic as switches: what each does, what it costs, what it was seen to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.cures import CURES, present, switched
from gan_core.settings import live_change
from ui import names, session
from ui.controls import RESTARTS
from ui.lesson import crowd, measured, ward

if TYPE_CHECKING:
    from gan_core.cures import Cure
    from gan_core.settings import Settings
    from ui.bench import Bench
    from ui.text import Words

COLUMNS: Final = 3


def panel(bench: Bench, words: Words) -> None:
    """Draw a switch for each cure; whatever is switched changes the running experiment."""
    page, patient = bench.page, bench.preset.settings
    st.markdown(f"#### {words.say(f'{page}.cures')}")
    st.caption(words.say(f"{page}.cures_hint", icon=RESTARTS))
    there = present(bench.settings, patient)
    with (
        st.container(key="cures"),
        st.grid(COLUMNS, min_column_width=280, gap=("medium", "small")) as grid,
    ):
        for cure in CURES.values():
            with grid.cell(), st.container(key=f"cure-{cure.key}", gap="xxsmall"):
                _switch(bench, words, cure, on=cure.key in there)


def seeds(bench: Bench, words: Words) -> None:
    """Draw the way to many seeds at once: this patient before and after the cures, if any."""
    patient, now = bench.preset.settings, bench.settings
    found = present(now, patient)
    if not found or patient.data != now.data:
        crowd.show(bench, words)
        return
    named = " + ".join(words.say(f"{bench.page}.cure.{key}.name") for key in found)
    titles = (words.say(f"{bench.page}.without"), named)
    crowd.show(bench, words, settings=patient, beside=now, titles=titles)


def _switch(bench: Bench, words: Words, cure: Cure, *, on: bool) -> None:
    page, patient = bench.page, bench.preset.settings
    say = f"{page}.cure.{cure.key}"
    fits = cure.fits(bench.settings)
    its_own = fits and cure.fits(patient) and cure.apply(patient) == patient
    live = not fits or live_change(
        bench.settings, switched(bench.settings, patient, cure.key, on=not on)
    )
    key = session.seeded(page, f"cure-{cure.key}", on)
    st.toggle(
        f"**{words.say(f'{say}.name')}**" + ("" if live else f" {RESTARTS}"),
        session.first(key),
        key=key,
        disabled=its_own or not fits,
        on_change=_take,
        args=(bench, cure.key, key),
    )
    st.caption(words.say(f"{page}.its_own" if its_own else f"{say}.does"))
    if on and cure.amount:
        _amount(bench, words, cure, bench.settings)
    if not (its_own or ward.blind(bench)):
        measured.before_after(words, page, bench.preset.key, cure.key)


def _amount(bench: Bench, words: Words, cure: Cure, settings: Settings) -> None:
    field = next(one for one in settings.fields() if one.path == cure.amount)
    value = field.value
    key = session.seeded(bench.page, f"amount-{cure.key}", value)
    at = session.first(key)
    st.select_slider(
        names.label(words, field),
        sorted({*cure.amounts, at}),
        at,
        key=key,
        format_func=lambda one: names.shown(words, field, one),
        on_change=session.take,
        args=(bench.page, cure.amount, key),
    )


def _take(bench: Bench, key: str, widget: str) -> None:
    """Take over what a cure's switch says."""
    on = session.heard(widget)
    if on is None:
        return
    after = switched(bench.settings, bench.preset.settings, key, on=bool(on))
    session.change(bench.page, after.difference(bench.settings))

"""Controls made from `Settings.fields()`: a newly registered piece or parameter appears by itself.

Floats on a log scale are select sliders over the stops 1, 2, 5 of each decade, integers on a log
scale over powers of two; a value that came from a link or a preset is a stop of its own, so that
no control rounds what it shows. Keys are values, never labels.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, TypedDict

import streamlit as st

from ui import names, session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gan_core.settings import Field, Value
    from ui.bench import Bench
    from ui.text import Words

MAIN: Final = ("game", "d_optimizer.lr", "g_optimizer.lr", "update.d_steps", "data")
"""The five controls that are always visible; one whose field is not there is left out."""

MOST_SLIDER_STEPS: Final = 1000
"""A range with more steps is typed, not slid (the seed)."""
RESTARTS: Final = "↺"
TEXT_HEIGHT: Final = 150
"""Pixels: some five lines."""


class _About(TypedDict):
    """What every control has."""

    label: str
    key: str
    help: str
    on_change: Callable[..., None]
    args: tuple[str, ...]


def main_controls(bench: Bench, words: Words, main: Iterable[str] = MAIN) -> None:
    """Draw the five visible controls in one row, or in fewer columns where it is narrow."""
    fields = {field.path: field for field in bench.settings.fields()}
    with st.container(key=f"{bench.page}-main"), st.grid(5, min_column_width=150):
        for path in main:
            if path in fields:  # a simultaneous update has no number of D steps
                control(bench, fields[path], words)


def drawer(bench: Bench, words: Words, main: Iterable[str] = MAIN) -> None:
    """Draw the drawer with all other controls, in groups."""
    grouped = groups(bench.settings.fields(), main)
    with st.expander(words.say("settings.more"), key=f"{bench.page}-drawer"):
        st.caption(words.say("settings.legend", icon=RESTARTS))
        with st.grid(4, min_column_width=220, gap=("medium", "medium")) as grid:
            for group, fields in grouped.items():
                with grid.cell():
                    st.markdown(f"**{words.say(f'settings.group.{group}')}**")
                    for field in fields:
                        control(bench, field, words)


def groups(fields: Iterable[Field], main: Iterable[str] = MAIN) -> dict[str, list[Field]]:
    """Return what belongs into the drawer, by group, in order; there are no empty groups."""
    visible = frozenset(main)
    found: dict[str, list[Field]] = {group: [] for group in names.GROUPS}
    for field in fields:
        only_one = field.kind == "choice" and len(field.choices) == 1
        if field.path not in visible and not only_one:
            found[names.group_of(field)].append(field)
    return {group: members for group, members in found.items() if members}


def control(bench: Bench, field: Field, words: Words, *, side: str = "") -> None:
    """Draw the control of one field; a change goes to the running experiment.

    Of two experiments, to the one at `side` ("left", "right"), or to both.
    """
    kind = widget_of(field)
    if kind == "text":
        _text(bench, field, words)
        return
    path = f"{side}.{field.path}" if side else field.path
    key = session.seeded(bench.page, path, field.value)
    about: _About = {
        "label": _label(field, words),
        "key": key,
        "help": names.help_text(words, field),
        "on_change": session.take,
        "args": (bench.page, path, key),
    }
    if kind == "choice":
        named = partial(names.choice, words, field)
        start = field.choices.index(session.first(key))
        st.selectbox(options=field.choices, index=start, format_func=named, **about)
    elif kind == "stops":
        own = bench.preset.settings.flat().get(field.path)
        shown = partial(names.shown, words, field)
        at = session.first(key)
        found = sorted({*stops(field, own), at})
        st.select_slider(options=found, value=at, format_func=shown, **about)
    else:
        low, high = _bounds(field)
        step = step_of(field)
        at = _typed(field, session.first(key))
        if kind == "typed":
            st.number_input(min_value=low, max_value=high, value=at, step=step, **about)
        else:
            shape = _format(field, step)
            st.slider(min_value=low, max_value=high, value=at, step=step, format=shape, **about)


def _text(bench: Bench, field: Field, words: Words) -> None:
    """Draw the area for a text; below it what is wrong with it, and the text stays to be mended."""
    written, error = bench.refused.get(field.path, (lines(str(field.value)), None))
    key = session.seeded(bench.page, field.path, written)
    st.text_area(
        _label(field, words),
        session.first(key),
        key=key,
        help=names.help_text(words, field),
        height=TEXT_HEIGHT,
        on_change=session.take_text,
        args=(bench.page, field.path, key),
    )
    if error is not None:
        st.error(names.explain(words, error, bench.settings), icon=":material/error:")


def lines(text: str) -> str:
    """Return a list as a person reads it: one item per line."""
    return text.replace(";", "\n")


def _label(field: Field, words: Words) -> str:
    label = names.label(words, field)
    return label if field.live else f"{label} {RESTARTS}"


def widget_of(field: Field) -> str:
    """Return which widget suits a field: "choice", "text", "stops", "typed" or "slider"."""
    if field.kind in ("choice", "text"):
        return field.kind
    if field.scale == "log":
        return "stops"
    steps = (field.high - field.low) / (field.step or 1)
    return "typed" if steps > MOST_SLIDER_STEPS else "slider"


def stops(field: Field, own: Value | None = None) -> list[float]:
    """Return the stops of a log scale, with the present value and the preset's among them.

    Parameters
    ----------
    field
        A number with positive bounds.
    own
        The preset's value, if the preset has this field.
    """
    if field.kind == "int":
        inside: list[float] = [2**n for n in _exponents(field, 2)]
    else:
        # From text, not from powers: 10**-5 * 3 is not 3e-5.
        inside = [float(f"{lead}e{n}") for n in _exponents(field, 10) for lead in (1, 2, 5)]
    found = {stop for stop in inside if field.low <= stop <= field.high}
    found |= {_typed(field, field.low), _typed(field, field.high)}
    found |= {value for value in (field.value, own) if isinstance(value, int | float)}
    return sorted(found)


def step_of(field: Field) -> float:
    """Return a step on whose grid the present value lies, so that the slider can show it."""
    if field.kind == "int":
        step = int(field.step or 1)
        return step if (int(field.value) - int(field.low)) % step == 0 else 1
    step_, low = Decimal(repr(field.step or 0.01)), Decimal(repr(field.low))
    value = Decimal(repr(field.value))
    at_end = field.value in (field.low, field.high)
    while not at_end and (value - low) % step_ and step_ > Decimal("1e-9"):
        step_ /= 10
    return float(step_)


def _exponents(field: Field, base: int) -> range:
    low, high = (math.log(bound, base) for bound in (field.low, field.high))
    return range(math.floor(low), math.ceil(high) + 1)


def _typed(field: Field, bound: float) -> float:
    return int(bound) if field.kind == "int" else float(bound)


def _bounds(field: Field) -> tuple[float, float]:
    return _typed(field, field.low), _typed(field, field.high)


def _format(field: Field, step: float) -> str:
    unit = field.unit.replace("%", "%%")
    if field.kind == "int":
        return f"%d{unit}"
    decimals = max(0, -int(Decimal(repr(step)).normalize().as_tuple().exponent))
    return f"%.{decimals}f{unit}"

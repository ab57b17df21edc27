"""Controls made from `Settings.fields()`: a newly registered piece or parameter appears by itself.

Floats on a log scale are select sliders over the stops 1, 2, 5 of each decade, integers on a log
scale over powers of two; a value that came from a link or a preset is a stop of its own, so that
no control rounds what it shows. Keys are values, never labels.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import names, session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_core.settings import Field, Value
    from ui.session import Bench
    from ui.text import Words

MAIN: Final = ("game", "d_optimizer.lr", "g_optimizer.lr", "update.d_steps", "data")
"""The five controls that are always visible."""

MOST_SLIDER_STEPS: Final = 1000
"""A range with more steps is typed, not slid (the seed)."""
RESTARTS: Final = "↺"


def main_controls(bench: Bench, words: Words) -> None:
    """Draw the five visible controls in one row, or in fewer columns where it is narrow."""
    fields = {field.path: field for field in bench.settings.fields()}
    with st.container(key=f"{bench.page}-main"), st.grid(5, min_column_width=150):
        for path in MAIN:
            if path in fields:  # not every update rule has a number of D steps
                control(bench, fields[path], words)


def drawer(bench: Bench, words: Words) -> None:
    """Draw the drawer with all other controls, in groups."""
    grouped = groups(bench.settings.fields())
    with st.expander(words.say("settings.more"), key=f"{bench.page}-drawer"):
        st.caption(words.say("settings.legend", icon=RESTARTS))
        with st.grid(4, min_column_width=220, gap=("medium", "medium")) as grid:
            for group, fields in grouped.items():
                with grid.cell():
                    st.markdown(f"**{words.say(f'settings.group.{group}')}**")
                    for field in fields:
                        control(bench, field, words)


def groups(fields: Iterable[Field]) -> dict[str, list[Field]]:
    """Return what belongs into the drawer, by group, in order; there are no empty groups."""
    found: dict[str, list[Field]] = {group: [] for group in names.GROUPS}
    for field in fields:
        only_one = field.kind == "choice" and len(field.choices) == 1
        if field.path not in MAIN and not only_one:
            found[names.group_of(field)].append(field)
    return {group: members for group, members in found.items() if members}


def control(bench: Bench, field: Field, words: Words) -> None:
    """Draw the control of one field; a change goes to the running experiment."""
    key = session.seeded(bench.page, field.path, field.value)
    label = names.label(words, field)
    if not field.live:
        label = f"{label} {RESTARTS}"
    help_text = names.help_text(words, field)
    take, args = session.take, (bench.page, field.path, key)
    own = bench.preset.settings.flat().get(field.path)
    match widget_of(field):
        case "choice":
            st.selectbox(
                label,
                field.choices,
                key=key,
                help=help_text,
                format_func=lambda one: names.choice(words, field, one),
                on_change=take,
                args=args,
            )
        case "stops":
            st.select_slider(
                label,
                stops(field, own),
                key=key,
                help=help_text,
                format_func=lambda one: names.shown(words, field, one),
                on_change=take,
                args=args,
            )
        case "typed":
            st.number_input(
                label,
                *_bounds(field),
                step=step_of(field),
                key=key,
                help=help_text,
                on_change=take,
                args=args,
            )
        case _:
            step = step_of(field)
            st.slider(
                label,
                *_bounds(field),
                step=step,
                key=key,
                help=help_text,
                format=_format(field, step),
                on_change=take,
                args=args,
            )


def widget_of(field: Field) -> str:
    """Return which kind of widget suits a field: "choice", "stops", "typed" or "slider"."""
    if field.kind == "choice":
        return "choice"
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

"""The place for data of the student's own: draw, choose a file, or paste."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.settings import Settings, SettingsError
from ui import names, session
from ui.own_data import taking
from ui.own_data.components import pad, picker
from ui.own_data.fit import AS_IS, FITS
from ui.own_data.state import DRAWING, FILE, LINK, PASTE

if TYPE_CHECKING:
    from ui.bench import Bench
    from ui.own_data.fit import Fitted
    from ui.text import Words

PASTE_HEIGHT: Final = 180
"""Pixels: some six lines."""
LONGEST_PASTE: Final = 200_000
"""Characters that the field takes; whoever has more has a file."""
FILE_NAME: Final = "gan-settings.json"


def show(bench: Bench, words: Words) -> None:
    """Draw the panel: three ways in, and what has become of what came in."""
    _refusal(bench, words, LINK)
    with st.expander(words.say("own_data.title"), key=f"{bench.page}-own-data"):
        ways = {words.say(f"own_data.way.{way}"): way for way in (DRAWING, FILE, PASTE)}
        key = f"{bench.page}-own-ways-{words.language}"
        drawing, file, paste = st.tabs(
            list(ways),
            default=words.say(f"own_data.way.{bench.own.first_way(words.language)}"),
            key=key,
            on_change=taking.take_way,
            args=(bench, key, ways),
        )
        with drawing:
            _drawing(bench, words)
        with file:
            _file(bench, words)
        with paste:
            _paste(bench, words)
        _taken(bench, words)


def save(bench: Bench, words: Words) -> None:
    """Draw the button that saves the settings as a file; say so where the link is a short one."""
    if session.link_is_short(bench):
        st.markdown(words.say("own_data.short_link"))
    st.download_button(
        words.say("own_data.save"),
        data=bench.settings.to_json(),
        file_name=FILE_NAME,
        mime="application/json",
        key=f"{bench.page}-save-settings",
        icon=":material/download:",
        help=words.say("own_data.save_hint"),
        on_click="ignore",
    )


def _drawing(bench: Bench, words: Words) -> None:
    flat = bench.settings.flat()
    key = f"{bench.page}-pad"
    pad(
        key=key,
        page=bench.page,
        points=str(flat.get("data.points", "")),
        words=words.under("own_data", "pad"),
        on_use=partial(taking.take_drawing, bench, key),
    )
    _refusal(bench, words, DRAWING)


def _file(bench: Bench, words: Words) -> None:
    key = f"{bench.page}-picker"
    on_file = partial(taking.take_file, bench, key)
    picker(key=key, words=words.under("own_data", "file"), heard=bench.own.files, on_file=on_file)
    _refusal(bench, words, FILE)


def _paste(bench: Bench, words: Words) -> None:
    key = session.seeded(bench.page, "own-paste", bench.own.pasted)
    st.text_area(
        words.say("own_data.paste.label"),
        session.first(key),
        key=key,
        height=PASTE_HEIGHT,
        max_chars=LONGEST_PASTE,
        placeholder=words.say("own_data.paste.example"),
        on_change=taking.keep_paste,
        args=(bench, key),
    )
    st.button(
        words.say("own_data.paste.use"),
        key=f"{bench.page}-own-paste-use",
        on_click=taking.take_paste,
        args=(bench, key),
    )
    _refusal(bench, words, PASTE)


def _refusal(bench: Bench, words: Words, by: str) -> None:
    """Say why the last thing that came in this way was not taken; nothing if it was."""
    own = bench.own
    if own.refusal is None or own.refused_by != by:
        return
    if isinstance(own.refusal, SettingsError):
        said = names.explain(words, own.refusal, Settings())
    else:
        said = words.say(f"own_data.refused.{own.refusal.problem}", **own.refusal.blanks)
    named = f"{names.quote(own.refused_name)}: " if own.refused_name else ""
    goes_on = "" if by == LINK else f" {words.say('own_data.goes_on')}"
    st.error(f"{named}{said}{goes_on}", icon=":material/error:")


def _taken(bench: Bench, words: Words) -> None:
    """Say what was taken and how it was fitted in; nothing if other data are in use by now."""
    own = bench.own
    if own.taken:
        with st.container(key="own-data-taken"):
            st.markdown(words.say(f"own_data.{own.taken}_taken"))
            _way_up(bench, words)
        return
    in_use = bench.settings.flat().get("data.points")
    if own.found is None or own.fitted is None or own.fitted.text != in_use:
        return
    say = words.say
    source = names.quote(own.name) if own.name else say("own_data.taken.pasted")
    said = [say("own_data.taken.points", count=f"{own.found.rows:,}", source=source)]
    if any(own.found.columns):
        x, y = (names.quote(name) for name in own.found.columns)
        said.append(say("own_data.taken.columns", x=x, y=y))
    if own.found.left_out:
        said.append(say("own_data.taken.left_out", count=f"{own.found.left_out:,}"))
    if own.found.sampled:
        taken = len(own.found.cloud or ())
        said.append(say("own_data.taken.sampled", taken=f"{taken:,}"))
    if own.found.cloud is not None:
        said.append(_fitted(own.fitted, words))
    with st.container(key="own-data-taken"):
        st.markdown(" ".join(said))
        _fits(bench, words)
        _way_up(bench, words)


def _way_up(bench: Bench, words: Words) -> None:
    st.button(
        words.say("own_data.look"),
        key=f"{bench.page}-own-look",
        icon=":material/arrow_upward:",
        type="tertiary",
        on_click=taking.look_up,
        args=(bench,),
    )


def _fitted(fitted: Fitted, words: Words) -> str:
    """Say where the points were moved and what they were divided by."""
    if fitted.factors == (1.0, 1.0) and fitted.centre == (0.0, 0.0):
        return words.say("own_data.taken.as_is")
    x, y = (short(value) for value in fitted.centre)
    one, other = (short(value) for value in fitted.factors)
    if fitted.factors[0] == fitted.factors[1]:
        return words.say("own_data.taken.moved", x=x, y=y, factor=one)
    return words.say("own_data.taken.moved_each", x=x, y=y, fx=one, fy=other)


def _fits(bench: Bench, words: Words) -> None:
    """Draw the choice of how the points are fitted in, where there is one."""
    own = bench.own
    if own.found is None or own.found.cloud is None:
        return
    cloud = own.found.cloud
    offered = [how for how in FITS if how != AS_IS or cloud.fits_as_is]
    key = session.seeded(bench.page, "own-fit", own.fit if own.fit in offered else offered[0])
    st.segmented_control(
        words.say("own_data.fit.label"),
        offered,
        required=True,
        key=key,
        default=session.first(key),
        format_func=lambda how: words.say(f"own_data.fit.{how}"),
        on_change=taking.take_fit,
        args=(bench, key),
    )
    if cloud.is_flat and own.fit != "axes":
        st.markdown(f":gray[{words.say('own_data.fit.flat')}]")


def short(value: float) -> str:
    """Return a number with three digits, as people write it."""
    said = f"{value:.3g}"
    if "e" not in said:
        return said.replace("-", "−")
    lead, _, exponent = said.partition("e")
    return f"{lead} × 10^{int(exponent)}".replace("-", "−")

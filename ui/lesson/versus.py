"""Two experiments side by side, as a part of any page: pictures, what differs, settings, curves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.matches import MATCHES, SIDES
from ui import controls, names, session
from ui.lesson import branch, chooser, curves, desk
from ui.live.component import live_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gan_core.settings import Settings
    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.text import Words

COMMON: Final = ("data", "g_optimizer.lr", "d_optimizer.lr", "seed")
"""Fields that are set for both at once."""
OWN: Final = ("game", "constraint", "constraint.weight", "constraint.clip", "update.d_steps")
"""Fields that each side has for itself; of a constraint those that it has."""
CROSS_ENTROPY: Final = ("minimax", "non-saturating")
"""Games whose D pays the cross-entropy, which bounds JS from below."""
CRITICS: Final = ("wasserstein", "flipped-wasserstein")
"""Games whose critic reads W₁ off its mean scores, be it upside down."""
CHARTS: Final = ("distances", "costs", "modes")


def estimate_of(settings: Settings) -> str:
    """Return which distance a game estimates by itself: "js", "w1", or ""."""
    game = settings.game.key
    if game in CROSS_ENTROPY:
        flat = settings.flat()
        smooth = flat.get("game.smooth_real", 0) or flat.get("game.smooth_fake", 0)
        return "" if smooth else "js"
    return "w1" if game in CRITICS else ""


def show(
    bench: Bench,
    words: Words,
    units: Iterable[Unit] = (),
    charts: Iterable[str] = CHARTS,
    *,
    estimated: bool = True,
) -> None:
    """Draw both experiments, live, and what differs between them.

    Parameters
    ----------
    bench
        From `session.versus`.
    words
        The texts of one language.
    units
        What the page asks; the numbers of a goal are those of the right experiment.
    charts
        Which charts show, see `live_view`.
    estimated
        Whether what the games themselves say of the distances is drawn beside them.
    """
    if bench.beside is None:
        return
    left = bench.beside
    live_view(
        key=(live := f"{bench.page}-live"),
        socket=session.socket(bench),
        words=words.all("live"),
        layout="pair",
        charts=charts,
        titles={
            **dict(zip(SIDES, _titles(words, left, bench.settings), strict=True)),
            "common": left.game.key == bench.settings.game.key,
        },
        estimates=(estimate_of(bench.settings), estimate_of(left)) if estimated else None,
        on_paused=partial(session.rest, bench.page, live),
        returning=session.returning(bench),
        on_offer=partial(session.take_offer, bench.page, live),
        goals=desk.goals(bench, units),
        on_reached=partial(desk.take_reached, bench.page, live),
        projector=session.projector(),
    )


def choose(bench: Bench, words: Words, keys: Iterable[str] = tuple(MATCHES)) -> None:
    """Draw the choice between matches, and what the present one shows."""
    chooser.panel(bench, words, keys, words.say("versus.matches"))


def settings(
    bench: Bench,
    words: Words,
    common: Sequence[str] = COMMON,
    own: Sequence[str] = OWN,
    *,
    expanded: bool = False,
) -> None:
    """Draw what both have in common, and what each has for itself.

    Parameters
    ----------
    bench
        From `session.versus`.
    words
        The texts of one language.
    common, own
        Fields that are set for both at once, and for each side.
    expanded
        Whether what each has for itself is open at first.
    """
    if bench.beside is None:
        return
    fields = {field.path: field for field in bench.settings.fields()}
    with st.container(key=f"{bench.page}-main"), st.grid(len(COMMON), min_column_width=150):
        for path in common:
            controls.control(bench, fields[path], words)
    said = branch.differences(words, bench.beside, bench.settings)
    with st.container(key="branch"):
        heading = words.say("versus.differs" if said else "versus.same")
        st.markdown("\n".join([heading, "", *(f"- {one}" for one in said)]))
    opened = st.expander(words.say("versus.own"), key=f"{bench.page}-own", expanded=expanded)
    with opened, st.grid(2) as grid:
        for side, those in zip(SIDES, (bench.beside, bench.settings), strict=True):
            with grid.cell():
                st.markdown(f"**{words.say(f'versus.{side}')}**")
                its = {field.path: field for field in those.fields()}
                for path in own:
                    if path in its:
                        controls.control(bench, its[path], words, side=side)


def study(bench: Bench, words: Words) -> None:
    """Draw the curves of both, to be studied while they rest; nothing before they first do."""
    if bench.beside is None or bench.rested is None:
        return
    frame = bench.whole_frame()
    if frame.beside is None or len(frame.history) < curves.FEWEST:
        return
    with st.container(key=f"{bench.page}-study"):
        sides = [
            curves.Side(
                name=name,
                history=one.history,
                metrics=one.metrics,
                estimate=estimate_of(own),
            )
            for own, one, name in zip(
                (bench.beside, bench.settings),
                (frame.beside, frame),
                _titles(words, bench.beside, bench.settings),
                strict=True,
            )
        ]
        curves.panel(bench.page, words, sides)


def _titles(words: Words, left: Settings, right: Settings) -> list[str]:
    """Return what both are called: by their games, or by the one setting that differs."""
    names_ = [_title(words, one) for one in (left, right)]
    if names_[0] != names_[1]:
        return names_
    differing = branch.differing(left, right)
    if len(differing) != 1:
        return names_
    return [
        f"{names.full_label(words, one)} {names.shown(words, one, one.value)}"
        for one in differing[0]
    ]


def _title(words: Words, those: Settings) -> str:
    """Return what a side is called: its game and its constraint."""
    fields = {field.path: field for field in those.fields()}
    said = [names.shown(words, fields["game"], fields["game"].value)]
    constraint = fields["constraint"]
    if constraint.value != "none":
        said.append(names.shown(words, constraint, constraint.value))
    return " + ".join(said)

"""What the app remembers of a visitor. No other file touches `st.session_state`.

Settings live here under a key of no widget, so that they survive a change of page or language;
widgets are seeded from them. Each session has its own runs: nothing is shared between visitors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from gan_core.engine import UnknownRunError, default_engine
from gan_core.presets import PRESETS, get_preset
from gan_core.settings import Settings, SettingsError, Value
from ui.live.route import PATH
from ui.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_core.engine import RunHandle
    from gan_core.presets import Preset

KEY: Final = "gan_visitor"
LANGUAGE_WIDGET: Final = "language"
NOT_SETTINGS: Final = ("lang", "preset", "embed", "embed_options")
"""Query parameters that name no field."""


@dataclass
class Bench:
    """One page's experiment.

    Attributes
    ----------
    page
        Slug of the page.
    preset
        The preset that the student started from.
    settings
        The present settings.
    linked
        Whether the page's address names the experiment, and its run outlives a visit elsewhere.
    problems
        What could not be taken from the link or a widget.
    run
        The engine's handle, once there is a run.
    task
        Key of the preset whose task from the text is being done; empty if none is.
    looks_up
        How often the page has been asked to bring the picture back into view.
    looked_up
        How often it has done so.
    """

    page: str
    preset: Preset
    settings: Settings
    linked: bool = True
    problems: tuple[SettingsError, ...] = ()
    run: RunHandle | None = None
    task: str = ""
    looks_up: int = 0
    looked_up: int = 0

    @property
    def changed(self) -> dict[str, Value]:
        """What differs from the preset."""
        return self.settings.difference(self.preset.settings)


@dataclass
class Visitor:
    """One session."""

    language: str
    language_chosen: bool
    page: str = ""
    benches: dict[str, Bench] = field(default_factory=dict)
    fresh: dict[str, int] = field(default_factory=dict)


# -- who, where, in which language


def language() -> str:
    """Return the language to speak: chosen before, else of the address, else of the browser."""
    return _visitor().language


def language_switch_key() -> str:
    """Return the key of the language switch, seeded with the present language."""
    return _seed(LANGUAGE_WIDGET, language())


def choose_language() -> None:
    """Take over what the language switch says."""
    chosen, visitor = st.session_state[LANGUAGE_WIDGET], _visitor()
    if chosen in LANGUAGES:
        visitor.language, visitor.language_chosen = chosen, True
        # A select box keeps the words that it was drawn with: those of the new language are fresh.
        for name in visitor.fresh:
            visitor.fresh[name] += name != LANGUAGE_WIDGET


def enter(page: str) -> None:
    """Note that a page is being shown; runs that only decorate the page left behind end."""
    visitor = _visitor()
    if visitor.page == page:
        return
    left = visitor.benches.get(visitor.page)
    if left is not None and not left.linked:
        _forget_run(left)
    visitor.page = page
    if page in visitor.benches:
        _open_link(visitor.benches[page])


def page_query(**parameters: str) -> dict[str, str]:
    """Return the query of a link to another page: it keeps the language."""
    visitor = _visitor()
    return parameters | ({"lang": visitor.language} if visitor.language_chosen else {})


def _visitor() -> Visitor:
    if KEY not in st.session_state:
        asked = st.query_params.get("lang", "")
        spoken = (st.context.locale or "en").partition("-")[0]
        first = asked if asked in LANGUAGES else spoken if spoken in LANGUAGES else "en"
        st.session_state[KEY] = Visitor(first, asked in LANGUAGES)
    visitor: Visitor = st.session_state[KEY]
    return visitor


# -- the experiment of a page


def bench(page: str, *, preset: str = "healthy", linked: bool = True) -> Bench:
    """Return a page's experiment; on the first visit it is what the address asks for.

    Parameters
    ----------
    page
        Slug of the page.
    preset
        Where it starts if the address names no other.
    linked
        See `Bench`.
    """
    benches = _visitor().benches
    if page not in benches:
        start = PRESETS[preset]
        benches[page] = Bench(page, start, start.settings, linked)
        _open_link(benches[page])
    found = benches[page]
    _write_address(found)
    return found


def choose_preset(page: str, key: str) -> None:
    """Start a preset from its beginning, running at its own pace."""
    chosen = _visitor().benches[page]
    chosen.preset = get_preset(key)
    chosen.settings, chosen.problems = chosen.preset.settings, ()
    _tell(chosen, "begin", settings=chosen.settings)
    _tell(chosen, "pace", pace=chosen.preset.pace)
    _tell(chosen, "play")


def change(page: str, changes: Mapping[str, object]) -> None:
    """Change the settings; the engine decides whether it acts live or begins anew.

    A change that is not valid changes nothing and is kept as the bench's problem.
    """
    bench_ = _visitor().benches[page]
    try:
        settings = bench_.settings.with_changes(changes)
    except SettingsError as error:
        bench_.problems = (error,)
        return
    bench_.settings, bench_.problems = settings, ()
    _tell(bench_, "set", settings=settings)


def socket(bench_: Bench) -> str:
    """Return the address of the run's frames; makes the run if there is none (any more)."""
    engine = default_engine()
    if bench_.run is not None:
        try:
            engine.token(bench_.run.run_id)
        except UnknownRunError:
            bench_.run = None  # closed after a long absence
    if bench_.run is None:
        bench_.run = engine.create(bench_.settings, pace=bench_.preset.pace)
    query = {"run": bench_.run.run_id, "token": bench_.run.token}
    return f"{PATH}?{urlencode(query)}"


def _tell(
    bench_: Bench, command: str, *, settings: Settings | None = None, pace: float | None = None
) -> None:
    if bench_.run is None:
        return  # it will be made with the present settings
    try:
        default_engine().command(bench_.run.run_id, command, settings=settings, pace=pace)
    except UnknownRunError:
        bench_.run = None


def _forget_run(bench_: Bench) -> None:
    run, bench_.run = bench_.run, None
    if run is not None:
        default_engine().close(run.run_id)


# -- the address


def link(bench_: Bench) -> str:
    """Return the address that reopens this experiment, in the reader's own language."""
    base = (st.context.url or "").partition("?")[0]
    query = _experiment_query(bench_) | {"seed": str(bench_.settings.seed)}
    return f"{base}?{urlencode(query)}"


def _experiment_query(bench_: Bench) -> dict[str, str]:
    return {name: str(value) for name, value in bench_.preset.link(bench_.settings).items()}


def _open_link(bench_: Bench) -> None:
    """Take over what the address asks for, as far as it is valid.

    Only on arrival at the page: later the address follows the settings, and a browser that is
    slow to hear of it must not bring old settings back.
    """
    asked = st.query_params.to_dict()
    changes = {name: value for name, value in asked.items() if name not in NOT_SETTINGS}
    if not bench_.linked or not (changes or "preset" in asked):
        return
    preset, problems = bench_.preset, []
    try:
        preset = get_preset(asked.get("preset", preset.key))
    except SettingsError as error:
        problems.append(error)
    settings = preset.settings
    # A piece before its parameters: "data" brings those that "data.radius" then changes.
    for name in sorted(changes, key=lambda name: name not in Settings.model_fields):
        try:
            settings = settings.with_changes({name: changes[name]})
        except SettingsError as error:
            problems.append(error)
    if (preset, settings) != (bench_.preset, bench_.settings):
        _forget_run(bench_)
    bench_.preset, bench_.settings, bench_.problems = preset, settings, tuple(problems)


def _write_address(bench_: Bench) -> None:
    present = st.query_params.to_dict()
    wanted = page_query() | (_experiment_query(bench_) if bench_.linked else {})
    if present != wanted:
        st.query_params.from_dict(wanted)


# -- widgets


def seeded(page: str, path: str, value: Value) -> str:
    """Return the key of the widget for a field, its state set to the field's value."""
    return _seed(f"{page}-{path.replace('.', '-')}", value)


def take(page: str, path: str, key: str) -> None:
    """Take over what a widget says: the callback of every control."""
    if _present(key):
        change(page, {path: st.session_state[key]})


def show_preset(page: str, key: str) -> None:
    """Start a preset from the text below, and bring the picture back into view."""
    choose_preset(page, key)
    bench_ = _visitor().benches[page]
    bench_.task = key
    bench_.looks_up += 1


def take_preset(page: str, key: str) -> None:
    """Take over what the choice of presets says."""
    if _present(key):
        end_task(page)
        choose_preset(page, st.session_state[key])


def end_task(page: str) -> None:
    """Put the task away."""
    _visitor().benches[page].task = ""


def _seed(name: str, value: object) -> str:
    """Return the key of the widget `name`, its state set to `value`.

    A value that comes from elsewhere (a preset, a link) goes to a fresh widget: the browser may
    still send the old widget's value before it hears of the new one, and nobody must take it.
    """
    fresh = _visitor().fresh
    key = _widget_key(name, fresh.setdefault(name, 0))
    if key in st.session_state and st.session_state[key] != value:
        fresh[name] += 1
        key = _widget_key(name, fresh[name])
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def _present(key: str) -> bool:
    """Return whether a widget is the newest of its name; older ones have nothing more to say."""
    name, _, number = key.rpartition("~")
    return _visitor().fresh.get(name or number, 0) == (int(number) if name else 0)


def _widget_key(name: str, number: int) -> str:
    return f"{name}~{number}" if number else name

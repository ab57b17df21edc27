"""What the app remembers of a visitor. No other file touches `st.session_state`.

Settings live here under a key of no widget, so that they survive a change of page or language;
widgets are seeded from them. Each session has its own runs: nothing is shared between visitors.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from gan_core.images.data import DataUnavailableError
from gan_core.images.presets import IMAGE_PRESETS
from gan_core.images.settings import AnySettings, ImageSettings
from gan_core.matches import MATCHES, change_both, get_match
from gan_core.preset import Preset
from gan_core.presets import ALL_PRESETS, PRESETS, get_preset
from gan_core.settings import SettingsError, Value
from ui.bench import Bench, trained_run
from ui.crowd.run import SEEDS
from ui.lesson.notebook import Notebook, from_json, to_json
from ui.own_data import shelf
from ui.own_data.decode import Refusal
from ui.own_data.state import LINK
from ui.sketch import knobs
from ui.sketch.pages import SKETCHES
from ui.text import LANGUAGES

KEY: Final = "gan_visitor"
LANGUAGE_WIDGET: Final = "language"
FROM_ZERO: Final = "zero"
"""In a link: begin untrained, although a trained run comes with the preset."""
LIVE_PART: Final = "live-part"
"""Key of the container around the live view, on pages where it does not stand at the top."""
SKETCH_PART: Final = "sketch-part"
"""Key of the container around the sketch, on pages where it does not stand at the top."""
NOT_SETTINGS: Final = (
    *("lang", "preset", "match", "start", "projector", "embed", "embed_options"),
    SEEDS.path,
)
"""Query parameters that name no field."""

AnyPreset = Preset[Any]


@dataclass
class Sketched:
    """Where the knobs of a page's sketch stand, and how often the page itself has set them."""

    values: dict[str, knobs.Value]
    turn: int = 0


@dataclass
class Visitor:
    """One session.

    `visit` names it to the browser, which so notices that the server has begun another one.
    """

    language: str
    language_chosen: bool
    page: str = ""
    visit: str = field(default_factory=lambda: secrets.token_hex(8))
    benches: dict[str, Bench] = field(default_factory=dict)
    sketches: dict[str, Sketched] = field(default_factory=dict)
    notes: dict[str, Notebook] = field(default_factory=dict)
    recalled: bool = False
    projector: bool = False
    fresh: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, object] = field(default_factory=dict)


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
    if left is not None:
        left.crowd.take(0)
        if not left.linked:
            left.forget_run()
    visitor.page = page
    if page in visitor.benches:
        _open_link(visitor.benches[page])
    asked = st.query_params.to_dict()
    if page in visitor.sketches and any(map(knobs.is_knob, asked)):
        visitor.sketches[page].values = knobs.from_query(SKETCHES[page], asked)
        visitor.sketches[page].turn += 1


def page_query(**parameters: str) -> dict[str, str]:
    """Return the query of a link to another page: it keeps the language and the projector."""
    visitor = _visitor()
    query = parameters | ({"lang": visitor.language} if visitor.language_chosen else {})
    return query | ({"projector": "1"} if visitor.projector else {})


def _visitor() -> Visitor:
    if KEY not in st.session_state:
        asked = st.query_params.get("lang", "")
        spoken = (st.context.locale or "en").partition("-")[0]
        first = asked if asked in LANGUAGES else spoken if spoken in LANGUAGES else "en"
        large = st.query_params.get("projector", "") == "1"
        st.session_state[KEY] = Visitor(first, asked in LANGUAGES, projector=large)
    visitor: Visitor = st.session_state[KEY]
    return visitor


# -- what the student has done


def notes(page: str) -> Notebook:
    """Return what the student has done on a page."""
    return _visitor().notes.setdefault(page, Notebook())


def kept_notes() -> tuple[str, bool]:
    """Return all notes for the browser to keep, and whether it has told what it kept before."""
    visitor = _visitor()
    return to_json(visitor.notes), visitor.recalled


def recall(text: object) -> None:
    """Take over what the browser has kept of earlier visits."""
    visitor = _visitor()
    visitor.recalled = True
    for page, found in from_json(text).items():
        notes(page).merge(found)


def forget_notes() -> None:
    """Forget what the student has done, on all pages; the browser forgets it next."""
    _visitor().notes.clear()


def projector() -> bool:
    """Return whether the page is shown to a class: large, with answers hidden at first."""
    return _visitor().projector


def toggle_projector() -> None:
    """Change between the projector and the desk."""
    visitor = _visitor()
    visitor.projector = not visitor.projector


# -- the experiment of a page


def bench(
    page: str,
    *,
    preset: str = "healthy",
    linked: bool = True,
    compares: bool = False,
    trained: bool = False,
) -> Bench:
    """Return a page's experiment; on the first visit it is what the address asks for.

    Parameters
    ----------
    page
        Slug of the page.
    preset
        Where it starts if the address names no other.
    linked, compares, trained
        See `Bench`.
    """
    benches = _visitor().benches
    if page not in benches:
        start = ALL_PRESETS[preset]
        benches[page] = Bench(
            page, start, start.settings, linked, compares=compares, trained=trained
        )
        _open_link(benches[page])
    found = benches[page]
    _write_address(found)
    return found


def versus(page: str, match: str) -> Bench:
    """Return a page's two experiments; on the first visit they are what the address asks for.

    Parameters
    ----------
    page
        Slug of the page.
    match
        Where it starts if the address names no other.
    """
    benches = _visitor().benches
    if page not in benches:
        start = MATCHES[match]
        right = start.right
        benches[page] = Bench(page, right, right.settings, beside=start.left, match=start)
        _open_link(benches[page])
    found = benches[page]
    _write_address(found)
    return found


def choose_preset(page: str, key: str) -> None:
    """Start a preset, or a match, from its beginning, running at its own pace."""
    chosen = _visitor().benches[page]
    if chosen.compares and (key in MATCHES) != (chosen.match is not None):
        chosen.begin_match(MATCHES.get(key))
    if chosen.match is not None:
        chosen.match = get_match(key)
        chosen.preset, chosen.beside = chosen.match.right, chosen.match.left
        chosen.settings, chosen.problems = chosen.preset.settings, ()
        chosen.tell("begin", settings=chosen.settings, beside=chosen.beside)
        chosen.tell("pace", pace=chosen.preset.pace)
        chosen.tell("play")
        return
    preset = get_preset(key)
    if _not_here(chosen, preset, preset.settings):
        return
    chosen.end_branch(keep=False)
    chosen.preset = preset
    chosen.settings, chosen.problems = chosen.preset.settings, ()
    chosen.refused.clear()
    if chosen.beginning:
        chosen.forget_run()  # the next one begins trained
        return
    chosen.tell("begin", settings=chosen.settings)
    chosen.tell("pace", pace=chosen.preset.pace)
    chosen.tell("play")


def _not_here(bench_: Bench, preset: AnyPreset, settings: AnySettings) -> bool:
    """Return whether the pictures have to be fetched first; then the page asks for that."""
    bench_.wanted = None
    if not isinstance(settings, ImageSettings):
        return False
    with contextlib.suppress(DataUnavailableError):  # which is then told where it is fetched
        if settings.images.here:
            return False
    bench_.wanted = preset, settings
    return True


def begin_wanted(page: str) -> None:
    """Begin what has waited for its pictures."""
    bench_ = _visitor().benches[page]
    if bench_.wanted is None:
        return
    preset, settings = bench_.wanted
    if _not_here(bench_, preset, settings):
        return
    bench_.forget_run()
    bench_.preset, bench_.settings, bench_.problems = preset, settings, ()


def forget_wanted(page: str) -> None:
    """Go on with the pictures that are here."""
    _visitor().benches[page].wanted = None


def take_start(page: str, key: str) -> None:
    """Begin the preset trained, or from zero, as the choice says."""
    if _present(key):
        bench_ = _visitor().benches[page]
        bench_.from_zero = st.session_state[key] == FROM_ZERO
        choose_preset(page, bench_.preset.key)


def begin(page: str, changes: Mapping[str, object]) -> None:
    """Start the page's preset over, with some of its settings changed."""
    bench_ = _visitor().benches[page]
    bench_.settings, bench_.problems = bench_.preset.open(changes), ()
    bench_.tell("begin", settings=bench_.settings)
    bench_.tell("play")


def change(page: str, changes: Mapping[str, object]) -> None:
    """Change the settings; the engine decides whether it acts live or begins anew.

    Of two experiments "left.game" changes one, "game" both (`gan_core.matches.change_both`). A
    change that is not valid changes nothing and is kept as the bench's problem.
    """
    bench_ = _visitor().benches[page]
    try:
        _set(bench_, changes)
    except SettingsError as error:
        bench_.problems = (error,)


def _set(bench_: Bench, changes: Mapping[str, object]) -> None:
    if bench_.match is not None and bench_.beside is not None:
        left, settings = change_both(bench_.beside, bench_.settings, changes)
        bench_.beside = beside = left
    else:
        settings, beside = bench_.settings.with_changes(changes), None
        if _not_here(bench_, bench_.preset, settings):
            return
    bench_.settings, bench_.problems = settings, ()
    there = settings.flat()  # a refused text goes with the piece that it was written for
    bench_.refused = {path: why for path, why in bench_.refused.items() if path in there}
    bench_.tell("set", settings=settings, beside=beside)


def socket(bench_: Bench) -> str:
    """Return the address of the run's frames; makes the run if there is none (any more)."""
    return bench_.socket()


def returning(bench_: Bench) -> dict[str, object]:
    """Return what a view needs to find the page's run again after a reload."""
    return {"page": bench_.page, "visit": _visitor().visit, "heard": bench_.heard}


def take_offer(page: str, key: str) -> None:
    """Take over the run that the tab showed before this session: the callback of its view."""
    offer = st.session_state[key].get("offer")
    if offer:  # an empty one only asks whether the session is still there
        _visitor().benches[page].adopt(offer)


def take_branch(page: str, key: str) -> None:
    """Let a branch part from the run, paused: the callback of the page's view."""
    wanted = said(key, "branch")
    at = wanted.get("iteration") if isinstance(wanted, Mapping) else None
    if isinstance(at, int | float) and at == at // 1:
        bench_ = _visitor().benches[page]
        bench_.branch(int(at))
        bench_.looks_up += 1


def rest(page: str, key: str) -> None:
    """Note where the page's run has come to rest: the callback of its view."""
    at = said(key, "paused")
    if isinstance(at, int | float) and at >= 0:
        _visitor().benches[page].rested = int(at)


def dark() -> bool:
    """Return whether the page is dark, as far as the browser has told."""
    return st.context.theme.type == "dark"


def end_branch(page: str, *, keep: bool) -> None:
    """Go on with the branch alone, or without it."""
    _visitor().benches[page].end_branch(keep=keep)


# -- many seeds at once


def take_seeds(page: str, seeds: int) -> None:
    """Open a page's crowd with so many seeds, or close it with none."""
    _visitor().benches[page].crowd.take(seeds)


def take_seeds_of(page: str, key: str) -> None:
    """Take over what the choice of the number of seeds says."""
    if _present(key):
        take_seeds(page, int(SEEDS.parse(st.session_state[key])))


def take_seed(page: str, key: str) -> None:
    """Let the page's experiment begin as one of the seeds: the callback of the crowd's view."""
    bench_ = _visitor().benches[page]
    settings = bench_.crowd.find(said(key, "seed"))
    if settings is None:
        return
    if bench_.match is not None:
        change(page, {"seed": settings.seed})
    else:
        bench_.end_branch(keep=False)
        bench_.settings, bench_.problems = settings, ()
        bench_.tell("begin", settings=settings)
        bench_.tell("play")
    _look_at(bench_, LIVE_PART)


# -- the sketch of a page


def sketch(page: str) -> Sketched:
    """Return the state of a page's sketch; on the first visit it is what the address asks for."""
    sketches = _visitor().sketches
    if page not in sketches:
        query = st.query_params.to_dict()
        sketches[page] = Sketched(knobs.from_query(SKETCHES[page], query))
    return sketches[page]


def set_sketch(page: str, values: Mapping[str, knobs.Value], task: str = "") -> None:
    """Set knobs of a page's sketch from the page itself, and bring the sketch into view.

    Parameters
    ----------
    page
        Slug of the page.
    values
        Where the knobs have to stand; those not named stay.
    task
        Key of the unit that is begun by this, if one is.
    """
    found = sketch(page)
    found.values = knobs.read(SKETCHES[page], values, found.values)
    found.turn += 1
    if page in _visitor().benches:
        _visitor().benches[page].task = task
        _look_at(_visitor().benches[page], SKETCH_PART)


def take_sketch(page: str, key: str) -> None:
    """Take over where the student has left the knobs: the callback of the sketch."""
    found = sketch(page)
    found.values = knobs.read(SKETCHES[page], said(key, "values"), found.values)


# -- the address


def link(bench_: Bench) -> str:
    """Return the address that reopens this experiment, in the reader's own language."""
    base = (st.context.url or "").partition("?")[0]
    query = _experiment_query(bench_) | {"seed": str(bench_.settings.seed)}
    query |= _sketch_query(bench_.page)
    return f"{base}?{urlencode(query)}"


def link_is_short(bench_: Bench) -> bool:
    """Return whether the link only names the points, because they do not fit into an address."""
    return shelf.is_short(_experiment_query(bench_))


def _experiment_query(bench_: Bench) -> dict[str, str]:
    if bench_.match is not None and bench_.beside is not None:
        query = bench_.match.link(bench_.beside, bench_.settings)
    else:
        query = bench_.preset.link(bench_.settings)
    if bench_.from_zero and trained_run(bench_.preset.key).exists():
        query = {**query, "start": FROM_ZERO}
    if bench_.crowd.seeds:
        query = {**query, SEEDS.path: bench_.crowd.seeds}
    return shelf.shorten({name: str(value) for name, value in query.items()})


def _sketch_query(page: str) -> dict[str, str]:
    """Return what an address says of the page's sketch, if it has one."""
    if page not in SKETCHES:
        return {}
    return knobs.to_query(SKETCHES[page], sketch(page).values)


def _open_link(bench_: Bench) -> None:
    """Take over what the address asks for, as far as it is valid.

    Only on arrival at the page: later the address follows the settings, and a browser that is
    slow to hear of it must not bring old settings back.
    """
    asked = st.query_params.to_dict()
    _open_experiment(bench_, asked)
    if SEEDS.path in asked:
        try:
            bench_.crowd.take(int(SEEDS.parse(asked[SEEDS.path])))
        except SettingsError as error:
            bench_.problems = (*bench_.problems, error)


def _open_experiment(bench_: Bench, asked: Mapping[str, str]) -> None:
    changes = {
        name: value
        for name, value in asked.items()
        if name not in NOT_SETTINGS and not knobs.is_knob(name)
    }
    changes, known = shelf.lengthen(changes), changes
    if len(changes) < len(known):
        bench_.own.refuse(LINK, Refusal("link-gone"))
    if bench_.compares and "match" in asked and bench_.match is None:
        bench_.begin_match(MATCHES.get(asked["match"]))
    elif bench_.compares and "preset" in asked and bench_.match is not None:
        bench_.begin_match(None)
        bench_.preset = ALL_PRESETS["healthy"]
    if bench_.match is not None:
        _open_match(bench_, asked, changes)
        return
    if not bench_.linked or not (changes or "preset" in asked):
        return
    preset, problems = bench_.preset, []
    try:
        preset = _preset_like(preset, asked.get("preset", preset.key))
    except SettingsError as error:
        problems.append(error)
    settings = preset.settings
    # A piece before its parameters: "data" brings those that "data.radius" then changes.
    for name in sorted(changes, key=lambda name: name not in type(settings).model_fields):
        try:
            settings = settings.with_changes({name: changes[name]})
        except SettingsError as error:
            problems.append(error)
    bench_.problems = tuple(problems)
    if _not_here(bench_, preset, settings):
        return
    from_zero = asked.get("start") == FROM_ZERO
    if (preset, settings, from_zero) != (bench_.preset, bench_.settings, bench_.from_zero):
        bench_.forget_run()
    bench_.preset, bench_.settings, bench_.from_zero = preset, settings, from_zero


def _preset_like(like: AnyPreset, key: str) -> AnyPreset:
    """Return a preset of the same kind as another: of a GAN in the plane, or of pictures."""
    return get_preset(key, IMAGE_PRESETS if isinstance(like.settings, ImageSettings) else PRESETS)


def _open_match(bench_: Bench, asked: Mapping[str, str], changes: Mapping[str, str]) -> None:
    """Take over what the address asks for of two experiments, as far as it is valid."""
    if bench_.match is None or not (changes or "match" in asked):
        return
    match, problems = bench_.match, []
    try:
        match = get_match(asked.get("match", match.key))
    except SettingsError as error:
        problems.append(error)
    left, right = match.left, match.right.settings
    # A piece before its parameters, also where only one side is changed.
    fields = type(left).model_fields
    for name in sorted(changes, key=lambda name: name.split(".")[-1] not in fields):
        try:
            left, right = change_both(left, right, {name: changes[name]})
        except SettingsError as error:
            problems.append(error)
    if (match, left, right) != (bench_.match, bench_.beside, bench_.settings):
        bench_.forget_run()
    bench_.match, bench_.preset = match, match.right
    bench_.beside, bench_.settings, bench_.problems = left, right, tuple(problems)


def _write_address(bench_: Bench) -> None:
    present = st.query_params.to_dict()
    wanted = page_query() | (_experiment_query(bench_) if bench_.linked else {})
    wanted |= _sketch_query(bench_.page)
    if present != wanted:
        st.query_params.from_dict(wanted)


# -- widgets


def seeded(page: str, path: str, value: Value) -> str:
    """Return the key of the widget for a field, which starts with the field's value."""
    return _seed(f"{page}-{path.replace('.', '-')}", value)


def said(key: str, name: str = "") -> object:
    """Return what a widget has just said; of a component, what it said under a name."""
    value = st.session_state.get(key)
    return value.get(name) if name and value is not None else value


def heard(key: str) -> Any:  # noqa: ANN401 - a widget's value is anything
    """Return what a seeded widget says; None if a newer one has taken its place."""
    return st.session_state[key] if _present(key) else None


def take(
    page: str, path: str, key: str, along: Mapping[object, Mapping[str, object]] | None = None
) -> None:
    """Take over what a widget says: the callback of every control.

    Parameters
    ----------
    page, path, key
        The page's slug, the field, the widget's key.
    along
        What else is changed with some of the values.
    """
    if _present(key):
        value = st.session_state[key]
        change(page, {path: value, **(along or {}).get(value, {})})


def take_text(page: str, path: str, key: str) -> None:
    """Take over a text; one that is not valid changes nothing and stays as it was written."""
    if not _present(key):
        return
    bench_, written = _visitor().benches[page], st.session_state[key]
    bench_.refused.pop(path, None)
    try:
        _set(bench_, {path: written})
    except SettingsError as error:
        bench_.refused[path] = (written, error)


def show_preset(
    page: str,
    key: str,
    task: str = "",
    *,
    from_zero: bool = False,
    changes: Mapping[str, object] | None = None,
) -> None:
    """Start a preset from the text below, and bring the picture back into view.

    Parameters
    ----------
    page, key
        The page, and which preset or match.
    task
        Key of the unit that is begun by this, if it has another name.
    from_zero
        Whether it begins untrained, although a trained run may come with it.
    changes
        What is changed in it first.
    """
    bench_ = _visitor().benches[page]
    bench_.from_zero = from_zero
    choose_preset(page, key)
    if changes and bench_.preset.key == key:
        change(page, changes)
    bench_.task = task or key
    _look_at(bench_, LIVE_PART)


def _look_at(bench_: Bench, part: str = "") -> None:
    bench_.looks_up += 1
    bench_.looks_at = part


def open_trained(page: str, key: str) -> None:
    """Go on with the run of a preset that comes trained with the app."""
    _visitor().benches[page].load(trained_run(key).read_bytes(), playing=True)


def take_preset(page: str, key: str) -> None:
    """Take over what the choice of presets says."""
    if _present(key):
        end_task(page)
        _visitor().benches[page].from_zero = False
        choose_preset(page, st.session_state[key])


def end_task(page: str) -> None:
    """Put the task away."""
    _visitor().benches[page].task = ""


def _seed(name: str, value: object) -> str:
    """Return the key of the widget `name`, which starts with `value` (`first` tells).

    A value that comes from elsewhere (a preset, a link) goes to a fresh widget: the browser may
    still send the old widget's value before it hears of the new one, and nobody must take it.
    """
    fresh = _visitor().fresh
    key = _widget_key(name, fresh.setdefault(name, 0))
    if key in st.session_state and st.session_state[key] != value:
        fresh[name] += 1
        key = _widget_key(name, fresh[name])
    if key not in st.session_state:
        _visitor().firsts[key] = value
    return key


def first(key: str) -> Any:  # noqa: ANN401 - a widget's value is anything
    """Return the value with which a seeded widget starts: to be given to it as its default.

    It is not put into the session's state. A widget whose code the browser is still loading when
    the page runs again would start from its default, and send that as if the student had.
    """
    return _visitor().firsts[key]


def _present(key: str) -> bool:
    """Return whether a widget is the newest of its name; older ones have nothing more to say."""
    name, _, number = key.rpartition("~")
    return _visitor().fresh.get(name or number, 0) == (int(number) if name else 0)


def _widget_key(name: str, number: int) -> str:
    return f"{name}~{number}" if number else name

"""An experiment's settings as tables, and the command that repeats it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from ui import names
from ui.take_home.markup import Html, fill, join
from ui.take_home.numbers import DASH

if TYPE_CHECKING:
    from gan_core.frame import Frame
    from gan_core.presets import Preset
    from gan_core.settings import Field, Settings
    from ui.text import Words

MOST_STEPS: Final = 10_000_000
"""Iterations that the command line accepts."""
LONGEST: Final = 400
"""Letters of a value that a table shows; points of one's own can be two thousand."""


def changed_table(words: Words, preset: Preset, settings: Settings) -> Html:
    """Return what differs from the preset, beside what the preset has there."""
    theirs = {field.path: field for field in preset.settings.fields()}
    differs = settings.difference(preset.settings).keys() - {"seed"}
    rows = [
        _row(
            names.full_label(words, field),
            _said(words, theirs[field.path]) if field.path in theirs else DASH,
            _said(words, field),
        )
        for field in settings.fields()
        if field.path in differs
    ]
    said = words.say(
        f"take_home.report.{'changed' if rows else 'unchanged'}",
        preset=names.preset_name(words, preset),
    )
    intro = fill('<p class="quiet">{said}</p>', said=said)
    if not rows:
        return intro
    heads = [words.say(f"take_home.report.{name}") for name in ("choice", "in_preset", "here")]
    return join([intro, _table(heads, rows)])


def full_table(words: Words, settings: Settings) -> Html:
    """Return every setting in groups, folded away until somebody opens it."""
    fields, groups = settings.fields(), []
    for group in names.GROUPS:
        rows = [
            _row(names.label(words, field), _said(words, field))
            for field in fields
            if names.group_of(field) == group
        ]
        name = words.say(f"settings.group.{group}")
        group_table = fill("<div><h3>{name}</h3>{rows}</div>", name=name, rows=_table([], rows))
        groups += [group_table] if rows else []
    return fill(
        '<details><summary>{name}</summary>\n<div class="groups">{groups}</div></details>',
        name=words.say("take_home.report.all"),
        groups=join(groups),
    )


def command(preset: Preset, settings: Settings, frame: Frame) -> str:
    """Return the command that repeats an experiment, as a POSIX shell or PowerShell reads it."""
    changes = settings.difference(preset.settings)
    seed = changes.pop("seed", settings.seed)
    parts = ["python", "-m", "gan_core", "run", "--preset", preset.key]
    if changes:
        parts += ["--set", *(f"{path}={value}" for path, value in changes.items())]
    parts += ["--seed", str(seed), "--steps", str(min(frame.iteration, MOST_STEPS))]
    return shlex.join(parts)


def _said(words: Words, field: Field) -> str:
    text = names.shown(words, field, field.value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _row(name: str, *values: str) -> Html:
    cells = join([fill("<td>{value}</td>", value=value) for value in values])
    return fill('<tr><th scope="row">{name}</th>{cells}</tr>', name=name, cells=cells)


def _table(heads: list[str], rows: list[Html]) -> Html:
    head = join([fill('<th scope="col">{name}</th>', name=name) for name in heads])
    top = fill("<thead><tr>{head}</tr></thead>", head=head) if heads else Html()
    return fill(
        '<table class="choices">{top}<tbody>\n{rows}\n</tbody></table>', top=top, rows=join(rows)
    )

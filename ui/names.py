"""What things are called: fields, their values, presets, and what is wrong with a value."""

from __future__ import annotations

import re
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from ui.text import blanks_of

if TYPE_CHECKING:
    from gan_core.images.data import DataUnavailableError
    from gan_core.presets import Preset
    from gan_core.settings import Field, Settings, SettingsError, Value
    from ui.text import Words

LONGEST_QUOTE: Final = 40
"""Characters of a student's own input that a message repeats."""
_BOUNDED: Final = ("too-small", "too-large", "too-many-points")
"""Problems whose words name the bound that was crossed."""
_NAMED: Final = {"preset": "settings.preset", "match": "settings.preset", "seeds": "crowd.seeds"}
"""Words for the parameters of a link that are no fields."""
FEW: Final = 8
"""So many valid names can be listed; of more, the nearest one is named."""


def label(words: Words, field: Field) -> str:
    """Return a field's name within its group ("Width")."""
    for key in (field.own_help, field.path):
        if (own := words.find(f"settings.label.{key}")) is not None:
            return own
    return words.say(f"settings.label.{field.help}")


def full_label(words: Words, field: Field) -> str:
    """Return a field's name that stands alone ("Discriminator: Width")."""
    own = words.find(f"settings.full.{field.path}")
    if own is not None:
        return own
    if "." not in field.path or (
        field.path != field.help and words.find(f"settings.label.{field.path}") is not None
    ):
        return label(words, field)
    group = words.say(f"settings.group.{group_of(field)}")
    return words.say("settings.within", group=group, label=label(words, field))


def help_text(words: Words, field: Field) -> str:
    """Return a field's tooltip; it also tells of the present choice, and when a change acts."""
    own = words.find(f"settings.help.{field.own_help}")
    parts = [own if own is not None else words.say(f"settings.help.{field.help}")]
    if field.kind == "choice":
        key = str(field.value)
        note = words.find(f"settings.note.{kind_of(field)}.{key}")
        parts += [f"**{choice(words, field, key)}**: {note}"] if note is not None else []
    parts.append(words.say(f"settings.{'live' if field.live else 'restarts'}"))
    return "\n\n".join(parts)


def choice(words: Words, field: Field, key: str) -> str:
    """Return the name of one of a field's choices."""
    return words.say(f"settings.choice.{kind_of(field)}.{key}")


def kind_of(field: Field) -> str:
    """Return what a choice is of: "optimizer", "activation", "game", ..."""
    return field.help.rpartition(".")[2]


def group_of(field: Field) -> str:
    """Return the group of controls that a field belongs to."""
    return _GROUPS.get(field.path.partition(".")[0], "run")


def number(value: float) -> str:
    """Return a number in full and without an exponent: 1e-05 is 0.00001."""
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def shown(words: Words, field: Field, value: Value) -> str:
    """Return a value as a student reads it."""
    if field.kind == "choice":
        return choice(words, field, str(value))
    if field.kind == "text":
        return str(value)
    return f"{number(float(value))}{field.unit}"


def preset_name(words: Words, preset: Preset) -> str:
    """Return a preset's name."""
    return preset_title(words, preset.key)


def preset_title(words: Words, key: str) -> str:
    """Return the name of a preset, or of a match, by its key."""
    return words.say(f"presets.{key}.name")


def explain(words: Words, error: SettingsError, settings: Settings) -> str:
    """Say what is wrong with a choice and what would be right, as Markdown.

    Parameters
    ----------
    error
        What was refused.
    settings
        The settings in which it was to be changed: they know the fields' names and units.
    """
    field = next((field for field in settings.fields() if field.path == error.field), None)
    if error.problem in _BOUNDED:
        said = {"bound": f"{number(error.bound)}{field.unit if field else ''}"}
    elif error.problem in ("unknown-choice", "unknown-field"):
        said = {"valid": _valid(words, error, field)}
    else:
        said = {}
    if error.problem != "not-settings":
        named = full_label(words, field) if field else _preset_or_quote(words, error.field)
        said["field"] = f"**{named}**" if field or error.field in _NAMED else named
    if error.problem not in ("unknown-field", "no-points"):
        said["value"] = quote(error.value)
    return words.say(f"errors.{error.problem}", **said)


def unavailable(words: Words, error: DataUnavailableError) -> str:
    """Say why pictures cannot be had and what can be done, as Markdown."""
    said = {"data": words.say(f"settings.choice.images.{error.key}"), "file": f"`{error.file}`"}
    why = words.find(f"image-data.{error.reason}") or ""
    parts = [words.say(f"image-data.{error.reason}", **{b: said[b] for b in blanks_of(why)})]
    if error.reason.startswith("file-"):
        parts.append(words.say("image-data.folder"))
    return " ".join([*parts, words.say("image-data.instead")])


def quote(value: object) -> str:
    """Return somebody's input as harmless Markdown: short, one line, in code type."""
    try:
        given = str(value)
    except ValueError:  # an int of more digits than Python writes
        given = "…"
    text = re.sub(r"[\s`]+", " ", given).strip()
    text = "".join(letter for letter in text if letter.isprintable())
    if len(text) > LONGEST_QUOTE:
        text = f"{text[: LONGEST_QUOTE - 1]}…"
    return f"`{text or ' '}`"


def _preset_or_quote(words: Words, path: str) -> str:
    return words.say(_NAMED[path]) if path in _NAMED else quote(path)


def _valid(words: Words, error: SettingsError, field: Field | None) -> str:
    if field is not None:
        named = [f"{choice(words, field, key)} `{key}`" for key in error.choices]
    elif error.field in _NAMED and error.problem == "unknown-choice":
        named = [f"{words.say(f'presets.{key}.name')} `{key}`" for key in error.choices]
    else:
        near = get_close_matches(error.field[:LONGEST_QUOTE], error.choices, n=2, cutoff=0.5)
        known = error.choices if len(error.choices) <= FEW else near
        named = [f"`{path}`" for path in known]
    return words.say("errors.valid", names=", ".join(named)) if named else ""


_GROUPS: Final = {
    "data": "data",
    "images": "data",
    "labels": "data",
    "latent": "generator",
    "generator": "generator",
    "discriminator": "discriminator",
    "features": "discriminator",
    "game": "game",
    "constraint": "game",
    "update": "game",
    "g_optimizer": "g_optimizer",
    "d_optimizer": "d_optimizer",
    "schedule": "tricks",
    "average": "tricks",
    "instance_noise": "tricks",
    "pack": "tricks",
}
GROUPS: Final = (*dict.fromkeys(_GROUPS.values()), "run")
"""Groups of controls in the order in which the drawer shows them."""

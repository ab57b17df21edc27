"""The sections as a script, and as a notebook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from gan_core.presets import get_preset
from gan_core.script.sections import sections
from gan_core.settings import Settings

LANGUAGES: Final = ("en", "ko")
"""Languages of a notebook's prose; comments are in English."""

_WORDS = Path(__file__).resolve().parent.parent.parent / "assets" / "text"
_PART = re.compile(r"^<!-- part: ([a-z-]+) -->$", re.MULTILINE)
_LONGEST = 80
"""Characters of a changed setting in the heading: a list of points stands below anyway."""


def script(settings: Settings, steps: int, name: str = "") -> str:
    """Return a PyTorch program of exactly this experiment.

    It prints one JSON object: `status`, `modes` (covered), `high_quality`, `js`, `distance` (of the
    means of fakes and data), `d_real`, `d_fake`; null where a number does not exist. Its random
    numbers are not those of the app; what comes out agrees in distribution.

    Parameters
    ----------
    settings
        The experiment.
    steps
        Iterations.
    name
        Key of the preset that the settings come from, if they do.

    Raises
    ------
    NoCodeError
        If a chosen piece has no code yet.
    SettingsError
        If there is no such preset.
    """
    code = sections(settings, steps)
    head = heading(settings, name)
    end = "\n" if "\n" in head else ""
    return f'"""{head}{end}"""\n\n' + "\n\n\n".join(code.values()) + "\n"


def heading(settings: Settings, name: str) -> str:
    """Return what the program is, with the settings that make it what it is."""
    base = get_preset(name).settings if name else Settings()
    where = f"preset {name}" if name else "the default settings"
    changes = settings.difference(base)
    changes.pop("seed", None)
    lines = [f"{path} = {value}" for path, value in changes.items()]
    lines = [line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..." for line in lines]
    first = f"A GAN from GAN Classroom: {where}, seed {settings.seed}"
    return "\n".join([f"{first}, with these changes.", "", *lines]) if lines else f"{first}."


def notebook(settings: Settings, steps: int, language: str, name: str = "") -> str:
    """Return the program as a Jupyter notebook (JSON): its sections, with a word before each.

    Parameters
    ----------
    settings, steps, name
        As for `script`.
    language
        One of `LANGUAGES`.

    Raises
    ------
    NoCodeError
        If a chosen piece has no code yet.
    SettingsError
        If there is no such preset.
    ValueError
        If there is no such language.
    """
    import nbformat.v4  # half a second, which nobody waits for who wants no notebook

    v4: Any = nbformat.v4  # it has no types
    words, cells = _words(language), []
    for part, code in sections(settings, steps).items():
        text = words[part]
        if part == "setup":
            text += f"\n\n```text\n{heading(settings, name)}\n```"
        # ids of their own, so that the same settings give the same file
        cells.append(v4.new_markdown_cell(text, id=f"{part}-words"))
        cells.append(v4.new_code_cell(code, id=part))
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    # ASCII, so that a shell of any encoding can redirect it into a file
    return str(v4.writes(v4.new_notebook(cells=cells, metadata=about), ensure_ascii=True))


def _words(language: str) -> dict[str, str]:
    """Return the prose of a notebook, section by section."""
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}; valid: {', '.join(LANGUAGES)}")
    text = (_WORDS / language / "notebook.md").read_text(encoding="utf-8")
    _, *found = _PART.split(text)
    return {part: words.strip() for part, words in zip(found[::2], found[1::2], strict=True)}

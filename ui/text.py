"""Words in the student's language, from `assets/text/<language>/`.

Labels live in TOML files and are found by "file.table.key"; prose lives in Markdown files, cut
into named parts by comments such as ``<!-- part: try -->``. A missing key or blank is an error:
nobody is ever shown a key.
"""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from ui import terms

HERE: Final = Path(__file__).resolve().parent.parent / "assets" / "text"
LANGUAGES: Final = {"ko": "한국어", "en": "English"}
"""Each language under its code, by its own name."""

_PART = re.compile(r"^<!-- part: ([a-z-]+) -->$", re.MULTILINE)


class MissingTextError(LookupError):
    """A text is not there, or its blanks are not those that were filled in."""


class Words:
    """The texts of one language.

    Parameters
    ----------
    language
        A code of `LANGUAGES`.

    Raises
    ------
    MissingTextError
        If there is no such language.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise MissingTextError(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language

    def say(self, key: str, **blanks: object) -> str:
        """Return a label, its blanks filled in.

        Parameters
        ----------
        key
            "file.table.key", such as "shell.share".
        blanks
            A value for each ``{blank}`` of the text, no more and no fewer.

        Raises
        ------
        MissingTextError
            If there is no such text, or its blanks are others.
        """
        text = self.find(key)
        if text is None:
            raise MissingTextError(f"no text {key!r} in {self.language!r}")
        if blanks_of(text) != blanks.keys():
            wanted = ", ".join(sorted(blanks_of(text))) or "none"
            raise MissingTextError(f"{key!r} in {self.language!r} has the blanks: {wanted}")
        return text.format(**blanks) if blanks else text

    def find(self, key: str) -> str | None:
        """Return a label as it is written, or None if there is none."""
        stem, _, rest = key.partition(".")
        return labels(self.language, stem).get(rest)

    def all(self, stem: str) -> dict[str, str]:
        """Return every label of one file."""
        return dict(labels(self.language, stem))

    def under(self, stem: str, table: str) -> dict[str, str]:
        """Return every label of one table of a file, by the rest of its key."""
        found = labels(self.language, stem).items()
        start = f"{table}."
        return {key.removeprefix(start): text for key, text in found if key.startswith(start)}

    def prose(self, stem: str, part: str) -> str:
        """Return one part of a page's prose, as Markdown.

        Raises
        ------
        MissingTextError
            If the page has no such part.
        """
        try:
            return parts(self.language, stem)[part]
        except KeyError:
            raise MissingTextError(f"no part {part!r} in {self.language}/{stem}.md") from None


@cache
def labels(language: str, stem: str) -> dict[str, str]:
    """Return the labels of one TOML file, tables flattened ("table.key")."""
    path = HERE / language / f"{stem}.toml"
    if not path.is_file():
        raise MissingTextError(f"no texts {language}/{stem}.toml")
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def parts(language: str, stem: str) -> dict[str, str]:
    """Return the parts of one Markdown file in their order."""
    path = HERE / language / f"{stem}.md"
    if not path.is_file():
        raise MissingTextError(f"no texts {language}/{stem}.md")
    _, *found = _PART.split(path.read_text(encoding="utf-8"))
    pairs = zip(found[::2], found[1::2], strict=True)
    return {name: terms.dress(text.strip()) for name, text in pairs}


def blanks_of(text: str) -> set[str]:
    """Return the names of the ``{blanks}`` in a label."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = str(value)
    return found

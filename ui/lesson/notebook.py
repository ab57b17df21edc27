"""What a student has done on a page: predictions, opened answers, tasks done, claims judged.

The browser keeps it across visits, so whatever comes back from there is looked at as input.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

LONGEST: Final = 20_000
"""Characters of all notebooks together; what is longer was not written here."""
MOST: Final = 100
"""Entries of each kind on a page."""
LONGEST_KEY: Final = 60
LONGEST_REMARK: Final = 1000


@dataclass
class Notebook:
    """One page's notes.

    Attributes
    ----------
    predictions
        The locked prediction by unit: an option's key, or a number as text.
    opened
        Units whose answer has been opened.
    done
        Tasks that have been done, "unit/task".
    verdicts
        The student's verdict by claim.
    remarks
        What the student saw, in own words, by preset.
    """

    predictions: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    verdicts: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def merge(self, other: Notebook) -> None:
        """Take over what another visit has noted; what this one has noted comes first."""
        self.predictions = other.predictions | self.predictions
        self.verdicts = other.verdicts | self.verdicts
        self.remarks = other.remarks | self.remarks
        self.opened |= other.opened
        self.done |= other.done

    @property
    def empty(self) -> bool:
        """Whether nothing has been noted."""
        some = self.predictions or self.opened or self.done or self.verdicts or self.remarks
        return not some


def to_json(notebooks: dict[str, Notebook]) -> str:
    """Return all pages' notes as text."""
    return json.dumps(
        {
            page: {
                "predictions": notes.predictions,
                "opened": sorted(notes.opened),
                "done": sorted(notes.done),
                "verdicts": notes.verdicts,
                "remarks": notes.remarks,
            }
            for page, notes in notebooks.items()
            if not notes.empty
        },
        sort_keys=True,
    )


def from_json(text: object) -> dict[str, Notebook]:
    """Return the notes in a text of the browser; what does not belong there is left out."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return {}
    try:
        pages = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(pages, dict):
        return {}
    return {
        page: Notebook(
            _texts(notes.get("predictions")),
            _keys(notes.get("opened")),
            _keys(notes.get("done")),
            _texts(notes.get("verdicts")),
            _texts(notes.get("remarks"), LONGEST_REMARK),
        )
        for page, notes in list(pages.items())[:MOST]
        if _key(page) and isinstance(notes, dict)
    }


def _key(value: object, longest: int = LONGEST_KEY) -> bool:
    if not isinstance(value, str) or len(value) > longest:
        return False
    return value.replace("\n", " ").isprintable()


def _keys(values: object) -> set[str]:
    return {value for value in values[:MOST] if _key(value)} if isinstance(values, list) else set()


def _texts(values: object, longest: int = LONGEST_KEY) -> dict[str, str]:
    if not isinstance(values, dict):
        return {}
    pairs = list(values.items())[:MOST]
    return {name: value for name, value in pairs if _key(name) and _key(value, longest)}

"""What a page remembers of the student's own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ui.own_data.fit import SHAPE

if TYPE_CHECKING:
    from gan_core.settings import SettingsError
    from ui.own_data.decode import Refusal
    from ui.own_data.fit import Fitted
    from ui.own_data.reader import OwnPoints

DRAWING, FILE, PASTE, LINK = "drawing", "file", "paste", "link"
LONGEST_NAME: Final = 200


@dataclass
class Own:
    """The student's own data on one page.

    Attributes
    ----------
    name
        Of the file that was taken last; empty for a pasted text.
    found
        What was read from it, if points were.
    fitted
        The same as the picture shows them.
    fit
        How they are fitted into the picture: one of `ui.own_data.fit.FITS`.
    way
        Which way in is open.
    first
        In which language, with which way, the panel was drawn first.
    pasted
        The text in the field for pasting.
    refusal
        Why the last file, text, drawing or link was not taken, if it was not.
    refused_by
        Which of them it was.
    refused_name
        Name of the refused file.
    files
        How many files have come in: the picker shows that it has been heard.
    taken
        What the last file held besides points, if it was taken: "settings" or "checkpoint".
    """

    name: str = ""
    found: OwnPoints | None = None
    fitted: Fitted | None = None
    fit: str = SHAPE
    way: str = DRAWING
    first: tuple[str, str] = ("", DRAWING)
    pasted: str = ""
    refusal: Refusal | SettingsError | None = None
    refused_by: str = ""
    refused_name: str = ""
    files: int = 0
    taken: str = ""

    def first_way(self, language: str) -> str:
        """Return which tab to open at first: the one that was open in the other language.

        The answer stays the same while the language does, because other tabs would be drawn anew.
        """
        if self.first[0] != language:
            self.first = (language, self.way)
        return self.first[1]

    def refuse(self, by: str, refusal: Refusal | SettingsError, name: str = "") -> None:
        """Remember why something was not taken; what is in use stays."""
        self.refusal, self.refused_by, self.refused_name = refusal, by, name[:LONGEST_NAME]
        self.taken = ""

    def accept(self, found: OwnPoints | None, fitted: Fitted | None, name: str = "") -> None:
        """Remember what is in use now."""
        self.found, self.fitted, self.name = found, fitted, name[:LONGEST_NAME]
        self.refusal, self.refused_by, self.refused_name = None, "", ""
        self.taken = ""

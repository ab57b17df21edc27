"""The pages of the app: the learning path, in order. A new lesson is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Lesson:
    """One page.

    Attributes
    ----------
    slug
        Its address, the stem of its texts, and the key of its title in `shell.toml`.
    group
        Section of the learning path; "" stands before all sections.
    code
        Short name as lessons refer to each other ("P1"); "" for none.
    icon
        A Material symbol.
    """

    slug: str
    group: str
    code: str
    icon: str

    @property
    def file(self) -> Path:
        """The script of the page."""
        return PAGES / f"{self.slug.replace('-', '_')}.py"


HOME: Final = Lesson("home", "", "", ":material/home:")
PLAYGROUND: Final = Lesson("playground", "play", "P1", ":material/scatter_plot:")
LESSONS: Final = (
    HOME,
    Lesson("optimal-d", "theory", "T1", ":material/balance:"),
    Lesson("divergences", "theory", "T2", ":material/map:"),
    Lesson("js-wasserstein", "theory", "T2b", ":material/compare_arrows:"),
    Lesson("generator-costs", "theory", "T3", ":material/trending_down:"),
    Lesson("game-dynamics", "theory", "T4", ":material/cyclone:"),
    PLAYGROUND,
    Lesson("collapse-clinic", "play", "P2", ":material/healing:"),
    Lesson("critic-workshop", "variants", "V1", ":material/straighten:"),
    Lesson("digit-studio", "images", "I1", ":material/draw:"),
)
"""What can be visited, in the order of the path."""

COMING: Final = {
    "theory": ("T5",),
    "play": (),
    "variants": ("V2", "V3"),
    "images": ("I2",),
    "compare": ("M1",),
}
"""Pages that are planned and not there yet, by section; remove a code when its lesson arrives."""


def in_group(group: str) -> list[Lesson]:
    """Return the lessons of one section."""
    return [lesson for lesson in LESSONS if lesson.group == group]

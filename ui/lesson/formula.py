"""Prose with formulas that are tied to the picture.

A term of a formula (`ui.terms`) lets what it is stand out in the live view while one points at it.
What KaTeX draws cannot be reached by the keyboard and is hidden from screen readers, so beneath
each formula the same terms stand as a row of buttons.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import terms
from ui.live.component import bundle

if TYPE_CHECKING:
    from ui.text import Words

HERE: Final = Path(__file__).parent
MODULES: Final = ("pointing", "chips")
_FORMULA: Final = re.compile(r"(?<=\$\$)\n\n")

_chips: Final = st.components.v2.component(
    "gan_terms",
    html='<div class="terms" role="group"></div>',
    css=(HERE / "formula.css").read_text(encoding="utf-8"),
    js=bundle(HERE / "js", MODULES),
)


def prose(words: Words, stem: str, part: str) -> None:
    """Draw a part of a page's prose; beneath each formula its terms, each once.

    Parameters
    ----------
    words
        The texts of one language.
    stem, part
        Which part: see `Words.prose`.
    """
    shown: set[str] = set()
    for number, piece in enumerate(pieces(words.prose(stem, part))):
        st.markdown(piece)
        fresh = [name for name in _formula_terms(piece) if name not in shown]
        shown.update(fresh)
        if fresh:
            chips(words, fresh, key=f"terms-{part}-{number}", hint=len(fresh) == len(shown))


def pieces(text: str) -> list[str]:
    """Return a text cut after each formula that stands by itself and has terms."""
    found: list[str] = []
    for piece in _FORMULA.split(text):
        if found and not _formula_terms(found[-1]):
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
    return found


def _formula_terms(piece: str) -> list[str]:
    """Return the terms of the formula at the end of a piece."""
    return terms.named(piece.split("$$")[-2]) if piece.endswith("$$") else []


def chips(words: Words, names: list[str], *, key: str, hint: bool = True) -> None:
    """Draw terms as a row of buttons: pointing shows, pressing holds, Escape lets go."""
    _chips(
        key=key,
        data={
            "label": words.say("terms.row"),
            "hint": words.say("terms.hint") if hint else "",
            "terms": [
                {
                    "name": name,
                    "symbol": terms.TERMS[name].symbol,
                    "hue": terms.TERMS[name].hue,
                    "text": words.say(f"terms.term.{name}"),
                }
                for name in names
            ],
            "texts": {name: words.say(f"terms.term.{name}") for name in terms.TERMS},
            "codes": {str(code): list(path) for path, code in terms.CODES.items()},
        },
    )

r"""Terms of formulas that name something in the picture: their colours, and how texts mark them.

In a text a term is written ``\term{d-cost}{J_D}``. KaTeX knows no such thing and lets through
neither classes nor identifiers, but it takes colours with eight digits: so the last two say which
term it is, and style.css, which gives each hue its readable shade, leaves nothing of them to be
seen. One formula so carries colour and meaning to wherever Markdown is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HUES: Final = {
    "real": "#0072B2",
    "fake": "#D55E00",
    "ink": "#22252A",
    "js": "#CC79A7",
    "w1": "#009E73",
}


@dataclass(frozen=True)
class Term:
    """One thing that formulas name and the live view can let stand out.

    Attributes
    ----------
    symbol
        How it is written in plain text; ``_`` lowers the next letter.
    hue
        Its colour, a key of `HUES`: that of its curve or its mark in the picture.
    within
        Terms in which it may be nested.
    """

    symbol: str
    hue: str
    within: tuple[str, ...] = ()


TERMS: Final = {
    "d-cost": Term("J_D", "real"),
    "g-cost": Term("J_G", "fake", ("pull",)),
    "d-real": Term("D(x)", "real"),
    "d-fake": Term("D(G(z))", "fake"),
    "field": Term("D(x)", "ink"),
    "real": Term("x", "real", ("d-real",)),
    "fake": Term("G(z)", "fake", ("d-fake", "pull")),
    "latent": Term("z", "fake", ("fake",)),
    "pull": Term("−∂J_G/∂G(z)", "ink"),
    "cost-minimax": Term("log(1 − D)", "js"),
    "cost-non-saturating": Term("−log D", "fake"),
    "cost-likelihood": Term("−eᵃ", "ink"),
    "p-real": Term("p_d", "real", ("v-real",)),
    "p-fake": Term("p_g", "fake", ("v-fake",)),
    "d-best": Term("D*", "ink"),
    "v-real": Term("∫ p_d log D", "real"),
    "v-fake": Term("∫ p_g log(1 − D)", "fake"),
    "js": Term("JS", "js"),
    "kl": Term("KL", "ink"),
    "reverse-kl": Term("KL(p_g‖p_d)", "ink"),
    "wasserstein": Term("W₁", "w1"),
    "pay-x": Term("J_x", "fake"),
    "pay-y": Term("J_y", "real"),
    "radius": Term("r", "ink"),
    "eigenvalue": Term("λ", "ink"),
    "unit-circle": Term("|λ| = 1", "ink"),
    "kept": Term("x² + y² − ηxy", "ink"),
    "theta": Term("θ", "fake"),
    "psi": Term("ψ", "ink"),
}
"""Each term under its name; `ui/live/js/stress.js` says what it is in the view."""

Path = tuple[str, ...]
_OPENING: Final = re.compile(r"\\term\{([a-z-]+)\}\{")
_CODE: Final = re.compile(r"\\textcolor\{#[0-9A-F]{6}([0-9A-F]{2})\}")


def _paths(name: str) -> list[Path]:
    """Return every way in which a term may lie in others, outermost first."""
    longer = [(*path, name) for outer in TERMS[name].within for path in _paths(outer)]
    return [(name,), *longer]


CODES: Final = {
    path: 0xFE - i for i, path in enumerate(path for name in TERMS for path in _paths(name))
}
"""The last two digits of the colour of a term, by the terms in which it lies and its own name."""


def dress(text: str, outer: Path = ()) -> str:
    r"""Return a text with its terms as KaTeX takes them.

    Parameters
    ----------
    text
        Markdown with ``\term{name}{formula}``, which may be nested.
    outer
        Names of the terms around it.

    Raises
    ------
    ValueError
        For an unknown term, one that must not lie where it lies, or a missing brace.
    """
    found = _OPENING.search(text)
    if found is None:
        return text
    path = (*outer, found[1])
    if path not in CODES:
        raise ValueError(f"no term {' in '.join(reversed(path))}")
    end = _closing(text, found.end())
    colour = f"{HUES[TERMS[found[1]].hue]}{CODES[path]:02X}"
    inside = dress(text[found.end() : end], path)
    before, after = text[: found.start()], dress(text[end + 1 :], outer)
    return f"{before}\\textcolor{{{colour}}}{{{inside}}}{after}"


def _closing(text: str, start: int) -> int:
    """Return where the brace that was opened before `start` is closed."""
    depth, at = 1, start
    while at < len(text):
        if text[at] == "\\":
            at += 1  # \{ and \} are signs, not braces
        elif text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if not depth:
                return at
        at += 1
    raise ValueError(f"a term is not closed: {text[start : start + 40]!r}")


def named(text: str) -> list[str]:
    """Return the names of the terms in a dressed text, in order of appearance, each once."""
    paths = {code: path for path, code in CODES.items()}
    return list(dict.fromkeys(paths[int(code, 16)][-1] for code in _CODE.findall(text)))

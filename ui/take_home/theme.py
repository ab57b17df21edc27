"""The colours of the canvas (`live/js/theme.js`) for pictures and charts without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RGB = tuple[int, int, int]

HUES: Final = {
    "real": (0x00, 0x72, 0xB2),
    "fake": (0xD5, 0x5E, 0x00),
    "js": (0xCC, 0x79, 0xA7),
    "w1": (0x00, 0x9E, 0x73),
    "warn": (0xE6, 0x9F, 0x00),
}
"""The hues of Okabe and Ito, which the colour-blind can tell apart."""
READABLE: Final = 5.5
"""Contrast of a hue on a dark ground; 4.5 is the least for text."""
_WHITE: Final = (255, 255, 255)
_DARK: Final = 0.4
"""Luminance below which a ground is dark."""


@dataclass(frozen=True)
class Theme:
    """Ground, ink and hues as (r, g, b), 0-255."""

    ground: RGB
    ink: RGB
    muted: RGB
    line: RGB
    real: RGB
    fake: RGB
    js: RGB
    w1: RGB
    warn: RGB
    dark: bool


def luminance(rgb: RGB) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2)."""
    parts = [v / 255 for v in rgb]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: RGB, b: RGB) -> float:
    """Return the WCAG contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def mix(a: RGB, b: RGB, part: float) -> RGB:
    """Return the colour at `part` (0 to 1) of the way from `a` to `b`."""
    r, g, c = (int(v + (w - v) * part + 0.5) for v, w in zip(a, b, strict=True))
    return r, g, c


def readable(hue: RGB, ground: RGB) -> RGB:
    """Return a hue, lightened until it reads on a dark ground; on a light one as it is."""
    if luminance(ground) > _DARK:
        return hue
    part = 0.0
    while part < 1 and contrast(mix(hue, _WHITE, part), ground) < READABLE:
        part += 0.02
    return mix(hue, _WHITE, part)


def css(rgb: RGB) -> str:
    """Return a colour as CSS writes it."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _theme(ground: RGB, ink: RGB) -> Theme:
    return Theme(
        ground=ground,
        ink=ink,
        muted=mix(ink, ground, 0.3),
        line=mix(ink, ground, 0.86),
        dark=luminance(ground) < _DARK,
        **{name: readable(hue, ground) for name, hue in HUES.items()},
    )


LIGHT: Final = _theme((0xFF, 0xFF, 0xFF), (0x22, 0x25, 0x2A))
DARK: Final = _theme((0x15, 0x17, 0x1B), (0xE8, 0xE8, 0xE4))
"""Grounds and inks are those of `.streamlit/config.toml`."""

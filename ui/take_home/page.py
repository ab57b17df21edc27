"""The page around a report: one HTML document with its style inside."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from ui.take_home.markup import Html, fill
from ui.take_home.theme import DARK, LIGHT, Theme, css, mix

_STYLE: Final = Path(__file__).with_name("report.css")

# What is not on the page cannot be asked for: no script, no font, no picture from elsewhere.
_PAGE: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""  # noqa: E501 - the policy is one attribute


def document(language: str, title: str, body: Html) -> Html:
    """Return a whole document; on paper, and where nobody asks for dark, it is light."""
    return fill(_PAGE, language=language, title=title, style=_style(), body=body)


@cache
def _style() -> Html:
    # of both pictures the one that fits shows; on paper always the light one
    dark = (
        "img.dark { display: none !important; }\n"
        "@media screen and (prefers-color-scheme: dark) {\n"
        f"{_variables(DARK)}\n"
        "img.light { display: none !important; } img.dark { display: block !important; } }"
    )
    return Html(f"{_variables(LIGHT)}\n{dark}\n{_STYLE.read_text(encoding='utf-8')}")


def _variables(theme: Theme) -> str:
    colours = {
        name: css(getattr(theme, name))
        for name in ("ground", "ink", "muted", "line", "real", "fake", "js", "w1", "warn")
    }
    colours["link"] = css(theme.real if theme.dark else mix(theme.real, theme.ink, 0.25))
    colours["faint"] = css(mix(theme.muted, theme.ground, 0.45))
    colours["pale"] = css(mix(theme.ground, theme.ink, 0.05))
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in colours.items())} }}"

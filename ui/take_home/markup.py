"""HTML in which nothing stands unescaped that somebody wrote."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Html(str):
    """Text that is HTML already; any other text is escaped on its way into it."""

    __slots__ = ()


def fill(template: str, **values: object) -> Html:
    """Return a template of ours with its ``{blanks}`` filled; what is not `Html` is escaped."""
    return Html(template.format(**{name: escape(value) for name, value in values.items()}))


def join(parts: Iterable[Html]) -> Html:
    """Return pieces of HTML one after the other."""
    return Html("\n".join(parts))


def escape(value: object) -> Html:
    """Return a value as HTML text, good inside quoted attributes as well."""
    if isinstance(value, Html):
        return value
    # what no file in UTF-8 can hold, and what no page may hold, must not spoil the report
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return Html(html.escape("".join(c for c in text if c.isprintable() or c in "\n\t\u200d")))

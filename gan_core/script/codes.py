"""How the code of a piece is found and set into the script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from string import Template
from typing import Any, Generic, TypeVar

from gan_core.registry import Piece

T = TypeVar("T")
Writer = Callable[..., T]

WIDTH = 88
"""Characters of a line of the script, at most."""

_ALONE = re.compile(r"( *)\$(\w+)")


class NoCodeError(ValueError):
    """A piece that runs, but that nobody has written as code yet."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind} = {key!r} has no code yet; `run` trains with it all the same")
        self.kind, self.key = kind, key


class Codes(Generic[T]):
    """What writes the code of each piece of one registry.

    A piece is found by its own key and never by its base class: code that belongs to another
    piece would run, and be wrong.

    Parameters
    ----------
    kind
        The registry's name in `gan_core.settings.REGISTRIES`.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._writers: dict[str, Writer[T]] = {}

    def of(self, key: str) -> Callable[[Writer[T]], Writer[T]]:
        """Return a function decorator: what it decorates writes the code of the piece `key`."""

        def decorate(writer: Writer[T]) -> Writer[T]:
            self._writers[key] = writer
            return writer

        return decorate

    def __iter__(self) -> Iterator[str]:
        """Go through the keys of the pieces that have code."""
        return iter(self._writers)

    def write(self, piece: Piece, *context: Any) -> T:  # noqa: ANN401 - as the writer wants it
        """Return the code of a piece.

        Raises
        ------
        NoCodeError
            If nobody has written it yet.
        """
        if piece.key not in self._writers:
            raise NoCodeError(self.kind, piece.key)
        return self._writers[piece.key](piece, *context)


def fill(template: str, **parts: object) -> str:
    """Return a template with each ``$name`` replaced.

    Where ``$name`` is all of a line, the part may have several lines, which are indented as the
    name was, or none at all: then the line goes.
    """
    lines: list[str] = []
    for line in template.strip("\n").split("\n"):
        if alone := _ALONE.fullmatch(line):
            part = str(parts[alone[2]])
            lines += [alone[1] + one if one else "" for one in part.split("\n")] if part else []
        else:
            lines.append(Template(line).substitute(parts))
    return "\n".join(lines)

"""Registries: how a new data set, game, constraint, ... makes itself known.

A *piece* is one choice a student can make, with its own parameters: a frozen pydantic model in
one file, registered under the field's own term in kebab case. Controls, command line, share links
and documentation are derived from what is registered here; nobody keeps a second list.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict


class Refused(ValueError):  # noqa: N818 - it is an answer to a student, not a fault
    """Why a text is no valid parameter: a problem of `gan_core.settings.SettingsError`.

    Attributes
    ----------
    problem, value, bound
        The problem's key, the part of the text at fault, and the bound that it crosses, if any.
    """

    def __init__(self, problem: str, value: object, bound: float = math.nan) -> None:
        super().__init__(f"{problem}: {value!r}")
        self.problem, self.value, self.bound = problem, value, bound


class Piece(BaseModel):
    """One registered choice with its parameters. Immutable and hashable."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: ClassVar[str]
    """The registry key, set by `Registry.register`."""

    @model_validator(mode="after")
    def _texts_are_valid(self) -> Self:
        for name, info in type(self).model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and "check" in extra:
                check = cast("Callable[[str], str]", extra["check"])
                value = getattr(self, name)
                if check(value) != value:
                    raise ValueError(f"{name} is not in its canonical form")
        return self


P = TypeVar("P", bound=Piece)


def param(
    default: float,
    low: float,
    high: float,
    *,
    step: float | None = None,
    scale: str = "linear",
    unit: str = "",
    live: bool = False,
) -> Any:  # noqa: ANN401 - pydantic types a field by its default
    """Declare a bounded number that a student may set.

    Parameters
    ----------
    default, low, high
        The starting value and the closed interval of valid ones.
    step
        The smallest sensible change, on a linear scale.
    scale
        ``"linear"`` or ``"log"``.
    unit
        A short unit, shown behind the number.
    live
        Whether a change acts on a running experiment; otherwise it restarts it.
    """
    extra: JsonDict = {"step": step, "scale": scale, "unit": unit, "live": live}
    return Field(default, ge=low, le=high, json_schema_extra=extra)


def text(default: str, check: Callable[[str], str], *, live: bool = False) -> Any:  # noqa: ANN401 - as `param`
    """Declare a text that a student may write.

    Parameters
    ----------
    default
        The starting text, in canonical form.
    check
        Returns the canonical form of a text (that of a canonical one is itself), or raises
        `Refused`.
    live
        Whether a change acts on a running experiment; otherwise it restarts it.
    """
    extra: dict[str, Any] = {"kind": "text", "check": check, "scale": "", "unit": "", "live": live}
    return Field(default, json_schema_extra=extra)


class Registry(Generic[P]):
    """Named pieces of one kind.

    Parameters
    ----------
    kind
        What the pieces are, in one word ("game"); it names the field in error messages.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._pieces: dict[str, type[P]] = {}
        self._order: dict[str, int] = {}

    def register(self, key: str, *, order: int = 100) -> Callable[[type[P]], type[P]]:
        """Class decorator: make a piece available under `key` (kebab case, unique).

        `order` is its place in menus (low first, then by key).
        """

        def decorate(piece: type[P]) -> type[P]:
            other = self._pieces.get(key, piece)
            if (other.__module__, other.__qualname__) != (piece.__module__, piece.__qualname__):
                raise ValueError(f"{self.kind} {key!r} is registered twice")
            piece.key = key
            self._pieces[key] = piece
            self._order[key] = order
            return piece

        return decorate

    def get(self, key: str) -> type[P]:
        """Return the piece registered under `key`.

        Raises
        ------
        ValueError
            If nothing is; the message lists the valid keys.
        """
        try:
            return self._pieces[key]
        except KeyError:
            valid = ", ".join(self.names())
            raise ValueError(f"unknown {self.kind} {key!r}; valid: {valid}") from None

    def names(self) -> tuple[str, ...]:
        """Return the keys in menu order."""
        return tuple(sorted(self._pieces, key=lambda key: (self._order[key], key)))

    def __iter__(self) -> Iterator[type[P]]:
        """Go through the pieces in menu order."""
        return (self._pieces[key] for key in self.names())

    def unregister(self, key: str) -> None:
        """Forget a piece again (for tests that register a dummy)."""
        del self._pieces[key], self._order[key]


def load_all(package: str) -> None:
    """Import each module of a package, so that each piece in it registers itself."""
    path = importlib.import_module(package).__path__
    for module in sorted(pkgutil.iter_modules(path), key=lambda found: found.name):
        importlib.import_module(f"{package}.{module.name}")

"""Settings: everything that a student can choose about an experiment.

`Choices` are frozen and valid. Their *flat* form, one path per choice ("data.radius"), is the
single source for controls, share links, JSON and the command line. `Settings` are those of a GAN in
the plane; `gan_core.images.settings.ImageSettings` those of one that makes pictures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from gan_core.averages import AVERAGES, Average, NoAverage
from gan_core.constraints import CONSTRAINTS, Constraint
from gan_core.constraints.base import Unconstrained
from gan_core.data import DATA, DataSet
from gan_core.data.ring import Ring
from gan_core.games import GAMES, Game
from gan_core.games.flipped_wasserstein import FLIPS
from gan_core.games.non_saturating import NonSaturating
from gan_core.games.objectives import OBJECTIVES
from gan_core.latents import LATENTS, GaussianLatent, Latent
from gan_core.networks import ACTIVATIONS, FEATURES, MLP, Features, NoFeatures
from gan_core.optimizers import OPTIMIZERS, Adam, Optimizer
from gan_core.registry import Piece, Refused, Registry, param
from gan_core.schedules import SCHEDULES, Constant, Schedule
from gan_core.update_rules import UPDATE_RULES, Alternating, UpdateRule

Value = str | int | float

REGISTRIES: dict[str, Registry[Any]] = {
    "data": DATA,
    "latent": LATENTS,
    "game": GAMES,
    "objective": OBJECTIVES,
    "flip": FLIPS,
    "constraint": CONSTRAINTS,
    "update": UPDATE_RULES,
    "optimizer": OPTIMIZERS,
    "activation": ACTIVATIONS,
    "features": FEATURES,
    "schedule": SCHEDULES,
    "average": AVERAGES,
}


LONGEST_QUOTE = 200
"""Characters of a refused value that a message repeats."""


def one_line(value: object) -> str:
    """Return what somebody has given as one line of bounded length."""
    try:
        text = " ".join(str(value).split())
    except ValueError:  # an int of more digits than Python writes
        text = "a number of thousands of digits"
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


class SettingsError(ValueError):
    """A choice that cannot be made.

    Attributes
    ----------
    field
        Path of the field ("data.radius"), as the student wrote it.
    value
        The refused value.
    problem
        "unknown-field", "unknown-choice", "not-a-number", "not-an-integer", "too-small",
        "too-large", "not-a-point", "no-points", "too-many-points" or "not-settings": a key for
        the words in the student's language.
    bound
        The bound that was crossed, if one was.
    choices
        What would be valid, if that can be listed.
    """

    _ENGLISH: ClassVar[dict[str, str]] = {
        "unknown-field": "there is no field {field!r}; valid here: {choices}",
        "unknown-choice": "{field} = {value!r} is unknown; valid: {choices}",
        "not-a-number": "{field} = {value!r} is not a number",
        "not-an-integer": "{field} = {value!r} is not a whole number",
        "too-small": "{field} = {value} is too small; the least is {bound:g}",
        "too-large": "{field} = {value} is too large; the most is {bound:g}",
        "not-a-point": "{field}: {value!r} is no point; write x,y or x,y,weight; and so on",
        "no-points": "{field} holds no point; write x,y or x,y,weight; and so on",
        "too-many-points": "{field}: {value} points are too many; the most is {bound:g}",
        "not-settings": "these are no settings: {value}",
    }

    def __init__(
        self,
        problem: str,
        field: str,
        value: object = None,
        *,
        bound: float = math.nan,
        choices: Iterable[str] = (),
    ) -> None:
        self.problem, self.field, self.value = problem, field, value
        self.bound, self.choices = bound, tuple(choices)
        text = self._ENGLISH[problem]
        said = {"field": one_line(field), "value": one_line(value), "bound": bound}
        super().__init__(text.format(**said, choices=", ".join(self.choices)))


@dataclass(frozen=True)
class Field:
    """One thing that can be chosen, as controls and documentation need it.

    Attributes
    ----------
    path
        Its name in the flat form.
    kind
        "choice", "int", "float" or "text".
    value
        The present value.
    low, high, step, scale, unit
        Bounds and presentation of a number; see `gan_core.registry.param`.
    choices
        Valid keys of a choice.
    live
        Whether a change acts on a running experiment; otherwise it restarts it.
    piece
        Key of the piece whose parameter this is; empty for a choice or a number of its own.
    check
        For a text: returns its canonical form; see `gan_core.registry.text`.
    family
        What it has in common with fields of other names ("optimizer"); by default its own name.
    """

    path: str
    kind: str
    value: Value
    low: float = -math.inf
    high: float = math.inf
    step: float | None = None
    scale: str = "linear"
    unit: str = ""
    choices: tuple[str, ...] = ()
    live: bool = False
    piece: str = ""
    check: Callable[[str], str] = str
    family: str = ""

    @property
    def help(self) -> str:
        """Key of the help text: the path without the player's prefix ("optimizer.lr")."""
        group, _, name = self.path.partition(".")
        family = self.family or group
        return f"{family}.{name}" if name else family

    @property
    def own_help(self) -> str:
        """Key of a help text that holds for this piece alone ("data.circle.radius")."""
        kind, _, name = self.help.partition(".")
        return f"{kind}.{self.piece}.{name}" if self.piece else self.help

    def parse(self, value: object) -> Value:
        """Return `value` (text or a number) as this field's type.

        Raises
        ------
        SettingsError
            If it is of the wrong type, out of bounds or not one of the choices.
        """
        if self.kind == "choice":
            if value not in self.choices:
                raise SettingsError("unknown-choice", self.path, value, choices=self.choices)
            return str(value)
        if self.kind == "text":
            try:
                return self.check(str(value))
            except Refused as refused:
                raise SettingsError(
                    refused.problem, self.path, refused.value, bound=refused.bound
                ) from None
        number = _number(self.path, value)
        if number < self.low:
            raise SettingsError("too-small", self.path, value, bound=self.low)
        if number > self.high:
            raise SettingsError("too-large", self.path, value, bound=self.high)
        if self.kind == "float":
            return number
        if number != int(number):
            raise SettingsError("not-an-integer", self.path, value)
        return int(number)


def _number(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SettingsError("not-a-number", path, value)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise SettingsError("not-a-number", path, value) from None
    if math.isnan(number):
        raise SettingsError("not-a-number", path, value)
    return number


def choice(registry: str, default: Piece, *, live: bool, keep: bool = False) -> Any:  # noqa: ANN401 - as `param`
    """Declare a choice; with `keep`, another piece takes over the parameters of the same name."""
    extra: JsonDict = {"registry": registry, "live": live, "keep": keep}
    return PydanticField(default, json_schema_extra=extra)


class Choices(BaseModel):
    """All choices about one kind of experiment. Frozen and hashable.

    A field is a piece (a choice with parameters, or one whose parameters alone can be set) or a
    number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    registries: ClassVar[Mapping[str, Registry[Any]]] = REGISTRIES
    """Where the pieces of each choice are registered."""
    families: ClassVar[Mapping[str, str]] = {}
    """What the fields of the two players have in common, in words."""

    def flat(self) -> dict[str, Value]:
        """Return each choice under its path."""
        return {field.path: field.value for field in self.fields()}

    def fields(self) -> list[Field]:
        """Return all that can be chosen now; parameters of unchosen pieces are not among it."""
        found = []
        for name, info in type(self).model_fields.items():
            value = getattr(self, name)
            extra = _extra(info)
            if "registry" in extra:
                found.append(self._choice_field(name, value.key, extra))
            if isinstance(value, Piece):
                found += self._piece_fields(name, value)
            else:
                found.append(_number_field(name, value, info))
        families = self.families
        return [replace(one, family=families.get(one.path.partition(".")[0], "")) for one in found]

    def _choice_field(self, path: str, value: str, extra: Mapping[str, Any]) -> Field:
        names = self.registries[extra["registry"]].names()
        return Field(path, "choice", value, choices=names, live=extra.get("live", False))

    def _piece_fields(self, name: str, piece: Piece) -> list[Field]:
        found = []
        for inner, info in type(piece).model_fields.items():
            value, extra = getattr(piece, inner), _extra(info)
            path = f"{name}.{inner}"
            if "registry" in extra:
                found.append(self._choice_field(path, value, extra))
            elif extra.get("kind") == "text":
                check = extra["check"]
                live = extra["live"]
                found.append(Field(path, "text", value, live=live, piece=piece.key, check=check))
            else:
                found.append(_number_field(path, value, info, piece.key))
        return found

    def with_changes(self, changes: Mapping[str, object]) -> Self:
        """Return new settings with some choices changed.

        Another piece ("constraint" = "gradient-penalty") comes with its default parameters;
        only latents, games and optimisers keep what they share with the old one (`dim`, `lr`).
        Changes of parameters in the same call apply to the new piece. A parameter may be named by
        the end of its path ("radius") where that is not ambiguous.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is not valid; nothing is changed.
        """
        settings, rest = self, dict(changes)
        for name in list(rest):
            if name in type(self).model_fields and isinstance(getattr(settings, name), Piece):
                settings = settings._choose(name, rest.pop(name))
        for name, value in rest.items():
            field = settings._find(name)
            settings = settings._set(field.path, field.parse(value))
        return settings

    def _find(self, name: str) -> Field:
        fields = self.fields()
        exact = [field for field in fields if field.path == name]
        ends = exact or [field for field in fields if field.path.endswith(f".{name}")]
        if len(ends) == 1:
            return ends[0]
        valid = ends or [field for field in fields if field.path.split(".")[0] == name] or fields
        raise SettingsError("unknown-field", name, choices=[field.path for field in valid])

    def _choose(self, name: str, key: object) -> Self:
        field = next((field for field in self.fields() if field.path == name), None)
        if field is None:  # a network: its parameters can be set, but there is only one kind
            raise SettingsError("unknown-field", name, choices=self._paths_under(name))
        if field.parse(key) == field.value:
            return self
        extra, old = _extra(type(self).model_fields[name]), getattr(self, name)
        chosen = self.registries[extra["registry"]].get(str(key))
        shared = type(old).model_fields.keys() & chosen.model_fields.keys()
        kept = {inner: getattr(old, inner) for inner in shared} if extra["keep"] else {}
        return self.model_copy(update={name: chosen(**kept)})

    def _paths_under(self, name: str) -> list[str]:
        return [field.path for field in self.fields() if field.path.startswith(f"{name}.")]

    def _set(self, path: str, value: Value) -> Self:
        name, _, inner = path.partition(".")
        if not inner:
            return self.model_copy(update={name: value})
        piece = getattr(self, name).model_copy(update={inner: value})
        return self.model_copy(update={name: piece})

    def difference(self, base: Self) -> dict[str, Value]:
        """Return what to change in `base` to arrive here: `base.with_changes` takes it back."""
        mine, theirs = self.flat(), base.flat()
        pieces = {name: mine[name] for name in type(self).model_fields if name in mine}
        chosen = {name: value for name, value in pieces.items() if theirs[name] != value}
        theirs = base.with_changes(chosen).flat()  # another piece brings parameters of its own
        return chosen | {path: value for path, value in mine.items() if theirs[path] != value}

    def to_json(self) -> str:
        """Return the flat form as JSON."""
        return json.dumps(self.flat())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the settings that `to_json` wrote; what is missing takes its default.

        Raises
        ------
        SettingsError
            If the text is no JSON object, or a choice in it is not valid.
        """
        return cls().with_changes(read_flat(text))


class Settings(Choices):
    """One experiment, completely: same settings, same bits."""

    families: ClassVar[Mapping[str, str]] = {
        "generator": "network",
        "discriminator": "network",
        "g_optimizer": "optimizer",
        "d_optimizer": "optimizer",
    }

    data: DataSet = choice("data", Ring(), live=False)
    latent: Latent = choice("latent", GaussianLatent(), live=False, keep=True)
    generator: MLP = MLP(activation="relu")
    discriminator: MLP = MLP(activation="leaky-relu")
    features: Features = choice("features", NoFeatures(), live=False)
    game: Game = choice("game", NonSaturating(), live=True, keep=True)
    constraint: Constraint = choice("constraint", Unconstrained(), live=True)
    update: UpdateRule = choice("update", Alternating(), live=True)
    g_optimizer: Optimizer = choice("optimizer", Adam(), live=True, keep=True)
    d_optimizer: Optimizer = choice("optimizer", Adam(lr=2e-3), live=True, keep=True)
    schedule: Schedule = choice("schedule", Constant(), live=True)
    average: Average = choice("average", NoAverage(), live=True)
    instance_noise: float = param(0.0, 0.0, 1.0, step=0.01, live=True)
    pack: int = param(1, 1, 4, step=1)
    batch: int = param(128, 4, 512, scale="log")
    pretrain: int = param(0, 0, 1000, step=50)
    seed: int = param(
        1, 0, 2**31 - 1, step=1
    )  # of 0..23 it is 0 with which "healthy" misses two modes


def read_flat(text: str) -> dict[str, Any]:
    """Return the flat form that `Choices.to_json` wrote, as it stands there.

    Raises
    ------
    SettingsError
        If the text is no JSON object.
    """
    try:
        flat = json.loads(text)
    except (ValueError, RecursionError) as error:  # also an int of thousands of digits
        raise SettingsError("not-settings", "", str(error)) from None
    if not isinstance(flat, dict):
        raise SettingsError("not-settings", "", text[:80])
    return flat


C = TypeVar("C", bound=Choices)


def live_change(old: C, new: C) -> bool:
    """Return whether the way from `old` to `new` can act on a running experiment."""
    changed = new.difference(old).keys() | old.difference(new).keys()
    live = {f.path: f.live for settings in (old, new) for f in settings.fields()}
    return all(live[path] for path in changed)


def _extra(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def _number_field(path: str, value: float, info: FieldInfo, piece: str = "") -> Field:
    extra = _extra(info)
    bounds = {type(item).__name__: item for item in info.metadata}
    return Field(
        path,
        "int" if info.annotation is int else "float",
        value,
        low=bounds["Ge"].ge,
        high=bounds["Le"].le,
        step=extra["step"],
        scale=extra["scale"],
        unit=extra["unit"],
        live=extra["live"],
        piece=piece,
    )

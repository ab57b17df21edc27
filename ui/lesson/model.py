"""What a lesson asks of a student: predictions, tasks, and claims to be judged. Data alone.

The texts live in `assets/text/<language>/<page>.toml`: ``question.<unit>.ask`` and its options,
``task.<unit>.<task>``, ``claim.<claim>``; in the page's Markdown: ``try-<unit>``,
``explain-<unit>``, ``truth-<claim>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gan_core.settings import Settings, Value

NUMBERS: Final = (
    "iteration",
    "covered",
    "captured",
    "quality",
    "js",
    "w1",
    "kl",
    "dCost",
    "gCost",
    "dReal",
    "dFake",
    "pull",
    "outside",
    "trust",
    "slope",
    "effective",
    "verdict",
    "onBound",
    "steep",
    "classes",
    "confidence",
    "labels",
    "fid",
    "count",
    "change",
)
"""Numbers of the live view that a goal may name."""

Limits = tuple[float | None, float | None]
"""The least and the most; None where there is no bound."""


@dataclass(frozen=True)
class Goal:
    """What the running experiment, or a sketch, has to show: numbers of the view within bounds."""

    bounds: Mapping[str, Limits]
    fresh: bool = False
    """Whether it counts only in an experiment that begins after the goal was set."""

    def as_data(self, key: str) -> dict[str, object]:
        """Return the goal as the view takes it."""
        bounds = [[name, low, high] for name, (low, high) in self.bounds.items()]
        return {"id": key, "bounds": bounds, "fresh": self.fresh}


@dataclass(frozen=True)
class Choice:
    """A question with options, of which one is right."""

    options: tuple[str, ...]
    right: str

    def allows(self, said: str) -> bool:
        """Return whether this is one of the options."""
        return said in self.options


@dataclass(frozen=True)
class Guess:
    """A question whose answer is a number, sketched on a scale.

    Attributes
    ----------
    stops
        What can be guessed.
    low, high
        The true answer, as measured over seeds, lies between these two.
    """

    stops: tuple[float, ...]
    low: float
    high: float

    def allows(self, said: str) -> bool:
        """Return whether this is one of the stops, as text."""
        return said in {str(stop) for stop in self.stops}

    def near(self, said: float) -> bool:
        """Return whether a guess is right to a factor of two."""
        return self.low <= 2 * said and said / 2 <= self.high


@dataclass(frozen=True)
class Task:
    """Something to bring about, which the app sees by itself.

    Attributes
    ----------
    key
        Its name within the unit.
    goal
        What the experiment has to show.
    needs
        Settings that must be chosen meanwhile.
    keeps
        Fields, or their groups ("data", "generator"), that must stay as the preset has them:
        otherwise the task could be done without its point.
    preset
        The preset on which it is done; that of its unit unless given.
    most
        How many fields may differ from the preset, the seed apart; None: any number.
    """

    key: str
    goal: Goal
    needs: Mapping[str, Value] = field(default_factory=dict)
    keeps: tuple[str, ...] = ("data", "latent", "generator", "discriminator")
    preset: str = ""
    most: int | None = None

    def open_in(self, settings: Settings, preset: Settings) -> bool:
        """Return whether the task could be done under these settings."""
        flat, changed = settings.flat(), settings.difference(preset)
        if any(flat.get(path) != value for path, value in self.needs.items()):
            return False
        if self.most is not None and len(changed.keys() - {"seed"}) > self.most:
            return False
        return not any(path.split(".")[0] in self.keeps or path in self.keeps for path in changed)


@dataclass(frozen=True)
class Unit:
    """One round of predict, run, explain, break or repair.

    Attributes
    ----------
    key
        Its name; that of the preset it starts, unless another is named or it is about the page's
        sketch.
    question
        What is to be predicted before it starts.
    seen
        When the answer opens; None: as soon as the prediction is locked.
    tasks
        What to try next.
    mend
        Whether the page tells, on request, how its task is done.
    sets
        For a unit about the page's sketch: where it puts the knobs, to be seen or to begin with.
        None for a unit about the live experiment.
    preset
        The preset, or match, that it starts, if that has another name.
    from_zero
        Whether it starts untrained, although a trained run may come with the preset.
    """

    key: str
    question: Choice | Guess
    seen: Goal | None = None
    tasks: tuple[Task, ...] = ()
    mend: bool = False
    sets: Mapping[str, float | str] | None = None
    preset: str = ""
    from_zero: bool = False

    def __post_init__(self) -> None:
        """Refuse goals whose numbers the live view does not have."""
        goals = [self.seen, *(task.goal for task in self.tasks)]
        named = {name for goal in goals if goal is not None for name in goal.bounds}
        if self.live and (unknown := named - set(NUMBERS)):
            raise ValueError(f"the view has no {', '.join(sorted(unknown))}")

    @property
    def live(self) -> bool:
        """Whether it is about the live experiment."""
        return self.sets is None

    @property
    def begins(self) -> str:
        """Key of the preset, or match, that it starts."""
        return self.preset or self.key


@dataclass(frozen=True)
class Claim:
    """A common claim, to be judged "true", "false" or "depends", and what decides.

    Attributes
    ----------
    key
        Its name.
    verdict
        What is so.
    preset
        The experiment that decides; empty if the page's sketch does, or the text.
    sets
        Where the sketch's knobs then have to stand.
    changes
        What is changed in the preset first.
    """

    key: str
    verdict: str
    preset: str = ""
    sets: Mapping[str, float | str] = field(default_factory=dict)
    changes: Mapping[str, Value] = field(default_factory=dict)

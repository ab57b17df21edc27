"""Cures of mode collapse: changes of settings that were proposed against it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gan_core.settings import Settings, Value


@dataclass(frozen=True)
class Cure:
    """A change of settings that can be switched on and off.

    Attributes
    ----------
    key
        Its name: texts and measured figures rest on it.
    changes
        What it chooses, by path.
    amount
        Path of the number that says how much of it; empty where there is none.
    amounts
        Sensible values of that number, ascending; the cure begins with that of `changes`.
    """

    key: str
    changes: Mapping[str, Value]
    amount: str = ""
    amounts: tuple[float, ...] = field(default=())

    def on(self, settings: Settings, patient: Settings) -> bool:
        """Return whether these settings have the cure and the patient's own do not.

        Its amount may be any that is not the patient's.
        """
        flat, own = settings.flat(), patient.flat()
        if all(own.get(path) == value for path, value in self.changes.items()):
            return False
        fixed = {path: value for path, value in self.changes.items() if path != self.amount}
        if any(flat.get(path) != value for path, value in fixed.items()):
            return False
        return not self.amount or flat[self.amount] != own.get(self.amount)

    def apply(self, settings: Settings) -> Settings:
        """Return the settings with the cure."""
        return settings.with_changes(self.changes)

    def fits(self, settings: Settings) -> bool:
        """Return whether these settings have what it changes (SGD has no momentum)."""
        flat = settings.flat()
        chosen = {path for path in self.changes if "." not in path}
        return all(path in flat or path.partition(".")[0] in chosen for path in self.changes)

    def agrees(self, other: Cure) -> bool:
        """Return whether both can be had at once."""
        shared = self.changes.keys() & other.changes.keys()
        return all(self.changes[path] == other.changes[path] for path in shared)


CURES: Final[Mapping[str, Cure]] = {
    cure.key: cure
    for cure in (
        Cure("fast-d", {"d_optimizer": "adam", "d_optimizer.lr": 2e-3}),
        Cure(
            "unrolled",
            {"update": "unrolled", "update.unroll": 5},
            "update.unroll",
            (0, 1, 2, 3, 5, 7, 10),
        ),
        Cure("minibatch", {"features": "minibatch"}),
        Cure("packing", {"pack": 2}, "pack", (2, 3, 4)),
        Cure(
            "wgan-gp",
            {
                "game": "wasserstein",
                "constraint": "gradient-penalty",
                "constraint.weight": 0.1,
                "update.d_steps": 5,
            },
        ),
        Cure("spectral", {"game": "hinge", "constraint": "spectral-norm"}),
        Cure("r1", {"constraint": "r1", "constraint.weight": 0.1}),
        Cure("no-momentum", {"g_optimizer.beta1": 0.0, "d_optimizer.beta1": 0.0}),
        Cure("wide-d", {"discriminator.width": 256}, "discriminator.width", (128, 256, 512)),
        Cure("noise", {"instance_noise": 0.3}, "instance_noise", (0.1, 0.2, 0.3, 0.5)),
        Cure("average", {"average": "exponential"}),
    )
}
"""All cures by name; `benchmarks/cures.py` measures them."""


def present(settings: Settings, patient: Settings) -> list[str]:
    """Return the keys of the cures that these settings have and the patient's own do not."""
    return [key for key, cure in CURES.items() if cure.on(settings, patient)]


def switched(settings: Settings, patient: Settings, key: str, *, on: bool) -> Settings:
    """Return settings with one cure switched on or off.

    Parameters
    ----------
    settings, patient
        The present settings, and those without any cure.
    key
        The cure.
    on
        Whether it is wanted. The others stay, but for those that cannot be had with it.
    """
    cure, flat, own = CURES[key], settings.flat(), patient.flat()
    had = [CURES[name] for name in present(settings, patient)]
    kept = [other for other in had if other != cure and (not on or cure.agrees(other))]
    changes = {path: own[path] for one in had for path in one.changes if path in own}
    for other in kept:
        changes |= {path: flat[path] for path in other.changes}
    return settings.with_changes(changes | (dict(cure.changes) if on else {}))

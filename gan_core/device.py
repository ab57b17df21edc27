"""Where an experiment computes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gan_core.images.settings import ImageSettings
from gan_core.settings import Settings

if TYPE_CHECKING:
    import torch
else:
    from gan_core.lazy import torch

DEVICES: Final = ("auto", "cpu", "cuda")
WORTH_IT: Final = 100e6
"""Multiplications and additions per iteration from which a GPU gains: below, most of the time goes
into calling operators, and a CPU calls them faster."""


def choose_device(name: str, settings: Settings | ImageSettings) -> str:
    """Return the torch device for "auto", "cpu" or "cuda".

    "auto" is a GPU where there is one and the networks are large enough to gain by it: those that
    make pictures always are.

    Raises
    ------
    ValueError
        If the name is another, or there is no GPU that PyTorch can use.
    """
    if name not in DEVICES:
        raise ValueError(f"unknown device {name!r}; valid: {', '.join(DEVICES)}")
    if name == "cpu":
        return "cpu"
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise ValueError("device 'cuda' is not there: PyTorch finds no GPU; valid: auto, cpu")
    large = isinstance(settings, ImageSettings) or work(settings) >= WORTH_IT
    return "cuda" if there and (name == "cuda" or large) else "cpu"


def work(settings: Settings) -> float:
    """Return the multiplications and additions of one iteration's matrix products, roughly.

    Per sample a layer costs 2 · inputs · outputs forward, as much again for its weights' gradient
    and as much for its inputs'.
    """
    dim, pack = settings.data.dim, settings.pack
    g = _pass(settings.generator.sizes(settings.latent.dim, dim))
    d = _pass(settings.discriminator.sizes(pack * dim, 1)) / pack
    d_steps = getattr(settings.update, "d_steps", 1)
    g_steps = getattr(settings.update, "g_steps", 1)
    penalty = 4 * d if settings.constraint.where else 0
    # a step that D would take: there, and back along the derivatives of its gradient
    unrolled = getattr(settings.update, "unroll", 0) * 3 * (6 * d + penalty)
    turns = d_steps * (g + 6 * d + penalty) + g_steps * (2 * d + 2 * g)
    return settings.batch * (turns + unrolled)


def _pass(sizes: tuple[int, ...]) -> float:
    return float(sum(2 * a * b for a, b in pairwise(sizes)))

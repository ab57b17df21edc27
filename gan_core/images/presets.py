"""Presets that make pictures.

Each count is of ``python dev.py bench digits``. All play by one recipe: a penalty on D's slope
instead of a normalised D, Adam without inertia, rates that halve now and then, few latents, and an
average of G.
"""

from __future__ import annotations

from typing import Any

from gan_core.images.settings import ImageSettings
from gan_core.preset import Bound, Preset

READABLE = Bound("confidence", low=0.7), Bound("classes", low=10)
"""Most pictures are read with confidence, and there is enough of each class."""


def _adam(lr: float) -> dict[str, Any]:
    """Return Adam without inertia, for both players."""
    each = {"lr": lr, "beta1": 0.0, "beta2": 0.99}
    return {f"{player}_optimizer.{name}": value for player in "gd" for name, value in each.items()}


def _falling(half_life: int, average: int) -> dict[str, Any]:
    """Return rates that halve, but never rest, and an average of G, by their half-lives."""
    falling = {"schedule": "exponential", "schedule.half_life": half_life}
    return {**falling, "average": "exponential", "average.half_life": average}


_R1 = {
    "constraint": "r1",
    "constraint.weight": 1.0,
    "constraint.every": 4,
    "discriminator.norm": "none",
}
_PENALTY = {
    "constraint": "gradient-penalty",
    "constraint.weight": 1.0,
    "discriminator.norm": "none",
}
_DIGITS = {"latent.dim": 16, "game": "hinge", **_R1, **_adam(3e-3), **_falling(1500, 200)}
_MNIST = {
    "images": "mnist",
    "latent.dim": 6,
    "generator.upsampler": "nearest",
    **_adam(4e-3),
    **_falling(2000, 400),
}
_DCGAN = {**_MNIST, "game": "hinge", **_R1}
_TOLD = {"labels": "concat", "latent.dim": 16, "constraint.weight": 0.1, **_adam(3e-3)}
_CRITIC = {"game": "wasserstein", "update.d_steps": 2, **_PENALTY, **_adam(3e-3)}
_PATCH = {"game": "least-squares", "discriminator": "patch", **_R1, "constraint.weight": 0.1}
_DOTS = {"images": "three-dots", "latent.dim": 16, **_R1, **_adam(3e-3), **_falling(2000, 300)}

IMAGE_PRESETS: dict[str, Preset[ImageSettings]] = {
    preset.key: preset
    for preset in (
        Preset("digits-8x8", ImageSettings().with_changes(_DIGITS), 2000, 0, READABLE, 5, 5),
        Preset("mnist-dcgan", ImageSettings().with_changes(_DCGAN), 4000, 0, READABLE, 5, 5),
        Preset(
            "mnist-wgan-gp",
            ImageSettings().with_changes(_MNIST | _CRITIC),
            1000,
            0,
            (Bound("classes", low=10),),
            4,
            5,
        ),
        Preset(
            "mnist-cgan",
            ImageSettings().with_changes(_DCGAN | _TOLD),
            2000,
            0,
            (Bound("label_accuracy", low=0.95), Bound("classes", low=10)),
            5,
            5,
        ),
        Preset(
            "three-dots",
            ImageSettings().with_changes(_DOTS),
            4000,
            0,
            (Bound("count", high=0.9),),
            5,
            5,
        ),
        Preset(
            "least-squares-patch",
            ImageSettings().with_changes(_DIGITS | _PATCH),
            3000,
            0,
            (Bound("classes", low=10),),
            5,
            5,
        ),
    )
}

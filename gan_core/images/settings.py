"""Settings of a GAN that makes pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from gan_core.averages import Average, NoAverage
from gan_core.constraints import CONSTRAINTS, Constraint
from gan_core.constraints.base import Unconstrained
from gan_core.games import Game
from gan_core.games.non_saturating import NonSaturating
from gan_core.images.data import IMAGES, ImageSet
from gan_core.images.data.digits_8x8 import Digits8x8
from gan_core.latents import GaussianLatent, Latent
from gan_core.networks.images import (
    D_NORMS,
    IMAGE_DISCRIMINATORS,
    IMAGE_GENERATORS,
    LABELS,
    NORMS,
    UPSAMPLERS,
    DCGANDiscriminator,
    DCGANGenerator,
    ImageDiscriminator,
    ImageGenerator,
    Labels,
    NoLabels,
)
from gan_core.optimizers import Adam, Optimizer
from gan_core.registry import Registry, param
from gan_core.schedules import Constant, Schedule
from gan_core.settings import REGISTRIES, Choices, Settings, choice, read_flat
from gan_core.update_rules import UPDATE_RULES, Alternating, UpdateRule

IMAGE_CONSTRAINTS: Registry[Constraint] = Registry("constraint")
"""Those that are a penalty on ‖∇ₓD(x)‖²; the others hold the parameters of an MLP."""
for _order, _key in enumerate(CONSTRAINTS.names()):
    if _key == Unconstrained.key or CONSTRAINTS.get(_key).where:
        IMAGE_CONSTRAINTS.register(_key, order=_order)(CONSTRAINTS.get(_key))

IMAGE_UPDATE_RULES: Registry[UpdateRule] = Registry("update")
"""Those that take one gradient of each player where both stand."""
for _order, _key in enumerate(("alternating", "simultaneous")):
    IMAGE_UPDATE_RULES.register(_key, order=_order)(UPDATE_RULES.get(_key))

IMAGE_REGISTRIES: dict[str, Registry[Any]] = {
    **REGISTRIES,
    "images": IMAGES,
    "image_generator": IMAGE_GENERATORS,
    "image_discriminator": IMAGE_DISCRIMINATORS,
    "labels": LABELS,
    "norm": NORMS,
    "d_norm": D_NORMS,
    "upsampler": UPSAMPLERS,
    "constraint": IMAGE_CONSTRAINTS,
    "update": IMAGE_UPDATE_RULES,
}


class ImageSettings(Choices):
    """One experiment with pictures, completely: same settings, same bits."""

    registries: ClassVar[Mapping[str, Registry[Any]]] = IMAGE_REGISTRIES
    families: ClassVar[Mapping[str, str]] = {
        "generator": "image_generator",
        "discriminator": "image_discriminator",
        "g_optimizer": "optimizer",
        "d_optimizer": "optimizer",
    }

    images: ImageSet = choice("images", Digits8x8(), live=False)
    latent: Latent = choice("latent", GaussianLatent(dim=32), live=False, keep=True)
    generator: ImageGenerator = choice("image_generator", DCGANGenerator(), live=False)
    discriminator: ImageDiscriminator = choice(
        "image_discriminator", DCGANDiscriminator(), live=False
    )
    labels: Labels = choice("labels", NoLabels(), live=False)
    game: Game = choice("game", NonSaturating(), live=True, keep=True)
    constraint: Constraint = choice("constraint", Unconstrained(), live=True)
    update: UpdateRule = choice("update", Alternating(), live=True)
    g_optimizer: Optimizer = choice("optimizer", Adam(), live=True, keep=True)
    d_optimizer: Optimizer = choice("optimizer", Adam(), live=True, keep=True)
    schedule: Schedule = choice("schedule", Constant(), live=True)
    average: Average = choice("average", NoAverage(), live=True)
    batch: int = param(64, 4, 256, scale="log")
    seed: int = param(1, 0, 2**31 - 1, step=1)

    @property
    def classes(self) -> int:
        """Classes that the players are told of; 0 where they are told of none."""
        return 0 if isinstance(self.labels, NoLabels) else self.images.classes


AnySettings = Settings | ImageSettings


def read_settings(text: str) -> AnySettings:
    """Return the settings that `Choices.to_json` wrote, of either kind.

    Raises
    ------
    SettingsError
        If the text is no JSON object, or a choice in it is not valid.
    """
    kind = ImageSettings if "images" in read_flat(text) else Settings
    return kind.from_json(text)

"""What I1 asks: its units, its claims; and what its view is told of the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gan_core.images.settings import ImageSettings
from gan_core.networks.images import (
    HALVINGS,
    DCGANDiscriminator,
    DCGANGenerator,
    MLPDiscriminator,
    MLPGenerator,
    PatchDiscriminator,
)
from ui.lesson import shapes
from ui.lesson.model import Choice, Claim, Goal, Task, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_core.networks.images import ImageDiscriminator, ImageGenerator

KEPT: Final = ("images", "latent", "labels", "generator", "discriminator", "game", "constraint")
"""What stays as it is where the batch alone is the point."""

LIVE: Final = {
    unit.key: unit
    for unit in (
        Unit(
            "grow",
            Choice(("noise", "blob", "digits", "copies"), "digits"),
            seen=Goal({"iteration": (200, None), "confidence": (0.2, None)}),
            preset="digits-8x8",
            from_zero=True,
        ),
        Unit(
            "company",
            Choice(("same", "shade", "other"), "shade"),
            seen=Goal({"change": (0.002, None)}),
            tasks=(
                Task("more", Goal({"change": (0.045, None)}, fresh=True), {"batch": 4}, KEPT),
                Task(
                    "own",
                    Goal({"confidence": (0.5, None)}, fresh=True),
                    {"generator.norm": "virtual"},
                    keeps=("images", "latent", "discriminator"),
                ),
            ),
            mend=True,
            preset="digits-8x8",
        ),
        Unit(
            "shares",
            Choice(("together", "few", "one", "never"), "few"),
            seen=Goal({"iteration": (200, None), "classes": (7, None)}),
            preset="digits-8x8",
            from_zero=True,
        ),
        Unit(
            "three-dots",
            Choice(("all", "most", "half", "few"), "half"),
            seen=Goal({"count": (0.0, None), "iteration": (600, None)}),
        ),
    )
}
"""Units about the pictures that grow."""

LESSON: Final[Mapping[str, Unit]] = LIVE | {unit.key: unit for unit in shapes.UNITS}
PRESETS: Final = (
    *("digits-8x8", "mnist-dcgan", "mnist-wgan-gp", "mnist-cgan"),
    *("three-dots", "least-squares-patch"),
)
"""Where one can begin."""
MAIN: Final = ("images", "generator", "generator.norm", "generator.upsampler", "batch")
"""What can be set at once; all else is in the drawer."""
CLAIMS: Final = (
    Claim("eval", "depends", "digits-8x8"),
    Claim("momentum", "false", "digits-8x8", changes={"generator.norm_eps": 0.8}),
    Claim("one-batch", "false", "digits-8x8", changes={"discriminator.norm": "mixed"}),
    Claim("range", "false"),
    Claim("pixel-norm", "false", "mnist-wgan-gp"),
    Claim("one-run", "false", "digits-8x8", changes={"seed": 2}),
    *shapes.CLAIMS,
)


def stages(settings: ImageSettings) -> list[dict[str, object]]:
    """Return what a latent passes through, as `ui.studio.component.studio_view` takes it."""
    shape, classes = settings.images.shape, settings.classes
    found: list[dict[str, object]] = [{"player": "z", "shape": [settings.latent.dim + classes]}]
    passed = [
        *(("G", one) for one in _of_generator(settings.generator, shape)),
        *(("D", one) for one in _of_discriminator(settings.discriminator, shape)),
    ]
    found += [
        {"player": player, "shape": one, "layer": place}
        for place, (player, one) in enumerate(passed)
    ]
    return found


def _of_generator(piece: ImageGenerator, shape: tuple[int, int]) -> list[list[int]]:
    match piece:
        case MLPGenerator():
            return [[piece.width]] * piece.layers + [[1, *shape]]
        case DCGANGenerator():
            c = piece.width
            return [[2 * c, *_part(shape, 2)], [c, *_part(shape, 1)], [1, *shape]]
    raise ValueError(f"nothing is known of the layers of {piece.key!r}")


def _of_discriminator(piece: ImageDiscriminator, shape: tuple[int, int]) -> list[list[int]]:
    match piece:
        case MLPDiscriminator():
            return [[piece.width]] * piece.layers + [[1]]
        case DCGANDiscriminator():
            return [*_strided(piece.width, HALVINGS, shape), [1]]
        case PatchDiscriminator():
            last = _part(shape, piece.layers)
            return [*_strided(piece.width, piece.layers, shape), [1, *last]]
    raise ValueError(f"nothing is known of the layers of {piece.key!r}")


def _strided(width: int, layers: int, shape: tuple[int, int]) -> list[list[int]]:
    return [[width * 2**i, *_part(shape, i + 1)] for i in range(layers)]


def _part(shape: tuple[int, int], halvings: int) -> list[int]:
    return [side // 2**halvings for side in shape]


def own_company(settings: ImageSettings) -> str:
    """Return whose statistics normalise G in training: a row of `COMPANY_ROWS`; "" for nobody's."""
    return {"batch": "train", "none": ""}.get(settings.generator.norm, settings.generator.norm)

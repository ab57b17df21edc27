"""What stands still in the frames of an image experiment: real pictures. Without PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.frame import PICTURES
from gan_core.images.data.digits_8x8 import Digits8x8
from gan_core.streams import SHOWN_REAL, stream

if TYPE_CHECKING:
    from gan_core.images.data import Pictures
    from gan_core.images.settings import ImageSettings


def scenery(settings: ImageSettings, pictures: Pictures) -> dict[str, Any]:
    """Return the fields of a `Frame` that stand still: they need no trained network."""
    classes = settings.images.classes
    counts = np.bincount(pictures.labels, minlength=classes)[:classes]
    return {
        "real_pictures": pictures.images[shown_real(settings, pictures)],
        "weights": (counts / len(pictures.labels)).astype(np.float32),
        "score_kind": int(settings.game.scores),
        "game": settings.game.key,
    }


def shown_real(settings: ImageSettings, pictures: Pictures) -> np.ndarray:
    """Return which of the real pictures are shown, (`PICTURES`,)."""
    rng = stream(settings.seed, SHOWN_REAL)
    return rng.integers(0, len(pictures.images), PICTURES)


def first_scenery(settings: ImageSettings) -> dict[str, Any]:
    """Return the same as far as it is at hand at once.

    The others take up to a second: that is the worker's, and not the server's, which answers
    everybody.
    """
    quick = isinstance(settings.images, Digits8x8)
    return scenery(settings, settings.images.load()) if quick else {}

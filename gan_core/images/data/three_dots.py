"""Three round dots at random places: they show whether a generator can count."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from gan_core.images.data.base import IMAGES, Bytes, ImageSet, Pictures

SIDE = 16
TRAIN, TEST = 8192, 2048
SMALLEST, LARGEST = 1.5, 2.6
"""Radii in pixels."""
GAP = 2.0
"""Pixels that the rims of two dots are apart at least, so that no two of their pixels touch."""
INKED = 128
"""From this grey level on a pixel belongs to a dot: it is at least half covered."""


@IMAGES.register("three-dots", order=40)
class ThreeDots(ImageSet):
    """Exactly three dots, none of which touches another; nothing else is the same."""

    shape: ClassVar[tuple[int, int]] = (SIDE, SIDE)
    classes: ClassVar[int] = 0

    @override
    def load(self) -> Pictures:
        return _make()


@cache
def _make() -> Pictures:
    images = dotted(TRAIN + TEST, 3, np.random.default_rng(3))
    labels = np.zeros(len(images), np.uint8)
    return Pictures(images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:])


def dotted(n: int, dots: int, rng: np.random.Generator) -> Bytes:
    """Draw pictures with so many dots that do not touch.

    All places and sizes at which they do not are equally likely.

    Parameters
    ----------
    n, dots
        How many pictures, with how many dots each, at most four: of more, few arrangements fit.
    rng
        The only source of randomness.

    Returns
    -------
    uint8 array of shape (n, 16, 16); a pixel's level is the share of it that a dot covers
    """
    found: list[NDArray[np.float64]] = []
    while sum(map(len, found)) < n:
        radius = rng.uniform(SMALLEST, LARGEST, (2 * n, dots))
        place = rng.uniform(radius, SIDE - radius, (2, 2 * n, dots))  # whole within the picture
        drawn = np.stack([*place, radius], -1)
        found.append(drawn[_apart(drawn)])
    y, x, radius = np.moveaxis(np.concatenate(found)[:n].astype(np.float32), -1, 0)[..., None, None]
    grid = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)  # pixels' middles
    distance = np.hypot(grid[:, None] - y, grid - x)
    cover = np.clip(radius + 0.5 - distance, 0, 1).sum(1)
    return np.asarray(np.round(255 * cover), np.uint8)


def _apart(drawn: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each picture's dots, (n, dots, 3) as y, x and radius, whether they are apart."""
    place, radius = drawn[..., :2], drawn[..., 2]
    first, second = np.triu_indices(drawn.shape[1], 1)
    distance = np.linalg.norm(place[:, first] - place[:, second], axis=-1)
    return np.asarray((distance >= radius[:, first] + radius[:, second] + GAP).all(-1))


def count_dots(images: Bytes) -> NDArray[np.intp]:
    """Return how many dots each picture has, (n,).

    A dot is a connected group of pixels of level `INKED` or more, be it a single pixel;
    pixels that share a side or a corner are connected. Exact, however the picture came to be.

    Parameters
    ----------
    images
        uint8 of shape (n, h, w).
    """
    from scipy import ndimage

    within = np.zeros((3, 3, 3), bool)
    within[1] = True  # each picture by itself
    groups, many = ndimage.label(images >= INKED, within)
    owner = np.zeros(many + 1, np.intp)
    where = np.nonzero(groups)
    owner[groups[where]] = where[0]
    return np.bincount(owner[1:], minlength=len(images))

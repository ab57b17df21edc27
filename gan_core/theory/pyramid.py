"""The Laplacian pyramid: a picture as a coarse one and the details that it lacks, level by level.

Reference: Burt & Adelson 1983, "The Laplacian Pyramid as a Compact Image Code"; each of LAPGAN's
generators makes the details of one level (Denton et al. 2015, "Deep Generative Image Models using a
Laplacian Pyramid of Adversarial Networks").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.ndimage import correlate1d

from gan_core.theory.densities import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

BLUR: Final = np.array([1, 4, 6, 4, 1]) / 16
"""The weights that blur a row or a column (Burt & Adelson, a = 3/8)."""


class Pyramid(NamedTuple):
    """A picture taken apart.

    Attributes
    ----------
    coarse
        The smallest picture.
    details
        What each level adds, the finest first; each has its level's size.
    """

    coarse: Array
    details: tuple[Array, ...]


def reduce(picture: ArrayLike) -> Array:
    """Return a picture (h, w) of half the size, ⌈h/2⌉ × ⌈w/2⌉: blurred, every second pixel kept.

    Beyond its edges a picture goes on as in a mirror that stands on its last pixels.
    """
    return _blurred(np.asarray(picture, float))[::2, ::2]


def expand(picture: ArrayLike, shape: tuple[int, int]) -> Array:
    """Return a picture in a larger shape of twice its size, or one less: gaps filled by blurring.

    Raises
    ------
    ValueError
        If the picture is not what `reduce` makes of that shape.
    """
    small = np.asarray(picture, float)
    if small.shape != tuple(-(-side // 2) for side in shape):
        raise ValueError(f"{small.shape} is not half of {shape}")
    large = np.zeros(shape)
    large[::2, ::2] = small
    return 4 * _blurred(large)  # three of four pixels are gaps


def _blurred(picture: Array) -> Array:
    for axis in (0, 1):
        picture = correlate1d(picture, BLUR, axis=axis, mode="mirror")
    return picture


def take_apart(picture: ArrayLike, levels: int) -> Pyramid:
    """Return the pyramid of a picture (h, w): h_k = I_k − expand(I_{k+1}) (Denton et al., §2.2)."""
    coarse, details = np.asarray(picture, float), []
    for _ in range(levels):
        smaller = reduce(coarse)
        details.append(coarse - expand(smaller, (coarse.shape[0], coarse.shape[1])))
        coarse = smaller
    return Pyramid(coarse, tuple(details))


def put_together(pyramid: Pyramid) -> Array:
    """Return the picture of a pyramid: I_k = expand(I_{k+1}) + h_k (Denton et al., §2.2)."""
    picture = pyramid.coarse
    for detail in reversed(pyramid.details):
        picture = expand(picture, (detail.shape[0], detail.shape[1])) + detail
    return picture

"""Handwritten digits of 8 × 8 pixels, which come with scikit-learn: always here."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from typing import ClassVar

import numpy as np
from typing_extensions import override

from gan_core.images.data.base import IMAGES, ImageSet, Pictures

TESTS = 360
"""Pictures kept for tests, a fifth of the 1,797."""
INK = 16
"""The darkest level in the file: each pixel counts the inked ones among 4 × 4 of the scan."""


@IMAGES.register("digits-8x8", order=10)
class Digits8x8(ImageSet):
    """1,797 digits by 13 people, of which 360 are kept for tests.

    Reference: Alpaydin & Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository; the file is its test part.
    """

    shape: ClassVar[tuple[int, int]] = (8, 8)

    @override
    def load(self) -> Pictures:
        return _read()


@cache
def _read() -> Pictures:
    # The file alone: importing scikit-learn would take a second.
    path = distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")
    table = np.loadtxt(str(path), delimiter=",", dtype=np.float32)
    images = np.round(table[:, :-1] * (255 / INK)).astype(np.uint8).reshape(-1, 8, 8)
    labels = table[:, -1].astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(labels))  # whoever wrote them stand together
    test, train = np.sort(order[:TESTS]), np.sort(order[TESTS:])
    return Pictures(images[train], labels[train], images[test], labels[test])

"""One Gaussian, anywhere in the plane."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture
from gan_core.registry import param


@DATA.register("gaussian", order=40)
class Gaussian(Mixture):
    """One round Gaussian of width `sigma` with its centre at (`x`, `y`).

    Far from the origin, where an untrained generator starts, it shows who still learns while
    the discriminator is sure (the preset `saturate`).
    """

    x: float = param(4.0, -6.0, 6.0, step=0.1)
    y: float = param(4.0, -6.0, 6.0, step=0.1)
    sigma: float = param(0.3, 0.01, 2.0, scale="log")

    @property
    @override
    def centres(self) -> Array:
        return np.array([[self.x, self.y]], np.float32)

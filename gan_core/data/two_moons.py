"""Two moons: half circles that reach into each other."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array
from gan_core.data.curve import Curve
from gan_core.registry import param


@DATA.register("two-moons", order=80)
class TwoMoons(Curve):
    """Points spread evenly on two half circles of `radius`, blurred by `sigma`.

    Each ends inside the other, `gap` radii away from it. With a gap of 0.5 they are scikit-learn's
    `make_moons` with equal weights, moved to the origin.
    """

    pieces: ClassVar[int] = 2

    radius: float = param(0.8, 0.2, 4.0, step=0.1)
    gap: float = param(0.5, 0.1, 1.0, step=0.05)
    sigma: float = param(0.04, 0.005, 0.5, scale="log")

    @override
    def at(self, t: Array) -> Array:
        # the lower moon is the upper one turned by half a turn about the origin
        sign = np.where(t < 0.5, 1.0, -1.0)
        angle = 2 * np.pi * (t % 0.5)
        x, y = np.cos(angle) - 0.5, np.sin(angle) - (1 - self.gap) / 2
        return np.asarray(self.radius * sign[:, None] * np.stack([x, y], 1))

    @property
    @override
    def length(self) -> float:
        return 2 * np.pi * self.radius

    @property
    @override
    def bend(self) -> float:
        return self.radius

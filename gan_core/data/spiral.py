"""A spiral with a little thickness: the Swiss roll, seen from its end."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array
from gan_core.data.curve import Curve
from gan_core.registry import param

START = 1.5 * np.pi
"""The angle at which the spiral starts: farther in, its turns would touch at any blur."""


@DATA.register("spiral", order=70)
class Spiral(Curve):
    """Points spread evenly on an Archimedean spiral that ends at `radius` after `turns` turns.

    The distance from the origin grows in proportion to the angle, which starts at 1.5π. With 1.5
    turns it is the cross-section of scikit-learn's `make_swiss_roll`, but covered evenly.
    """

    turns: float = param(1.5, 1.0, 3.0, step=0.25)
    radius: float = param(1.0, 0.2, 5.0, step=0.1)
    sigma: float = param(0.03, 0.005, 0.5, scale="log")

    @property
    def _end(self) -> float:
        return START + 2 * np.pi * self.turns

    @override
    def at(self, t: Array) -> Array:
        first, last = _arc(np.array([START, self._end]))
        wanted = first + (last - first) * t
        # the arc grows like θ²/2, which is the start for Newton's method; three steps of it reach
        # a relative error of 1e-11
        angle = np.sqrt(2 * wanted)
        for _ in range(3):
            angle -= (_arc(angle) - wanted) / np.sqrt(1 + angle**2)
        distance = self.radius / self._end * angle
        return np.asarray(distance[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))

    @property
    @override
    def length(self) -> float:
        first, last = _arc(np.array([START, self._end]))
        return float(self.radius / self._end * (last - first))

    @property
    @override
    def bend(self) -> float:
        tightest = (1 + START**2) ** 1.5 / (2 + START**2)
        return float(self.radius / self._end * tightest)


def _arc(angle: Array) -> Array:
    """Return the length of r = θ from the origin to `angle`."""
    return np.asarray((angle * np.sqrt(1 + angle**2) + np.arcsinh(angle)) / 2)

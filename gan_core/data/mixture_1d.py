"""Several Gaussians on a line."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture, falling
from gan_core.registry import param


@DATA.register("mixture-1d", order=110)
class Mixture1D(Mixture):
    """`modes` Gaussians of width `sigma` on a line, `spacing` apart, centred at the origin.

    The leftmost is `imbalance` times as probable as the rightmost; between them the probability
    falls geometrically.
    """

    dim: ClassVar[int] = 1

    modes: int = param(4, 2, 8, step=1)
    spacing: float = param(0.6, 0.1, 2.0, step=0.1)
    sigma: float = param(0.08, 0.01, 0.5, scale="log")
    imbalance: float = param(1.0, 1.0, 100.0, scale="log", unit="×")

    @property
    @override
    def centres(self) -> Array:
        along = self.spacing * (np.arange(self.modes) - (self.modes - 1) / 2)
        return along[:, None].astype(np.float32)

    @property
    @override
    def weights(self) -> Array:
        return falling(self.modes, self.imbalance)

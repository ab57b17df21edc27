"""One Gaussian on a line: everything about it can be seen in one picture."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture
from gan_core.registry import param


@DATA.register("gaussian-1d", order=100)
class Gaussian1D(Mixture):
    """One Gaussian of width `sigma` with its mean at `x`.

    Reference: Goodfellow et al. 2014, "Generative Adversarial Nets", figure 1.
    """

    dim: ClassVar[int] = 1

    x: float = param(0.8, -4.0, 4.0, step=0.1)
    sigma: float = param(0.2, 0.02, 2.0, scale="log")

    @property
    @override
    def centres(self) -> Array:
        return np.array([[self.x]], np.float32)

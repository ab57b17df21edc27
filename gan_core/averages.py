"""Averages of the generator over time: what one looks at, while the game goes on with G itself."""

from __future__ import annotations

import math
from abc import abstractmethod

from typing_extensions import override

from gan_core.registry import Piece, Registry, param


class Average(Piece):
    """A moving average of G's parameters over its updates."""

    @abstractmethod
    def share(self, n: int) -> float:
        """Return the share, in (0, 1], of the newest parameters in the average.

        Parameters
        ----------
        n
            Updates since the average began, from 1.
        """


AVERAGES: Registry[Average] = Registry("average")


@AVERAGES.register("none", order=10)
class NoAverage(Average):
    """G as it is."""

    @override
    def share(self, n: int) -> float:
        return 1.0


@AVERAGES.register("exponential", order=20)
class Exponential(Average):
    """What is `half_life` iterations old counts half as much as what is new.

    At first the average is a plain mean of what there is, so that it does not hang on its start.
    Reference: Yazıcı et al. 2019, "The Unusual Effectiveness of Averaging in GAN Training".
    """

    half_life: int = param(200, 1, 10_000, scale="log", live=True)

    @override
    def share(self, n: int) -> float:
        return max(1 / (n + 1), -math.expm1(-math.log(2) / self.half_life))

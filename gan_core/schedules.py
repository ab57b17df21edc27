"""Schedules: how both players' learning rates change in the course of a run."""

from __future__ import annotations

import math
from abc import abstractmethod

from typing_extensions import override

from gan_core.registry import Piece, Registry, param


class Schedule(Piece):
    """A factor on the learning rates, from the iteration alone."""

    @abstractmethod
    def factor(self, iteration: int) -> float:
        """Return the factor, in [0, 1], at this iteration (rounds so far)."""


SCHEDULES: Registry[Schedule] = Registry("schedule")


@SCHEDULES.register("constant", order=10)
class Constant(Schedule):
    """The rates stay what they are."""

    @override
    def factor(self, iteration: int) -> float:
        return 1.0


@SCHEDULES.register("exponential", order=20)
class Exponential(Schedule):
    """The rates halve every `half_life` iterations."""

    half_life: int = param(2000, 50, 100_000, scale="log", live=True)

    @override
    def factor(self, iteration: int) -> float:
        return math.exp2(-iteration / self.half_life)


@SCHEDULES.register("cosine", order=30)
class Cosine(Schedule):
    """Half a cosine from 1 down to 0 at `steps` iterations; from then on nobody moves.

    Reference: Loshchilov & Hutter 2017, "SGDR", equation 5, without restarts.
    """

    steps: int = param(5000, 100, 100_000, scale="log", live=True)

    @override
    def factor(self, iteration: int) -> float:
        return 0.5 * (1 + math.cos(math.pi * min(1.0, iteration / self.steps)))

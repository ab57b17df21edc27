"""An experiment that costs what the test says and misbehaves on demand; imports no torch.

Workers load it by name, so that the engine's tests see time and errors they have chosen. Its seed
says how it behaves: see `Behaviour`.
"""

from __future__ import annotations

import json
import os
import signal
import time
from enum import IntEnum

import numpy as np

from gan_core.frame import Frame
from gan_core.settings import Settings, live_change


class Behaviour(IntEnum):
    """Seeds with a meaning."""

    GOOD = 0
    DIVERGES_AT_20 = 1001
    RAISES_AT_20 = 1002
    RAISES_WHEN_MADE = 1003
    DIES_WHEN_MADE = 1004
    HANGS_AT_20 = 1005
    ALWAYS_HANGS_AT_20 = 1006
    CRASHES_AT_20 = 1007
    CRASHES_WHEN_RESTORED = 1008
    TAKES_MEMORY = 1009
    DIVERGES_AT_2000 = 1010
    LARGE_CHECKPOINTS = 1011
    CANNOT_BE_RESTORED = 1012


class FakeExperiment:
    """Counts; an iteration takes about `COST` seconds."""

    COST = 0.0005
    parts = 2
    unmeasured = 0
    sleep = staticmethod(time.sleep)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.iteration = self.half = self.epoch = 0
        self.pretraining = settings.pretrain
        self.measured = -1  # the iteration at which it was last measured
        self.d_moves = 0
        self.status = "ok"
        self.restored = self.traced = False
        self.taken: list[bytearray] = []
        if settings.seed == Behaviour.RAISES_WHEN_MADE:
            raise RuntimeError("cannot be made")
        if settings.seed == Behaviour.DIES_WHEN_MADE:
            os._exit(7)

    def step(self, n: int = 1) -> None:
        self.traced = False
        for _ in range(n):
            if self.status != "ok":
                return
            self.sleep(self.COST)
            self.d_moves += self.settings.update.d_steps
            self._g()

    def pretrain(self, n: int) -> None:
        self.sleep(self.COST * n)
        self.pretraining -= min(n, self.pretraining)

    def step_half(self, *, traced: bool = False) -> None:
        self.traced = traced
        if self.half:
            self._g()
        else:
            self.d_moves += self.settings.update.d_steps
            self.half = 1

    def step_d(self) -> None:
        self.traced = False
        self.d_moves += 1
        self.half = 1

    def step_g(self) -> None:
        self.traced = False
        self._g()

    def _g(self) -> None:
        self.iteration += 1
        self.half = 0
        if self.iteration >= 20 and self.status == "ok":
            self._misbehave()

    def _misbehave(self) -> None:
        match self.settings.seed:
            case Behaviour.DIVERGES_AT_20:
                self.status = "diverged"
            case Behaviour.DIVERGES_AT_2000 if self.iteration >= 2000:
                self.status = "diverged"
            case Behaviour.ALWAYS_HANGS_AT_20:
                time.sleep(3600)
            case Behaviour.CRASHES_AT_20:
                os.kill(os.getpid(), signal.SIGSEGV)
            case Behaviour.TAKES_MEMORY:
                self.taken.append(bytearray(b"x" * 2**22))  # the worker has time to say who
            case Behaviour.RAISES_AT_20:
                raise RuntimeError("raised on purpose")
            case Behaviour.HANGS_AT_20 if not self.restored:
                time.sleep(3600)

    def change(self, settings: Settings) -> bool:
        live = live_change(self.settings, settings)
        self.settings = settings
        if not live:
            self.reset()
        return live

    def reset(self, settings: Settings | None = None) -> None:
        self.settings = settings or self.settings
        self.epoch += 1
        self.pretraining = self.settings.pretrain
        self.iteration = self.half = self.d_moves = 0
        self.status = "ok"

    def measure(self) -> None:
        self.measured = self.iteration

    def frame(self, since: int = -1) -> Frame:
        rows = np.arange(max(since + 1, self.iteration - 500, 1), self.iteration + 1)
        history = np.zeros((len(rows), 7))
        history[:, 0] = rows
        metrics = np.zeros((1 if self.measured > since else 0, 7))
        metrics[:, 0] = self.measured
        return Frame(
            epoch=self.epoch,
            iteration=self.iteration,
            half=self.half,
            status="diverged" if self.status == "diverged" else "paused",
            extent=2.0,
            real=np.zeros((4, 2), np.float32),
            # The fakes carry who they belong to, so that a test sees whose frame it got.
            fake=np.array([[self.settings.seed, self.d_moves]], np.float32),
            history=history,
            metrics=metrics,
            trace=np.zeros((int(self.traced), 5)),
        )

    def state(self) -> bytes:
        numbers = [self.iteration, self.half, self.epoch, self.d_moves]
        state = json.dumps([self.settings.to_json(), numbers]).encode()
        large = self.settings.seed == Behaviour.LARGE_CHECKPOINTS
        return state.ljust(2**20) if large else state

    @classmethod
    def restore(cls, state: bytes) -> FakeExperiment:
        settings, numbers = json.loads(state)
        fake = cls(Settings.from_json(settings))
        fake.restored = True
        match fake.settings.seed:
            case Behaviour.CRASHES_WHEN_RESTORED:
                os.kill(os.getpid(), signal.SIGSEGV)
            case Behaviour.CANNOT_BE_RESTORED:
                raise ValueError("these bytes hold no checkpoint")
        fake.iteration, fake.half, fake.epoch, fake.d_moves = numbers
        return fake

"""One experiment with pictures, to the engine the same as `gan_core.experiment.Experiment`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gan_core.device import choose_device
from gan_core.frame import HISTORY_COLUMNS, IMAGE_METRIC_COLUMNS, Frame
from gan_core.history import History, saved_rows
from gan_core.images.judging import Judgement, judged
from gan_core.images.observer import ImageObserver
from gan_core.images.saved import read_numbers
from gan_core.images.settings import ImageSettings
from gan_core.images.training import ImageTraining
from gan_core.saved import metadata
from gan_core.settings import live_change

if TYPE_CHECKING:
    from typing import Self

CHECK = 5
"""Iterations between two looks for divergence."""
RECENT = 50
"""Iterations over which `recent` holds the history unthinned."""
SAMPLES = 512
"""Pictures that a measurement takes while the run is watched."""
LOOK = (0, 1, 0)
"""What is looked at until somebody says otherwise; see `Frame.look`."""


class ImageExperiment:
    """A GAN that makes pictures, in training under given settings.

    As with `gan_core.experiment.Experiment` the caller owns the loop, and looking (`frame`,
    `look`) and measuring (`measure`) never change the path of the training: same settings, same
    bits, seen or unseen (CPU, one number of threads).

    Parameters
    ----------
    settings
        The experiment.
    device
        "auto", "cpu" or "cuda"; see `gan_core.device`.

    Raises
    ------
    gan_core.images.data.DataUnavailableError
        If the pictures are not on this machine.

    Attributes
    ----------
    device
        The torch device on which it computes.
    settings
        The present settings.
    epoch
        Number of restarts so far.
    status
        "ok", or "diverged" once a number stopped being finite; then `step` does nothing.
    recent
        The last iterations' rows of `HISTORY_COLUMNS` that have been drained, unthinned.
    diverged_at
        The first iteration at which something was not finite; −1 while all is.
    judgement
        What the last measurement found; None before the first.
    parts, pretraining, unmeasured
        As for the toys: two calls of `step_half` make an iteration, D does not learn before the
        game begins, one call of `measure` measures all.
    """

    parts = 2
    pretraining = 0
    unmeasured = 0

    def __init__(self, settings: ImageSettings, device: str = "cpu") -> None:
        self._asked_device = device
        self._look = LOOK
        self.epoch = 0
        self._begin(settings)

    def _begin(self, settings: ImageSettings) -> None:
        self.settings = settings
        self.status = "ok"
        self.device = choose_device(self._asked_device, settings)
        pictures = settings.images.load()
        self._training = ImageTraining(settings, pictures, self.device)
        self._observer = ImageObserver(self._training, pictures)
        self._history = History(len(HISTORY_COLUMNS))
        self._quality = History(len(IMAGE_METRIC_COLUMNS), capacity=2048)
        self.recent = np.zeros((0, len(HISTORY_COLUMNS)))
        self.diverged_at = -1
        self.judgement: Judgement | None = None
        self._last_good: Frame | None = None

    # -- running -------------------------------------------------------------------------

    @property
    def iteration(self) -> int:
        """Rounds of the update rule so far."""
        return self._training.iteration

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet, else 0."""
        return self._training.half

    def pretrain(self, n: int) -> None:
        """Do nothing: `pretraining` is 0."""

    def step(self, n: int = 1) -> None:
        """Play `n` iterations, or fewer if the run diverges."""
        while n > 0 and self.status == "ok":
            run = min(n, CHECK - self.iteration % CHECK)
            self._training.step(run)
            n -= run
            self._check()

    def step_half(self, *, traced: bool = False) -> None:
        """Play half an iteration: what comes before G moves, or the rest.

        Parameters
        ----------
        traced
            Asked of the toys, which then write their stages down; here it changes nothing.
        """
        del traced
        if self.status == "ok":
            self._training.step_half()
            self._check()

    def step_d(self) -> None:
        """Move D alone by one step."""
        if self.status == "ok":
            self._training.d_step()

    def step_g(self) -> None:
        """Move G alone by one step; it counts as an iteration."""
        if self.status == "ok":
            self._training.g_step()
            self._check()

    def _check(self) -> None:
        """Notice divergence, at fixed iterations: then nothing depends on who watches."""
        if self.half == 0 and self.iteration % CHECK == 0 and not self._training.finite():
            self.status = "diverged"

    def change(self, settings: ImageSettings) -> bool:
        """Go on under other settings.

        Returns
        -------
        bool
            True if the change acts on the running experiment, False if it restarted it.
        """
        if self.status == "ok" and live_change(self.settings, settings):
            self._drain()
            self.settings = settings
            self._training.change(settings)
            return True
        self.reset(settings)
        return False

    def reset(self, settings: ImageSettings | None = None) -> None:
        """Start again, under the present settings or others."""
        self.epoch += 1
        self._begin(settings or self.settings)

    def _drain(self) -> None:
        """Take over what happened since the last time."""
        rows = self._training.history()
        self._history.append(rows)
        self.recent = np.concatenate([self.recent, rows])[-RECENT:]
        if self.diverged_at < 0 and not (finite := np.isfinite(rows).all(1)).all():
            self.diverged_at = int(rows[~finite][0, 0])

    # -- looking -------------------------------------------------------------------------

    def look(self, at: tuple[int, int, int]) -> None:
        """Say what `frame` shows from now on; see `Frame.look`. A restart does not change it."""
        self._look = (at[0], at[1], at[2])

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now; the quality is that of the last `measure`.

        Parameters
        ----------
        since
            History and quality hold the rows later than this iteration (−1: all, thinned;
            `gan_core.history.EVERYTHING`: all that are kept).
        """
        self._drain()
        seen = self._observer.picture(self._look)
        if seen is None:
            return self._broken_frame(since)
        found = self.judgement.fields() if self.judgement else {}
        self._last_good = Frame(
            epoch=self.epoch,
            iteration=self.iteration,
            half=self.half,
            status="paused" if self.status == "ok" else "diverged",
            history=self._history.since(since),
            quality=self._quality.since(since),
            **seen,
            **found,
        )
        return self._last_good

    def _broken_frame(self, since: int) -> Frame:
        """Return the last good picture, with the history as far as it is finite."""
        rows = self._history.since(since)
        good = self._last_good or Frame(epoch=self.epoch, **self._observer.scenery())
        return replace(
            good,
            iteration=self.iteration if self.diverged_at < 0 else self.diverged_at,
            status="paused" if self.status == "ok" else "diverged",
            history=rows[np.isfinite(rows).all(1)],
            quality=self._quality.since(since),
        )

    # -- measuring -----------------------------------------------------------------------

    def measure(self, samples: int = SAMPLES) -> dict[str, float]:
        """Measure fresh pictures and add a row to the quality.

        They depend on the seed and the iteration alone, not on how often one looks.

        Parameters
        ----------
        samples
            How many are measured.

        Returns
        -------
        dict
            The columns of the row (`IMAGE_METRIC_COLUMNS`); NaN where one says nothing.
        """
        self.judgement = judged(self.settings, self.iteration, self._observer, samples)
        row = self.judgement.row
        rows = self._quality.since(-1, limit=1 << 30)
        if not len(rows) or rows[-1, 0] < self.iteration:
            self._quality.append(np.array([row]))
        return dict(zip(IMAGE_METRIC_COLUMNS, row, strict=True))

    def history(self) -> np.ndarray:
        """Return the whole history kept so far: rows of `HISTORY_COLUMNS`."""
        self._drain()
        return self._history.since(-1, limit=1 << 30)

    # -- saving --------------------------------------------------------------------------

    def state(self) -> bytes:
        """Return a checkpoint: safetensors with the settings as JSON in its header.

        It continues with the same bits, and with its history and quality, thinned.
        """
        from safetensors.torch import save

        self._drain()
        tensors, numbers = self._training.state()
        tensors |= {
            "history": torch.from_numpy(self._history.since(-1)),
            "quality": torch.from_numpy(self._quality.since(-1)),
            "recent": torch.from_numpy(self.recent),
        }
        numbers |= {"epoch": self.epoch}
        meta = {"settings": self.settings.to_json(), "numbers": json.dumps(numbers)}
        return bytes(save({name: one.contiguous() for name, one in tensors.items()}, meta))

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Self:
        """Return the experiment that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint, or one of another shape.
        gan_core.images.data.DataUnavailableError
            If its pictures are not on this machine.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            tensors, meta = load(state), metadata(state)
            settings = ImageSettings.from_json(meta["settings"])
            numbers = read_numbers(meta["numbers"])
        # a file may come from anywhere, and each of its parts may be anything
        except (SafetensorError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            raise ValueError(f"these bytes hold no checkpoint: {error}") from error
        experiment = cls(settings, device)
        try:
            experiment._go_on(tensors, numbers)
        except (LookupError, TypeError, ValueError, ArithmeticError, RuntimeError) as error:
            raise ValueError(f"these bytes hold no checkpoint: {error}") from error
        return experiment

    def _go_on(self, tensors: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over what `state` has written."""
        self._training.load(tensors, numbers)
        self._history.append(saved_rows(tensors["history"].numpy(), HISTORY_COLUMNS))
        self._quality.append(saved_rows(tensors["quality"].numpy(), IMAGE_METRIC_COLUMNS))
        self.recent = saved_rows(tensors["recent"].numpy(), HISTORY_COLUMNS)[-RECENT:]
        self.epoch = numbers["epoch"]

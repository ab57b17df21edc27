"""What experiments of every kind have in common: they are played, changed, looked at and saved."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np

from gan_core.device import choose_device
from gan_core.frame import HISTORY_COLUMNS, TRACE_COLUMNS, Frame
from gan_core.history import EVERYTHING, History, saved_rows
from gan_core.saved import metadata
from gan_core.settings import live_change

if TYPE_CHECKING:
    from typing import Self

    import torch

    from gan_core.images.settings import AnySettings
else:
    from gan_core.lazy import torch

CHECK = 5
"""Iterations between two looks for divergence; a divisor of `gan_core.metrics.looks.EVERY`."""
RECENT = 50
"""Iterations over which `recent` holds the history unthinned."""


class Training(Protocol):
    """What plays the game; see `gan_core.ensemble.Ensemble`, whose methods these are."""

    iteration: int
    half: int

    def step(self, n: int = 1) -> None:
        """Play `n` iterations by the update rule."""

    def step_half(self) -> None:
        """Play what comes before G moves, or the rest of an iteration that has been begun."""

    def d_step(self) -> None:
        """Move D alone, by one step."""

    def g_step(self) -> None:
        """Move G alone, by one step; it counts as an iteration."""

    def finite(self) -> bool:
        """Return whether both players' parameters still are."""

    def history(self) -> np.ndarray:
        """Return what happened since the last call."""

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Return all that the training depends on."""

    def load(self, tensors: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over what `state` returned."""


S = TypeVar("S", bound="AnySettings")
T = TypeVar("T", bound=Training)


class Live(ABC, Generic[S, T]):
    """A GAN in training under given settings.

    The caller owns the loop: `step` returns. Looking (`frame`) and measuring (`measure`) never
    change the path of the training: same settings, same bits, seen or unseen (CPU, one number of
    threads).

    Parameters
    ----------
    settings
        The experiment.
    device
        "auto", "cpu" or "cuda"; see `gan_core.device`.

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
    parts
        How many calls of `step_half` make an iteration.
    unmeasured
        How many calls of `measure` are still to come until all has been measured.
    """

    parts = 2
    unmeasured = 0
    columns: ClassVar[tuple[str, ...]]
    """Of a measurement's row."""
    measurements: ClassVar[str]
    """What those rows are called in a `Frame` and in a checkpoint."""

    def __init__(self, settings: S, device: str = "cpu") -> None:
        self._asked_device = device
        self.epoch = 0
        self._begin(settings)

    def _begin(self, settings: S) -> None:
        self.settings = settings
        self.status = "ok"
        self.device = choose_device(self._asked_device, settings)
        self._training = self._new_training()
        self._history = History(len(HISTORY_COLUMNS))
        self._metrics = History(len(self.columns), capacity=2048)
        self.recent = np.zeros((0, len(HISTORY_COLUMNS)))
        self.diverged_at = -1
        self._last_good: Frame | None = None

    @abstractmethod
    def _new_training(self) -> T:
        """Return the beginning of a training under the present settings, on the device."""

    # -- running -------------------------------------------------------------------------

    @property
    def iteration(self) -> int:
        """Rounds of the update rule so far."""
        return self._training.iteration

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet, else 0."""
        return self._training.half

    @property
    def pretraining(self) -> int:
        """Steps that D still learns before the game begins."""
        return 0

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of D's pre-training; `step` plays all that is left of it."""

    def step(self, n: int = 1) -> None:
        """Play `n` iterations, or fewer if the run diverges."""
        self.pretrain(self.pretraining)
        while n > 0 and self.status == "ok":
            run = min(n, CHECK - self.iteration % CHECK)
            self._training.step(run)
            n -= run
            self._after_iterations()

    def step_half(self, *, traced: bool = False) -> None:
        """Play half an iteration: what comes before G moves, or the rest.

        Parameters
        ----------
        traced
            Whether its stages are written down for `frame`, where they can be: the toys' are, those
            of pictures are not. The bits stay the same.
        """
        self.pretrain(self.pretraining)
        if self.status == "ok":
            self._play_half(traced=traced)
            self._after_iterations()

    def _play_half(self, *, traced: bool) -> None:
        del traced
        self._training.step_half()

    def step_d(self) -> None:
        """Move D alone by one step."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            self._training.d_step()

    def step_g(self) -> None:
        """Move G alone by one step; it counts as an iteration."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            self._training.g_step()
            self._after_iterations()

    def _after_iterations(self) -> None:
        """Check at fixed iterations, so that nothing depends on who watches."""
        if self.half == 0 and self.iteration % CHECK == 0:
            self._check()

    def _check(self) -> None:
        """Notice divergence: parameters whose sum is not finite end the run."""
        if not self._training.finite():
            self.status = "diverged"

    def change(self, settings: S) -> bool:
        """Go on under other settings.

        Returns
        -------
        bool
            True if the change acts on the running experiment, False if it restarted it.
        """
        if self.status == "ok" and live_change(self.settings, settings):
            self._drain()
            self.settings = settings
            self._go_on_under(settings)
            return True
        self.reset(settings)
        return False

    @abstractmethod
    def _go_on_under(self, settings: S) -> None:
        """Let the training play on under settings that differ in live fields alone."""

    def reset(self, settings: S | None = None) -> None:
        """Start again, under the present settings or others."""
        self.epoch += 1
        self._begin(settings or self.settings)

    def _happened(self) -> np.ndarray:
        """Return what happened since the last time, (rows, 7)."""
        return self._training.history()

    def _drain(self) -> None:
        """Take over what happened since the last time."""
        rows = self._happened()
        self._history.append(rows)
        self.recent = np.concatenate([self.recent, rows])[-RECENT:]
        if self.diverged_at < 0 and not (finite := np.isfinite(rows).all(1)).all():
            self.diverged_at = int(rows[~finite][0, 0])

    def history(self) -> np.ndarray:
        """Return the whole history kept so far: rows of `HISTORY_COLUMNS`."""
        self._drain()
        return self._history.since(EVERYTHING)

    # -- looking -------------------------------------------------------------------------

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now; what is measured is that of the last `measure`.

        Parameters
        ----------
        since
            History and measurements hold the rows later than this iteration (−1: all, thinned;
            `gan_core.history.EVERYTHING`: all that are kept).
        """
        self._drain()
        rows, seen = self._history.since(since), self._seen()
        told: dict[str, Any] = {
            "status": "paused" if self.status == "ok" else "diverged",
            self.measurements: self._metrics.since(since),
            **self._told(since),
        }
        if seen is not None:
            self._last_good = Frame(
                epoch=self.epoch,
                iteration=self.iteration,
                half=self.half,
                history=rows,
                **seen,
                **told,
            )
            return self._last_good
        # The last good picture, with the history as far as it is finite.
        return replace(
            self._last_good or Frame(epoch=self.epoch, **self._scenery()),
            iteration=self.iteration if self.diverged_at < 0 else self.diverged_at,
            history=rows[np.isfinite(rows).all(1)],
            trace=np.zeros((0, len(TRACE_COLUMNS))),  # no stage of the picture's own half
            **told,
        )

    @abstractmethod
    def _seen(self) -> dict[str, Any] | None:
        """Return the fields of a frame that are the picture; None if it is not finite."""

    @abstractmethod
    def _scenery(self) -> dict[str, Any]:
        """Return those of them that do not depend on the players."""

    def _told(self, since: int) -> dict[str, Any]:
        """Return further fields, also of a run that has diverged."""
        del since
        return {}

    def _note(self, row: tuple[float, ...]) -> dict[str, float]:
        """Keep the row of a measurement, once for each iteration; return it by column."""
        rows = self._metrics.since(EVERYTHING)
        if not len(rows) or rows[-1, 0] < self.iteration:
            self._metrics.append(np.array([row]))
        return dict(zip(self.columns, row, strict=True))

    # -- saving --------------------------------------------------------------------------

    def state(self) -> bytes:
        """Return a checkpoint: safetensors with the settings as JSON in its header.

        It continues with the same bits, and with its history and measurements, thinned.
        """
        from safetensors.torch import save

        tensors, numbers = self._kept()
        meta = {"settings": self.settings.to_json(), "numbers": json.dumps(numbers)}
        return bytes(save({name: one.contiguous() for name, one in tensors.items()}, meta))

    def _kept(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Return what a checkpoint holds beside the settings: tensors and numbers."""
        self._drain()
        tensors, numbers = self._training.state()
        tensors |= {
            "history": torch.from_numpy(self._history.since(-1)),
            self.measurements: torch.from_numpy(self._metrics.since(-1)),
            "recent": torch.from_numpy(self.recent),
        }
        return tensors, numbers | {"epoch": self.epoch}

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Self:
        """Return the experiment that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint, or one of another shape.
        """
        from safetensors.torch import load

        with _opening():
            tensors, meta = load(state), metadata(state)
            settings, numbers = cls._read(meta)
        experiment = cls._made(settings, numbers, device)
        with _opening():
            experiment._go_on(tensors, numbers)
        return experiment

    @classmethod
    @abstractmethod
    def _read(cls, header: Mapping[str, str]) -> tuple[S, dict[str, Any]]:
        """Return settings and numbers of a checkpoint's header, checked."""

    @classmethod
    def _made(cls, settings: S, numbers: Mapping[str, Any], device: str) -> Self:
        """Return a new experiment of the shape that a checkpoint's numbers tell."""
        del numbers
        return cls(settings, device)

    def _go_on(self, tensors: dict[str, torch.Tensor], numbers: dict[str, Any]) -> None:
        """Take over what `_kept` returned."""
        self._training.load(tensors, numbers)
        self._history.append(saved_rows(tensors["history"].numpy(), HISTORY_COLUMNS))
        self._metrics.append(saved_rows(tensors[self.measurements].numpy(), self.columns))
        self.recent = saved_rows(tensors["recent"].numpy(), HISTORY_COLUMNS)[-RECENT:]
        self.epoch = numbers["epoch"]


@contextmanager
def _opening() -> Iterator[None]:
    """Say one thing of whatever is wrong: a file may come from anywhere, and so may its parts."""
    from safetensors import SafetensorError

    wrong = (SafetensorError, LookupError, TypeError, ValueError, ArithmeticError, RuntimeError)
    try:
        yield
    except wrong as error:
        raise ValueError(f"these bytes hold no checkpoint: {error}") from error

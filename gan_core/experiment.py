"""One experiment: a live GAN that can be stepped, changed, looked at, measured and saved."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gan_core.device import choose_device
from gan_core.ensemble import Ensemble
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, TRACE_COLUMNS, TRACED, Frame
from gan_core.history import History
from gan_core.metrics import modes, transport
from gan_core.metrics.divergences import floors, js_to_data, kl_to_data
from gan_core.metrics.transport import w1_floor, wasserstein
from gan_core.observer import Observer
from gan_core.saved import metadata, read_numbers
from gan_core.settings import Settings, live_change
from gan_core.streams import MEASURED, stream
from gan_core.trace import Trace, Tracer

if TYPE_CHECKING:
    import torch
else:
    from gan_core.lazy import torch

LOOK = 25
"""Iterations between two looks at the dominant mode."""
LOOKED_AT = 500
"""Fakes in such a look."""
CHECK = 5
"""Iterations between two looks for divergence; a divisor of `LOOK`."""
RECENT = 50
"""Iterations over which `recent` holds the history unthinned."""


class Experiment:
    """A GAN in training under given settings.

    The caller owns the loop: `step` returns. Looking (`frame`) and measuring (`measure`) never
    change the path of the training: same settings, same bits, seen or unseen (CPU, one thread).

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
    wandering
        How the dominant mode moved over the whole run.
    recent
        The last iterations' rows of `HISTORY_COLUMNS` that have been drained, unthinned.
    diverged_at
        The first iteration at which something was not finite; −1 while all is.
    """

    def __init__(self, settings: Settings, device: str = "cpu") -> None:
        self._asked_device = device
        self.epoch = 0
        self._begin(settings)

    def _begin(self, settings: Settings) -> None:
        self.settings = settings
        self.status = "ok"
        self.device = choose_device(self._asked_device, settings)
        self._ensemble = Ensemble([settings], self.device)
        self._history = History(len(HISTORY_COLUMNS))
        self._metrics = History(len(METRIC_COLUMNS), capacity=2048)
        self.recent = np.zeros((0, len(HISTORY_COLUMNS)))
        self.diverged_at = -1
        self.coverage: modes.Coverage | None = None
        self._floors = (float("nan"),) * 3
        self.wandering = modes.Wandering()
        self._observer = Observer(self._ensemble)
        self._last_good: Frame | None = None
        self._trace: Trace | None = None

    # -- running -------------------------------------------------------------------------

    @property
    def iteration(self) -> int:
        """Rounds of the update rule so far."""
        return self._ensemble.iteration

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet, else 0."""
        return self._ensemble.half

    @property
    def pretraining(self) -> int:
        """Steps that D still learns before the game begins."""
        return self._ensemble.pretraining

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of D's pre-training; `step` plays all that is left of it."""
        self._trace = None
        if self.pretraining:
            self._ensemble.pretrain(n)

    def step(self, n: int = 1) -> None:
        """Play `n` iterations, or fewer if the run diverges."""
        self.pretrain(self.pretraining)
        while n > 0 and self.status == "ok":
            run = min(n, CHECK - self.iteration % CHECK)
            self._ensemble.step(run)
            n -= run
            self._after_iterations()

    def step_half(self, *, traced: bool = False) -> None:
        """Play half an iteration: what comes before G moves, or the rest.

        Parameters
        ----------
        traced
            Whether its stages are written down for `frame`. The bits stay the same.
        """
        self.pretrain(self.pretraining)
        if self.status == "ok":
            tracer = Tracer(self._ensemble) if traced else None
            self._ensemble.step_half(tracer)
            self._trace = tracer.trace() if tracer else None
            self._after_iterations()

    def step_d(self) -> None:
        """Move D alone by one step."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            self._ensemble.d_step()

    def step_g(self) -> None:
        """Move G alone by one step; it counts as an iteration."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            self._ensemble.g_step()
            self._after_iterations()

    def _after_iterations(self) -> None:
        """Look and check at fixed iterations, so that neither depends on who watches."""
        if self.half == 0 and self.iteration % LOOK == 0:
            self._look()
        if self.half == 0 and self.iteration % CHECK == 0:
            self._check()

    def change(self, settings: Settings) -> bool:
        """Go on under other settings.

        Returns
        -------
        bool
            True if the change acts on the running experiment, False if it restarted it.
        """
        if self.status == "ok" and live_change(self.settings, settings):
            self._drain()
            self._trace = None  # its numbers may mean something else under other settings
            self.settings = settings
            self._ensemble.change([settings])
            return True
        self.epoch += 1
        self._begin(settings)
        return False

    def reset(self, settings: Settings | None = None) -> None:
        """Start again, under the present settings or others."""
        self.epoch += 1
        self._begin(settings or self.settings)

    def _check(self) -> None:
        """Notice divergence: parameters whose sum is not finite end the run."""
        players = (self._ensemble.g, self._ensemble.d)
        if not all(math.isfinite(float(p.network.parameters.sum())) for p in players):
            self.status = "diverged"

    def _drain(self) -> None:
        """Take over what happened since the last time."""
        rows = self._ensemble.history()[:, 0]
        self._history.append(rows)
        self.recent = np.concatenate([self.recent, rows])[-RECENT:]
        if self.diverged_at < 0 and not (finite := np.isfinite(rows).all(1)).all():
            self.diverged_at = int(rows[~finite][0, 0])

    # -- looking -------------------------------------------------------------------------

    def _look(self) -> None:
        if len(self._observer.centres):
            self.wandering.look(self._observer.present_shares(LOOKED_AT))

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now; metrics are those of the last `measure`.

        Parameters
        ----------
        since
            History and metrics hold the rows later than this iteration (−1: all, thinned;
            `gan_core.history.EVERYTHING`: all that are kept).
        """
        self._drain()
        seen = self._observer.picture()
        if seen is None:
            return self._broken_frame(since)
        z = self._observer.latents(TRACED)
        stages = self._trace.fields() if self._trace else {"batch_z": z}
        frame = Frame(
            epoch=self.epoch,
            iteration=self.iteration,
            half=self.half,
            status="paused" if self.status == "ok" else "diverged",
            js_floor=self._floors[0],
            w1_floor=self._floors[1],
            kl_floor=self._floors[2],
            history=self._history.since(since),
            metrics=self._metrics.since(since),
            **seen,
            **stages,
        )
        self._last_good = frame
        return frame

    def _broken_frame(self, since: int) -> Frame:
        """Return the last good picture, with the history as far as it is finite."""
        rows = self._history.since(since)
        good = self._last_good or Frame(epoch=self.epoch, **self._observer.scenery())
        return replace(
            good,
            iteration=self.iteration if self.diverged_at < 0 else self.diverged_at,
            status="paused" if self.status == "ok" else "diverged",
            history=rows[np.isfinite(rows).all(1)],
            metrics=self._metrics.since(since),
            trace=np.zeros((0, len(TRACE_COLUMNS))),  # no stage of the picture's own half
        )

    # -- measuring -----------------------------------------------------------------------

    def measure(self) -> dict[str, float]:
        """Measure the fakes and add a row to the metrics; tens of milliseconds.

        The samples depend on the seed and the iteration alone, so the numbers do not depend on
        how often one looks.

        Returns
        -------
        dict
            The columns of the row (`METRIC_COLUMNS`). Modes are NaN for data without modes.
        """
        data, rng = self.settings.data, stream(self.settings.seed, MEASURED, self.iteration)
        fake = self._observer.fake(self.settings.latent.sample(modes.SAMPLES, rng))
        if len(data.centres):
            self.coverage = modes.coverage(fake, data.centres, data.spread, data.weights)
        n = transport.SAMPLES
        found = self.coverage
        row = (
            float(self.iteration),
            float(found.covered) if found else float("nan"),
            float(found.captured) if found else float("nan"),
            found.high_quality if found else float("nan"),
            js_to_data(fake, data),
            wasserstein(fake[:n], data.sample(n, rng)),
            kl_to_data(fake, data),
        )
        js, kl = floors(data, modes.SAMPLES)
        self._floors = (js, w1_floor(data), kl)
        rows = self._metrics.since(-1, limit=1 << 30)
        if not len(rows) or rows[-1, 0] < self.iteration:
            self._metrics.append(np.array([row]))
        return dict(zip(METRIC_COLUMNS, row, strict=True))

    def history(self) -> np.ndarray:
        """Return the whole history kept so far: rows of `HISTORY_COLUMNS`."""
        self._drain()
        return self._history.since(-1, limit=1 << 30)

    # -- saving --------------------------------------------------------------------------

    def state(self) -> bytes:
        """Return a checkpoint: safetensors with the settings as JSON in its header.

        It continues with the same bits, and with its history and metrics, thinned.
        """
        from safetensors.torch import save

        self._drain()
        tensors, numbers = self._ensemble.state()
        tensors |= {
            "history": torch.from_numpy(self._history.since(-1)),
            "metrics": torch.from_numpy(self._metrics.since(-1)),
            "recent": torch.from_numpy(self.recent),
        }
        numbers |= {"epoch": self.epoch, "wandering": self.wandering.as_json()}
        meta = {"settings": self.settings.to_json(), "numbers": json.dumps(numbers)}
        return bytes(save(tensors, meta))

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Experiment:
        """Return the experiment that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint, or one of another shape.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            tensors, meta = load(state), metadata(state)
            settings, numbers = Settings.from_json(meta["settings"]), read_numbers(meta["numbers"])
            if numbers["pretraining"] > settings.pretrain:
                raise ValueError("more pre-training is left than the settings ask for")
            experiment = cls(settings, device)
            experiment._ensemble.load(tensors, numbers)
            experiment._history.append(_rows(tensors, "history", HISTORY_COLUMNS))
            experiment._metrics.append(_rows(tensors, "metrics", METRIC_COLUMNS))
            experiment.recent = _rows(tensors, "recent", HISTORY_COLUMNS)[-RECENT:]
            experiment.wandering = modes.Wandering.from_json(numbers["wandering"])
            experiment.epoch = numbers["epoch"]
        # a file may come from anywhere, and each of its parts may be anything
        except (
            SafetensorError,
            LookupError,
            TypeError,
            ValueError,
            ArithmeticError,
            RuntimeError,
        ) as error:
            raise ValueError(f"these bytes hold no checkpoint: {error}") from error
        return experiment


def _rows(tensors: dict[str, torch.Tensor], name: str, columns: tuple[str, ...]) -> np.ndarray:
    """Return saved rows; the first column, the iteration, ascends."""
    rows = tensors[name].numpy()
    fits = rows.ndim == 2 and rows.shape[1] == len(columns) and rows.dtype == np.float64
    if not fits or not (np.diff(rows[:, 0]) > 0).all():
        raise ValueError(f"{name} are not rows of {', '.join(columns)}")
    return np.asarray(rows)

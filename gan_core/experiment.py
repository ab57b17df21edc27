"""One experiment: a live GAN that can be stepped, changed, looked at, measured and saved."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.device import choose_device
from gan_core.diagnosis import UNKNOWN, VERDICTS, Evidence, diagnose, gather
from gan_core.ensemble import Ensemble
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, TRACE_COLUMNS, TRACED, Frame
from gan_core.history import History, saved_rows
from gan_core.metrics import looks, modes, transport
from gan_core.metrics.divergences import floors, js_to_data, kl_to_data
from gan_core.metrics.looks import Looks
from gan_core.metrics.transport import w1_floor, wasserstein
from gan_core.observer import Observer
from gan_core.saved import metadata, read_numbers
from gan_core.settings import Settings, live_change
from gan_core.streams import MEASURED, stream
from gan_core.trace import Trace, Tracer

if TYPE_CHECKING:
    from typing import Self

    import torch
else:
    from gan_core.lazy import torch

CHECK = 5
"""Iterations between two looks for divergence; a divisor of `gan_core.metrics.looks.EVERY`."""
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
    looks
        What was seen of the shown fakes every few iterations.
    recent
        The last iterations' rows of `HISTORY_COLUMNS` that have been drained, unthinned.
    diagnosis
        What ails the run, by the last measurement; see `gan_core.diagnosis`.
    diverged_at
        The first iteration at which something was not finite; −1 while all is.
    parts
        How many calls of `step_half` make an iteration.
    unmeasured
        How many calls of `measure` are still to come until all has been measured.
    """

    parts = 2
    unmeasured = 0

    def __init__(self, settings: Settings, device: str = "cpu") -> None:
        self._asked_device = device
        self.epoch = 0
        self._begin(settings)

    def _begin(self, settings: Settings) -> None:
        self.settings = settings
        self.status = "ok"
        self.device = choose_device(self._asked_device, settings)
        self._ensemble = Ensemble(self._members(settings), self.device)
        self._history = History(len(HISTORY_COLUMNS))
        self._metrics = History(len(METRIC_COLUMNS), capacity=2048)
        self.recent = np.zeros((0, len(HISTORY_COLUMNS)))
        self.diverged_at = -1
        self.coverage: modes.Coverage | None = None
        self._floors = (float("nan"),) * 3
        self.diagnosis = UNKNOWN
        self.looks = Looks(settings.data.centres, settings.data.spread)
        self._observer = Observer(self._ensemble)
        self._last_good: Frame | None = None
        self._trace: Trace | None = None

    def _members(self, settings: Settings) -> list[Settings]:
        """Return the settings of each member of the ensemble; here there is one."""
        return [settings]

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
        if self.half == 0 and self.iteration % looks.EVERY == 0:
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
            self._ensemble.change(self._members(settings))
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
            self.diagnosis = diagnose(self.evidence())

    def _look(self) -> None:
        self.looks.look(self.iteration, self._observer.shown(looks.SEEN))

    def _happened(self) -> np.ndarray:
        """Return what happened since the last time, (rows, members, 7)."""
        return self._ensemble.history()

    def _drain(self) -> None:
        """Take over what happened since the last time."""
        rows = self._happened()[:, 0]
        self._history.append(rows)
        self.recent = np.concatenate([self.recent, rows])[-RECENT:]
        if self.diverged_at < 0 and not (finite := np.isfinite(rows).all(1)).all():
            self.diverged_at = int(rows[~finite][0, 0])

    # -- looking -------------------------------------------------------------------------

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
            looks=self.looks.since(since),
            verdict=VERDICTS.index(self.diagnosis.verdict),
            evidence=self.diagnosis.rows,
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
            looks=self.looks.since(since),
            verdict=VERDICTS.index(self.diagnosis.verdict),
            evidence=self.diagnosis.rows,
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
        data = self.settings.data
        row, self.coverage = measured(self.settings, self.iteration, self._observer.fake)
        js, kl = floors(data, modes.SAMPLES)
        self._floors = (js, w1_floor(data), kl)
        rows = self._metrics.since(-1, limit=1 << 30)
        if not len(rows) or rows[-1, 0] < self.iteration:
            self._metrics.append(np.array([row]))
        self.diagnosis = diagnose(self.evidence())
        return dict(zip(METRIC_COLUMNS, row, strict=True))

    def evidence(self) -> Evidence:
        """Return what has been measured so far that can tell what ails the run."""
        self._drain()
        return gather(
            self.looks,
            self.settings.data,
            self.recent,
            self._metrics.since(-1, limit=1 << 30),
            self._floors[:2],
            diverged=self.status == "diverged",
        )

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

        tensors, numbers = self._kept()
        meta = {"settings": self.settings.to_json(), "numbers": json.dumps(numbers)}
        return bytes(save(tensors, meta))

    def _kept(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Return what a checkpoint holds beside the settings: tensors and numbers."""
        self._drain()
        tensors, numbers = self._ensemble.state()
        tensors |= {
            "history": torch.from_numpy(self._history.since(-1)),
            "metrics": torch.from_numpy(self._metrics.since(-1)),
            "recent": torch.from_numpy(self.recent),
        } | {name: torch.from_numpy(array) for name, array in self.looks.state().items()}
        numbers |= {"epoch": self.epoch, "wandering": self.looks.wandering.as_json()}
        return tensors, numbers

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Self:
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
            experiment = cls._made(settings, numbers, device)
            experiment._go_on(tensors, numbers)
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

    @classmethod
    def _made(cls, settings: Settings, numbers: Mapping[str, Any], device: str) -> Self:
        """Return a new experiment of the shape that a checkpoint's numbers tell."""
        del numbers
        return cls(settings, device)

    def _go_on(self, tensors: dict[str, torch.Tensor], numbers: dict[str, Any]) -> None:
        """Take over what `_kept` returned."""
        self._ensemble.load(tensors, numbers)
        self._history.append(saved_rows(tensors["history"].numpy(), HISTORY_COLUMNS))
        self._metrics.append(saved_rows(tensors["metrics"].numpy(), METRIC_COLUMNS))
        self.recent = saved_rows(tensors["recent"].numpy(), HISTORY_COLUMNS)[-RECENT:]
        kept = {name: tensors[name].numpy() for name in tensors if name.startswith("looks")}
        self.looks.load(kept, modes.Wandering.from_json(numbers["wandering"]))
        self.epoch = numbers["epoch"]


def measured(
    settings: Settings, iteration: int, generate: Callable[[np.ndarray], np.ndarray]
) -> tuple[tuple[float, ...], modes.Coverage | None]:
    """Measure the fakes of a generator; tens of milliseconds.

    Parameters
    ----------
    settings, iteration
        What is played, and how far it is: the samples depend on its seed and this alone.
    generate
        Takes latents, (n, dim of z), and returns fakes, (n, dim).

    Returns
    -------
    row, coverage
        A row of `METRIC_COLUMNS`; the coverage, or None where the data have no modes.
    """
    data, rng = settings.data, stream(settings.seed, MEASURED, iteration)
    fake = generate(settings.latent.sample(modes.SAMPLES, rng))
    found = None
    if len(data.centres):
        found = modes.coverage(fake, data.centres, data.spread, data.weights)
    n = transport.SAMPLES
    row = (
        float(iteration),
        float(found.covered) if found else float("nan"),
        float(found.captured) if found else float("nan"),
        found.high_quality if found else float("nan"),
        js_to_data(fake, data),
        wasserstein(fake[:n], data.sample(n, rng)),
        kl_to_data(fake, data),
    )
    return row, found

"""One experiment: a live GAN that can be stepped, changed, looked at, measured and saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.diagnosis import UNKNOWN, VERDICTS, Evidence, diagnose, gather
from gan_core.ensemble import Ensemble
from gan_core.frame import METRIC_COLUMNS, TRACED
from gan_core.history import EVERYTHING
from gan_core.live import Live
from gan_core.metrics import looks, modes, transport
from gan_core.metrics.divergences import floors, js_to_data, kl_to_data
from gan_core.metrics.looks import Looks
from gan_core.metrics.transport import w1_floor, wasserstein
from gan_core.observer import Observer
from gan_core.saved import read_numbers
from gan_core.settings import Settings
from gan_core.streams import MEASURED, stream
from gan_core.trace import Trace, Tracer

if TYPE_CHECKING:
    import torch
else:
    from gan_core.lazy import torch


class Experiment(Live[Settings, Ensemble]):
    """A GAN of points in training; all that `Live` says of one holds.

    Attributes
    ----------
    looks
        What was seen of the shown fakes every few iterations.
    coverage
        The modes that the last measurement found covered; None before, or if there are none.
    diagnosis
        What ails the run, by the last measurement; see `gan_core.diagnosis`.
    """

    columns = METRIC_COLUMNS
    measurements = "metrics"

    def _begin(self, settings: Settings) -> None:
        super()._begin(settings)
        self.coverage: modes.Coverage | None = None
        self._floors = (float("nan"),) * 3
        self.diagnosis = UNKNOWN
        self.looks = Looks(settings.data.centres, settings.data.spread)
        self._observer = Observer(self._training)
        self._trace: Trace | None = None

    def _new_training(self) -> Ensemble:
        return Ensemble(self._members(self.settings), self.device)

    def _members(self, settings: Settings) -> list[Settings]:
        """Return the settings of each member of the ensemble; here there is one."""
        return [settings]

    # -- running -------------------------------------------------------------------------

    @property
    def pretraining(self) -> int:
        """Steps that D still learns before the game begins."""
        return self._training.pretraining

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of D's pre-training; `step` plays all that is left of it."""
        self._trace = None
        if self.pretraining:
            self._training.pretrain(n)

    def _play_half(self, *, traced: bool) -> None:
        tracer = Tracer(self._training) if traced else None
        self._training.step_half(tracer)
        self._trace = tracer.trace() if tracer else None

    def _after_iterations(self) -> None:
        if self.half == 0 and self.iteration % looks.EVERY == 0:
            self._look()
        super()._after_iterations()

    def _go_on_under(self, settings: Settings) -> None:
        self._trace = None  # its numbers may mean something else under other settings
        self._training.change(self._members(settings))

    def _check(self) -> None:
        super()._check()
        if self.status != "ok":
            self.diagnosis = diagnose(self.evidence())

    def _look(self) -> None:
        """Look at fixed iterations, as `_check` does."""
        self.looks.look(self.iteration, self._observer.shown(looks.SEEN))

    def _happened(self) -> np.ndarray:
        return self._everyones_history()[:, 0]

    def _everyones_history(self) -> np.ndarray:
        """Return what happened to each member since the last time, (rows, members, 7)."""
        return self._training.history()

    # -- looking -------------------------------------------------------------------------

    def _seen(self) -> dict[str, Any] | None:
        seen = self._observer.picture()
        if seen is None:
            return None
        stages = self._trace.fields() if self._trace else {}
        js, w1, kl = self._floors
        seen |= {"js_floor": js, "w1_floor": w1, "kl_floor": kl}
        return seen | {"batch_z": self._observer.latents(TRACED)} | stages

    def _scenery(self) -> dict[str, Any]:
        return self._observer.scenery()

    def _told(self, since: int) -> dict[str, Any]:
        verdict = VERDICTS.index(self.diagnosis.verdict)
        looked = self.looks.since(since)
        return {"looks": looked, "verdict": verdict, "evidence": self.diagnosis.rows}

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
        found = self._note(row)
        self.diagnosis = diagnose(self.evidence())
        return found

    def evidence(self) -> Evidence:
        """Return what has been measured so far that can tell what ails the run."""
        self._drain()
        return gather(
            self.looks,
            self.settings.data,
            self.recent,
            self._metrics.since(EVERYTHING),
            self._floors[:2],
            diverged=self.status == "diverged",
        )

    # -- saving --------------------------------------------------------------------------

    def _kept(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        tensors, numbers = super()._kept()
        tensors |= {name: torch.from_numpy(array) for name, array in self.looks.state().items()}
        return tensors, numbers | {"wandering": self.looks.wandering.as_json()}

    @classmethod
    def _read(cls, header: Mapping[str, str]) -> tuple[Settings, dict[str, Any]]:
        settings, numbers = Settings.from_json(header["settings"]), read_numbers(header["numbers"])
        if numbers["pretraining"] > settings.pretrain:
            raise ValueError("more pre-training is left than the settings ask for")
        return settings, numbers

    def _go_on(self, tensors: dict[str, torch.Tensor], numbers: dict[str, Any]) -> None:
        super()._go_on(tensors, numbers)
        kept = {name: tensors[name].numpy() for name in tensors if name.startswith("looks")}
        self.looks.load(kept, modes.Wandering.from_json(numbers["wandering"]))


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

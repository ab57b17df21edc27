"""Running an experiment from start to end and reporting what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from gan_core.diagnosis import WINDOW
from gan_core.experiment import Experiment
from gan_core.frame import HISTORY_COLUMNS
from gan_core.settings import Settings

SLICE = 100
"""Iterations between two reports of progress."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes
    ----------
    status
        "ok" or "diverged".
    step
        Iterations played.
    seconds
        Wall time of the training alone.
    metrics
        `modes` (covered), `captured`, `high_quality`, `reverse_kl`, `width` (of a mode over that of
        the data's: below 1 where they are sharpened), `js` and `kl` (nats), `w1`, each measured on
        fresh fakes at the end, with `js_floor`, `w1_floor`, `kl_floor`; `hops`, `visited`,
        `dominance` over the whole run; `gradient_norm`, `d_cost`, `g_cost` over its last 50
        iterations. NaN where the data have no modes, or nothing finite is left.
    verdict
        What ails it at the end; see `gan_core.diagnosis`.
    d
        `real`, `fake`: D's mean output; `accuracy`; over the last 50 iterations.
    """

    status: str
    step: int
    seconds: float
    metrics: dict[str, float]
    verdict: str
    d: dict[str, float]

    @property
    def numbers(self) -> dict[str, float]:
        """The metrics, D's numbers under "d.real", "d.fake", "d.accuracy", and 1 if "diverged".

        "d.gap" is what a critic reads: its mean score of real samples less that of fakes.
        """
        said = {f"d.{name}": value for name, value in self.d.items()}
        said["d.gap"] = self.d["real"] - self.d["fake"]
        return self.metrics | said | {"diverged": float(self.status == "diverged")}

    def as_json(self) -> dict[str, object]:
        """Return the outcome with None where a number is not finite: JSON knows no NaN."""
        speed = self.step / self.seconds if self.seconds > 0 else 0.0
        return {
            "status": self.status,
            "verdict": self.verdict,
            "step": self.step,
            "seconds": round(self.seconds, 3),
            "steps_per_second": round(speed, 1),
            "metrics": {name: _finite(value) for name, value in self.metrics.items()},
            "d": {name: _finite(value) for name, value in self.d.items()},
        }


def run(
    settings: Settings,
    steps: int,
    progress: Callable[[int], None] | None = None,
    device: str = "cpu",
) -> Outcome:
    """Play `steps` iterations and measure.

    Parameters
    ----------
    settings
        The experiment.
    steps
        Iterations, ≥ 0. A run that diverges ends earlier.
    progress
        Called with the number of iterations since the last call.
    device
        "auto", "cpu" or "cuda"; see `gan_core.device`.
    """
    return play(Experiment(settings, device), steps, progress)


def play(
    experiment: Experiment, steps: int, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Play on until `steps` iterations have been played in all, and measure; see `run`."""
    seconds = 0.0
    while experiment.iteration < steps and experiment.status == "ok":
        before, start = experiment.iteration, time.perf_counter()
        experiment.step(min(SLICE, steps - before))
        seconds += time.perf_counter() - start
        if experiment.iteration >= steps - WINDOW and experiment.status == "ok":
            experiment.measure()  # a diagnosis wants to see a trend
        if progress:
            progress(experiment.iteration - before)
    return outcome(experiment, seconds)


def outcome(experiment: Experiment, seconds: float) -> Outcome:
    """Measure an experiment as it stands."""
    measured, frame = experiment.measure(), experiment.frame()
    coverage, wandering = experiment.coverage, experiment.looks.wandering
    with_modes = coverage is not None
    recent = experiment.recent.mean(0) if len(experiment.recent) else None
    last = dict.fromkeys(HISTORY_COLUMNS, math.nan)
    if recent is not None:
        last = dict(zip(HISTORY_COLUMNS, recent, strict=True))
    metrics = {
        "modes": measured["covered"],
        "captured": measured["captured"],
        "high_quality": measured["high_quality"],
        "reverse_kl": coverage.reverse_kl if coverage else math.nan,
        "width": coverage.width if coverage else math.nan,
        "js": measured["js"],
        "w1": measured["w1"],
        "kl": measured["kl"],
        "hops": float(wandering.hops) if with_modes else math.nan,
        "visited": float(len(wandering.visited)) if with_modes else math.nan,
        "dominance": wandering.dominance if with_modes else math.nan,
        "js_floor": frame.js_floor,
        "w1_floor": frame.w1_floor,
        "kl_floor": frame.kl_floor,
        "d_cost": last["d_cost"],
        "g_cost": last["g_cost"],
        "gradient_norm": last["gradient_norm"],
    }
    d = {"real": last["d_real"], "fake": last["d_fake"], "accuracy": last["accuracy"]}
    verdict = experiment.diagnosis.verdict
    return Outcome(experiment.status, experiment.iteration, seconds, metrics, verdict, d)


def _finite(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)

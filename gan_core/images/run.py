"""Running an experiment of either kind from start to end and reporting what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Final

from gan_core.diagnosis import UNKNOWN
from gan_core.experiment import Experiment
from gan_core.frame import HISTORY_COLUMNS, IMAGE_METRIC_COLUMNS
from gan_core.images.experiment import ImageExperiment
from gan_core.images.settings import AnySettings, ImageSettings
from gan_core.playable import Playable
from gan_core.run import Outcome, play

SLICE: Final = 10
"""Iterations between two reports of progress."""
SAMPLES: Final = 2000
"""Pictures that are measured at the end."""


def experiment_of(settings: AnySettings, device: str = "cpu", state: bytes = b"") -> Playable:
    """Return a new experiment under these settings, or the one that `state` has saved.

    Raises
    ------
    ValueError
        If `state` is no such checkpoint, or the device is not there.
    gan_core.images.data.DataUnavailableError
        If the pictures are not on this machine.
    """
    kind: type[Any] = ImageExperiment if isinstance(settings, ImageSettings) else Experiment
    made: Playable = kind.restore(state, device) if state else kind(settings, device)
    return made


def play_any(
    experiment: Playable, steps: int, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Play on until `steps` iterations have been played in all, and measure.

    Raises
    ------
    TypeError
        If it is neither kind of experiment.
    """
    if isinstance(experiment, ImageExperiment):
        return play_images(experiment, steps, progress)
    if isinstance(experiment, Experiment):
        return play(experiment, steps, progress)
    raise TypeError(f"{type(experiment).__name__} has no outcome")


def play_images(
    experiment: ImageExperiment, steps: int, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Play on until `steps` iterations have been played in all, and measure.

    The metrics are those of `IMAGE_METRIC_COLUMNS` on `SAMPLES` fresh pictures, each with what as
    many real ones score (`fid_floor`), and `d_cost`, `g_cost`, `gradient_norm` over the last 50
    iterations.
    """
    seconds = 0.0
    while experiment.iteration < steps and experiment.status == "ok":
        before, start = experiment.iteration, time.perf_counter()
        experiment.step(min(SLICE, steps - before))
        seconds += time.perf_counter() - start
        if progress:
            progress(experiment.iteration - before)
    return outcome(experiment, seconds)


def outcome(experiment: ImageExperiment, seconds: float) -> Outcome:
    """Measure an experiment as it stands."""
    names = IMAGE_METRIC_COLUMNS[1:]
    metrics = experiment.measure(SAMPLES)
    floor = experiment.judgement.floor if experiment.judgement else (math.nan,) * len(names)
    experiment.history()  # drains
    rows = experiment.recent
    means = rows.mean(0) if len(rows) else [math.nan] * len(HISTORY_COLUMNS)
    last = dict(zip(HISTORY_COLUMNS, map(float, means), strict=True))
    found = {name: metrics[name] for name in names}
    found |= {f"{name}_floor": value for name, value in zip(names, floor, strict=True)}
    found |= {name: last[name] for name in ("d_cost", "g_cost", "gradient_norm")}
    d = {"real": last["d_real"], "fake": last["d_fake"], "accuracy": last["accuracy"]}
    done = experiment.iteration
    return Outcome(experiment.status, done, seconds, found, UNKNOWN.verdict, d)

"""Measuring what G makes: pictures drawn for it, read by the classifier, dots counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.images.data.three_dots import ThreeDots, count_dots
from gan_core.images.observer import grey
from gan_core.images.quality import floor, load_judge, quality
from gan_core.streams import MEASURED, stream

if TYPE_CHECKING:
    from gan_core.images.observer import ImageObserver
    from gan_core.images.quality import Quality
    from gan_core.images.settings import ImageSettings

DOTS = 3
"""Dots in each picture of three-dots."""
UNKNOWN = (math.nan,) * 5
"""What a classifier would say, where there is none."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a measurement has found.

    Attributes
    ----------
    row
        `gan_core.frame.IMAGE_METRIC_COLUMNS`.
    floor
        The columns but the first, for as many real pictures.
    shares
        Share of each class among the measured pictures; empty without a classifier.
    readings
        Class and confidence of the shown pictures, (n, 2); empty without a classifier.
    """

    row: tuple[float, ...]
    floor: tuple[float, ...]
    shares: np.ndarray
    readings: np.ndarray

    def fields(self) -> dict[str, Any]:
        """Return the fields of a `Frame` that show it."""
        return {
            "quality_floor": np.array(self.floor, np.float32),
            "shares": self.shares.astype(np.float32),
            "readings": self.readings.astype(np.float32),
        }


def judged(
    settings: ImageSettings, iteration: int, observer: ImageObserver, samples: int
) -> Judgement:
    """Measure `samples` fresh pictures of G at this iteration.

    Parameters
    ----------
    settings, iteration
        The experiment and how far it is: the latents depend on its seed and this alone.
    observer
        Generates.
    """
    rng = stream(settings.seed, MEASURED, iteration)
    z = settings.latent.sample(samples, rng)
    y = np.arange(samples) % settings.classes if settings.classes else None
    made = observer.generate(z, y)
    none = np.zeros((0, 2))
    if isinstance(settings.images, ThreeDots):
        right = float((count_dots(grey(made)) == DOTS).mean())
        real = settings.images.load().test_images[:samples]
        of_real = float((count_dots(real) == DOTS).mean())
        row = (float(iteration), *UNKNOWN, right)
        return Judgement(row, (*UNKNOWN, of_real), np.zeros(0), none)
    judge = load_judge(settings.images.key)
    if judge is None:
        row = (float(iteration), *UNKNOWN, math.nan)
        return Judgement(row, (*UNKNOWN, math.nan), np.zeros(0), none)
    found = quality(judge, made.cpu(), y)
    read = judge(observer.shown().cpu())
    readings = np.stack([read.classes, read.confidence], 1)
    told = y is not None
    least = _columns(floor(judge, samples), told=told)
    columns = (float(iteration), *_columns(found, told=told))
    return Judgement(columns, least, found.shares, readings)


def _columns(found: Quality, *, told: bool) -> tuple[float, ...]:
    """Return the columns but the iteration; of labels nothing is said where none were asked for."""
    accuracy = found.label_accuracy if told else math.nan
    return float(found.classes), found.confidence, accuracy, found.fid, found.kid, math.nan

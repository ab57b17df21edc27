"""What ails a GAN, told from what was measured: a verdict, and the numbers that decided it.

`gather` collects the numbers, `diagnose` judges them by the rules below, in order; the first that
holds gives the verdict. Each threshold has a name. They were set on the tuning runs of
``python dev.py bench diagnosis --tuning`` and are tested on others (``python dev.py bench
diagnosis``), whose labels come from a longer look than a rule has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gan_core.data import DataSet
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS
from gan_core.metrics import looks
from gan_core.metrics.looks import Looks
from gan_core.metrics.modes import DOMINANT

Array = NDArray[Any]

VERDICTS: Final = ("unknown", "healthy", "hopping", "collapsed", "saturated", "diverged", "slow")

WINDOW: Final = 500
"""Iterations that count as the present."""
SOONEST: Final = 10
"""Looks without which nothing is said: the first 250 iterations."""
ASTRAY: Final = 0.5
"""Diverged: share of the fakes outside twice the square that is shown."""
UNBOUND: Final = 5.0
"""Diverged: D's mean output, in size. No probability is as large; a critic's scores may be,"""
EXPLODED: Final = 60.0
"""and then the norm of G's gradient tells whether they run away."""
COVERED: Final = 0.85
"""Healthy: share of the modes that are covered."""
NEAR: Final = 2.0
"""Healthy, where there are no modes to count: W₁ in units of its floor."""
CERTAIN: Final = 0.98
"""Saturated: D's accuracy."""
WEAK: Final = 0.02
"""Saturated: norm of G's gradient."""
FAR: Final = 3.0
"""Saturated: W₁ in units of its floor."""
HELD: Final = 0.4
"""Hopping and collapsed: share of the looks at which one mode dominates."""
HOPS: Final = 4
"""Hopping: changes of the dominant mode in the window. Otherwise it is collapsed."""
CLUMP: Final = 0.4
"""Hopping and collapsed: radius of the fakes over that of the data."""
RESTLESS: Final = 8.0
"""Hopping: way of a clump in the window, in radii of the data."""
CREEPING: Final = 1.5
"""Slow: way in the window, in radii of the data,"""
AHEAD: Final = 0.7
"""and D's accuracy: it is G that is slow. (A D that is fooled leaves G where it collapsed.)"""
GOOD: Final = 0.5
"""Slow: share of samples of high quality. Where there are as many, and modes are missing all the
same, they are left out."""
FALLING: Final = 0.05
"""Slow: share of itself by which a distance falls in the window, at least."""


@dataclass(frozen=True)
class Evidence:
    """The measured numbers; NaN where something has not been measured, or makes no sense.

    Those of the window are of its last `WINDOW` iterations, or of fewer at the beginning.

    Attributes
    ----------
    finite
        1 while all numbers are, 0 once one is not.
    looks
        Looks in the window.
    modes, covered
        Modes of the data (0: they have none), and those covered (`gan_core.metrics.modes`).
    high_quality
        Share of samples within 3σ of their nearest centre.
    dominant
        Share of the samples whose nearest mode is the most frequent one; the mean of the window.
    dominated
        Share of the window's looks at which one mode held at least `DOMINANT` of the samples.
    hops
        Changes of the dominant mode in the window.
    all_hops, visited
        Over the whole run: such changes, and modes that have dominated.
    spread
        Radius of the fakes (root mean square distance from their mean) over that of the data.
    speed
        The way that a fake has gone in the window, in radii of the data per 500 iterations.
    outside
        Share of the fakes outside twice the square, or the line, that is shown.
    w1, w1_floor
        Wasserstein-1 distance to the data, and what fresh real samples score.
    w1_change
        By which share of itself that distance changed in the window; negative where it fell.
    js, js_floor, js_change
        The same for the Jensen-Shannon divergence.
    score
        The larger of D's mean outputs on real and on generated samples, in size.
    accuracy
        Share of its samples that D tells right, over the last iterations.
    gradient
        Norm of the gradient of G's cost in G's parameters, over the last iterations.
    """

    finite: float = 1.0
    looks: float = 0.0
    modes: float = 0.0
    covered: float = math.nan
    high_quality: float = math.nan
    dominant: float = math.nan
    dominated: float = math.nan
    hops: float = 0.0
    all_hops: float = 0.0
    visited: float = 0.0
    spread: float = math.nan
    speed: float = math.nan
    outside: float = math.nan
    w1: float = math.nan
    w1_floor: float = math.nan
    w1_change: float = math.nan
    js: float = math.nan
    js_floor: float = math.nan
    js_change: float = math.nan
    score: float = math.nan
    accuracy: float = math.nan
    gradient: float = math.nan


EVIDENCE: Final = tuple(item.name for item in fields(Evidence))


SCATTER: Final = 0.02
"""Of itself: what a distance scatters by at least, from one measurement to the next."""
TINY: Final = 1e-12


@lru_cache(maxsize=64)
def size(data: DataSet) -> tuple[Array, float]:
    """Return the mean of the data, (dim,), and their radius: root mean square distance from it."""
    x = data.sample(5000, np.random.default_rng(4)).astype(np.float64)
    return x.mean(0), radius(x)


def radius(x: Array) -> float:
    """Return the root mean square distance of points, (n, dim), from their mean."""
    return float(np.sqrt(((x - x.mean(0)) ** 2).sum(1).mean())) if len(x) else math.nan


def gather(
    seen: Looks,
    data: DataSet,
    history: Array,
    metrics: Array,
    floors: tuple[float, float],
    *,
    diverged: bool = False,
) -> Evidence:
    """Collect the evidence of one GAN.

    Parameters
    ----------
    seen
        What the looks saw.
    data
        What it is to learn.
    history
        Its last iterations, rows of `HISTORY_COLUMNS`.
    metrics
        What was measured so far, rows of `METRIC_COLUMNS`; a trend needs more than one.
    floors
        What fresh real samples score in JS and in W₁.
    diverged
        Whether a number is not finite any more.
    """
    m, rows = len(data.centres), seen.recent
    rows = rows[rows[:, 0] > rows[-1, 0] - WINDOW] if len(rows) else rows
    found: dict[str, float] = {
        "finite": float(not diverged),
        "looks": float(len(rows)),
        "modes": float(m),
        "all_hops": float(seen.wandering.hops),
        "visited": float(len(seen.wandering.visited)),
        "js_floor": floors[0],
        "w1_floor": floors[1],
    }
    if len(rows):
        found |= _motion(seen, data) | (_modes(rows) if m > 1 else {})
    if len(metrics):
        last = dict(zip(METRIC_COLUMNS, metrics[-1], strict=True))
        found |= {name: float(last[name]) for name in ("covered", "high_quality", "js", "w1")}
        found |= {f"{name}_change": _change(metrics, name) for name in ("w1", "js")}
    if len(history):
        mean = dict(zip(HISTORY_COLUMNS, history.mean(0), strict=True))
        found |= {"accuracy": mean["accuracy"], "gradient": mean["gradient_norm"]}
        found["score"] = max(abs(mean["d_real"]), abs(mean["d_fake"]))
    return Evidence(**found)


def _modes(rows: Array) -> dict[str, float]:
    shares = rows[:, len(looks.COLUMNS) :]
    held = shares.max(1) >= DOMINANT
    which = shares.argmax(1)[held]
    return {
        "dominant": float(shares.max(1).mean()),
        "dominated": float(held.mean()),
        "hops": float((np.diff(which) != 0).sum()),
    }


def _motion(seen: Looks, data: DataSet) -> dict[str, float]:
    (_, reach), fake, rows = size(data), seen.last, seen.recent
    fake = fake[np.isfinite(fake).all(1)]
    rows = rows[rows[:, 0] >= rows[-1, 0] - WINDOW]
    span = float(rows[-1, 0] - rows[0, 0])
    way = float(rows[-1, 2] - rows[0, 2])
    away = (np.abs(fake) > 2 * data.extent).any(1).sum() + len(seen.last) - len(fake)
    return {
        "speed": way / reach * WINDOW / span if span else math.nan,
        "spread": radius(fake) / reach,
        "outside": float(away / len(seen.last)),
    }


def _change(metrics: Array, name: str) -> float:
    """Return the relative change of a distance in the window: the slope of a straight line.

    Twice its standard error is taken off, towards zero: what is left is no noise.
    """
    rows = metrics[metrics[:, 0] >= metrics[-1, 0] - WINDOW]
    if len(rows) < 2:  # so fast that the window holds one measurement: it and the one before
        rows = metrics[-2:]
    if len(rows) < 2:
        return math.nan
    y = rows[:, METRIC_COLUMNS.index(name)]
    t = (rows[:, 0] - rows[:, 0].mean()) / WINDOW
    slope = float(t @ y / (t @ t))
    left = y - y.mean() - slope * t
    scatter = max(SCATTER * y.mean(), math.sqrt(left @ left / max(1, len(rows) - 2)))
    noise = 2 * scatter / math.sqrt(t @ t)
    return math.copysign(max(0.0, abs(slope) - noise), slope) / max(float(y.mean()), TINY)


Reasons = tuple[tuple[str, float, float], ...]
"""What decided: name of the number, its value, its threshold."""
NONE: Final[Mapping[str, float]] = {}


@dataclass(frozen=True)
class Diagnosis:
    """A verdict and why.

    Attributes
    ----------
    verdict
        One of `VERDICTS`.
    evidence
        All that was measured.
    reasons
        What decided: name of the number, its value, its threshold.
    """

    verdict: str
    evidence: Evidence
    reasons: Reasons = ()

    @property
    def rows(self) -> Array:
        """The evidence, (len(EVIDENCE), 2): the number, and its threshold where it decided."""
        limits = {name: limit for name, _, limit in self.reasons}
        rows = [(value, limits.get(name, math.nan)) for name, value in vars(self.evidence).items()]
        return np.array(rows)


UNKNOWN: Final = Diagnosis("unknown", Evidence())


def diagnose(e: Evidence) -> Diagnosis:
    """Judge the evidence by the first rule that holds."""
    for verdict, rule in RULES:
        if (reasons := rule(e)) is not None:
            return Diagnosis(verdict, e, reasons)
    return Diagnosis("unknown", e)


def _all(
    e: Evidence, *, least: Mapping[str, float] = NONE, most: Mapping[str, float] = NONE
) -> Reasons | None:
    """Return the reasons if each number is within its bound; None otherwise."""
    low = all(getattr(e, name) >= bound for name, bound in least.items())
    high = all(getattr(e, name) <= bound for name, bound in most.items())
    if not (low and high):
        return None
    return tuple((name, getattr(e, name), bound) for name, bound in [*least.items(), *most.items()])


def _not_finite(e: Evidence) -> Reasons | None:
    return _all(e, most={"finite": 0.0})


def _astray(e: Evidence) -> Reasons | None:
    return _all(e, least={"outside": ASTRAY})


def _exploded(e: Evidence) -> Reasons | None:
    return _all(e, least={"score": UNBOUND, "gradient": EXPLODED})


def _too_early(e: Evidence) -> Reasons | None:
    if math.isnan(e.w1):
        return ()
    return _all(e, most={"looks": SOONEST - 1.0})


def _covering(e: Evidence) -> Reasons | None:
    if e.modes > 1:
        return _all(e, least={"covered": _enough(e)})
    return _all(e, most={"w1": NEAR * e.w1_floor})


def _starved(e: Evidence) -> Reasons | None:
    return _all(e, least={"accuracy": CERTAIN, "w1": FAR * e.w1_floor}, most={"gradient": WEAK})


def _hopping(e: Evidence) -> Reasons | None:
    return _all(e, least={"dominated": HELD, "hops": HOPS})


def _travelling(e: Evidence) -> Reasons | None:
    return _all(e, least={"speed": RESTLESS}, most={"spread": CLUMP})


def _creeping(e: Evidence) -> Reasons | None:
    creeps = _all(e, least={"accuracy": AHEAD}, most={"speed": CREEPING})
    return None if creeps is None else (*_lacking(e), *creeps)


def _frozen(e: Evidence) -> Reasons | None:
    return _all(e, least={"dominated": HELD}, most={"hops": HOPS - 1.0})


def _falling(e: Evidence) -> Reasons | None:
    # near the data W₁ is mostly noise, and far from them JS does not change
    far = e.w1 > NEAR * e.w1_floor
    for name in ("w1_change", "js_change") if far else ("js_change",):
        if falls := _all(e, most={name: -FALLING}):
            return (*_lacking(e), *falls)
    return None


def _clumped(e: Evidence) -> Reasons | None:
    return _all(e, most={"spread": CLUMP, "speed": RESTLESS})


def _missing(e: Evidence) -> Reasons | None:
    return _all(e, least={"high_quality": GOOD}, most={"covered": _enough(e) - 1.0})


def _unfinished(e: Evidence) -> Reasons | None:
    if e.modes > 1:
        return _all(e, most={"covered": _enough(e) - 1.0, "high_quality": GOOD})
    return _all(e, least={"w1": NEAR * e.w1_floor})


def _enough(e: Evidence) -> float:
    """Return how many modes have to be covered."""
    return float(math.ceil(COVERED * e.modes)) if math.isfinite(e.modes) else math.nan


def _lacking(e: Evidence) -> Reasons:
    """Return what is missing for health."""
    if e.modes > 1:
        return (("covered", e.covered, _enough(e) - 1.0),)
    return (("w1", e.w1, NEAR * e.w1_floor),)


RULES: Final = (
    ("diverged", _not_finite),
    ("diverged", _astray),
    ("unknown", _too_early),
    ("healthy", _covering),
    ("saturated", _starved),
    ("diverged", _exploded),
    ("hopping", _hopping),
    ("slow", _creeping),
    ("collapsed", _frozen),
    ("hopping", _travelling),
    ("slow", _falling),
    ("collapsed", _clumped),
    ("collapsed", _missing),
    ("slow", _unfinished),
)
"""Verdicts and what has to hold for them, in order."""

"""How often the diagnosis is right: its verdicts against labels that look at far more.

``python dev.py bench diagnosis [--tuning] [--json]``: plays runs of many settings and seeds, asks
`gan_core.diagnosis` at one moment of each, and compares with a label that needs the whole run: the
iterations before and long after that moment, and 10,000 samples where the diagnosis has what the
live view has. Prints the confusion table; exits with 1 below 90 %.

The test runs (the default) differ from the tuning runs, on which the thresholds were set, in seeds,
data, networks, learning rates or games. A run whose label is not clear by these definitions has
none and does not count; how many there are is reported.

The labels, in this order; T is the moment asked, m the number of modes:

diverged   a number is not finite at T; or more than half of 10,000 samples lie outside twice the
           shown square at T and at each of four later looks, 500 iterations apart; or the scores
           of a critic spread over more than five radii of the data, which no slope of one allows,
           and over a third more 2,000 iterations later
healthy    at T and at each of those looks, at least 85 % of the modes are covered by 10,000
           samples; where there are fewer than two, W₁ of 1,000 samples is at most 2.5 times that of
           real ones
saturated  the slope of G's cost in D's logit is at most 0.05 in the mean, W₁ is at least three
           times its floor, and changes by less than a tenth in the next 1,000 iterations
hopping    from T - 1,000 to T + 2,000, every 25 iterations and with 2,000 fresh samples: a mode
           holds 80 % of them at 75 % of the looks, that mode changes at least 40 times, and six
           modes (or three quarters of fewer) have dominated. Without modes, eight landmarks of the
           data are taken for them
slow       none of these, but until T + 2,000 + 4 T the distance W₁ falls, at each of four looks,
           and by 30 % or more in all; or the run is healthy then
collapsed  a mode holds 80 % at 75 % of those looks and changes at most 12 times; or at most 70 % of
           the modes are covered at T and at those looks, though half of the samples are of high
           quality, and W₁ stays above 80 % of that at T until then
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import multiprocessing
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from scipy.cluster.vq import kmeans2

from gan_core.data import DataSet
from gan_core.diagnosis import VERDICTS, size
from gan_core.experiment import Experiment
from gan_core.metrics.modes import Wandering, coverage, nearest
from gan_core.metrics.transport import wasserstein
from gan_core.settings import Settings

RIGHT = 0.9
SAMPLES, FRESH, PAIRED = 10_000, 2000, 1000
LOOK, BEFORE, AFTER, APART = 25, 1000, 2000, 500
LANDMARKS = 8

Changes = Mapping[str, str | float]


@dataclass(frozen=True)
class Case:
    """Settings, the seeds, and when the diagnosis is asked."""

    name: str
    changes: Changes
    seeds: tuple[int, ...]
    at: int
    every: int = 100
    """Iterations between two measurements."""


@dataclass
class Facts:
    """What the label rests on."""

    finite: bool = True
    outside: list[float] = field(default_factory=list)
    covered: list[int] = field(default_factory=list)
    w1: list[float] = field(default_factory=list)
    late_w1: list[float] = field(default_factory=list)
    late_covered: int = 0
    quality: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    slope: float = math.nan
    dominance: float = 0.0
    hops: int = 0
    visited: int = 0


class Judge:
    """Follows one run with samples of its own."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment, self.data = experiment, experiment.settings.data
        self.facts = Facts()
        self.wandering = Wandering()
        rng = np.random.default_rng(experiment.settings.seed + 10_000)
        latent = experiment.settings.latent
        self._z = latent.sample(SAMPLES, rng)
        self._fresh = latent.sample(FRESH, rng)
        self._real = self.data.sample(PAIRED, rng)
        self._places = self.data.centres if len(self.data.centres) > 1 else landmarks(self.data)

    def fake(self, z: np.ndarray) -> np.ndarray:
        """Return G(z)."""
        return self.experiment._observer.fake(z)

    def wander(self, until: int) -> None:
        """Play on and note which mode dominates."""
        while self.experiment.iteration < until and self.experiment.status == "ok":
            self.experiment.step(LOOK)
            self.look()

    def look(self) -> None:
        """Note which mode dominates now."""
        fake = self.fake(self._fresh)
        which, _ = nearest(fake[np.isfinite(fake).all(1)], self._places)
        self.wandering.look(np.bincount(which, minlength=len(self._places)) / FRESH)

    def measure(self) -> None:
        """Measure with many samples."""
        fake, facts = self.fake(self._z), self.facts
        outside = ~(np.abs(fake) <= 2 * self.data.extent).all(1)
        facts.outside.append(float(outside.mean()))
        facts.covered.append(self._covered(fake))
        if len(self.data.centres):
            found = coverage(fake, self.data.centres, self.data.spread)
            facts.quality.append(found.high_quality)
        if self.experiment.settings.game.scores and np.isfinite(fake).all():
            observer = self.experiment._observer
            scores = [observer.score(observer._packed(x)) for x in (fake, self._real)]
            facts.scores.append(float(np.concatenate(scores).std()))
        facts.w1.append(wasserstein(fake[:PAIRED], self._real))

    def _covered(self, fake: np.ndarray) -> int:
        data = self.data
        if not len(data.centres):
            return 0
        return coverage(fake, data.centres, data.spread, data.weights).covered

    def slope(self) -> float:
        """Return the mean size of the slope of G's cost in D's logit."""
        observer, game = self.experiment._observer, self.experiment.settings.game
        logits = observer._judge(observer._packed(self.fake(self._fresh)))
        return float(game.g_slope(logits).abs().mean())

    def follow(self, at: int) -> Facts:
        """Play on from `at`, and return what it takes to name the run."""
        experiment, facts = self.experiment, self.facts
        facts.finite = experiment.status == "ok"
        if facts.finite:
            facts.slope = self.slope()
            self.measure()
            for k in range(1, AFTER // APART + 1):
                self.wander(at + k * APART)
                self.measure()
        facts.dominance = self.wandering.dominance
        facts.hops, facts.visited = self.wandering.hops, len(self.wandering.visited)
        if facts.finite and not self.early():
            for k in range(1, 5):
                self.play(at + AFTER + k * at)
                facts.late_w1.append(wasserstein(self.fake(self._z[:PAIRED]), self._real))
            facts.late_covered = self._covered(self.fake(self._z))
        return facts

    def play(self, until: int) -> None:
        """Play on."""
        if until > self.experiment.iteration:
            self.experiment.step(until - self.experiment.iteration)

    def label(self) -> str:
        """Return what the run is by the definitions above; empty if none holds."""
        return self.early() or self.late()

    def early(self) -> str:
        """Return the label, if it does not need the long continuation."""
        facts, m = self.facts, len(self.data.centres)
        floor = floor_of(self.data)
        places = len(self._places)
        fine = m if m > 1 else 0
        if not facts.finite or min(facts.outside) > 0.5:
            return "diverged"
        if not math.isfinite(sum(facts.w1)):
            return ""  # it diverges later: what it was at T is not clear
        if fine and min(facts.covered) >= 0.85 * m:
            return "healthy"
        if not fine and max(facts.w1) <= 2.5 * floor:
            return "healthy"
        wide = facts.scores and facts.scores[0] > 5 * size(self.data)[1]
        if wide and facts.scores[-1] > 4 / 3 * facts.scores[0]:
            return "diverged"
        still = abs(facts.w1[2] - facts.w1[0]) < 0.1 * facts.w1[0]
        if facts.slope <= 0.05 and facts.w1[0] >= 3 * floor and still:
            return "saturated"
        held = facts.dominance >= 0.75
        if held and facts.hops >= 40 and facts.visited >= min(6, math.ceil(0.75 * places)):
            return "hopping"
        return ""

    def late(self) -> str:
        """Return the label that follows from the continuation."""
        facts, m = self.facts, len(self.data.centres)
        if not facts.late_w1 or not math.isfinite(sum(facts.w1 + facts.late_w1)):
            return ""
        held = facts.dominance >= 0.75
        course = [facts.w1[0], *facts.late_w1]
        falls = all(new < old for old, new in itertools.pairwise(course))
        if (falls and course[-1] <= 0.7 * course[0]) or self._arrives(floor_of(self.data)):
            return "slow"
        stays = not course[-1] <= 0.8 * course[0]
        missing = m > 1 and max(facts.covered) <= 0.7 * m and min(facts.quality) >= 0.5
        if (held and facts.hops <= 12) or (missing and not held and stays):
            return "collapsed"
        return ""

    def _arrives(self, floor: float) -> bool:
        m = len(self.data.centres)
        if m > 1:
            return self.facts.late_covered >= 0.85 * m
        return self.facts.late_w1[-1] <= 2.5 * floor


@lru_cache(maxsize=16)
def landmarks(data: DataSet) -> np.ndarray:
    """Return places that stand for modes where the data have none."""
    x = data.sample(SAMPLES, np.random.default_rng(5)).astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(kmeans2(x, LANDMARKS, minit="++", seed=5)[0])


@lru_cache(maxsize=16)
def floor_of(data: DataSet) -> float:
    """Return W₁ of 1,000 real samples against 1,000 others."""
    rng = np.random.default_rng(6)
    draws = [wasserstein(data.sample(PAIRED, rng), data.sample(PAIRED, rng)) for _ in range(3)]
    return float(np.mean(draws))


def ask(job: tuple[Case, int]) -> dict[str, Any]:
    """Play one run: the verdict at its moment, and its label."""
    torch.set_num_threads(1)
    case, seed = job
    began = time.perf_counter()
    experiment = Experiment(Settings().with_changes({**case.changes, "seed": seed}))
    judge = Judge(experiment)
    while experiment.iteration < case.at and experiment.status == "ok":
        until = min(case.at, (experiment.iteration // case.every + 1) * case.every)
        while experiment.iteration < until and experiment.status == "ok":
            experiment.step(min(LOOK, until - experiment.iteration))
            if experiment.iteration >= case.at - BEFORE:
                judge.look()
        if experiment.status == "ok":
            experiment.measure()
    told = experiment.diagnosis
    facts = judge.follow(case.at)
    return {
        "case": case.name,
        "seed": seed,
        "label": judge.label(),
        "verdict": told.verdict,
        "why": [[name, round(value, 4), limit] for name, value, limit in told.reasons],
        "evidence": vars(told.evidence),
        "facts": vars(facts),
        "seconds": round(time.perf_counter() - began, 1),
    }


HOP: Changes = {"d_optimizer.lr": 1e-4}
SGD: Changes = {
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.05,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.05,
}
FAR: Changes = {"data": "gaussian", "game": "minimax", "pretrain": 500, **SGD}


def rates(g: float, d: float) -> dict[str, float]:
    """Return both learning rates as changes."""
    return {"g_optimizer.lr": g, "d_optimizer.lr": d}


A, B = (101, 102), (201, 202, 203)

TUNING = (
    Case("healthy", {}, (1, 2, 3), 3000),
    Case("healthy, early", {}, (1, 2, 3), 500, every=50),
    Case("healthy, fast clock", {}, (4, 5), 4000, every=2000),
    Case("hop", HOP, (1, 2, 3), 2500),
    Case("hop, fast G", {**HOP, "g_optimizer.lr": 5e-3}, (1, 2, 3), 2500),
    Case("hop, minimax", {**HOP, "game": "minimax"}, (1, 2), 2500),
    Case("hop, least squares", {**HOP, "game": "least-squares"}, (1, 2), 2500),
    Case("frozen", rates(1e-2, 2e-5), (1, 2, 3, 4), 2500),
    Case("frozen, both slow", rates(1e-4, 1e-5), (1, 2, 3), 3000),
    Case("fast G", rates(2e-2, 1e-3), (1, 2), 2500),
    Case("saturate", FAR, (1, 2, 3), 800),
    Case("saturate, cured", {**FAR, "game": "non-saturating"}, (1, 2), 800),
    Case("unfrozen", {"update": "unfrozen-d", "d_optimizer.lr": 2e-4}, (1, 2), 1500),
    Case("critic unbound", {"game": "wasserstein"}, (1, 2, 3), 1500),
    Case("huge rates", rates(1.0, 1.0), (1, 2), 600),
    Case("huge, SGD", {**SGD, **rates(1.0, 1.0), "game": "least-squares"}, (1, 2), 600),
    Case("slow", rates(3e-5, 3e-5), (1, 2, 3), 1500),
    Case("slow, less", rates(1e-4, 2e-4), (1, 2, 3), 1500),
    Case("grid", {"data": "grid"}, (1, 2), 3000),
    Case("grid, slow", {"data": "grid", **rates(3e-5, 3e-5)}, (1, 2), 1500),
    Case("moons", {"data": "two-moons"}, (1, 2), 3000),
    Case("moons, hop", {"data": "two-moons", **HOP}, (1, 2), 2500),
    Case("moons, slow", {"data": "two-moons", **rates(3e-5, 3e-5)}, (1, 2), 1500),
    Case("momentum", {"g_optimizer.beta1": 0.9, "d_optimizer.beta1": 0.9}, (1, 2, 3), 2500),
    Case("clip", {"game": "wasserstein", "constraint": "weight-clipping"}, (1, 2), 2000),
)
TEST = (
    Case(
        "ring of 10, slow D", {"data.modes": 10, "data.radius": 2.0, **rates(1e-3, 1.3e-4)}, A, 2200
    ),
    Case("two Gaussians, slow D", {"data": "two-gaussians", **rates(1e-3, 1e-4)}, A, 2000),
    Case("grid of 9, slow D", {"data": "grid", "data.side": 3, **rates(2e-3, 1e-4)}, A, 2500),
    Case("hinge, slow D", {"game": "hinge", "generator.layers": 3, **rates(1e-3, 7e-5)}, A, 2400),
    Case("tanh, slow D", {"generator.activation": "tanh", **rates(2e-3, 1e-4)}, A, 2300),
    Case(
        "on a line, slow D",
        {"data": "mixture-1d", "latent": "uniform", **rates(1e-3, 8e-5)},
        A,
        2000,
    ),
    Case("circle, slow D", {"data": "circle", **rates(2e-3, 1e-4)}, A, 2000),
    Case("ring of 6, frozen D", {"data.modes": 6, **rates(8e-3, 1e-5)}, B, 2600),
    Case("grid, frozen D", {"data": "grid", **rates(5e-3, 1e-5)}, A, 2500),
    Case("two Gaussians, frozen D", {"data": "two-gaussians", **rates(5e-3, 1e-5)}, A, 2000),
    Case("ring of 10, frozen D", {"data.modes": 10, **rates(1e-2, 1.5e-5)}, A, 2400),
    Case("small G", {"generator.layers": 1, "generator.width": 3, "data.modes": 12}, A, 2500),
    Case("two far Gaussians", {**FAR, "data": "two-gaussians", "pretrain": 900}, A, 700),
    Case("far Gaussian, slower", {**FAR, **rates(0.02, 0.04), "pretrain": 800}, A, 900),
    Case("far Gaussian, wide D", {**FAR, "discriminator.width": 128}, A, 600),
    Case("unfrozen, moons", {"data": "two-moons", "update": "unfrozen-d"}, A, 1500),
    Case(
        "critic unbound, grid",
        {"data": "grid", "game": "wasserstein", **rates(2e-3, 2e-3)},
        A,
        1500,
    ),
    Case("least squares, huge", {**SGD, **rates(0.9, 0.9), "game": "least-squares"}, A, 500),
    Case("players swapped", {"game": "flipped-wasserstein"}, A, 1500),
    Case("two Gaussians, slow", {"data": "two-gaussians", **rates(2e-5, 2e-5)}, A, 1500),
    Case("grid, early", {"data": "grid"}, (301, 302), 600),
    Case("spiral, slow", {"data": "spiral", **rates(4e-5, 8e-5)}, A, 1600),
    Case("ring of 5, early", {"data.modes": 5, "data.radius": 1.5, **rates(2e-4, 4e-4)}, A, 600),
    Case("ring of 6", {"data.modes": 6, "data.radius": 1.5}, A, 3000),
    Case("two Gaussians", {"data": "two-gaussians"}, A, 2500),
    Case("hinge", {"game": "hinge"}, A, 3000),
    Case("R1, grid", {"data": "grid", "constraint": "r1"}, (303, 304), 3500),
    Case(
        "gradient penalty",
        {
            "game": "wasserstein",
            "constraint": "gradient-penalty",
            "constraint.weight": 0.1,
            "update.d_steps": 5,
        },
        A,
        1500,
    ),
    Case("moons", {"data": "two-moons", "generator.activation": "leaky-relu"}, A, 4000),
    Case("on a line", {"data": "mixture-1d", "latent": "uniform"}, A, 3000),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="the runs of the thresholds")
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases: tuple[Case, ...] = TUNING if options.tuning else TEST
    jobs = [(case, seed) for case in cases if options.only in case.name for seed in case.seeds]
    with multiprocessing.get_context("spawn").Pool(min(2, os.cpu_count() or 1)) as pool:
        rows = []
        for row in pool.imap(ask, jobs):
            rows.append(row)
            mark = " " if row["label"] in ("", row["verdict"]) else "!"
            print(
                mark, row["case"], row["seed"], row["label"] or "-", row["verdict"], file=sys.stderr
            )
    labelled = [row for row in rows if row["label"]]
    right = sum(row["label"] == row["verdict"] for row in labelled)
    table = Counter((row["label"], row["verdict"]) for row in labelled)
    if options.json:
        print(json.dumps({"right": right, "of": len(labelled), "runs": rows}))
    else:
        show(table)
        print(f"{right} of {len(labelled)} right; {len(rows) - len(labelled)} runs without a label")
    if right < RIGHT * len(labelled):
        sys.exit(f"fewer than {RIGHT:.0%} are right")


def show(table: Mapping[tuple[str, str], int]) -> None:
    """Print the confusion table: labels down, verdicts across."""
    print(" " * 11 + "".join(f"{verdict:>10}" for verdict in VERDICTS))
    for label in VERDICTS[1:]:
        counts = (table.get((label, verdict), 0) for verdict in VERDICTS)
        print(f"{label:<11}" + "".join(f"{count or '·':>10}" for count in counts))


if __name__ == "__main__":
    main()

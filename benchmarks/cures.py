"""Measure what each cure of mode collapse does, over seeds.

``python dev.py bench cures [--only PATIENT/CURE ...] [--json]``: patients (Hop, a frozen collapse,
...) with the cures of `gan_core.cures`, from the beginning, over `SEEDS` seeds, as one batched
computation. Writes `assets/measured/cures.json`, which the collapse clinic shows; with ``--only``
the other rows stay as they are.

Of each row: modes covered, share of high quality and W₁ at the end; over the last `LATE` iterations
the share of looks at which one mode dominates, and its hops; the verdicts of `gan_core.diagnosis`
at the end; the way that a sample has travelled, and gradient and costs of the last iterations. All
as median, least and most; `each` lists the modes covered seed by seed. `time` is how many times as
long an iteration of the live experiment takes as without the cure: CPU time of one thread, the
median of interleaved rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gan_core.crowd import Chunk
from gan_core.cures import CURES
from gan_core.diagnosis import VERDICTS
from gan_core.experiment import Experiment
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS
from gan_core.metrics import looks
from gan_core.metrics.modes import DOMINANT
from gan_core.presets import PRESETS
from gan_core.settings import Settings

FILE = Path(__file__).resolve().parents[1] / "assets" / "measured" / "cures.json"
PATIENTS = {
    "hop": ("none", *CURES),
    "patient-b": ("none", "fast-d", "unrolled", "minibatch", "packing", "average"),
    "momentum": ("none", "fast-d"),
    "healthy": ("none",),
    "patient-c": ("none",),
}
"""What is tried on whom."""
SEEDS, STEPS, LATE = 8, 3000, 1000
EVERY = 250
"""Iterations between two measurements: the diagnosis wants to see a trend."""
ROUNDS, TIMED = 5, 60
"""Interleaved rounds of a timing, and iterations in each."""


def treated(patient: str, cure: str) -> Settings:
    """Return a patient's settings with a cure; "none" is none."""
    settings = PRESETS[patient].settings
    return settings if cure == "none" else CURES[cure].apply(settings)


def outcome(settings: Settings) -> dict[str, Any]:
    """Play seeds 0, 1, ... and return what became of them."""
    chunk = Chunk(settings.with_changes({"seed": 0}), SEEDS)
    while chunk.iteration < STEPS and chunk.status == "ok":
        chunk.step(EVERY)
        for i in range(SEEDS):
            chunk.measure_member(i)
    members, seen = chunk.outcomes(), chunk.everyones_looks
    late = [_late(one.recent) for one in seen]
    last, metrics = chunk._recents.mean(0), [one.rows for one in chunk._everyones_metrics]
    numbers = {
        "modes": [one.covered for one in members],
        "high_quality": [one.high_quality for one in members],
        "w1": [rows[-1, METRIC_COLUMNS.index("w1")] for rows in metrics],
        "dominance": [dominance for dominance, _ in late],
        "hops": [hops for _, hops in late],
        "travelled": [one.travelled for one in seen],
        "gradient": last[:, HISTORY_COLUMNS.index("gradient_norm")],
        "d_cost": last[:, HISTORY_COLUMNS.index("d_cost")],
        "g_cost": last[:, HISTORY_COLUMNS.index("g_cost")],
    }
    spans = {name: _span(values) for name, values in numbers.items()}
    verdicts = Counter(VERDICTS[one.verdict] for one in members)
    return spans | {
        "each": [int(np.nan_to_num(one.covered)) for one in members],
        "verdicts": dict(verdicts),
    }


def _late(rows: np.ndarray) -> tuple[float, float]:
    """Return the share of the late looks at which a mode dominates, and the hops among them."""
    shares = rows[rows[:, 0] > STEPS - LATE, len(looks.COLUMNS) :]
    held = shares.max(1) >= DOMINANT
    return float(held.mean()), float((np.diff(shares.argmax(1)[held]) != 0).sum())


def _span(values: Iterable[float]) -> list[float]:
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return [0.0, 0.0, 0.0]
    return [round(float(one), 4) for one in (statistics.median(known), min(known), max(known))]


def relative_time(settings: Settings, base: Settings) -> float:
    """Return how many times as long an iteration takes under some settings as under others."""
    both = [Experiment(one) for one in (settings, base)]
    ratios = []
    for _ in range(ROUNDS):
        seconds = []
        for one in both:
            start = time.process_time()
            one.step(TIMED)
            seconds.append(time.process_time() - start)
        ratios.append(seconds[0] / seconds[1])
    return round(statistics.median(ratios), 2)


def write(patient: str, cure: str, row: dict[str, Any]) -> dict[str, Any]:
    """Put a row into the file; return all of it."""
    old = json.loads(FILE.read_text("utf-8"))["patients"] if FILE.is_file() else {}
    found = {
        key: {**old.get(key, {}), **({cure: row} if key == patient else {})} for key in PATIENTS
    }
    report = {
        "command": "python dev.py bench cures",
        "seeds": SEEDS,
        "steps": STEPS,
        "late": LATE,
        "patients": {
            key: {one: found[key][one] for one in tried if one in found[key]}
            for key, tried in PATIENTS.items()
        },
    }
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return report


def main() -> None:
    """Measure, write the file and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="PATIENT/CURE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    every = [f"{patient}/{cure}" for patient, tried in PATIENTS.items() for cure in tried]
    if unknown := set(options.only or ()) - set(every):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    report: dict[str, Any] = {}
    for name in every:
        if options.only is not None and name not in options.only:
            continue
        patient, cure = name.split("/")
        settings = treated(patient, cure)
        alone = 1.0 if cure == "none" else relative_time(settings, treated(patient, "none"))
        row = outcome(settings) | {"time": alone}
        print(name, json.dumps(row), file=sys.stderr, flush=True)
        report = write(patient, cure, row)
    if options.json:
        print(json.dumps(report))


if __name__ == "__main__":
    main()

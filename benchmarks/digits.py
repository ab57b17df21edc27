"""What the presets with pictures come to from zero, over seeds, and what the digit studio quotes.

``python dev.py bench digits [--only PART ...] [--presets KEY ...] [--seeds N] [--threads N]
[--json]``. The parts:

presets     each preset from zero: what its outcome names, FID, seconds; against `TARGETS`
dots        three-dots: share of pictures with exactly three dots after several lengths
company     8×8 digits: how much a picture of the same z changes with its neighbours
epsilon     8×8 digits: batch normalisation with ε 10⁻⁵ and 0.8 (the momentum in the wrong place)
range       8×8 digits in [0, 1] before a G that ends in tanh, and in [−1, 1]
labels      8×8 digits: both players told of the class, and G alone

Without ``--only`` everything is measured and assets/measured/digits.json is written, which the page
quotes; a part measured by itself takes its place there. `seconds` are wall time of the training
alone, `cpu` is processor time of all threads: only the former needs a calm machine. It exits with 1
if a preset misses its target.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from gan_core.frame import COMPANY_ROWS, HISTORY_COLUMNS
from gan_core.images.experiment import ImageExperiment
from gan_core.images.judging import judged
from gan_core.images.observer import ImageObserver
from gan_core.images.presets import IMAGE_PRESETS
from gan_core.images.run import SAMPLES, play_images
from gan_core.images.settings import ImageSettings
from gan_core.images.training import ImageTraining
from gan_core.networks.modules import Discriminator, build_discriminator, set_reference

FILE: Final = Path(__file__).resolve().parents[1] / "assets" / "measured" / "digits.json"
SEEDS: Final = 5
TARGETS: Final = {"digits-8x8": 15.0, "mnist-dcgan": 60.0}
"""Seconds within which the preset's outcome is to show, in at least `ENOUGH` seeds."""
ENOUGH: Final = 4
FEW: Final = 4
"""Pictures in a small batch."""
SHORT: Final = 1500
"""Iterations of the comparisons on 8×8 digits."""
LENGTHS: Final = (500, 1000, 2000, 4000)
"""Iterations after which dots are counted."""
METRICS: Final = ("confidence", "classes", "fid", "label_accuracy", "count")


def presets(seeds: int, keys: Sequence[str] = tuple(IMAGE_PRESETS)) -> dict[str, Any]:
    """Play presets from zero."""
    found = {}
    for preset in (IMAGE_PRESETS[key] for key in keys):
        rows = []
        for seed in range(seeds):
            start = time.process_time()
            outcome = play_images(ImageExperiment(preset.open({"seed": seed})), preset.steps)
            shown = all(bound.holds(outcome.numbers) for bound in preset.outcome)
            row = {"seed": seed, "shown": shown, "seconds": round(outcome.seconds, 1)}
            row["cpu"] = round(time.process_time() - start, 1)
            row |= _rounded({name: outcome.metrics[name] for name in METRICS})
            rows.append(row)
            _tell(preset.key, row)
        limit = TARGETS.get(preset.key)
        in_time = [row["shown"] and (limit is None or row["seconds"] <= limit) for row in rows]
        report: dict[str, Any] = {"steps": preset.steps, "threads": torch.get_num_threads()}
        report |= {"shown": sum(row["shown"] for row in rows)}
        found[preset.key] = report | {"of": seeds, "in_time": sum(in_time), "runs": rows}
    return found


def dots(seeds: int) -> dict[str, Any]:
    """Count the dots of three-dots while G learns."""
    preset = IMAGE_PRESETS["three-dots"]
    rows = []
    for seed in range(seeds):
        experiment = ImageExperiment(preset.open({"seed": seed}))
        row: dict[str, float] = {"seed": seed}
        for length in LENGTHS:
            experiment.step(length - experiment.iteration)
            row[str(length)] = round(experiment.measure(SAMPLES)["count"], 3)
        rows.append(row)
        _tell("dots", row)
    return {"lengths": _spread(rows, [str(length) for length in LENGTHS]), "runs": rows}


def company(seeds: int) -> dict[str, Any]:
    """Exchange the neighbours of one z: mean |Δ| in grey levels of [0, 1]; 64 of them, and few."""
    rows = []
    for seed in range(seeds):
        row: dict[str, float] = {"seed": seed}
        for changed in ({}, {"batch": FEW}):
            settings = _digits({"seed": seed, "generator.norm": "batch", **changed})
            experiment = ImageExperiment(settings)
            experiment.step(SHORT)
            changes = map(float, experiment.frame().company_change)
            found = dict(zip(COMPANY_ROWS, changes, strict=True))
            row |= {"few": found["train"]} if changed else found
        rows.append({name: round(number, 6) for name, number in row.items()})
        _tell("company", rows[-1])
    return {"change": _spread(rows, [*COMPANY_ROWS, "few"]), "runs": rows}


def epsilon(seeds: int) -> dict[str, Any]:
    """Play with the usual ε and with the famous one, in both players."""
    found = {}
    for eps in (1e-5, 0.8):
        changes = {"generator.norm": "batch", "discriminator.norm": "batch"}
        both = {f"{player}.norm_eps": eps for player in ("generator", "discriminator")}
        found[str(eps)] = _compared(f"epsilon {eps}", changes | both, seeds)
    return found


def unmatched_range(seeds: int) -> dict[str, Any]:
    """Play with data in [−1, 1], as G's tanh, and with data in [0, 1]."""
    return {
        "matched": _compared("matched", {}, seeds),
        "unmatched": _compared("unmatched", {}, seeds, Unmatched),
    }


def labels(seeds: int) -> dict[str, Any]:
    """Tell both players of the class, and G alone."""
    told = {"labels": "concat"}
    return {
        "both": _compared("both told", told, seeds),
        "g-only": _compared("G told", told, seeds, OnlyGTold),
    }


class Unmatched(ImageTraining):
    """A training whose data are in [0, 1], while G's pictures are in [−1, 1]."""

    @staticmethod
    @override
    def unit(images: Tensor) -> Tensor:
        return images.to(torch.float32).div_(255).unsqueeze(1)


class OnlyGTold(ImageTraining):
    """A training in which D is not told of the class."""

    @override
    def _discriminator(self, rng: np.random.Generator) -> Discriminator:
        s = self.settings
        module = build_discriminator(s.discriminator, s.images.shape, 0, rng)
        set_reference(module, self._reference()[0])
        return module


def _digits(changes: dict[str, Any]) -> ImageSettings:
    settings = IMAGE_PRESETS["digits-8x8"].settings
    return settings.with_changes(changes)


def _compared(
    name: str, changes: dict[str, Any], seeds: int, kind: type[ImageTraining] = ImageTraining
) -> dict[str, Any]:
    """Play 8×8 digits for a short time under some changes, and measure."""
    rows = []
    for seed in range(seeds):
        settings = _digits({**changes, "seed": seed})
        pictures = settings.images.load()
        training = kind(settings, pictures)
        training.step(SHORT)
        costs = training.history()[:, HISTORY_COLUMNS.index("d_cost")]
        row = judged(settings, SHORT, ImageObserver(training, pictures), SAMPLES).row
        measured = dict(
            zip(("classes", "confidence", "label_accuracy", "fid"), row[1:5], strict=True)
        )
        rows.append(
            {"seed": seed}
            | _rounded(
                measured | {"d_cost_first": costs[:20].mean(), "d_cost": costs[-100:].mean()}
            )
        )
        _tell(name, rows[-1])
    return {"mean": _spread(rows, [key for key in rows[0] if key != "seed"]), "runs": rows}


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the numbers that are some, rounded."""
    return {name: round(float(value), 4) for name, value in numbers.items() if np.isfinite(value)}


def _spread(rows: list[dict[str, Any]], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return mean, least and most of each column."""
    columns = {name: [row[name] for row in rows] for name in names}
    return {
        name: {
            "mean": round(statistics.fmean(column), 4),
            "low": round(min(column), 4),
            "high": round(max(column), 4),
        }
        for name, column in columns.items()
    }


def _tell(name: str, row: dict[str, Any]) -> None:
    print(name, row, file=sys.stderr, flush=True)


PARTS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {
    "presets": presets,
    "dots": dots,
    "company": company,
    "epsilon": epsilon,
    "range": unmatched_range,
    "labels": labels,
}


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    parser.add_argument("--presets", nargs="+", choices=IMAGE_PRESETS, default=list(IMAGE_PRESETS))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    parts = PARTS | {"presets": partial(presets, keys=options.presets)}
    report: dict[str, Any] = {}
    for part in options.only:
        report[part] = parts[part](options.seeds)
        if options.seeds == SEEDS:
            _keep(part, report[part])
    print(json.dumps(report, indent=None if options.json else 1))
    missed = [
        key
        for key in TARGETS
        if key in report.get("presets", {}) and report["presets"][key]["in_time"] < ENOUGH
    ]
    if missed:
        sys.exit(f"too slow, or not good enough: {', '.join(missed)}")


def _keep(part: str, found: dict[str, Any]) -> None:
    """Put a part into the file; of presets, those that were played."""
    kept: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
    kept[part] = kept.get(part, {}) | found
    FILE.write_text(
        json.dumps({key: kept[key] for key in PARTS if key in kept}, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()

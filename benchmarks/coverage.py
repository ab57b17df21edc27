"""How many modes each method reaches on the published ring and grid, over seeds.

``python dev.py bench coverage [--seeds N] [--methods KEY ...] [--data ring grid] [--steps N]
[--folder DIR] [--keep] [--json]``: trains every method from seeds 0..N−1 (default 10), draws 2,500
samples from each generator, and counts by the published definitions (`gan_core.metrics.modes`).

Each cell (method, data, seed) is a file in the folder, which is looked up before anything is
trained: an interrupted run goes on where it was. A cell counts for the very settings that it was
trained with; after a change of the training core itself take a new folder. ``--keep`` trains
nothing and tells what the folder holds.

With all methods and data the table is written to assets/measured/coverage.json, which pages show,
and between the marks of docs/coverage.md. Seconds are those of one core: other work on the machine
makes a run longer, but its processor time little.

It exits with 1 if ten seeds of a best recipe fall short of `BOUNDS`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gan_core.experiment import Experiment
from gan_core.metrics.modes import SAMPLES, Coverage, coverage
from gan_core.presets import PRESETS
from gan_core.run import play
from gan_core.settings import Settings
from gan_core.streams import MEASURED, stream

ROOT = Path(__file__).resolve().parent.parent
REPORT, DOCS = ROOT / "assets/measured/coverage.json", ROOT / "docs/coverage.md"

SEEDS = 10
STEPS = 5000
"""Iterations of every method but the best recipes: updates of G."""

DATA: dict[str, dict[str, object]] = {
    "ring": {"data": "ring", "data.modes": 8, "data.radius": 1.0, "data.sigma": 0.01},
    "grid": {"data": "grid", "data.side": 5, "data.spacing": 2.0, "data.sigma": 0.05},
}
"""The data of Srivastava et al. 2017 (VEEGAN), §5.1, and Lin et al. 2018 (PacGAN), §4.1."""

COMMON: dict[str, object] = {
    **{"latent": "gaussian", "latent.dim": 2, "batch": 128},
    **{"generator.layers": 2, "generator.width": 128, "generator.activation": "relu"},
    **{"discriminator.layers": 2, "discriminator.width": 128},
    "discriminator.activation": "leaky-relu",
}
"""What all methods share but the best recipes."""


def adam(g: float, d: float, beta1: float, beta2: float) -> dict[str, object]:
    """Return both players' Adam."""
    rates = {"g_optimizer.lr": g, "d_optimizer.lr": d}
    each = {"beta1": beta1, "beta2": beta2}
    betas = {f"{player}_optimizer.{name}": v for player in "gd" for name, v in each.items()}
    return {"g_optimizer": "adam", "d_optimizer": "adam", **rates, **betas}


RMSPROP = {
    f"{player}_optimizer{name}": value
    for player in "gd"
    for name, value in {"": "rmsprop", ".lr": 5e-4, ".decay": 0.99}.items()
}
PACGAN = adam(1e-3, 1e-3, 0.8, 0.999)
METHODS: dict[str, dict[str, object]] = {
    "gan": {**PACGAN},
    "unrolled": {**adam(1e-3, 1e-4, 0.5, 0.999), "update": "unrolled", "update.unroll": 5},
    "minibatch": {**PACGAN, "features": "minibatch"},
    "packed-2": {**PACGAN, "pack": 2},
    "packed-3": {**PACGAN, "pack": 3},
    "packed-4": {**PACGAN, "pack": 4},
    "wgan": {
        **RMSPROP,
        **{"game": "wasserstein", "constraint": "weight-clipping", "constraint.clip": 0.01},
        "update.d_steps": 5,
    },
    "wgan-gp": {
        **adam(1e-3, 1e-3, 0.5, 0.9),
        **{"game": "wasserstein", "constraint": "gradient-penalty", "constraint.weight": 0.1},
        "update.d_steps": 5,
    },
    "spectral-hinge": {
        **adam(2e-3, 2e-3, 0.0, 0.9),
        **{"game": "hinge", "constraint": "spectral-norm", "constraint.norm": 1.0},
    },
    "r1": {**adam(1e-3, 1e-3, 0.0, 0.99), "constraint": "r1", "constraint.weight": 0.1},
}
"""What each method changes in `COMMON`: its mechanism, and its optimiser as it is customary.

Published learning rates belong to 10⁵ iterations and more; here, with a few thousand, they are ten
times as large (but unrolled GAN's, whose demonstration takes 25,000) and fall to 0 by half a
cosine. PacGAN's Adam (β₁ 0.8) for the plain GAN, packing and minibatch discrimination; RMSprop and
clip 0.01 (Arjovsky et al. 2017); five critic steps and λ = 0.1 (Gulrajani et al. 2017, its toy
script); β = (0, 0.9) (Miyato et al. 2018); β = (0, 0.99) (Mescheder et al. 2018).
"""
ROWS = ("truth", *METHODS, "best")
COLUMNS = ("captured", "high_quality", "reverse_kl", "width", "narrowest", "widest")
"""What is measured of a generator; the last three: widths of its modes over that of the data's."""
BOUNDS = {
    "ring": {"captured": 8, "high_quality": 0.975, "reverse_kl": 0.01, "seconds": 60},
    "grid": {"captured": 25, "high_quality": 0.965, "reverse_kl": 0.01, "seconds": 60},
}
"""What the best recipes hold in the mean over ten seeds; seconds and reverse KL at the most."""


@dataclass(frozen=True)
class Published:
    """A published row: mean and standard error (None where there is none) of each figure."""

    source: str
    captured: tuple[float, float | None]
    high_quality: tuple[float, float | None]
    reverse_kl: tuple[float, float | None] | None = None


def pacgan(*numbers: float) -> Published:
    """Return a row of table 1 of Lin et al. 2018; high quality is given in percent."""
    a, a_se, b, b_se, c, c_se = numbers
    return Published("PacGAN", (a, a_se), (b / 100, b_se / 100), (c, c_se))


def veegan(captured: float, high_quality: float) -> Published:
    """Return a row of table 1 of Srivastava et al. 2017; high quality is given in percent."""
    return Published("VEEGAN", (captured, None), (high_quality / 100, None))


PUBLISHED: dict[str, dict[str, tuple[Published, ...]]] = {
    "ring": {
        "gan": (pacgan(6.3, 0.5, 98.2, 0.2, 0.45, 0.09), veegan(1, 99.3)),
        "unrolled": (veegan(7.6, 35.6),),
        "packed-2": (pacgan(7.9, 0.1, 95.6, 2.0, 0.07, 0.03),),
        "packed-3": (pacgan(7.8, 0.1, 97.7, 0.3, 0.10, 0.02),),
        "packed-4": (pacgan(7.8, 0.1, 95.9, 1.4, 0.07, 0.02),),
    },
    "grid": {
        "gan": (pacgan(17.3, 0.8, 94.8, 0.7, 0.70, 0.07), veegan(3.3, 0.5)),
        "unrolled": (veegan(23.6, 16),),
        "packed-2": (pacgan(23.8, 0.7, 91.3, 0.8, 0.13, 0.04),),
        "packed-3": (pacgan(24.6, 0.4, 94.2, 0.4, 0.06, 0.02),),
        "packed-4": (pacgan(24.8, 0.2, 93.6, 0.6, 0.04, 0.01),),
    },
}
"""PacGAN: 10 runs; VEEGAN: 5 runs, without errors."""


# -- cells


@dataclass(frozen=True)
class Cell:
    """One run to be had.

    Attributes
    ----------
    method, data, seed
        Which one.
    settings, steps
        What is trained; no settings: samples of the data themselves are measured.
    """

    method: str
    data: str
    seed: int
    settings: Settings | None = None
    steps: int = 0

    @property
    def mark(self) -> str:
        """What the cell's figures belong to; other settings have another mark."""
        what = self.settings.difference(Settings()) if self.settings else DATA[self.data]
        text = json.dumps([what, self.steps, SAMPLES], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def file(self, folder: Path) -> Path:
        """Return where its figures are kept."""
        return folder / f"{self.method}.{self.data}.{self.seed}.json"

    def kept(self, folder: Path) -> dict[str, float] | None:
        """Return its figures if they are there."""
        try:
            found = json.loads(self.file(folder).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found["figures"] if found.get("mark") == self.mark else None

    def keep(self, folder: Path, figures: dict[str, float]) -> None:
        """Keep its figures; a file is there whole or not at all."""
        file = self.file(folder)
        half = file.with_suffix(".part")
        half.write_text(json.dumps({"mark": self.mark, "figures": figures}), "utf-8")
        half.replace(file)


def cell(method: str, data: str, seed: int, steps: int = STEPS) -> Cell:
    """Return a cell; the best recipes are presets and have iterations of their own.

    Raises
    ------
    SettingsError
        If a method needs a piece that there is not.
    """
    if method == "truth":
        return Cell(method, data, seed)
    if method == "best":
        preset = PRESETS[f"best-{data}"]
        return Cell(method, data, seed, preset.open({"seed": seed}), preset.steps)
    falling = {"schedule": "cosine", "schedule.steps": max(100, steps)}
    changes = {**COMMON, **falling, **DATA[data], **METHODS[method], "seed": seed}
    return Cell(method, data, seed, Settings().with_changes(changes), steps)


def figures_of(one: Cell) -> dict[str, float]:
    """Train a cell, or draw from its data, and measure."""
    start = time.process_time()
    if one.settings is None:
        data = Settings().with_changes(DATA[one.data]).data
        x = data.sample(SAMPLES, stream(one.seed, MEASURED))
        return counted(coverage(x, data.centres, data.spread)) | {"seconds": math.nan, "ok": 1.0}
    experiment = Experiment(one.settings)
    outcome = play(experiment, one.steps)
    seconds = time.process_time() - start
    if experiment.coverage is None:
        raise ValueError(f"{one.data} has no modes")
    return counted(experiment.coverage) | {"seconds": seconds, "ok": float(outcome.status == "ok")}


def counted(found: Coverage) -> dict[str, float]:
    """Return the figures of `COLUMNS`."""
    known = found.widths[np.isfinite(found.widths)]
    return {
        "captured": float(found.captured),
        "high_quality": found.high_quality,
        "reverse_kl": found.reverse_kl,
        "width": found.width,
        "narrowest": float(known.min()) if len(known) else math.nan,
        "widest": float(known.max()) if len(known) else math.nan,
    }


# -- the table


@dataclass
class Row:
    """Figures of one method on one data set.

    Attributes
    ----------
    method
        Key of the method.
    seeds, ok
        Runs, and how many of them did not diverge.
    figures
        Mean and standard error over seeds of each of `COLUMNS` and of the seconds; None where no
        run has the figure (the width of modes that hold no ten samples).
    published
        The same figures as others have published them.
    """

    method: str
    seeds: int
    ok: int
    figures: dict[str, tuple[float, float] | None]
    published: tuple[Published, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        kept = {name: pair and [round(n, 5) for n in pair] for name, pair in self.figures.items()}
        return {
            "method": self.method,
            "seeds": self.seeds,
            "ok": self.ok,
            **kept,
            "published": [vars(one) for one in self.published],
        }


def mean_and_error(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the mean and its standard error over the finite values; None if there is none."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return None
    error = statistics.stdev(known) / math.sqrt(len(known)) if len(known) > 1 else 0.0
    return statistics.fmean(known), error


def row_of(method: str, data: str, runs: Sequence[dict[str, float]]) -> Row:
    """Sum up the runs of one method on one data set."""
    names = (*COLUMNS, "seconds")
    figures = {name: mean_and_error([one[name] for one in runs]) for name in names}
    ok = int(sum(one["ok"] for one in runs))
    return Row(method, len(runs), ok, figures, PUBLISHED[data].get(method, ()))


def shortfalls(data: str, row: Row) -> list[str]:
    """Return in what a best recipe falls short of its bounds, one line each."""
    found = []
    for name, bound in BOUNDS[data].items():
        pair = row.figures[name]
        value = pair[0] if pair else math.nan
        at_most = name in ("reverse_kl", "seconds")
        if not (value <= bound if at_most else value >= bound):
            found.append(f"best-{data}: {name} {value:.4f}, not {'≤' if at_most else '≥'} {bound}")
    return found


NAMES = {
    "truth": "the data themselves",
    "gan": "GAN, non-saturating",
    "unrolled": "unrolled, 5 steps",
    "minibatch": "minibatch discrimination",
    "packed-2": "packed, 2",
    "packed-3": "packed, 3",
    "packed-4": "packed, 4",
    "wgan": "WGAN, clipping",
    "wgan-gp": "WGAN-GP",
    "spectral-hinge": "spectral norm, hinge",
    "r1": "R1",
    "best": "best recipe",
}


def said(pair: tuple[float, float | None] | None, digits: int, scale: float = 1) -> str:
    """Write a mean with its standard error."""
    if pair is None:
        return "–"
    value, error = pair
    text = f"{scale * value:.{digits}f}"
    return text if error is None else f"{text} ± {scale * error:.{digits}f}"


def markdown(data: str, rows: Sequence[Row]) -> str:
    """Write the table of one data set."""
    modes = int(BOUNDS[data]["captured"])
    lines = [
        f"| {data} | modes of {modes} | high quality, % | reverse KL | width | seconds "
        "| published: modes; high quality, %; reverse KL |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        figures = row.figures
        name = NAMES[row.method]
        if row.ok < row.seeds:
            name += f" ({row.seeds - row.ok} of {row.seeds} diverged)"
        theirs = [
            f"{said(one.captured, 1)}; {said(one.high_quality, 1, 100)}; "
            f"{said(one.reverse_kl, 2)} ({one.source})"
            for one in row.published
        ]
        seconds = figures["seconds"]
        widths = [figures[name] for name in ("width", "narrowest", "widest")]
        width, low, high = (pair and pair[0] for pair in widths)
        cells = [
            name,
            said(figures["captured"], 1),
            said(figures["high_quality"], 1, 100),
            said(figures["reverse_kl"], 4 if row.method in ("truth", "best") else 3),
            "–" if width is None else f"{width:.2f} ({low:.2f} to {high:.2f})",
            said(seconds and (seconds[0], None), 0),
            "<br>".join(theirs),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def with_tables(page: str, tables: dict[str, str]) -> str:
    """Return a page with each table put between its marks."""
    for name, table in tables.items():
        parts = page.split(mark := f"<!-- {name} -->")
        if len(parts) != 3:
            raise ValueError(f"docs/coverage.md needs {mark} twice: before and after the table")
        page = f"{parts[0]}{mark}\n{table}\n{mark}{parts[2]}"
    return page


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell and write; return the exit code."""
    options = _options(arguments)
    torch.set_num_threads(1)
    options.folder.mkdir(parents=True, exist_ok=True)
    table: dict[str, list[Row]] = {data: [] for data in options.data}
    missing = 0
    # seed by seed, so that a run that is cut short has something of everything
    cells = [
        cell(method, data, seed, options.steps)
        for seed in range(options.seeds)
        for method in options.methods
        for data in options.data
    ]
    runs: dict[tuple[str, str], list[dict[str, float]]] = {}
    for one in cells:
        figures = one.kept(options.folder)
        if figures is None and not options.keep:
            figures = figures_of(one)
            one.keep(options.folder, figures)
            shown = {name: round(value, 4) for name, value in figures.items()}
            print(one.method, one.data, one.seed, shown, file=sys.stderr, flush=True)
        if figures is None:
            missing += 1
        else:
            runs.setdefault((one.data, one.method), []).append(figures)
    for data in options.data:
        table[data] = [
            row_of(method, data, runs[data, method])
            for method in options.methods
            if (data, method) in runs
        ]
    report = {
        "command": "python dev.py bench coverage",
        "seeds": options.seeds,
        "steps": options.steps,
        "best_steps": {data: PRESETS[f"best-{data}"].steps for data in DATA},
        "samples": SAMPLES,
        "modes": {data: int(BOUNDS[data]["captured"]) for data in DATA},
        "rows": {data: [row.as_json() for row in rows] for data, rows in table.items()},
    }
    tables = {data: markdown(data, rows) for data, rows in table.items()}
    whole = set(options.methods) == set(ROWS) and set(options.data) == set(DATA)
    if whole and not missing and options.seeds >= SEEDS and options.steps == STEPS:
        REPORT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
        DOCS.write_text(with_tables(DOCS.read_text("utf-8"), tables), "utf-8")
    if missing:
        print(f"{missing} cells are not in {options.folder} yet", file=sys.stderr)
    print(json.dumps(report) if options.json else "\n\n".join(tables.values()))
    best = [(data, row) for data, rows in table.items() for row in rows if row.method == "best"]
    short = [line for data, row in best if row.seeds >= SEEDS for line in shortfalls(data, row)]
    print("\n".join(short), file=sys.stderr, end="\n" if short else "")
    return int(bool(short))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--methods", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--steps", type=int, default=STEPS, help="of all but the best recipes")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench/coverage")
    parser.add_argument("--keep", action="store_true", help="train nothing")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds {options.seeds}: at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())

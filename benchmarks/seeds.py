"""Many seeds at once against as many idiomatic loops, one after another.

``python dev.py bench seeds [--json] [--rounds N] [--seeds K] [--cpu]``: iterations of all seeds
per second and thread, taken in turn within each round, so that a machine that slows down slows all;
the ratio is taken within a round, medians and minima over the rounds.

ours       `Crowd.step` with its looks and checks; every 100 iterations a frame of all members
idiomatic  the loops of `benchmarks/_idiomatic.py`: K of them take K times as long as one

w1 has the sizes of `benchmarks/throughput.py`, healthy is the preset.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

import torch

from benchmarks._idiomatic import idiomatic
from benchmarks._turns import Clock, arguments, clock_of, show, speedup, stepper
from benchmarks.throughput import WARM_UP, WORKLOADS, rate, settings_of
from gan_core.crowd import Crowd
from gan_core.presets import PRESETS
from gan_core.settings import Settings

SHOWN = 100
"""Iterations from frame to frame."""


def workloads() -> dict[str, Settings]:
    """Return what is timed."""
    return {"w1": settings_of(WORKLOADS["w1"]), "healthy": PRESETS["healthy"].settings}


def played(crowd: Crowd) -> Callable[[int], None]:
    """Return what plays n iterations of a crowd that is looked at."""
    return stepper(crowd, SHOWN, lambda: crowd.frame(crowd.iteration))


def measure(settings: Settings, seeds: int, rounds: int, clock: Clock) -> dict[str, float]:
    """Time one workload."""
    ours, theirs = played(Crowd(settings, seeds=seeds)), idiomatic(settings).step
    for step in (ours, theirs):
        rate(step, clock, WARM_UP)
    fast, slow = [], []
    for i in range(rounds):
        slow.append(rate(theirs, clock) / seeds)
        fast.append(rate(ours, clock))
        print(f"{i}: {fast[-1]:.1f} against {slow[-1]:.1f} it/s of all", file=sys.stderr)
    return {
        "seeds": seeds,
        **speedup(fast, slow),
        "iterations_per_second": round(statistics.median(fast), 1),
        "idiomatic_iterations_per_second": round(statistics.median(slow), 1),
    }


def line(name: str, row: dict[str, float]) -> str:
    """Say what was measured."""
    return (
        f"{name:8}{row['iterations_per_second']:8.0f} it/s of {row['seeds']} seeds,"
        f" {row['speedup']:.2f} × as many idiomatic loops (least {row['speedup_min']:.2f})"
    )


def main() -> None:
    """Measure and print."""
    parser = arguments("seeds", __doc__, rounds=7)
    parser.add_argument("--seeds", type=int, default=8)
    options = parser.parse_args()
    if options.rounds < 1 or options.seeds < 1:
        parser.error("at least one round and one seed")
    clock = clock_of(options)
    torch.set_num_threads(1)
    report = {
        name: measure(settings, options.seeds, options.rounds, clock)
        for name, settings in workloads().items()
    }
    show(report, options, line)


if __name__ == "__main__":
    main()

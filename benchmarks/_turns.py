"""What benchmarks that take several ways in turn, round by round, ask, reckon and print alike."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

Clock = Callable[[], float]


class Steps(Protocol):
    """What trains, and counts its iterations."""

    @property
    def iteration(self) -> int:
        """Iterations so far."""

    def step(self, n: int) -> None:
        """Play `n` iterations."""


def arguments(name: str, doc: str | None, *, rounds: int) -> argparse.ArgumentParser:
    """Return a parser of what they all take; more may be added."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=doc)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument(
        "--cpu", action="store_true", help="take processor time: for a machine that others use too"
    )
    return parser


def clock_of(options: argparse.Namespace) -> Clock:
    """Return the clock that is asked for."""
    return time.process_time if options.cpu else time.perf_counter


def stepper(steps: Steps, every: int, look: Callable[[], object]) -> Callable[[int], None]:
    """Return what plays n iterations, and looks whenever `every` of them have passed."""

    def step(n: int) -> None:
        while n:
            now = min(n, every - steps.iteration % every)
            steps.step(now)
            n -= now
            if steps.iteration % every == 0:
                look()

    return step


def spread(name: str, values: Sequence[float], digits: int) -> dict[str, float]:
    """Return the median and the minimum over the rounds."""
    return {
        name: round(statistics.median(values), digits),
        f"{name}_min": round(min(values), digits),
    }


def speedup(large: Sequence[float], small: Sequence[float]) -> dict[str, float]:
    """Sum up the rounds' ratios: our rates over theirs, or their times over ours."""
    return spread("speedup", [a / b for a, b in zip(large, small, strict=True)], 2)


def show(
    report: dict[str, Any], options: argparse.Namespace, line: Callable[[str, Any], str]
) -> None:
    """Print the report as JSON, or each row as a line."""
    if options.json:
        print(json.dumps(report))
        return
    for key, row in report.items():
        print(line(key, row))

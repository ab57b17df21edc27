"""Throughput of the training core, against how PyTorch is usually written.

``python dev.py bench throughput [--json] [--rounds N] [--only KEY ...] [--cpu]``:
iterations/s of one thread, of several ways taken in turn within each round, so that a machine
that slows down slows all of them; ratios are taken within a round, medians and minima over the
rounds.

ours       `Experiment.step`, with all that the live view needs (history, looks, checks)
ensembles  `Ensemble.step` with K seeds, history drained every 100 iterations: rates per member
idiomatic  nn.Sequential, torch.optim.Adam, `.item()` on both costs (`benchmarks/_idiomatic.py`)
limit      the multiplications and additions of one iteration over this machine's GEMM rate
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch

from benchmarks._idiomatic import idiomatic
from benchmarks._turns import Clock, arguments, clock_of, show, speedup, spread, stepper
from gan_core.ensemble import Ensemble
from gan_core.experiment import Experiment
from gan_core.settings import Settings

WORKLOADS: dict[str, dict[str, object]] = {
    # GAN Lab's own nets
    "w0": {"generator.layers": 2, "generator.width": 8, "batch": 150, "latent.dim": 2},
    "w1": {"generator.layers": 1, "generator.width": 14, "batch": 150, "latent.dim": 2},
    "w2": {"generator.layers": 2, "generator.width": 128, "batch": 256, "latent.dim": 8},
    # the toy experiment of Gulrajani et al. 2017, "Improved Training of Wasserstein GANs"
    "w3": {
        **{"generator.layers": 3, "generator.width": 512, "batch": 256, "latent.dim": 2},
        **{"generator.activation": "relu", "game": "wasserstein", "update.d_steps": 5},
        **{"constraint": "gradient-penalty", "constraint.weight": 0.1},
        **{"g_optimizer.lr": 1e-4, "g_optimizer.beta1": 0.5, "g_optimizer.beta2": 0.9},
        **{"d_optimizer.lr": 1e-4, "d_optimizer.beta1": 0.5, "d_optimizer.beta2": 0.9},
    },
}
MEMBERS: dict[str, tuple[int, ...]] = {"w1": (1, 4, 16, 64), "w2": (1, 4, 16, 64)}
"""Sizes of the ensembles of a workload; 1 is the live experiment. Elsewhere only that."""
SECONDS, WARM_UP = 0.8, 0.2
"""Length of one timing of one way, and of the running before the first."""
DRAIN = 100
"""Iterations after which an ensemble's history is read."""


def key_of(name: str, members: int) -> str:
    """Return the key under which a measurement is reported: "w1", or "w1_k16"."""
    return name if members == 1 else f"{name}_k{members}"


KEYS = {key_of(name, k): (name, k) for name in WORKLOADS for k in MEMBERS.get(name, (1,))}


def settings_of(workload: dict[str, object]) -> Settings:
    """Return the settings of a workload: D is as deep and as wide as G."""
    shape = {
        name.replace("generator", "discriminator"): value
        for name, value in workload.items()
        if name.startswith("generator")
    }
    return Settings().with_changes({**workload, **shape})


def played(settings: Settings, members: int) -> Callable[[int], None]:
    """Return what plays n iterations: of the live experiment, or of an ensemble of seeds."""
    if members == 1:
        return Experiment(settings).step
    ensemble = Ensemble([settings.with_changes({"seed": seed}) for seed in range(members)])
    return stepper(ensemble, DRAIN, ensemble.history)


def floating_operations(settings: Settings) -> int:
    """Count the multiplications and additions of one iteration's matrix products.

    Per sample a layer costs 2·in·out forward, as much again for its weights' gradient and as
    much for its inputs'. D's step: forward of G, forward and backward of D on 2 batches (no
    gradient at its inputs); G's step: forward of D, D's input gradient, backward of G.

    A gradient penalty, on one batch: D forward as far as the activations, its slope from there
    down to the inputs, what the penalty says about the slope up again, and a product per weight.
    """

    def layers(sizes: tuple[int, ...]) -> list[int]:
        return [2 * a * b for a, b in pairwise(sizes)]

    g = layers(settings.generator.sizes(settings.latent.dim, 2))
    d = layers(settings.discriminator.sizes(2, 1))
    d_step = sum(g) + 2 * (sum(d) + sum(d) + sum(d[1:]))
    if settings.constraint.key == "gradient-penalty":
        d_step += 3 * sum(d[:-1]) + sum(d)
    g_step = sum(d) + sum(d) + sum(g) + sum(g[1:])
    return settings.batch * settings.update.d_steps * d_step + settings.batch * g_step


def gemm_rate(clock: Clock) -> float:
    """Return the floating point operations per second of a cache-resident 256³ product."""
    a, b = torch.randn(256, 256), torch.randn(256, 256)
    out = torch.empty(256, 256)
    best = 0.0
    for _ in range(7):
        start = clock()
        for _ in range(40):
            torch.mm(a, b, out=out)
        best = max(best, 40 * 2 * 256**3 / (clock() - start))
    return best


def rate(step: Callable[[int], None], clock: Clock, seconds: float = SECONDS) -> float:
    """Return iterations/s over about so many seconds."""
    done, n, start = 0, 1, clock()
    while (elapsed := clock() - start) < seconds:
        step(n)
        done += n
        # long enough to hide the loop, short enough to end in time
        n = min(2 * n, 200, max(1, int(done / (clock() - start) * seconds / 4)))
    return done / elapsed


def measure(
    name: str, members: Sequence[int], rounds: int, clock: Clock
) -> dict[str, dict[str, float]]:
    """Time one workload, for each of these numbers of members against the same idiomatic runs."""
    settings = settings_of(WORKLOADS[name])
    steps = {k: played(settings, k) for k in members}
    theirs = idiomatic(settings)
    for step in (*steps.values(), theirs.step):
        rate(step, clock, WARM_UP)
    ours: dict[int, list[float]] = {k: [] for k in members}
    slow, limit = [], []
    for i in range(rounds):
        slow.append(rate(theirs.step, clock))
        for k, step in steps.items():
            ours[k].append(k * rate(step, clock))
        limit.append(gemm_rate(clock) / floating_operations(settings))
        seen = ", ".join(f"{key_of(name, k)} {rates[-1]:.1f}" for k, rates in ours.items())
        print(f"{i}: {seen} against {slow[-1]:.1f} it/s", file=sys.stderr)
    return {key_of(name, k): summary(rates, slow, limit) for k, rates in ours.items()}


def summary(ours: list[float], theirs: list[float], limit: list[float]) -> dict[str, float]:
    """Sum up the rounds' rates, per member, in iterations/s."""
    return {
        **speedup(ours, theirs),
        "limit_fraction": round(statistics.median(ours) / statistics.median(limit), 3),
        **spread("iterations_per_second", ours, 1),
        **spread("idiomatic_iterations_per_second", theirs, 1),
    }


def line(key: str, row: dict[str, float]) -> str:
    """Say what was measured."""
    return (
        f"{key:7}{row['iterations_per_second']:8.0f} it/s{' per member' if '_k' in key else ''}"
        f", {row['speedup']:.2f} × the idiomatic loop (least {row['speedup_min']:.2f}),"
        f" {row['limit_fraction']:.0%} of the arithmetic limit"
    )


def main() -> None:
    """Measure and print."""
    parser = arguments("throughput", __doc__, rounds=7)
    parser.add_argument("--only", nargs="+", choices=list(KEYS), default=list(KEYS))
    options = parser.parse_args()
    clock = clock_of(options)
    if options.rounds < 1:
        parser.error(f"--rounds {options.rounds}: at least 1")
    torch.set_num_threads(1)
    report: dict[str, dict[str, float]] = {}
    for name in WORKLOADS:
        if members := [k for key, (of, k) in KEYS.items() if of == name and key in options.only]:
            report |= measure(name, members, options.rounds, clock)
    show(report, options, line)


if __name__ == "__main__":
    main()

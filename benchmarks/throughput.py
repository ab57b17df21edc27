"""Throughput of the training core, against how PyTorch is usually written.

``python dev.py bench throughput [--json] [--rounds N]``: iterations/s of one D and one G step,
one thread, of three ways taken in turn within each round, so that a machine that slows down
slows all of them; medians over the rounds.

ours       `Experiment.step`, with all that the live view needs (history, looks, checks)
idiomatic  two nn.Sequential, BCE with logits, torch.optim.Adam, `.item()` on both costs: the loop
           of PyTorch's DCGAN tutorial
limit      the multiplications and additions of one iteration over this machine's GEMM rate
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn

from gan_core.experiment import Experiment
from gan_core.settings import Settings

WORKLOADS: dict[str, dict[str, object]] = {
    # GAN Lab's own nets
    "w0": {"generator.layers": 2, "generator.width": 8, "batch": 150, "latent.dim": 2},
    "w1": {"generator.layers": 1, "generator.width": 14, "batch": 150, "latent.dim": 2},
    "w2": {"generator.layers": 2, "generator.width": 128, "batch": 256, "latent.dim": 8},
}
SECONDS = 0.8
"""Length of one timing of one way."""


def settings_of(workload: dict[str, object]) -> Settings:
    """Return the settings of a workload: D is as deep and as wide as G."""
    shape = {
        name.replace("generator", "discriminator"): value
        for name, value in workload.items()
        if name.startswith("generator")
    }
    return Settings().with_changes({**workload, **shape})


def mlp(sizes: tuple[int, ...], activation: Callable[[], nn.Module]) -> nn.Sequential:
    """Return a multi-layer perceptron with a linear output."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1])


class Idiomatic:
    """The training loop as the DCGAN tutorial writes it, on the same data and networks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.g = mlp(settings.generator.sizes(settings.latent.dim, 2), nn.ReLU)
        self.d = mlp(settings.discriminator.sizes(2, 1), lambda: nn.LeakyReLU(0.2))
        lr = settings.g_optimizer.lr
        self.g_optimizer = torch.optim.Adam(self.g.parameters(), lr=lr, betas=(0.5, 0.999))
        self.d_optimizer = torch.optim.Adam(self.d.parameters(), lr=lr, betas=(0.5, 0.999))
        self.criterion = nn.BCEWithLogitsLoss()
        self.centres = torch.from_numpy(settings.data.centres)
        self.costs: list[tuple[float, float]] = []

    def step(self, n: int) -> None:
        """Play `n` iterations."""
        batch, sigma = self.settings.batch, self.settings.data.spread
        for _ in range(n):
            # D on real, then on fake
            self.d.zero_grad()
            which = torch.randint(len(self.centres), (batch,))
            real = self.centres[which] + sigma * torch.randn(batch, 2)
            label = torch.full((batch,), 1.0)
            cost_real = self.criterion(self.d(real).view(-1), label)
            cost_real.backward()
            fake = self.g(torch.randn(batch, self.settings.latent.dim))
            label.fill_(0.0)
            cost_fake = self.criterion(self.d(fake.detach()).view(-1), label)
            cost_fake.backward()
            cost_d = cost_real + cost_fake
            self.d_optimizer.step()
            # G
            self.g.zero_grad()
            label.fill_(1.0)
            cost_g = self.criterion(self.d(fake).view(-1), label)
            cost_g.backward()
            self.g_optimizer.step()
            self.costs.append((cost_d.item(), cost_g.item()))
        del self.costs[:-1000]


def floating_operations(settings: Settings) -> int:
    """Count the multiplications and additions of one iteration's matrix products.

    Per sample a layer costs 2·in·out forward, as much again for its weights' gradient and as
    much for its inputs'. D's step: forward of G, forward and backward of D on 2 batches (no
    gradient at its inputs); G's step: forward of D, D's input gradient, backward of G.
    """

    def layers(sizes: tuple[int, ...]) -> list[int]:
        return [2 * a * b for a, b in pairwise(sizes)]

    g = layers(settings.generator.sizes(settings.latent.dim, 2))
    d = layers(settings.discriminator.sizes(2, 1))
    d_step = sum(g) + 2 * (sum(d) + sum(d) + sum(d[1:]))
    g_step = sum(d) + sum(d) + sum(g) + sum(g[1:])
    return settings.batch * settings.update.d_steps * d_step + settings.batch * g_step


def gemm_rate() -> float:
    """Return the floating point operations per second of a cache-resident 256³ product."""
    a, b = torch.randn(256, 256), torch.randn(256, 256)
    out = torch.empty(256, 256)
    best = 0.0
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(40):
            torch.mm(a, b, out=out)
        best = max(best, 40 * 2 * 256**3 / (time.perf_counter() - start))
    return best


def rate(step: Callable[[int], None]) -> float:
    """Return iterations/s over about `SECONDS`."""
    done, n, start = 0, 10, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        step(n)
        done += n
        n = min(200, 2 * n)
    return done / elapsed


def measure(name: str, rounds: int) -> dict[str, float]:
    """Time one workload."""
    settings = settings_of(WORKLOADS[name])
    ours, theirs = Experiment(settings), Idiomatic(settings)
    ours.step(100)
    theirs.step(100)
    fast, slow, limit = [], [], []
    for i in range(rounds):
        fast.append(rate(ours.step))
        slow.append(rate(theirs.step))
        limit.append(gemm_rate() / floating_operations(settings))
        print(f"{name} {i}: {fast[-1]:.0f} against {slow[-1]:.0f} it/s", file=sys.stderr)
    ratios = [a / b for a, b in zip(fast, slow, strict=True)]
    return {
        "speedup": round(statistics.median(ratios), 2),
        "speedup_min": round(min(ratios), 2),
        "limit_fraction": round(statistics.median(fast) / statistics.median(limit), 3),
        "iterations_per_second": round(statistics.median(fast), 1),
        "idiomatic_iterations_per_second": round(statistics.median(slow), 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    report = {name: measure(name, options.rounds) for name in WORKLOADS}
    if options.json:
        print(json.dumps(report))
        return
    for name, row in report.items():
        print(
            f"{name}: {row['iterations_per_second']:7.0f} it/s, {row['speedup']:.1f} × the"
            f" idiomatic loop, {row['limit_fraction']:.0%} of the arithmetic limit"
        )


if __name__ == "__main__":
    main()

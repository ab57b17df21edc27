"""One step of a DCGAN on 28×28 pictures, against how PyTorch's own tutorial writes it.

``python dev.py bench digits-step [--json] [--rounds N] [--only KEY ...] [--threads N ...]
[--cpu]``: milliseconds per iteration (one step of D, one of G) at equal channels, latents, batch
and optimiser; both ways in turn within each round, so that a machine that slows down slows both;
ratios are taken within a round, medians and minima over the rounds.

ours      `ImageExperiment.step`, with all that the live view needs (history, checks)
tutorial  `Tutorial`: the structure of the PyTorch DCGAN tutorial, on pictures in memory, which is
          kinder than its data loader

The pictures are noise, so that the benchmark needs no data; no operator is faster for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from benchmarks._turns import Clock, arguments, clock_of, show, speedup, spread
from gan_core.images.data import ImageSet, Pictures
from gan_core.images.experiment import ImageExperiment
from gan_core.images.settings import ImageSettings

WIDTHS = {"c16": 16, "c32": 32, "c64": 64}
"""Base channels c: G has 2c and c feature maps, D c and 2c."""
LATENT, BATCH, RATE = 64, 64, 1e-3
STEPS, WARM_UP = 10, 5
"""Iterations of one timing, and before the first."""


class Noise(ImageSet):
    """Pictures without anything on them, of MNIST's size."""

    key = "noise"
    shape = (28, 28)
    classes = 0

    @override
    def load(self) -> Pictures:
        return noise()


@cache
def noise() -> Pictures:
    """Return the pictures of `Noise`."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4096, 28, 28), np.uint8)
    labels = np.zeros(4096, np.uint8)
    return Pictures(images, labels, images[:16].copy(), labels[:16].copy())


class Tutorial:
    """A DCGAN trained as PyTorch's tutorial does, with two strided layers for its four."""

    def __init__(self, width: int) -> None:
        c = width
        self.g = nn.Sequential(
            nn.ConvTranspose2d(LATENT, 2 * c, 7, 1, 0, bias=False),
            nn.BatchNorm2d(2 * c),
            nn.ReLU(True),
            nn.ConvTranspose2d(2 * c, c, 4, 2, 1, bias=False),
            nn.BatchNorm2d(c),
            nn.ReLU(True),
            nn.ConvTranspose2d(c, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )
        self.d = nn.Sequential(
            nn.Conv2d(1, c, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c, 2 * c, 4, 2, 1, bias=False),
            nn.BatchNorm2d(2 * c),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(2 * c, 1, 7, 1, 0, bias=False),
            nn.Sigmoid(),
        )
        self.criterion = nn.BCELoss()
        self.d_optimizer, self.g_optimizer = (
            torch.optim.Adam(network.parameters(), lr=RATE, betas=(0.5, 0.999))
            for network in (self.d, self.g)
        )
        self.pictures = torch.tensor(noise().images)[:, None] / 127.5 - 1
        self.costs: list[tuple[float, ...]] = []

    def step(self, n: int) -> None:
        """Play `n` iterations."""
        for _ in range(n):
            self.costs.append(self.iteration())
        del self.costs[:-1000]

    def judge(self, x: Tensor) -> Tensor:
        """Return D's probabilities."""
        probabilities: Tensor = self.d(x).view(-1)
        return probabilities

    def iteration(self) -> tuple[float, ...]:
        """Play one iteration; return what the tutorial logs."""
        # D, on real pictures and on fakes
        self.d.zero_grad()
        real = self.pictures[torch.randint(len(self.pictures), (BATCH,))]
        label = torch.full((BATCH,), 1.0)
        output = self.judge(real)
        cost_real = self.criterion(output, label)
        cost_real.backward()
        d_x = output.mean().item()
        fake = self.g(torch.randn(BATCH, LATENT, 1, 1))
        label.fill_(0.0)
        output = self.judge(fake.detach())
        cost_fake = self.criterion(output, label)
        cost_fake.backward()
        d_fake = output.mean().item()
        cost_d = cost_real + cost_fake
        self.d_optimizer.step()
        # G
        self.g.zero_grad()
        label.fill_(1.0)
        output = self.judge(fake)
        cost_g = self.criterion(output, label)
        cost_g.backward()
        d_fake_after = output.mean().item()
        self.g_optimizer.step()
        return cost_d.item(), cost_g.item(), d_x, d_fake, d_fake_after


def ours(width: int) -> ImageExperiment:
    """Return our experiment of the same size."""
    changes = {
        **{"generator": "dcgan", "generator.norm": "batch", "generator.width": width},
        **{"generator.upsampler": "transposed", "latent": "gaussian", "latent.dim": LATENT},
        **{"discriminator": "dcgan", "discriminator.norm": "batch", "discriminator.width": width},
        **{"g_optimizer": "adam", "g_optimizer.lr": RATE, "g_optimizer.beta1": 0.5},
        **{"d_optimizer": "adam", "d_optimizer.lr": RATE, "d_optimizer.beta1": 0.5},
        **{"game": "non-saturating", "constraint": "none", "update": "alternating"},
        **{"average": "none", "labels": "none", "batch": BATCH},
    }
    settings = ImageSettings().with_changes(changes)
    return ImageExperiment(settings.model_copy(update={"images": Noise()}))


def milliseconds(step: Callable[[int], None], clock: Clock) -> float:
    """Return the milliseconds that an iteration takes."""
    start = clock()
    step(STEPS)
    return 1000 * (clock() - start) / STEPS


def measure(width: int, rounds: int, threads: list[int], clock: Clock) -> dict[str, dict]:
    """Time one size with each number of threads."""
    ways = {"ours": ours(width).step, "tutorial": Tutorial(width).step}
    took: dict[int, dict[str, list[float]]] = {n: {way: [] for way in ways} for n in threads}
    for step in ways.values():
        step(WARM_UP)
    for i in range(rounds):
        for n, lists in took.items():
            torch.set_num_threads(n)
            for way, step in ways.items():
                step(1)
                lists[way].append(milliseconds(step, clock))
            seen = ", ".join(f"{way} {times[-1]:.2f}" for way, times in lists.items())
            print(f"c = {width}, {n} threads, {i}: {seen} ms", file=sys.stderr)
    return {f"threads_{n}": summary(**lists) for n, lists in took.items()}


def summary(ours: list[float], tutorial: list[float]) -> dict[str, float]:
    """Sum up the rounds."""
    return speedup(tutorial, ours) | spread("ms", ours, 2) | spread("tutorial_ms", tutorial, 2)


def line(key: str, rows: dict[str, dict[str, float]]) -> str:
    """Say what was measured at one size, a line for each number of threads."""
    return "\n".join(
        f"{key} {name:10}{row['ms']:8.2f} ms, the tutorial's code {row['tutorial_ms']:.2f}"
        f" ms: {row['speedup']:.2f} × as fast (least {row['speedup_min']:.2f})"
        for name, row in rows.items()
    )


def main() -> None:
    """Measure and print."""
    parser = arguments("digits_step", __doc__, rounds=15)
    parser.add_argument("--only", nargs="+", choices=list(WIDTHS), default=list(WIDTHS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    options = parser.parse_args()
    if options.rounds < 1 or min(options.threads) < 1:
        parser.error("rounds and threads: at least 1")
    clock = clock_of(options)
    report = {
        key: measure(WIDTHS[key], options.rounds, options.threads, clock) for key in options.only
    }
    show(report, options, line)


if __name__ == "__main__":
    main()

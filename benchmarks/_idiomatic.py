"""The training loops as public PyTorch scripts write them, on the same data and networks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from gan_core.settings import Settings

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),
}
KEPT = 1000
"""Costs kept."""


def mlp(sizes: tuple[int, ...], activation: str) -> nn.Sequential:
    """Return a multi-layer perceptron with a linear output."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


class Loop:
    """What the loops have in common: networks, optimisers, samples, costs kept for a plot."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        g, d = settings.generator, settings.discriminator
        self.g = mlp(g.sizes(settings.latent.dim, 2), g.activation)
        self.d = mlp(d.sizes(2, 1), d.activation)
        self.g_optimizer, self.d_optimizer = (
            torch.optim.Adam(network.parameters(), lr=adam.lr, betas=(adam.beta1, adam.beta2))
            for network, adam in ((self.g, settings.g_optimizer), (self.d, settings.d_optimizer))
        )
        self.centres = torch.from_numpy(settings.data.centres)
        self.costs: list[tuple[float, float]] = []

    def real(self) -> Tensor:
        """Draw a batch of data."""
        batch = self.settings.batch
        which = torch.randint(len(self.centres), (batch,))
        return self.centres[which] + self.settings.data.spread * torch.randn(batch, 2)

    def z(self) -> Tensor:
        """Draw a batch of latents."""
        return torch.randn(self.settings.batch, self.settings.latent.dim)

    def step(self, n: int) -> None:
        """Play `n` iterations."""
        for _ in range(n):
            self.costs.append(self.iteration())
        del self.costs[:-KEPT]

    def iteration(self) -> tuple[float, float]:
        """Play one iteration; return D's and G's cost."""
        raise NotImplementedError


class StandardLoop(Loop):
    """The loop of PyTorch's DCGAN tutorial: BCE with logits, D on real and on fake in turn."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.criterion = nn.BCEWithLogitsLoss()

    def iteration(self) -> tuple[float, float]:
        """Play one iteration; return D's and G's cost."""
        # D
        self.d.zero_grad()
        label = torch.full((self.settings.batch,), 1.0)
        cost_real = self.criterion(self.d(self.real()).view(-1), label)
        cost_real.backward()
        fake = self.g(self.z())
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
        return cost_d.item(), cost_g.item()


class PenaltyLoop(Loop):
    """The loop of the public WGAN-GP scripts, e.g. `wgan_gp.py` of PyTorch-GAN.

    It is kinder to them than they are: the fakes of D's steps are detached, where that script
    lets their gradient run on through G.
    """

    def iteration(self) -> tuple[float, float]:
        """Play one iteration; return D's and G's cost."""
        for _ in range(self.settings.update.d_steps):
            self.d_optimizer.zero_grad()
            z, real = self.z(), self.real()
            fake = self.g(z).detach()
            penalty = self.gradient_penalty(real, fake)
            cost_d = -torch.mean(self.d(real)) + torch.mean(self.d(fake)) + penalty
            cost_d.backward()
            self.d_optimizer.step()
        self.g_optimizer.zero_grad()
        cost_g = -torch.mean(self.d(self.g(z)))
        cost_g.backward()
        self.g_optimizer.step()
        return cost_d.item(), cost_g.item()

    def gradient_penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return what D pays where its slope between real and fake differs from 1."""
        alpha = torch.rand(len(real), 1)
        between = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        scores = self.d(between)
        (slopes,) = torch.autograd.grad(
            outputs=scores,
            inputs=between,
            grad_outputs=torch.ones_like(scores),
            create_graph=True,
            retain_graph=True,
            only_inputs=True,
        )
        return self.settings.constraint.weight * ((slopes.norm(2, dim=1) - 1) ** 2).mean()


def idiomatic(settings: Settings) -> Loop:
    """Return the loop that plays these settings."""
    return (StandardLoop if settings.constraint.key == "none" else PenaltyLoop)(settings)

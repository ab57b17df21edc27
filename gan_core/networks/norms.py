"""Batch normalisation in its variants: whose mean and variance a layer's outputs are scaled by."""

from __future__ import annotations

from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm
from typing_extensions import override

MOMENTUM: Final = 0.1
"""Share of the newest batch in the running statistics, as in `torch.nn.BatchNorm2d`."""
How = Literal["train", "eval", "reference", "virtual"]
ALWAYS: Final[dict[str, How]] = {"reference": "reference", "virtual": "virtual"}
"""Normalisations that are the same while a network learns and afterwards."""


class Company:
    """Whom the samples of one network are normalised with: what its layers have in common.

    Parameters
    ----------
    norm
        Key of the normalisation under which the network learns.

    Attributes
    ----------
    how
        What holds in place of it while somebody looks; None: nothing.
    sources
        How many batches of equal size lie behind one another, each normalised by itself.
    kept
        How many samples of the reference batch lie in front.
    """

    def __init__(self, norm: str) -> None:
        self.norm = norm
        self.how: How | None = None
        self.sources = 1
        self.kept = 0

    def now(self, training: bool) -> How:
        """Return how the samples are normalised now."""
        if self.how:
            return self.how
        return ALWAYS.get(self.norm, "train" if training else "eval")

    @property
    def learns(self) -> bool:
        """Whether the running statistics follow what is seen."""
        return self.how is None


class Norm(nn.Module):
    """A normalisation of (n, channels) or (n, channels, h, w) with learned scale γ and shift β.

    `train` takes mean and variance of the batch (of each source by itself), `eval` their running
    averages, `reference` those of the reference batch, and `virtual` those of the union of the
    reference batch and the sample, for each sample by itself. The reference batch comes in front
    of the others and is normalised by its own moments. Variances are those of the samples
    themselves (no Bessel correction), as everywhere in batch normalisation; the running variance
    is corrected, as PyTorch's is. References: Ioffe & Szegedy 2015, algorithm 1; Salimans et al.
    2016, §3.4.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float, company: Company) -> None:
        super().__init__()
        self.eps, self.company = eps, company
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    @override
    def forward(self, x: Tensor) -> Tensor:
        how = self.company.now(self.training)
        if how == "eval":
            return self._by(x, self.running_mean, self.running_var)
        if how == "train":
            parts = x.chunk(self.company.sources)
            done = [self._by_batch(part) for part in parts]
            return done[0] if len(done) == 1 else torch.cat(done)
        return self._by_reference(x, virtual=how == "virtual")

    def _by(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        return batch_norm(x, mean, var, self.weight, self.bias, eps=self.eps)

    def _by_batch(self, x: Tensor) -> Tensor:
        follow = self.company.learns and self.training
        mean, var = (self.running_mean, self.running_var) if follow else (None, None)
        return batch_norm(x, mean, var, self.weight, self.bias, True, MOMENTUM, self.eps)

    def _by_reference(self, x: Tensor, *, virtual: bool) -> Tensor:
        kept, inner = self.company.kept, tuple(range(2, x.ndim))
        reference = x[:kept]
        var, mean = torch.var_mean(reference, (0, *inner), correction=0, keepdim=True)
        if self.company.learns and self.training:
            self._follow(mean, var, reference.numel() // reference.shape[1])
        if not virtual:
            return self._scaled(x, mean, var)
        samples = x[kept:]
        # a sample's own moments; a number alone is its own mean, without variance
        own_var, own_mean = (
            torch.var_mean(samples, inner, correction=0, keepdim=True)
            if inner
            else (torch.zeros_like(samples), samples)
        )
        share, gap = 1 / (kept + 1), own_mean - mean
        union_mean = mean + share * gap
        union_var = var + share * (own_var - var) + share * (1 - share) * gap.square()
        done = self._scaled(reference, mean, var), self._scaled(samples, union_mean, union_var)
        return torch.cat(done)

    def _scaled(self, x: Tensor, mean: Tensor, var: Tensor) -> Tensor:
        """Return γ (x − mean)/√(var + ε) + β as one product and one sum."""
        shape = (1, -1, *[1] * (x.ndim - 2))
        scale = self.weight.view(shape) * (var + self.eps).rsqrt()
        return torch.addcmul(self.bias.view(shape) - mean * scale, x, scale)

    @torch.no_grad()
    def _follow(self, mean: Tensor, var: Tensor, count: int) -> None:
        self.running_mean.lerp_(mean.flatten(), MOMENTUM)
        self.running_var.lerp_(var.flatten() * (count / max(1, count - 1)), MOMENTUM)

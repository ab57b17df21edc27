"""What D is told of a whole batch besides the sample that it judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gan_core.registry import Piece, Registry, param

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


class Features(Piece):
    """What is appended to the outputs of D's last hidden layer."""


FEATURES: Registry[Features] = Registry("features")


@FEATURES.register("none", order=10)
class NoFeatures(Features):
    """D judges each sample by itself."""


@FEATURES.register("minibatch", order=20)
class MinibatchFeatures(Features):
    """How close the other samples of its batch are to a sample, by `kernels` measures of D's own.

    With M = h·T, h the last hidden layer, o(xᵢ)_b = mean over j ≠ i of exp(−‖M_i,b − M_j,b‖₁):
    1 if all others are as xᵢ is, 0 if all are far away. Each M_i,b has `dims` numbers. Real and
    generated samples are batches of their own. Reference: Salimans et al. 2016, "Improved
    Techniques for Training GANs", §3.2; there the sum over j takes the place of the mean, which
    does not depend on the batch's size.
    """

    kernels: int = param(8, 1, 16, scale="log")
    dims: int = param(4, 1, 8, scale="log")

    def split(self, projected: Tensor, batches: int) -> Tensor:
        """Return M, (k, kernels · dims, batches · n), as (k, kernels, dims, batches, n)."""
        return projected.view(len(projected), self.kernels, self.dims, batches, -1)

    def closeness(self, m: Tensor, others: Tensor | None = None) -> Tensor:
        """Return exp(−‖Mᵢ − Mⱼ‖₁) for all samples and others, (k, kernels, batches, n, others).

        Parameters
        ----------
        m
            (k, kernels, dims, batches, n).
        others
            Whom they are compared with, in M's shape; each other, unless given.
        """
        others = m if others is None else others
        if not torch.is_grad_enabled():
            return torch.cdist(m.movedim(2, -1), others.movedim(2, -1), p=1).neg_().exp_()
        pairs = zip(m.unbind(2), others.unbind(2), strict=True)  # cdist has no second derivative
        gaps = [(one.unsqueeze(-1) - other.unsqueeze(-2)).abs() for one, other in pairs]
        return torch.exp(-sum(gaps[1:], start=gaps[0]))

    def spread(self, close: Tensor) -> Tensor:
        """Return o, (k, kernels, batches · n), for the samples of batches of their own."""
        o = (close.sum(-1) - 1) / max(1, close.shape[-1] - 1)
        return o.flatten(2)

    def told(self, h: Tensor, t: Tensor, others: Tensor | None = None) -> Tensor:
        """Return o, (k, n, kernels), of samples in one batch, or each among those of another.

        Parameters
        ----------
        h, others
            Outputs of the last hidden layer, (k, n, inputs), and those of the other batch.
        t
            T, (k, inputs, kernels · dims).
        """

        def m(h: Tensor) -> Tensor:
            return self.split(torch.bmm(h, t).transpose(1, 2).contiguous(), 1)

        if others is None:
            return self.spread(self.closeness(m(h))).transpose(1, 2)
        return self.closeness(m(h), m(others)).mean(-1).flatten(2).transpose(1, 2)

    def memory(self, projected: Tensor, batches: int) -> list[Tensor]:
        """Return what `forward` and `backward` write into: M, three tables of pairs, M's gradient.

        It is allocated once: to fetch such tables anew takes longer than to fill them.
        """
        m = self.split(torch.empty_like(projected), batches)
        pairs = (*m[:, :, 0].shape, m.shape[-1])
        return [m, *(m.new_empty(pairs) for _ in range(3)), torch.empty_like(m)]

    def forward(self, projected: Tensor, batches: int, memory: Sequence[Tensor]) -> Tensor:
        """Return o, (k, kernels, batches · n), from M as it comes, (k, kernels · dims, samples)."""
        m, close, gap, *_ = memory
        m.copy_(self.split(projected, batches))
        close.zero_()
        for one in m.unbind(2):
            torch.sub(one.unsqueeze(-1), one.unsqueeze(-2), out=gap)
            close.sub_(gap.abs_())
        return self.spread(close.exp_())

    def backward(self, gradient: Tensor, memory: Sequence[Tensor]) -> Tensor:
        """Return a cost's gradient at M, as `forward` took it, from that at o."""
        m, close, gap, pull, at_m = memory
        n = m.shape[-1]
        g = gradient.reshape(m[:, :, 0].shape) / max(1, n - 1)
        # each pair counts twice: as what j is to i, and as what i is to j
        torch.add(g.unsqueeze(-1), g.unsqueeze(-2), out=pull).mul_(close)
        for one, out in zip(m.unbind(2), at_m.unbind(2), strict=True):
            torch.sub(one.unsqueeze(-2), one.unsqueeze(-1), out=gap).sign_()
            torch.sum(gap.mul_(pull), -1, out=out)
        return at_m.view(len(m), self.kernels * self.dims, -1)

"""The f-GAN games: D bounds a divergence D_f(p ‖ q) = ∫ q f(p/q) from below, G lowers the bound.

D's logit v becomes T = g_f(v), a value that the conjugate f* allows, and D pays
−E_p T + E_q f*(T), which is never less than −D_f(p ‖ q). The best T is f′(p/q): all but total
variation's tells the ratio p/q, so that D says how probable it is that x is real, whatever f is.
T = f′(1), where f* has slope 1, is where D cannot tell: D(x) = 1/2.

Reference: Nowozin, Cseke and Tomioka 2016, "f-GAN: Training Generative Neural Samplers using
Variational Divergence Minimization", tables 2 and 6. `gan_core.theory.fgan` has the family.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from gan_core.games.base import GAMES, Game
from gan_core.games.objectives import Objective

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch

LOG2 = math.log(2)


class FDivergenceGame(Game):
    """The game of one f, as T(v) = g_f(v) and f*(T(v)): composed by hand, nothing overflows early.

    G pays −f*(T), what D gains on a fake.
    """

    member: ClassVar[str]
    """Its name in `gan_core.theory.fgan.FAMILY`."""

    @abstractmethod
    def critic(self, a: Tensor) -> Tensor:
        """Return T = g_f(a)."""

    @abstractmethod
    def critic_slope(self, a: Tensor) -> Tensor:
        """Return the derivative of T at `a`, in memory of its own."""

    @abstractmethod
    def conjugate(self, a: Tensor) -> Tensor:
        """Return f*(T) at T = g_f(a)."""

    @abstractmethod
    def conjugate_slope(self, a: Tensor) -> Tensor:
        """Return the derivative of f*(g_f(a)) at `a`, in memory of its own."""

    @override
    def d_cost_real(self, a: Tensor) -> Tensor:
        return -self.critic(a)

    @override
    def d_cost_fake(self, a: Tensor) -> Tensor:
        return self.conjugate(a)

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -self.conjugate(a)

    @override
    def d_slope_real(self, a: Tensor) -> Tensor:
        return self.critic_slope(a).neg_()

    @override
    def d_slope_fake(self, a: Tensor) -> Tensor:
        return self.conjugate_slope(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        return self.conjugate_slope(a).neg_()


class TwoObjectives(FDivergenceGame):
    """A game whose G may also pay −T: `objective`."""

    objective: Objective = "saddle-point"

    @override
    def g_cost(self, a: Tensor) -> Tensor:
        return -self.conjugate(a) if self.objective == "saddle-point" else -self.critic(a)

    @override
    def g_slope(self, a: Tensor) -> Tensor:
        saddle = self.objective == "saddle-point"
        return (self.conjugate_slope(a) if saddle else self.critic_slope(a)).neg_()


class OwnCritic(TwoObjectives):
    """A game whose critic is D's output itself: T = v."""

    @override
    def critic(self, a: Tensor) -> Tensor:
        return a.clone()

    @override
    def critic_slope(self, a: Tensor) -> Tensor:
        return torch.ones_like(a)


@GAMES.register("f-kl", order=71)
class KL(OwnCritic):
    """KL(p ‖ q): T = v, f*(T) = e^{v−1}. With the best D, v = 1 + log p/q.

    D gains without bounds where it finds real samples and no fakes.
    """

    member: ClassVar[str] = "kl"

    @override
    def output(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a - 1)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return torch.exp(a - 1)

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return torch.exp(a - 1)


@GAMES.register("f-reverse-kl", order=72)
class ReverseKL(TwoObjectives):
    """KL(q ‖ p): T = −e^{−v}, f*(T) = v − 1. With the best D, v = log p/q.

    G's slope −1 never fades. D gains without bounds where it finds fakes and no real samples.
    """

    member: ClassVar[str] = "reverse_kl"

    @override
    def critic(self, a: Tensor) -> Tensor:
        return -torch.exp(-a)

    @override
    def critic_slope(self, a: Tensor) -> Tensor:
        return torch.exp(-a)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return a - 1

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return torch.ones_like(a)


@GAMES.register("f-pearson", order=73)
class Pearson(OwnCritic):
    """Pearson's χ²(p ‖ q): T = v, f*(T) = v²/4 + v, for all v, as in the table.

    With the best D, v = 2 (p/q − 1) ≥ −2. Below −2 D is drawn back to −2, and G's slope
    −(1 + v/2) points the wrong way.
    """

    member: ClassVar[str] = "pearson_chi2"

    @override
    def output(self, a: Tensor) -> Tensor:
        return 1 - 1 / (1 + torch.relu(1 + a / 2))  # of the ratio u = 1 + v/2: u/(1 + u)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return a * (a / 4 + 1)

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return a / 2 + 1


@GAMES.register("f-hellinger", order=74)
class SquaredHellinger(TwoObjectives):
    """∫ (√p − √q)²: T = 1 − e^{−v}, f*(T) = e^v − 1. With the best D, v = ½ log p/q."""

    member: ClassVar[str] = "squared_hellinger"

    @override
    def output(self, a: Tensor) -> Tensor:
        return torch.sigmoid(2 * a)

    @override
    def critic(self, a: Tensor) -> Tensor:
        return -torch.expm1(-a)

    @override
    def critic_slope(self, a: Tensor) -> Tensor:
        return torch.exp(-a)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return torch.expm1(a)

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return torch.exp(a)


@GAMES.register("f-gan", order=76)
class OriginalGAN(TwoObjectives):
    """2 JS − log 4: T = log σ(v), f*(T) = −log σ(−v). With the best D, v = log p/q.

    The minimax game itself; with the practical objective, the non-saturating one.
    """

    member: ClassVar[str] = "gan"

    @override
    def critic(self, a: Tensor) -> Tensor:
        return torch.nn.functional.logsigmoid(a)

    @override
    def critic_slope(self, a: Tensor) -> Tensor:
        return torch.sigmoid(-a)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return -torch.nn.functional.logsigmoid(-a)

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return torch.sigmoid(a)


@GAMES.register("f-jensen-shannon", order=75)
class JensenShannon(OriginalGAN):
    """2 JS: T = log 2σ(v), f*(T) = −log 2σ(−v). With the best D, v = log p/q.

    The slopes are those of the original GAN; the costs begin at 0 where p = q.
    """

    member: ClassVar[str] = "jensen_shannon"

    @override
    def critic(self, a: Tensor) -> Tensor:
        return super().critic(a) + LOG2

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return super().conjugate(a) - LOG2


@GAMES.register("f-total-variation", order=77)
class TotalVariation(FDivergenceGame):
    """½ ∫ |p − q|: T = f*(T) = ½ tanh v. The best T is ½ or −½: whether p > q, and no more.

    Both of G's objectives are the same here, and fade on either side.
    """

    member: ClassVar[str] = "total_variation"
    scores: ClassVar[bool] = True
    undecided: ClassVar[float | None] = 0.0

    @override
    def output(self, a: Tensor) -> Tensor:
        return self.critic(a)

    @override
    def critic(self, a: Tensor) -> Tensor:
        return torch.tanh(a) / 2

    @override
    def critic_slope(self, a: Tensor) -> Tensor:
        # 2 σ(2v) σ(−2v) is 1/(2 cosh² v) to the last digit, where 1 − tanh² cancels to 0
        return 2 * torch.sigmoid(2 * a) * torch.sigmoid(-2 * a)

    @override
    def conjugate(self, a: Tensor) -> Tensor:
        return self.critic(a)

    @override
    def conjugate_slope(self, a: Tensor) -> Tensor:
        return self.critic_slope(a)

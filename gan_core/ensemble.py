"""K GANs of one architecture, trained as one batched computation.

K = 1 is the live GAN; K > 1 are seeds and sweeps. A step draws no random numbers, reads nothing
back and takes no decision by what it computes, so it could be captured as a CUDA graph.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gan_core.averages import NoAverage
from gan_core.batches import CHUNK, Batches
from gan_core.constraints import Constraint
from gan_core.frame import HISTORY_COLUMNS
from gan_core.networks import MinibatchFeatures
from gan_core.networks.stacked import StackedMLP
from gan_core.optimizers import Adam
from gan_core.penalty import Penalty
from gan_core.player import Player, copy_into
from gan_core.settings import Settings
from gan_core.streams import WEIGHTS, stream
from gan_core.summary import summary
from gan_core.unrolling import Unrolled, Unrolling

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from gan_core.trace import Tracer
else:
    from gan_core.lazy import torch

PRETRAIN = Adam(lr=1e-3, beta1=0.9)
"""How D is trained before the game begins (settings.pretrain steps)."""

AT_ONCE = 40_000
"""Logits summed up at once; for more, each temporary would be fetched anew from the system."""


class Turn(NamedTuple):
    """The batch that is being played: views of the ensemble's memory, not copies.

    Attributes
    ----------
    real, fake
        D's inputs, (k, pack · dim, packs), as D saw them last (noise included).
    z
        The latents of the fakes, (k, dim of z, samples).
    real_logits, fake_logits
        What D said of them when its gradient was taken, (k, 1, packs).
    g_logits
        What D said of the fakes when G's gradient was taken, (k, 1, packs).
    """

    real: Tensor
    fake: Tensor
    z: Tensor
    real_logits: Tensor
    fake_logits: Tensor
    g_logits: Tensor


class Ensemble:
    """K experiments that differ in seed and learning rates alone.

    It is the `gan_core.update_rules.Players` of its update rule.

    Parameters
    ----------
    members
        Settings that agree in all but `seed`, `g_optimizer.lr` and `d_optimizer.lr`.
    device, dtype
        A torch device, and the precision: float64 is for checking gradients.

    Attributes
    ----------
    iteration
        Rounds of the update rule so far; a lone step of G counts as one.
    half
        1 if D has moved and G has not yet, else 0.
    pretraining
        Steps that D still learns before the game begins.
    averaged
        The moving average of G's parameters, (k, p); None where there is none.
    imagined
        What lay at the end of the steps by which D would answer; not there before G has looked.

    Raises
    ------
    ValueError
        If the members differ in anything else.
    """

    def __init__(
        self, members: Sequence[Settings], device: str = "cpu", dtype: str = "float32"
    ) -> None:
        first = members[0]
        may_differ = {"seed", "g_optimizer.lr", "d_optimizer.lr"}
        for settings in members:
            if wrong := settings.difference(first).keys() - may_differ:
                raise ValueError(f"members of an ensemble must agree in {', '.join(sorted(wrong))}")
        self.members, self.settings = tuple(members), first
        self.device = torch.device(device)
        like = torch.empty(0, device=device, dtype=getattr(torch, dtype))
        dim = first.data.dim
        rngs = [stream(settings.seed, WEIGHTS) for settings in members]
        g_sizes = first.generator.sizes(first.latent.dim, dim)
        d_sizes = first.discriminator.sizes(first.pack * dim, 1)
        g_net = StackedMLP(g_sizes, first.generator.activation, rngs, like)
        features = first.features if isinstance(first.features, MinibatchFeatures) else None
        d_net = StackedMLP(d_sizes, first.discriminator.activation, rngs, like, features)
        self.g = Player(g_net, first.g_optimizer, self._rates("g"))
        self.d = Player(d_net, first.d_optimizer, self._rates("d"))
        self.iteration = self.half = self.pretraining = 0
        self._batches = Batches(self.members, like)
        self._allocate(like)
        self._row, self._d_steps = -1, 0
        self._g_current = self._g_ready = False
        self._done: list[tuple[int, int]] = []
        self._pending: list[Tensor] = []
        self._constraint, self._held = first.constraint, first.constraint.begin(d_net)
        self._misled: Player[StackedMLP] | None = None
        self._unrolling: Unrolling | None = None
        self.imagined: Unrolled
        self.averaged: Tensor | None = None
        self._averages = 0
        self._begin_average()
        if first.pretrain:
            self._begin_pretraining(first.pretrain)

    def _rates(self, player: str) -> list[float]:
        return [getattr(member, f"{player}_optimizer").lr for member in self.members]

    def _allocate(self, like: Tensor) -> None:
        """Make the passes' memory, and views of each row, once."""
        rows, d, g = self._batches, self.d.network, self.g.network
        k, packs = len(self.members), rows.packs
        # real and generated samples are batches of their own
        self._d_tapes, self._fake_tapes = d.tapes(rows.judged, batches=2), d.tapes(rows.fake)
        self._g_tapes = g.tapes(rows.z)
        self._judged, self._judged_for_g = rows.d_logits.unbind(), rows.g_logits.unbind()
        self._real_logits = [logits[..., :packs] for logits in self._judged]
        self._fake_logits = [logits[..., packs:] for logits in self._judged]
        self._norms = rows.norms.unbind()
        self._d_slope = like.new_empty(k, 1, 2 * packs)
        self._slope_real = self._d_slope[..., :packs]
        self._slope_fake = self._d_slope[..., packs:]
        self._one_over_packs = like.new_tensor(1 / packs)
        self._penalty = Penalty(d, rows, self._d_tapes[0].hidden)

    def change(self, members: Sequence[Settings]) -> None:
        """Go on under other settings, which differ from the present ones in live fields alone."""
        self._sum_up()  # what is over was played under the old settings
        if type(members[0].update) is not type(self.settings.update):
            self.half, self._g_ready = 0, False  # another rule begins with its own first half
        same_average = type(members[0].average) is type(self.settings.average)
        self.members, self.settings = tuple(members), members[0]
        with torch.inference_mode():
            self.g.go_on(self.settings.g_optimizer, self._rates("g"))
            if self._misled is not None:
                self._misled.go_on(self.settings.g_optimizer, self._rates("g"))
            if not self.pretraining:  # else it is taken up when that is over
                self.d.go_on(self.settings.d_optimizer, self._rates("d"))
            self._hold(self.settings.constraint)
            if not same_average:
                self._begin_average()

    def _hold(self, constraint: Constraint) -> None:
        """Put D under a constraint, which acts at once."""
        d, old = self.d.network, self._constraint
        if type(constraint) is not type(old):
            old.end(d)
            self._held = constraint.begin(d)
        self._constraint = constraint
        if constraint != old:
            constraint.after_move(d, self._held)

    def _begin_average(self) -> None:
        none = isinstance(self.settings.average, NoAverage)
        self.averaged = None if none else self.g.network.parameters.clone()
        self._averages = 0

    # -- playing -------------------------------------------------------------------------

    def step(self, n: int = 1) -> None:
        """Play `n` iterations by the update rule."""
        update = self.settings.update
        with torch.inference_mode():
            for _ in range(n):
                update.first_half(self)
                update.second_half(self)
                self._complete()
        self.half = 0

    def step_half(self, trace: Tracer | None = None) -> None:
        """Play what comes before G moves, or the rest of an iteration that has been begun.

        Parameters
        ----------
        trace
            A tracer of this ensemble, which then holds the stages of the half.
        """
        update = self.settings.update
        with torch.inference_mode():
            (update.second_half if self.half else update.first_half)(trace or self)
        if self.half:
            self._complete()
        self.half = 1 - self.half

    def d_step(self) -> None:
        """Move D alone, by one step."""
        with torch.inference_mode():
            self.draw()
            self.d_gradient()
            self.d_move()
        self.half = 1

    def g_step(self) -> None:
        """Move G alone, by one step; it counts as an iteration."""
        with torch.inference_mode():
            if not self._g_current:
                self.draw()
                self.judge()
            if not self._g_ready:
                self.settings.update.g_gradient(self)
            self.g_move()
        self._complete()
        self.half = 0

    def _complete(self) -> None:
        self.iteration += 1
        self._done.append((self._row, self.iteration))

    def pretrain(self, n: int) -> None:
        """Play at most `n` of the steps in which D learns before the game begins."""
        for _ in range(min(n, self.pretraining)):
            self.d_step()
            self.pretraining -= 1
        self.half = 0
        if self.pretraining == 0:
            self.d.begin(self.settings.d_optimizer, self._rates("d"))

    def _begin_pretraining(self, steps: int) -> None:
        self.pretraining = steps
        self.d.begin(PRETRAIN, [PRETRAIN.lr] * len(self.members))

    # -- what an update rule plays with --------------------------------------------------

    def draw(self) -> None:
        """Take the next row of the chunk, or the first of a new one."""
        if self._row == CHUNK - 1:
            self._sum_up()
            self._batches.refill()
            self._row = -1
        self._row += 1
        self._g_current = self._g_ready = False

    def d_gradient(self) -> None:
        """Take the gradient of D's cost, penalty included, in D's parameters."""
        self.judge()
        row, game, d = self._row, self.settings.game, self.d.network
        # slopes of the two means at each logit
        mean = self._one_over_packs
        torch.mul(game.d_slope_real(self._real_logits[row]), mean, out=self._slope_real)
        torch.mul(game.d_slope_fake(self._fake_logits[row]), mean, out=self._slope_fake)
        d.backward(self._d_tapes[row], self._d_slope)
        constraint = self._constraint
        if self.penalty_due:
            self._penalty.add_gradient(constraint, row)
        constraint.after_gradient(d, self._held)
        self._d_steps += 1
        self._g_current = True

    def mislead_d(self) -> None:
        """Move D down G's cost at the fakes of G's last gradient, by G's optimiser.

        It remembers D's moves apart from those of D's own optimiser.
        """
        d = self.d.network
        if self._misled is None:
            self._misled = Player(d, self.settings.g_optimizer, self._rates("g"))
        d.backward(self._fake_tapes[self._row], self._g_slope())
        self._constraint.after_gradient(d, self._held)
        self._misled.move(self.settings.schedule.factor(self.iteration))
        self._constraint.after_move(d, self._held)

    def d_move(self) -> None:
        """Move D down its gradient."""
        self.d.move(self.settings.schedule.factor(self.iteration))
        self._constraint.after_move(self.d.network, self._held)

    def g_gradient(self) -> None:
        """Take the gradient of G's cost, on the fakes of the last batch, in G's parameters."""
        row, d = self._row, self.d.network
        tape = self._fake_tapes[row]
        d.forward(tape, self._judged_for_g[row])
        self._follow(d.input_gradient(tape, self._g_slope()))

    def unrolled_g_gradient(self, steps: int, scale: float) -> None:
        """Take G's gradient through `steps` steps by which D would answer, `scale` times as far."""
        bound = self.settings.game, self._constraint, self._held
        sizes = self.d.sizes(scale * self.settings.schedule.factor(self.iteration))
        if self._unrolling is None:
            self._unrolling = Unrolling(self.d.network, self._batches)
        self.imagined = self._unrolling.unroll(*bound, self._row, steps, sizes)
        self._judged_for_g[self._row].copy_(self.imagined.logits)
        self._follow(self.imagined.wish)

    def _follow(self, wish: Tensor) -> None:
        """Set G's gradients from that of its cost at its fakes, (k, pack · dim, packs)."""
        g = self.g.network
        g.backward(self._g_tapes[self._row], self._batches.unpacked(wish))
        torch.linalg.vector_norm(g.gradients, dim=1, out=self._norms[self._row])
        self._g_ready = True

    def g_move(self) -> None:
        """Move G down its gradient, which is taken now if none is at hand."""
        if not self._g_ready:
            self.g_gradient()
        self.g.move(self.settings.schedule.factor(self.iteration))
        if self.averaged is not None:
            self._averages += 1
            share = self.settings.average.share(self._averages)
            self.averaged.lerp_(self.g.network.parameters, share)
        self._g_current = self._g_ready = False

    def look_ahead(self) -> None:
        """Move both players for a trial."""
        self.d.stand()
        self.g.stand()
        self.d_move()
        self.g.move(self.settings.schedule.factor(self.iteration))

    def come_back(self) -> None:
        """Take the trial back."""
        self.d.step_back()
        self.g.step_back()
        self._constraint.after_move(self.d.network, self._held)

    def judge(self) -> None:
        """Make the row's fakes and let D judge both halves of its batch."""
        row = self._row
        self.g.network.forward(self._g_tapes[row], self._batches.made)
        self._batches.place(row)
        if self.settings.instance_noise:
            self._batches.add_noise(row, self.settings.instance_noise)
        self.d.network.forward(self._d_tapes[row], self._judged[row])

    def _g_slope(self) -> Tensor:
        slope: Tensor = self.settings.game.g_slope(self._judged_for_g[self._row])
        return slope.mul_(self._one_over_packs)

    # -- what is being played ------------------------------------------------------------

    def turn(self) -> Turn:
        """Return the batch that is being played, and what D has said of it."""
        row, rows = self._row, self._batches
        logits = self._real_logits[row], self._fake_logits[row], self._judged_for_g[row]
        return Turn(rows.real[row], rows.fake[row], rows.z[row], *logits)

    @property
    def g_ready(self) -> bool:
        """Whether a gradient of G is at hand that has not moved it yet."""
        return self._g_ready

    @property
    def penalty_due(self) -> bool:
        """Whether D's next gradient has a penalty in it."""
        constraint = self._constraint
        return bool(constraint.where) and self._d_steps % constraint.period == 0

    def penalty(self) -> float:
        """Return the first member's penalty in its batch, as strong as where it is due."""
        return float(self._penalty.value(self._constraint, self._row)[0])

    # -- what happened -------------------------------------------------------------------

    def history(self) -> np.ndarray:
        """Return what happened since the last call: (rows, k, 7), columns `HISTORY_COLUMNS`.

        One row per iteration; costs and D's outputs are those from which the gradients were
        taken. D's cost leaves out the constraint's penalty; its accuracy is at D's undecided
        output, for a critic half-way between its mean scores.
        """
        self._sum_up()
        blocks, self._pending = self._pending, []
        none = np.zeros((0, len(self.members), len(HISTORY_COLUMNS)))
        return np.concatenate([none, *(block.cpu().numpy() for block in blocks)])

    def _sum_up(self) -> None:
        """Sum up the chunk's iterations that no summary has seen yet."""
        done, self._done = self._done, []
        n = max(1, AT_ONCE // (len(self.members) * self._batches.packs))
        with torch.inference_mode():
            for i in range(0, len(done), n):
                part = summary(self.settings.game, self._batches, done[i : i + n])
                self._pending.append(part)

    def finite(self) -> bool:
        """Return whether the parameters of both players of each member still are."""
        sums = (player.network.parameters.sum() for player in (self.g, self.d))
        return all(math.isfinite(float(one)) for one in sums)

    # -- saving --------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Return all that the training depends on: tensors, and numbers that JSON can hold."""
        tensors = {name: tensor.clone() for name, tensor in self._own().items()}
        row, rows = self._row, self._batches
        if self._g_current:  # D has moved and G has not: the batch is part of the state
            tensors |= {"batch": rows.judged[row].clone(), "judged": self._judged[row].clone()}
        if self._g_ready:
            tensors["g.gradients"] = self.g.network.gradients.clone()
            tensors["judged_for_g"] = self._judged_for_g[row].clone()
            tensors["norm"] = self._norms[row].clone()
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        numbers["t"] = [float(player.t) for player in self._players()]
        return tensors, numbers | rows.state()

    def _players(self) -> list[Player[StackedMLP]]:
        return [self.g, self.d, *([self._misled] if self._misled else [])]

    def _own(self) -> dict[str, Tensor]:
        names = ("g", "d", "misled")
        own = {
            f"{player}.{name}": tensor
            for player, one in zip(names, self._players(), strict=False)
            for name, tensor in one.tensors().items()
        }
        own |= {f"held.{i}": tensor for i, tensor in enumerate(self._held)}
        return own if self.averaged is None else own | {"averaged": self.averaged}

    def load(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over what `state` returned.

        Raises
        ------
        ValueError
            If a tensor is missing or has another shape.
        """
        with torch.inference_mode():
            if numbers["pretraining"]:
                self._begin_pretraining(numbers["pretraining"])
            else:
                self.d.begin(self.settings.d_optimizer, self._rates("d"))
            if len(numbers["t"]) == 3:
                self._misled = Player(self.d.network, self.settings.g_optimizer, self._rates("g"))
            copy_into(self._own(), tensors)
            for player, t in zip(self._players(), numbers["t"], strict=True):
                player.t.fill_(t)
            for name in _NUMBERS:
                setattr(self, name, numbers[name])
            self._batches.load(dict(numbers))
            self._load_half(tensors)

    def _load_half(self, tensors: Mapping[str, Tensor]) -> None:
        row, rows = self._row, self._batches
        if self._g_current:
            self.g.network.forward(self._g_tapes[row], rows.made)
            copy_into({"batch": rows.judged[row], "judged": self._judged[row]}, tensors)
        if self._g_ready:
            own = {"g.gradients": self.g.network.gradients, "norm": self._norms[row]}
            copy_into({**own, "judged_for_g": self._judged_for_g[row]}, tensors)


_NUMBERS = (
    "iteration",
    "half",
    "pretraining",
    "_row",
    "_d_steps",
    "_g_current",
    "_g_ready",
    "_averages",
)
"""The ensemble's own numbers in a checkpoint."""

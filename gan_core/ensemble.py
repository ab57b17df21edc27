"""K GANs of one architecture, trained as one batched computation.

K = 1 is the live GAN; K > 1 are seeds and sweeps. A step draws no random numbers and reads
nothing back: noise is drawn in chunks ahead of time, and each step's logits stay in the chunk's
buffers until the chunk is summed up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.frame import HISTORY_COLUMNS
from gan_core.networks.stacked import StackedMLP
from gan_core.optimizers import Adam, Optimizer
from gan_core.settings import Settings
from gan_core.streams import BATCHES, WEIGHTS, stream

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch

CHUNK = 32
"""Batches drawn at once."""

PRETRAIN = Adam(lr=1e-3, beta1=0.9)
"""How D is trained before the game begins (settings.pretrain steps)."""


class Player:
    """A stack of networks with its optimiser: one side of the game."""

    def __init__(self, network: StackedMLP, optimizer: Optimizer, rates: Sequence[float]) -> None:
        self.network = network
        self.begin(optimizer, rates)

    def begin(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        """Take an optimiser that remembers nothing, with a learning rate per member."""
        parameters = self.network.parameters
        self.state = [torch.zeros_like(parameters) for _ in range(optimizer.slots)]
        self.t, self._one = parameters.new_zeros(()), parameters.new_ones(())
        self._take(optimizer, rates)

    def go_on(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        """Take an optimiser; one of the same kind keeps what the old one remembers."""
        if type(optimizer) is type(self.optimizer):
            self._take(optimizer, rates)
        else:
            self.begin(optimizer, rates)

    def _take(self, optimizer: Optimizer, rates: Sequence[float]) -> None:
        self.optimizer = optimizer
        parameters = self.network.parameters
        self._rate = rates[0]
        self._rates = None if len(set(rates)) == 1 else parameters.new_tensor(rates)[:, None]
        self._moves = torch.zeros_like(parameters) if self._rates is not None else parameters

    def move(self) -> None:
        """Update the parameters by the network's gradients."""
        self.t.add_(self._one)
        network = self.network
        if self._rates is None:
            parameters, rate = network.parameters, self._rate
            self.optimizer.step(parameters, network.gradients, self.state, rate, self.t)
            return
        # members with rates of their own: the moves at rate 1, then each row by its rate
        moves = self._moves.zero_()
        self.optimizer.step(moves, network.gradients, self.state, 1.0, self.t)
        network.parameters.addcmul_(moves, self._rates)


class Ensemble:
    """K experiments that differ in seed and learning rates alone.

    Parameters
    ----------
    members
        Settings that agree in all but `seed`, `g_optimizer.lr` and `d_optimizer.lr`.
    device, dtype
        A torch device, and the precision: float64 is for checking gradients.

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
        self._like = torch.empty(0, device=device, dtype=getattr(torch, dtype))
        g, d, n_z = first.generator, first.discriminator, first.latent.dim
        rngs = [stream(settings.seed, WEIGHTS) for settings in members]
        g_net = StackedMLP(g.sizes(n_z, 2), g.activation, rngs, self._like)
        d_net = StackedMLP(d.sizes(2, 1), d.activation, rngs, self._like)
        self.g = Player(g_net, first.g_optimizer, [s.g_optimizer.lr for s in members])
        self.d = Player(d_net, first.d_optimizer, [s.d_optimizer.lr for s in members])
        self._rngs = [stream(settings.seed, BATCHES) for settings in members]
        self.iteration = 0
        self.half = 0
        self.pretraining = 0
        self._pending: list[np.ndarray] = []
        self._allocate()
        self._refill()
        if first.pretrain:
            self._begin_pretraining(first.pretrain)

    def change(self, members: Sequence[Settings]) -> None:
        """Go on under other settings, which differ from the present ones in live fields alone."""
        self.members, self.settings = tuple(members), members[0]
        self.g.go_on(members[0].g_optimizer, [s.g_optimizer.lr for s in members])
        if not self.pretraining:  # else it is taken up when that is over
            self.d.go_on(members[0].d_optimizer, [s.d_optimizer.lr for s in members])
        self.settings.constraint.project(self.d.network.parameters)

    # -- the two moves -------------------------------------------------------------------

    def step(self, n: int = 1) -> None:
        """Play `n` iterations by the update rule."""
        update = self.settings.update
        with torch.inference_mode():
            for _ in range(n):
                update.first_half(self)
                update.second_half(self)

    def d_step(self) -> None:
        """Draw a batch and move D down its cost, G frozen."""
        row = self._next_row()
        self._judge(row)
        game, d = self.settings.game, self.d.network
        # slopes of the two means at each logit
        self._slope_real.copy_(game.d_slope_real(self._real_logits[row]))
        self._slope_fake.copy_(game.d_slope_fake(self._fake_logits[row]))
        d.backward(self._d_tapes[row], self._d_slope.mul_(self._one_over_batch))
        if self.settings.constraint.has_penalty:
            d.gradients.add_(self._penalty_gradient(row))
        self.d.move()
        self.settings.constraint.project(d.parameters)
        self._g_current, self.half = True, 1

    def g_step(self) -> None:
        """Move G down its cost on the fakes of the last batch, D frozen.

        Without a step of D since G's last one, it draws a new batch.
        """
        if not self._g_current:
            self._judge(self._next_row())
        row, d, g = self._row, self.d.network, self.g.network
        tape, logits = self._fake_tapes[row], self._judged_for_g[row]
        d.forward(tape, logits)
        slope = self.settings.game.g_slope(logits).mul_(self._one_over_batch)
        g.backward(self._g_tapes[row], d.input_gradient(tape, slope))
        torch.linalg.vector_norm(g.gradients, dim=1, out=self._norms[row])
        self.g.move()
        self.iteration += 1
        self._done.append((row, self.iteration))
        self._g_current, self.half = False, 0

    def _judge(self, row: int) -> None:
        """Make the row's fakes and let D judge both halves of its batch."""
        self.g.network.forward(self._g_tapes[row], self._fakes[row])
        self.d.network.forward(self._d_tapes[row], self._judged[row])

    def _penalty_gradient(self, row: int) -> Tensor:
        """Return the gradient of the constraint's penalty in D's parameters, by autograd."""
        d, batch = self.d.network, self.settings.batch
        with torch.inference_mode(False), torch.enable_grad():
            parameters = d.parameters.detach().requires_grad_()
            real, fake = self._both[row][:, :batch], self._both[row][:, batch:]
            penalty = self.settings.constraint.penalty(
                lambda x: d(x, parameters), real, fake, self._mix[row]
            )
            (gradient,) = torch.autograd.grad(penalty.sum(), parameters)
        return gradient

    def pretrain(self, n: int) -> None:
        """Play at most `n` of the steps in which D learns before the game begins."""
        with torch.inference_mode():
            for _ in range(min(n, self.pretraining)):
                self.d_step()
                self.pretraining -= 1
        self.half = 0
        if self.pretraining == 0:
            rates = [settings.d_optimizer.lr for settings in self.members]
            self.d.begin(self.settings.d_optimizer, rates)

    def _begin_pretraining(self, steps: int) -> None:
        self.pretraining = steps
        self.d.begin(PRETRAIN, [PRETRAIN.lr] * len(self.members))

    # -- batches -------------------------------------------------------------------------

    def _allocate(self) -> None:
        """Make the chunk's buffers, and views of each row, once."""
        k, batch, settings = len(self.members), self.settings.batch, self.settings

        def new(*shape: int) -> Tensor:
            return self._like.new_empty(CHUNK, k, *shape)

        self._data, self._z = new(2 * batch, 2), new(batch, settings.latent.dim)
        self._mix = new(batch, 1)
        self._d_logits, self._g_logits = new(2 * batch, 1), new(batch, 1)
        self._gradient_norms = new()
        self._norms = self._gradient_norms.unbind()
        self._d_slope = self._like.new_empty(k, 2 * batch, 1)
        self._one_over_batch = self._like.new_tensor(1 / batch)
        self._both = list(self._data.unbind())
        self._fakes = [both[:, batch:] for both in self._both]
        d, g = self.d.network, self.g.network
        self._d_tapes, self._fake_tapes = d.tapes(self._both), d.tapes(self._fakes)
        self._g_tapes = g.tapes(self._z.unbind())
        self._real_logits = [logits[:, :batch] for logits in self._d_logits.unbind()]
        self._fake_logits = [logits[:, batch:] for logits in self._d_logits.unbind()]
        self._slope_real, self._slope_fake = self._d_slope[:, :batch], self._d_slope[:, batch:]
        self._judged, self._judged_for_g = self._d_logits.unbind(), self._g_logits.unbind()

    def _refill(self) -> None:
        """Draw a new chunk of batches, from each member's own stream."""
        settings, n = self.settings, CHUNK * self.settings.batch
        self._chunk_start = [rng.bit_generator.state for rng in self._rngs]
        for i, rng in enumerate(self._rngs):
            real = settings.data.sample(n, rng).reshape(CHUNK, -1, 2)
            z = settings.latent.sample(n, rng).reshape(CHUNK, settings.batch, -1)
            mix = rng.random((CHUNK, settings.batch, 1), dtype=np.float32)
            self._data[:, i, : settings.batch] = torch.from_numpy(real)
            self._z[:, i] = torch.from_numpy(z)
            self._mix[:, i] = torch.from_numpy(mix)
        self._row = -1
        self._done: list[tuple[int, int]] = []
        self._g_current = False

    def _next_row(self) -> int:
        if self._row == CHUNK - 1:
            self._pending.append(self._summary())
            self._refill()
        self._row += 1
        return self._row

    # -- what happened -------------------------------------------------------------------

    def history(self) -> np.ndarray:
        """Return what happened since the last call: (rows, k, 7), columns `HISTORY_COLUMNS`.

        One row per iteration. D's cost leaves out the constraint's penalty; its accuracy is at
        D(x) = ½, for a critic half-way between its mean scores.
        """
        blocks = [*self._pending, self._summary()]
        self._pending, self._done = [], []
        return np.concatenate(blocks)

    def _summary(self) -> np.ndarray:
        """Sum up the chunk's iterations that no summary has seen yet."""
        if not self._done:
            return np.zeros((0, len(self.members), len(HISTORY_COLUMNS)))
        game, batch = self.settings.game, self.settings.batch
        rows, iterations = zip(*self._done, strict=True)
        logits = self._d_logits[list(rows)].squeeze(-1)
        real, fake = logits[..., :batch], logits[..., batch:]
        g_cost = game.g_cost(self._g_logits[list(rows)].squeeze(-1)).mean(-1)
        d_cost = game.d_cost_real(real).mean(-1) + game.d_cost_fake(fake).mean(-1)
        if game.is_critic:
            d_real, d_fake = real.mean(-1), fake.mean(-1)
            middle = ((d_real + d_fake) / 2)[..., None]
        else:
            d_real, d_fake = torch.sigmoid(real).mean(-1), torch.sigmoid(fake).mean(-1)
            middle = torch.zeros_like(d_real)[..., None]
        right = (real > middle).float().mean(-1) + (fake < middle).float().mean(-1)
        norm = self._gradient_norms[list(rows)]
        count = self._like.new_tensor(iterations, dtype=torch.float64)[:, None].expand_as(d_cost)
        columns = [count, d_cost, g_cost, d_real, d_fake, right / 2, norm]
        return torch.stack([column.double() for column in columns], -1).cpu().numpy()

    # -- saving --------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Return all that the training depends on: tensors, and numbers that JSON can hold."""
        tensors = {}
        for name, player in (("g", self.g), ("d", self.d)):
            tensors[f"{name}.parameters"] = player.network.parameters.clone()
            for i, slot in enumerate(player.state):
                tensors[f"{name}.state.{i}"] = slot.clone()
        if self._g_current:  # D has moved and G has not: what D said before is part of the state
            tensors["judged"] = self._judged[self._row].clone()
        numbers = {
            "iteration": self.iteration,
            "half": self.half,
            "row": self._row,
            "g_current": self._g_current,
            "pretraining": self.pretraining,
            "t": [float(self.g.t), float(self.d.t)],
            "streams": self._chunk_start,
        }
        return tensors, numbers

    def load(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over what `state` returned.

        Raises
        ------
        ValueError
            If a tensor is missing or has another shape.
        """
        if numbers["pretraining"]:
            self._begin_pretraining(numbers["pretraining"])
        else:
            self.pretraining = 0
            self.d.begin(self.settings.d_optimizer, [s.d_optimizer.lr for s in self.members])
        for name, player in (("g", self.g), ("d", self.d)):
            slots = {f"{name}.state.{i}": slot for i, slot in enumerate(player.state)}
            for key, own in {f"{name}.parameters": player.network.parameters, **slots}.items():
                if key not in tensors or tensors[key].shape != own.shape:
                    raise ValueError(f"the checkpoint has no tensor {key} of {tuple(own.shape)}")
                own.copy_(tensors[key])
        for player, t in zip((self.g, self.d), numbers["t"], strict=True):
            player.t.fill_(t)
        for rng, start in zip(self._rngs, numbers["streams"], strict=True):
            rng.bit_generator.state = start
        self._refill()
        self.iteration, self.half = numbers["iteration"], numbers["half"]
        self._row, self._g_current = numbers["row"], numbers["g_current"]
        if self._g_current:
            self.g.network.forward(self._g_tapes[self._row], self._fakes[self._row])
            self._judged[self._row].copy_(tensors["judged"])

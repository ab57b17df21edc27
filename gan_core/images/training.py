"""The game on pictures: ordinary modules and autograd, played by the update rules of the toys.

A step reads nothing back and takes no decision by what it computes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.autograd import backward, grad

from gan_core.averages import NoAverage
from gan_core.batches import CHUNK
from gan_core.frame import HISTORY_COLUMNS
from gan_core.images.network import FlatNetwork
from gan_core.networks.modules import (
    build_discriminator,
    build_generator,
    normalised,
    set_reference,
)
from gan_core.player import Player, copy_into
from gan_core.streams import BATCHES, REFERENCE, WEIGHTS, stream
from gan_core.summary import rows_of

if TYPE_CHECKING:
    from gan_core.images.data import Pictures
    from gan_core.images.settings import ImageSettings
    from gan_core.networks.modules import Discriminator, Generator
    from gan_core.networks.norms import How
    from gan_core.update_rules import Players

AT_ONCE = 64
"""Iterations summed up at once."""
SETTLING = 128
"""Latents from which an average of G takes its running statistics."""
REFERENCES = 64
"""Samples of the reference batch that normalises by itself ("reference", "virtual")."""


class ImageTraining:
    """Two networks that learn from each other; `gan_core.update_rules.Players` for pictures.

    Fakes of a batch are of the classes of its real pictures, where the players are told of classes.

    Parameters
    ----------
    settings
        The experiment.
    pictures
        What is imitated.
    device
        The torch device.

    Attributes
    ----------
    g, d
        The players.
    g_module, d_module
        Their networks.
    shown
        What one looks at: G's average over time, or G itself.
    iteration, half
        Rounds of the update rule so far; 1 if D has moved and G has not yet, else 0.
    """

    def __init__(self, settings: ImageSettings, pictures: Pictures, device: str = "cpu") -> None:
        self.settings, self.device = settings, torch.device(device)
        self._pictures = pictures
        rng = stream(settings.seed, WEIGHTS)
        self.g_module = self._generator(rng)
        self.d_module = self._discriminator(rng)
        self.g = Player(FlatNetwork(self.g_module), settings.g_optimizer, self._rates("g"))
        self.d = Player(FlatNetwork(self.d_module), settings.d_optimizer, self._rates("d"))
        self.iteration = self.half = 0
        self._rng = stream(settings.seed, BATCHES)
        self._refill()
        self._d_steps = 0
        self._fake: Tensor | None = None  # of the present batch, with the way back to G
        self._judged: tuple[Tensor, Tensor] | None = None  # D's logits in its own turn
        self._judged_for_g: Tensor | None = None
        self._g_ready = False
        self._norm = self.g.network.gradients.new_zeros(())
        self._done: list[tuple[int, Tensor, Tensor, Tensor, Tensor]] = []
        self._pending: list[Tensor] = []
        self._averaged: tuple[FlatNetwork, Generator] | None = None
        self._averages = 0
        self._begin_average()

    # -- the players

    def _generator(self, rng: np.random.Generator | None = None) -> Generator:
        s = self.settings
        module = build_generator(s.generator, s.latent.dim, s.images.shape, s.classes, rng)
        module.to(self.device)
        draws = stream(s.seed, REFERENCE)
        z = self._tensor(s.latent.sample(REFERENCES, draws))
        set_reference(module, z, self._reference()[1])
        return module

    def _discriminator(self, rng: np.random.Generator) -> Discriminator:
        s = self.settings
        module = build_discriminator(s.discriminator, s.images.shape, s.classes, rng)
        module.to(self.device)
        set_reference(module, *self._reference())
        return module

    def _reference(self) -> tuple[Tensor, Tensor | None]:
        """Return D's reference batch, and the classes of both players'."""
        draws = stream(self.settings.seed, REFERENCE, 1)
        which = draws.integers(0, len(self._pictures.images), REFERENCES)
        x = self.unit(self._tensor(self._pictures.images[which]))
        return x, self._classes(self._tensor(self._pictures.labels[which]))

    def _classes(self, labels: Tensor) -> Tensor | None:
        return labels.long() if self.settings.classes else None

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device)

    @staticmethod
    def unit(images: Tensor) -> Tensor:
        """Return grey levels 0..255, (n, h, w), as pictures in [−1, 1], (n, 1, h, w)."""
        return images.to(torch.float32).div_(127.5).sub_(1).unsqueeze(1)

    def _rates(self, player: str) -> list[float]:
        return [getattr(self.settings, f"{player}_optimizer").lr]

    def _begin_average(self) -> None:
        self._averaged, self._averages = None, 0
        if not isinstance(self.settings.average, NoAverage):
            module = self._generator()
            network = FlatNetwork(module)
            network.parameters.copy_(self.g.network.parameters)
            self._averaged = network, module
        self._settled = -1

    @property
    def shown(self) -> Generator:
        """What one looks at: G's average over time, or G itself.

        The running statistics of the average are those of `SETTLING` latents under its present
        parameters. (An average of G's own statistics lags behind: with the preset digits-8x8 its
        FID after 300 iterations was 18 and 23 for two seeds, that of the statistics taken anew
        10 and 11; after 1,500 there was no difference.)
        """
        if self._averaged is None:
            return self.g_module
        network, module = self._averaged
        if module.has_norms and self._settled != self._averages:
            s, self._settled = self.settings, self._averages
            z = self._tensor(s.latent.sample(SETTLING, stream(s.seed, REFERENCE, 2)))
            y = torch.arange(SETTLING, device=self.device) % s.classes if s.classes else None
            with torch.no_grad(), network.settling(), normalised(module, "train"):
                module(z, y)
        return module

    def change(self, settings: ImageSettings) -> None:
        """Go on under other settings, which differ from the present ones in live fields alone."""
        self._sum_up()  # what is over was played under the old settings
        if type(settings.update) is not type(self.settings.update):
            self.half = 0  # another rule begins with its own first half
            self._forget_fakes()
        same_average = type(settings.average) is type(self.settings.average)
        self.settings = settings
        self.g.go_on(settings.g_optimizer, self._rates("g"))
        self.d.go_on(settings.d_optimizer, self._rates("d"))
        if not same_average:
            self._begin_average()

    # -- playing

    def step(self, n: int = 1) -> None:
        """Play `n` iterations by the update rule."""
        for _ in range(n):
            self.settings.update.first_half(self._players)
            self.settings.update.second_half(self._players)
            self._complete()
        self.half = 0

    def step_half(self) -> None:
        """Play what comes before G moves, or the rest of an iteration that has been begun."""
        update = self.settings.update
        (update.second_half if self.half else update.first_half)(self._players)
        if self.half:
            self._complete()
        self.half = 1 - self.half

    def d_step(self) -> None:
        """Move D alone, by one step."""
        self.draw()
        self.d_gradient()
        self.d_move()
        self.half = 1

    def g_step(self) -> None:
        """Move G alone, by one step; it counts as an iteration."""
        if self._fake is None and not self._g_ready:
            self.draw()
            self.judge()
        if not self._g_ready:
            self.g_gradient()
        self.g_move()
        self._complete()
        self.half = 0

    def _complete(self) -> None:
        self.iteration += 1
        if self._judged is None or self._judged_for_g is None:
            raise RuntimeError("an iteration without a judgement")
        told = self._judged[0], self._judged[1], self._judged_for_g, self._norm
        self._done.append((self.iteration, *told))
        if len(self._done) == AT_ONCE:
            self._sum_up()

    @property
    def _players(self) -> Players:
        return cast("Players", self)  # as far as the rules ask that `ImageSettings` offer

    # -- what an update rule plays with

    def draw(self) -> None:
        """Take the next batch of the chunk, or the first of a new one."""
        if self._row == CHUNK - 1:
            self._refill()
        self._row += 1
        self._take_row()

    def _refill(self) -> None:
        s, n, rng = self.settings, self.settings.batch, self._rng
        self._start = rng.bit_generator.state
        which = rng.integers(0, len(self._pictures.images), (CHUNK, n))
        z = s.latent.sample(CHUNK * n, rng).reshape(CHUNK, n, -1)
        mix = rng.random((CHUNK, n, 1, 1, 1), dtype=np.float32)
        self._images = self._tensor(self._pictures.images[which])
        self._labels = self._tensor(self._pictures.labels[which])
        self._z, self._mix = self._tensor(z), self._tensor(mix)
        self._row = -1

    def _take_row(self) -> None:
        self._real = self.unit(self._images[self._row])
        self._y = self._classes(self._labels[self._row])
        self._forget_fakes()

    def _forget_fakes(self) -> None:
        self._fake, self._g_ready = None, False

    def _generate(self) -> Tensor:
        self._fake = self.g_module(self._z[self._row], self._y)
        return self._fake

    def judge(self) -> None:
        """Make the batch's fakes and let D judge them, without a gradient."""
        fake = self._generate()
        with torch.no_grad(), normalised(self.d_module, self.d_norm):
            self._judged = self.d_module.both(self._real, fake, self._y, self._y)

    def d_gradient(self) -> None:
        """Take the gradient of D's cost, penalty included, in D's parameters."""
        fake, d, game = self._generate().detach(), self.d.network, self.settings.game
        logits = self.d_module.both(self._real, fake, self._y, self._y)
        real_logits, fake_logits = (one.detach() for one in logits)
        self._judged = real_logits, fake_logits
        slopes = game.d_slope_real(real_logits), game.d_slope_fake(fake_logits)
        d.gradients.zero_()
        _backward(logits, [slope / slope.numel() for slope in slopes], d)
        constraint = self.settings.constraint
        if constraint.where and self._d_steps % constraint.period == 0:
            _backward([self._penalty(fake)], [None], d)
        self._d_steps += 1

    def _penalty(self, fake: Tensor) -> Tensor:
        """Return the constraint's penalty, `period` times as strong.

        The slope is that of D's logit, for a map of logits of their mean. Each point is normalised
        with the others, which is why critics with a penalty have no batch normalisation.
        """
        constraint = self.settings.constraint
        between = torch.lerp(fake, self._real, self._mix[self._row])
        at = {"real": self._real, "fake": fake, "between": between}[constraint.where].detach()
        at.requires_grad_()
        with normalised(self.d_module, self.d_norm):
            logits = self.d_module(at, self._y)
        total = logits.flatten(1).mean(1).sum() if logits.ndim > 1 else logits.sum()
        (slope,) = grad(total, at, create_graph=True)
        squared = slope.flatten(1).square().sum(1)
        return constraint.penalty(squared).mean() * constraint.period

    @property
    def d_norm(self) -> How:
        """Whose statistics normalise in D while it learns."""
        return self.d_module.company.now(training=True)

    def d_move(self) -> None:
        """Move D down its gradient."""
        with torch.no_grad():
            self.d.move(self.settings.schedule.factor(self.iteration))

    def g_gradient(self) -> None:
        """Take the gradient of G's cost, on the fakes of the last batch, in G's parameters."""
        if self._fake is None:
            raise RuntimeError("there are no fakes to take G's gradient at")
        g, d = self.g.network, self.d_module
        if d.judges_together:
            logits = d.both(self._real, self._fake, self._y, self._y)[1]
        else:
            logits = d(self._fake, self._y)
        self._judged_for_g = logits.detach()
        g.gradients.zero_()
        slope = self.settings.game.g_slope(self._judged_for_g)
        _backward([logits], [slope / slope.numel()], g)
        self._norm = torch.linalg.vector_norm(g.gradients)
        self._forget_fakes()
        self._g_ready = True

    def g_move(self) -> None:
        """Move G down its gradient."""
        with torch.no_grad():
            self.g.move(self.settings.schedule.factor(self.iteration))
            if self._averaged:
                self._averages += 1
                share = self.settings.average.share(self._averages)
                self._averaged[0].parameters.lerp_(self.g.network.parameters, share)
        self._forget_fakes()

    # -- what happened

    def history(self) -> np.ndarray:
        """Return what happened since the last call: (rows, 7), columns `HISTORY_COLUMNS`.

        As for the toys (`gan_core.ensemble.Ensemble.history`); of a map of logits, means over all.
        """
        self._sum_up()
        blocks, self._pending = self._pending, []
        none = np.zeros((0, len(HISTORY_COLUMNS)))
        return np.concatenate([none, *(block.cpu().numpy() for block in blocks)])

    def _sum_up(self) -> None:
        """Sum up the iterations that no summary has seen yet."""
        done, self._done = self._done, []
        if done:
            iterations, *told = zip(*done, strict=True)
            real, fake, for_g = (torch.stack(one).flatten(1)[:, None] for one in told[:3])
            norms = torch.stack(told[3])[:, None]
            game = self.settings.game
            self._pending.append(rows_of(game, iterations, real, fake, for_g, norms)[:, 0])

    def finite(self) -> bool:
        """Return whether both players' parameters still are; reads them back."""
        sums = [player.network.parameters.sum() for player in (self.g, self.d)]
        return bool(torch.isfinite(torch.stack(sums)).all())

    # -- saving

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Return all that the training depends on: tensors, and numbers that JSON can hold."""
        tensors = self._own()
        if self.half:
            tensors |= self._half_of_it()
        numbers: dict[str, Any] = {name: getattr(self, name) for name in _NUMBERS}
        numbers |= {"_fakes": self._fake is not None, "stream": self._start}
        numbers["t"] = [float(player.t) for player in (self.g, self.d)]
        return {name: tensor.detach().clone() for name, tensor in tensors.items()}, numbers

    def _own(self) -> dict[str, Tensor]:
        own: dict[str, Tensor] = {}
        for name, player in (("g", self.g), ("d", self.d)):
            own |= {f"{name}.{part}": tensor for part, tensor in player.tensors().items()}
            own[f"{name}.statistics"] = player.network.statistics
        if self._averaged:
            own["averaged"] = self._averaged[0].parameters
        return own

    def _half_of_it(self) -> dict[str, Tensor]:
        """Return what has been found of an iteration that has been begun."""
        found: dict[str, Tensor] = {}
        if self._judged is not None:
            found |= dict(zip(("judged.real", "judged.fake"), self._judged, strict=True))
        if self._g_ready and self._judged_for_g is not None:
            found |= {"g.gradients": self.g.network.gradients, "norm": self._norm}
            found["judged.for_g"] = self._judged_for_g
        return found

    def load(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Take over what `state` returned.

        Raises
        ------
        ValueError
            If a tensor is missing or has another shape.
        """
        for name in _NUMBERS:
            setattr(self, name, numbers[name])
        self._rng.bit_generator.state = numbers["stream"]
        row = self._row
        self._refill()
        self._row = row
        if row >= 0:
            self._take_row()
        self._g_ready = numbers["_g_ready"]
        copy_into(self._own(), tensors)
        self._settled = -1
        for player, t in zip((self.g, self.d), numbers["t"], strict=True):
            player.t.fill_(t)
        if self.half:
            self._load_half(tensors, fakes=numbers["_fakes"])

    def _load_half(self, tensors: Mapping[str, Tensor], *, fakes: bool) -> None:
        if self._row < 0:
            raise ValueError("half an iteration without a batch")
        if fakes:
            # as they were made: nobody but D has moved since, and the statistics know them
            with normalised(self.g_module, self.g_module.company.now(training=True)):
                self._generate()
        with torch.no_grad(), normalised(self.d_module, self.d_norm):
            real, fake = self.d_module.both(self._real, self._real, self._y, self._y)
        self._judged = real, fake
        copy_into({"judged.real": real, "judged.fake": fake}, tensors)
        if self._g_ready:
            self._judged_for_g = torch.empty_like(fake)
            self._norm = torch.empty_like(self._norm)
            copy_into({"g.gradients": self.g.network.gradients, "norm": self._norm}, tensors)
            copy_into({"judged.for_g": self._judged_for_g}, tensors)


def _backward(
    ends: Sequence[Tensor], slopes: Sequence[Tensor | None], network: FlatNetwork
) -> None:
    """Add to a network's gradients those of a cost with these slopes at these ends."""
    backward(ends, slopes, inputs=network.leaves)


_NUMBERS = ("iteration", "half", "_row", "_d_steps", "_g_ready", "_averages")
"""The training's own numbers in a checkpoint."""

"""Looking at a GAN that makes pictures without touching it: what a frame shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
import torch
from torch import Tensor

from gan_core.frame import CHANNELS, COMPANY_DRAWS, JUDGED, PICTURES, WALK
from gan_core.images.scenery import scenery, shown_real
from gan_core.latents import GaussianLatent
from gan_core.metrics.outputs import histogram, score_range
from gan_core.networks.modules import layer_outputs, normalised
from gan_core.networks.norms import How
from gan_core.streams import SHOWN_COMPANY, SHOWN_LATENT, stream

if TYPE_CHECKING:
    from gan_core.images.data import Pictures
    from gan_core.images.training import ImageTraining
    from gan_core.latents import Latent

PER_CLASS: Final = 8
"""Shown pictures of each class, where G is told of classes."""
WITNESSES: Final = 3
"""Samples beside the one that is looked at where they make no difference: few show as much."""
AT_ONCE: Final = 256
"""Pictures generated at once where many are needed."""


class ImageObserver:
    """Looks at an `ImageTraining`, which neither waits for it nor feels it.

    G is shown as it would be used, picture by picture: by running statistics where it normalises
    by batches. D is shown as it plays, among others of its batch. Where G is averaged over time,
    its average is what is seen.

    Attributes
    ----------
    count
        Shown pictures.
    y
        The class of each, (count,); None where G is told of none.
    """

    def __init__(self, training: ImageTraining, pictures: Pictures) -> None:
        self._training = training
        settings = training.settings
        self._scenery = scenery(settings, pictures)
        which = shown_real(settings, pictures)
        self._real = training.unit(self._tensor(pictures.images[which]))
        labels = self._tensor(pictures.labels[which]).long()
        self._real_y = labels if settings.classes else None
        self.count = settings.classes * PER_CLASS or PICTURES
        self._z = settings.latent.sample(self.count, stream(settings.seed, SHOWN_LATENT))
        self.y = self.classes(np.arange(self.count))

    def classes(self, numbers: np.ndarray) -> Tensor | None:
        """Return the classes of pictures with these numbers; None where G is told of none."""
        classes = self._training.settings.classes
        return self._tensor(numbers % classes) if classes else None

    def scenery(self) -> dict[str, Any]:
        """Return the fields of a `Frame` that stand still."""
        return {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in self._scenery.items()
        }

    def picture(self, look: Sequence[int]) -> dict[str, Any] | None:
        """Return the fields of a `Frame` that show the present players; None if not finite.

        Parameters
        ----------
        look
            Two shown pictures, and a draw of neighbours; see `Frame.look`.
        """
        a, b, draw = (min(look[0], self.count - 1), min(look[1], self.count - 1), look[2])
        game = self._training.settings.game
        with torch.no_grad():
            made, layers = self._made(a, b)
            pictures, walk = made[: self.count], made[self.count :]
            on_real, on_fake, judged = self._judged(pictures, a)
            company = self._company(a, draw) if draw >= 0 else {}
            logits = on_fake.flatten(1).mean(1) if on_fake.ndim > 1 else on_fake
            real, fake = (game.output(one).flatten().cpu().numpy() for one in (on_real, on_fake))
        if not (torch.isfinite(made).all() and np.isfinite(real).all() and np.isfinite(fake).all()):
            return None
        low, high = score_range(game, real, fake)
        return self.scenery() | {
            "score_low": low,
            "score_high": high,
            "histogram": np.stack([histogram(one, low, high) for one in (real, fake)]),
            "logits": logits[:JUDGED].cpu().numpy().copy(),
            "look": np.array([a, b, draw], np.float32),
            "pictures": grey(pictures),
            "walk": grey(walk),
            **_packed([(0, one) for one in layers] + [(1, one) for one in judged]),
            **company,
        }

    def generate(self, z: np.ndarray, y: np.ndarray | None) -> Tensor:
        """Return G(z), (n, 1, h, w), for latents (n, dim) and, if G is told of them, classes."""
        g, found = self._training.shown, []
        with torch.no_grad(), normalised(g, g.company.now(training=False)):
            for at in range(0, len(z), AT_ONCE):
                part = slice(at, at + AT_ONCE)
                found.append(g(self._tensor(z[part]), None if y is None else self._tensor(y[part])))
        return torch.cat(found)

    def shown(self) -> Tensor:
        """Return the shown pictures, (count, 1, h, w)."""
        return self.generate(self._z, None if self.y is None else self.y.cpu().numpy())

    def _made(self, a: int, b: int) -> tuple[Tensor, list[Tensor]]:
        """Return the shown pictures and those of the walk, and G's layers at picture a."""
        g = self._training.shown
        path = between(self._training.settings.latent, self._z[a], self._z[b], WALK)
        z = self._tensor(np.concatenate([self._z, path]))
        y = None if self.y is None else torch.cat([self.y, self.y[a].expand(WALK)])
        with normalised(g, g.company.now(training=False)):
            outputs = [output for _, output in layer_outputs(g, z, y)]
        made = outputs[-1].reshape(len(z), 1, *self._training.settings.images.shape)
        return made, [output[a] for output in outputs]

    def _judged(self, pictures: Tensor, a: int) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return D's logits of the real and of shown pictures, and its layers at picture a."""
        d, real, real_y = self._training.d_module, self._real, self._real_y
        with normalised(d, d.company.now(training=True)):
            if not d.judges_together:
                outputs = [output for _, output in layer_outputs(d, pictures, self.y)]
                return d(real, real_y), d.result(outputs[-1]), [output[a] for output in outputs]
            first = max(0, a + 1 - len(real))  # as many fakes as real pictures, a among them
            part = slice(first, first + len(real))
            y = None if real_y is None or self.y is None else torch.cat([real_y, self.y[part]])
            both = layer_outputs(d, torch.cat([real, pictures[part]]), y)
        on_real, on_fake = d.result(both[-1][1]).chunk(2)
        return on_real, on_fake, [output[len(real) + a - first] for _, output in both]

    def _company(self, a: int, draw: int) -> dict[str, np.ndarray]:
        """Return how picture a comes out among changing neighbours, under each normalisation."""
        g, settings = self._training.shown, self._training.settings
        if not g.has_norms:
            return {}
        rng, n = stream(settings.seed, SHOWN_COMPANY, draw), settings.batch - 1
        drawn = settings.latent.sample(COMPANY_DRAWS * (1 + n), rng)
        z = drawn.reshape(COMPANY_DRAWS, 1 + n, -1)
        z[:, 0] = self._z[a]
        numbers = rng.integers(0, max(1, settings.classes), (COMPANY_DRAWS, 1 + n))
        numbers[:, 0] = a
        rows = []
        for how in get_args(How):
            seen = slice(0, 1 + (n if how == "train" else min(n, WITNESSES)))
            batch = self._tensor(z[:, seen].reshape(-1, z.shape[-1]))
            y = self.classes(numbers[:, seen].reshape(-1))
            with normalised(g, how):
                g.company.sources = COMPANY_DRAWS  # each draw is a batch of its own
                try:
                    made = g(batch, y)
                finally:
                    g.company.sources = 1
            rows.append(made.view(COMPANY_DRAWS, -1, *made.shape[2:])[:, 0])
        gaps = [(row[:, None] - row).abs().mean((2, 3)).sum() / 2 for row in rows]
        pairs = COMPANY_DRAWS * (COMPANY_DRAWS - 1)
        change = (torch.stack(gaps) / pairs).cpu().numpy()
        return {"company": grey(torch.cat(rows)[:, None]), "company_change": change}

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._training.device)


def between(latent: Latent, a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """Return `n` latents on the way from a to b, both included, (n, dim) float32.

    Between Gaussian latents the direction turns evenly and the norm grows evenly: the middle of a
    straight line would lie nearer to the origin than nearly all latents do. Reference: White 2016,
    "Sampling Generative Networks", §2.1.
    """
    share = np.linspace(0, 1, n)[:, None]
    straight = (1 - share) * a + share * b
    norms = np.linalg.norm(a), np.linalg.norm(b)
    if not isinstance(latent, GaussianLatent) or not min(norms) > 0:
        return np.asarray(straight, np.float32)
    angle = np.arccos(np.clip(a @ b / (norms[0] * norms[1]), -1, 1))
    if np.sin(angle) < 1e-3:  # in line with the origin: there is no arc
        return np.asarray(straight, np.float32)
    turned = np.sin((1 - share) * angle) * a / norms[0] + np.sin(share * angle) * b / norms[1]
    path = turned / np.sin(angle) * ((1 - share) * norms[0] + share * norms[1])
    path[0], path[-1] = a, b
    return np.asarray(path, np.float32)


def grey(pictures: Tensor) -> np.ndarray:
    """Return pictures in [−1, 1], (n, 1, h, w), as grey levels 0..255, (n, h, w) uint8."""
    levels = pictures.add(1).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)
    return np.asarray(levels.squeeze(1).cpu().numpy().copy())


def _packed(layers: Sequence[tuple[int, Tensor]]) -> dict[str, np.ndarray]:
    """Return feature maps of one picture as `layers` and `layer_shapes` of a `Frame`.

    Parameters
    ----------
    layers
        The player, and its maps, (channels, h, w), or units without neighbours: a map of one row.
    """
    shapes, values = [], []
    for player, output in layers:
        maps = output.cpu().numpy()
        if maps.ndim == 1:
            maps = maps[None, None]
        maps = maps[:CHANNELS]
        top = max(float(np.abs(maps).max()), 1e-12)
        with np.errstate(invalid="ignore"):  # what is not finite is not shown: see `picture`
            values.append((128 + np.rint(127 * (maps / top))).astype(np.uint8).ravel())
        shapes.append((player, *maps.shape))
    return {"layers": np.concatenate(values), "layer_shapes": np.array(shapes, np.int32)}

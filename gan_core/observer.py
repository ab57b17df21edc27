"""Looking at a GAN without touching it: the picture that a frame shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.ndimage import gaussian_filter1d

from gan_core.constraints.weight_clipping import WeightClipping
from gan_core.frame import JUDGED, SHOWN
from gan_core.metrics.critics import slope_histogram, weight_histogram
from gan_core.metrics.modes import nearest
from gan_core.metrics.outputs import histogram, score_range
from gan_core.settings import Settings
from gan_core.streams import SHOWN_LATENT, SHOWN_REAL, stream

if TYPE_CHECKING:
    import torch

    from gan_core.ensemble import Ensemble
    from gan_core.networks.stacked import StackedMLP
else:
    from gan_core.lazy import torch

FIELD = 64
"""Cells of D's field along each side of the plane."""
LINE = 256
"""Cells of D's field on a line."""
WARP = 21
"""Lines of the latent grid in each direction."""
THREAD = 61
"""Latents of the thread that is shown where the data lie on a line."""
DENSITY = 4000
"""Fakes from which a density on a line is estimated."""
ARROWS = 100
"""Fakes that have an arrow."""
BETWEEN = 256
"""Points between real samples and fakes at which a critic's slope is taken."""
GOLDEN = 0.6180339887
"""Its multiples less their whole part are even on [0, 1), however many there are."""
PARTNERS = 4
"""Packs over which D's field is averaged where D judges several samples at once."""
COMPANY = 32
"""Inputs of a batch with which D compares each point of its field, where it compares at all."""


def scenery(settings: Settings) -> dict[str, Any]:
    """Return the fields of a `Frame` that stand still: they need no trained network."""
    data = settings.data
    still = {
        "dim": data.dim,
        "extent": data.extent,
        "real": data.sample(SHOWN, stream(settings.seed, SHOWN_REAL)),
        "centres": data.centres.copy(),
        "weights": data.weights.astype(np.float32),
    }
    if data.dim == 1:
        known = data.density(_cells(data.extent, LINE)[:, None])
        still["density"] = np.stack([known, np.zeros(LINE)]).astype(np.float32)
    return still


def _cells(extent: float, n: int) -> np.ndarray:
    """Return the centres of `n` equal cells of [−extent, extent]."""
    return np.asarray(extent * ((np.arange(n) + 0.5) * 2 / n - 1))


class Observer:
    """Looks at the first member of an ensemble; the training neither waits for it nor feels it.

    Where G is averaged over time, its average is what is seen.

    Attributes
    ----------
    centres
        Centres of the data's modes, (m, dim).
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble
        settings = ensemble.settings
        self._data, self._pack = settings.data, settings.pack
        self._batch = settings.batch // settings.pack
        self.centres = self._data.centres
        self._scenery = scenery(settings)
        self._real = self._scenery["real"]
        rng = stream(settings.seed, SHOWN_LATENT)
        self._z = settings.latent.sample(SHOWN, rng)
        line = self._data.dim == 1
        self._z_grid = settings.latent.thread(THREAD) if line else settings.latent.grid(WARP)
        self._shape = (1, LINE) if line else (FIELD, FIELD)
        axis = _cells(self._data.extent, self._shape[1])
        grid = axis[:, None] if line else np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
        self._grid = grid.astype(np.float32)
        if line:
            self._z_many = settings.latent.sample(DENSITY, rng)

    def scenery(self) -> dict[str, Any]:
        """Return the fields of a `Frame` that stand still."""
        still = {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in self._scenery.items()
        }
        return still | ({"latent": self._z_grid[0, :, 0].copy()} if self._data.dim == 1 else {})

    def picture(self) -> dict[str, Any] | None:
        """Return the fields of a `Frame` that show the present players; None if not finite."""
        fake = self.fake(self._z)
        if not np.isfinite(fake).all():
            return None
        grid = self._field(fake)
        on_real, logits = self.score(self._packed(self._real)), self._judge(self._packed(fake))
        on_fake = self._output(logits)
        if not all(np.isfinite(part).all() for part in (grid, on_real, on_fake)):
            return None
        low, high = score_range(self._ensemble.settings.game, on_real, on_fake, grid)
        arrows, scale = self._arrows(self._packed(fake[:ARROWS]))
        warp = self.fake(self._z_grid.reshape(-1, self._z_grid.shape[-1]))
        seen = self.scenery() | {
            "score_low": low,
            "score_high": high,
            "score_kind": int(self._ensemble.settings.game.scores),
            "game": self._ensemble.settings.game.key,
            "fake": fake.copy(),
            "field": grid.reshape(self._shape).copy(),
            "warp": warp.reshape(*self._z_grid.shape[:2], -1).copy(),
            "arrows": arrows,
            "arrow_scale": scale,
            "logits": logits[:JUDGED].cpu().numpy().copy(),
            "histogram": np.stack([histogram(one, low, high) for one in (on_real, on_fake)]),
            "shares": self._shares(fake) if len(self.centres) else np.zeros(0),
        }
        if self._data.dim == 1:
            seen["density"][1] = self._fake_density()
        if self._ensemble.settings.game.scores:
            seen |= self._critic(fake)
        return seen

    def latents(self, n: int) -> np.ndarray:
        """Return up to two coordinates of the latents behind the first `n` shown fakes."""
        return self._z[:n, :2].copy()

    def shown(self, n: int) -> np.ndarray:
        """Return the first `n` shown fakes, (n, dim)."""
        return self.fake(self._z[:n])

    def fake(self, z: np.ndarray) -> np.ndarray:
        """Return G(z), (n, dim), for latents (n, dim of z), without leaving a trace."""
        with torch.inference_mode():
            averaged = self._ensemble.averaged
            g = self._ensemble.g.network.member(0)
            x = g(self._tensor(z), None if averaged is None else averaged[:1])
        return np.asarray(x[0].cpu().numpy())

    def score(self, packs: np.ndarray) -> np.ndarray:
        """Return D's output, (n,), for its inputs (n, pack · dim): a probability or a score."""
        return self._output(self._judge(packs))

    @property
    def _d(self) -> StackedMLP:
        """D of the first member."""
        return self._ensemble.d.network.member(0)

    def _judge(self, packs: np.ndarray) -> torch.Tensor:
        """Return D's logits, (n,), of its inputs."""
        if not self._d.features:
            return self._logits(packs)
        # in batches of about the size that it knows
        parts = np.array_split(packs, max(1, round(len(packs) / self._batch)))
        return torch.cat([self._logits(part) for part in parts])

    def _logits(self, packs: np.ndarray, among: np.ndarray | None = None) -> torch.Tensor:
        """Return D's logits, (n,), of inputs in one batch, or each among those of another."""
        others = None if among is None else self._tensor(among)
        with torch.inference_mode():
            return self._d(self._tensor(packs), among=others)[0, :, 0]

    def _output(self, logits: torch.Tensor) -> np.ndarray:
        with torch.inference_mode():
            return np.asarray(self._ensemble.settings.game.output(logits).cpu())

    def _field(self, fake: np.ndarray) -> np.ndarray:
        """Return D's output on the grid, (cells,).

        Where D judges packs, a point of the grid shares its pack with real samples or with fakes,
        in turn; the field is the mean over `PARTNERS` such packs. Where it compares the samples of
        a batch, the pack is one more member of such a batch, of the same kind as its partners.
        """
        alone, told = self._pack == 1, self._d.features
        if alone and not told:
            return self.score(self._grid)
        others, total = self._pack - 1, np.zeros(len(self._grid), np.float32)
        rounds = 2 if alone else PARTNERS
        for i in range(rounds):
            source = (self._real, fake)[i % 2]
            partners = source[i * others : (i + 1) * others].reshape(1, -1)
            packs = np.concatenate([self._grid, np.repeat(partners, len(self._grid), 0)], 1)
            among = self._packed(source)[-COMPANY:] if told else None
            total += self._output(self._logits(packs, among))
        return total / rounds

    def _packed(self, x: np.ndarray) -> np.ndarray:
        """Return samples, (n, dim), as D's inputs, (n // pack, pack · dim)."""
        n = len(x) // self._pack * self._pack
        return x[:n].reshape(n // self._pack, -1)

    def _fake_density(self) -> np.ndarray:
        """Return an estimate of the generator's density in the cells of a line, (LINE,).

        A histogram of many fakes, blurred a little: by a third of a mode's width, or by a cell.
        """
        width = 2 * self._data.extent / LINE
        x = self.fake(self._z_many)[:, 0]
        cell = np.floor((x + self._data.extent) / width)
        inside = (cell >= 0) & (cell < LINE)
        counts = np.bincount(cell[inside].astype(int), minlength=LINE).astype(float)
        spread = self._data.spread if np.isfinite(self._data.spread) else 0.0
        blur = max(1.0, spread / 3 / width)
        return np.asarray(gaussian_filter1d(counts, blur, mode="constant") / (len(x) * width))

    def _tensor(self, x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(x))[None].to(self._ensemble.device)

    def _shares(self, fake: np.ndarray) -> np.ndarray:
        finite = fake[np.isfinite(fake).all(1)]
        which, _ = nearest(finite, self.centres)
        return np.bincount(which, minlength=len(self.centres)) / max(1, len(fake))

    def _critic(self, fake: np.ndarray) -> dict[str, np.ndarray]:
        """Return the fields of a `Frame` that show what bounds a critic, and how steep it is."""
        d, constraint = self._d, self._ensemble.settings.constraint
        bound = constraint.clip if isinstance(constraint, WeightClipping) else float("nan")
        real, fake = (self._packed(x)[:BETWEEN] for x in (self._real, fake))
        mix = (np.arange(len(real), dtype=np.float32) * GOLDEN)[:, None] % 1
        with torch.inference_mode():
            (tape,) = d.tapes([self._tensor(mix * real + (1 - mix) * fake).transpose(1, 2)])
            d.forward_hidden(tape)
            ones = tape.inputs.new_ones(1, 1, len(real))
            slopes = torch.linalg.vector_norm(d.input_gradient(tape, ones)[0], dim=0).cpu().numpy()
            weights = d.used[0].cpu().numpy()
        return {
            "weights_histogram": weight_histogram(weights, bound),
            "slopes": slope_histogram(slopes),
        }

    def _arrows(self, packs: np.ndarray) -> tuple[np.ndarray, float]:
        """Return where G wants to move the fakes in these packs, and the strongest pull.

        The arrows, (fakes, dim), are scaled so that the longest has length 1.
        """
        game, d = self._ensemble.settings.game, self._d
        with torch.inference_mode():
            (tape,) = d.tapes([self._tensor(packs).transpose(1, 2)])
            logits = tape.inputs.new_empty(1, 1, len(packs))
            d.forward(tape, logits)
            wish = -d.input_gradient(tape, game.g_slope(logits))[0].T.cpu().numpy()
        wish = wish.reshape(-1, self._data.dim).astype(float)  # squares of large pulls overflow
        length = float(np.sqrt((wish**2).sum(1)).max())
        if not np.isfinite(length) or length == 0:
            return np.zeros(wish.shape, np.float32), 0.0
        return (wish / length).astype(np.float32), length

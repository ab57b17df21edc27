"""Looking at a GAN without touching it: the picture that a frame shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.frame import SHOWN
from gan_core.metrics.modes import nearest
from gan_core.streams import SHOWN_LATENT, SHOWN_REAL, stream

if TYPE_CHECKING:
    import torch

    from gan_core.ensemble import Ensemble
else:
    from gan_core.lazy import torch

FIELD = 64
"""Cells of D's field along each side."""
WARP = 21
"""Lines of the latent grid in each direction."""
ARROWS = 100
"""Fakes that have an arrow."""
BINS = 30
"""Bins of the histograms of D's output."""


class Observer:
    """Looks at the first member of an ensemble; the training neither waits for it nor feels it.

    Attributes
    ----------
    centres
        Centres of the data's modes, (m, 2).
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble
        settings = ensemble.settings
        self._data = settings.data
        self.centres = self._data.centres
        self._real = self._data.sample(SHOWN, stream(settings.seed, SHOWN_REAL))
        self._z = settings.latent.sample(SHOWN, stream(settings.seed, SHOWN_LATENT))
        self._z_grid = settings.latent.grid(WARP)
        cells = self._data.extent * ((np.arange(FIELD) + 0.5) * 2 / FIELD - 1)
        self._grid = np.stack(np.meshgrid(cells, cells), -1).reshape(-1, 2).astype(np.float32)

    def scenery(self) -> dict[str, Any]:
        """Return the fields of a `Frame` that stand still: extent, real samples, centres."""
        return {
            "extent": self._data.extent,
            "real": self._real.copy(),
            "centres": self.centres.copy(),
        }

    def picture(self) -> dict[str, Any] | None:
        """Return the fields of a `Frame` that show the present players; None if not finite."""
        fake, grid = self.fake(self._z), self.score(self._grid)
        on_real, on_fake = self.score(self._real), self.score(fake)
        if not all(np.isfinite(part).all() for part in (fake, grid, on_real, on_fake)):
            return None
        low, high = self._score_range(grid, on_real, on_fake)
        arrows, scale = self._arrows(fake[:ARROWS])
        warp = self.fake(self._z_grid.reshape(-1, self._z_grid.shape[-1]))
        return self.scenery() | {
            "score_low": low,
            "score_high": high,
            "score_kind": int(self._ensemble.settings.game.is_critic),
            "fake": fake.copy(),
            "field": grid.reshape(FIELD, FIELD).copy(),
            "warp": warp.reshape(*self._z_grid.shape[:2], 2).copy(),
            "arrows": arrows,
            "arrow_scale": scale,
            "histogram": np.stack([_bins(on_real, low, high), _bins(on_fake, low, high)]),
            "shares": self._shares(fake) if len(self.centres) else np.zeros(0),
        }

    def present_shares(self, n: int) -> np.ndarray:
        """Return the share per nearest mode, (m,), of the first `n` shown fakes."""
        return self._shares(self.fake(self._z[:n]))

    def fake(self, z: np.ndarray) -> np.ndarray:
        """Return G(z), (n, 2), for latents (n, dim), without leaving a trace."""
        with torch.inference_mode():
            x = self._ensemble.g.network(self._tensor(z))
        return np.asarray(x[0].cpu().numpy())

    def score(self, x: np.ndarray) -> np.ndarray:
        """Return D's output, (n,): a probability, or a critic's score."""
        with torch.inference_mode():
            a = self._ensemble.d.network(self._tensor(x))[0, :, 0]
            return np.asarray(
                (a if self._ensemble.settings.game.is_critic else torch.sigmoid(a)).cpu()
            )

    def _tensor(self, x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(x))[None].to(self._ensemble.device)

    def _shares(self, fake: np.ndarray) -> np.ndarray:
        finite = fake[np.isfinite(fake).all(1)]
        which, _ = nearest(finite, self.centres)
        return np.bincount(which, minlength=len(self.centres)) / max(1, len(fake))

    def _score_range(
        self, grid: np.ndarray, on_real: np.ndarray, on_fake: np.ndarray
    ) -> tuple[float, float]:
        """Return the range of D's output: [0, 1], or all that a critic gives.

        A critic's range is centred half-way between its mean scores of real and fake samples,
        where a judge has D(x) = ½.
        """
        if not self._ensemble.settings.game.is_critic:
            return 0.0, 1.0
        middle = float(on_real.mean() + on_fake.mean()) / 2
        reach = max(float(np.abs(scores - middle).max()) for scores in (grid, on_real, on_fake))
        # a critic that gives everything nearly the same score still has a range to draw
        reach = max(reach, 1e-6 * max(1.0, abs(middle)))
        return middle - reach, middle + reach

    def _arrows(self, fake: np.ndarray) -> tuple[np.ndarray, float]:
        """Return where G wants to move these fakes, longest = 1, and the longest's length."""
        game, d = self._ensemble.settings.game, self._ensemble.d.network
        with torch.inference_mode():
            (tape,) = d.tapes([self._tensor(fake)])
            logits = tape.inputs.new_empty(*tape.inputs.shape[:2], 1)
            d.forward(tape, logits)
            wish = -d.input_gradient(tape, game.g_slope(logits))[0].cpu().numpy()
        length = float(np.sqrt((wish**2).sum(1)).max())
        if not np.isfinite(length) or length == 0:
            return np.zeros_like(wish), 0.0
        return wish / length, length


def _bins(scores: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the share of the scores in each of `BINS` equal bins of [low, high]."""
    part = (scores.astype(float) - low) / (high - low)
    counts = np.bincount(np.clip(part * BINS, 0, BINS - 1).astype(int), minlength=BINS)
    return np.asarray(counts / len(scores))

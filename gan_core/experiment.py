"""One experiment: a live GAN that can be stepped, changed, looked at, measured and saved."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gan_core.ensemble import Ensemble
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, SHOWN, Frame
from gan_core.history import History
from gan_core.metrics import modes, transport
from gan_core.metrics.divergences import js_floor, js_to_data
from gan_core.metrics.transport import w1_floor, wasserstein
from gan_core.settings import Settings, live_change
from gan_core.streams import MEASURED, SHOWN_LATENT, SHOWN_REAL, stream

if TYPE_CHECKING:
    import torch
else:
    from gan_core.lazy import torch

FIELD = 64
"""Cells of D's field along each side."""
WARP = 21
"""Lines of the latent grid in each direction."""
ARROWS = 100
BINS = 30
LOOK = 25
"""Iterations between two looks at the dominant mode."""
LOOKED_AT = 500
"""Fakes in such a look."""
CHECK = 5
"""Iterations between two looks for divergence; a divisor of `LOOK`."""
RECENT = 50
"""Iterations over which `recent` holds the history unthinned."""


class Experiment:
    """A GAN in training under given settings.

    The caller owns the loop: `step` returns. Looking (`frame`) and measuring (`measure`) never
    change the path of the training: same settings, same bits, seen or unseen (CPU, one thread).

    Attributes
    ----------
    settings
        The present settings.
    epoch
        Number of restarts so far.
    status
        "ok", or "diverged" once a number stopped being finite; then `step` does nothing.
    wandering
        How the dominant mode moved over the whole run.
    recent
        The last iterations' rows of `HISTORY_COLUMNS` that have been drained, unthinned.
    diverged_at
        The first iteration at which something was not finite; −1 while all is.
    """

    def __init__(self, settings: Settings, device: str = "cpu") -> None:
        self._device = device
        self.epoch = 0
        self._begin(settings)

    def _begin(self, settings: Settings) -> None:
        self.settings = settings
        self.status = "ok"
        self._ensemble = Ensemble([settings], self._device)
        self._history = History(len(HISTORY_COLUMNS))
        self._metrics = History(len(METRIC_COLUMNS), capacity=2048)
        self.recent = np.zeros((0, len(HISTORY_COLUMNS)))
        self.diverged_at = -1
        self.coverage: modes.Coverage | None = None
        self._floors = (float("nan"), float("nan"))
        self.wandering = modes.Wandering()
        seed, data = settings.seed, settings.data
        self._centres = data.centres
        self._real = data.sample(SHOWN, stream(seed, SHOWN_REAL))
        self._z = settings.latent.sample(SHOWN, stream(seed, SHOWN_LATENT))
        self._z_grid = settings.latent.grid(WARP)
        cells = data.extent * ((np.arange(FIELD) + 0.5) * 2 / FIELD - 1)
        self._grid = np.stack(np.meshgrid(cells, cells), -1).reshape(-1, 2).astype(np.float32)
        self._last_good: Frame | None = None

    # -- running -------------------------------------------------------------------------

    @property
    def iteration(self) -> int:
        """Updates of G so far."""
        return self._ensemble.iteration

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet, else 0."""
        return self._ensemble.half

    @property
    def pretraining(self) -> int:
        """Steps that D still learns before the game begins."""
        return self._ensemble.pretraining

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of D's pre-training; `step` plays all that is left of it."""
        if self.pretraining:
            self._ensemble.pretrain(n)

    def step(self, n: int = 1) -> None:
        """Play `n` iterations, or fewer if the run diverges."""
        self.pretrain(self.pretraining)
        while n > 0 and self.status == "ok":
            run = min(n, CHECK - self.iteration % CHECK)
            self._ensemble.step(run)
            n -= run
            self._after_iterations()

    def step_half(self) -> None:
        """Play half an iteration: what comes before G moves, or the rest."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            update = self.settings.update
            with torch.inference_mode():
                if self.half:
                    update.second_half(self._ensemble)
                else:
                    update.first_half(self._ensemble)
            self._after_iterations()

    def step_d(self) -> None:
        """Move D alone by one step."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            with torch.inference_mode():
                self._ensemble.d_step()

    def step_g(self) -> None:
        """Move G alone by one step; it counts as an iteration."""
        self.pretrain(self.pretraining)
        if self.status == "ok":
            with torch.inference_mode():
                self._ensemble.g_step()
            self._after_iterations()

    def _after_iterations(self) -> None:
        """Look and check at fixed iterations, so that neither depends on who watches."""
        if self.half == 0 and self.iteration % LOOK == 0:
            self._look()
        if self.half == 0 and self.iteration % CHECK == 0:
            self._check()

    def change(self, settings: Settings) -> bool:
        """Go on under other settings.

        Returns
        -------
        bool
            True if the change acts on the running experiment, False if it restarted it.
        """
        if self.status == "ok" and live_change(self.settings, settings):
            self._drain()
            self.settings = settings
            self._ensemble.change([settings])
            return True
        self.epoch += 1
        self._begin(settings)
        return False

    def reset(self, settings: Settings | None = None) -> None:
        """Start again, under the present settings or others."""
        self.epoch += 1
        self._begin(settings or self.settings)

    def _check(self) -> None:
        """Notice divergence: parameters whose sum is not finite end the run."""
        players = (self._ensemble.g, self._ensemble.d)
        if not all(math.isfinite(float(p.network.parameters.sum())) for p in players):
            self.status = "diverged"

    def _drain(self) -> None:
        """Take over what happened since the last time."""
        rows = self._ensemble.history()[:, 0]
        self._history.append(rows)
        self.recent = np.concatenate([self.recent, rows])[-RECENT:]
        if self.diverged_at < 0 and not (finite := np.isfinite(rows).all(1)).all():
            self.diverged_at = int(rows[~finite][0, 0])

    # -- looking -------------------------------------------------------------------------

    def _fake(self, z: np.ndarray) -> np.ndarray:
        """Return G(z), (n, 2), for latents (n, dim), without leaving a trace."""
        with torch.inference_mode():
            x = self._ensemble.g.network(self._tensor(z))
        return np.asarray(x[0].cpu().numpy())

    def _score(self, x: np.ndarray) -> np.ndarray:
        """Return D's output, (n,): a probability, or a critic's score."""
        with torch.inference_mode():
            a = self._ensemble.d.network(self._tensor(x))[0, :, 0]
            return np.asarray((a if self.settings.game.is_critic else torch.sigmoid(a)).cpu())

    def _tensor(self, x: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(x))[None].to(self._device)

    def _look(self) -> None:
        if len(self._centres):
            shares = self._shares(self._fake(self._z[:LOOKED_AT]))
            self.wandering.look(shares)

    def _shares(self, fake: np.ndarray) -> np.ndarray:
        finite = fake[np.isfinite(fake).all(1)]
        which, _ = modes.nearest(finite, self._centres)
        return np.bincount(which, minlength=len(self._centres)) / max(1, len(fake))

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now; metrics are those of the last `measure`.

        Parameters
        ----------
        since
            History and metrics hold the rows later than this iteration (−1: all, thinned).
        """
        self._drain()
        fake, grid = self._fake(self._z), self._score(self._grid)
        on_real, on_fake = self._score(self._real), self._score(fake)
        if not all(np.isfinite(part).all() for part in (fake, grid, on_real, on_fake)):
            return self._broken_frame(since)
        low, high = self._score_range(grid, on_real, on_fake)
        arrows, scale = self._arrows(fake[:ARROWS])
        warp = self._fake(self._z_grid.reshape(-1, self.settings.latent.dim))
        frame = Frame(
            epoch=self.epoch,
            iteration=self.iteration,
            half=self.half,
            status="paused" if self.status == "ok" else "diverged",
            extent=self.settings.data.extent,
            js_floor=self._floors[0],
            w1_floor=self._floors[1],
            score_low=low,
            score_high=high,
            score_kind=int(self.settings.game.is_critic),
            arrow_scale=scale,
            real=self._real.copy(),
            centres=self._centres.copy(),
            fake=fake.copy(),
            field=grid.reshape(FIELD, FIELD).copy(),
            warp=warp.reshape(*self._z_grid.shape[:2], 2).copy(),
            arrows=arrows,
            histogram=np.stack([_bins(on_real, low, high), _bins(on_fake, low, high)]),
            history=self._history.since(since),
            metrics=self._metrics.since(since),
            shares=self._shares(fake) if len(self._centres) else np.zeros(0),
        )
        self._last_good = frame
        return frame

    def _broken_frame(self, since: int) -> Frame:
        """Return the last good picture, with the history as far as it is finite."""
        rows, data = self._history.since(since), self.settings.data
        bare = Frame(self.epoch, extent=data.extent, real=self._real.copy(), centres=data.centres)
        good = self._last_good or bare
        return replace(
            good,
            iteration=self.iteration if self.diverged_at < 0 else self.diverged_at,
            status="paused" if self.status == "ok" else "diverged",
            history=rows[np.isfinite(rows).all(1)],
            metrics=self._metrics.since(since),
        )

    def _score_range(
        self, grid: np.ndarray, on_real: np.ndarray, on_fake: np.ndarray
    ) -> tuple[float, float]:
        """Return the range of D's output: [0, 1], or all that a critic gives.

        A critic's range is centred half-way between its mean scores of real and fake samples,
        where a judge has D(x) = ½.
        """
        if not self.settings.game.is_critic:
            return 0.0, 1.0
        middle = float(on_real.mean() + on_fake.mean()) / 2
        reach = max(float(np.abs(scores - middle).max()) for scores in (grid, on_real, on_fake))
        # a critic that gives everything nearly the same score still has a range to draw
        reach = max(reach, 1e-6 * max(1.0, abs(middle)))
        return middle - reach, middle + reach

    def _arrows(self, fake: np.ndarray) -> tuple[np.ndarray, float]:
        """Return where G wants to move these fakes, longest = 1, and the longest's length."""
        game, d = self.settings.game, self._ensemble.d.network
        with torch.inference_mode():
            (tape,) = d.tapes([self._tensor(fake)])
            logits = tape.inputs.new_empty(*tape.inputs.shape[:2], 1)
            d.forward(tape, logits)
            wish = -d.input_gradient(tape, game.g_slope(logits))[0].cpu().numpy()
        length = float(np.sqrt((wish**2).sum(1)).max())
        if not np.isfinite(length) or length == 0:
            return np.zeros_like(wish), 0.0
        return wish / length, length

    # -- measuring -----------------------------------------------------------------------

    def measure(self) -> dict[str, float]:
        """Measure the fakes and add a row to the metrics; tens of milliseconds.

        The samples depend on the seed and the iteration alone, so the numbers do not depend on
        how often one looks.

        Returns
        -------
        dict
            The columns of the row (`METRIC_COLUMNS`). Modes are NaN for data without modes.
        """
        data, rng = self.settings.data, stream(self.settings.seed, MEASURED, self.iteration)
        fake = self._fake(self.settings.latent.sample(modes.SAMPLES, rng))
        if len(self._centres):
            self.coverage = modes.coverage(fake, self._centres, data.spread)
        n = transport.SAMPLES
        found = self.coverage
        row = (
            float(self.iteration),
            float(found.covered) if found else float("nan"),
            float(found.captured) if found else float("nan"),
            found.high_quality if found else float("nan"),
            js_to_data(fake, data),
            wasserstein(fake[:n], data.sample(n, rng)),
        )
        self._floors = (js_floor(data, modes.SAMPLES), w1_floor(data))
        rows = self._metrics.since(-1, limit=1 << 30)
        if not len(rows) or rows[-1, 0] < self.iteration:
            self._metrics.append(np.array([row]))
        return dict(zip(METRIC_COLUMNS, row, strict=True))

    def history(self) -> np.ndarray:
        """Return the whole history kept so far: rows of `HISTORY_COLUMNS`."""
        self._drain()
        return self._history.since(-1, limit=1 << 30)

    # -- saving --------------------------------------------------------------------------

    def state(self) -> bytes:
        """Return a checkpoint: safetensors with the settings as JSON in its header.

        It continues with the same bits. History and metrics begin anew.
        """
        from safetensors.torch import save

        tensors, numbers = self._ensemble.state()
        numbers["epoch"] = self.epoch
        return bytes(
            save(tensors, {"settings": self.settings.to_json(), "numbers": json.dumps(numbers)})
        )

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Experiment:
        """Return the experiment that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint, or one of another shape.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            tensors, meta = load(state), _metadata(state)
            settings, numbers = Settings.from_json(meta["settings"]), json.loads(meta["numbers"])
        except (SafetensorError, KeyError, json.JSONDecodeError) as error:
            raise ValueError(f"these bytes hold no checkpoint: {error}") from error
        experiment = cls(settings, device)
        experiment._ensemble.load(tensors, numbers)
        experiment.epoch = numbers["epoch"]
        return experiment


def _metadata(state: bytes) -> dict[str, str]:
    """Return the metadata in a safetensors header (8 bytes of length, then JSON)."""
    length = int.from_bytes(state[:8], "little")
    return dict(json.loads(state[8 : 8 + length])["__metadata__"])


def _bins(scores: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the share of the scores in each of `BINS` equal bins of [low, high]."""
    part = (scores.astype(float) - low) / (high - low)
    counts = np.bincount(np.clip(part * BINS, 0, BINS - 1).astype(int), minlength=BINS)
    return np.asarray(counts / len(scores))

"""What `CHUNK` training steps consume, drawn ahead of time into memory that is allocated once.

A step draws nothing: real samples, latents and noise lie ready in rows, and what D says of a row
stays there until the chunk is summed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.settings import Settings
from gan_core.streams import BATCHES, NOISE, stream

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch

CHUNK = 32
"""Batches drawn at once."""


class Batches:
    """Rows of batches for K members, each from its own random stream.

    Parameters
    ----------
    members
        Settings that agree in all that shapes a batch.
    like
        A tensor of the device and the precision wanted.

    Attributes
    ----------
    samples, packs
        Real (and generated) samples in a batch, and how many inputs of D they make: D sees
        `settings.pack` samples at a time.
    z, mix
        Per row: latents (k, samples, dim of z), and uniform numbers in [0, 1), (k, packs, 1).
    fakes
        Per row: where G writes, (k, samples, dim).
    judged, real, fake
        Per row: D's inputs, (k, 2 packs, pack · dim); the first half is real, the second fake.
    d_logits, g_logits, norms
        What D says of its batch, (CHUNK, k, 2 packs, 1), and of the fakes in G's step, (CHUNK, k,
        packs, 1); the norm of G's gradient, (CHUNK, k).
    """

    def __init__(self, members: Sequence[Settings], like: Tensor) -> None:
        self._members, settings = members, members[0]
        k, pack, dim = len(members), settings.pack, settings.data.dim
        self.packs = settings.batch // pack
        self.samples = n = self.packs * pack

        def new(*shape: int) -> Tensor:
            return like.new_empty(CHUNK, k, *shape)

        self._data, self._z = new(2 * n, dim), new(n, settings.latent.dim)
        self._mix = new(self.packs, 1)
        self.d_logits, self.g_logits = new(2 * self.packs, 1), new(self.packs, 1)
        self.norms = new()
        self.whole = list(self._data.unbind())
        self.fakes = [whole[:, n:] for whole in self.whole]
        self.judged = [whole.view(k, 2 * self.packs, pack * dim) for whole in self.whole]
        self.real = [judged[:, : self.packs] for judged in self.judged]
        self.fake = [judged[:, self.packs :] for judged in self.judged]
        self.z, self.mix = list(self._z.unbind()), list(self._mix.unbind())
        self._rngs = [stream(member.seed, BATCHES) for member in members]
        self._noise: Tensor | None = None
        self._noisy = -1  # the chunk whose noise has been drawn
        self.chunk = -1
        self.refill()

    def refill(self) -> None:
        """Draw a new chunk."""
        settings, n = self._members[0], self.samples
        self.start = [rng.bit_generator.state for rng in self._rngs]
        self.chunk += 1
        for i, rng in enumerate(self._rngs):
            real = settings.data.sample(CHUNK * n, rng).reshape(CHUNK, n, -1)
            z = settings.latent.sample(CHUNK * n, rng).reshape(CHUNK, n, -1)
            mix = rng.random((CHUNK, self.packs, 1), dtype=np.float32)
            self._data[:, i, :n] = torch.from_numpy(real)
            self._z[:, i] = torch.from_numpy(z)
            self._mix[:, i] = torch.from_numpy(mix)

    def add_noise(self, row: int, sigma: float) -> None:
        """Blur a row's samples, real and fake, by Gaussian noise of width `sigma`."""
        if self._noise is None:
            self._noise = torch.empty_like(self._data)
        if self._noisy != self.chunk:
            # A stream per chunk: the same noise whenever it was switched on.
            for i, member in enumerate(self._members):
                rng = stream(member.seed, NOISE, self.chunk)
                shape = (CHUNK, *self._data.shape[2:])
                noise = rng.standard_normal(shape, dtype=np.float32)
                self._noise[:, i] = torch.from_numpy(noise)
            self._noisy = self.chunk
        self.whole[row].add_(self._noise[row], alpha=sigma)

    def state(self) -> dict[str, Any]:
        """Return where the streams stand, as JSON can hold it."""
        return {"chunk": self.chunk, "streams": self.start}

    def load(self, state: dict[str, Any]) -> None:
        """Draw the chunk again that was current when `state` was taken."""
        for rng, start in zip(self._rngs, state["streams"], strict=True):
            rng.bit_generator.state = start
        self.chunk = state["chunk"] - 1
        self.refill()

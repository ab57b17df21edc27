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
        Per row: latents (k, dim of z, samples), and uniform numbers in [0, 1), (k, 1,
        packs).
    made
        Where G writes, (k, dim, samples); `place` puts it into the batch.
    judged, real, fake
        Per row: D's inputs, (k, pack · dim, 2 packs); the first half is real, the second fake.
    d_logits, g_logits, norms
        What D says of its batch, (CHUNK, k, 1, 2 packs), and of the fakes in G's step,
        (CHUNK, k, 1, packs); the norm of G's gradient, (CHUNK, k).
    """

    def __init__(self, members: Sequence[Settings], like: Tensor) -> None:
        self._members, settings = members, members[0]
        k, pack, dim = len(members), settings.pack, settings.data.dim
        self.packs = settings.batch // pack
        self.samples = n = self.packs * pack

        def new(*shape: int) -> Tensor:
            return like.new_empty(CHUNK, k, *shape)

        # features first: see `gan_core.networks.stacked.Tape`
        self._data, self._z = new(pack * dim, 2 * self.packs), new(settings.latent.dim, n)
        self._mix = new(1, self.packs)
        self.d_logits, self.g_logits = new(1, 2 * self.packs), new(1, self.packs)
        self.norms = new()
        self.judged = list(self._data.unbind())
        self.real = [judged[..., : self.packs] for judged in self.judged]
        self.fake = [judged[..., self.packs :] for judged in self.judged]
        self.z, self.mix = list(self._z.unbind()), list(self._mix.unbind())
        # bmm is fast into contiguous memory alone, and half a batch is not
        self.made = like.new_empty(k, dim, n)
        made = self.made.view(k, dim, self.packs, pack)
        self._made = made.permute(0, 3, 1, 2)
        self._slots = [fake.view(k, pack, dim, self.packs) for fake in self.fake]
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
            real = settings.data.sample(CHUNK * n, rng).reshape(CHUNK, self.packs, -1)
            z = settings.latent.sample(CHUNK * n, rng).reshape(CHUNK, n, -1)
            mix = rng.random((CHUNK, 1, self.packs), dtype=np.float32)
            self._data[:, i, :, : self.packs] = torch.from_numpy(real).transpose(1, 2)
            self._z[:, i] = torch.from_numpy(z).transpose(1, 2)
            self._mix[:, i] = torch.from_numpy(mix)

    def place(self, row: int) -> None:
        """Put what G has made into the row's fake half, pack by pack."""
        self._slots[row].copy_(self._made)

    def unpacked(self, gradient: Tensor) -> Tensor:
        """Return D's gradient at its fake inputs as one at G's outputs, (k, dim, samples)."""
        k, dim, n = self.made.shape
        if n == self.packs:
            return gradient
        slots = gradient.view(k, n // self.packs, dim, self.packs)
        return slots.permute(0, 2, 3, 1).reshape(k, dim, n)

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
        self.judged[row].add_(self._noise[row], alpha=sigma)

    def state(self) -> dict[str, Any]:
        """Return where the streams stand, as JSON can hold it."""
        return {"chunk": self.chunk, "streams": self.start}

    def load(self, state: dict[str, Any]) -> None:
        """Draw the chunk again that was current when `state` was taken."""
        for rng, start in zip(self._rngs, state["streams"], strict=True):
            rng.bit_generator.state = start
        self.chunk = state["chunk"] - 1
        self.refill()

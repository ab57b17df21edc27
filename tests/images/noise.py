"""Draws that networks are tried on: latents, and pictures of nothing."""

import numpy as np
import torch


def drawn(*shape, seed=0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32))


def pictures(n, shape, seed=0):
    return torch.tanh(drawn(n, 1, *shape, seed=seed))

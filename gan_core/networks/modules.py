"""The image models as modules: generators and discriminators of 8×8, 16×16 and 28×28 pictures.

Only those who train import this file: it loads PyTorch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from gan_core.networks.convolutional import Convolve, ConvolveTold, Dense, Layer, Upsample
from gan_core.networks.images import (
    HALVINGS,
    KEPT,
    STRIDED,
    DCGANDiscriminator,
    DCGANGenerator,
    ImageDiscriminator,
    ImageGenerator,
    MLPDiscriminator,
    MLPGenerator,
    PatchDiscriminator,
)
from gan_core.networks.norms import Company, How, Norm

Shape = tuple[int, int]


class Block(nn.Module):
    """A layer, its normalisation if it has one, and its activation.

    Parameters
    ----------
    name
        What it is called where its output is shown.
    shape
        Height and width if the layer's outputs become feature maps: then the channels of a pixel
        lie side by side, as oneDNN likes them best.
    """

    def __init__(
        self,
        name: str,
        layer: nn.Module,
        norm: Norm | None,
        activation: str = "",
        shape: Shape | None = None,
    ) -> None:
        super().__init__()
        self.name, self.layer, self.norm = name, layer, norm
        self.activation, self.shape = activation, shape

    @override
    def forward(self, x: Tensor) -> Tensor:
        x = self.layer(x)
        if self.shape:
            x = x.view(len(x), *self.shape, -1).permute(0, 3, 1, 2)
        if self.norm is not None:
            x = self.norm(x)
        match self.activation:
            case "relu":
                return functional.relu(x)
            case "leaky-relu":
                return functional.leaky_relu(x, 0.2)
            case "tanh":
                return torch.tanh(x)
        return x


class Network(nn.Module, ABC):
    """Blocks one after another, with what they are told of classes and of a reference batch.

    Attributes
    ----------
    company
        Whom its samples are normalised with.
    classes
        How many classes it is told of; 0: of none.
    reference, reference_y
        The batch given to `set_reference`, and its classes.
    """

    one_hot: Tensor
    reference: Tensor | None
    reference_y: Tensor | None

    def __init__(self, blocks: Sequence[Block], company: Company, classes: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.company, self.classes = company, classes
        self.register_buffer("reference", None, persistent=False)
        self.register_buffer("reference_y", None, persistent=False)
        self.register_buffer("one_hot", torch.eye(classes), persistent=False)
        self.has_norms = any(block.norm is not None for block in blocks)

    @override
    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        return self.result(self.outputs(x, y)[-1])

    def outputs(self, x: Tensor, y: Tensor | None = None) -> list[Tensor]:
        """Return the output of each block for inputs x and, if it is told of them, classes y."""
        x, kept = self.told(x, y), 0
        if self.has_norms and self.company.now(self.training) in ("reference", "virtual"):
            if self.reference is None:
                raise ValueError("there is no reference batch: set_reference has not been called")
            kept = len(self.reference)
            x = torch.cat([self.told(self.reference, self.reference_y), x])
        self.company.kept = kept
        found = []
        for block in self.blocks:
            x = block(x)
            found.append(x[kept:] if kept else x)
        return found

    @abstractmethod
    def told(self, x: Tensor, y: Tensor | None) -> Tensor:
        """Return the input of the first block."""

    @abstractmethod
    def result(self, x: Tensor) -> Tensor:
        """Return the network's output, from that of the last block."""

    def classes_of(self, y: Tensor | None) -> Tensor:
        """Return the classes one-hot, (n, classes)."""
        if y is None:
            raise ValueError("a network that is told of classes needs y")
        return self.one_hot[y]


class Generator(Network):
    """z, (n, latent_dim), to pictures in [−1, 1], (n, 1, h, w)."""

    def __init__(
        self, blocks: Sequence[Block], company: Company, classes: int, shape: Shape
    ) -> None:
        super().__init__(blocks, company, classes)
        self.shape = shape

    @override
    def told(self, x: Tensor, y: Tensor | None) -> Tensor:
        return torch.cat([x, self.classes_of(y)], 1) if self.classes else x

    @override
    def result(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), 1, *self.shape)


class Discriminator(Network):
    """Pictures, (n, 1, h, w), to logits: (n,), or (n, p, p) for patches.

    Parameters
    ----------
    flat
        Whether the first block takes the pixels as one row also without classes.
    """

    def __init__(
        self, blocks: Sequence[Block], company: Company, classes: int, *, flat: bool
    ) -> None:
        super().__init__(blocks, company, classes)
        self.flat = flat

    @override
    def told(self, x: Tensor, y: Tensor | None) -> Tensor:
        if self.classes:
            return torch.cat([x.flatten(1), self.classes_of(y)], 1)
        return x.flatten(1) if self.flat else x

    @override
    def result(self, x: Tensor) -> Tensor:
        return x.squeeze(1)

    @property
    def judges_together(self) -> bool:
        """Whether D knows fakes only beside real samples: then ask for `both`, also in G's step."""
        return self.has_norms and self.company.norm == "mixed"

    def both(
        self,
        real: Tensor,
        fake: Tensor,
        y_real: Tensor | None = None,
        y_fake: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of real samples and of as many fakes, in one pass.

        Each of the two is normalised by itself, unless the norm is "mixed".
        """
        y = None if y_real is None or y_fake is None else torch.cat([y_real, y_fake])
        self.company.sources = 1 if self.company.norm == "mixed" else 2
        try:
            of_real, of_fake = self(torch.cat([real, fake]), y).chunk(2)
        finally:
            self.company.sources = 1
        return of_real, of_fake


@contextmanager
def normalised(module: Network, how: How) -> Iterator[None]:
    """Normalise by other statistics for a while, with the same γ and β; nothing is remembered.

    Parameters
    ----------
    module
        Nothing changes if it has no layers that normalise.
    how
        "train": by the batch itself; "eval": by the running statistics; "reference" and
        "virtual": by the batch given to `set_reference`.
    """
    before, module.company.how = module.company.how, how
    try:
        yield
    finally:
        module.company.how = before


def set_reference(module: Network, batch: Tensor, y: Tensor | None = None) -> None:
    """Keep a batch by which "reference" and "virtual" normalise.

    Parameters
    ----------
    batch
        Latents for G, real pictures for D. It goes through the network with each batch, and is
        not saved with the parameters.
    y
        Its classes, (m,) int, if the network is told of classes.
    """
    module.reference, module.reference_y = batch, y


@torch.no_grad()
def layer_outputs(
    module: Network, inputs: Tensor, y: Tensor | None = None
) -> list[tuple[str, Tensor]]:
    """Return each block's name and output: (n, channels, h, w), or (n, units) without neighbours.

    The last one is G's picture, or D's logit or map of logits.
    """
    names = [block.name for block in module.blocks if isinstance(block, Block)]
    return list(zip(names, module.outputs(inputs, y), strict=True))


def build_generator(
    piece: ImageGenerator,
    latent_dim: int,
    shape: Shape,
    classes: int = 0,
    rng: np.random.Generator | None = None,
) -> Generator:
    """Return a new generator.

    Parameters
    ----------
    shape
        Height and width, each a multiple of 4 for convolutions.
    classes
        How many classes it is told of; 0: of none.
    rng
        Draws the initial weights; the same draws, the same network.
    """
    rng = rng or np.random.default_rng(0)
    if isinstance(piece, MLPGenerator):
        return _mlp_generator(piece, latent_dim, shape, classes, rng)
    if isinstance(piece, DCGANGenerator):
        return _dcgan_generator(piece, latent_dim, shape, classes, rng)
    raise ValueError(f"there is no module for the generator {piece.key!r}")


def build_discriminator(
    piece: ImageDiscriminator,
    shape: Shape,
    classes: int = 0,
    rng: np.random.Generator | None = None,
) -> Discriminator:
    """Return a new discriminator; the parameters are those of `build_generator`."""
    rng = rng or np.random.default_rng(0)
    if isinstance(piece, MLPDiscriminator):
        return _mlp_discriminator(piece, shape, classes, rng)
    if isinstance(piece, DCGANDiscriminator | PatchDiscriminator):
        return _convolutional_discriminator(piece, shape, classes, rng)
    raise ValueError(f"there is no module for the discriminator {piece.key!r}")


class _Norms:
    """Makes the normalisations of one network."""

    def __init__(self, piece: ImageGenerator | ImageDiscriminator) -> None:
        self.company, self.eps = Company(piece.norm), piece.norm_eps
        self.on = piece.norm != "none"

    def __call__(self, channels: int) -> Norm | None:
        return Norm(channels, self.eps, self.company) if self.on else None


def _quarter(shape: Shape) -> Shape:
    least = 2**HALVINGS
    if any(side % least for side in shape):
        raise ValueError(f"pictures of {shape} pixels: convolutions need multiples of {least}")
    return shape[0] // least, shape[1] // least


def _mlp_generator(
    piece: MLPGenerator, latent_dim: int, shape: Shape, classes: int, rng: np.random.Generator
) -> Generator:
    norm, inputs, blocks = _Norms(piece), latent_dim + classes, []
    for i in range(piece.layers):
        layer = Dense(inputs, piece.width, rng, normalised=norm.on)
        blocks.append(Block(f"hidden-{i + 1}", layer, norm(piece.width), "relu"))
        inputs = piece.width
    last = Dense(inputs, shape[0] * shape[1], rng)
    blocks.append(Block("picture", last, None, "tanh", shape))
    return Generator(blocks, norm.company, classes, shape)


def _dcgan_generator(
    piece: DCGANGenerator, latent_dim: int, shape: Shape, classes: int, rng: np.random.Generator
) -> Generator:
    norm, (h, w), c = _Norms(piece), _quarter(shape), piece.width
    project = Dense(latent_dim + classes, 2 * c * h * w, rng, normalised=norm.on)
    up = Upsample(piece.upsampler, 2 * c, c, rng, normalised=norm.on)
    last = Upsample(piece.upsampler, c, 1, rng)
    blocks = [
        Block("project", project, norm(2 * c), "relu", (h, w)),
        Block("up", up, norm(c), "relu"),
        Block("picture", last, None, "tanh"),
    ]
    return Generator(blocks, norm.company, classes, shape)


def _mlp_discriminator(
    piece: MLPDiscriminator, shape: Shape, classes: int, rng: np.random.Generator
) -> Discriminator:
    norm, inputs, blocks = _Norms(piece), shape[0] * shape[1] + classes, []
    for i in range(piece.layers):
        here = norm(piece.width) if i else None
        layer = Dense(inputs, piece.width, rng, normalised=here is not None)
        blocks.append(Block(f"hidden-{i + 1}", layer, here, "leaky-relu"))
        inputs = piece.width
    blocks.append(Block("logit", Dense(inputs, 1, rng), None))
    return Discriminator(blocks, norm.company, classes, flat=True)


def _convolutional_discriminator(
    piece: DCGANDiscriminator | PatchDiscriminator,
    shape: Shape,
    classes: int,
    rng: np.random.Generator,
) -> Discriminator:
    norm, (h, w), c, blocks = _Norms(piece), _quarter(shape), piece.width, []
    first: Layer = (
        ConvolveTold(STRIDED, shape, classes, c, rng) if classes else Convolve(STRIDED, 1, c, rng)
    )
    blocks.append(Block("conv-1", first, None, "leaky-relu"))
    for i in range(1, piece.layers if isinstance(piece, PatchDiscriminator) else HALVINGS):
        here = norm(2 * c)
        layer = Convolve(STRIDED, c, 2 * c, rng, normalised=here is not None)
        blocks.append(Block(f"conv-{i + 1}", layer, here, "leaky-relu"))
        c *= 2
    if isinstance(piece, PatchDiscriminator):
        blocks.append(Block("map", Convolve(KEPT, c, 1, rng), None))
    else:
        blocks.append(Block("logit", Dense(h * w * c, 1, rng), None))
    return Discriminator(blocks, norm.company, classes, flat=False)

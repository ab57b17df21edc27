"""The layers of the image models: each draws its initial weights from a generator of its own."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from gan_core.networks.images import UPSAMPLERS
from gan_core.theory import convolution


class Layer(nn.Module):
    """A linear layer with weights N(0, σ²), and a bias unless a normalisation follows.

    Behind a normalisation the weights' size does not matter to the output, but how far a step of
    Adam turns them does: σ = 0.02, as Radford et al. 2016, §4. Elsewhere σ = √(2/inputs) keeps the
    size of the signal (He et al. 2015, "Delving Deep into Rectifiers").

    Parameters
    ----------
    shape
        Of the weights as they lie in memory: (outputs, k, k, inputs), channels last, or, for
        transposed convolutions, (inputs, k, k, outputs).
    inputs
        How many numbers one output is a sum of.
    outputs
        Number of the biases.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        inputs: float,
        outputs: int,
        rng: np.random.Generator,
        *,
        normalised: bool,
    ) -> None:
        super().__init__()
        std = np.float32(0.02 if normalised else np.sqrt(2 / inputs))
        weight = torch.from_numpy(rng.standard_normal(shape, dtype=np.float32) * std)
        self.weight = nn.Parameter(weight.movedim(-1, 1))
        self.bias = None if normalised else nn.Parameter(torch.zeros(outputs))


class Dense(Layer):
    """(n, inputs), or feature maps of so many numbers, to (n, outputs)."""

    def __init__(
        self, inputs: int, outputs: int, rng: np.random.Generator, *, normalised: bool = False
    ) -> None:
        super().__init__((outputs, inputs), inputs, outputs, rng, normalised=normalised)

    @override
    def forward(self, x: Tensor) -> Tensor:
        if x.ndim == 4:  # in the order in which they lie in memory
            x = x.permute(0, 2, 3, 1).flatten(1)
        return functional.linear(x, self.weight, self.bias)


class Convolve(Layer):
    """(n, inputs, h, w) to (n, outputs, h/stride, w/stride)."""

    def __init__(
        self,
        kind: convolution.Layer,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        *,
        normalised: bool = False,
        at_once: int = 0,
    ) -> None:
        """Make one; `at_once`: how many channels differ from 0 at a time, if that is not all."""
        k = kind.kernel
        shape, summed = (outputs, k, k, inputs), (at_once or inputs) * k * k
        super().__init__(shape, summed, outputs, rng, normalised=normalised)
        self.kind = kind

    @override
    def forward(self, x: Tensor) -> Tensor:
        return self.convolved(x, self.weight)

    def convolved(self, x: Tensor, weight: Tensor) -> Tensor:
        """Return the convolution with these filters, and the bias."""
        k, stride, padding = self.kind
        if x.shape[1] > 1 or not x.requires_grad or not x.is_cpu:
            return functional.conv2d(x, weight, self.bias, stride, padding)
        # one matrix product over all patches: oneDNN takes twice as long for the gradient at
        # pictures of one channel
        n, _, h, w = x.shape
        patches = functional.unfold(x, k, padding=padding, stride=stride).transpose(1, 2)
        y = functional.linear(patches, weight.flatten(1), self.bias)
        return y.view(n, h // stride, w // stride, -1).permute(0, 3, 1, 2)


class ConvolveTold(Convolve):
    """A convolution of a picture and of one constant channel per class, 1 for its own, else 0.

    A constant channel adds to each output what the filter makes of ones, wherever it lies: so it is
    one product of the classes with a small table.

    Parameters
    ----------
    shape
        Height and width of the pictures.
    classes
        Number of the classes; the input is (n, h · w + classes), the class one-hot.
    """

    def __init__(
        self,
        kind: convolution.Layer,
        shape: tuple[int, int],
        classes: int,
        outputs: int,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(kind, 1 + classes, outputs, rng, at_once=2)
        self.shape, self.classes = shape, classes

    @override
    def forward(self, x: Tensor) -> Tensor:
        (h, w), (_, stride, padding) = self.shape, self.kind
        pixels, told = x[:, : h * w], x[:, h * w :]
        y = self.convolved(pixels.view(-1, 1, h, w), self.weight[:, :1])
        filters = self.weight[:, 1:].transpose(0, 1).flatten(0, 1).unsqueeze(1)
        ones = x.new_ones(1, 1, h, w)
        table = functional.conv2d(ones, filters, None, stride, padding)
        table = table.view(self.classes, y.shape[1], -1).transpose(1, 2).flatten(1)
        y = torch.addmm(y.permute(0, 2, 3, 1).flatten(1), told, table)
        return y.view(len(y), h // stride, w // stride, -1).permute(0, 3, 1, 2)


class Upsample(Layer):
    """(n, inputs, h, w) to (n, outputs, 2h, 2w).

    Parameters
    ----------
    upsampler
        A key of `gan_core.networks.images.UPSAMPLERS`.
    """

    def __init__(
        self,
        upsampler: str,
        inputs: int,
        outputs: int,
        rng: np.random.Generator,
        *,
        normalised: bool = False,
    ) -> None:
        k = UPSAMPLERS.get(upsampler).kernel
        # of a transposed convolution's k² products per input a quarter meets in each output
        summed = inputs * k * k / (1 if upsampler == "nearest" else 4)
        super().__init__((inputs, k, k, outputs), summed, outputs, rng, normalised=normalised)
        self.upsampler = upsampler

    @override
    def forward(self, x: Tensor) -> Tensor:
        weight = doubled(self.weight) if self.upsampler == "nearest" else self.weight
        k = weight.shape[-1]
        if weight.shape[1] == 1 and x.is_cpu:
            return self._by_patches(x, weight)
        return functional.conv_transpose2d(x, weight, self.bias, 2, 1, 4 - k)

    def _by_patches(self, x: Tensor, weight: Tensor) -> Tensor:
        """Stamp all patches by one matrix product, then add where they overlap.

        oneDNN takes three times as long for pictures of one channel.
        """
        n, inputs, h, w = x.shape
        stamps = x.permute(0, 2, 3, 1).reshape(-1, inputs) @ weight.flatten(1)
        stamps = stamps.view(n, h * w, -1).transpose(1, 2)
        y = functional.fold(stamps, (2 * h, 2 * w), weight.shape[-1], padding=1, stride=2)
        return y if self.bias is None else y + self.bias


def doubled(weight: Tensor) -> Tensor:
    """Return the 4×4 filters with which a transposed convolution does what `nearest` says.

    To repeat each pixel is a transposed convolution with a 2×2 square of ones, and two of them
    after one another are one with the convolution of both filters: 4×4, stride 2. So neither the
    large picture is needed nor the products with its equal pixels.

    Parameters
    ----------
    weight
        (inputs, outputs, 3, 3), of a transposed convolution of stride 1: an ordinary one with the
        filters mirrored.
    """
    wide = functional.pad(weight, (1, 1, 1, 1))
    tall = wide[:, :, 1:] + wide[:, :, :-1]
    return tall[..., 1:] + tall[..., :-1]

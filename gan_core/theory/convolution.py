"""Convolutions as far as shapes go: sizes, how often pixels are reached, what one output sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


class Layer(NamedTuple):
    """A convolution along one axis, or along both alike.

    Attributes
    ----------
    kernel
        Pixels that it looks at, at least 1.
    stride
        Pixels from one look to the next, at least 1.
    padding
        Pixels put before the first and after the last one, at least 0.
    """

    kernel: int
    stride: int = 1
    padding: int = 0

    def check(self) -> None:
        """Raise ValueError unless this is a convolution."""
        if self.kernel < 1 or self.stride < 1 or self.padding < 0:
            raise ValueError(f"no convolution: {self}; kernel and stride ≥ 1, padding ≥ 0")


def conv_size(n: int, layer: Layer) -> int:
    """Return how many outputs a convolution has: ⌊(n + 2p − k)/s⌋ + 1.

    Reference: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning", rel. 6.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded input.
    """
    return _room(n, layer) // layer.stride + 1


def left_over(n: int, layer: Layer) -> int:
    """Return how many pixels at the end no kernel reaches: (n + 2p − k) mod s.

    They are padded ones first: only beyond p of them does a pixel of the input go unseen.

    Raises
    ------
    ValueError
        As `conv_size`.
    """
    return _room(n, layer) % layer.stride


def _room(n: int, layer: Layer) -> int:
    layer.check()
    room = n + 2 * layer.padding - layer.kernel
    if n < 1 or room < 0:
        raise ValueError(f"a kernel of {layer.kernel} does not fit into {n} + 2·{layer.padding}")
    return room


def conv_sizes(n: int, layers: Iterable[Layer]) -> list[int]:
    """Return the sizes before, between and after some convolutions.

    Raises
    ------
    ValueError
        As soon as a kernel does not fit.
    """
    sizes = [n]
    for layer in layers:
        sizes.append(conv_size(sizes[-1], layer))
    return sizes


def transposed_size(n: int, layer: Layer, output_padding: int = 0) -> int:
    """Return how many outputs a transposed convolution has: (n − 1)s − 2p + k + output padding.

    Reference: Dumoulin & Visin 2016, rel. 14.

    Raises
    ------
    ValueError
        If nothing would be left, or the output padding is not smaller than the stride.
    """
    layer.check()
    if not 0 <= output_padding < max(layer.stride, 1):
        raise ValueError(f"output padding {output_padding} is not smaller than {layer.stride}")
    size = (n - 1) * layer.stride - 2 * layer.padding + layer.kernel + output_padding
    if n < 1 or size < 1:
        raise ValueError(f"{layer} leaves nothing of {n}")
    return size


def overlap(n: int, kernel: int, stride: int, layers: int = 1) -> Counts:
    """Return on how many ways n inputs reach each output of transposed convolutions in a row.

    Each input is pasted `kernel` times, `stride` further along than the one before: with all
    weights 1 and an input of ones these are the outputs. In two dimensions they are the outer
    product of rows and columns.

    Reference: Odena et al. 2016, "Deconvolution and Checkerboard Artifacts".

    Returns
    -------
    ndarray
        (m,), m as `transposed_size` without padding, layer by layer.
    """
    ways = np.ones(n, np.int64)
    for _ in range(layers):
        pasted = np.zeros(transposed_size(len(ways), Layer(kernel, stride)), np.int64)
        for tap in range(kernel):
            pasted[tap : tap + stride * len(ways) : stride] += ways
        ways = pasted
    return ways


def upsampled_overlap(n: int, kernel: int, factor: int, layers: int = 1) -> Counts:
    """Return the same for nearest-neighbour upsampling, each followed by a convolution.

    Reference: Odena et al. 2016, "Better Upsampling".

    Parameters
    ----------
    n
        Inputs.
    kernel
        Of the convolutions, odd; they keep the size (padding ⌊k/2⌋).
    factor
        How often each pixel is repeated.
    layers
        How often both are done.

    Raises
    ------
    ValueError
        For an even kernel, which would not keep the size.
    """
    if kernel % 2 == 0:
        raise ValueError(f"an even kernel does not keep the size: {kernel}")
    ways = np.ones(n, np.int64)
    for _ in range(layers):
        ways = np.convolve(np.repeat(ways, factor), np.ones(kernel, np.int64), mode="same")
    return ways


def interior(n: int, kernel: int, stride: int, layers: int = 1) -> tuple[int, int]:
    """Return the first and the last output of `overlap` that no edge has a part in.

    An output o is reached from the inputs ⌈(o − k + 1)/s⌉ to ⌊o/s⌋. It is inner if all of them
    exist and are inner themselves.
    """
    first, last = 0, n - 1
    for _ in range(layers):
        n = transposed_size(n, Layer(kernel, stride))
        first, last = max(0, stride * (first - 1) + kernel), min(stride * (last + 1), n) - 1
    return first, last


def is_even(kernel: int, stride: int) -> bool:
    """Return whether transposed convolutions reach all inner outputs alike: iff s divides k.

    An output o is reached by the taps ≡ o (mod s): ⌊k/s⌋ of them, and one more for k mod s of the s
    remainders. In several layers the ways to o are the coefficients of ∏ B(x^(s^l)) with
    B = 1 + x + … + x^(k−1); they are even only if this vanishes at the s-th roots of unity other
    than 1, where all factors but B(x) itself are k. So no later layer can repair an earlier one.
    """
    return kernel % stride == 0


class Field(NamedTuple):
    """What one output sees, along one axis.

    Attributes
    ----------
    size
        Pixels that it depends on.
    jump
        Pixels between what two neighbouring outputs see.
    start
        Where the first output begins to see; negative inside the padding.
    """

    size: int
    jump: int
    start: int

    def of(self, output: int) -> tuple[int, int]:
        """Return the first and the last pixel that an output sees, padding included."""
        first = self.start + output * self.jump
        return first, first + self.size - 1


def receptive_field(layers: Iterable[Layer]) -> Field:
    """Return what an output sees after some convolutions: r ← r + (k − 1)j, j ← j·s.

    Reference: Dumoulin & Visin 2016; for a discriminator of patches Isola et al. 2017, §6.1.
    """
    size, jump, start = 1, 1, 0
    for layer in layers:
        layer.check()
        size += (layer.kernel - 1) * jump
        start -= layer.padding * jump
        jump *= layer.stride
    return Field(size, jump, start)

"""Shapes of convolutions, held to PyTorch's own layers and to counting by hand."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from gan_core.networks.images import PatchDiscriminator
from gan_core.theory.convolution import (
    Layer,
    conv_size,
    conv_sizes,
    interior,
    is_even,
    left_over,
    overlap,
    receptive_field,
    transposed_size,
    upsampled_overlap,
)

LECTURE = Layer(3, 2, 1)
PATCH_70 = (*[Layer(4, 2, 1)] * 3, *[Layer(4, 1, 1)] * 2)


def ones(size):
    return torch.ones(1, 1, *size, dtype=torch.float64)


def test_sizes_are_those_of_pytorch():
    for n, k, s, p in itertools.product((5, 8, 28, 29), (1, 2, 3, 4, 5), (1, 2, 3), (0, 1, 2)):
        layer = Layer(k, s, p)
        made = nn.functional.conv1d(torch.ones(1, 1, n), torch.ones(1, 1, k), stride=s, padding=p)
        assert conv_size(n, layer) == made.shape[-1]
        last = (made.shape[-1] - 1) * s + k  # where the last kernel ends
        assert left_over(n, layer) == n + 2 * p - last
        for extra in range(s):
            size = (n - 1) * s - 2 * p + k + extra
            if size < 1:
                continue
            made = nn.functional.conv_transpose1d(
                torch.ones(1, 1, n), torch.ones(1, 1, k), stride=s, padding=p, output_padding=extra
            )
            assert transposed_size(n, layer, extra) == made.shape[-1] == size


def test_the_crash_at_28_pixels():
    """The lecture's D: four stages, and a linear layer for (28 // 2⁴)² pixels of 128 maps."""
    assert conv_sizes(28, [LECTURE] * 4) == [28, 14, 7, 4, 2]
    maps = nn.Sequential(
        *[nn.Conv2d(a, b, 3, 2, 1) for a, b in ((1, 16), (16, 32), (32, 64), (64, 128))]
    )
    made = maps(torch.zeros(64, 1, 28, 28)).flatten(1)
    assert made.shape[1] == 512 == 128 * conv_sizes(28, [LECTURE] * 4)[-1] ** 2
    with pytest.raises(RuntimeError) as caught:
        nn.Linear(128 * (28 // 2**4) ** 2, 1)(made)
    assert "mat1 and mat2 shapes cannot be multiplied (64x512 and 128x1)" in str(caught.value)
    fits = [n for n in range(16, 65) if conv_sizes(n, [LECTURE] * 4)[-1] == n // 16]
    assert fits == [16, 32, 48, 64]
    for layer in (Layer(4, 2, 1), Layer(2, 2, 0)):  # these halve downwards, as the formula does
        assert all(conv_sizes(n, [layer] * 4)[-1] == n // 16 for n in range(16, 65))


def test_the_generator_arrives_at_28():
    doubling = Layer(4, 2, 1)
    assert transposed_size(7, doubling) == 14
    assert transposed_size(14, doubling) == 28
    net = nn.Sequential(
        nn.ConvTranspose2d(1, 1, 4, 2, 1), nn.ConvTranspose2d(1, 1, 4, 2, 1), nn.Tanh()
    )
    picture = net(10 * torch.randn(8, 1, 7, 7, generator=torch.Generator().manual_seed(0)))
    assert picture.shape[-2:] == (28, 28)
    assert picture.abs().max() <= 1


@pytest.mark.parametrize("layers", [1, 2])
def test_overlap_is_uneven_iff_the_stride_does_not_divide_the_kernel(layers):
    """Ones through PyTorch's layer with ones as weights, on a row and on a plane."""
    for k, s in itertools.product(range(1, 9), range(1, 5)):
        n = 16
        row, plane = torch.ones(1, 1, n, dtype=torch.float64), ones((n, n))
        for _ in range(layers):
            row = nn.functional.conv_transpose1d(
                row, torch.ones(1, 1, k, dtype=torch.float64), stride=s
            )
            plane = nn.functional.conv_transpose2d(plane, ones((k, k)), stride=s)
        ways = overlap(n, k, s, layers)
        assert ways.tolist() == row[0, 0].tolist()
        assert np.outer(ways, ways).tolist() == plane[0, 0].tolist()
        first, last = interior(n, k, s, layers)
        assert last - first + 1 >= 2 * s  # enough to see the pattern
        inner, square = ways[first : last + 1], plane[0, 0, first : last + 1, first : last + 1]
        assert (inner.min() == inner.max()) == is_even(k, s) == (k % s == 0)
        assert (square.min() == square.max()).item() == is_even(k, s)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_interior_is_what_longer_rows_do_not_change(layers):
    n, more = 16, 10
    for k, s in itertools.product(range(1, 9), range(1, 5)):
        first, last = interior(n, k, s, layers)
        shift = more * s**layers
        inner = overlap(n, k, s, layers)[first : last + 1]
        longer = overlap(n + 2 * more, k, s, layers)
        assert inner.tolist() == longer[first + shift : last + shift + 1].tolist()
        if k > s:  # and one further it is another number
            assert overlap(n, k, s, layers)[first - 1] != longer[first - 1 + shift]
            assert overlap(n, k, s, layers)[last + 1] != longer[last + 1 + shift]


def test_kernel_3_stride_2_paints_a_checkerboard_of_one_two_and_four():
    ways = overlap(6, 3, 2)
    assert ways.tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]
    assert sorted(set(np.outer(ways, ways)[2:-2, 2:-2].flat)) == [1, 2, 4]


@pytest.mark.parametrize("layers", [1, 2])
def test_upsampling_and_a_convolution_reach_all_inner_pixels_alike(layers):
    for k, factor in itertools.product((1, 3, 5), (1, 2, 3)):
        row = torch.ones(1, 1, 9, dtype=torch.float64)
        for _ in range(layers):
            row = row.repeat_interleave(factor, dim=-1)
            row = nn.functional.conv1d(
                row, torch.ones(1, 1, k, dtype=torch.float64), padding=k // 2
            )
        ways = upsampled_overlap(9, k, factor, layers)
        assert ways.tolist() == row[0, 0].tolist()
        edge = k // 2 * (1 + factor * (layers - 1)) if k > 1 else 0
        assert set(ways[edge : len(ways) - edge]) == {k**layers}
    with pytest.raises(ValueError, match="even kernel"):
        upsampled_overlap(9, 4, 2)


@pytest.mark.parametrize(
    ("layers", "n"),
    [
        ([Layer(4, 2, 1), Layer(3, 1, 1)], 28),
        ([Layer(4, 2, 1)] * 2 + [Layer(3, 1, 1)], 28),
        ([Layer(5, 3, 2), Layer(2, 1, 0), Layer(3, 2, 1)], 40),
        (PATCH_70, 128),
    ],
)
def test_a_logit_depends_on_its_receptive_field_and_on_nothing_else(layers, n):
    """By the slope of each output, through PyTorch's convolutions with positive weights."""
    x = torch.ones(1, 1, n, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, p in layers:
        y = nn.functional.conv1d(y, torch.ones(1, 1, k, dtype=torch.float64), stride=s, padding=p)
    outputs = conv_sizes(n, layers)[-1]
    assert y.shape[-1] == outputs
    for i in range(outputs):
        (slope,) = torch.autograd.grad(y[0, 0, i], x, retain_graph=True)
        first, last = receptive_field(layers).of(i)
        seen = [j for j in range(n) if first <= j <= last]
        assert slope[0, 0].nonzero().flatten().tolist() == seen


def test_the_patch_of_pix2pix_is_70_pixels_wide():
    field = receptive_field(PATCH_70)
    assert (field.size, field.jump) == (70, 8)
    assert conv_sizes(256, PATCH_70)[-1] == 30
    assert receptive_field([*[Layer(4, 2, 1)], *[Layer(4, 1, 1)] * 2]).size == 16


@pytest.mark.parametrize(("layers", "pixels"), [(1, 8), (2, 18)])
def test_the_patch_discriminator_says_how_far_it_sees(layers, pixels):
    """By hand: kernel 4, stride 2 for each layer, then kernel 3: 1 + 3 + 2·2, 1 + 3 + 3·2 + 2·4.

    What really reaches an output is found by autograd in tests/images/test_networks.py.
    """
    assert PatchDiscriminator(layers=layers).receptive_field == pixels


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: conv_size(3, Layer(5)),
        lambda: conv_size(5, Layer(0)),
        lambda: conv_size(5, Layer(3, 0)),
        lambda: left_over(0, Layer(1)),
        lambda: transposed_size(1, Layer(2, 2, 1)),
        lambda: transposed_size(4, Layer(3, 2, 1), 2),
        lambda: receptive_field([Layer(3, 1, -1)]),
    ],
)
def test_what_is_no_convolution_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no convolution|does not fit|nothing|not smaller"):
        wrong()

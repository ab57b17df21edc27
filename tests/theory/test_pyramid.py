"""The Laplacian pyramid, held to a filter written out and to what its inventors promise."""

import numpy as np
import pytest
import torch
from torch import nn

from gan_core.theory.pyramid import BLUR, Pyramid, expand, put_together, reduce, take_apart

SHAPES = [(32, 32), (28, 28), (8, 8), (13, 18)]


def picture(shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def blurred(values):
    """PyTorch's convolution over a picture that goes on as in a mirror."""
    weights = torch.tensor(np.outer(BLUR, BLUR))[None, None]
    padded = nn.functional.pad(torch.tensor(values)[None, None], (2, 2, 2, 2), mode="reflect")
    return nn.functional.conv2d(padded, weights)[0, 0].numpy()


@pytest.mark.parametrize("shape", SHAPES)
def test_reduce_and_expand_blur_as_written_out(shape):
    large = picture(shape)
    small = reduce(large)
    assert small == pytest.approx(blurred(large)[::2, ::2], abs=1e-12)
    gaps = np.zeros(shape)
    gaps[::2, ::2] = small
    assert expand(small, shape) == pytest.approx(4 * blurred(gaps), abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("levels", [0, 1, 2])
def test_a_picture_is_put_together_again(shape, levels):
    large = picture(shape)
    apart = take_apart(large, levels)
    assert len(apart.details) == levels
    assert np.abs(put_together(apart) - large).max() < 1e-6


def test_what_is_even_has_no_details():
    apart = take_apart(np.full((32, 32), 0.7), 3)
    assert apart.coarse == pytest.approx(np.full((4, 4), 0.7))
    assert max(np.abs(one).max() for one in apart.details) < 1e-12


def test_a_pyramid_holds_a_third_more_numbers_than_its_picture():
    apart = take_apart(picture((32, 32)), 3)
    assert [one.shape for one in apart.details] == [(32, 32), (16, 16), (8, 8)]
    assert apart.coarse.size + sum(one.size for one in apart.details) == 1360
    assert round(3 * 1360 / 32**2) == 4


def test_a_level_left_out_lacks_what_it_held_and_nothing_else():
    large = picture((32, 32))
    coarse, details = take_apart(large, 3)
    without = put_together(Pyramid(coarse, (np.zeros((32, 32)), *details[1:])))
    assert large - without == pytest.approx(details[0], abs=1e-12)


def test_a_picture_of_another_size_is_refused():
    with pytest.raises(ValueError, match="not half"):
        expand(np.zeros((4, 4)), (9, 8))

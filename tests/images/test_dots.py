"""Three dots: what is drawn has exactly three, and what is counted is exact."""

import numpy as np
import pytest

from gan_core.images.data import three_dots
from gan_core.images.data.three_dots import INKED, ThreeDots, count_dots, dotted


def placed(*discs, side=24):
    """A picture with hard discs (y, x, radius)."""
    y, x = np.mgrid[:side, :side]
    inked = np.zeros((side, side), bool)
    for cy, cx, radius in discs:
        inked |= (y - cy) ** 2 + (x - cx) ** 2 <= radius**2
    return np.where(inked, 255, 0).astype(np.uint8)


PLACES = [(4, 4), (4, 12), (4, 20), (12, 4), (12, 12), (12, 20)]


@pytest.mark.parametrize("dots", range(7))
def test_separate_dots_are_counted_exactly(dots):
    rng = np.random.default_rng(dots)
    images = []
    for _ in range(50):
        chosen = rng.permutation(PLACES)[:dots]
        images.append(placed(*((y, x, rng.uniform(1, 3)) for y, x in chosen)))
    assert count_dots(np.array(images)).tolist() == [dots] * 50


def test_dots_that_touch_count_as_one_also_at_a_corner():
    side_by_side = placed((8, 8, 3), (8, 14.5, 3))
    assert count_dots(side_by_side[None]).tolist() == [1]
    corner = np.zeros((1, 8, 8), np.uint8)
    corner[0, 2, 2] = corner[0, 3, 3] = 255
    assert count_dots(corner).tolist() == [1]
    corner[0, 3, 3], corner[0, 4, 4] = 0, 255
    assert count_dots(corner).tolist() == [2]


def test_the_threshold_is_exact_and_a_ring_is_one_dot():
    image = np.zeros((1, 9, 9), np.uint8)
    image[0, 4, 4] = INKED - 1
    assert count_dots(image).tolist() == [0]
    image[0, 4, 4] = INKED
    assert count_dots(image).tolist() == [1]
    ring = placed((12, 12, 6))
    ring[11:14, 11:14] = 0
    assert count_dots(ring[None]).tolist() == [1]


def test_neighbouring_pictures_do_not_run_into_one_another():
    full = np.full((5, 6, 6), 255, np.uint8)
    full[2] = 0
    assert count_dots(full).tolist() == [1, 1, 0, 1, 1]


def test_the_set_has_exactly_three_dots_everywhere_and_is_the_same_each_time():
    pictures = ThreeDots().load()
    for images in (pictures.images, pictures.test_images):
        assert images.shape[1:] == ThreeDots.shape
        assert (count_dots(images) == 3).all()
    assert three_dots._make.__wrapped__().sha256 == pictures.sha256
    assert len(np.unique(pictures.images.reshape(len(pictures.images), -1), axis=0)) > 8000
    assert pictures.images.reshape(-1, 256).max(1).min() == 255  # none faint


def test_drawing_depends_on_the_generator_alone():
    for dots in range(5):
        one, two = (dotted(40, dots, np.random.default_rng(7)) for _ in range(2))
        assert (one == two).all()
        assert (count_dots(one) == dots).all()

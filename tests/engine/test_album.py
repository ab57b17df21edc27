"""The kept moments: spread over the whole run, in bounded memory, of one past only."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gan_core.engine.album import MOST, Album, Moment, hold_albums
from gan_core.frame import Frame


def moment(iteration, epoch=0, size=1):
    picture = Frame(epoch=epoch, iteration=iteration, status="paused")
    return Moment(picture, b"x" * size, iteration)


def filled(*iterations, size=1, **bounds):
    album = Album(**bounds)
    for iteration in iterations:
        album.add(moment(iteration, size=size))
    return album


@given(some.integers(2, 3000), some.integers(1, 500))
def test_however_long_a_run_its_moments_lie_evenly_over_all_of_it(count, step):
    album = filled(*range(0, count * step, step))
    at = album.iterations
    assert len(at) == min(count, MOST)
    assert (at[0], at[-1]) == (0, (count - 1) * step)
    gaps = np.diff(at)
    assert gaps.max() <= 4 * (at[-1] / len(at)) + step


def test_another_pace_later_keeps_the_order_and_both_ends():
    album = filled(*range(0, 1000, 20), *range(1000, 100_000, 2000), *range(100_000, 100_050))
    assert list(album.iterations) == sorted(set(album.iterations))
    assert (album.iterations[0], album.iterations[-1]) == (0, 100_049)


def test_another_life_replaces_what_was_played_after_its_beginning():
    album = filled(10, 20, 30, 40)
    album.add(moment(25))
    assert album.iterations == (10, 20, 25)
    album.add(moment(25))
    assert album.iterations == (10, 20, 25)


def test_a_restart_begins_an_album_of_its_own():
    album = filled(10, 20)
    album.add(moment(0, epoch=1))
    assert album.iterations == (0,)


def test_going_back_forgets_what_came_after():
    album = filled(10, 20, 30)
    album.drop_after(20)
    assert album.iterations == (10, 20)
    album.clear()
    assert (album.iterations, album.size) == ((), 0)


def test_a_moment_is_found_by_its_iteration():
    album = filled(10, 20)
    assert album.find(20).iteration == 20
    assert album.find(15) is None


def test_large_moments_are_fewer():
    album = filled(*range(100), size=1000, limit=20_000)
    assert 3 <= len(album.moments) <= 20
    assert album.size <= 20_000
    assert (album.iterations[0], album.iterations[-1]) == (0, 99)


def test_one_moment_is_kept_however_large():
    assert len(filled(1, 2, 3, size=1000, limit=10).moments) == 1


@pytest.mark.parametrize("limit", [0, 1000, 30_000, -5])
def test_all_albums_together_hold_no_more_than_they_may(limit):
    albums = [filled(*range(n), size=500) for n in (3, 40, 20, 0)]
    before = [len(album.moments) for album in albums]
    hold_albums(albums, limit)
    assert sum(album.size for album in albums) <= max(limit, 0)
    left = [len(album.moments) for album in albums]
    assert all(now <= then for now, then in zip(left, before, strict=True))
    for album in albums:
        assert all(a < b for a, b in pairwise(album.iterations))


def test_what_fits_is_left_alone():
    albums = [filled(1, 2, 3), filled(1)]
    hold_albums(albums, 10**9)
    assert [len(album.moments) for album in albums] == [3, 1]


def test_the_size_counts_what_stands_beside():
    single = Moment(Frame(status="paused", fake=np.zeros((100, 2), np.float32)), b"", 0)
    both = Moment(Frame(status="paused", beside=single.picture), b"", 0)
    assert both.size >= single.size >= 800

"""Which checkpoints are kept, and which one is gone back to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.engine.checkpoints import BEFORE, KEPT, Checkpoint, Checkpoints, hold


def saved(trained, epoch=0, size=1):
    return Checkpoint(b"x" * size, epoch, int(100 * trained), trained)


def filled(*trained, size=1):
    kept = Checkpoints()
    for seconds in trained:
        kept.add(saved(seconds, size=size))
    return kept


@given(st.lists(st.floats(0.001, 1.2), min_size=8, max_size=40), st.floats(0, 1.2))
def test_after_three_seconds_there_is_always_one_to_go_back_to(gaps, rest):
    kept, trained = Checkpoints(), 0.0
    for gap in gaps:
        trained += gap
        kept.add(saved(trained))
        assert kept.newest.trained == trained  # and the latest is always there
        assert len(kept) <= KEPT
    good = kept.before(trained + rest, 0)
    assert (good is not None) or trained - gaps[0] < BEFORE
    if good:
        assert trained + rest - good.trained >= BEFORE
        assert trained + rest - good.trained <= BEFORE + 2 * 1.2 + 1.2


def test_saving_a_paused_run_again_and_again_keeps_the_way_back():
    kept = filled(1.0, 2.0, 3.0)
    for step in range(50):
        kept.add(saved(3.0 + step * 1e-3))
    assert kept.before(3.05, 0).trained == 2.0


def test_what_was_before_a_restart_is_not_gone_back_to():
    kept = filled(1.0, 2.0, 3.0)
    assert kept.before(5.0, 1) is None
    kept.add(saved(3.0, epoch=1))
    assert len(kept) == 1
    assert kept.before(3.5, 1) is None
    assert kept.before(4.0, 1).epoch == 1


def test_large_hoards_lose_their_older_copies_first_and_the_limit_is_kept():
    large, small, unseen = filled(1, 2, 3, size=50), filled(1, 2, 3), filled(1, 2, size=10)
    runs = [unseen, large, small]
    hold(runs, 1000)
    assert [len(one) for one in runs] == [2, 3, 3]
    hold(runs, 80)
    assert [len(one) for one in runs] == [2, 1, 3]
    assert large.newest.trained == 3
    hold(runs, 61)
    assert [len(one) for one in runs] == [1, 1, 1]
    hold(runs, 51)
    assert [len(one) for one in runs] == [0, 1, 1]  # whoever can spare it best


@pytest.mark.parametrize("limit", [0, 10, 100, 10_000])
@given(sizes=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 3)), max_size=12))
def test_the_limit_holds_whatever_is_kept(limit, sizes):
    runs = [filled(*range(count), size=size) for size, count in sizes]
    hold(runs, limit)
    assert sum(one.size for one in runs) <= limit

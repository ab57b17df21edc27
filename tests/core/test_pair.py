"""Two experiments on one clock, each as if it were alone."""

from itertools import pairwise

import numpy as np
import pytest

from gan_core.experiment import Experiment
from gan_core.frame import Frame
from gan_core.pair import Pair
from gan_core.presets import PRESETS
from gan_core.saved import join
from gan_core.settings import Settings

SMALL = Settings().with_changes({"batch": 16, "generator.width": 8, "discriminator.width": 8})
OTHER = SMALL.with_changes({"d_optimizer.lr": 1e-4})
EXPLODING = SMALL.with_changes(
    {"game": "wasserstein", "g_optimizer": "sgd", "d_optimizer": "sgd"}
).with_changes({"g_optimizer.lr": 1.0, "d_optimizer.lr": 1.0})


def same(seen, alone):
    pictures = (seen.fake, alone.fake), (seen.field, alone.field), (seen.history, alone.history)
    return seen.iteration == alone.iteration and all(np.array_equal(*two) for two in pictures)


@pytest.mark.parametrize("beside", [OTHER, SMALL.with_changes({"data": "spiral", "pretrain": 5})])
def test_each_plays_the_bits_that_it_would_play_alone(beside):
    pair, alone = Pair(SMALL, beside), [Experiment(SMALL), Experiment(beside)]
    for one in (pair, *alone):
        one.step(37)
        one.step_half()
        one.step_d()
        one.step_g()
    frame = pair.frame()
    assert same(frame, alone[0].frame())
    assert same(frame.beside, alone[1].frame())


def test_a_frame_with_one_beside_it_travels_as_bytes():
    pair = Pair(SMALL, OTHER)
    pair.step(8)
    frame = pair.frame()
    read = Frame.from_bytes(frame.to_bytes())
    assert same(read, frame)
    assert same(read.beside, frame.beside)
    assert read.beside.beside is None


def test_a_branch_begins_where_its_parent_was_and_parts_from_it():
    parent = Experiment(SMALL)
    parent.step(50)
    state = parent.state()
    pair = Pair.restore(join(state, state))
    assert pair.change(OTHER)
    assert (pair.iteration, pair.settings, pair.beside) == (50, OTHER, SMALL)
    first = pair.frame()
    np.testing.assert_array_equal(first.fake, first.beside.fake)
    pair.step(30)
    parent.step(30)
    then = pair.frame()
    assert same(then.beside, parent.frame()), "beside it goes what would have been"
    assert not np.array_equal(then.fake, then.beside.fake)


def test_a_checkpoint_continues_both_with_the_same_bits():
    pair = Pair(SMALL, OTHER)
    pair.step(40)
    again = Pair.restore(pair.state())
    for one in (pair, again):
        one.step(25)
    assert same(again.frame(), pair.frame())
    assert same(again.frame().beside, pair.frame().beside)


def test_what_restarts_one_restarts_both():
    pair = Pair(SMALL, OTHER)
    pair.step(20)
    assert not pair.change(OTHER.with_changes({"generator.width": 16}))
    frame = pair.frame()
    assert (frame.iteration, frame.beside.iteration) == (0, 0)
    assert (frame.epoch, frame.beside.epoch) == (1, 1)
    assert pair.beside == OTHER


def test_both_can_be_changed_at_once():
    pair = Pair(SMALL, OTHER)
    pair.step(5)
    assert pair.change(OTHER, SMALL)
    assert (pair.settings, pair.beside, pair.iteration) == (OTHER, SMALL, 5)


def test_one_that_diverges_does_not_stop_the_other():
    pair = Pair(EXPLODING, SMALL)
    pair.step(400)
    frame = pair.frame()
    assert frame.status == "diverged"
    assert (frame.beside.status, frame.beside.iteration) == ("paused", 400)
    assert (pair.status, pair.iteration, pair.half) == ("ok", 400, 0)
    pair.measure()
    assert pair.frame().beside.metrics[-1, 0] == 400


def test_both_diverged_is_diverged():
    pair = Pair(EXPLODING, EXPLODING)
    pair.step(400)
    assert pair.status == "diverged"


def test_presets_can_stand_beside_each_other():
    keys = list(PRESETS)
    for one, other in pairwise(keys):
        pair = Pair(PRESETS[one].settings, PRESETS[other].settings)
        pair.pretrain(10**6)
        pair.step(2)
        assert pair.frame().beside.dim == PRESETS[other].settings.data.dim


@pytest.mark.parametrize("spoil", [b"", b"\x05", (2**40).to_bytes(8, "little") + b"x"])
def test_bytes_that_are_no_pair(spoil):
    with pytest.raises(ValueError, match="no pair"):
        Pair.restore(spoil or b"\x01")

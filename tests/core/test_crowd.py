"""Many seeds at once: each as it would be alone, whatever becomes of the others."""

import numpy as np
import pytest

from gan_core import crowd
from gan_core.crowd import Chunk, Crowd, chunk_size, seeds_from
from gan_core.diagnosis import VERDICTS
from gan_core.experiment import Experiment
from gan_core.frame import CROWD_COLUMNS, Frame
from gan_core.presets import PRESETS
from gan_core.settings import Settings

SMALL = Settings().with_changes({"batch": 16, "generator.width": 8, "discriminator.width": 8})
SLOW_D = SMALL.with_changes({"d_optimizer.lr": 1e-4})
EXPLODING = SMALL.with_changes(
    {"game": "wasserstein", "g_optimizer": "sgd", "d_optimizer": "sgd"}
).with_changes({"g_optimizer.lr": 1.0, "d_optimizer.lr": 1.0})
PLAIN = (
    *("fake", "field", "warp", "arrows", "histogram", "history", "metrics", "shares", "looks"),
    *("logits", "density", "latent"),
)


@pytest.fixture
def in_chunks(monkeypatch):
    """Let chunks hold three members."""
    monkeypatch.setattr(crowd, "chunk_size", lambda *_: 3)


def column(frame, name):
    return frame.crowd_numbers[:, CROWD_COLUMNS.index(name)]


def seeded(settings, seed):
    return settings.with_changes({"seed": seed})


@pytest.mark.parametrize(
    "changes", [{}, {"data": "mixture-1d"}, {"pack": 2}, {"average": "exponential"}]
)
def test_one_seed_has_the_bits_of_an_experiment(changes):
    settings = SMALL.with_changes(changes)
    alone, together = Experiment(settings), Crowd(settings, seeds=1)
    for one in (alone, together):
        one.step(60)
        one.measure()
        one.step_half()
        one.step_half()
    mine, frame = alone.frame(), together.frame()
    for name in PLAIN:
        np.testing.assert_array_equal(getattr(frame, name), getattr(mine, name), name)
    np.testing.assert_array_equal(frame.crowd[0], mine.fake[: crowd.POINTS])
    assert frame.verdict == mine.verdict


def test_every_member_begins_as_it_would_alone():
    together = Crowd(SMALL, SLOW_D, seeds=4)
    together.step(25)
    frame = together.frame()
    rows = [(settings, seed) for settings in (SMALL, SLOW_D) for seed in seeds_from(SMALL.seed, 4)]
    assert column(frame, "seed").tolist() == [seed for _, seed in rows]
    for i, (settings, seed) in enumerate(rows):
        alone = Experiment(seeded(settings, seed))
        alone.step(25)
        np.testing.assert_allclose(
            frame.crowd[i], alone.frame().fake[: crowd.POINTS], rtol=1e-3, atol=1e-4
        )


def test_numbers_are_those_that_an_experiment_measures():
    together = Crowd(SMALL, seeds=4)
    together.step(50)
    together.measure_all()
    (row,) = together.outcomes()
    for member in row:
        alone = Experiment(seeded(SMALL, member.seed))
        alone.step(50)
        measured = alone.measure()
        assert member.measured_at == 50
        assert abs(member.covered - measured["covered"]) <= 1
        assert abs(member.high_quality - measured["high_quality"]) < 0.02
        assert member.dominance == alone.looks.wandering.dominance


def test_members_are_measured_in_turn():
    together = Crowd(SMALL, seeds=4)
    together.step(5)
    for left in (3, 2, 1, 0, 3):
        together.measure()
        assert together.unmeasured == left


def test_one_that_diverges_stands_still_and_the_others_go_on():
    together = Crowd(SMALL, seeds=4)
    together.step(10)
    before = together.frame()
    (chunk,) = together._chunks
    chunk._training.d.network.parameters[1].fill_(float("nan"))
    together.step(40)
    together.measure_all()
    frame = together.frame()
    assert (together.status, together.iteration, frame.status) == ("ok", 50, "paused")
    assert column(frame, "diverged_at").tolist() == [-1, 11, -1, -1]
    assert column(frame, "verdict")[1] == VERDICTS.index("diverged")
    np.testing.assert_array_equal(frame.crowd[1], before.crowd[1])
    assert np.isfinite(frame.crowd).all()
    for i in (0, 2, 3):
        assert not np.array_equal(frame.crowd[i], before.crowd[i])
        assert column(frame, "measured_at")[i] == 50


def test_the_first_one_diverging_leaves_the_others_to_be_seen():
    together = Crowd(SMALL, seeds=4)
    together.step(10)
    good = together.frame()
    together._chunks[0]._training.g.network.parameters[0].fill_(float("inf"))
    together.step(20)
    frame = together.frame()
    assert (frame.iteration, frame.status) == (30, "paused")
    np.testing.assert_array_equal(frame.fake, good.fake)
    assert not np.array_equal(frame.crowd[2], good.crowd[2])


def test_all_diverged_is_diverged_and_a_reset_begins_anew():
    together = Crowd(EXPLODING, seeds=4)
    together.step(400)
    frame = together.frame()
    assert together.status == frame.status == "diverged"
    assert (column(frame, "verdict") == VERDICTS.index("diverged")).all()
    together.reset()
    assert (together.status, together.epoch, together.iteration) == ("ok", 1, 0)


@pytest.mark.usefixtures("in_chunks")
def test_a_live_change_acts_on_all():
    together = Crowd(SMALL, seeds=5)
    together.step(20)
    assert together.change(SLOW_D)
    assert (together.iteration, together.epoch) == (20, 0)
    lrs = {one.d_optimizer.lr for chunk in together._chunks for one in chunk._training.members}
    assert lrs == {1e-4}
    together.step(5)
    assert column(together.frame(), "seed").tolist() == seeds_from(SMALL.seed, 5)


def test_other_changes_restart_all():
    together = Crowd(SMALL, SLOW_D, seeds=4)
    together.step(20)
    wider = SMALL.with_changes({"generator.width": 16})
    assert not together.change(wider)
    assert (together.settings, together.beside) == (wider, SLOW_D)
    assert (together.iteration, together.epoch, together.frame().epoch) == (0, 1, 1)


def test_a_row_beside_has_the_seeds_of_the_first():
    together = Crowd(SMALL, seeded(SLOW_D, 77), seeds=4)
    before, after = together.outcomes()
    assert [one.seed for one in before] == [one.seed for one in after] == seeds_from(SMALL.seed, 4)
    np.testing.assert_array_equal(together.frame().crowd[:4], together.frame().crowd[4:])


def test_rows_need_the_same_data():
    with pytest.raises(ValueError, match="same data"):
        Crowd(SMALL, SMALL.with_changes({"data": "spiral"}))


@pytest.mark.usefixtures("in_chunks")
def test_halves_are_played_chunk_by_chunk():
    whole, parts = Crowd(SMALL, SLOW_D, seeds=5), Crowd(SMALL, SLOW_D, seeds=5)
    whole.step(3)
    assert parts.parts == 8
    for i in range(3 * parts.parts):
        assert parts.half == int(i % parts.parts > 0)
        parts.step_half()
    assert (parts.half, parts.iteration) == (0, 3)
    np.testing.assert_array_equal(parts.frame().crowd, whole.frame().crowd)


@pytest.mark.usefixtures("in_chunks")
@pytest.mark.parametrize("beside", [None, SLOW_D])
def test_a_checkpoint_continues_all_with_the_same_bits(beside):
    together = Crowd(SMALL, beside, seeds=5)
    together.step(30)
    together.measure_all()
    together.step_half()
    again = Crowd.restore(together.state())
    for one in (together, again):
        while one.half:
            one.step_half()
        one.step(20)
        one.measure_all()
    assert again.outcomes() == together.outcomes()
    assert (again.settings, again.beside) == (SMALL, beside)
    np.testing.assert_array_equal(again.frame().crowd, together.frame().crowd)
    np.testing.assert_array_equal(again.frame().history, together.frame().history)


def test_a_checkpoint_remembers_who_has_diverged():
    together = Crowd(SMALL, seeds=4)
    together.step(10)
    together._chunks[0]._training.d.network.parameters[1].fill_(float("nan"))
    together.step(10)
    again = Crowd.restore(together.state())
    again.step(5)
    assert [one.diverged_at for one in again.outcomes()[0]] == [-1, 11, -1, -1]


def test_a_crowd_too_large_to_be_saved_begins_anew(monkeypatch):
    monkeypatch.setattr(crowd, "LARGEST_STATE", 1000)
    together = Crowd(SMALL, SLOW_D, seeds=4)
    together.reset()
    together.step(20)
    state = together.state()
    assert len(state) < 4000
    again = Crowd.restore(state)
    assert (again.settings, again.beside, again.epoch, again.iteration) == (SMALL, SLOW_D, 1, 0)


@pytest.mark.parametrize("state", [b"", b"{}", b"[]\n", b"\x05\x00", b"null\nabc"])
def test_bytes_that_are_no_crowd(state):
    with pytest.raises(ValueError, match=r"no crowd|JSON|Expecting|codec"):
        Crowd.restore(state)


def test_looking_and_measuring_do_not_move_the_training():
    watched, unseen = Crowd(SMALL, seeds=4), Crowd(SMALL, seeds=4)
    for _ in range(10):
        watched.step(7)
        watched.frame()
        watched.measure()
    unseen.step(70)
    np.testing.assert_array_equal(watched.frame().crowd, unseen.frame().crowd)


def test_a_frame_travels_as_bytes():
    together = Crowd(SMALL, SLOW_D, seeds=4)
    together.step(5)
    frame = together.frame()
    read = Frame.from_bytes(frame.to_bytes())
    np.testing.assert_array_equal(read.crowd, frame.crowd)
    np.testing.assert_array_equal(read.crowd_numbers, frame.crowd_numbers)
    assert frame.crowd.shape == (8, crowd.POINTS, 2)


@pytest.mark.parametrize("key", PRESETS)
def test_any_preset_can_be_a_crowd(key):
    settings = PRESETS[key].settings
    together = Crowd(settings, seeds=4)
    together.pretrain(10**6)
    together.step(2)
    together.measure_all()
    frame = together.frame()
    assert frame.crowd.shape == (4, crowd.POINTS, settings.data.dim)
    assert (column(frame, "measured_at") == 2).all()


def test_seeds_begin_again_at_zero():
    assert seeds_from(2**31 - 2, 4) == [2**31 - 2, 2**31 - 1, 0, 1]


def test_large_networks_are_cut_into_chunks():
    wide = Settings().with_changes({"generator.width": 512, "discriminator.width": 512})
    assert chunk_size(SMALL, 16) == 16
    assert chunk_size(wide, 16) == 1
    assert 1 < chunk_size(Settings(), 16) <= 16


def test_a_chunk_without_modes_has_none():
    spiral = SMALL.with_changes({"data": "spiral"})
    chunk = Chunk(spiral, 2)
    chunk.step(25)
    chunk.measure_member(1)
    assert np.isnan(chunk.outcomes()[1].covered)
    assert chunk.outcomes()[1].measured_at == 25


@pytest.mark.slow
@pytest.mark.parametrize("key", ["healthy", "hop"])
def test_outcomes_are_those_of_single_runs(key):
    """They part after some hundred iterations by rounding, and end alike."""
    settings, steps = PRESETS[key].settings, 1500
    together = Crowd(settings, seeds=8)
    together.step(steps)
    together.measure_all()
    (row,) = together.outcomes()
    hops = []
    for member in row:
        alone = Experiment(seeded(settings, member.seed))
        alone.step(steps)
        assert abs(alone.measure()["covered"] - member.covered) <= 1
        assert VERDICTS.index(alone.diagnosis.verdict) == member.verdict
        hops.append(alone.looks.wandering.hops)
    assert np.mean([member.hops for member in row]) == pytest.approx(np.mean(hops), rel=0.15, abs=1)

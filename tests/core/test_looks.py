"""Looks at a run: shares and hops on made-up samples, the way travelled, and what is kept."""

import numpy as np
import pytest

from gan_core.experiment import Experiment
from gan_core.history import EVERYTHING, History
from gan_core.metrics.looks import EVERY, KEPT, RECENT, Looks
from gan_core.metrics.modes import Wandering
from gan_core.settings import Settings

CENTRES = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]], np.float32)
SMALL = Settings().with_changes({"batch": 16, "generator.width": 8, "discriminator.width": 8})


def at(*counts):
    """So many samples exactly on each centre."""
    return np.repeat(CENTRES, counts, 0)


def test_shares_quality_and_hops_are_counted_exactly():
    looks = Looks(CENTRES, 0.1)
    sets = [at(10, 0, 0), at(9, 1, 0), at(5, 5, 0), at(0, 10, 0), at(0, 8, 2), at(10, 0, 0)]
    for i, fake in enumerate(sets):
        looks.look(EVERY * (i + 1), fake)
    rows = looks.since()
    assert rows[:, 0].tolist() == [25, 50, 75, 100, 125, 150]
    np.testing.assert_allclose(rows[:, 1], 1.0)
    counts = [[10, 0, 0], [9, 1, 0], [5, 5, 0], [0, 10, 0], [0, 8, 2], [10, 0, 0]]
    np.testing.assert_allclose(rows[:, 3:] * 10, counts)
    found = looks.wandering
    assert (found.frames, found.dominated, found.hops, found.visited) == (6, 5, 2, {0, 1})


def test_only_samples_within_three_sigma_are_good():
    looks = Looks(CENTRES, 0.1)
    looks.look(25, CENTRES + np.array([[0.29, 0], [0.31, 0], [0, 0.2]], np.float32))
    assert looks.since()[0, 1] == pytest.approx(2 / 3)


def test_the_way_is_the_mean_length_of_the_steps():
    looks = Looks(CENTRES, 0.1)
    fake = np.zeros((4, 2), np.float32)
    for i, step in enumerate([(0, 0), (3, 4), (3, 4), (0, 0)]):
        fake[:2] += step  # half of them go 5 at a time
        looks.look(EVERY * i + EVERY, fake)
    assert looks.since()[:, 2].tolist() == [0, 2.5, 5, 5]


def test_on_a_circle_it_is_the_polygon():
    looks = Looks(CENTRES[:0], float("nan"))
    angles = np.arange(0, 20) * 0.1
    for i, angle in enumerate(angles):
        looks.look(25 * i + 25, 2 * np.array([[np.cos(angle), np.sin(angle)]]))
    assert looks.travelled == pytest.approx(19 * 4 * np.sin(0.05))


def test_data_without_modes_have_no_shares():
    looks = Looks(CENTRES[:0], float("nan"))
    looks.look(25, CENTRES)
    assert looks.since().shape == (1, 3)
    assert np.isnan(looks.since()[0, 1])
    assert looks.wandering == Wandering()


def test_samples_that_are_not_finite_neither_count_nor_travel():
    looks = Looks(CENTRES, 0.1)
    looks.look(25, at(4, 0, 0))
    wild = at(4, 0, 0)
    wild[:2] = [[np.inf, 0], [np.nan, 0]]
    looks.look(50, wild)
    looks.look(75, wild)
    np.testing.assert_allclose(looks.since()[-1], [75, 0.5, 0, 0.5, 0, 0])


def test_old_looks_are_thinned_and_each_that_stays_was_one():
    looks = Looks(CENTRES, 0.1)
    for i in range(KEPT + 100):
        looks.look(EVERY * (i + 1), at(10, 0, 0) if i % 3 else at(0, 10, 0))
    assert len(looks.recent) == RECENT
    rows = looks.since(EVERYTHING)
    assert KEPT / 2 <= len(rows) <= KEPT
    assert rows[-1, 0] == EVERY * (KEPT + 100)
    assert set(np.unique(rows[:, 3:])) == {0.0, 1.0}  # a mean would lie between
    assert (np.diff(looks.since(), axis=0)[:, [0, 2]] > 0).all()


def test_a_history_without_means_keeps_last_rows():
    history = History(2, capacity=4, mean=False)
    history.append(np.array([[i, i * i] for i in range(1, 8)], float))
    assert history.since(-1).tolist() == [[2, 4], [4, 16], [6, 36], [7, 49]]
    assert history.since(-1, limit=2).tolist() == [[4, 16], [7, 49]]


def test_a_run_looks_at_the_shown_fakes_whoever_watches():
    seen, unseen = Experiment(SMALL), Experiment(SMALL)
    for _ in range(20):
        seen.step(10)
        frame = seen.frame()
    unseen.step(200)
    np.testing.assert_array_equal(frame.looks, unseen.frame().looks)
    assert frame.looks[:, 0].tolist() == [25 * (i + 1) for i in range(8)]
    np.testing.assert_allclose(frame.looks[:, 3:].sum(1), 1)
    assert frame.looks[-1, 2] > 0


def test_a_checkpoint_goes_on_with_the_same_looks():
    first = Experiment(SMALL)
    first.step(110)
    copy = Experiment.restore(first.state())
    for one in (first, copy):
        one.step(90)
    np.testing.assert_array_equal(first.frame().looks, copy.frame().looks)
    np.testing.assert_array_equal(first.looks.recent, copy.looks.recent)
    assert first.looks.wandering == copy.looks.wandering


def test_an_older_checkpoint_has_no_looks_yet():
    from safetensors.torch import load, save

    from gan_core.saved import metadata

    first = Experiment(SMALL)
    first.step(110)
    state = first.state()
    kept = {name: one for name, one in load(state).items() if not name.startswith("looks")}
    copy = Experiment.restore(bytes(save(kept, metadata(state))))
    assert copy.looks.wandering == first.looks.wandering
    copy.step(40)
    assert copy.frame().looks[:, 0].tolist() == [125, 150]


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("looks", np.zeros((2, 4))),
        ("looks", np.zeros((2, 6))),
        ("looks.recent", np.zeros(6)),
        ("looks", np.full((1, 6), np.inf)),
        ("looks.last", np.zeros((4, 3), np.float32)),
        ("looks.last", np.zeros((501, 2), np.float32)),
    ],
)
def test_wrong_looks_are_refused(name, array):
    looks = Looks(CENTRES, 0.1)
    looks.look(25, at(1, 1, 1))
    with pytest.raises(ValueError, match="looks"):
        Looks(CENTRES, 0.1).load({**looks.state(), name: array}, Wandering())

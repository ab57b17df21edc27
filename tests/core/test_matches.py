"""Matches: what differs, what links say, and what each shows, over seeds."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from gan_core.experiment import Experiment
from gan_core.history import EVERYTHING
from gan_core.matches import MATCHES, change_both, get_match
from gan_core.settings import SettingsError
from ui.lesson.curves import estimated
from ui.lesson.versus import estimate_of

SEEDS = range(8)


@pytest.mark.parametrize("match", MATCHES.values(), ids=str)
def test_both_have_the_same_data_seed_and_networks(match):
    left, right = match.left, match.right.settings
    for name in ("data", "seed", "latent", "generator", "discriminator", "batch"):
        assert getattr(left, name) == getattr(right, name)
    assert left != right


@pytest.mark.parametrize("match", MATCHES.values(), ids=str)
def test_a_link_says_what_differs_and_nothing_else(match):
    left, right = match.left, match.right.settings
    assert match.link(left, right) == {"match": match.key}
    changed = change_both(left, right, {"seed": 5, "left.game": "hinge", "right.batch": 64})
    query = match.link(*changed)
    assert query["left.seed"] == query["right.seed"] == 5
    assert (query["left.game"], query["right.batch"]) == ("hinge", 64)
    assert "right.game" not in query
    changes = {name: value for name, value in query.items() if name != "match"}
    assert change_both(left, right, changes) == changed


def test_what_is_not_valid_changes_neither():
    match = MATCHES["ring-match"]
    with pytest.raises(SettingsError):
        change_both(match.left, match.right.settings, {"seed": 3, "left.game": "chess"})
    with pytest.raises(SettingsError):
        change_both(match.left, match.right.settings, {"middle.game": "hinge"})
    with pytest.raises(SettingsError) as caught:
        get_match("nope")
    assert set(caught.value.choices) == set(MATCHES)


def test_which_distance_a_game_estimates():
    settings = MATCHES["ring-match"].left
    assert estimate_of(settings) == "js"
    assert estimate_of(settings.with_changes({"game": "minimax"})) == "js"
    assert estimate_of(settings.with_changes({"game.smooth_real": 0.1})) == ""
    assert estimate_of(settings.with_changes({"game": "hinge"})) == ""
    assert estimate_of(MATCHES["ring-match"].right.settings) == "w1"


def test_estimates_are_those_of_the_closed_forms():
    history = np.zeros((2, 7))
    history[:, 1] = [2 * np.log(2), 0.0]  # D cannot tell; D is sure
    history[:, 3], history[:, 4] = [3.0, 1.0], [1.0, 1.5]
    np.testing.assert_allclose(estimated("js", history), [0.0, np.log(2)])
    np.testing.assert_allclose(estimated("w1", history), [2.0, -0.5])


def play(settings, seed, every, looks):
    """Own estimate and measured distance at each look, the distance to the data, covered modes."""
    experiment = Experiment(replace_seed(settings, seed))
    kind = estimate_of(settings)
    found = []
    for _ in range(looks):
        experiment.step(every)
        experiment.measure()
        frame = experiment.frame(EVERYTHING)
        late = frame.history[frame.history[:, 0] > frame.iteration - every]
        measured = frame.metrics[-1]
        found.append(
            (
                estimated(kind, late).mean(),
                measured[4 if kind == "js" else 5],
                measured[5],
                measured[1],
            )
        )
    return np.array(found)


def replace_seed(settings, seed):
    return settings.with_changes({"seed": seed})


@pytest.mark.slow
def test_apart_minimax_stands_still_while_the_critic_pulls():
    match = MATCHES["apart-minimax"]
    for seed in SEEDS:
        left = play(match.left, seed, 100, 4)
        right = play(match.right.settings, seed, 100, 4)
        assert (left[:, 2] > 5.3).all()
        np.testing.assert_allclose(left[:, :2], np.log(2), atol=1e-3)
        assert right[-1, 2] < 0.4


@pytest.mark.slow
def test_apart_non_saturating_arrives_as_well():
    match = MATCHES["apart-non-saturating"]
    for seed in SEEDS:
        left = play(match.left, seed, 100, 4)
        assert left[-1, 2] < 0.5
        assert np.abs(left[:, 0]).min() < 0.12  # on the way D's bound says next to nothing


@pytest.mark.slow
def test_on_the_ring_only_the_critics_estimate_follows_the_truth():
    match = MATCHES["ring-match"]
    found = []
    for seed in SEEDS:
        sides = [play(one, seed, 50, 30)[2:] for one in (match.left, match.right.settings)]
        ranks = [spearmanr(side[:, 0], side[:, 1])[0] for side in sides]
        assert all(side[-1, 3] >= 7 for side in sides)
        (js, true_js, *_), (w1, *_) = sides[0].T, sides[1].T
        assert (w1[0] > 0.35, w1[-1] < 0.12) == (True, True)
        assert js.max() < 0.2
        assert true_js[0] > 0.6
        assert true_js[-1] < 0.38
        trust = sides[1][:, 0] / sides[1][:, 1]
        assert 0.38 < trust.min() < trust.max() < 1.25
        found.append(ranks)
    left, right = np.array(found).T
    assert np.abs(left).max() < 0.6
    assert right.min() > 0.6


@pytest.mark.slow
def test_weight_clipping_spoils_the_ruler():
    clipped = MATCHES["ring-match"].right.settings.with_changes({"constraint": "weight-clipping"})
    for seed in SEEDS[:5]:
        estimate, measured, *_ = play(clipped, seed, 300, 1)[0]
        assert 0 < estimate / measured < 1e-3

"""The match "orbit": costs that swing on in a real GAN, what calms them, and what does not."""

import numpy as np
import pytest

from gan_core.experiment import Experiment
from gan_core.history import EVERYTHING
from gan_core.matches import MATCHES

SEEDS = range(8)
SINCE, STEPS, EVERY = 1000, 2000, 50
pytestmark = pytest.mark.slow


def play(settings, seed):
    """How far D's cost swings late (its standard deviation), each W₁ there, modes covered."""
    experiment = Experiment(settings.with_changes({"seed": seed}))
    experiment.step(SINCE)
    distances = []
    for _ in range((STEPS - SINCE) // EVERY):
        experiment.step(EVERY)
        distances.append(experiment.measure()["w1"])
    history = experiment.frame(EVERYTHING).history
    swing = history[history[:, 0] > SINCE, 1].std()
    return swing, np.array(distances), experiment.measure()["covered"]


def several(**changes):
    """Swings and distances over the seeds, of the right experiment with some changes."""
    settings = MATCHES["orbit"].right.settings.with_changes(changes)
    found = [play(settings, seed) for seed in SEEDS]
    swings = np.array([swing for swing, _, _ in found])
    distances = np.array([distances for _, distances, _ in found])
    return swings, distances


def test_at_once_they_swing():
    swings, distances = several()
    assert swings.min() > 0.075
    assert swings.max() < 0.135
    assert distances.min() > 0.28


def test_in_turns_they_swing_less_and_do_not_stop():
    swings, distances = several(update="alternating")
    assert swings.min() > 0.01
    assert swings.max() < 0.075
    assert distances.max() > 0.3


def test_looking_ahead_calms_them():
    """The left experiment of the match."""
    left = MATCHES["orbit"].left
    assert left == MATCHES["orbit"].right.settings.with_changes({"update": "extragradient"})
    swings, distances = several(update="extragradient")
    assert swings.max() < 0.003
    assert distances.max() < 0.16


@pytest.mark.parametrize("weight", [0.3, 1.0])
def test_a_penalty_calms_them_though_both_move_at_once(weight):
    swings, distances = several(**{"constraint": "r1", "constraint.weight": weight})
    assert swings.max() < 0.003
    assert distances.max() < 0.17


@pytest.mark.parametrize(("rate", "least", "most"), [(0.025, 0.065, 0.12), (0.01, 0.01, 0.09)])
def test_a_smaller_learning_rate_does_not(rate, least, most):
    swings, _ = several(**{"g_optimizer.lr": rate, "d_optimizer.lr": rate})
    assert swings.min() > least
    assert swings.max() < most


def test_the_costs_that_swing_more_belong_to_the_better_gan():
    match = MATCHES["ring-hop"]
    for seed in SEEDS:
        healthy, _, modes = play(match.left, seed)
        hop, _, none = play(match.right.settings, seed)
        assert 0.0485 < healthy < 0.0575
        assert 0.0105 < hop < 0.0155
        assert modes >= 6
        assert none <= 1

"""What a frame shows of a critic; and the Wasserstein game with a sign mistake."""

import numpy as np
import pytest
import torch

from gan_core.experiment import Experiment
from gan_core.games import GAMES
from gan_core.games.flipped_wasserstein import FLIPS
from gan_core.metrics.critics import (
    SLOPE_BINS,
    STEEPNESS,
    WEIGHT_BINS,
    slope_histogram,
    weight_histogram,
)
from gan_core.script import script
from gan_core.settings import Settings

SMALL = {
    "game": "wasserstein",
    "generator.width": 8,
    "discriminator.width": 8,
    "discriminator.layers": 2,
    "batch": 16,
}


def of(**changes):
    return Settings().with_changes(
        {**SMALL, **{k.replace("__", "."): v for k, v in changes.items()}}
    )


def test_a_histogram_of_weights():
    weights = np.array([-0.01, 0.01, 0.01, 0.0, 0.00999999, -0.005], np.float32)
    reach, on, *shares = weight_histogram(weights, 0.01)
    assert reach == pytest.approx(0.01)
    assert on == pytest.approx(4 / 6)
    assert len(shares) == WEIGHT_BINS
    assert shares[0] == pytest.approx(1 / 6)
    assert shares[-1] == pytest.approx(3 / 6)
    assert sum(shares) == pytest.approx(1)
    reach, on, *shares = weight_histogram(np.array([0.3, -1.2, 0.1]))
    assert reach == pytest.approx(2)
    assert np.isnan(on)
    assert sum(shares) == pytest.approx(1)
    assert weight_histogram(np.zeros(3))[0] == 1
    many = weight_histogram(np.linspace(-1, 1, 500_000), 1.0)
    assert many[2:] == pytest.approx(1 / WEIGHT_BINS, abs=1e-3)


def test_a_histogram_of_slopes_over_powers_of_ten():
    mean, *shares = slope_histogram(np.array([1.01, 1.01, 0.99, 0.0, 1e9, np.inf, np.nan]))
    assert np.isfinite(mean)
    per_decade = SLOPE_BINS / np.log10(STEEPNESS[1] / STEEPNESS[0])
    one = int(per_decade * -np.log10(STEEPNESS[0]))
    assert shares[one] == pytest.approx(2 / 7)
    assert shares[one - 1] == pytest.approx(1 / 7)
    assert (shares[0], shares[-1]) == (pytest.approx(2 / 7), pytest.approx(2 / 7))


@pytest.mark.parametrize(
    "changes",
    [{}, {"pack": 2}, {"data": "gaussian-1d"}, {"constraint": "spectral-norm"}],
    ids=["plain", "packs", "line", "spectral"],
)
def test_slopes_are_those_of_autograd(changes):
    experiment = Experiment(of(**changes))
    experiment.step(3)
    frame, ensemble = experiment.frame(), experiment._training
    n = 256
    packed = [experiment._observer._packed(x)[:n] for x in (frame.real, frame.fake)]
    mix = (np.arange(len(packed[0]), dtype=np.float32) * 0.6180339887)[:, None] % 1
    x = torch.from_numpy(mix * packed[0] + (1 - mix) * packed[1])[None].requires_grad_()
    with torch.enable_grad():
        total = ensemble.d.network(x, ensemble.d.network.used.detach().clone()).sum()
        (slope,) = torch.autograd.grad(total, x)
    norms = slope[0].norm(dim=1).numpy()
    assert frame.slopes[0] == pytest.approx(norms.mean(), rel=1e-5)
    assert frame.slopes == pytest.approx(slope_histogram(norms), abs=2.1 / n)


def test_only_critics_are_looked_into_and_looking_changes_nothing():
    assert Experiment(Settings()).frame().slopes.size == 0
    seen, unseen = (Experiment(of(constraint="weight-clipping")) for _ in range(2))
    for _ in range(4):
        seen.step(2)
        seen.frame()
        unseen.step(2)
    assert torch.equal(seen._training.d.network.parameters, unseen._training.d.network.parameters)
    reach, on, *shares = seen.frame().weights_histogram
    assert reach == pytest.approx(0.01)
    assert 0 < on <= 1
    assert shares[0] + shares[-1] >= on - 1e-6


def test_a_spectral_norm_shows_the_weights_that_d_computes_with():
    experiment = Experiment(of(constraint="spectral-norm"))
    experiment.step(5)
    assert np.isnan(experiment.frame().weights_histogram[1])
    assert experiment.frame().slopes[0] <= 1 + 1e-3


# -- a lost sign


def test_one_sign_is_flipped_or_both():
    a = torch.tensor([-2.0, 0.3, 5.0], dtype=torch.float64)
    right = GAMES.get("wasserstein")()
    for flip, d_sign, g_sign in (("generator", 1, -1), ("critic", -1, 1), ("both", -1, -1)):
        wrong = GAMES.get("flipped-wasserstein")(flip=flip)
        for name in ("d_cost_real", "d_cost_fake", "d_slope_real", "d_slope_fake"):
            assert torch.equal(getattr(wrong, name)(a), d_sign * getattr(right, name)(a))
        for name in ("g_cost", "g_slope"):
            assert torch.equal(getattr(wrong, name)(a), g_sign * getattr(right, name)(a))
    with pytest.raises(ValueError, match="unknown flip"):
        GAMES.get("flipped-wasserstein")(flip="nobody")


def test_both_flipped_is_the_same_game_upside_down():
    """From a critic turned over (its last layer negated), G takes the very same steps."""
    changes = {"constraint": "gradient-penalty", "update__d_steps": 2}
    right = Experiment(of(**changes))
    mirrored = Experiment(of(**changes, **{"game": "flipped-wasserstein", "game__flip": "both"}))
    with torch.inference_mode():
        for part in mirrored._training.d.network.raw_layers[-1]:
            part.neg_()
    for experiment in (right, mirrored):
        experiment.step(20)
    assert torch.equal(
        right._training.g.network.parameters, mirrored._training.g.network.parameters
    )
    assert mirrored.history()[:, 3] == pytest.approx(-right.history()[:, 3])


@pytest.mark.parametrize("flip", FLIPS.names())
def test_each_flip_is_said_in_the_program(flip):
    text = script(of(game="flipped-wasserstein", game__flip=flip), 5)
    assert "sign mistake" in text
    costs = text.split("def d_cost_real(a):")[1].split("def ")[0]
    assert ("return a" in costs) == (flip != "generator")

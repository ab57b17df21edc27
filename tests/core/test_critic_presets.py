"""What the critic workshop says of its runs (assets/text/*/critic-workshop.md), over 8 seeds."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from gan_core.experiment import Experiment
from gan_core.presets import get_preset
from gan_core.run import run
from gan_core.settings import Settings
from gan_core.theory.critic import clipped_slope_bound, penalised_slope, upside_down_slope

SEEDS = range(8)
pytestmark = pytest.mark.slow


def played(key, steps=0, **changes):
    """The experiment of a preset after some iterations, seed by seed."""
    preset = get_preset(key)
    for seed in SEEDS:
        experiment = Experiment(preset.open({**changes, "seed": seed}))
        experiment.step(steps or preset.steps)
        yield experiment


def reading(experiment, last=20):
    """What the critic reads, in the mean over the last iterations, and the measured W₁."""
    measured = experiment.measure()["w1"]
    experiment.history()
    _, _, _, real, fake, *_ = experiment.recent[-last:].mean(0)
    return real - fake, measured


def test_clipped_to_001_it_reads_a_four_hundredth():
    most = clipped_slope_bound(0.01, (2, 64, 64, 1))
    assert most == pytest.approx(0.0058, abs=5e-5)
    for experiment in played("gauge-clip"):
        read, truth = reading(experiment)
        frame = experiment.frame()
        assert 0.00875 <= read <= 0.01055
        assert 3.8 < truth < 4.15
        assert 350 < truth / read < 480
        assert frame.weights_histogram[1] > 0.97  # on the bound
        assert 0.0023 < frame.slopes[0] < 0.0035 < most


@pytest.mark.parametrize(("clip", "low", "high"), [(0.05, 0.85, 1.15), (0.1, 6, 9)])
def test_other_clips_are_other_units(clip, low, high):
    for experiment in played("gauge-clip", **{"constraint.clip": clip}):
        assert low < reading(experiment)[0] < high


def test_the_penalty_reads_as_much_too_much_as_the_formula_says():
    for experiment in played("gauge-penalty"):
        read, truth = reading(experiment)
        assert 1.175 <= read / truth <= 1.225
        assert read / truth == pytest.approx(float(penalised_slope(truth, 10)), abs=0.025)
        assert experiment.frame().slopes[0] == pytest.approx(1.2, abs=0.03)


@pytest.mark.parametrize(("weight", "times"), [(100.0, 1.02), (1.0, 3.0)])
def test_stiffer_and_softer_penalties(weight, times):
    for experiment in played("gauge-penalty", **{"constraint.weight": weight}):
        read, truth = reading(experiment)
        assert read / truth == pytest.approx(times, rel=0.05)


def test_a_spectral_norm_reads_right_here():
    for experiment in played("gauge-clip", constraint="spectral-norm"):
        read, truth = reading(experiment)
        assert read / truth == pytest.approx(1, abs=0.015)


def test_on_a_line_a_critic_stays_upside_down():
    """Where it begins so, its slope cannot turn: it has to pass through 0, which is dear."""
    line = {"data": "gaussian-1d", "data.x": 4.0, "latent": "uniform", "latent.dim": 1}
    found = []
    for experiment in played("gauge-penalty", **line, **{"data.sigma": 0.3}):
        read, truth = reading(experiment)
        found.append(read / truth)
        exact = penalised_slope(truth, 10) if read > 0 else upside_down_slope(truth, 10)
        assert found[-1] == pytest.approx(float(exact), abs=0.03)
    assert min(found) < 0 < max(found)


def test_with_a_lost_sign_the_fakes_flee():
    for flip in ("generator", "critic"):
        for experiment in played("flee", **{"game.flip": flip}):
            assert experiment.status == "ok"
            assert 3.5 < experiment.measure()["w1"] < 18
            if flip == "generator":
                costs = experiment.history()[:, 2]
                assert costs[-20:].mean() < costs[20:40].mean() - 0.1  # G's own cost falls


def test_both_signs_lost_is_the_same_game():
    for changes, sign in (({"game": "wasserstein"}, 1), ({"game.flip": "both"}, -1)):
        for experiment in played("flee", 150, **changes):
            read, truth = reading(experiment)
            assert truth < 1.9
            assert sign * read > 0.9


def modes(changes, steps, base=None):
    base = base or Settings()
    found = [run(base.with_changes({**changes, "seed": seed}), steps).metrics for seed in SEEDS]
    return [int(one["modes"]) for one in found]


def test_modes_seed_by_seed():
    clip = get_preset("ring-clip").settings
    assert modes({}, 1000, clip) == [0] * 8
    faster = {"constraint.clip": 0.1, "d_optimizer.lr": 1e-3, "g_optimizer.lr": 1e-3}
    assert modes(faster, 2000, clip) == [3, 5, 5, 6, 4, 3, 4, 3]
    assert modes({}, 2000, get_preset("ring-penalty").settings) == [8] * 8


def test_spectral_norm_on_the_ring():
    found = [
        run(get_preset("ring-penalty").open({"constraint": "spectral-norm", "seed": seed}), 1000)
        for seed in SEEDS
    ]
    assert [one.metrics["modes"] for one in found] == [0] * 8
    shares = [one.numbers["d.gap"] / one.metrics["w1"] for one in found]
    assert 0.03 < min(shares) < max(shares) < 0.16


def test_how_many_steps_a_critic_needs():
    """Rank correlation of reading and W₁ from iteration 150 to 800, and their median ratio."""
    said = {
        1: (-0.79, -0.49, -0.18, 0.26),
        5: (0.75, 0.98, 0.9, 1.03),
        10: (0.75, 0.98, 0.88, 1.02),
    }
    base = get_preset("ring-penalty").settings.with_changes({"constraint.weight": 1.0})
    for steps, (low, high, least, most) in said.items():
        for seed in SEEDS:
            experiment = Experiment(base.with_changes({"update.d_steps": steps, "seed": seed}))
            rows = []
            for _ in range(16):
                experiment.step(50)
                rows.append(reading(experiment, 50))
            read, truth = np.array(rows)[2:].T
            assert low <= spearmanr(read, truth)[0] <= high
            assert least <= np.median(read / truth) <= most
            covered = experiment.measure()["covered"]
            if steps == 1:
                assert (covered, truth[-1] > 0.65) == (0, True)
            else:
                assert truth[-1] <= 0.225


def test_more_steps_do_harm_to_the_non_saturating_game():
    assert min(modes({"update.d_steps": 1}, 1500)) >= 7
    assert {2, 4} <= set(found := modes({"update.d_steps": 5}, 1500))
    assert max(found) <= 4

"""Experiments: determinism, looking without touching, checkpoints, divergence."""

import numpy as np
import pytest
import torch
from scipy import stats

from gan_core.experiment import Experiment
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, SHOWN, Frame
from gan_core.metrics.divergences import floors
from gan_core.metrics.looks import EVERY
from gan_core.presets import PRESETS
from gan_core.settings import Settings

SMALL = Settings().with_changes(
    {"generator.width": 16, "discriminator.width": 16, "batch": 32, "latent.dim": 2}
)
PENALTY = SMALL.with_changes({"game": "wasserstein", "constraint": "gradient-penalty"})


def weights(experiment):
    players = experiment._training.g, experiment._training.d
    return [player.network.parameters.clone() for player in players]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(weights(one), weights(other), strict=True))


WILD = SMALL.with_changes(
    {
        "game": "wasserstein",
        "g_optimizer": "sgd",
        "g_optimizer.lr": 1.0,
        "d_optimizer": "sgd",
        "d_optimizer.lr": 1.0,
    }
)
"""Settings that diverge within a few iterations."""


def test_a_diverging_run_ends_at_the_same_iteration_seen_or_unseen():
    unseen, seen = Experiment(WILD), Experiment(WILD)
    unseen.step(60)
    for _ in range(60):
        seen.step()
        seen.frame()
    assert unseen.status == seen.status == "diverged"
    assert unseen.iteration == seen.iteration
    unseen.frame()
    assert unseen.diverged_at == seen.diverged_at > 0


def test_the_diverged_picture_names_the_first_bad_iteration():
    experiment = Experiment(WILD)
    experiment.frame()
    experiment.step(60)
    frame = experiment.frame()
    rows = Experiment(WILD)
    first = 0
    while np.isfinite(rows.history()).all():
        rows.step()
        first += 1
    assert frame.iteration == first
    assert first <= experiment.iteration <= first + 10


@pytest.mark.parametrize("settings", [SMALL, PENALTY, PRESETS["saturate"].settings])
def test_same_settings_same_bits_seen_or_unseen(settings):
    unseen, seen = Experiment(settings), Experiment(settings)
    unseen.step(120)
    for n in (1, 2, 30, 7, 80):
        seen.step(n)
        seen.frame()
        seen.measure()
    assert same(unseen, seen)
    assert unseen.frame().to_bytes() != seen.frame().to_bytes()  # `seen` has metrics
    unseen.measure()
    assert np.array_equal(unseen.frame().fake, seen.frame().fake)
    assert np.array_equal(unseen.frame().metrics[-1], seen.frame().metrics[-1])


def test_another_seed_is_another_run():
    one, other = Experiment(SMALL), Experiment(SMALL.with_changes({"seed": 2}))
    assert not same(one, other)
    assert not np.array_equal(one.frame().real, other.frame().real)


def test_single_moves_add_up_to_an_iteration():
    whole, parts = Experiment(SMALL), Experiment(SMALL)
    whole.step(2)
    for _ in range(2):
        parts.step_d()
        assert parts.half == 1
        parts.step_g()
    assert same(whole, parts)
    assert (parts.iteration, parts.half) == (2, 0)


def test_frame_shows_the_experiment():
    experiment = Experiment(SMALL)
    experiment.step(60)
    experiment.measure()
    frame = experiment.frame()
    assert frame.iteration == 60
    assert frame.status == "paused"
    assert frame.real.shape == frame.fake.shape == (SHOWN, 2)
    assert frame.centres.shape == (8, 2)
    assert frame.field.shape == (64, 64)
    assert frame.warp.shape == (21, 21, 2)
    assert frame.history.shape == (60, len(HISTORY_COLUMNS))
    assert frame.metrics.shape == (1, len(METRIC_COLUMNS))
    assert frame.histogram.sum(1) == pytest.approx([1, 1])
    assert frame.shares.sum() == pytest.approx(1)
    assert np.sqrt((frame.arrows**2).sum(1)).max() == pytest.approx(1)
    assert frame.js_floor == floors(SMALL.data, 2500)[0]
    assert 0 <= frame.field.min() <= frame.field.max() <= 1
    with pytest.raises(ValueError, match="read-only"):
        frame.fake[0, 0] = 1.0


def test_frame_owns_its_data():
    experiment = Experiment(SMALL)
    frame = experiment.frame()
    before = frame.fake.copy()
    experiment.step(20)
    assert np.array_equal(frame.fake, before)


def test_field_lies_as_the_contract_says():
    """Row 0 at the bottom, column 0 at the left, cell centres."""
    experiment = Experiment(Settings().with_changes({"data": "gaussian", "pretrain": 300}))
    experiment.pretrain(300)
    frame = experiment.frame()
    cells = frame.extent * ((np.arange(64) + 0.5) * 2 / 64 - 1)
    i, j = 50, 13
    probe = np.array([[cells[j], cells[i]]], np.float32)
    assert frame.field[i, j] == pytest.approx(experiment._observer.score(probe)[0], rel=1e-5)
    assert frame.field[-10:, -10:].mean() > 0.9  # the data lie at (4, 4)
    assert frame.field[:10, :10].mean() < 0.5


def test_arrows_point_where_gs_cost_falls():
    experiment = Experiment(SMALL)
    experiment.step(200)
    frame, game, d = experiment.frame(), SMALL.game, experiment._training.d.network

    def cost(x):
        return float(game.g_cost(d(torch.from_numpy(x)[None])).sum())

    x = frame.fake[:1].copy()
    h = 1e-3
    steps = np.float32([[[h, 0]], [[0, h]]])
    slope = [(cost(x + step) - cost(x - step)) / (2 * h) for step in steps]
    assert frame.arrows[0] * frame.arrow_scale == pytest.approx(
        -np.array(slope), rel=0.05, abs=1e-3
    )


def test_history_deltas_join_up():
    experiment, rows, since = Experiment(SMALL), [], -1
    for n in (3, 40, 1, 25):
        experiment.step(n)
        new = experiment.frame(since).history
        rows.append(new)
        since = experiment.iteration
    joined = np.concatenate(rows)
    assert joined[:, 0].tolist() == list(range(1, 70))
    assert len(experiment.frame(since).history) == 0


def test_the_frame_of_data_on_a_line():
    settings = SMALL.with_changes({"data": "mixture-1d"})
    experiment = Experiment(settings)
    experiment.step(1500)
    experiment.measure()
    frame = experiment.frame()
    assert frame.dim == 1
    assert frame.real.shape == frame.fake.shape == (SHOWN, 1)
    assert frame.field.shape == (1, 256)
    assert frame.warp.shape == (1, 61, 1)
    assert frame.latent.shape == (61,)
    assert (np.diff(frame.latent) > 0).all()
    assert frame.density.shape == (2, 256)
    width = 2 * frame.extent / 256
    assert frame.density.sum(1) * width == pytest.approx([1, 1], abs=0.02)
    # the generator's density is that of its samples
    cells = frame.extent * ((np.arange(256) + 0.5) * 2 / 256 - 1)
    of_density = frame.density[1] @ cells * width
    assert of_density == pytest.approx(float(frame.fake.mean()), abs=0.1)
    assert np.abs(frame.arrows).max() == pytest.approx(1)
    assert Frame.from_bytes(frame.to_bytes()).to_bytes() == frame.to_bytes()
    w1 = frame.metrics[-1, 5]
    assert w1 == pytest.approx(
        stats.wasserstein_distance(frame.real[:, 0], frame.fake[:, 0]), abs=0.2
    )


def test_a_gaussian_on_a_line_is_learned_and_d_settles_at_one_half():
    found = []
    for seed in range(5):
        settings = Settings().with_changes({"data": "gaussian-1d", "seed": seed})
        experiment = Experiment(settings)
        experiment.step(3000)
        data, frame = settings.data, experiment.frame()
        near = np.abs(np.linspace(-frame.extent, frame.extent, 256) - data.x) < 2 * data.sigma
        found.append(
            (
                abs(float(frame.fake.mean()) - data.x) < 0.5 * data.sigma,
                0.6 < float(frame.fake.std()) / data.sigma < 1.4,
                np.abs(frame.field[0][near] - 0.5).max() < 0.2,
            )
        )
    assert (np.array(found).sum(0) >= 4).all(), found


def test_a_packed_d_judges_several_samples_at_once():
    experiment = Experiment(SMALL.with_changes({"pack": 3}))
    experiment.step(50)
    frame = experiment.frame()
    assert experiment._training.d.network.sizes[0] == 6
    assert frame.field.shape == (64, 64)
    assert len(frame.arrows) == 99
    assert frame.histogram.sum(1) == pytest.approx([1, 1])


def test_an_averaged_generator_is_what_is_seen_and_measured():
    plain = Experiment(SMALL)
    averaged = Experiment(SMALL.with_changes({"average": "exponential", "average.half_life": 200}))
    for one in (plain, averaged):
        one.step(300)
    assert same(plain, averaged)
    assert not np.allclose(plain.frame().fake, averaged.frame().fake, atol=1e-3)
    ours = averaged._training.averaged
    z = averaged._observer._z
    by_hand = averaged._training.g.network(torch.from_numpy(z)[None], ours)[0].numpy()
    assert np.array_equal(averaged.frame().fake, by_hand)
    assert averaged.measure()["w1"] != plain.measure()["w1"]


def test_scores_with_a_middle_of_their_own():
    for game, middle in (("hinge", 0.0), ("least-squares", 0.5)):
        experiment = Experiment(SMALL.with_changes({"game": game}))
        experiment.step(50)
        frame = experiment.frame()
        assert frame.score_kind == 1
        assert (frame.score_low + frame.score_high) / 2 == pytest.approx(middle, abs=1e-6)


def test_a_checkpoint_brings_its_history_and_metrics():
    experiment = Experiment(SMALL)
    for _ in range(4):
        experiment.step(60)
        experiment.measure()
    copy = Experiment.restore(experiment.state())
    assert np.array_equal(copy.history(), experiment.history())
    assert np.array_equal(copy.frame().metrics, experiment.frame().metrics)
    assert copy.looks.wandering == experiment.looks.wandering
    assert np.array_equal(copy.recent, experiment.recent)
    for one in (experiment, copy):
        one.step(10)
    assert np.array_equal(copy.history(), experiment.history())
    experiment.step(20_000)
    long = experiment.state()
    assert len(long) < 200_000  # thinned
    assert len(Experiment.restore(long).history()) <= 512


def test_critic_scores_have_a_range():
    experiment = Experiment(PENALTY)
    experiment.step(30)
    frame = experiment.frame()
    assert frame.score_kind == 1
    assert frame.score_low < frame.score_high
    assert frame.score_low <= frame.field.min() <= frame.field.max() <= frame.score_high


def test_data_without_modes_have_no_mode_metrics():
    experiment = Experiment(SMALL.with_changes({"data": "circle"}))
    experiment.step(EVERY)
    found = experiment.measure()
    assert np.isnan(found["covered"])
    assert np.isfinite(found["js"])
    assert np.isfinite(found["w1"])
    assert experiment.frame().modes == 0


def test_a_live_change_acts_without_a_restart():
    experiment = Experiment(SMALL)
    experiment.step(30)
    before = weights(experiment)
    assert experiment.change(SMALL.with_changes({"game": "minimax", "g_optimizer.lr": 0.01}))
    assert (experiment.iteration, experiment.epoch) == (30, 0)
    assert all(torch.equal(a, b) for a, b in zip(before, weights(experiment), strict=True))
    experiment.step(10)
    assert experiment.iteration == 40
    unchanged = Experiment(SMALL)
    unchanged.step(40)
    assert not same(experiment, unchanged)


def test_other_data_restart():
    experiment = Experiment(SMALL)
    experiment.step(30)
    assert not experiment.change(SMALL.with_changes({"data": "grid"}))
    assert (experiment.iteration, experiment.epoch) == (0, 1)
    fresh = Experiment(SMALL.with_changes({"data": "grid"}))
    experiment.step(30)
    fresh.step(30)
    assert same(experiment, fresh)


def test_reset_begins_again_with_the_same_bits():
    experiment = Experiment(SMALL)
    start = weights(experiment)
    experiment.step(30)
    experiment.reset()
    assert all(torch.equal(a, b) for a, b in zip(start, weights(experiment), strict=True))
    assert len(experiment.frame().history) == 0


@pytest.mark.parametrize("settings", [SMALL, PENALTY, PRESETS["saturate"].settings])
@pytest.mark.parametrize("moves", [(40, 0), (32, 0), (7, 1), (0, 0)])
def test_a_checkpoint_continues_with_the_same_bits(settings, moves):
    steps, half = moves
    experiment = Experiment(settings)
    experiment.step(steps)
    for _ in range(half):
        experiment.step_d()
    copy = Experiment.restore(experiment.state())
    assert copy.settings == experiment.settings
    assert (copy.iteration, copy.half) == (experiment.iteration, experiment.half)
    assert same(experiment, copy)
    for one in (experiment, copy):
        if half:
            one.step_g()
        one.step(50)
    assert same(experiment, copy)


@pytest.mark.parametrize("spoil", [b"", b"x" * 40, b"\x02\0\0\0\0\0\0\0{}"])
def test_bytes_that_are_no_checkpoint(spoil):
    with pytest.raises(ValueError, match="no checkpoint"):
        Experiment.restore(spoil)


def test_divergence_is_shown_and_keeps_the_last_good_picture():
    experiment = Experiment(WILD)
    good = experiment.frame()
    experiment.step(1000)
    assert experiment.status == "diverged"
    assert experiment.iteration < 1000
    shown = experiment.frame()
    assert shown.status == "diverged"
    assert np.array_equal(shown.fake, good.fake)
    assert np.isfinite(shown.history).all()
    stopped = experiment.iteration
    experiment.step(10)
    experiment.step_d()
    experiment.step_g()
    assert experiment.iteration == stopped
    assert np.isnan(experiment.measure()["js"])
    experiment.change(SMALL)
    assert (experiment.status, experiment.iteration) == ("ok", 0)


@pytest.mark.parametrize("spoil", [b"", b"\xff\xff\xff\xff", b"\x02\0\0\0[]", b"\x02\0\0\0{}x"])
def test_bytes_that_are_no_frame(spoil):
    if spoil.endswith(b"{}x"):
        assert Frame.from_bytes(spoil).iteration == 0  # a frame of defaults
        return
    with pytest.raises(ValueError, match="no frame"):
        Frame.from_bytes(spoil)


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="status is one of"):
        Frame(status="lost")


def test_a_critics_picture_is_centred_where_it_cannot_tell():
    experiment = Experiment(PENALTY)
    experiment.step(100)
    frame = experiment.frame()
    means = [experiment._observer.score(x.copy()).mean() for x in (frame.real, frame.fake)]
    middle = sum(means) / 2
    assert (frame.score_low + frame.score_high) / 2 == pytest.approx(middle, abs=1e-4)


def test_recent_rows_are_the_last_fifty_iterations():
    experiment = Experiment(SMALL)
    experiment.step(5000)  # more than the history keeps unthinned
    experiment.history()
    assert experiment.recent[:, 0].tolist() == list(range(4951, 5001))


def test_frames_and_measures_have_their_floors_from_the_first_measurement_on():
    experiment = Experiment(SMALL)
    assert np.isnan(experiment.frame().js_floor)
    experiment.measure()
    assert experiment.frame().js_floor > 0
    assert experiment.frame().w1_floor > 0


def test_an_optimiser_chosen_during_pretraining_is_taken_up_when_it_is_over():
    settings = SMALL.with_changes({"pretrain": 100})
    early, late = Experiment(settings), Experiment(settings)
    changed = settings.with_changes({"d_optimizer": "sgd", "d_optimizer.lr": 0.05})
    early.pretrain(50)
    assert early.change(changed)
    early.pretrain(50)
    late.pretrain(100)
    assert late.change(changed)
    for one in (early, late):
        one.step(20)
    assert same(early, late)

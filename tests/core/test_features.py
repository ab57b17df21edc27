"""Minibatch discrimination: what D is told of a batch, and that no batch hears of another."""

import itertools

import pytest
import torch

from gan_core.constraints import CONSTRAINTS
from gan_core.ensemble import Ensemble
from gan_core.experiment import Experiment
from gan_core.games import GAMES
from gan_core.networks import ACTIVATIONS, MinibatchFeatures
from gan_core.settings import Settings, SettingsError, live_change
from tests.core.test_ensemble import autograd_gradients, relative, settings

FEATURES = MinibatchFeatures(kernels=3, dims=2)


def told(h):
    """What the features say of one batch, (n, kernels)."""
    t = torch.randn(1, h.shape[1], 6, generator=torch.Generator().manual_seed(0))
    return FEATURES.told(h[None], t)[0]


def cloud(n, seed=1):
    return torch.randn(n, 5, generator=torch.Generator().manual_seed(seed))


def test_closeness_by_hand():
    """Two measures of one number each on three samples: exp of minus the distances, in the mean."""
    features = MinibatchFeatures(kernels=2, dims=1)
    h, t = torch.tensor([[[0.0], [1.0], [3.0]]]), torch.tensor([[[1.0, 2.0]]])
    near, far = ([[1, 3], [1, 2], [3, 2]], [[2, 6], [2, 4], [6, 4]])
    expected = torch.tensor([near, far], dtype=torch.float).neg().exp().mean(2).T
    assert torch.allclose(features.told(h, t)[0], expected)


def test_duplicates_are_as_close_as_can_be_and_strangers_are_not():
    assert torch.equal(told(cloud(1).expand(9, 5)), torch.ones(9, 3))
    assert float(told(100 * cloud(9)).max()) < 1e-6
    twins = told(torch.cat([100 * cloud(4)] * 2))
    assert torch.allclose(twins, torch.full((8, 3), 1 / 7))


def test_the_order_within_a_batch_does_not_matter():
    h, order = cloud(12), torch.randperm(12, generator=torch.Generator().manual_seed(2))
    assert torch.allclose(told(h)[order], told(h[order]), atol=1e-6)


def test_one_sample_alone_has_nobody_to_be_close_to():
    assert torch.equal(told(cloud(1)), torch.zeros(1, 3))
    ensemble = Ensemble([settings(features="minibatch", batch=4, pack=4)])
    ensemble.step(5)
    assert ensemble.d.network.parameters.isfinite().all()


EVERYTHING = [
    *(
        {"game": game, "constraint": constraint}
        for game, constraint in itertools.product(GAMES.names(), CONSTRAINTS.names())
    ),
    *(
        {"discriminator__activation": activation, "constraint": constraint}
        for activation, constraint in itertools.product(ACTIVATIONS.names(), CONSTRAINTS.names())
    ),
    {"pack": 3},
    {"instance_noise": 0.3, "constraint": "r1"},
    {"data": "mixture-1d", "pack": 2},
    {"discriminator__layers": 1},
    {"discriminator__layers": 4, "features__kernels": 1},
]
ALONE = [{}, {"pack": 2}, {"constraint": "r1"}, {"constraint": "spectral-norm"}]


@pytest.mark.parametrize(
    ("chosen", "members"),
    [*((chosen, 2) for chosen in EVERYTHING), *((chosen, 1) for chosen in ALONE)],
    ids=lambda one: "-".join(map(str, one.values())) if isinstance(one, dict) else "",
)
def test_the_written_out_step_equals_autograd(chosen, members):
    small = {"features": "minibatch", "features__kernels": 3, "features__dims": 2}
    base = settings(g_optimizer="sgd", d_optimizer="sgd", **(small | chosen))
    seeds = [base.with_changes({"seed": seed}) for seed in range(members)]
    ensemble = Ensemble(seeds, dtype="float64")
    ensemble.step(3)
    row, rows = ensemble._row + 1, ensemble._batches
    real = rows.real[row].transpose(1, 2).clone()
    of_d, _ = autograd_gradients(ensemble, row, real)
    ensemble.d_step()
    assert relative(ensemble.d.network.gradients, of_d) < 1e-9
    _, of_g = autograd_gradients(ensemble, row, real)
    ensemble.g_step()
    assert relative(ensemble.g.network.gradients, of_g) < 1e-9


def test_no_batch_hears_of_the_other():
    """Whatever the fakes are, D says the same of the real samples, and the other way round."""
    ensemble = Ensemble([settings(features="minibatch")])
    ensemble.step(20)
    ensemble.d_step()
    row, rows, d = ensemble._row, ensemble._batches, ensemble.d.network

    def judge():
        with torch.inference_mode():
            d.forward(ensemble._d_tapes[row], ensemble._judged[row])
        return ensemble._judged[row].clone()

    before = judge()
    for half, other in ((rows.fake, rows.real), (rows.real, rows.fake)):
        kept, away = other[row].clone(), half[row].clone()
        half[row].add_(3)
        after = judge()
        same = slice(None, rows.packs) if half is rows.fake else slice(rows.packs, None)
        assert torch.equal(other[row], kept)
        assert torch.allclose(after[..., same], before[..., same], atol=1e-6)
        assert not torch.allclose(after, before, atol=1e-3)
        half[row].copy_(away)
    alone = d(rows.fake[row].transpose(1, 2))[0, :, 0]
    assert torch.allclose(before[0, 0, rows.packs :], alone, atol=1e-5)


def test_one_more_member_is_told_of_the_batch_and_the_batch_is_not_told_of_it():
    """How the picture asks what D says of a point: among real samples, and among fakes."""
    ensemble = Ensemble([settings(features="minibatch")], dtype="float64")
    ensemble.step(10)
    d, rows = ensemble.d.network, ensemble._batches
    batch = rows.real[ensemble._row].transpose(1, 2)
    points = torch.tensor([[[0.3, -0.2], [0.9, 0.1]]], dtype=torch.float64)
    together = [d(torch.cat([batch, points[:, i : i + 1]], 1))[0, -1, 0] for i in range(2)]
    found = d(points, among=batch)[0, :, 0]
    assert torch.allclose(found, torch.stack(together), rtol=1e-9)


@pytest.mark.parametrize("chosen", [{}, {"pack": 2}, {"data": "mixture-1d"}, {"batch": 8}])
def test_the_picture_is_whole(chosen):
    experiment = Experiment(settings(features="minibatch", **chosen))
    experiment.step(30)
    frame = experiment.frame()
    for part in (frame.field, frame.histogram, frame.arrows, frame.logits):
        assert part.size
        assert abs(part).max() < 1e6
    assert frame.histogram.sum(1) == pytest.approx([1, 1])


def test_clipping_holds_the_features_and_spectral_normalisation_leaves_them():
    clipped, normal = (
        Ensemble([settings(features="minibatch", constraint=constraint)])
        for constraint in ("weight-clipping", "spectral-norm")
    )
    for ensemble in (clipped, normal):
        ensemble.step(10)
    d = clipped.d.network
    assert float(d.projection(d.parameters).abs().max()) <= 0.01
    d = normal.d.network
    assert torch.equal(d.projection(d.used), d.projection(d.parameters))
    assert not torch.equal(d.views(d.used)[0][0], d.views(d.parameters)[0][0])


def test_they_travel_in_a_checkpoint_and_begin_anew_when_they_change():
    base = Settings().with_changes({"features": "minibatch", "batch": 16})
    experiment = Experiment(base)
    experiment.step(3)
    experiment.step_half()
    copy = Experiment.restore(experiment.state())
    for one in (experiment, copy):
        one.step_half()
        one.step(4)
    assert torch.equal(*(one._training.d.network.parameters for one in (experiment, copy)))
    assert not live_change(base, base.with_changes({"features": "none"}))
    assert not live_change(base, base.with_changes({"features.kernels": 4}))
    with pytest.raises(SettingsError, match="the most is"):
        base.with_changes({"features.kernels": 1000})


def test_without_features_nothing_has_changed():
    plain = Ensemble([settings()]).d.network
    told = Ensemble([settings(features="minibatch")]).d.network
    assert plain.in_layers == plain.parameters.shape[1]
    first = plain.sizes[0] * plain.sizes[1]
    assert torch.equal(plain.parameters[:, :first], told.parameters[:, :first])

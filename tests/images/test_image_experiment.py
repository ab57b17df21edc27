"""An experiment with pictures: same settings, same bits, seen or unseen, saved or not."""

from __future__ import annotations

import json
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from safetensors.torch import load, save
from torch.nn import functional

from gan_core.engine.runs import first_frame
from gan_core.frame import COMPANY_DRAWS, IMAGE_METRIC_COLUMNS, PICTURES, WALK, Frame
from gan_core.games import GAMES
from gan_core.images.experiment import ImageExperiment
from gan_core.images.observer import PER_CLASS, between
from gan_core.images.quality import load_judge, quality
from gan_core.images.settings import IMAGE_REGISTRIES, ImageSettings, read_settings
from gan_core.images.training import SETTLING, ImageTraining
from gan_core.latents import GaussianLatent, UniformLatent
from gan_core.networks.modules import normalised
from gan_core.presets import get_preset
from gan_core.saved import metadata, read_label
from gan_core.settings import Settings, SettingsError
from gan_core.streams import REFERENCE, stream

SMALL = ImageSettings().with_changes(
    {"batch": 8, "generator.width": 4, "discriminator.width": 4, "latent.dim": 4}
)
MIXED = SMALL.with_changes({"discriminator.norm": "mixed", "labels": "concat"})
CRITIC = SMALL.with_changes(
    {
        "game": "wasserstein",
        "constraint": "gradient-penalty",
        "discriminator.norm": "none",
        "update.d_steps": 2,
        "average": "exponential",
        "generator.norm": "virtual",
    }
)
BOTH = SMALL.with_changes({"update": "simultaneous", "discriminator": "patch"})
ALL = [SMALL, MIXED, CRITIC, BOTH]
NAMES = ["plain", "mixed", "critic", "simultaneous"]


def parts(experiment: ImageExperiment) -> dict[str, bytes]:
    """Return all that a checkpoint holds, as bytes: NaN is not equal to itself."""
    state = experiment.state()
    tensors = {name: one.numpy().tobytes() for name, one in load(state).items()}
    return tensors | {name: text.encode() for name, text in metadata(state).items()}


@pytest.mark.parametrize("chosen", ALL, ids=NAMES)
def test_same_settings_same_bits_seen_or_unseen(chosen):
    seen, unseen = ImageExperiment(chosen), ImageExperiment(chosen)
    unseen.step(7)
    for look in ((0, 1, 0), (3, 70, 5), (79, 0, -1)):
        seen.look(look)
        seen.frame()
        seen.step(2)
        seen.measure(50)
        seen.frame()
    seen.step(1)
    mine, theirs = parts(seen), parts(unseen)
    assert mine.pop("quality") != theirs.pop("quality")
    assert mine == theirs


@pytest.mark.parametrize("chosen", ALL, ids=NAMES)
@pytest.mark.parametrize("halves", [0, 1])
def test_a_checkpoint_goes_on_with_the_same_bits(chosen, halves):
    first = ImageExperiment(chosen)
    first.step(3)
    for _ in range(halves):
        first.step_half()
    second = ImageExperiment.restore(first.state())
    for one in (first, second):
        for _ in range(halves):
            one.step_half()
        one.step(2)
    assert parts(first) == parts(second)
    assert frames_agree(first.frame(), second.frame())


def frames_agree(one: Frame, other: Frame) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Frame)]
    return all(
        a.tobytes() == b.tobytes() if isinstance(a, np.ndarray) else a == b or a != a
        for a, b in pairs
    )


def test_single_moves_are_those_of_an_iteration():
    one, other = ImageExperiment(SMALL), ImageExperiment(SMALL)
    one.step(1)
    other.step_d()
    assert (other.half, other.iteration) == (1, 0)
    other.step_g()
    assert parts(one) == parts(other)
    other.step_g()
    assert other.iteration == 2


def test_a_live_change_acts_and_another_one_restarts():
    experiment = ImageExperiment(SMALL)
    experiment.step(5)
    assert experiment.change(SMALL.with_changes({"g_optimizer.lr": 1e-4, "average": "exponential"}))
    experiment.step(5)
    assert (experiment.epoch, experiment.iteration) == (0, 10)
    assert len(experiment.history()) == 10
    assert not experiment.change(SMALL.with_changes({"generator.norm": "none"}))
    assert (experiment.epoch, experiment.iteration) == (1, 0)
    assert len(experiment.frame().company) == 0


def test_the_averaged_generator_is_what_is_seen():
    chosen = SMALL.with_changes({"average": "exponential", "average.half_life": 10000})
    plain, averaged = ImageExperiment(SMALL), ImageExperiment(chosen)
    for one in (plain, averaged):
        one.step(6)
    g, a = plain._training.g.network, averaged._training.g.network
    assert torch.equal(g.parameters, a.parameters)  # the game goes on with G itself
    mine, theirs = plain.frame().pictures, averaged.frame().pictures
    assert (mine != theirs).any()
    shown = averaged._training.shown
    inputs = []
    hook = shown.blocks[1].norm.register_forward_pre_hook(lambda _, x: inputs.append(x[0]))
    z = SMALL.latent.sample(SETTLING, stream(SMALL.seed, REFERENCE, 2))
    with torch.no_grad(), normalised(shown, "train"):
        shown(torch.from_numpy(z))
    hook.remove()
    norm = shown.blocks[1].norm
    torch.testing.assert_close(norm.running_mean, inputs[0].mean((0, 2, 3)))
    torch.testing.assert_close(norm.running_var, inputs[0].var((0, 2, 3)))


@pytest.mark.parametrize("key", GAMES.names())
def test_gradients_are_those_of_the_games_costs(key):
    chosen = SMALL.with_changes(
        {"game": key, "constraint": "r1", "discriminator.norm": "none", "constraint.weight": 2.0}
    )
    training = ImageTraining(chosen, chosen.images.load())
    training.draw()
    training.d_gradient()
    d, real, fake = training.d_module, training._real, training._fake.detach()
    at = real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(d(at).sum(), at, create_graph=True)
    cost = chosen.game.d_cost_real(d(real)).mean() + chosen.game.d_cost_fake(d(fake)).mean()
    cost = cost + 0.5 * 2.0 * slope.square().sum((1, 2, 3)).mean()
    expected = torch.autograd.grad(cost, training.d.network.leaves)
    for leaf, right in zip(training.d.network.leaves, expected, strict=True):
        torch.testing.assert_close(leaf.grad, right, rtol=1e-4, atol=1e-6)
    cost = chosen.game.g_cost(d(training._fake)).mean()
    expected = torch.autograd.grad(cost, training.g.network.leaves, retain_graph=True)
    training.g_gradient()
    for leaf, right in zip(training.g.network.leaves, expected, strict=True):
        torch.testing.assert_close(leaf.grad, right, rtol=1e-4, atol=1e-6)


def test_a_step_is_the_one_that_everybody_writes():
    """Two iterations of the usual loop, with PyTorch's own loss and Adam."""
    training = ImageTraining(SMALL, SMALL.images.load())
    other = ImageTraining(SMALL, SMALL.images.load())
    g, d = other.g_module, other.d_module
    optimizers = [torch.optim.Adam(one.parameters(), lr=1e-3, betas=(0.5, 0.999)) for one in (g, d)]
    ones, loss = torch.ones(8), functional.binary_cross_entropy_with_logits
    for _ in range(2):
        training.step(1)
        other.draw()
        fake = g(other._z[other._row])
        optimizers[1].zero_grad()
        (loss(d(other._real), ones) + loss(d(fake.detach()), 0 * ones)).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        loss(d(fake), ones).backward()
        optimizers[0].step()
    for mine, theirs in ((training.g_module, g), (training.d_module, d)):
        for one, two in zip(mine.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(one, two, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("chosen", ALL, ids=NAMES)
def test_a_step_reads_nothing_back(chosen):
    """On PyTorch's device without numbers, where whoever looks at one fails."""
    training = ImageTraining(chosen, chosen.images.load(), "meta")
    training.step(3)
    training.step_half()
    with pytest.raises(NotImplementedError):
        training.history()


CHOICES = {
    "generator": IMAGE_REGISTRIES["image_generator"].names(),
    "generator.norm": IMAGE_REGISTRIES["norm"].names(),
    "discriminator": IMAGE_REGISTRIES["image_discriminator"].names(),
    "discriminator.norm": IMAGE_REGISTRIES["d_norm"].names(),
    "images": ("digits-8x8", "three-dots"),
    **{
        name: IMAGE_REGISTRIES[registry].names()
        for name, registry in (
            *(("latent", "latent"), ("labels", "labels"), ("game", "game")),
            *(("constraint", "constraint"), ("update", "update"), ("schedule", "schedule")),
            *(("g_optimizer", "optimizer"), ("d_optimizer", "optimizer"), ("average", "average")),
        )
    },
}


@settings(max_examples=25)
@given(chosen=some.fixed_dictionaries({name: some.sampled_from(CHOICES[name]) for name in CHOICES}))
def test_every_combination_plays_and_can_be_seen(chosen):
    small = {"batch": 4, "generator.width": 16, "discriminator.width": 16}
    experiment = ImageExperiment(ImageSettings().with_changes(chosen | small))
    experiment.step(2)
    frame = experiment.frame()
    assert experiment.status == "ok"
    assert frame.history.shape == (2, 7)
    assert np.isfinite(frame.history).all()
    assert read_label(experiment.state()).settings == experiment.settings


@pytest.mark.parametrize("key", CHOICES["game"])
def test_every_game_plays(key):
    experiment = ImageExperiment(SMALL.with_changes({"game": key}))
    experiment.step(2)
    assert np.isfinite(experiment.frame().histogram).all()


def test_what_a_frame_shows():
    experiment = ImageExperiment(MIXED)
    experiment.step(3)
    experiment.look((12, 70, 3))
    measured = experiment.measure(64)
    frame = Frame.from_bytes(experiment.frame().to_bytes())
    assert frame.pictures.shape == (10 * PER_CLASS, 8, 8)
    assert frame.real_pictures.shape == (PICTURES, 8, 8)
    assert frame.look.tolist() == [12, 70, 3]
    assert frame.walk.shape == (WALK, 8, 8)
    np.testing.assert_array_equal(frame.walk[0], frame.pictures[12])
    assert frame.company.shape == (4 * COMPANY_DRAWS, 8, 8)
    sizes = frame.layer_shapes[:, 1:].prod(1)
    assert frame.layers.shape == (sizes.sum(),)
    assert frame.layer_shapes[:, 0].tolist() == [0, 0, 0, 1, 1, 1]
    assert frame.quality.shape == (1, len(IMAGE_METRIC_COLUMNS))
    assert frame.quality[0, 0] == 3 == measured["iteration"]
    assert frame.readings.shape == (80, 2)
    assert frame.weights.sum() == pytest.approx(1)
    assert frame.histogram.sum(1) == pytest.approx([1, 1])
    plain = ImageExperiment(SMALL)
    plain.look((0, 63, 0))
    frame = plain.frame()
    assert frame.pictures.shape == (PICTURES, 8, 8)
    np.testing.assert_array_equal(frame.walk[[0, -1]], frame.pictures[[0, 63]])


def test_neighbours_change_a_picture_only_where_the_batch_normalises():
    experiment = ImageExperiment(SMALL)
    experiment.step(20)
    change = experiment.frame().company_change
    assert change[0] > 0.005
    assert (change[1:] < 1e-6).all()
    experiment.look((0, 1, -1))
    assert experiment.frame().company.size == 0


def among_neighbours(asked):
    """How much an untrained generator's pictures change in training mode, in the mean."""
    experiment, changes = ImageExperiment(asked), []
    for picture in range(0, 64, 5):
        experiment.look((picture, 1, 0))
        changes.append(experiment.frame().company_change[0])
    return np.mean(changes)


def test_a_batch_four_times_as_large_halves_what_neighbours_do_to_an_untrained_generator():
    """A batch's mean and variance are means of n chance numbers: they vary by 1/√n."""
    changes = [
        np.mean(
            [among_neighbours(SMALL.with_changes({"seed": seed, "batch": n})) for seed in range(5)]
        )
        for n in (16, 64, 256)
    ]
    for few, many in pairwise(changes):
        assert 1.7 < few / many < 2.4


def test_the_first_moment_shows_the_pictures_that_the_experiment_will_show():
    first, real = first_frame(SMALL), ImageExperiment(SMALL).frame()
    np.testing.assert_array_equal(first.real_pictures, real.real_pictures)
    np.testing.assert_array_equal(first.weights, real.weights)
    assert len(np.unique(real.real_pictures, axis=0)) > PICTURES / 2


def test_a_run_that_diverges_keeps_its_last_good_picture():
    wild = {"g_optimizer": "sgd", "g_optimizer.lr": 1.0, "d_optimizer": "sgd"}
    wild |= {"d_optimizer.lr": 1.0, "game": "wasserstein", "discriminator.norm": "none"}
    experiment = ImageExperiment(SMALL.with_changes(wild | {"generator.norm": "none"}))
    good = experiment.frame()
    experiment.step(200)
    assert experiment.status == "diverged"
    at = experiment.iteration
    assert at < 200
    experiment.step(5)
    experiment.step_half()
    assert experiment.iteration == at
    frame = experiment.frame()
    assert frame.status == "diverged"
    assert np.isfinite(frame.history).all()
    np.testing.assert_array_equal(frame.pictures, good.pictures)
    experiment.reset()
    assert (experiment.status, experiment.epoch) == ("ok", 1)


@pytest.mark.parametrize("latent", [GaussianLatent(dim=16), UniformLatent(dim=16)])
def test_the_walk_goes_from_a_to_b(latent):
    a, b = latent.sample(2, np.random.default_rng(3))
    path = between(latent, a, b, 25)
    np.testing.assert_array_equal(path[[0, -1]], [a, b])
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps.max() < 1.5 * steps.min()
    norms, ends = np.linalg.norm(path, axis=1), np.linalg.norm([a, b], axis=1)
    if latent.key == "gaussian":  # the straight line would come closer to the origin
        np.testing.assert_allclose(norms, np.linspace(*ends, 25), rtol=1e-5)
        assert np.linalg.norm((a + b) / 2) < 0.9 * norms.min()
    assert between(latent, a, a, 5) == pytest.approx(np.tile(a, (5, 1)))


# -- settings and files


def test_settings_travel_as_text_and_know_their_kind():
    assert read_settings(CRITIC.to_json()) == CRITIC
    toy = Settings().with_changes({"game": "hinge"})
    assert read_settings(toy.to_json()) == toy
    assert CRITIC.with_changes({}).difference(SMALL)
    assert SMALL.with_changes(CRITIC.difference(SMALL)) == CRITIC
    with pytest.raises(SettingsError, match="weight-clipping"):
        SMALL.with_changes({"constraint": "weight-clipping"})
    for text in ('{"images": 3}', '{"images": "cats"}', '{"images": "mnist", "data": "ring"}'):
        with pytest.raises(SettingsError):
            read_settings(text)


def changed(state: bytes, **numbers: object) -> bytes:
    meta = metadata(state)
    told = json.loads(meta["numbers"]) | numbers
    return save(load(state), meta | {"numbers": json.dumps(told)})


@pytest.mark.parametrize(
    "numbers",
    [
        {"iteration": -1},
        {"half": 2},
        {"_row": 32},
        {"half": 1, "_row": -1},
        {"half": 1},
        {"half": 1, "_g_ready": True},
        {"stream": {}},
        {"stream": {"bit_generator": "MT19937"}},
        {"t": [1.0]},
        {"epoch": "x"},
    ],
)
def test_a_checkpoint_with_impossible_numbers_is_refused(numbers):
    experiment = ImageExperiment(SMALL)
    experiment.step(1)
    with pytest.raises(ValueError, match="checkpoint"):
        ImageExperiment.restore(changed(experiment.state(), **numbers))


def test_a_damaged_checkpoint_is_refused():
    experiment = ImageExperiment(SMALL)
    experiment.step(1)
    state = experiment.state()
    label = read_label(state)
    assert (label.settings, label.iteration) == (SMALL, 1)
    tensors, meta = load(state), metadata(state)
    wrong = [
        state[: len(state) // 2],
        save({k: v for k, v in tensors.items() if k != "d.statistics"}, meta),
        save(tensors | {"g.parameters": torch.zeros(3)}, meta),
        save(tensors | {"quality": torch.zeros(2, 7)}, meta),
        save(tensors, meta | {"settings": Settings().to_json()}),
        save(tensors, meta | {"settings": "{"}),
        b"",
    ]
    for one in wrong:
        with pytest.raises(ValueError, match="checkpoint"):
            ImageExperiment.restore(one)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_statistics_of_the_average_that_are_taken_anew_do_not_lag(seed):
    """As `ImageTraining.shown` says: early in the preset digits-8x8, and no longer later."""
    experiment = ImageExperiment(get_preset("digits-8x8").open({"seed": seed}))
    training, z = experiment._training, np.random.default_rng(5).standard_normal((2000, 16))
    network, averaged = training._averaged[0], training.g.network.statistics.clone()
    found = []
    for until in (300, 1500):
        while experiment.iteration < until:
            experiment.step(1)
            share = experiment.settings.average.share(experiment.iteration)
            averaged.lerp_(training.g.network.statistics, share)
        pictures = experiment._observer.generate(z.astype(np.float32), None)
        network.statistics.copy_(averaged)
        lagging = experiment._observer.generate(z.astype(np.float32), None)
        judge = load_judge("digits-8x8")
        found.append(quality(judge, pictures).fid / quality(judge, lagging).fid)
    assert found[0] < 0.65
    assert 0.8 < found[1] < 1.2

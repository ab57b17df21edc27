"""Batch normalisation in its variants, against formulas written out in numpy."""

import numpy as np
import pytest
import torch

from gan_core.images.experiment import ImageExperiment
from gan_core.images.settings import ImageSettings
from gan_core.networks.images import (
    D_NORMS,
    IMAGE_DISCRIMINATORS,
    IMAGE_GENERATORS,
    NORMS,
    DCGANGenerator,
)
from gan_core.networks.modules import (
    build_discriminator,
    build_generator,
    layer_outputs,
    normalised,
    set_reference,
)
from gan_core.networks.norms import MOMENTUM, Company, Norm
from tests.images.noise import drawn, pictures

SHAPE, LATENT, EPS = (8, 8), 6, 1e-5
WIDTHS = {"mlp": 16, "dcgan": 8, "patch": 8}
GENERATORS = [piece(width=WIDTHS[piece.key]) for piece in IMAGE_GENERATORS]
DISCRIMINATORS = [piece(width=WIDTHS[piece.key]) for piece in IMAGE_DISCRIMINATORS]


def generator(piece, norm="batch", eps=EPS):
    g = build_generator(piece.model_copy(update={"norm": norm, "norm_eps": eps}), LATENT, SHAPE)
    for one in g.modules():
        if isinstance(one, Norm):  # else a mistake with γ and β would not be seen
            one.weight.data.copy_(1 + 0.3 * drawn(len(one.weight), seed=5))
            one.bias.data.copy_(0.3 * drawn(len(one.bias), seed=6))
    set_reference(g, drawn(12, LATENT, seed=99))
    return g


def discriminator(piece, norm):
    d = build_discriminator(piece.model_copy(update={"norm": norm}), SHAPE)
    set_reference(d, pictures(12, SHAPE, seed=99))
    return d


def made(g, z, how):
    with torch.no_grad(), normalised(g, how):
        return g(z)


# -- the picture of one z among others -----------------------------------------------------------


def spread(g, how):
    """Return the largest difference between pictures of one z in six companies."""
    z = drawn(1, LATENT, seed=1)
    draws = [made(g, torch.cat([z, drawn(15, LATENT, seed=seed)]), how)[0] for seed in range(2, 8)]
    return float(torch.stack([(one - draws[0]).abs().max() for one in draws]).max())


@pytest.mark.parametrize("piece", GENERATORS, ids=lambda piece: piece.key)
def test_only_batch_statistics_make_a_picture_depend_on_its_neighbours(piece):
    g = generator(piece)
    g.train()
    for seed in range(20):  # so that the running statistics are of something
        g(drawn(32, LATENT, seed=100 + seed))
    assert spread(g, "train") > 0.02
    for how in ("eval", "reference", "virtual"):
        assert spread(g, how) <= 1e-6, how
    unnormalised = generator(piece, "none")
    assert spread(unnormalised, "train") <= 1e-6


@pytest.mark.parametrize("piece", GENERATORS, ids=lambda piece: piece.key)
def test_a_picture_alone_is_the_picture_in_company(piece):
    g = generator(piece)
    z = drawn(16, LATENT, seed=1)
    for how in ("eval", "reference", "virtual"):
        alone = torch.cat([made(g, one[None], how) for one in z])
        assert torch.allclose(alone, made(g, z, how), atol=1e-6), how


@pytest.mark.parametrize("piece", GENERATORS, ids=lambda piece: piece.key)
def test_the_four_statistics_are_four_functions(piece):
    g = generator(piece)
    z = drawn(16, LATENT, seed=1)
    seen = [made(g, z, how) for how in ("train", "eval", "reference", "virtual")]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert (one - other).abs().max() > 1e-3


# -- the formulas -----------------------------------------------------------------------------


def layer(channels=3, eps=EPS, norm="batch"):
    one = Norm(channels, eps, Company(norm))
    one.weight.data.copy_(1 + 0.3 * drawn(channels, seed=5))
    one.bias.data.copy_(drawn(channels, seed=6))
    return one


def by_hand(norm, x, mean, var, eps=EPS):
    """Return γ (x − μ)/√(σ² + ε) + β, channel by channel, in double precision."""
    x = x.double().numpy()
    shape = (-1, *[1] * (x.ndim - 2))
    gamma, beta = norm.weight.detach().double().numpy(), norm.bias.detach().double().numpy()
    mean, var = np.reshape(mean, shape), np.reshape(var, shape)
    return gamma.reshape(shape) * (x - mean) / np.sqrt(var + eps) + beta.reshape(shape)


def moments(x):
    x = np.moveaxis(x.double().numpy(), 1, 0)
    flat = x.reshape(len(x), -1)
    return flat.mean(1), flat.var(1)


def close(a, b):
    np.testing.assert_allclose(a.detach().numpy(), b, rtol=0, atol=3e-5)


INPUTS = [drawn(16, 3, 4, 5), drawn(16, 3)]
both_kinds = pytest.mark.parametrize("x", INPUTS, ids=["maps", "units"])


@both_kinds
@pytest.mark.parametrize("eps", [1e-5, 0.8])
def test_by_the_batch(x, eps):
    norm = layer(eps=eps)
    close(norm(2 * x + 1), by_hand(norm, 2 * x + 1, *moments(2 * x + 1), eps))


@both_kinds
def test_by_running_statistics(x):
    norm, mean, var = layer(), np.zeros(3), np.ones(3)
    for i in range(5):
        batch = (i + 1) * x + i
        norm(batch)
        m, v = moments(batch)
        count = batch.numel() // 3
        mean = (1 - MOMENTUM) * mean + MOMENTUM * m
        var = (1 - MOMENTUM) * var + MOMENTUM * v * count / (count - 1)
    norm.eval()
    close(norm(x), by_hand(norm, x, mean, var))


@both_kinds
def test_by_a_reference_batch(x):
    norm = layer(norm="reference")
    norm.company.kept = 6
    close(norm(x), by_hand(norm, x, *moments(x[:6])))


@both_kinds
def test_virtually_is_by_the_union_of_the_reference_batch_and_the_sample(x):
    norm = layer(norm="virtual")
    norm.company.kept = 6
    found = norm(x)
    close(found[:6], by_hand(norm, x[:6], *moments(x[:6])))
    for i in range(6, len(x)):
        union = torch.cat([x[:6], x[i : i + 1]])
        wanted = by_hand(norm, x[i : i + 1], *moments(union))
        close(found[i : i + 1], wanted)


def test_a_reference_batch_leaves_running_statistics_of_its_own():
    norm, x = layer(norm="reference"), INPUTS[0]
    norm.company.kept = 6
    for _ in range(200):
        norm(x)
    m, v = moments(x[:6])
    norm.eval()
    norm.company.norm = "batch"
    close(norm(x), by_hand(norm, x, m, v * 120 / 119))


@pytest.mark.parametrize("how", ["reference", "virtual"])
def test_a_whole_network_by_reference_is_its_layers_one_after_another(how):
    """The reference batch is normalised by itself in each layer: nothing is left from before."""
    g = generator(DCGANGenerator(width=8))
    z, kept = drawn(5, LATENT, seed=1), g.reference
    x, reference = z, kept
    for block in g.blocks:
        with torch.no_grad():
            x, reference = (block.layer(one) for one in (x, reference))
            if block.shape:
                x, reference = (
                    one.view(len(one), *block.shape, -1).movedim(3, 1) for one in (x, reference)
                )
            if block.norm:
                told = reference
                hers = by_hand(block.norm, told, *moments(told))
                his = [
                    by_hand(
                        block.norm,
                        one[None],
                        *moments(torch.cat([told, one[None]]) if how == "virtual" else told),
                    )
                    for one in x
                ]
                x, reference = (
                    torch.from_numpy(a).float().relu() for a in (np.concatenate(his), hers)
                )
    close(made(g, z, how), torch.tanh(x).numpy())


def test_without_a_reference_batch_there_is_a_clear_word():
    g = build_generator(DCGANGenerator(norm="virtual"), LATENT, SHAPE)
    with pytest.raises(ValueError, match="set_reference"):
        g(drawn(3, LATENT))


# -- D's two kinds of batches -------------------------------------------------------------------


def influence(d, ask):
    """Return how far D's answers to real pictures move with the fakes, and with the real ones."""
    real = pictures(8, SHAPE, 1)
    others = torch.cat([real[:1], pictures(7, SHAPE, 3)])
    first = ask(d, real, pictures(8, SHAPE, 2))
    by_fakes = (first - ask(d, real, 0.3 * pictures(8, SHAPE, 4))).abs().max()
    by_real = (first[0] - ask(d, others, pictures(8, SHAPE, 2))[0]).abs().max()
    return float(by_fakes.detach()), float(by_real.detach())


def together(d, real, fake):
    return d.both(real, fake)[0]


@pytest.mark.parametrize("piece", DISCRIMINATORS, ids=lambda piece: piece.key)
def test_who_has_a_say_in_what_d_says_of_a_real_picture(piece):
    said = {norm: influence(discriminator(piece, norm), together) for norm in D_NORMS.names()}
    for norm in ("none", "reference", "virtual"):
        assert max(said[norm]) <= 1e-6, norm
    assert said["batch"][0] <= 1e-6  # each source by itself: fakes have none
    assert said["batch"][1] > 1e-3
    assert min(said["mixed"]) > 1e-3


@pytest.mark.parametrize("piece", DISCRIMINATORS, ids=lambda piece: piece.key)
def test_in_eval_nobody_has_a_say(piece):
    for norm in D_NORMS.names():
        assert max(influence(discriminator(piece, norm).eval(), together)) <= 1e-6


@pytest.mark.parametrize("norm", D_NORMS.names())
def test_one_pass_over_both_is_two_passes(norm):
    d = discriminator(DISCRIMINATORS[1], norm)
    real, fake = pictures(8, SHAPE, 1), pictures(8, SHAPE, 2)
    together = torch.cat(d.both(real, fake)).detach()
    apart = torch.cat([d(real), d(fake)]).detach()
    mixed = d(torch.cat([real, fake])).detach()
    assert torch.allclose(together, mixed if norm == "mixed" else apart, atol=1e-5)
    assert d.judges_together == (norm == "mixed")
    if norm == "mixed":
        assert (together - apart).abs().max() > 1e-3


# -- remembering ----------------------------------------------------------------------------


def statistics(network):
    named = network.state_dict().items()
    return {name: one.clone() for name, one in named if "running" in name}


@pytest.mark.parametrize("norm", [name for name in NORMS.names() if name != "none"])
def test_running_statistics_follow_the_training_and_nobody_who_looks(norm):
    g = generator(DCGANGenerator(width=8), norm)
    z = drawn(16, LATENT, seed=1)
    before = statistics(g)
    assert len(before) == 4
    for how in ("train", "eval", "reference", "virtual"):
        made(g, z, how)
        with normalised(g, how):
            layer_outputs(g, z)
    g.eval()
    g(z)
    assert all(torch.equal(one, before[name]) for name, one in statistics(g).items())
    g.train()
    g(z)
    assert not any(torch.equal(one, before[name]) for name, one in statistics(g).items())


def test_what_holds_for_a_while_ends_also_with_an_error():
    g = generator(DCGANGenerator(width=8))
    with pytest.raises(IndexError), normalised(g, "eval"), normalised(g, "virtual"):
        raise IndexError
    assert g.company.how is None


def test_eps_of_four_fifths_shrinks_what_is_normalised():
    """ε is added to the variance: at 0.8 a layer's output has variance 1/(1 + 0.8/σ²), not 1."""
    x = 0.5 * drawn(4096, 3)
    var = x.var(0, correction=0).numpy()
    for eps in (0.8, 1e-5):
        seen = Norm(3, eps, Company("batch"))(x).detach().var(0, correction=0).numpy()
        np.testing.assert_allclose(seen, var / (var + eps), rtol=1e-4)
    assert (var / (var + 0.8)).max() < 0.3


@pytest.mark.slow
def test_eps_of_four_fifths_costs_clear_digits_in_every_seed():
    """A decimal that was meant for the momentum and landed in ε: nothing breaks, all is worse."""
    plain = ImageSettings().with_changes(
        {"generator.width": 16, "discriminator.width": 16, "g_optimizer.lr": 1e-3}
        | {"generator.norm": "batch", "discriminator.norm": "batch", "d_optimizer.lr": 1e-3}
    )
    clear = {
        eps: [
            confidence(plain.with_changes({"seed": seed, "generator.norm_eps": eps}), 1500)
            for seed in range(1, 6)
        ]
        for eps in (1e-5, 0.8)
    }
    gaps = np.subtract(clear[1e-5], clear[0.8])
    assert gaps.min() > 0
    assert gaps.mean() > 0.06
    assert min(clear[0.8]) > 0.2  # it still learns


def confidence(settings, iterations):
    experiment = ImageExperiment(settings)
    experiment.step(iterations)
    return experiment.measure(2000)["confidence"]

"""The written-out training step against autograd, and members against single runs."""

import itertools

import numpy as np
import pytest
import torch

from gan_core.constraints import CONSTRAINTS
from gan_core.ensemble import CHUNK, Ensemble
from gan_core.frame import HISTORY_COLUMNS
from gan_core.games import GAMES
from gan_core.networks import ACTIVATIONS
from gan_core.optimizers import OPTIMIZERS
from gan_core.settings import Settings

SMALL = {"generator.width": 16, "discriminator.width": 16, "batch": 32, "latent.dim": 3}


def settings(**changes):
    return Settings().with_changes(
        {**SMALL, **{k.replace("__", "."): v for k, v in changes.items()}}
    )


def relative(ours, theirs):
    return float((ours - theirs).norm() / theirs.norm())


def autograd_gradients(ensemble, row):
    """Gradients of both players' costs on one batch, from the costs alone, by autograd."""
    chosen, batch = ensemble.settings, ensemble.settings.batch
    g, d = ensemble.g.network, ensemble.d.network
    theta = g.parameters.clone().requires_grad_()
    phi = d.parameters.clone().requires_grad_()
    z, real = ensemble._g_tapes[row].inputs, ensemble._both[row][:, :batch].clone()
    fake = g(z, theta)
    cost = chosen.game.d_cost_real(d(real, phi)).mean((1, 2))
    cost = cost + chosen.game.d_cost_fake(d(fake.detach(), phi)).mean((1, 2))
    if chosen.constraint.has_penalty:
        mix = ensemble._mix[row]
        cost = cost + chosen.constraint.penalty(lambda x: d(x, phi), real, fake.detach(), mix)
    (of_d,) = torch.autograd.grad(cost.sum(), phi)
    g_cost = chosen.game.g_cost(d(fake, d.parameters)).mean((1, 2))
    (of_g,) = torch.autograd.grad(g_cost.sum(), theta)
    return of_d, of_g


@pytest.mark.parametrize(
    ("game", "constraint", "activation"),
    list(itertools.product(GAMES.names(), CONSTRAINTS.names(), ACTIVATIONS.names())),
)
@pytest.mark.parametrize("members", [1, 3])
def test_stacked_step_equals_autograd(game, constraint, activation, members):
    base = settings(
        game=game,
        constraint=constraint,
        generator__activation=activation,
        discriminator__activation=activation,
        g_optimizer="sgd",
        d_optimizer="sgd",
    )
    seeds = [base.with_changes({"seed": seed}) for seed in range(members)]
    # in double precision: where real and fake cancel, single precision cannot tell 1e-5
    ensemble = Ensemble(seeds, dtype="float64")
    ensemble.step(3)  # away from the start
    g, d = ensemble.g.network, ensemble.d.network

    row = ensemble._row + 1
    of_d, _ = autograd_gradients(ensemble, row)
    ensemble.d_step()
    assert relative(d.gradients, of_d) < 1e-9

    _, of_g = autograd_gradients(ensemble, row)
    ensemble.g_step()
    assert relative(g.gradients, of_g) < 1e-9


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_optimizers_agree_with_torch(optimizer):
    theirs = {
        "adam": lambda p, o: torch.optim.Adam(p, o.lr, (o.beta1, o.beta2)),
        "sgd": lambda p, o: torch.optim.SGD(p, o.lr),
        "rmsprop": lambda p, o: torch.optim.RMSprop(p, o.lr, o.decay),
    }
    chosen = OPTIMIZERS.get(optimizer)(lr=0.01)
    start = torch.randn(2, 20, generator=torch.Generator().manual_seed(0))
    ours = start.clone()
    state = [torch.zeros_like(ours) for _ in range(chosen.slots)]
    parameter = torch.nn.Parameter(start.clone())
    oracle = theirs[optimizer]([parameter], chosen)
    for t in range(1, 30):
        gradient = (ours**3 - 0.3).detach()
        parameter.grad = (parameter**3 - 0.3).detach()
        chosen.step(ours, gradient, state, 0.01, torch.tensor(float(t)))
        oracle.step()
    assert torch.allclose(ours, parameter.detach(), rtol=1e-5, atol=1e-6)
    assert not torch.allclose(ours, start, atol=0.05)


def test_each_member_has_its_own_learning_rate_and_seed():
    rates = [1e-3, 1e-2, 1e-4]
    members = [
        settings(seed=seed, d_optimizer__lr=rate, g_optimizer__lr=rate / 2)
        for seed, rate in enumerate(rates)
    ]
    together = Ensemble(members)
    together.step(40)
    history = together.history()
    for i, member in enumerate(members):
        alone = Ensemble([member])
        alone.step(40)
        assert relative(together.g.network.parameters[i], alone.g.network.parameters[0]) < 1e-3
        assert np.allclose(history[:, i], alone.history()[:, 0], rtol=2e-3, atol=2e-4)


def test_members_may_not_differ_in_the_game():
    with pytest.raises(ValueError, match="game"):
        Ensemble([settings(), settings(game="minimax")])


def test_each_step_moves_its_own_player_alone():
    ensemble = Ensemble([settings()])
    g, d = ensemble.g.network.parameters, ensemble.d.network.parameters
    g_before, d_before = g.clone(), d.clone()
    ensemble.d_step()
    assert torch.equal(g, g_before)
    assert not torch.equal(d, d_before)
    d_before = d.clone()
    ensemble.g_step()
    assert torch.equal(d, d_before)
    assert not torch.equal(g, g_before)


def test_g_steps_on_fresh_fakes_without_a_step_of_d():
    ensemble = Ensemble([settings()])
    ensemble.step()
    row = ensemble._row
    ensemble.g_step()
    assert ensemble._row == row + 1
    assert ensemble.iteration == 2


@pytest.mark.parametrize("d_steps", [1, 3])
def test_k_steps_of_d_use_k_batches(d_steps):
    ensemble = Ensemble([settings(update__d_steps=d_steps)])
    ensemble.step(5)
    assert ensemble._row == 5 * d_steps - 1
    assert ensemble.d.t == 5 * d_steps
    assert ensemble.g.t == 5


def test_weight_clipping_bounds_every_weight():
    ensemble = Ensemble([settings(game="wasserstein", constraint="weight-clipping")])
    ensemble.step(50)
    weights = ensemble.d.network.parameters.abs()
    assert float(weights.max()) <= 0.01
    assert float((weights > 0.0099).float().mean()) > 0.3  # and it binds


def test_pretraining_moves_d_alone_and_makes_it_sure():
    plain, trained = Ensemble([settings()]), Ensemble([settings(pretrain=300, data="gaussian")])
    trained.pretrain(100)
    assert trained.pretraining == 200
    trained.pretrain(1000)
    assert (trained.pretraining, trained.iteration, trained.half) == (0, 0, 0)
    assert torch.equal(plain.g.network.parameters, trained.g.network.parameters)
    trained.step()
    _, _, _, d_real, d_fake, accuracy, _ = trained.history()[0, 0]
    assert d_real > 0.95
    assert d_fake < 0.05
    assert accuracy > 0.99


@pytest.mark.parametrize("game", GAMES.names())
def test_history_says_what_the_batch_says(game):
    ensemble = Ensemble([settings(game=game)])
    ensemble.step(3)
    ensemble.history()
    row = ensemble._row + 1
    with torch.no_grad():
        real = ensemble._both[row][:, :32].clone()
        fake = ensemble.g.network(ensemble._g_tapes[row].inputs)
        a, b = ensemble.d.network(real), ensemble.d.network(fake)
    ensemble.step()
    with torch.no_grad():
        after = ensemble.d.network(fake)
    values = dict(zip(HISTORY_COLUMNS, ensemble.history()[0, 0], strict=True))
    chosen = ensemble.settings.game
    assert values["iteration"] == 4
    cost = chosen.d_cost_real(a).mean() + chosen.d_cost_fake(b).mean()
    assert values["d_cost"] == pytest.approx(float(cost), rel=1e-5)
    assert values["g_cost"] == pytest.approx(float(chosen.g_cost(after).mean()), rel=1e-5)
    shown = a if chosen.is_critic else torch.sigmoid(a)
    assert values["d_real"] == pytest.approx(float(shown.mean()), rel=1e-5)
    norm = float(ensemble.g.network.gradients.norm())
    assert values["gradient_norm"] == pytest.approx(norm, rel=1e-5)


def test_history_has_one_row_per_iteration_however_it_is_cut():
    whole, pieces = Ensemble([settings()]), Ensemble([settings()])
    whole.step(3 * CHUNK + 5)
    rows = []
    for n in (1, CHUNK, 7, 2 * CHUNK - 3):
        pieces.step(n)
        rows.append(pieces.history())
    ours = np.concatenate(rows)
    assert (ours[:, 0, 0] == np.arange(1, 3 * CHUNK + 6)).all()
    assert np.array_equal(ours, whole.history())

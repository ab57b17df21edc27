"""G's gradient through D's answers: against finite differences, and what it leaves alone."""

import itertools

import numpy as np
import pytest
import torch

from gan_core.ensemble import Ensemble
from gan_core.experiment import Experiment
from gan_core.games import GAMES
from gan_core.metrics.modes import coverage
from gan_core.networks import ACTIVATIONS
from gan_core.presets import get_preset
from gan_core.settings import Settings
from tests.core.test_ensemble import relative, settings

WIDTHS = {"generator__width": 5, "discriminator__width": 6, "batch": 12, "latent__dim": 2}


def small(**changes):
    """D's optimiser is SGD, so that a step ahead has one size: 0.4."""
    rule = {"update": "unrolled", "update__unroll": 3, "update__unroll_lr": 20}
    rates = {"g_optimizer": "sgd", "d_optimizer": "sgd", "d_optimizer__lr": 0.02}
    return settings(**(WIDTHS | rates | rule | changes))


def moved(ensemble):
    """The ensemble some steps on, D's turn played: now G's gradient is due."""
    ensemble.step(3)
    ensemble.step_half()
    return ensemble


def step_sizes(ensemble):
    """How far a step ahead goes per unit of gradient: as far as D's optimiser, without inertia."""
    chosen, optimizer = ensemble.settings, ensemble.settings.d_optimizer
    scale = chosen.update.unroll_lr * optimizer.lr * chosen.schedule.factor(ensemble.iteration)
    if optimizer.key == "adam":
        square = ensemble.d.state[1] / (1 - optimizer.beta2 ** float(ensemble.d.t))
        return scale / (square.sqrt() + 1e-8)
    if optimizer.key == "rmsprop":
        return scale / (ensemble.d.state[0].sqrt() + 1e-8)
    return scale


def unrolled_cost(ensemble, theta, *, answers=True):
    """What G pays with parameters `theta`, from the definition; D answers, or does not notice.

    The steps are taken one by one from D's gradients at given numbers: no second derivative.
    """
    chosen, row, rows = ensemble.settings, ensemble._row, ensemble._batches
    g, d, game, constraint = ensemble.g.network, ensemble.d.network, chosen.game, chosen.constraint
    k, pack, dim = len(theta), chosen.pack, chosen.data.dim
    real, z = rows.real[row].transpose(1, 2), rows.z[row].transpose(1, 2)
    noise = 0.0
    if chosen.instance_noise:
        noise = chosen.instance_noise * rows._noise[row].transpose(1, 2)[:, rows.packs :]

    def made(theta):
        return g(z, theta).reshape(k, rows.packs, pack * dim) + noise

    fake, seen = made(theta), made(theta if answers else ensemble.g.network.parameters)
    phi, sizes = d.parameters.clone(), step_sizes(ensemble)
    for _ in range(chosen.update.unroll):
        phi.requires_grad_()
        weights = constraint.computed(d, phi, ensemble._held)
        cost = game.d_cost_real(d(real, weights)).mean((1, 2)).sum()
        cost = cost + game.d_cost_fake(d(seen, weights)).mean((1, 2)).sum()
        if constraint.where:
            between = seen + rows.mix[row].transpose(1, 2) * (real - seen)
            x = {"real": real, "fake": seen, "between": between}[constraint.where]
            x = x.detach().clone().requires_grad_()
            (slope,) = torch.autograd.grad(d(x, phi).sum(), x, create_graph=True)
            cost = cost + constraint.penalty(slope.square().sum(-1)).mean(1).sum()
        (gradient,) = torch.autograd.grad(cost, phi)
        phi = (phi - sizes * gradient).detach()
        if constraint.key == "weight-clipping":
            phi = phi.clamp(-constraint.clip, constraint.clip)
    weights = constraint.computed(d, phi, ensemble._held)
    with torch.no_grad():
        cost = game.g_cost(d(fake, weights)).mean((1, 2))
        return cost - game.d_cost_real(d(real, weights)).mean((1, 2))


def finite_differences(ensemble, *, answers=True, h=1e-5):
    """G's gradient, (k, p), parameter by parameter, by central differences of fourth order."""
    theta = ensemble.g.network.parameters.clone()
    columns = []
    for i in range(theta.shape[1]):
        at = []
        for away in (-2 * h, -h, h, 2 * h):
            there = theta.clone()
            there[:, i] += away
            at.append(unrolled_cost(ensemble, there, answers=answers))
        columns.append((at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * h))
    return torch.stack(columns, 1)


GAMES_AND_ACTIVATIONS = [
    {"game": game, "discriminator__activation": activation, "generator__activation": activation}
    for game, activation in itertools.product(GAMES.names(), ACTIVATIONS.names())
    if activation == "tanh" or game in ("non-saturating", "minimax", "wasserstein", "least-squares")
]
MORE = [
    {"pack": 3, "discriminator__activation": "tanh"},
    {"pack": 2, "game": "wasserstein", "instance_noise": 0.2},
    {"data": "mixture-1d", "instance_noise": 0.1},
    {"constraint": "weight-clipping", "constraint__clip": 0.3, "game": "wasserstein"},
    *(
        {"constraint": constraint, "discriminator__activation": "tanh", "game": game}
        for constraint in ("spectral-norm", "r1", "r2", "gradient-penalty")
        for game in ("non-saturating", "wasserstein")
    ),
    {"constraint": "r2", "pack": 2},
    {"d_optimizer": "adam", "update__unroll_lr": 3, "discriminator__activation": "tanh"},
    {"d_optimizer": "rmsprop", "d_optimizer__lr": 1e-3, "schedule": "exponential"},
    {"d_optimizer": "momentum", "game": "least-squares"},
    # no two fakes in one place, where closeness has a kink
    {"features": "minibatch", "generator__activation": "tanh", "features__kernels": 3},
    {"discriminator__layers": 4},
    {"discriminator__layers": 1, "discriminator__activation": "tanh"},
]


@pytest.mark.parametrize(
    "chosen", GAMES_AND_ACTIVATIONS + MORE, ids=lambda chosen: "-".join(map(str, chosen.values()))
)
def test_the_gradient_through_ds_answers_is_that_of_finite_differences(chosen):
    ensemble = moved(Ensemble([small(seed=seed, **chosen) for seed in (3, 4)], dtype="float64"))
    expected = finite_differences(ensemble)
    ensemble.g_step()
    assert relative(ensemble.g.network.gradients, expected) < 1e-6


@pytest.mark.parametrize("game", ["minimax", "non-saturating", "wasserstein", "least-squares"])
def test_without_the_way_through_ds_answers_the_gradient_would_be_another(game):
    """What a naive unrolling takes, which detaches D's path: the test above would see it."""
    ensemble = moved(Ensemble([small(game=game)], dtype="float64"))
    naive = finite_differences(ensemble, answers=False)
    ensemble.g_step()
    assert relative(ensemble.g.network.gradients, naive) > 0.02


def test_no_step_ahead_is_the_alternating_rule_bit_by_bit():
    ahead, plain = (
        Experiment(settings(update=rule, **more))
        for rule, more in (("unrolled", {"update__unroll": 0}), ("alternating", {}))
    )
    for experiment in (ahead, plain):
        experiment.step(50)
        experiment.step_d()
        experiment.step_g()
        experiment.step_g()
        experiment.step(3)
    for (name, one), other in zip(
        ahead._training.state()[0].items(), plain._training.state()[0].values(), strict=True
    ):
        assert torch.equal(one, other), name
    assert (ahead.history() == plain.history()).all()


def test_d_stands_still_while_g_thinks():
    ensemble = moved(Ensemble([small()]))
    before = ensemble.d.network.parameters.clone()
    ensemble.step_half()
    assert torch.equal(ensemble.d.network.parameters, before)
    assert not torch.equal(ensemble.imagined.parameters, before)


def test_d_moves_as_often_as_it_is_told_to():
    ensemble = Ensemble([small(update__d_steps=3)])
    ensemble.step(4)
    assert (ensemble.d.t, ensemble.g.t, ensemble._row) == (12, 4, 11)


def test_each_member_looks_ahead_for_itself():
    members = [small(seed=seed) for seed in range(3)]
    together = Ensemble(members, dtype="float64")
    together.step(10)
    for i, member in enumerate(members):
        alone = Ensemble([member], dtype="float64")
        alone.step(10)
        for player in ("g", "d"):
            ours, theirs = (getattr(one, player).network.parameters for one in (together, alone))
            assert relative(ours[i], theirs[0]) < 1e-9


def test_looking_ahead_acts_live_and_travels_in_a_checkpoint():
    base = Settings().with_changes({"update": "unrolled", "batch": 16})
    experiment = Experiment(base)
    experiment.step(3)
    assert experiment.change(base.with_changes({"update.unroll": 2, "update.unroll_lr": 0.1}))
    experiment.step_half()
    copy = Experiment.restore(experiment.state())
    for one in (experiment, copy):
        one.step_half()
        one.step(4)
    assert torch.equal(*(one._training.g.network.parameters for one in (experiment, copy)))


def largest_shares(ensemble):
    """Per member: the share of its fakes at the mode that has most of them."""
    z = torch.from_numpy(ensemble.settings.latent.sample(1000, np.random.default_rng(0)))
    with torch.inference_mode():
        fakes = ensemble.g.network(z.expand(len(ensemble.members), -1, -1)).numpy()
    centres = ensemble.settings.data.centres
    return [coverage(x, centres, 0.02).shares.max() for x in fakes]


@pytest.mark.slow
def test_looking_ahead_spreads_a_generator_that_hops_from_the_start_or_while_it_hops():
    hop = get_preset("hop").settings
    ahead = hop.with_changes({"update": "unrolled"})
    hopping, cured = (
        Ensemble([one.with_changes({"seed": seed}) for seed in range(5)]) for one in (hop, ahead)
    )
    hopping.step(1000)
    assert sum(share > 0.8 for share in largest_shares(hopping)) >= 4
    cured.step(600)
    assert sum(share < 0.35 for share in largest_shares(cured)) >= 4
    hopping.change([ahead.with_changes({"seed": seed}) for seed in range(5)])
    hopping.step(600)
    assert sum(share < 0.35 for share in largest_shares(hopping)) >= 4

"""The written-out training step against autograd, and members against single runs."""

import itertools

import numpy as np
import pytest
import torch

from gan_core.batches import CHUNK
from gan_core.constraints import CONSTRAINTS
from gan_core.ensemble import Ensemble
from gan_core.frame import HISTORY_COLUMNS
from gan_core.games import GAMES
from gan_core.networks import ACTIVATIONS
from gan_core.networks.slopes import MaskedSlopes, autograd_gradient
from gan_core.networks.stacked import StackedMLP, Tape
from gan_core.optimizers import OPTIMIZERS
from gan_core.settings import Settings
from gan_core.update_rules import UPDATE_RULES

SMALL = {"generator.width": 16, "discriminator.width": 16, "batch": 32, "latent.dim": 3}


def settings(**changes):
    return Settings().with_changes(
        {**SMALL, **{k.replace("__", "."): v for k, v in changes.items()}}
    )


def relative(ours, theirs):
    return float((ours - theirs).norm() / theirs.norm())


def d_weights(ensemble, phi):
    """What D computes with at parameters `phi`: under spectral normalisation W/σ(W)."""
    constraint = ensemble.settings.constraint
    if constraint.key != "spectral-norm":
        return phi
    parts = []
    for i, (weight, bias) in enumerate(ensemble.d.network.views(phi)):
        # u and v are constants of the step, as in the paper; σ is not
        u, v, _ = (one.clone() for one in ensemble._held[1 + 3 * i : 4 + 3 * i])
        normal = constraint.norm * weight / (v @ weight @ u.transpose(1, 2))
        parts += [normal.flatten(1), bias.flatten(1)]
    rest = phi[:, sum(part.shape[1] for part in parts) :]  # T of features of a batch
    return torch.cat([*parts, rest], 1)


def autograd_gradients(ensemble, row, real):
    """Gradients of both players' costs on one batch, from the costs alone, by autograd."""
    chosen, rows = ensemble.settings, ensemble._batches
    g, d = ensemble.g.network, ensemble.d.network
    theta = g.parameters.clone().requires_grad_()
    phi = d.parameters.clone().requires_grad_()
    weights = d_weights(ensemble, phi)
    k, dim, pack = len(phi), chosen.data.dim, chosen.pack
    fake = g(rows.z[row].transpose(1, 2), theta).reshape(k, rows.packs, pack * dim)
    if chosen.instance_noise:
        noise = rows._noise[row].transpose(1, 2) * chosen.instance_noise
        real, fake = real + noise[:, : rows.packs], fake + noise[:, rows.packs :]
    cost = chosen.game.d_cost_real(d(real, weights)).mean((1, 2))
    cost = cost + chosen.game.d_cost_fake(d(fake.detach(), weights)).mean((1, 2))
    if where := chosen.constraint.where:
        between = fake.detach() + rows.mix[row].transpose(1, 2) * (real - fake.detach())
        x = {"real": real, "fake": fake.detach(), "between": between}[where].requires_grad_()
        (slope,) = torch.autograd.grad(d(x, phi).sum(), x, create_graph=True)
        cost = cost + chosen.constraint.penalty(slope.square().sum(-1)).mean(1)
    (of_d,) = torch.autograd.grad(cost.sum(), phi)
    g_cost = chosen.game.g_cost(d(fake, d_weights(ensemble, d.parameters))).mean((1, 2))
    (of_g,) = torch.autograd.grad(g_cost.sum(), theta)
    return of_d, of_g


EVERYTHING = [
    {"game": game, "constraint": constraint, "discriminator__activation": activation}
    for game, constraint, activation in itertools.product(
        GAMES.names(), CONSTRAINTS.names(), ACTIVATIONS.names()
    )
] + [
    {"game": game, "constraint": constraint, **more}
    for game, constraint in (("non-saturating", "r1"), ("wasserstein", "gradient-penalty"))
    for more in (
        {"pack": 3},
        {"instance_noise": 0.3},
        {"data": "mixture-1d"},
        {"data": "mixture-1d", "pack": 2, "instance_noise": 0.1},
        {"discriminator__layers": 1},
        {"discriminator__layers": 4, "pack": 4},
        {"discriminator__layers": 4, "discriminator__activation": "tanh", "pack": 2},
    )
]


@pytest.mark.parametrize(
    "chosen", EVERYTHING, ids=lambda chosen: "-".join(map(str, chosen.values()))
)
@pytest.mark.parametrize("members", [1, 3])
def test_stacked_step_equals_autograd(chosen, members):
    if "discriminator__activation" in chosen:
        chosen = chosen | {"generator__activation": chosen["discriminator__activation"]}
    base = settings(g_optimizer="sgd", d_optimizer="sgd", **chosen)
    seeds = [base.with_changes({"seed": seed}) for seed in range(members)]
    # in double precision: where real and fake cancel, single precision cannot tell 1e-5
    ensemble = Ensemble(seeds, dtype="float64")
    ensemble.step(3)  # away from the start
    g, d = ensemble.g.network, ensemble.d.network

    row, rows = ensemble._row + 1, ensemble._batches
    real = rows.real[row].transpose(1, 2).clone()
    of_d, _ = autograd_gradients(ensemble, row, real)
    ensemble.d_step()
    assert relative(d.gradients, of_d) < 1e-9

    _, of_g = autograd_gradients(ensemble, row, real)
    ensemble.g_step()
    assert relative(g.gradients, of_g) < 1e-9


def test_masked_slopes_equal_double_backward_in_single_precision():
    """The fast way of the gradient penalty, at the size of WGAN-GP's toy: 3 × 512, batch 256."""
    generator = torch.Generator().manual_seed(0)
    for seed in range(5):
        like = torch.empty(0)
        network = StackedMLP((2, 512, 512, 512, 1), "relu", [np.random.default_rng(seed)], like)
        points = torch.randn(1, 256, 2, generator=generator)
        penalty = CONSTRAINTS.get("gradient-penalty")(weight=10.0)
        tape = Tape(points.transpose(1, 2), network.sizes)
        network.forward_hidden(tape)
        network.gradients.zero_()
        MaskedSlopes(network, 256).add_gradient(tape.hidden, penalty.penalty_slope)
        assert (
            relative(network.gradients, autograd_gradient(network, points, penalty.penalty)) < 1e-5
        )


def test_a_penalty_every_so_many_steps_is_so_many_times_as_strong():
    base = settings(constraint="r1")
    plain, each, fourth = (
        Ensemble([one], dtype="float64")
        for one in (settings(), base, base.with_changes({"constraint.every": 4}))
    )
    for step in range(9):
        for ensemble in (plain, each, fourth):
            ensemble.draw()
            ensemble.d_gradient()  # nobody moves
        of_cost = plain.d.network.gradients
        penalty = each.d.network.gradients - of_cost
        factor = 4 if step % 4 == 0 else 0
        assert torch.allclose(fourth.d.network.gradients - of_cost, factor * penalty, atol=1e-12)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_optimizers_agree_with_torch(optimizer):
    theirs = {
        "adam": lambda p, o: torch.optim.Adam(p, o.lr, (o.beta1, o.beta2)),
        "sgd": lambda p, o: torch.optim.SGD(p, o.lr),
        "momentum": lambda p, o: torch.optim.SGD(p, o.lr, o.momentum),
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


def test_several_steps_of_g_use_batches_of_their_own():
    ensemble = Ensemble([settings(update__d_steps=2, update__g_steps=3)])
    ensemble.step(4)
    assert ensemble.iteration == 4
    assert ensemble._row == 4 * (2 + 2) - 1  # G's first step judges the fakes that D has seen
    assert (ensemble.d.t, ensemble.g.t) == (8, 12)
    assert ensemble.history()[:, 0, 0].tolist() == [1, 2, 3, 4]


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
    ensemble = Ensemble([settings(game=game)], dtype="float64")
    ensemble.step(3)
    ensemble.history()
    row = ensemble._row + 1
    with torch.no_grad():
        real = ensemble._batches.real[row].transpose(1, 2).clone()
        fake = ensemble.g.network(ensemble._batches.z[row].transpose(1, 2))
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
    assert values["d_real"] == pytest.approx(float(chosen.output(a).mean()), rel=1e-5)
    assert values["d_fake"] == pytest.approx(float(chosen.output(b).mean()), rel=1e-5)
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


class Bilinear:
    """Two numbers that play V = x·y: what the update rules do, without networks."""

    def __init__(self, eta):
        self.eta, self.x, self.y = eta, 1.0, 0.5

    def draw(self):
        pass

    def d_gradient(self):  # D climbs V in y
        self.of_y = -self.x

    def g_gradient(self):  # G goes down V in x
        self.of_x = self.y

    def d_move(self):
        self.y -= self.eta * self.of_y

    def g_move(self):
        self.x -= self.eta * self.of_x

    def look_ahead(self):
        self.stood = self.x, self.y
        self.d_move()
        self.g_move()

    def come_back(self):
        self.x, self.y = self.stood


@pytest.mark.parametrize("eta", [0.05, 0.1, 0.4])
def test_update_rules_on_the_bilinear_game(eta):
    """Closed forms: simultaneous × √(1+η²), alternating keeps x²+y²−ηxy, extragradient shrinks."""
    game = {key: Bilinear(eta) for key in ("simultaneous", "alternating", "extragradient")}
    start = np.hypot(1.0, 0.5)
    kept = 1.0 + 0.25 + eta * 0.5  # D moves first here: the sign of ηxy turns
    for _ in range(100):
        for key, players in game.items():
            UPDATE_RULES.get(key)().first_half(players)
            UPDATE_RULES.get(key)().second_half(players)
    r = {key: np.hypot(players.x, players.y) for key, players in game.items()}
    assert r["simultaneous"] == pytest.approx(start * (1 + eta**2) ** 50, rel=1e-9)
    assert r["extragradient"] == pytest.approx(start * (1 - eta**2 + eta**4) ** 50, rel=1e-9)
    x, y = game["alternating"].x, game["alternating"].y
    assert x**2 + y**2 + eta * x * y == pytest.approx(kept, rel=1e-9)


def gradients_at(theta, phi, base, row):
    """Both gradients at given parameters on a row of the first chunk."""
    probe = Ensemble([base], dtype="float64")
    probe.g.network.parameters.copy_(theta)
    probe.d.network.parameters.copy_(phi)
    for _ in range(row + 1):
        probe.draw()
    probe.d_gradient()
    probe.g_gradient()
    return probe.g.network.gradients, probe.d.network.gradients


@pytest.mark.parametrize("rule", ["simultaneous", "extragradient"])
def test_both_gradients_are_taken_before_anybody_moves(rule):
    base = settings(update=rule, g_optimizer="sgd", d_optimizer="sgd").with_changes(
        {"g_optimizer.lr": 0.1, "d_optimizer.lr": 0.2}
    )
    ensemble = Ensemble([base], dtype="float64")
    theta, phi = ensemble.g.network.parameters.clone(), ensemble.d.network.parameters.clone()
    of_g, of_d = gradients_at(theta, phi, base, 0)
    if rule == "extragradient":
        of_g, of_d = gradients_at(theta - 0.1 * of_g, phi - 0.2 * of_d, base, 1)
    ensemble.step()
    assert relative(ensemble.g.network.parameters, theta - 0.1 * of_g) < 1e-12
    assert relative(ensemble.d.network.parameters, phi - 0.2 * of_d) < 1e-12
    assert ensemble.iteration == 1
    assert len(ensemble.history()) == 1


def test_an_unfrozen_d_moves_down_the_cost_of_g():
    base = settings(update="unfrozen-d", g_optimizer="sgd", d_optimizer="sgd")
    ensemble = Ensemble([base], dtype="float64")
    ensemble.step_half()
    d, g, rows = ensemble.d.network, ensemble.g.network, ensemble._batches
    before = d.parameters.clone()
    phi, theta = before.clone().requires_grad_(), g.parameters.clone()
    cost = base.game.g_cost(d(g(rows.z[ensemble._row].transpose(1, 2), theta), phi)).mean()
    (of_d,) = torch.autograd.grad(cost, phi)
    ensemble.step_half()
    assert relative(before - d.parameters, base.g_optimizer.lr * of_d) < 1e-9
    assert not torch.equal(g.parameters, theta)


def test_spectral_normalisation_bounds_every_layer():
    for seed in range(5):
        base = settings(game="hinge", constraint="spectral-norm", seed=seed)
        ensemble = Ensemble([base.with_changes({"constraint.norm": 1.5})])
        ensemble.step(200)
        d = ensemble.d.network
        stretches = [float(torch.linalg.matrix_norm(weight[0], 2)) for weight, _ in d.layers]
        assert stretches == pytest.approx([1.5] * 3, rel=0.1)  # followed, step by step
        x = torch.randn(1, 2000, 2) * 3
        ends = d(x + 1e-3), d(x - 1e-3)
        slope = (ends[0] - ends[1]).abs().max() / (2e-3 * 2**0.5)
        assert float(slope) <= 1.5**3 * 1.1


def test_what_spectral_normalisation_lets_go_keeps_its_function():
    base = settings(game="hinge", constraint="spectral-norm")
    ensemble = Ensemble([base])
    ensemble.step(30)
    x = torch.randn(1, 50, 2)
    before = ensemble.d.network(x)
    ensemble.change([base.with_changes({"constraint": "none"})])
    assert torch.allclose(ensemble.d.network(x), before, atol=1e-6)
    ensemble.step(5)
    d = ensemble.d.network
    assert d.used is d.parameters


def test_schedules_scale_both_rates():
    for key, factor in (
        ("exponential", 2 ** (-40 / 50)),
        ("cosine", 0.5 * (1 + np.cos(0.4 * np.pi))),
    ):
        base = settings(schedule=key, g_optimizer="sgd", d_optimizer="sgd")
        base = base.with_changes(
            {"schedule.half_life": 50} if key == "exponential" else {"schedule.steps": 100}
        )
        ensemble = Ensemble([base], dtype="float64")
        ensemble.step(40)
        for player, move in ((ensemble.d, ensemble.d_step), (ensemble.g, ensemble.g_step)):
            before = player.network.parameters.clone()
            move()
            expected = player.optimizer.lr * factor * player.network.gradients
            assert relative(before - player.network.parameters, expected) < 1e-9


def test_cosine_comes_to_rest():
    ensemble = Ensemble([settings(schedule="cosine", schedule__steps=100)])
    ensemble.step(100)
    before = ensemble.g.network.parameters.clone()
    ensemble.step(5)
    assert torch.equal(before, ensemble.g.network.parameters)


def test_the_average_of_g_is_the_average_and_moves_nobody():
    base = settings()
    plain, averaged = (
        Ensemble([one])
        for one in (base, base.with_changes({"average": "exponential", "average.half_life": 20}))
    )
    expected = averaged.g.network.parameters.clone()
    for n in range(1, 121):
        averaged.step()
        share = max(1 / (n + 1), 1 - 0.5 ** (1 / 20))
        expected += share * (averaged.g.network.parameters - expected)
    plain.step(120)
    assert torch.equal(plain.g.network.parameters, averaged.g.network.parameters)
    assert torch.allclose(averaged.averaged, expected, atol=1e-6)
    assert relative(averaged.averaged, averaged.g.network.parameters) > 1e-3


def test_a_step_reads_nothing_back():
    """On a device without numbers a step would fail if it looked at one: so it can be captured."""
    for changes in (
        {},
        {"update": "extragradient", "constraint": "spectral-norm", "game": "hinge", "pack": 2},
        {"update": "unfrozen-d", "constraint": "r1", "instance_noise": 0.1},
        {"game": "wasserstein", "constraint": "gradient-penalty", "average": "exponential"},
        {"game": "least-squares", "constraint": "weight-clipping", "schedule": "cosine"},
        {"g_optimizer": "rmsprop", "d_optimizer": "momentum", "data": "mixture-1d"},
        {"update": "unrolled", "discriminator__activation": "tanh", "pack": 2},
        {"update": "unrolled", "update__unroll": 1, "constraint": "gradient-penalty"},
        {"update": "unrolled", "update__unroll": 1, "features": "minibatch"},
        {"features": "minibatch", "constraint": "spectral-norm", "batch": 16},
    ):
        ensemble = Ensemble([settings(**changes)] * 2, device="meta")
        ensemble.step(CHUNK + 3)
        assert ensemble.iteration == CHUNK + 3

"""The contract that each registered piece keeps, and what its mathematics says."""

import math

import numpy as np
import pytest
import torch
from scipy import special, stats

from gan_core.constraints import CONSTRAINTS
from gan_core.games import GAMES
from gan_core.latents import LATENTS
from gan_core.networks import ACTIVATIONS
from gan_core.registry import Piece, Registry, param
from gan_core.schedules import SCHEDULES
from gan_core.settings import REGISTRIES

LOGITS = torch.tensor([-12.0, -5.0, -1.1, -0.1, 0.0, 0.3, 2.0, 7.0, 12.0], dtype=torch.float64)


@pytest.mark.parametrize(
    ("registry", "key"), [(r, k) for r in REGISTRIES.values() for k in r.names()]
)
def test_every_piece_is_frozen_hashable_and_documented(registry, key):
    piece = registry.get(key)()
    assert piece.key == key
    assert key == key.lower().replace("_", "-")
    assert hash(piece) == hash(registry.get(key)())
    assert type(piece).__doc__
    for name, info in type(piece).model_fields.items():
        with pytest.raises(ValueError, match="frozen"):
            setattr(piece, name, getattr(piece, name))
        assert {"scale", "unit", "live"} <= info.json_schema_extra.keys()


def test_registry_names_the_valid_keys_and_refuses_doubles():
    registry = Registry("toy")

    @registry.register("late", order=20)
    class Late(Piece):
        size: int = param(1, 0, 3)

    @registry.register("early", order=10)
    class Early(Piece):
        pass

    assert registry.names() == ("early", "late")
    assert [piece.key for piece in registry] == ["early", "late"]
    with pytest.raises(ValueError, match="unknown toy 'x'; valid: early, late"):
        registry.get("x")
    with pytest.raises(ValueError, match="twice"):
        registry.register("late")(Early)


@pytest.mark.parametrize("key", GAMES.names())
@pytest.mark.parametrize("name", ["d_real", "d_fake", "g"])
def test_slopes_are_the_derivatives_of_the_costs(key, name):
    game = GAMES.get(key)()
    player, _, kind = name.partition("_")
    suffix = f"_{kind}" if kind else ""
    cost = getattr(game, f"{player}_cost{suffix}")
    slope = getattr(game, f"{player}_slope{suffix}")
    a = LOGITS.clone().requires_grad_()
    (expected,) = torch.autograd.grad(cost(a).sum(), a)
    assert torch.allclose(slope(LOGITS), expected, rtol=1e-9, atol=1e-15)  # its 1 − tanh² rounds
    h = 1e-6
    numeric = (cost(LOGITS + h) - cost(LOGITS - h)) / (2 * h)
    assert torch.allclose(slope(LOGITS), numeric, rtol=1e-3, atol=1e-8)
    assert torch.equal(LOGITS, torch.tensor(LOGITS.tolist(), dtype=torch.float64))


def test_costs_by_hand():
    a = torch.tensor([math.log(3.0)], dtype=torch.float64)  # D(x) = 3/4
    minimax, saturating = GAMES.get("minimax")(), GAMES.get("non-saturating")()
    critic = GAMES.get("wasserstein")()
    assert float(minimax.d_cost_real(a)) == pytest.approx(math.log(4 / 3))
    assert float(minimax.d_cost_fake(a)) == pytest.approx(math.log(4))
    assert float(minimax.g_cost(a)) == pytest.approx(-math.log(4))
    assert float(saturating.g_cost(a)) == pytest.approx(math.log(4 / 3))
    assert float(critic.d_cost_real(a)) == pytest.approx(-math.log(3))
    assert float(critic.g_cost(a)) == pytest.approx(-math.log(3))


def test_minimax_is_a_zero_sum_game_in_what_g_can_touch():
    game = GAMES.get("minimax")()
    assert torch.allclose(game.g_cost(LOGITS), -game.d_cost_fake(LOGITS))


SMOOTHED = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.3, 0.2)]


@pytest.mark.parametrize(
    "key", ["minimax", "non-saturating", "maximum-likelihood", "least-squares"]
)
@pytest.mark.parametrize(("alpha", "beta"), SMOOTHED)
def test_smoothed_labels_move_the_best_d_as_they_should(key, alpha, beta):
    """D* = β + (1 − α − β) D₀ with D₀ = p/(p + q): where D's expected slope is zero."""
    game = GAMES.get(key)(smooth_real=alpha, smooth_fake=beta)
    p, q = torch.linspace(0.01, 0.99, 21).double(), torch.linspace(0.99, 0.01, 21).double()
    best = beta + (1 - alpha - beta) * p / (p + q)
    a = best if key == "least-squares" else torch.logit(best)
    assert game.output(a) == pytest.approx(best)
    slope = p * game.d_slope_real(a) + q * game.d_slope_fake(a)
    assert slope.abs().max() < 1e-12
    # G's cost knows nothing of smoothing
    assert torch.equal(game.g_cost(a), GAMES.get(key)().g_cost(a))


def test_one_sided_smoothing_caps_the_logit():
    game = GAMES.get("non-saturating")(smooth_real=0.1)
    a = torch.tensor([math.log(9.0)], dtype=torch.float64)  # no fakes there: q = 0
    assert float(game.d_slope_real(a)) == pytest.approx(0, abs=1e-12)


def test_two_sided_smoothing_takes_gs_gradient_away_where_fakes_are_alone():
    """lessons: at a fake-dominated point one-sided smoothing leaves the pull, two-sided does not.

    p = N(0, 1), q = N(4, 1) at x = 6, the best D under each pair of targets; the pull on G is
    |g_slope(a)| · |da/dx|.
    """

    def pull(alpha, beta):
        game = GAMES.get("non-saturating")(smooth_real=alpha, smooth_fake=beta)

        def logit(x):
            p, q = stats.norm.pdf(x), stats.norm.pdf(x, 4)
            return float(special.logit(beta + (1 - alpha - beta) * p / (p + q)))

        h = 1e-4
        slope = (logit(6 + h) - logit(6 - h)) / (2 * h)
        return abs(float(game.g_slope(torch.tensor([logit(6.0)]).double())) * slope)

    plain, one_sided, two_sided = pull(0, 0), pull(0.1, 0), pull(0.1, 0.1)
    assert plain == pytest.approx(4.0, rel=1e-3)
    assert one_sided == pytest.approx(plain, rel=1e-3)
    assert two_sided < plain / 1000


def test_the_maximum_likelihood_cost_has_the_slope_of_forward_kl():
    """With eᵃ = p/q, the gradient of G's expected cost is that of KL(p ‖ q) in q's parameters."""
    generator = torch.Generator().manual_seed(0)
    p = torch.softmax(torch.randn(7, generator=generator).double(), 0)
    theta = torch.randn(7, generator=generator).double().requires_grad_()
    q = torch.softmax(theta, 0)
    a = (p / q).log().detach()
    cost = (q * GAMES.get("maximum-likelihood")().g_cost(a)).sum()
    (of_cost,) = torch.autograd.grad(cost, theta, retain_graph=True)
    (of_kl,) = torch.autograd.grad((p * (p / q).log()).sum(), theta)
    assert torch.allclose(of_cost, of_kl)


def test_the_best_d_of_the_hinge_game_says_plus_or_minus_one():
    game = GAMES.get("hinge")()
    for p, best in ((0.7, 1.0), (0.3, -1.0)):
        a = torch.linspace(-3, 3, 601).double()
        cost = p * game.d_cost_real(a) + (1 - p) * game.d_cost_fake(a)
        assert float(a[cost.argmin()]) == pytest.approx(best, abs=0.011)


@pytest.mark.parametrize("key", [key for key in CONSTRAINTS.names() if CONSTRAINTS.get(key).where])
def test_penalties_and_their_slopes(key):
    constraint = CONSTRAINTS.get(key)(weight=2.0)
    s = torch.tensor([0.0, 0.04, 0.8, 1.5, 9.0], dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(constraint.penalty(s).sum(), s)
    found = constraint.penalty_slope(s.detach())
    assert torch.allclose(found, expected, rtol=1e-9)
    values = constraint.penalty(torch.tensor([0.25, 4.0]).double()).tolist()
    by_hand = {
        "gradient-penalty": [0.5, 2.0],
        "gradient-penalty-one-sided": [0.0, 2.0],
        "r1": [0.25, 4.0],
        "r2": [0.25, 4.0],
    }
    assert values == pytest.approx(by_hand[key])


@pytest.mark.parametrize("key", SCHEDULES.names())
def test_schedules_start_at_one_and_never_rise(key):
    schedule = SCHEDULES.get(key)()
    factors = [schedule.factor(n) for n in (0, 1, 50, 1000, 5000, 10**6)]
    assert factors[0] == 1
    assert factors == sorted(factors, reverse=True)
    assert min(factors) >= 0


def test_schedules_by_hand():
    assert SCHEDULES.get("exponential")(half_life=100).factor(300) == pytest.approx(1 / 8)
    cosine = SCHEDULES.get("cosine")(steps=1000)
    assert cosine.factor(500) == pytest.approx(0.5)
    assert cosine.factor(1000) == cosine.factor(5000) == 0


def test_slopes_where_d_is_sure_that_fakes_are_fake():
    """The heart of lesson T3: at a = −5, 0.0067 against 0.9933."""
    a = torch.tensor([-5.0])
    assert float(GAMES.get("minimax")().g_slope(a)) == pytest.approx(-0.00669, abs=1e-5)
    assert float(GAMES.get("non-saturating")().g_slope(a)) == pytest.approx(-0.99331, abs=1e-5)
    assert float(GAMES.get("wasserstein")().g_slope(a)) == -1.0


@pytest.mark.parametrize("key", ACTIVATIONS.names())
def test_activation_passes_agree_with_autograd(key):
    activation = ACTIVATIONS.get(key)()
    x = torch.linspace(-3, 3, 41, requires_grad=True)
    h = activation(x)
    in_place = x.detach().clone()
    activation.forward_(in_place)
    assert torch.equal(in_place, h.detach())
    gradient = torch.linspace(1, 2, 41)
    (expected,) = torch.autograd.grad(h, x, gradient)
    activation.backward_(gradient, h.detach())
    assert torch.allclose(gradient, expected)


@pytest.mark.parametrize("key", LATENTS.names())
@pytest.mark.parametrize("dim", [1, 2, 64])
def test_latents_follow_their_quantiles(key, dim):
    latent = LATENTS.get(key)(dim=dim)
    z = latent.sample(4000, np.random.default_rng(0))
    assert z.shape == (4000, dim)
    assert z.dtype == np.float32
    for p in (0.1, 0.5, 0.9):
        below = (z < latent.quantile(np.array(p))).mean()
        assert below == pytest.approx(p, abs=0.02)
    grid = latent.grid(9)
    assert grid.shape == ((1, 9, 1) if dim == 1 else (9, 9, dim))
    # equal probability per cell: the lines are evenly spaced in probability
    shares = [(z[:, 0] < line).mean() for line in np.sort(np.unique(grid[..., 0]))]
    assert np.diff(shares) == pytest.approx(np.full(8, 0.12), abs=0.03)

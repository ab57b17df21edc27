"""The contract that each registered piece keeps, and what its mathematics says."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from gan_core.data import DATA
from gan_core.games import GAMES
from gan_core.latents import LATENTS
from gan_core.networks import ACTIVATIONS
from gan_core.registry import Piece, Registry, param
from gan_core.settings import REGISTRIES

LOGITS = torch.tensor([-12.0, -5.0, -1.0, -0.1, 0.0, 0.3, 2.0, 7.0, 12.0], dtype=torch.float64)


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
    assert torch.allclose(slope(LOGITS), expected, rtol=1e-9, atol=0)
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


@pytest.mark.parametrize("key", DATA.names())
def test_data_are_what_their_density_says(key):
    data = DATA.get(key)()
    rng = np.random.default_rng(0)
    x = data.sample(40_000, rng)
    assert x.shape == (40_000, 2)
    assert x.dtype == np.float32
    assert (np.abs(x) < data.extent).mean() > 0.999
    again = data.sample(40_000, np.random.default_rng(0))
    assert np.array_equal(x, again)
    # E_p[p(x)] = ∫p², so the mean density over samples must agree with the integral over a grid
    fine = np.linspace(-data.extent, data.extent, 2001)
    cell = (fine[1] - fine[0]) ** 2
    grid = np.stack(np.meshgrid(fine, fine), -1).reshape(-1, 2)
    p = data.density(grid)
    assert p.sum() * cell == pytest.approx(1, abs=0.01)
    squared, mean = (p**2).sum() * cell, data.density(x.astype(float)).mean()
    assert mean == pytest.approx(squared, rel=0.05)


@pytest.mark.parametrize("key", DATA.names())
def test_centres_carry_the_data(key):
    data = DATA.get(key)()
    if len(data.centres) == 0:
        assert math.isnan(data.spread)
        return
    x = data.sample(20_000, np.random.default_rng(1))
    distance = np.sqrt(((x[:, None] - data.centres[None]) ** 2).sum(-1))
    inside = (distance.min(1) <= 3 * data.spread).mean()
    assert inside == pytest.approx(1 - math.exp(-4.5), abs=0.004)
    share = np.bincount(distance.argmin(1), minlength=len(data.centres)) / len(x)
    assert share == pytest.approx(np.full(len(share), 1 / len(share)), abs=0.02)


def test_circle_density_by_independent_integration():
    circle = DATA.get("circle")(radius=1.3, sigma=0.2)
    for point in ([0.0, 0.0], [1.3, 0.0], [-0.7, 1.5]):

        def blurred(angle, point=point):
            at = 1.3 * np.array([np.cos(angle), np.sin(angle)])
            return stats.multivariate_normal.pdf(point, at, 0.04) / (2 * np.pi)

        expected, _ = integrate.quad(blurred, 0, 2 * np.pi)
        assert circle.density(np.array([point]))[0] == pytest.approx(expected, rel=1e-6)


def test_line_density_by_independent_integration():
    line = DATA.get("line")(length=2.0, angle=90.0, sigma=0.3)

    def blurred(t, point):
        return stats.multivariate_normal.pdf(point, [0, t], 0.09) / 2

    for point in ([0.0, 0.0], [0.4, 0.9], [-0.2, -1.5]):
        expected, _ = integrate.quad(blurred, -1, 1, args=(point,))
        assert line.density(np.array([point]))[0] == pytest.approx(expected, rel=1e-6)


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

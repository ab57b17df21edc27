"""Critics in closed form, against quadrature, scipy, numbers by hand, and real networks."""

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize, minimize_scalar

from gan_core.networks.stacked import StackedMLP
from gan_core.theory import critic
from gan_core.theory.densities import Mixture, gaussian, two_modes

PAIRS = [
    (gaussian(0, 1), gaussian(4, 1)),
    (gaussian(1, 0.5), gaussian(-2, 1.5)),
    (two_modes(3, 0.6), gaussian(0, 0.6)),
    (two_modes(2, 0.5, 0.3), gaussian(1, 1)),
]


def w1(data, fakes):
    return quad(lambda x: abs(data.cdf(x) - fakes.cdf(x)), -20, 20, limit=400)[0]


@pytest.mark.parametrize(("data", "fakes"), PAIRS)
def test_the_best_critic_reads_w1_and_no_other_reads_more(data, fakes):
    x = np.linspace(-14, 14, 5601)
    best = critic.best(data, fakes, x)
    assert critic.steepest(x, best) <= 1 + 1e-9
    truth = w1(data, fakes)
    assert critic.gap(x, best, data, fakes) == pytest.approx(truth, abs=2e-4)
    rng = np.random.default_rng(0)
    for _ in range(20):  # other functions of slope ≤ 1
        slopes = rng.uniform(-1, 1, 40).repeat(140)
        other = np.concatenate([[0], np.cumsum(slopes * np.diff(x))])
        assert critic.gap(x, other, data, fakes) <= truth + 1e-9


def test_a_bump_between_two_is_judged_by_a_valley():
    """Not by a straight line: with the fakes in the middle the critic falls, then rises."""
    x = np.linspace(-8, 8, 1601)
    best = critic.best(two_modes(3, 0.6), gaussian(0, 0.6), x)
    assert best[np.searchsorted(x, -5)] > best[np.searchsorted(x, 0.0)] + 4.9
    assert best[np.searchsorted(x, 5)] > best[np.searchsorted(x, 0.0)] + 4.9


@pytest.mark.parametrize(("data", "fakes"), PAIRS)
def test_the_gap_is_the_difference_of_two_means(data, fakes):
    knots = np.linspace(-8, 8, 9)
    heights = np.array([0, 1.5, -0.3, 2, 2.2, -1, 0.5, 3, 2.8])

    def mean(one):
        def weighed(x):
            return np.interp(x, knots, heights) * one.pdf(np.array([x]))[0]

        return quad(weighed, -30, 30, limit=800, points=knots)[0]

    found = critic.gap(knots, heights, data, fakes)
    assert found == pytest.approx(mean(data) - mean(fakes), abs=1e-6)
    assert critic.gap(knots, 3 * heights, data, fakes) == pytest.approx(3 * found)
    assert critic.gap(knots, heights + 7, data, fakes) == pytest.approx(found)
    assert critic.steepest(knots, heights) == pytest.approx(1.6)


def test_what_is_no_critic_is_refused():
    with pytest.raises(ValueError, match="rise"):
        critic.gap([0, 0], [1, 2], *PAIRS[0])
    with pytest.raises(ValueError, match="heights"):
        critic.gap([0, 1], [1, 2, 3], *PAIRS[0])
    with pytest.raises(ValueError, match="distance"):
        critic.penalised_slope(-1, 10)
    with pytest.raises(ValueError, match="penalty"):
        critic.penalised_slope(1, 0)
    with pytest.raises(ValueError, match="pixel"):
        critic.slope_by_pixel(1, 10, 0)
    with pytest.raises(ValueError, match="widths"):
        critic.clipped_slope_bound(0.01, [2])


def test_the_penalty_is_soft():
    """The figures of the page: W = 4 and λ = 10 settle at slope 1.2 and read 4.8."""
    assert critic.penalised_slope(4, 10) == pytest.approx(1.2)
    assert critic.penalised_estimate(4, 10) == pytest.approx(4.8)
    assert critic.penalised_estimate(4, 100) == pytest.approx(4.08)
    assert critic.penalised_estimate(4, 1) == pytest.approx(12)
    assert critic.penalised_estimate(4, [20, 40, 80]) == pytest.approx([4.4, 4.2, 4.1])

    def cost(s, W, lam):
        return lam * (s - 1) ** 2 - s * W

    for pair in ((4, 10), (0.3, 0.1), (7, 2)):
        best = minimize_scalar(cost, args=pair).x
        assert best == pytest.approx(critic.penalised_slope(*pair), rel=1e-6)


def test_on_a_line_a_critic_may_stay_upside_down():
    W, lam = 4, 10

    def gain(s):
        return s * W - lam * (abs(s) - 1) ** 2

    top = critic.upside_down_slope(W, lam)
    assert top == pytest.approx(-0.8)
    assert gain(top) > max(gain(top - 0.01), gain(top + 0.01))
    assert gain(top) < gain(1.2)
    assert np.isnan(critic.upside_down_slope(4, 1.9))


def test_the_norm_along_the_wrong_axis():
    assert critic.slope_by_pixel(0, 10, 784) == pytest.approx(28)
    assert critic.slope_by_pixel(4, 10, 1) == pytest.approx(1.2)
    W, lam, n = 1.5, 10, 9

    def cost(g):  # the mean over pixels, as a norm over a dimension of length 1 gives
        return lam * ((np.abs(g) - 1) ** 2).mean() - g.sum() * W / np.sqrt(n)

    found = np.linalg.norm(minimize(cost, np.ones(n), tol=1e-10).x)
    assert found == pytest.approx(critic.slope_by_pixel(W, lam, n), rel=1e-4)


@pytest.mark.parametrize("widths", [(1, 64, 64, 1), (2, 64, 64, 1), (2, 64, 1), (1, 8, 32, 8, 1)])
def test_all_weights_at_the_bound_reach_the_largest_slope(widths):
    c = 0.05
    like = torch.zeros(1, dtype=torch.float64)
    net = StackedMLP(widths, "leaky-relu", [np.random.default_rng(0)], like)
    for weight, bias in net.layers:
        weight.fill_(c)
        bias.zero_()
    x = torch.full((1, 1, widths[0]), 0.7, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(net(x).sum(), x)
    assert float(slope.norm()) == pytest.approx(critic.clipped_slope_bound(c, widths), rel=1e-9)


def test_clipping_in_figures():
    """The critic of the page, 1-64-64-1, clipped to 0.01, has at most slope 0.0041."""
    assert critic.clipped_slope_bound(0.01, (1, 64, 64, 1)) == pytest.approx(0.004096)
    assert critic.clip_of_slope(1, (1, 64, 64, 1)) == pytest.approx(0.0625)
    assert critic.clip_of_slope(1, (1, 64, 64, 64, 1)) == pytest.approx(1 / 64**0.75)
    for widths in ((1, 64, 64, 1), (2, 8, 1)):
        c = critic.clip_of_slope(0.3, widths)
        assert critic.clipped_slope_bound(c, widths) == pytest.approx(0.3)
    assert critic.clipped_slope_bound(0.1, (1, 64, 64, 1)) == pytest.approx(4.096)


def test_a_spectral_norm_bounds_the_slope_whatever_the_width():
    assert critic.spectral_slope_bound(1, 5) == 1
    assert critic.spectral_slope_bound(2, 3) == 8
    rng = np.random.default_rng(1)
    weights = [rng.standard_normal(shape) for shape in ((3, 50), (50, 20), (20, 1))]
    product = np.linalg.multi_dot([w / np.linalg.svd(w)[1][0] for w in weights])
    assert np.linalg.norm(product) <= critic.spectral_slope_bound(1, 3) + 1e-12


def test_batch_norm_ties_every_score_to_every_sample():
    x = np.array([-2.0, -0.3, 0.4, 1.1, 3.0])
    jacobian = critic.batch_jacobian(x, 1e-5)
    for i in range(5):
        for sign in (1e-6,):
            up, down = x.copy(), x.copy()
            up[i] += sign
            down[i] -= sign
            slopes = critic.normalised_batch(up, 1e-5) - critic.normalised_batch(down, 1e-5)
            assert jacobian[:, i] == pytest.approx(slopes / (2 * sign), abs=1e-7)
    off = jacobian - np.diag(np.diag(jacobian))
    assert np.abs(off).max() > 0.05
    assert stats.zscore(x) == pytest.approx(critic.normalised_batch(x))


def test_what_a_gradient_penalty_then_takes_for_the_slope_is_zero():
    """As the usual code does: the gradient of the *sum* of all scores at each sample."""
    x = torch.tensor([-2.0, -0.3, 0.4, 1.1, 3.0], dtype=torch.float64, requires_grad=True)
    for steep in (1.0, 50.0):  # however steep the critic was made before
        scores = steep * x[:, None]
        y = torch.nn.functional.batch_norm(scores, None, None, training=True, eps=1e-12)
        (slope,) = torch.autograd.grad(y.sum(), x)
        assert slope.abs().max() < 1e-9
        (one,) = torch.autograd.grad(
            torch.nn.functional.batch_norm(
                steep * x[:, None], None, None, training=True, eps=1e-12
            )[0, 0],
            x,
        )
        assert one.detach().numpy() == pytest.approx(
            critic.batch_jacobian(x.detach().numpy())[0], abs=1e-6
        )
        assert one[1:].abs().max() > 0.05
    assert critic.batch_jacobian(x.detach().numpy()).sum(0) == pytest.approx(np.zeros(5), abs=1e-12)


def test_mixtures_of_many_parts():
    three = Mixture((-2.0, 0.0, 3.0), (0.4, 0.8, 0.5), (0.2, 0.5, 0.3))
    x = np.linspace(-12, 12, 4801)
    assert critic.gap(x, x, three, gaussian(1)) == pytest.approx(three.mean - 1, abs=1e-9)

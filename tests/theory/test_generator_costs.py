"""G's costs and slopes against finite differences, and whose gradient they are under D*."""

import numpy as np
import pytest
from scipy.special import expit

from gan_core.theory import generator_costs as gc
from gan_core.theory.densities import gaussian, spacing, two_modes
from gan_core.theory.divergences import gradient_in_shift
from gan_core.theory.gaussian_pair import pull_at_fake_mean

A = np.linspace(-8, 8, 81)
SMOOTHING = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.2)]


def over_d(name, D):
    """The costs by the letter of the paper."""
    return {
        "minimax": 0.5 * np.log(1 - D),
        "non_saturating": -0.5 * np.log(D),
        "maximum_likelihood": -0.5 * np.exp(np.log(D / (1 - D))),
    }[name]


def test_slopes_are_the_closed_forms():
    assert gc.slope("minimax", A) == pytest.approx(-expit(A) / 2, rel=1e-12)
    assert gc.slope("non_saturating", A) == pytest.approx(-(1 - expit(A)) / 2, rel=1e-9)
    assert gc.slope("maximum_likelihood", A) == pytest.approx(-np.exp(A) / 2, rel=1e-12)


def test_who_learns_while_losing():
    """At a = −5, before the ½: 0.0067 against 0.993."""
    assert 2 * gc.slope("minimax", -5.0) == pytest.approx(-0.0067, abs=5e-5)
    assert 2 * gc.slope("non_saturating", -5.0) == pytest.approx(-0.993, abs=5e-4)


@pytest.mark.parametrize("name", gc.COSTS)
def test_costs_over_d_and_over_the_logit_are_one(name):
    D = expit(A)
    assert gc.cost(name, A) == pytest.approx(over_d(name, D), rel=1e-9)
    assert gc.cost_of_output(name, D) == pytest.approx(over_d(name, D), rel=1e-12)
    h = 1e-6
    assert gc.slope(name, A) == pytest.approx(
        (gc.cost(name, A + h) - gc.cost(name, A - h)) / (2 * h), rel=1e-5, abs=1e-9
    )
    inside = np.linspace(0.05, 0.95, 19)
    numeric = (over_d(name, inside + h) - over_d(name, inside - h)) / (2 * h)
    assert gc.slope_in_output(name, inside) == pytest.approx(numeric, rel=1e-6)
    assert (np.diff(gc.cost(name, A)) < 0).all()


@pytest.mark.parametrize("name", gc.COSTS)
@pytest.mark.parametrize(("alpha", "beta"), SMOOTHING)
def test_slopes_through_a_smoothed_discriminator(name, alpha, beta):
    a, h = np.linspace(-6, 4, 41), 1e-6

    def cost(a):
        return over_d(name, beta + (1 - alpha - beta) * expit(a))

    numeric = (cost(a + h) - cost(a - h)) / (2 * h)
    assert gc.slope(name, a, alpha, beta) == pytest.approx(numeric, rel=1e-5, abs=1e-9)


def test_one_sided_smoothing_leaves_the_non_saturating_slope():
    far = np.array([-900.0, -30, -5, 0, 5])
    plain = gc.slope("non_saturating", far)
    assert gc.slope("non_saturating", far, 0.1, 0.0) == pytest.approx(plain, rel=1e-12)
    assert abs(gc.slope("non_saturating", -30.0, 0.1, 0.1)) < 1e-11


@pytest.mark.parametrize("name", gc.COSTS)
def test_shares_sum_to_one_whatever_the_logits(name):
    rng = np.random.default_rng(0)
    for scale in (1, 100, 2000):
        logits = scale * rng.standard_normal((3, 64))
        shares = gc.shares(name, logits)
        assert shares.sum(-1) == pytest.approx(np.ones(3), abs=1e-12)
        assert (shares >= 0).all()
        n = gc.effective_samples(name, logits)
        assert ((n >= 1 - 1e-12) & (n <= 64 + 1e-9)).all()
    logits = rng.standard_normal(50)
    slopes = np.abs(gc.slope(name, logits))
    assert gc.shares(name, logits) == pytest.approx(slopes / slopes.sum(), rel=1e-12)


def test_under_maximum_likelihood_one_sample_rules():
    """Where most fakes are seen through, a few that look real hold the gradient."""
    logits = np.array([-5.0] * 63 + [3.0])
    assert gc.shares("maximum_likelihood", logits)[-1] > 0.97
    assert gc.shares("minimax", logits)[-1] > 0.6
    assert gc.shares("non_saturating", logits)[-1] < 0.001
    few, many = (
        float(gc.effective_samples(name, logits)) for name in ("maximum_likelihood", COSTS_NS)
    )
    assert few < 1.1
    assert many > 62


COSTS_NS = "non_saturating"


def test_whose_gradient_each_cost_is():
    """Under D*: minimax 2 JS, maximum likelihood KL(p‖q), non-saturating KL(q‖p) − 2 JS."""
    x = np.linspace(-16, 16, 4000)
    assert spacing(x) == pytest.approx(32 / 3999)
    for p, q in ((two_modes(1.5), gaussian(0.4, 1.2)), (gaussian(), gaussian(2))):

        def pull(name, p=p, q=q):
            return float(gradient_in_shift(name, p, q, x))

        def g(name, p=p, q=q):
            return 2 * gc.gradient_in_shift(name, p, q, x)

        assert g("minimax") == pytest.approx(2 * pull("js"), rel=1e-9)
        assert g("maximum_likelihood") == pytest.approx(pull("kl"), rel=1e-9)
        assert g("non_saturating") == pytest.approx(pull("reverse_kl") - 2 * pull("js"), rel=1e-9)


def test_slopes_give_the_pull_of_the_gaussian_pair():
    """|slope| × 2 × the logit's slope m, at a = −m²/2."""
    m = np.array([1.0, 2, 4, 8])
    for name in ("minimax", "non_saturating"):
        found = -2 * gc.slope(name, -(m**2) / 2) * m
        assert found == pytest.approx(pull_at_fake_mean(name, m), rel=1e-9)


def test_the_ends_are_what_figure_16_shows():
    assert gc.cost_of_output("minimax", [0.0, 1.0]).tolist() == [0, -np.inf]
    assert gc.cost_of_output("non_saturating", [0.0, 1.0]).tolist() == [np.inf, 0]
    assert gc.cost_of_output("maximum_likelihood", [0.0, 1.0]).tolist() == [0, -np.inf]
    assert gc.slope_in_output("non_saturating", 0.0) == -np.inf
    assert gc.cost("maximum_likelihood", 1e6) == -np.inf
    assert gc.slope("maximum_likelihood", 1e6) == -np.inf
    assert np.isfinite(gc.cost("minimax", [-1e6, 1e6])).all()


def test_least_squares_is_a_parabola():
    cost, slope = gc.least_squares([-1.0, 0.0, 1.0, 2.0])
    assert cost.tolist() == [2, 0.5, 0, 0.5]
    assert slope.tolist() == [-2, -1, 0, 1]


def test_what_does_not_exist_is_refused():
    for f in (gc.cost, gc.slope, gc.cost_of_output, gc.slope_in_output, gc.shares):
        with pytest.raises(ValueError, match="there are minimax"):
            f("hinge", [0.5])
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        gc.cost_of_output("minimax", 1.5)
    with pytest.raises(ValueError, match="α"):
        gc.slope("minimax", 0.0, 0.7, 0.7)

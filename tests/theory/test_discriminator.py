"""The optimal discriminator, smoothing, and the Gaussian pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from gan_core.theory import discriminator as dd
from gan_core.theory import gaussian_pair
from gan_core.theory.densities import gaussian, spacing, two_modes
from gan_core.theory.divergences import js, total_variation

X = np.linspace(-10, 12, 1000)
DX = spacing(X)
P, Q = two_modes(2).pdf(X), gaussian(1, 1.5).pdf(X)
density = st.floats(0, 1e300)


def test_equal_is_flat_and_disjoint_is_sure():
    assert (dd.optimal(P, P)[P > 0] == 0.5).all()
    assert dd.optimal([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])[:2].tolist() == [1, 0]


def test_where_nothing_is_d_may_be_anything():
    D = dd.optimal([0.5, 0.5, 0.0], [1.0, 0.0, 0.0])
    assert np.isnan(D[2])
    p, q = np.array([0.5, 0.5, 0.0]), np.array([1.0, 0.0, 0.0])
    assert dd.value(D, p, q, 1.0) == dd.value([D[0], D[1], 0.0], p, q, 1.0)
    assert dd.value(D, p, q, 1.0) == dd.value([D[0], D[1], 0.9], p, q, 1.0)


@given(density, density)
def test_the_ratio_is_that_of_the_densities(p, q):
    D = dd.optimal(p, q)
    if p == q == 0:
        assert np.isnan(D)
        return
    assert 0 <= D <= 1
    if 1e-8 * q < p < 1e8 * q:
        assert dd.density_ratio(D) == pytest.approx(p / q, rel=1e-6)


def test_tiny_and_huge_densities():
    assert dd.optimal(1e-300, 3e-300) == pytest.approx(0.25)
    assert dd.optimal(1.5e308, 1.5e308) == 0.5
    assert dd.density_ratio(1.0) == np.inf
    with pytest.raises(ValueError, match="≥ 0"):
        dd.optimal(-0.1, 1)
    with pytest.raises(ValueError, match="≥ 0"):
        dd.optimal(np.nan, 1)


def test_d_star_is_the_best_at_every_point():
    """Each point's own search for the best D finds D*."""
    D = dd.optimal(P, Q)
    for i in range(150, 900, 50):
        p, q = P[i], Q[i]

        def cost(d, p=p, q=q):
            return -(p * np.log(d) + q * np.log(1 - d)) / (p + q)

        best = minimize_scalar(cost, bounds=(1e-12, 1 - 1e-12), method="bounded")
        assert D[i] == pytest.approx(best.x, abs=1e-4)


def test_value_at_the_optimum():
    D = dd.optimal(P, Q)
    assert dd.value(D, P, Q, DX) == pytest.approx(2 * js(P, Q, DX) - np.log(4), abs=1e-12)
    assert dd.value_at_optimum(P, Q, DX) == pytest.approx(float(dd.value(D, P, Q, DX)), abs=1e-12)
    by_quad = quad(
        lambda x: (
            float(two_modes(2).pdf(x)) * np.log(float(np.interp(x, X, D)))
            + float(gaussian(1, 1.5).pdf(x)) * np.log(1 - float(np.interp(x, X, D)))
        ),
        -5,
        5,
        limit=300,
        points=[-2, 2],
    )[0]
    assert dd.value(D, P, Q, DX) == pytest.approx(by_quad, abs=0.01)
    rng = np.random.default_rng(0)
    for _ in range(20):
        other = np.clip(D + 0.2 * rng.standard_normal(len(D)), 0.001, 0.999)
        assert dd.value(other, P, Q, DX) < dd.value(D, P, Q, DX)


def test_at_the_solution_v_is_minus_log4_and_j_is_log2():
    D = dd.optimal(P, P)
    assert dd.value(D, P, P, DX) == pytest.approx(-np.log(4), abs=1e-14)
    assert dd.cost(D, P, P, DX) == pytest.approx(np.log(2), abs=1e-14)
    assert dd.cost(np.full_like(X, 0.5), P, Q, DX) == pytest.approx(np.log(2), abs=1e-14)


def test_a_perfect_discriminator_has_the_value_zero_and_a_wrong_one_minus_infinity():
    p, q = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    assert dd.value(dd.optimal(p, q), p, q, 1.0) == 0
    assert dd.value([0.0, 0.5, 0.5], p, q, 1.0) == -np.inf
    assert dd.value([0.5, 1.0, 0.5], p, q, 1.0) == -np.inf
    with pytest.raises(ValueError, match="wherever there are data"):
        dd.value([np.nan, 0.5, 0.5], p, q, 1.0)
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        dd.value([1.2, 0.5, 0.5], p, q, 1.0)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(1e-6, 1), st.floats(1e-6, 1))
def test_the_smoothed_optimum(alpha, beta, p, q):
    """Against the tutorial's fraction, and the search for the least smoothed cross-entropy."""
    found = D = dd.smoothed(dd.optimal(p, q), alpha, beta)
    assert found == pytest.approx(((1 - alpha) * p + beta * q) / (p + q), rel=1e-12)

    def cost(d):
        return -(
            p * ((1 - alpha) * np.log(d) + alpha * np.log(1 - d))
            + q * (beta * np.log(d) + (1 - beta) * np.log(1 - d))
        )

    if 0.01 < D < 0.99:
        assert cost(D) <= min(cost(D * 0.99), cost(min(0.995, D * 1.01))) + 1e-12


def test_smoothing_makes_no_new_peak():
    """Affine in D₀: the same places, in the same order."""
    D0 = dd.optimal(P, Q)
    D = dd.smoothed(D0, 0.1, 0.1)
    rising = np.diff(D0) > 1e-12
    assert (np.diff(D)[rising] > 0).all()
    assert D.argmax() == D0.argmax()
    assert D.min() >= 0.1
    assert D.max() <= 0.9


def test_logit_is_capped_at_log_nine():
    low, high = dd.logit_bounds(alpha=0.1)
    assert (low, high) == (-np.inf, pytest.approx(np.log(9), abs=1e-14))
    assert dd.logit_bounds(0.1, 0.1) == pytest.approx((-np.log(9), np.log(9)))
    assert dd.logit_bounds() == (-np.inf, np.inf)
    for alpha, beta in ((0.6, 0.6), (-0.1, 0), (np.nan, 0)):
        with pytest.raises(ValueError, match="α"):
            dd.smoothed(0.5, alpha, beta)


def test_two_sided_smoothing_kills_the_pull_where_fakes_dominate():
    """Claim 10: 8.16 → 0.037, and one-sided smoothing leaves it.

    Data N(4, 0.7²), fakes N(0, 0.7²): the logit's slope is 4/0.49 = 8.16 everywhere; at x = 1.085
    D is 0.00057. Checked with the derivative of −log of the densities' own fraction.
    """
    x, h = 1.085, 1e-5

    def pull(alpha, beta):
        def minus_log_d(x):
            p, q = stats.norm.pdf(x, 4, 0.7), stats.norm.pdf(x, 0, 0.7)
            return -np.log(((1 - alpha) * p + beta * q) / (p + q))

        return abs(minus_log_d(x + h) - minus_log_d(x - h)) / (2 * h)

    logit = stats.norm.logpdf(x, 4, 0.7) - stats.norm.logpdf(x, 0, 0.7)
    slope = 4 / 0.49
    for alpha, beta in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0.3, 0.2)):
        assert dd.non_saturating_pull(logit, slope, alpha, beta) == pytest.approx(
            pull(alpha, beta), rel=1e-7
        )
    assert dd.non_saturating_pull(logit, slope) == pytest.approx(8.16, abs=0.005)
    assert dd.non_saturating_pull(logit, slope, alpha=0.1) == pytest.approx(8.16, abs=0.005)
    assert dd.non_saturating_pull(logit, slope, 0.1, 0.1) == pytest.approx(0.037, abs=0.0005)
    assert dd.non_saturating_pull(-2000.0, 1.0) == 1
    assert dd.non_saturating_pull(-2000.0, 1.0, 0.1, 0.1) == 0


@pytest.mark.parametrize(("real", "fake"), [(1.0, 0.0), (1.0, -1.0), (0.9, 0.1)])
def test_least_squares_optimum(real, fake):
    D = dd.least_squares_optimal(P, Q, real, fake)
    for i in range(200, 900, 70):
        p, q = P[i], Q[i]
        slope = p * (D[i] - real) + q * (D[i] - fake)
        assert slope == pytest.approx(0, abs=1e-12)
    if (real, fake) == (1.0, 0.0):
        assert (dd.optimal(P, Q) == D).all()


def test_bayes_accuracy_of_tables():
    assert dd.accuracy(P, P, DX) == pytest.approx(0.5)
    assert dd.accuracy(P, Q, DX) == pytest.approx(0.5 + total_variation(P, Q, DX) / 2)
    a, b = gaussian().pdf(X), gaussian(2).pdf(X)
    assert dd.accuracy(a, b, DX) == pytest.approx(stats.norm.cdf(1), abs=1e-4)


def test_in_function_space_the_fakes_arrive():
    path = dd.flow(P, gaussian(0, 2).pdf(X), DX, rate=0.5, steps=60)
    assert path.shape == (61, len(X))
    assert path.sum(1) * DX == pytest.approx(np.ones(61))
    left = js(P, path, DX)
    assert (np.diff(left) <= 1e-12).all()
    assert left[-1] < 1e-3 * left[0]
    value = [float(dd.value(dd.optimal(P, q), P, q, DX)) for q in path]
    assert value == pytest.approx(2 * left - np.log(4), abs=1e-12)
    # a bin without fakes stays so: G cannot learn of data where it never is
    half = np.where(X < 0, gaussian(-2).pdf(X), 0)
    end = dd.flow(P, half / (half.sum() * DX), DX, steps=40)[-1]
    assert (end[X >= 0] == 0).all()
    with pytest.raises(ValueError, match="rate"):
        dd.flow(P, Q, DX, rate=0)


def test_the_gaussian_pair_in_four_rows():
    """The table of the Wasserstein paper's first figures, to the digits given."""
    m = np.array([1.0, 2, 4, 8])
    minimax = gaussian_pair.pull_at_fake_mean("minimax", m)
    assert minimax == pytest.approx([0.378, 0.238, 0.00134, 1e-13], rel=0.02)
    assert minimax == pytest.approx(m / (1 + np.exp(m**2 / 2)), rel=1e-12)
    heuristic = gaussian_pair.pull_at_fake_mean("non_saturating", m)
    assert heuristic == pytest.approx([0.62, 1.76, 4.0, 8.0], abs=0.005)
    assert gaussian_pair.pull_at_fake_mean("critic", m).tolist() == [1] * 4
    assert gaussian_pair.js(m) == pytest.approx([0.1114, 0.3368, 0.6327, 0.6931], abs=5e-5)
    assert gaussian_pair.wasserstein1(m) == pytest.approx(m)
    assert gaussian_pair.kl(m) == pytest.approx(m**2 / 2)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
def test_the_gaussian_pair_against_tables(sigma):
    x = np.linspace(-20, 24, 4000)
    dx = spacing(x)
    for m in (0.0, 1.0, 3.0):
        p, q = gaussian(0, sigma), gaussian(m, sigma)
        assert gaussian_pair.js(m, sigma) == pytest.approx(
            float(js(p.pdf(x), q.pdf(x), dx)), abs=1e-10
        )
        assert gaussian_pair.logit(1.3, m, sigma) == pytest.approx(
            float(p.log_pdf(1.3) - q.log_pdf(1.3)), abs=1e-12
        )
        D = float(dd.optimal(p.pdf(m), q.pdf(m)))
        slope = abs(float(p.score(m) - q.score(m)))
        assert gaussian_pair.pull_at_fake_mean("minimax", m, sigma) == pytest.approx(D * slope)
        assert gaussian_pair.pull_at_fake_mean("non_saturating", m, sigma) == pytest.approx(
            (1 - D) * slope
        )
    with pytest.raises(ValueError, match="there are minimax"):
        gaussian_pair.pull_at_fake_mean("hinge", 1.0)

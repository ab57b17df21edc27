"""Divergences against closed forms, quadrature and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.spatial.distance import jensenshannon

from gan_core.theory import divergences as dv
from gan_core.theory import lines
from gan_core.theory.densities import gaussian, spacing, two_modes

X = np.linspace(-14, 18, 1600)
DX = spacing(X)
LOG2 = np.log(2)


def unit(mean=0.0, sigma=1.0):
    return gaussian(mean, sigma).pdf(X)


# scipy's own ratios overflow below that; "next to nothing" has its test
mass = st.one_of(st.just(0.0), st.floats(1e-290, 1))
masses = st.lists(mass, min_size=2, max_size=12).filter(lambda v: sum(v) > 0.1)


@pytest.mark.parametrize("d", [0.0, 0.3, 1.0, 4.0, 8.0])
def test_unit_gaussians_at_a_distance(d):
    """KL = d²/2, W₁ = d, TV = 2Φ(d/2) − 1, χ² = e^{d²} − 1, H² = 1 − e^{−d²/8}."""
    p, q = unit(), unit(d)
    assert dv.kl(p, q, DX) == pytest.approx(d**2 / 2, abs=1e-10)
    assert dv.kl(q, p, DX) == pytest.approx(d**2 / 2, abs=1e-10)
    assert dv.reverse_kl(p, q, DX) == dv.kl(q, p, DX)
    assert dv.wasserstein1(p, q, DX) == pytest.approx(d, abs=1e-4)
    assert dv.total_variation(p, q, DX) == pytest.approx(2 * stats.norm.cdf(d / 2) - 1, abs=1e-4)
    assert dv.hellinger(p, q, DX) == pytest.approx(np.sqrt(1 - np.exp(-(d**2) / 8)), abs=1e-7)
    if d <= 4:  # at 8 the integrand's peak, at −8, is there, but e⁶⁴ is no number to look at
        assert dv.chi2(p, q, DX) == pytest.approx(np.expm1(d**2), rel=1e-9, abs=1e-10)


def test_different_widths():
    """KL = log(s/r) + (r² + d²)/2s² − ½ for N(0, r²) against N(d, s²)."""
    p, q = unit(0, 0.7), unit(1, 1.4)
    closed = np.log(2) + (0.49 + 1) / (2 * 1.96) - 0.5
    assert dv.kl(p, q, DX) == pytest.approx(closed, abs=1e-12)
    assert dv.kl(q, p, DX) == pytest.approx(-np.log(2) + (1.96 + 1) / (2 * 0.49) - 0.5, abs=1e-10)


def test_everything_against_quadrature():
    def p(x):
        return 0.5 * stats.norm.pdf(x, -2, 0.5) + 0.5 * stats.norm.pdf(x, 2, 0.5)

    def q(x):
        return stats.norm.pdf(x, 0.5, 1.5)

    def integral(f):
        return quad(f, -12, 13, points=[-2, 0, 2], limit=400, epsabs=1e-12)[0]

    def middle(x):
        return (p(x) + q(x)) / 2

    a, b = two_modes(2).pdf(X), unit(0.5, 1.5)
    half = integral(lambda x: p(x) * np.log(p(x) / middle(x)))
    other = integral(lambda x: q(x) * np.log(q(x) / middle(x)))
    assert dv.js(a, b, DX) == pytest.approx((half + other) / 2, abs=1e-10)
    assert dv.kl(a, b, DX) == pytest.approx(
        integral(lambda x: p(x) * np.log(p(x) / q(x))), abs=1e-9
    )
    assert dv.chi2(a, b, DX) == pytest.approx(
        integral(lambda x: (p(x) - q(x)) ** 2 / q(x)), abs=1e-9
    )
    squared = integral(lambda x: (np.sqrt(p(x)) - np.sqrt(q(x))) ** 2) / 2
    assert dv.hellinger(a, b, DX) ** 2 == pytest.approx(squared, abs=1e-9)
    assert dv.total_variation(a, b, DX) == pytest.approx(
        integral(lambda x: abs(p(x) - q(x))) / 2, abs=1e-4
    )


@given(masses, masses, st.floats(0.01, 10))
def test_any_two_tables_against_scipy(p, q, dx):
    n = min(len(p), len(q))
    if sum(p[:n]) < 0.05 or sum(q[:n]) < 0.05:
        return
    p, q = np.array(p[:n]) / sum(p[:n]), np.array(q[:n]) / sum(q[:n])
    x = np.arange(n) * dx
    a, b = p / dx, q / dx
    assert dv.wasserstein1(a, b, dx) == pytest.approx(
        stats.wasserstein_distance(x, x, p, q), abs=1e-9 * max(1, dx)
    )
    assert dv.js(a, b, dx) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    assert dv.total_variation(a, b, dx) == pytest.approx(np.abs(p - q).sum() / 2, abs=1e-12)
    kl, entropy = float(dv.kl(a, b, dx)), float(stats.entropy(p, q))
    assert kl == entropy if np.isinf(entropy) else kl == pytest.approx(entropy, abs=1e-9)
    # Pinsker, Le Cam, Lin: the order of the distances
    tv, h = float(dv.total_variation(a, b, dx)), float(dv.hellinger(a, b, dx))
    assert 2 * tv**2 <= kl + 1e-9
    assert h**2 <= tv + 1e-9
    assert tv <= np.sqrt(2) * h + 1e-9
    assert tv**2 / 2 <= float(dv.js(a, b, dx)) + 1e-9 <= tv * LOG2 + 2e-9


def test_disjoint_supports():
    p, q = np.zeros(100), np.zeros(100)
    p[:10], q[50:60] = 1.0, 1.0
    assert dv.js(p, q, 0.1) == pytest.approx(LOG2, abs=1e-15)
    assert dv.kl(p, q, 0.1) == np.inf
    assert dv.chi2(p, q, 0.1) == np.inf
    assert dv.total_variation(p, q, 0.1) == dv.hellinger(p, q, 0.1) == pytest.approx(1, abs=1e-15)
    assert dv.wasserstein1(p, q, 0.1) == pytest.approx(5.0, abs=1e-12)


def test_kl_is_infinite_only_one_way_where_q_covers_p():
    p, q = np.array([1.0, 0, 0]), np.array([0.5, 0.5, 0])
    assert dv.kl(p, q, 1.0) == pytest.approx(LOG2)
    assert dv.kl(q, p, 1.0) == np.inf
    assert dv.reverse_kl(p, q, 1.0) == np.inf


def test_next_to_nothing_is_not_nothing():
    """Densities of 1e-300, and subnormal ones, whose ratio overflows."""
    for tiny in (1e-300, 5e-324):
        p, q = np.array([0.5, 0.5]), np.array([1.0, tiny])
        assert dv.kl(p, q, 1.0) == pytest.approx(-LOG2 - 0.5 * np.log(tiny), rel=1e-12)
        assert dv.kl(q, p, 1.0) == pytest.approx(LOG2)
        half = (np.log(0.5 / 0.75) / 2 + np.log(0.5 / 0.25) / 2 + np.log(1 / 0.75)) / 2
        assert dv.js(p, q, 1.0) == pytest.approx(half, rel=1e-12)
        assert np.isfinite(dv.hellinger(p, q, 1.0))
        assert dv.chi2(p, q, 1.0) > 1e298
    assert dv.js(np.full(2, 0.5), np.full(2, 0.5), 1.0) == 0


def test_leading_axes_broadcast():
    shifts = np.array([0.0, 1.0, 3.0])
    table = gaussian().pdf(X - shifts[:, None])
    for f in dv.DIVERGENCES.values():
        together = f(unit(), table, DX)
        assert together.shape == (3,)
        assert together[1] == f(unit(), table[1], DX)
    assert dv.kl(table[:, None], table[None], DX).shape == (3, 3)


def test_what_is_wrong_is_said():
    good = np.full(4, 0.25)
    with pytest.raises(ValueError, match="q integrates to 2, not to 1"):
        dv.js(good, 2 * good, 1.0)
    with pytest.raises(ValueError, match="p has a negative value"):
        dv.kl(good - 0.5, good, 1.0)
    with pytest.raises(ValueError, match="use one grid"):
        dv.kl(good, np.full(5, 0.2), 1.0)


SHIFTS = np.array([-3.0, -0.5, 0.0, 0.4, 2.0, 6.0])


def test_pull_on_shifted_unit_gaussians():
    """KL and reverse KL: s. W₁: the sign. χ²: 2s e^{s²}. TV: twice N(s/2). H in closed form."""
    g = gaussian()

    def pull(name):
        return dv.gradient_in_shift(name, g, g, X, SHIFTS)

    assert pull("kl") == pytest.approx(SHIFTS, abs=1e-10)
    assert pull("reverse_kl") == pytest.approx(SHIFTS, abs=1e-10)
    assert pull("wasserstein1") == pytest.approx(np.sign(SHIFTS), abs=1e-8)
    near = np.abs(SHIFTS) < 4
    assert pull("chi2")[near] == pytest.approx((2 * SHIFTS * np.exp(SHIFTS**2))[near], abs=1e-7)
    tv = np.sign(SHIFTS) * stats.norm.pdf(SHIFTS / 2)
    assert pull("total_variation") == pytest.approx(tv, abs=1e-3)
    b = np.exp(-(SHIFTS**2) / 8)
    with np.errstate(invalid="ignore"):
        h = np.where(SHIFTS == 0, 0, SHIFTS * b / (8 * np.sqrt(1 - b)))
    assert pull("hellinger") == pytest.approx(h, abs=1e-8)


@pytest.mark.parametrize("name", sorted(dv.DIVERGENCES))
def test_pull_is_the_slope_of_the_curve(name):
    p, q, h = two_modes(2), gaussian(0.3, 0.8), 1e-3
    for s in (-1.0, 0.7, 2.5):
        up, down = (dv.DIVERGENCES[name](p.pdf(X), q.pdf(X - s - e), DX) for e in (h, -h))
        found = dv.gradient_in_shift(name, p, q, X, s)
        assert found.shape == ()
        # the sums of TV and W₁ are coarse at a sign's change: half a cell times the density
        coarse = name in {"total_variation", "wasserstein1"}
        assert found == pytest.approx((up - down) / (2 * h), rel=2e-5, abs=2e-2 if coarse else 1e-6)


def test_which_still_pulls_at_eight_sigma():
    """T2: at 8σ JS is log 2 and flat, W₁ = 8 and pulls with 1."""
    g = gaussian()
    assert dv.js(unit(), unit(8), DX) == pytest.approx(LOG2, abs=1e-4)
    assert abs(dv.gradient_in_shift("js", g, g, X, 8.0)) < 3e-4
    assert dv.wasserstein1(unit(), unit(8), DX) == pytest.approx(8, abs=1e-8)
    assert dv.gradient_in_shift("wasserstein1", g, g, X, 8.0) == pytest.approx(1, abs=1e-9)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="there are kl, reverse_kl"):
        dv.gradient_in_shift("l2", gaussian(), gaussian(), X, 1.0)
    with pytest.raises(ValueError, match="there are js"):
        lines.gradient("l2", 1.0)


def test_parallel_lines():
    """Against tables: the two lines' x-coordinates are points, and the rest of them is the same."""
    theta = np.array([-1.5, 0.0, 0.5])
    n, dx = 201, 0.025
    x = (np.arange(n) - 100) * dx
    p = (np.abs(x) < dx / 2) / dx
    q = (np.abs(x - theta[:, None]) < dx / 2) / dx
    assert lines.js(theta) == pytest.approx(dv.js(p, q, dx), abs=1e-14)
    assert (lines.kl(theta) == dv.kl(p, q, dx)).all()
    assert lines.total_variation(theta) == pytest.approx(dv.total_variation(p, q, dx))
    assert lines.wasserstein1(theta) == pytest.approx(dv.wasserstein1(p, q, dx), abs=1e-12)
    assert lines.gradient("wasserstein1", [-2, 3]) == pytest.approx([-1, 1])
    assert (lines.gradient("js", [-2, 3]) == 0).all()
    assert np.isnan(lines.gradient("wasserstein1", 0.0))

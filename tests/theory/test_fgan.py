"""The f-GAN family: conjugates by search, bounds against tabulated divergences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from gan_core.theory import divergences as dv
from gan_core.theory import fgan
from gan_core.theory.densities import gaussian, spacing, two_modes
from gan_core.theory.discriminator import optimal, value, value_at_optimum

NAMES = sorted(fgan.FAMILY)
U = np.exp(np.linspace(-4, 4, 81))
X = np.linspace(-9, 9, 1200)
DX = spacing(X)
P, Q = two_modes(1.5, 0.7).pdf(X), gaussian(0.3, 1.6).pdf(X)
LOG4 = np.log(4)


@pytest.mark.parametrize("name", NAMES)
def test_f_is_zero_at_one_except_for_the_gan(name):
    """The GAN's own f has f(1) = −log 4: its divergence is 2 JS less that."""
    at_one = float(fgan.member(name).f(np.array(1.0)))
    assert at_one == pytest.approx(-LOG4 if name == "gan" else 0, abs=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_f_is_convex_and_its_slope_is_its_derivative(name):
    one, h = fgan.member(name), 1e-6
    smooth = np.abs(U - 1) > 1e-3 if name == "total_variation" else np.full_like(U, True, bool)
    numeric = (one.f(U * (1 + h)) - one.f(U * (1 - h))) / (2 * h * U)
    assert one.slope(U)[smooth] == pytest.approx(numeric[smooth], rel=1e-6, abs=1e-8)
    assert (np.diff(one.slope(U)) >= 0).all()
    thresholds = {"kl": 1, "reverse_kl": -1, "gan": -np.log(2)}
    assert one.threshold == pytest.approx(thresholds.get(name, 0), abs=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_fenchel_young(name):
    """f(u) + f*(t) ≥ u t, equal at t = f′(u)."""
    one = fgan.member(name)
    t = one.slope(U)
    assert one.f(U) + one.conjugate(t) == pytest.approx(U * t, rel=1e-10, abs=1e-10)
    low, high = max(one.domain[0], -6), min(one.domain[1], 3)
    ts = np.linspace(low, high, 62)[1:-1]
    gap = one.f(U)[:, None] + one.conjugate(ts) - U[:, None] * ts
    assert gap.min() >= -1e-10


@pytest.mark.parametrize("name", NAMES)
def test_the_conjugate_is_the_supremum(name):
    one = fgan.member(name)
    for t in np.linspace(max(one.domain[0], -1.9), min(one.domain[1], 1.5), 12)[1:-1]:

        def gap(s, t=t):
            u = np.exp(s)
            return float(one.f(u) - u * t)

        best = minimize_scalar(gap, bounds=(-30, 8), method="bounded", options={"xatol": 1e-10})
        assert -best.fun == pytest.approx(float(one.conjugate(t)), abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_activation_fills_the_domain_and_rises(name):
    one = fgan.member(name)
    v = np.linspace(-8, 8, 101)
    t = one.activation(v)
    low, high = one.domain
    assert ((t > low) & (t < high)).all()
    assert (np.diff(t) > 0).all()
    far = one.activation(np.array([-30.0, 30.0]))
    for end, bound in zip(far, one.domain, strict=True):
        assert end == pytest.approx(bound, abs=1e-12) if np.isfinite(bound) else abs(end) >= 29


def test_the_gans_activation_is_log_d():
    v = np.linspace(-5, 5, 11)
    assert fgan.FAMILY["gan"].activation(v) == pytest.approx(np.log(1 / (1 + np.exp(-v))))
    assert fgan.best_critic("gan", P, Q) == pytest.approx(np.log(optimal(P, Q)), rel=1e-9)
    T = np.log(optimal(P, Q))
    assert fgan.bound("gan", T, P, Q, DX) == pytest.approx(float(value(np.exp(T), P, Q, DX)))


def house(name):
    """The same divergences as tabulated elsewhere."""
    return {
        "kl": lambda p, q: dv.kl(p, q, DX),
        "reverse_kl": lambda p, q: dv.kl(q, p, DX),
        "pearson_chi2": lambda p, q: dv.chi2(p, q, DX),
        "squared_hellinger": lambda p, q: 2 * dv.hellinger(p, q, DX) ** 2,
        "jensen_shannon": lambda p, q: 2 * dv.js(p, q, DX),
        "gan": lambda p, q: value_at_optimum(p, q, DX),
        "total_variation": lambda p, q: dv.total_variation(p, q, DX),
    }[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_divergence_is_the_one_it_is_named_after(name):
    assert fgan.divergence(name, P, Q, DX) == pytest.approx(float(house(name)(P, Q)), abs=1e-9)
    assert fgan.divergence(name, P, P, DX) == pytest.approx(-LOG4 if name == "gan" else 0, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_disjoint_supports_too(name):
    p, q = np.zeros_like(X), np.zeros_like(X)
    p[:100], q[500:700] = 1 / (100 * DX), 1 / (200 * DX)
    found, expected = float(fgan.divergence(name, p, q, DX)), float(house(name)(p, q))
    assert found == expected if np.isinf(expected) else found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_bound_is_reached_at_the_best_critic_and_nowhere_else(name):
    exact = float(fgan.divergence(name, P, Q, DX))
    T = fgan.best_critic(name, P, Q)
    assert fgan.bound(name, T, P, Q, DX) == pytest.approx(exact, abs=1e-9)
    one = fgan.member(name)
    rng = np.random.default_rng(0)
    for size in (0.01, 0.3, 2.0):
        # bumps in v, the critic before its activation: always in the domain
        v = size * np.sin(rng.uniform(0.3, 3) * X + rng.uniform(0, 6)) + 0.2 * size * X
        assert fgan.bound(name, one.activation(v), P, Q, DX) < exact


@given(st.sampled_from(NAMES), st.lists(st.floats(-3, 3), min_size=4, max_size=4))
def test_no_critic_beats_the_divergence(name, v):
    p, q = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.4, 0.1, 0.1])
    T = fgan.member(name).activation(np.array(v))
    assert fgan.bound(name, T, p, q, 1.0) <= fgan.divergence(name, p, q, 1.0) + 1e-12


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="there are kl"):
        fgan.divergence("wasserstein1", P, Q, DX)
    with pytest.raises(ValueError, match="between -inf and 0 for gan"):
        fgan.bound("gan", np.full_like(X, 0.1), P, Q, DX)
    with pytest.raises(ValueError, match="T must lie"):
        fgan.bound("kl", np.full_like(X, np.nan), P, Q, DX)

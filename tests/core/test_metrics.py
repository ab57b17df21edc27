"""Metrics against closed forms and independent oracles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from gan_core.data import DATA
from gan_core.history import History, thin
from gan_core.metrics.divergences import (
    CELLS,
    LINE_CELLS,
    SKEW,
    floors,
    jensen_shannon,
    js_to_data,
    kl_to_data,
    reference,
    skew_kl,
)
from gan_core.metrics.modes import FEW, Wandering, _cut, coverage, nearest
from gan_core.metrics.transport import w1_floor, wasserstein

RING = DATA.get("ring")()


def clump(mode, n, radius=0.0):
    return np.tile(RING.centres[mode] + np.float32(radius), (n, 1))


def test_coverage_counts_exactly_on_synthetic_sets():
    far = np.full((200, 2), 1.4, np.float32)
    x = np.concatenate([clump(0, 600), clump(1, 100), clump(2, 12), clump(5, 1), far])
    found = coverage(x, RING.centres, RING.spread)
    fair_tenth = 0.1 * len(x) / 8  # 11.4
    assert found.captured == 4
    assert found.covered == 3
    assert 12 > fair_tenth > 1
    assert found.high_quality == pytest.approx(713 / 913)
    assert found.shares.sum() == pytest.approx(1)
    assert found.shares[0] == pytest.approx(600 / 913)


def test_coverage_is_at_three_sigma_sharp():
    just_in = RING.centres[:1] + np.array([[2.99 * RING.spread, 0]], np.float32)
    just_out = RING.centres[:1] + np.array([[3.01 * RING.spread, 0]], np.float32)
    assert coverage(just_in, RING.centres, RING.spread).captured == 1
    assert coverage(just_out, RING.centres, RING.spread).captured == 0


def test_perfect_samples_score_what_the_theory_says():
    """Within 3σ with probability 1 − e^(−4.5); reverse KL about (m − 1)/2n."""
    scores = []
    for seed in range(8):
        x = RING.sample(2500, np.random.default_rng(seed))
        scores.append(coverage(x, RING.centres, RING.spread))
    assert all(score.covered == score.captured == 8 for score in scores)
    quality = np.mean([score.high_quality for score in scores])
    assert quality == pytest.approx(1 - math.exp(-4.5), abs=0.002)
    kl = np.mean([score.reverse_kl for score in scores])
    assert kl == pytest.approx(7 / 5000, rel=0.5)


@pytest.mark.parametrize("data", [RING, DATA.get("grid")(), DATA.get("mixture-1d")()])
@pytest.mark.parametrize("sharpened", [1.0, 0.5])
def test_widths_tell_a_sharpened_generator_from_the_truth(data, sharpened):
    """True samples have width 1 in the plane and on a line; off-centre ones too."""
    x = data.sample(40_000, np.random.default_rng(1))
    centres = data.centres[nearest(x, data.centres)[0]]
    narrow = centres + np.float32(sharpened) * (x - centres)
    narrow[:5] += 100  # what strays does not widen a mode
    found = coverage(narrow, data.centres, data.spread, data.weights)
    cut = 1 if sharpened == 1 else 1 / _cut(data.dim)  # half as wide, nothing lies beyond 3σ
    assert found.widths == pytest.approx(sharpened * cut, rel=0.06)
    assert found.width == pytest.approx(sharpened * cut, rel=0.02)


def test_too_few_samples_have_no_width():
    found = coverage(clump(3, FEW - 1), RING.centres, RING.spread)
    assert np.isnan(found.widths).all()
    assert math.isnan(found.width)
    assert coverage(clump(3, FEW), RING.centres, RING.spread).width == 0


def test_one_mode_has_reverse_kl_log_m():
    assert coverage(clump(3, 50), RING.centres, RING.spread).reverse_kl == pytest.approx(
        math.log(8)
    )


def test_covered_and_reverse_kl_follow_the_weights():
    weights = np.array([0.9, 0.09, 0.01])
    centres = np.array([[-1, 0], [0, 0], [1, 0]], np.float32)

    def measure(*times):
        return coverage(np.repeat(centres, times, axis=0), centres, 0.1, weights)

    assert measure(900, 90, 10).covered == 3
    assert measure(900, 90, 10).reverse_kl == pytest.approx(0, abs=1e-12)
    # a tenth of 10 is 1, of 90 is 9, of 900 is 90
    assert measure(990, 9, 1).covered == 3
    assert measure(991, 8, 1).covered == 2
    assert measure(89, 0, 911).covered == 1
    assert measure(1000, 0, 0).reverse_kl == pytest.approx(math.log(1 / 0.9))
    assert measure(0, 0, 1000).reverse_kl == pytest.approx(math.log(1 / 0.01))
    half = measure(500, 500, 0)
    assert half.reverse_kl == pytest.approx(stats.entropy([0.5, 0.5, 0], weights))


def test_without_weights_all_modes_are_equal():
    x = RING.sample(2500, np.random.default_rng(0))[:700]
    ours = coverage(x, RING.centres, RING.spread)
    same = coverage(x, RING.centres, RING.spread, RING.weights)
    assert (ours.covered, ours.reverse_kl) == (same.covered, same.reverse_kl)
    assert ours.reverse_kl == pytest.approx(stats.entropy(ours.shares, np.full(8, 1 / 8)))


def test_uniform_fakes_are_no_perfect_ones_where_the_data_are_uneven():
    uneven = DATA.get("ring")(imbalance=50.0)
    true, even = [], []
    for seed in range(8):
        x = uneven.sample(2500, np.random.default_rng(seed))
        true.append(coverage(x, uneven.centres, uneven.spread, uneven.weights).reverse_kl)
        x = RING.sample(2500, np.random.default_rng(seed))
        even.append(coverage(x, uneven.centres, uneven.spread, uneven.weights).reverse_kl)
    assert np.mean(true) == pytest.approx(7 / 5000, rel=0.5)
    expected = stats.entropy(np.full(8, 1 / 8), uneven.weights)
    assert np.mean(even) == pytest.approx(expected, rel=0.05)


def test_perfect_samples_on_a_line_score_what_the_theory_says():
    line = DATA.get("mixture-1d")(imbalance=4.0)
    quality = []
    for seed in range(8):
        x = line.sample(2500, np.random.default_rng(seed))
        found = coverage(x, line.centres, line.spread, line.weights)
        assert found.covered == found.captured == 4
        quality.append(found.high_quality)
    assert np.mean(quality) == pytest.approx(math.erf(3 / math.sqrt(2)), abs=0.001)


def test_points_that_are_not_finite_belong_to_no_mode():
    x = np.full((10, 2), np.nan, np.float32)
    found = coverage(x, RING.centres, RING.spread)
    assert (found.captured, found.covered, found.high_quality) == (0, 0, 0)


def shares(mode, top):
    rest = np.full(8, (1 - top) / 7)
    rest[mode] = top
    return rest


@pytest.mark.parametrize("key", ["ring", "mixture-1d"])
def test_samples_that_run_away_are_measured_without_overflow(key):
    data = DATA.get(key)()
    real = data.sample(256, np.random.default_rng(0))
    far = np.full((256, data.dim), 1e37, np.float32)
    found = coverage(far, data.centres, data.spread)
    assert (found.captured, found.high_quality) == (0, 0)
    assert found.shares.sum() == pytest.approx(1)
    assert wasserstein(far, real) == pytest.approx(1e37 * data.dim**0.5, rel=1e-5)
    assert js_to_data(far, data) == pytest.approx(math.log(2), abs=0.01)


def test_wandering_counts_hops_between_dominated_looks():
    wandering = Wandering()
    for mode, top in [(0, 0.9), (0, 0.95), (3, 0.3), (3, 0.85), (3, 0.9), (0, 0.99), (7, 0.5)]:
        wandering.look(shares(mode, top))
    assert wandering.frames == 7
    assert wandering.dominated == 5
    assert wandering.hops == 2  # 0 → 3 → 0; looks without a dominant mode do not count
    assert wandering.visited == {0, 3}
    assert wandering.dominance == pytest.approx(5 / 7)


def test_one_mode_alone_cannot_hop():
    wandering = Wandering()
    wandering.look(np.array([1.0]))
    assert (wandering.frames, wandering.dominated) == (1, 0)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_js_agrees_with_scipy(weights, random):
    p = np.array(weights) + 1e-3
    q = p.copy()
    random.shuffle(q)
    p, q = p / p.sum(), q / q.sum()
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)


def test_js_of_disjoint_sets_is_log_two():
    assert jensen_shannon(np.array([1.0, 0]), np.array([0, 1.0])) == pytest.approx(math.log(2))
    far = np.full((2500, 2), -1.5, np.float32)
    assert js_to_data(far, RING) == pytest.approx(math.log(2), abs=1e-3)


@pytest.mark.parametrize(("shift", "expected"), [(1, 0.1114), (2, 0.3368), (4, 0.6327)])
def test_js_on_the_grid_against_the_closed_form(shift, expected):
    """N(0, 1) against N(shift, 1): the values of the published table."""
    data = DATA.get("gaussian")(x=0.0, y=0.0, sigma=1.0)
    x = np.random.default_rng(0).normal((shift, 0), 1, (200_000, 2))
    # a wide square, so that both lie inside it
    assert data.extent >= 4
    tolerance = 0.02 if shift < 4 else 0.03
    assert js_to_data(x, data) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(("shift", "expected"), [(1, 0.1114), (2, 0.3368), (4, 0.6327)])
def test_js_on_a_line_against_the_closed_form(shift, expected):
    data = DATA.get("gaussian-1d")(x=0.0, sigma=1.0)
    x = np.random.default_rng(0).normal(shift, 1, (200_000, 1))
    tolerance = 0.003 if shift < 4 else 0.03  # the border gathers what lies outside
    assert js_to_data(x, data) == pytest.approx(expected, abs=tolerance)


def test_the_reference_on_a_line_is_the_exact_density():
    data = DATA.get("gaussian-1d")(x=0.5, sigma=0.2)
    edges = np.linspace(-data.extent, data.extent, LINE_CELLS + 1)
    edges[0], edges[-1] = -np.inf, np.inf
    exact = np.diff(stats.norm.cdf(edges, 0.5, 0.2))
    assert reference(data).shape == (LINE_CELLS,)
    assert jensen_shannon(reference(data), exact) < 2e-4


def test_the_reference_is_the_exact_density():
    data = DATA.get("gaussian")(x=0.0, y=0.0, sigma=1.0)
    edges = np.linspace(-data.extent, data.extent, CELLS + 1)
    edges[0], edges[-1] = -np.inf, np.inf  # the border gathers what lies outside
    along = np.diff(stats.norm.cdf(edges))
    assert jensen_shannon(reference(data), np.outer(along, along).ravel()) < 0.002


@pytest.mark.parametrize("key", DATA.names())
def test_floors_are_what_fresh_real_samples_score(key):
    data = DATA.get(key)()
    js, w1 = [], []
    for seed in range(10, 16):
        rng = np.random.default_rng(seed)
        js.append(js_to_data(data.sample(2500, rng), data))
        w1.append(wasserstein(data.sample(256, rng), data.sample(256, rng)))
    assert floors(data, 2500)[0] == pytest.approx(np.mean(js), rel=0.15)
    assert w1_floor(data) == pytest.approx(np.mean(w1), rel=0.35)
    assert floors(data, 2500)[0] > 0
    assert w1_floor(data) > 0


def test_w1_of_a_shift_is_the_shift():
    x = np.random.default_rng(0).standard_normal((256, 2))
    assert wasserstein(x, x + np.array([0.3, 0.4])) == pytest.approx(0.5, abs=1e-6)
    assert wasserstein(x, x[::-1]) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_w1_on_a_line_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal(100), rng.exponential(size=100)
    flat = np.zeros(100)
    ours = wasserstein(np.stack([a, flat], 1), np.stack([b, flat], 1))
    assert ours == pytest.approx(stats.wasserstein_distance(a, b), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_w1_in_one_dimension_agrees_with_scipy_and_with_the_plane(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((100, 1)), rng.exponential(size=(100, 1))
    flat = np.zeros((100, 1))
    assert wasserstein(a, b) == pytest.approx(stats.wasserstein_distance(a[:, 0], b[:, 0]))
    assert wasserstein(a, b) == pytest.approx(
        wasserstein(np.hstack([a, flat]), np.hstack([b, flat]))
    )
    assert math.isnan(wasserstein(a, np.where(b > 1, np.nan, b)))


def test_w1_refuses_sets_of_different_size():
    with pytest.raises(ValueError, match="equal size"):
        wasserstein(np.zeros((3, 2)), np.zeros((4, 2)))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_history_keeps_means_and_never_grows(blocks):
    history, n = History(2, capacity=32), 0
    for size in blocks:
        count = np.arange(n + 1, n + size + 1)
        history.append(np.stack([count, count * 2.0], 1))
        n += size
    rows = history.since(-1)
    assert len(history.rows) <= 32
    assert rows[-1, 0] == n
    assert (np.diff(rows[:, 0]) > 0).all()
    widths = np.diff(rows[:, 0], prepend=0)
    assert (rows[:, 1] * widths).sum() == pytest.approx(n * (n + 1))  # Σ 2i: nothing is lost


def test_history_since_gives_what_is_new():
    history = History(2)
    history.append(np.stack([np.arange(1, 11), np.zeros(10)], 1))
    assert history.since(7)[:, 0].tolist() == [8, 9, 10]
    assert len(history.since(10)) == 0
    assert len(history.since(-1, limit=3)) == 3


def test_thinning_keeps_the_mean_and_the_end():
    rows = np.stack([np.arange(1, 101), np.arange(100.0)], 1)
    few = thin(rows, 10)
    assert len(few) == 10
    assert few[-1, 0] == 100
    assert few[:, 1].mean() == pytest.approx(rows[:, 1].mean())


@pytest.mark.parametrize("seed", range(5))
def test_the_skew_divergence_agrees_with_its_definition(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(40)), rng.dirichlet(np.ones(40))
    p[:5], q[3:9] = 0, 0
    p, q = p / p.sum(), q / q.sum()
    assert skew_kl(p, q) == pytest.approx(stats.entropy(p, SKEW * q + (1 - SKEW) * p), rel=1e-12)
    assert 0 < skew_kl(p, q) < -np.log(1 - SKEW)
    assert skew_kl(p, p) == pytest.approx(0, abs=1e-12)


def test_the_skew_divergence_is_finite_where_nothing_is_shared():
    p, q = np.array([0.5, 0.5, 0, 0]), np.array([0, 0, 0.3, 0.7])
    assert skew_kl(p, q) == pytest.approx(-np.log(1 - SKEW), rel=1e-12)


def test_kl_tells_a_missed_mode_from_a_found_one():
    data, rng = RING, np.random.default_rng(0)
    real = data.sample(2500, rng)
    nearest = np.linalg.norm(real[:, None] - data.centres, axis=2).argmin(1)
    whole, half = kl_to_data(real, data), kl_to_data(real[nearest < 4], data)
    assert whole == pytest.approx(floors(data, 2500)[1], abs=0.02)
    # half of the mass is missed at log 100 a nat, the other half counts twice
    assert half == pytest.approx(0.5 * np.log(100) - 0.5 * np.log(2), abs=0.05)
    assert np.isnan(kl_to_data(np.full((10, 2), np.nan), data))

"""Games as tables, and critics whose slope is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from gan_core.theory import critic
from gan_core.theory import matrix_games as mg

tables = st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=2, max_size=4).map(
    np.array
)


def test_matching_pennies_has_an_order_until_it_is_mixed():
    pennies = [[1, -1], [-1, 1]]
    assert (mg.maximin(pennies), mg.minimax(pennies)) == (-1, 1)
    assert mg.saddle_points(pennies) == []
    mixed = mg.solve(pennies)
    assert mixed.value == pytest.approx(0, abs=1e-12)
    assert mixed.rows == pytest.approx([0.5, 0.5])
    assert mixed.columns == pytest.approx([0.5, 0.5])


@given(tables)
def test_maximin_never_exceeds_minimax(table):
    low, high = mg.maximin(table), mg.minimax(table)
    assert low <= high
    mixed = mg.solve(table)
    assert low - 1e-7 <= mixed.value <= high + 1e-7
    # nobody gains by leaving
    assert (mixed.rows @ table).max() <= mixed.value + 1e-7
    assert (table @ mixed.columns).min() >= mixed.value - 1e-7
    for i, j in mg.saddle_points(table):
        assert low == high == table[i, j]


def test_a_saddle_makes_the_order_idle():
    x = y = np.linspace(-1, 1, 21)
    saddle = x[:, None] ** 2 - y[None] ** 2
    assert mg.minimax(saddle) == mg.maximin(saddle) == 0
    assert mg.saddle_points(saddle) == [(10, 10)]
    # (x − y)²: whoever answers wins
    chase = (x[:, None] - y[None]) ** 2
    assert mg.maximin(chase) == 0
    assert mg.minimax(chase) == 1


def test_swapped_loops_collapse_g():
    """The inner G answers D with the one point that D likes best; so D can pay any point."""
    assert mg.best_answer_of_g([0.2, 0.9, 0.4]).tolist() == [0, 1, 0]
    assert mg.best_answer_of_g([0.9, 0.1, 0.9]).tolist() == [0.5, 0, 0.5]
    with pytest.raises(ValueError, match="finite"):
        mg.best_answer_of_g([np.nan, 1])


def test_no_table_is_refused():
    for wrong in ([], [1, 2], [[np.inf, 1]]):
        with pytest.raises(ValueError, match="table"):
            mg.minimax(wrong)


def test_a_penalised_linear_critic():
    """W = 4, λ = 10: slope 1.2, estimate 4.8. Against the search for the best slope."""
    assert critic.penalised_slope(4.0, 10.0) == pytest.approx(1.2)
    assert critic.penalised_estimate(4.0, 10.0) == pytest.approx(4.8)
    for W, lam in ((4.0, 10.0), (0.5, 0.1), (2.0, 1.0)):
        best = minimize_scalar(lambda s, W=W, lam=lam: -(s * W - lam * (s - 1) ** 2))
        assert critic.penalised_slope(W, lam) == pytest.approx(best.x, rel=1e-6)
    assert critic.penalised_slope([0, 2], [[1.0], [2.0]]).shape == (2, 2)
    for W, lam in ((-1.0, 1.0), (1.0, 0.0), (1.0, np.nan)):
        with pytest.raises(ValueError, match="λ > 0"):
            critic.penalised_slope(W, lam)


def test_clipping_bounds_some_slope():
    """The bound is reached by equal weights, and no random network exceeds it."""
    rng = np.random.default_rng(0)
    widths = (2, 8, 5, 1)
    bound = critic.clipped_slope_bound(0.3, widths)
    assert bound == pytest.approx(0.3**3 * np.sqrt(2) * 8 * 5)
    product = np.full((1, 5), 0.3) @ np.full((5, 8), 0.3) @ np.full((8, 2), 0.3)
    assert np.linalg.norm(product) == pytest.approx(bound)
    for _ in range(200):
        slope = np.eye(2)
        for a, b in ((2, 8), (8, 5), (5, 1)):
            W = rng.uniform(-0.3, 0.3, (b, a))
            slope = (rng.random(b) < 0.7)[:, None] * (W @ slope)
        assert np.linalg.norm(slope) <= bound
    assert critic.clipped_slope_bound(0.01, (1, 64, 64, 1)) == pytest.approx(0.0041, abs=5e-5)
    for clip, shape in ((-1, (2, 1)), (1, (2,)), (1, (2, 0, 1))):
        with pytest.raises(ValueError, match="clip"):
            critic.clipped_slope_bound(clip, shape)

"""Densities on a line against scipy and quadrature."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from gan_core.theory.densities import (
    Mixture,
    bayes_accuracy,
    bayes_error_log,
    gaussian,
    grid,
    normalised,
    spacing,
    tabulated,
    two_modes,
)

THREE = Mixture((-2.0, 0.0, 3.0), (0.4, 0.8, 0.5), (0.2, 0.5, 0.3))


def pdf(x):
    parts = zip(THREE.means, THREE.sigmas, THREE.weights, strict=True)
    return sum(w * stats.norm.pdf(x, m, s) for m, s, w in parts)


def test_a_mixture_is_what_scipy_says():
    x = np.linspace(-5, 6, 301)
    assert THREE.pdf(x) == pytest.approx(pdf(x), rel=1e-12)
    assert quad(lambda t: float(THREE.pdf(t)), -12, 12, points=[-2, 0, 3])[0] == pytest.approx(1)
    assert float(THREE.cdf(1.0)) == pytest.approx(quad(pdf, -12, 1, points=[-2, 0])[0], abs=1e-9)
    h = 1e-5
    numeric = (np.log(pdf(x + h)) - np.log(pdf(x - h))) / (2 * h)
    assert THREE.score(x) == pytest.approx(numeric, abs=1e-5)


def test_mean_and_sigma_are_the_moments():
    mean = quad(lambda t: t * pdf(t), -12, 12, points=[-2, 0, 3])[0]
    second = quad(lambda t: t * t * pdf(t), -12, 12, points=[-2, 0, 3])[0]
    assert THREE.mean == pytest.approx(mean)
    assert THREE.sigma == pytest.approx(np.sqrt(second - mean**2))
    assert two_modes(2).sigma == pytest.approx(np.sqrt(4.25), rel=1e-14)


def test_far_tails_keep_their_logarithm():
    assert gaussian().log_pdf(60.0) == pytest.approx(-1800 - np.log(2 * np.pi) / 2)
    assert two_modes(1, 0.5).score(60.0) == pytest.approx(-59 / 0.25)
    assert THREE.shifted(2.0).pdf(1.5) == pytest.approx(float(THREE.pdf(-0.5)))


def test_a_component_of_no_weight_changes_nothing():
    x = np.linspace(-3, 3, 50)
    with_nothing = Mixture((0.0, 7.0), (1.0, 1.0), (1.0, 0.0))
    assert with_nothing.pdf(x) == pytest.approx(gaussian().pdf(x), rel=1e-14)


def test_grids_hold_the_density():
    x = grid(THREE, gaussian(1, 2), n=1000)
    assert len(x) == 1000
    assert THREE.pdf(x).sum() * spacing(x) == pytest.approx(1, abs=1e-12)


def test_a_drawn_curve_is_made_a_density():
    drawn = np.array([[0, 2, 2, 0], [5, 0, 0, 0.0]])
    assert (normalised(drawn, 0.5).sum(-1) * 0.5) == pytest.approx([1, 1])
    with pytest.raises(ValueError, match="0 everywhere"):
        normalised(np.zeros(4), 0.5)


@pytest.mark.parametrize(
    ("table", "dx", "words"),
    [
        ([0.5, 0.5], 0.0, "dx must be a positive number"),
        ([0.5, 0.5], float("nan"), "dx must be a positive number"),
        ([0.5, -0.5, 1.0], 1.0, "p has a negative value, -0.5"),
        ([0.5, np.inf], 1.0, "p has a value that is not finite"),
        ([0.5, np.nan], 1.0, "p has a value that is not finite"),
        ([0.5, 0.4], 1.0, "p integrates to 0.9, not to 1"),
        ([], 1.0, "p must be a table"),
    ],
)
def test_what_is_no_density_is_refused_by_name(table, dx, words):
    with pytest.raises(ValueError, match=words):
        tabulated(table, dx)


def test_a_cut_off_tail_is_made_up():
    p = tabulated(np.array([0.5, 0.4995]), 1.0)
    assert p.sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    "wrong",
    [
        {"means": (0.0,), "sigmas": (1.0, 1.0), "weights": (1.0,)},
        {"means": (0.0,), "sigmas": (0.0,), "weights": (1.0,)},
        {"means": (0.0, 1.0), "sigmas": (1.0, 1.0), "weights": (0.6, 0.6)},
        {"means": (float("nan"),), "sigmas": (1.0,), "weights": (1.0,)},
    ],
)
def test_no_mixture_of_nonsense(wrong):
    with pytest.raises(ValueError, match=r"length|sum to 1|finite"):
        Mixture(**wrong)


@pytest.mark.parametrize("x", [[0, 1, 3], [1, 0], [[0, 1]], [0]])
def test_an_uneven_grid_is_refused(x):
    with pytest.raises(ValueError, match="even, rising grid"):
        spacing(x)


def test_bayes_accuracy_is_phi():
    """60 % is a shift of half a σ; alike is 50 %."""
    assert bayes_accuracy([0, 0.5, 1, 2, 8]) == pytest.approx(
        stats.norm.cdf([0, 0.25, 0.5, 1, 4]), abs=1e-15
    )
    assert float(bayes_accuracy(0.5, 1.0)) == pytest.approx(0.6, abs=0.002)
    assert float(bayes_accuracy(-4, 2.0)) == pytest.approx(stats.norm.cdf(1))
    assert float(bayes_error_log(100)) == pytest.approx(stats.norm.logsf(50), rel=1e-12)

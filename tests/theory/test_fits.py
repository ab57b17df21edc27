"""The best Gaussian for a mixture: closed forms, and a brute search over the whole landscape."""

import numpy as np
import pytest
from scipy.special import ndtr

from gan_core.theory import fits
from gan_core.theory.densities import Mixture, gaussian, grid, two_modes

LOG2 = np.log(2)


def brute(name, target, means=49, sigmas=49):
    """The least value on a grid of (mean, σ), by plain sums on a grid of its own."""
    x = np.linspace(-25, 25, 2001)
    dx = x[1] - x[0]
    parts = zip(target.means, target.sigmas, target.weights, strict=True)
    p = sum(w * np.exp(-(((x - m) / s) ** 2) / 2) / s for m, s, w in parts) / np.sqrt(2 * np.pi)
    p = np.maximum(p, 1e-300)
    cdf = np.cumsum(p) * dx - p * dx / 2
    best = np.inf
    for mean in np.linspace(min(target.means) - 0.3, max(target.means) + 0.3, means):
        s = np.exp(np.linspace(np.log(0.18), np.log(4.5), sigmas))[:, None]
        z = (x - mean) / s
        q = np.maximum(np.exp(-(z**2) / 2) / (s * np.sqrt(2 * np.pi)), 1e-300)
        if name == "kl":
            v = p * np.log(p / q)
        elif name == "reverse_kl":
            v = np.where(p > 1e-299, q * np.log(q / p), 1e3 * q)
        elif name == "js":
            v = (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2
        elif name == "total_variation":
            v = np.abs(p - q) / 2
        else:
            v = np.abs(cdf - ndtr(z))
        best = min(best, float((v.sum(1) * dx).min()))
    return best


TARGETS = {
    "near": two_modes(0.8),
    "two": two_modes(2),
    "just before JS switches": two_modes(2.1),
    "just after": two_modes(2.15),
    "far": two_modes(3),
    "uneven": two_modes(2, 0.5, 0.3),
    "three": Mixture((-2.0, 0.0, 3.0), (0.4, 0.8, 0.5), (0.2, 0.5, 0.3)),
    "sharp and wide": Mixture((-1.0, 2.0), (0.2, 1.0), (0.5, 0.5)),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", fits.FITS)
def test_no_gaussian_is_better(name, target):
    found = fits.best_gaussian(name, TARGETS[target])
    least = brute(name, TARGETS[target])
    assert found.value <= least + 1e-5
    # and the search comes near it, so it did look at the same landscape
    assert found.value >= least - 0.02
    assert fits.divergence_of(name, TARGETS[target], found.mean, found.sigma) == pytest.approx(
        found.value, abs=1e-4
    )


@pytest.mark.parametrize("name", fits.FITS)
def test_a_gaussian_is_found_again(name):
    found = fits.best_gaussian(name, gaussian(0.7, 1.3))
    assert (found.mean, found.sigma) == pytest.approx((0.7, 1.3), abs=1e-4)
    assert found.value == pytest.approx(0, abs=1e-4)


def test_forward_kl_covers_both_modes():
    found = fits.best_gaussian("kl", two_modes(2))
    assert found.mean == 0
    assert found.sigma == pytest.approx(np.sqrt(4.25), rel=1e-14)


def test_reverse_kl_takes_one():
    found = fits.best_gaussian("reverse_kl", two_modes(2))
    assert (found.mean, found.sigma) == pytest.approx((2, 0.5), abs=1e-3)
    assert found.value == pytest.approx(LOG2, abs=2e-4)
    uneven = fits.best_gaussian("reverse_kl", two_modes(2, 0.5, 0.7))
    assert uneven.mean == pytest.approx(-2, abs=1e-2)
    assert uneven.value == pytest.approx(-np.log(0.7), abs=1e-3)


def test_js_switches_from_both_modes_to_one():
    """±2 both, ±2.25 one; the switch itself lies between 2.1 and 2.15."""
    for distance in (2.0, 2.1):
        both = fits.best_gaussian("js", two_modes(distance))
        assert abs(both.mean) < 1e-4
        assert both.sigma == pytest.approx(distance * 1.02, rel=0.01)
    for distance in (2.15, 2.25, 3.0):
        one = fits.best_gaussian("js", two_modes(distance))
        assert one.mean == pytest.approx(distance, abs=1e-3)
        assert one.sigma == pytest.approx(0.5, abs=1e-3)


def test_the_gradients_are_those_of_the_values():
    target = two_modes(1.5, 0.6, 0.4)
    for name in fits.FITS:
        cost = fits.objective(name, target, grid(target, n=1000))
        for at in ((0.3, 0.2), (-1.2, -0.5), (1.5, 0.9)):
            slope = cost(np.array(at))[1]
            h = 1e-6
            numeric = [
                (cost(np.array(at) + h * e)[0] - cost(np.array(at) - h * e)[0]) / (2 * h)
                for e in np.eye(2)
            ]
            assert slope == pytest.approx(np.array(numeric), rel=1e-6, abs=1e-7), name


def test_the_integral_of_the_modulus():
    x = np.linspace(-1, 2, 31)
    total, weights = fits.integral_of_modulus(x - 0.03, 0.1)
    assert total == pytest.approx((1.03**2 + 1.97**2) / 2, abs=1e-12)
    h = 1e-7
    for i in (0, 9, 10, 11, 30):
        e = np.zeros(31)
        e[i] = h
        up, down = (fits.integral_of_modulus(x - 0.03 + s * e, 0.1)[0] for s in (1, -1))
        assert weights[i] == pytest.approx((up - down) / (2 * h), abs=1e-6)


def test_unknown_fits_are_refused():
    with pytest.raises(ValueError, match="there are kl"):
        fits.best_gaussian("chi2", two_modes(2))
    with pytest.raises(ValueError, match="there are kl"):
        fits.divergence_of("chi2", two_modes(2), 0, 1)

"""What the sketches compute agrees with `gan_core.theory`."""

import numpy as np
import pytest

from gan_core.theory import densities, discriminator, divergences
from tests.sketch.node import ask

X = np.linspace(-12, 12, 961)
DX = X[1] - X[0]
PARTS = [
    ([0.0], [1.0], [1.0]),
    ([2.5], [0.4], [1.0]),
    ([-2.0, 2.0], [0.5, 0.5], [0.5, 0.5]),
    ([-5.0, 0.0, 4.0], [0.3, 1.2, 0.6], [0.2, 0.5, 0.3]),
]
MIXTURES = [densities.Mixture(*(tuple(numbers) for numbers in part)) for part in PARTS]
TABLES = [one.pdf(X) for one in MIXTURES]
FLAT = np.where((X > -1) & (X < 1), 1.0, 0.0) / (np.sum((X > -1) & (X < 1)) * DX)
FAR = np.where((X > 3) & (X < 5), 1.0, 0.0) / (np.sum((X > 3) & (X < 5)) * DX)
PAIRS = [(p, q) for p in (*TABLES, FLAT) for q in (*TABLES, FLAT, FAR)]


def test_densities():
    code = """return given.parts.map(([means, sigmas, weights]) => {
      const one = new m.Mixture(means.map((mean, i) => (
        { mean, sigma: sigmas[i], weight: weights[i] })));
      return given.x.map((x) => one.pdf(x));
    })"""
    found = ask("densities", code, {"parts": PARTS, "x": X})
    np.testing.assert_allclose(found, TABLES, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("name", divergences.DIVERGENCES)
def test_divergences(name):
    code = f"return given.pairs.map(([p, q]) => m.DIVERGENCES.{name}(p, q, given.dx))"
    found = ask("divergences", code, {"pairs": PAIRS, "dx": DX})
    # Python makes up for what a cut-off tail lacks; these grids cut off less than 1e-9.
    expected = [float(divergences.DIVERGENCES[name](p, q, DX)) for p, q in PAIRS]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
    assert max(expected) > 0.5


def test_the_optimal_discriminator_and_its_value():
    code = """return given.pairs.map(([p, q]) => {
      const { dx, d } = given;
      return [m.optimal(p, q), m.optimalValue(p, q, dx), m.gameValue(d, p, q, dx)];
    })"""
    some = 1 / (1 + np.exp(X - 0.5))  # a discriminator that is not the best one
    found = ask("divergences", code, {"pairs": PAIRS, "dx": DX, "d": some})
    for (d, best, value), (p, q) in zip(found, PAIRS, strict=True):
        np.testing.assert_allclose(d, discriminator.optimal(p, q), rtol=1e-9)
        at_best = float(discriminator.value_at_optimum(p, q, DX))
        assert best == pytest.approx(at_best, abs=1e-6)
        assert value == pytest.approx(float(discriminator.value(some, p, q, DX)), abs=1e-6)
        assert value <= best + 1e-9


def test_a_discriminator_that_is_sure_and_wrong_has_lost():
    code = "return [m.gameValue([1, 1], [0, 1], [1, 0], 1), m.gameValue([0, 1], [0, 1], [1, 0], 1)]"
    assert ask("divergences", code) == [-np.inf, 0]

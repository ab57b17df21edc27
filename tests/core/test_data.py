"""Data sets: each one is distributed as its density says, whatever its parameters."""

import math
from itertools import pairwise, product

import numpy as np
import pytest
from scipy import integrate, stats

from gan_core.data import DATA
from gan_core.data.base import falling
from gan_core.data.points import canonical

ROWS = np.random.default_rng(0).random((40, 3))
CLOUD = canonical("\n".join(f"{x:.3f} {y:.3f} {w + 0.1:.2f}" for x, y, w in ROWS))


def drawn(key, seed):
    """A data set with parameters drawn from all that are valid."""
    rng, values = np.random.default_rng(seed), {}
    for name, info in DATA.get(key).model_fields.items():
        if name == "points":
            values[name] = CLOUD if seed % 2 else "-1,0.5;1,0.5,3;0,-1,0.2"
            continue
        bounds = {type(item).__name__: item for item in info.metadata}
        low, high = bounds["Ge"].ge, bounds["Le"].le
        if info.annotation is int:
            values[name] = int(rng.integers(low, high + 1))
        elif info.json_schema_extra["scale"] == "log":
            values[name] = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        else:
            values[name] = float(rng.uniform(low, high))
    return DATA.get(key)(**values)


SETS = [DATA.get(key)() for key in DATA.names()]
SETS += [drawn(key, seed) for key in DATA.names() for seed in range(1, 4)]
MODAL = [data for data in SETS if len(data.centres)]


def named(data):
    numbers = [f"{value:.3g}" for value in dict(data).values() if not isinstance(value, str)]
    return f"{data.key}-{'-'.join(numbers)}"


every = pytest.mark.parametrize("data", SETS, ids=named)
modal = pytest.mark.parametrize("data", MODAL, ids=named)


@every
def test_samples_keep_the_contract(data):
    x = data.sample(4000, np.random.default_rng(0))
    assert x.shape == (4000, data.dim)
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    assert np.array_equal(x, data.sample(4000, np.random.default_rng(0)))
    assert not np.array_equal(x, data.sample(4000, np.random.default_rng(1)))
    assert data.sample(0, np.random.default_rng(0)).shape == (0, data.dim)
    assert (np.abs(x) < data.extent).mean() > 0.999
    p = data.density(x)
    assert p.shape == (4000,)
    assert p.dtype == np.float64
    assert (p >= 0).all()
    assert (p > 0).mean() > 0.999


class Cells:
    """The cells in which a data set lies, with the probability of each by exact integration."""

    def __init__(self, data):
        sharp = data.key == "chequerboard"
        self.data = data
        self.width = data.width / data.cells / 2 if sharp else 1.5 * data.sigma
        self.origin = -data.width / 2 if sharp else 0.0
        seen = self.of(data.sample(20_000, np.random.default_rng(99)))
        around = np.array(list(product(range(-2, 3), repeat=data.dim)))
        self.cells = np.unique((seen[:, None] + around).reshape(-1, data.dim), axis=0)

    def of(self, x):
        return np.floor((x.astype(float) - self.origin) / self.width).astype(int)

    def probabilities(self, density):
        node, weight = np.polynomial.legendre.leggauss(4)
        inside = np.array(list(product((node + 1) / 2, repeat=self.data.dim)))
        weights = np.array([math.prod(w) for w in product(weight / 2, repeat=self.data.dim)])
        x = self.origin + self.width * (self.cells[:, None] + inside)
        p = density(x.reshape(-1, self.data.dim)).reshape(len(self.cells), -1)
        return p @ weights * self.width**self.data.dim

    def counts(self, x):
        cell = self.of(x)
        low, high = self.cells.min(0), self.cells.max(0)
        cell = cell[((cell >= low) & (cell <= high)).all(1)]
        sides = np.append(1, np.cumprod(high - low + 1)[:-1])
        code, codes = (cell - low) @ sides, (self.cells - low) @ sides
        order = np.argsort(codes)
        place = order[np.minimum(np.searchsorted(codes, code, sorter=order), len(order) - 1)]
        return np.bincount(place[codes[place] == code], minlength=len(codes)).astype(float)


def chi_square(counts, p, n):
    """The p-value of counts; neighbours in which few samples are expected are taken together."""
    few = n * p < 8
    group = np.minimum(np.cumsum(n * p[few]) // 16, max(0, n * p[few].sum() // 16 - 1)).astype(int)
    observed = np.append(counts[~few], np.bincount(group, counts[few], minlength=1))
    expected = np.append(n * p[~few], np.bincount(group, n * p[few], minlength=1))
    observed[-1] += n - observed.sum()  # and what lies outside all cells
    expected[-1] += n - expected.sum()
    if expected[-1] < 8:
        observed = np.append(observed[:-2], observed[-2:].sum())
        expected = np.append(expected[:-2], expected[-2:].sum())
    assert len(expected) > 1
    statistic = ((observed - expected) ** 2 / expected).sum()
    return stats.chi2.sf(statistic, len(expected) - 1)


@every
def test_samples_are_distributed_as_the_density_says(data):
    cells = Cells(data)
    p = cells.probabilities(data.density)
    assert p.sum() == pytest.approx(1, abs=2e-3)
    n, together = 20_000, np.zeros(len(p))
    for seed in range(5):
        counts = cells.counts(data.sample(n, np.random.default_rng(seed)))
        assert chi_square(counts, p, n) > 1e-4
        together += counts
    assert chi_square(together, p, 5 * n) > 1e-4


@pytest.mark.parametrize("key", ["ring", "mixture-1d", "two-moons", "spiral", "points"])
def test_a_density_that_is_a_little_wrong_is_noticed(key):
    data = DATA.get(key)()
    wider = data.model_copy(update={"sigma": 1.07 * data.sigma})
    cells = Cells(data)
    counts = cells.counts(data.sample(100_000, np.random.default_rng(0)))
    assert chi_square(counts, cells.probabilities(data.density), 100_000) > 1e-4
    assert chi_square(counts, cells.probabilities(wider.density), 100_000) < 1e-6


@every
def test_without_modes_there_is_no_spread(data):
    assert math.isnan(data.spread) == (len(data.centres) == 0)
    assert data.weights.shape == (len(data.centres),)


@modal
def test_weights_are_probabilities_of_centres_in_view(data):
    assert data.centres.shape == (len(data.weights), data.dim)
    assert data.centres.dtype == np.float32
    assert data.weights.sum() == pytest.approx(1)
    assert (data.weights > 0).all()
    assert (np.abs(data.centres) < data.extent).all()


def apart(data):
    gaps = np.sqrt(((data.centres[:, None] - data.centres) ** 2).sum(-1))
    return (gaps + np.eye(len(gaps)) * 1e9).min() > 8 * data.spread


@pytest.mark.parametrize("data", [data for data in MODAL if apart(data)], ids=named)
def test_modes_carry_the_data_by_their_weights(data):
    quality, shares = [], np.zeros(len(data.centres))
    for seed in range(5):
        x = data.sample(10_000, np.random.default_rng(seed))
        distance = np.sqrt(((x[:, None] - data.centres) ** 2).sum(-1))
        quality.append((distance.min(1) <= 3 * data.spread).mean())
        shares += np.bincount(distance.argmin(1), minlength=len(shares)) / len(x) / 5
    within = 1 - math.exp(-4.5) if data.dim == 2 else math.erf(3 / math.sqrt(2))
    assert np.mean(quality) == pytest.approx(within, abs=0.002)
    error = np.sqrt(data.weights * (1 - data.weights) / 50_000)
    assert (np.abs(shares - data.weights) < 5 * error + 1e-12).all()


@pytest.mark.parametrize("key", ["ring", "grid", "two-gaussians", "gaussian"])
def test_equal_modes_are_drawn_as_they_always_were(key):
    """Published presets were counted with these numbers; they must not move."""
    data = DATA.get(key)()
    rng = np.random.default_rng(5)
    which = rng.integers(len(data.centres), size=500)
    noise = rng.standard_normal((500, 2), dtype=np.float32)
    expected = data.centres[which] + np.float32(data.sigma) * noise
    assert np.array_equal(data.sample(500, np.random.default_rng(5)), expected)


@pytest.mark.parametrize("imbalance", [1.0, 2.0, 100.0])
def test_imbalance_is_heaviest_over_lightest_and_geometric(imbalance):
    for data in (DATA.get(key)(imbalance=imbalance) for key in ("ring", "grid", "mixture-1d")):
        assert data.weights[0] / data.weights[-1] == pytest.approx(imbalance)
        ratios = data.weights[1:] / data.weights[:-1]
        assert ratios == pytest.approx(np.full(len(ratios), ratios[0]))
    assert falling(1, imbalance).tolist() == [1.0]


def test_share_is_that_of_the_left():
    data = DATA.get("two-gaussians")(share=0.9)
    assert data.centres[0, 0] < 0
    x = data.sample(20_000, np.random.default_rng(0))
    assert (x[:, 0] < 0).mean() == pytest.approx(0.9, abs=0.01)


def normal(point, at, sigma):
    squared = (point[0] - at[0]) ** 2 + (point[1] - at[1]) ** 2
    return math.exp(-squared / (2 * sigma**2)) / (2 * math.pi * sigma**2)


def integral(function, low, high, point):
    """∫ function(t), cut where it is narrow: at forty places."""
    cuts = np.linspace(low, high, 41)
    return sum(
        integrate.quad(function, a, b, args=(point,), epsabs=0, epsrel=1e-10)[0]
        for a, b in pairwise(cuts)
    )


def test_circle_density_by_independent_integration():
    circle = DATA.get("circle")(radius=1.3, sigma=0.2)

    def blurred(t, point):
        return normal(point, (1.3 * math.cos(t), 1.3 * math.sin(t)), 0.2) / (2 * math.pi)

    for point in ([0.0, 0.0], [1.3, 0.0], [-0.7, 1.5]):
        expected = integral(blurred, 0, 2 * math.pi, point)
        assert circle.density(np.array([point]))[0] == pytest.approx(expected, rel=1e-6)


def test_line_density_by_independent_integration():
    line = DATA.get("line")(length=2.0, angle=90.0, sigma=0.3)

    def blurred(t, point):
        return normal(point, (0, t), 0.3) / 2

    for point in ([0.0, 0.0], [0.4, 0.9], [-0.2, -1.5]):
        expected = integral(blurred, -1, 1, point)
        assert line.density(np.array([point]))[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("sigma", [0.005, 0.05, 0.5])
@pytest.mark.parametrize(("turns", "radius"), [(1.5, 1.0), (3.0, 0.2), (2.3, 5.0)])
def test_spiral_density_by_independent_integration(turns, radius, sigma):
    spiral = DATA.get("spiral")(turns=turns, radius=radius, sigma=sigma)
    first, last = 1.5 * math.pi, (1.5 + 2 * turns) * math.pi

    def on(angle):
        return radius * angle / last * np.array([math.cos(angle), math.sin(angle)])

    def blurred(angle, point):  # evenly by length: dl ∝ √(1 + θ²) dθ
        return normal(point, on(angle), sigma) * math.hypot(1, angle)

    length = integrate.quad(lambda angle: math.hypot(1, angle), first, last)[0]
    assert spiral.length == pytest.approx(radius / last * length)
    for part, aside in [(0, 0), (0, -2), (0.1, 4), (0.37, 1), (0.8, -3), (1, 0), (1, 3)]:
        point = on(first + part * (last - first)) + aside * sigma * np.array([0.6, 0.8])
        expected = integral(blurred, first, last, point) / length
        assert spiral.density(point[None])[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("sigma", [0.005, 0.05, 0.5])
@pytest.mark.parametrize("gap", [0.1, 0.5, 1.0])
def test_moons_density_by_independent_integration(gap, sigma):
    moons = DATA.get("two-moons")(radius=0.9, gap=gap, sigma=sigma)

    def on(angle, sign):
        x, y = math.cos(angle) - 0.5, math.sin(angle) - (1 - gap) / 2
        return 0.9 * sign * np.array([x, y])

    for sign, angle, aside in [(1, 0, 0), (-1, 0, 3), (1, 1.2, -2), (-1, math.pi, 1), (-1, 2.2, 4)]:
        point = on(angle, sign) + aside * sigma * np.array([0.6, 0.8])
        expected = sum(
            integral(lambda t, at, s=s: normal(at, on(t, s), sigma), 0, math.pi, point)
            for s in (1, -1)
        ) / (2 * math.pi)
        assert moons.density(point[None])[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("gap", [0.1, 0.5, 1.0])
def test_the_gap_is_the_nearest_approach_of_the_moons(gap):
    moons = DATA.get("two-moons")(radius=2.0, gap=gap)
    upper = moons.at(np.linspace(0, 0.4999, 500))
    lower = moons.at(np.linspace(0.5, 0.9999, 500))
    nearest = np.sqrt(((upper[:, None] - lower) ** 2).sum(-1)).min()
    assert nearest == pytest.approx(2 * gap, abs=0.01)


def test_a_chequerboard_is_empty_where_it_is_white():
    board = DATA.get("chequerboard")(cells=3, width=3.0)
    x = np.array([[-1, -1], [0, -1], [0, 0], [1, -1], [1.6, 1], [-1.0, -9]])
    assert board.density(x) == pytest.approx(np.array([1, 0, 1, 1, 0, 0]) / 5)
    samples = board.sample(20_000, np.random.default_rng(0))
    assert (board.density(samples) > 0).mean() > 0.9999

"""T1's sketch: what it computes agrees with `gan_core.theory`, wherever its knobs stand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_core.theory import densities, discriminator, divergences
from tests.sketch.node import ask
from ui.lesson.optimal_d import CLAIMS, KNOBS, KNOTS, LESSON, PLACES
from ui.sketch import knobs
from ui.sketch.knobs import Number
from ui.text import LANGUAGES, Words

X = np.linspace(-12, 12, 961)
DX = X[1] - X[0]
LOW, HIGH = 0.01, 0.99
TABLES = """
const both = (v) => ['real', 'fake'].map((who) => m.bumps({ shape: v.shape, mean: v[`${who}_mean`],
  sigma: v[`${who}_sigma`], mean2: v[`${who}_mean2`], share: v[`${who}_share`] }));
const logs = (a) => [(i) => -softplus(-a[i]), (i) => -softplus(a[i])];
const softplus = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
"""


def numbers(shape, who, values):
    """A table of a density by Python."""
    means = (values[f"{who}_mean"], values[f"{who}_mean2"])
    share, sigma = values[f"{who}_share"], values[f"{who}_sigma"]
    if shape == "bell":
        return densities.Mixture(means, (sigma, sigma), (1 - share, share)).pdf(X)
    half = np.sqrt(3) * sigma
    edges = np.append(X - DX / 2, X[-1] + DX / 2)
    cdf = [np.clip((edges - (mean - half)) / (2 * half), 0, 1) for mean in means]
    return ((1 - share) * np.diff(cdf[0]) + share * np.diff(cdf[1])) / DX


def extremes():
    """Every place to begin with, and the ends of all knobs in many mixtures."""
    found = [dict(place) for place in PLACES.values()]
    rng = np.random.default_rng(0)
    names = [name for name in PLACES["near"] if isinstance(KNOBS[name], Number) and name != "flow"]
    for shape in ("bell", "block"):
        for _ in range(20):
            ends = {name: rng.choice([KNOBS[name].low, KNOBS[name].high]) for name in names}
            found.append({**ends, "shape": shape})
    return found


CASES = extremes()


def test_the_densities_have_mass_one_and_are_those_of_python():
    code = f"{TABLES} return given.map((v) => both(v).map((one) => one.p))"
    for case, (p, q) in zip(CASES, ask("judging", code, CASES), strict=True):
        assert np.sum(p) * DX == pytest.approx(1, abs=2e-6)
        assert np.sum(q) * DX == pytest.approx(1, abs=2e-6)
        for who, table in (("real", p), ("fake", q)):
            np.testing.assert_allclose(table, numbers(case["shape"], who, case), atol=1e-12)


def test_the_best_d_its_ratio_and_its_value():
    """D/(1 − D) = p/q; V(D*) = 2 JS − log 4, of which JS is computed by itself."""
    code = f"""{TABLES} return given.map((v) => {{
      const [real, fake] = both(v);
      const a = m.logitOf(real, fake);
      return [m.judgeOf(a), a, m.halvesOf(...logs(a), real.p, fake.p)];
    }})"""
    for case, (d, logit, halves) in zip(CASES, ask("judging", code, CASES), strict=True):
        p, q = (numbers(case["shape"], who, case) for who in ("real", "fake"))
        d, logit = np.array(d, float), np.array(logit, float)
        seen = p + q > 1e-290
        np.testing.assert_allclose(
            d[seen], discriminator.optimal(p, q)[seen], rtol=1e-9, atol=1e-300
        )
        there = (p > 1e-150) & (q > 1e-150)
        np.testing.assert_allclose(logit[there], np.log(p[there] / q[there]), rtol=1e-7, atol=1e-9)
        js = float(divergences.js(p / p.sum() / DX, q / q.sum() / DX, DX))
        assert sum(halves) == pytest.approx(2 * js - np.log(4), abs=1e-5)
        assert max(halves) <= 0  # log D never reaches above 0: D's best is 0, not 1
        if case["shape"] == "block":
            np.testing.assert_array_equal(np.isnan(d), (p == 0) & (q == 0))


def test_places_show_what_they_promise():
    code = f"""{TABLES} return given.map((v) => {{
      const [real, fake] = both(v);
      const a = m.logitOf(real, fake);
      const [first, second] = m.halvesOf(...logs(a), real.p, fake.p);
      return [first + second, m.judgeOf(a), m.gapsOf(real.p, fake.p)];
    }})"""
    found = dict(zip(PLACES, ask("judging", code, list(PLACES.values())), strict=True))
    value, d, _ = found["equal"]
    assert value == pytest.approx(-np.log(4), abs=1e-6)  # so D pays J(D) = −V/2 = log 2
    np.testing.assert_allclose(d, 0.5, atol=1e-12)
    value, d, gaps = found["apart"]
    assert value == 0
    assert {0.0, 1.0} >= {one for one in d if not np.isnan(one)}
    assert len(gaps) == 3
    assert found["far"][0] == pytest.approx(0, abs=1e-6)
    assert found["missed"][0] == pytest.approx(2 * half_covered() - np.log(4), abs=1e-3)
    assert not any(found[name][2] for name in ("near", "equal", "far", "missed"))


def half_covered():
    """JS where the fakes cover one of two equal modes: D* says 1/3 there and 1 on the other."""
    return 0.5 * (0.5 * np.log(2 * 1 / 3) + 0.5 * np.log(2)) + 0.5 * np.log(2 * 2 / 3)


heights = st.lists(st.integers(0, 255), min_size=KNOTS, max_size=KNOTS)


@settings(max_examples=12, deadline=None)
@given(heights, heights)
def test_drawn_by_hand(fakes, own):
    """A drawn density has mass 1; a drawn D loses what V(D*) − V(D) says."""
    knots = [[value / 255 for value in one] for one in (fakes, own)]
    code = """const [knots, own] = given.knots.map((one) => Float64Array.from(one));
      const real = m.bumps({ shape: 'bell', mean: -1, sigma: 0.8, mean2: 3, share: 0.2 });
      const fake = m.drawnDensity(knots), d = m.drawnJudge(own);
      return [real.p, fake.p, d, m.lossOf(d, real.p, fake.p, m.logitOf(real, fake))];"""
    p, q, d, loss = (np.array(one) for one in ask("judging", code, {"knots": knots}))
    assert q.sum() * DX == pytest.approx(1)
    at = np.linspace(-6, 6, KNOTS)
    np.testing.assert_allclose(d, LOW + (HIGH - LOW) * np.interp(X, at, knots[1]), atol=1e-12)
    if any(fakes):
        drawn = np.interp(X, at, knots[0], left=0, right=0)
        np.testing.assert_allclose(q, drawn / drawn.sum() / DX, atol=1e-12)
    best = discriminator.value_at_optimum(p, q, DX)
    expected = float(best - discriminator.value(d, p, q, DX))
    assert (loss >= 0).all()
    assert loss.sum() * DX == pytest.approx(expected, abs=2e-5)


def test_a_d_of_one_half_loses_twice_js():
    code = f"""{TABLES} return given.map((v) => {{
      const [real, fake] = both(v);
      const half = real.p.map(() => 0.5);
      return m.lossOf(half, real.p, fake.p, m.logitOf(real, fake)).reduce((a, b) => a + b) * m.CELL;
    }})"""
    for case, lost in zip(CASES, ask("judging", code, CASES), strict=True):
        p, q = (numbers(case["shape"], who, case) for who in ("real", "fake"))
        js = float(divergences.js(p / p.sum() / DX, q / q.sum() / DX, DX))
        assert lost == pytest.approx(2 * js, abs=1e-5)


def test_at_one_place_the_maximum_is_at_d_star():
    pairs = [(0.4, 0.1), (0.02, 0.5), (0.3, 0.3), (0.2, 0.0), (0.0, 0.2), (0.0, 0.0)]
    code = """return given.pairs.map(([a, b]) => given.ys.map((y) => m.atOnePlace(a, b, y)))"""
    ys = np.linspace(0.001, 0.999, 999)
    for (a, b), values in zip(pairs, ask("judging", code, {"pairs": pairs, "ys": ys}), strict=True):
        if a + b == 0:
            assert not any(values)  # flat: there D may be anything
            continue
        assert ys[np.argmax(values)] == pytest.approx(np.clip(a / (a + b), 0.001, 0.999), abs=6e-4)


@pytest.mark.parametrize("place", ["near", "missed", "far"])
def test_the_fakes_flow_as_in_python(place):
    code = f"""{TABLES} const [real, fake] = both(given.values);
      const flow = new m.Flow(real, fake, 0.4);
      return given.steps.map((n) => flow.after(n).p);"""
    steps = [0, 1, 5, 40]
    path = ask("judging", code, {"values": PLACES[place], "steps": [*steps, 2.5]})
    p, q = (numbers("bell", who, PLACES[place]) for who in ("real", "fake"))
    expected = discriminator.flow(p, q, DX, rate=0.4, steps=40)
    for n, found in zip(steps, path, strict=False):
        np.testing.assert_allclose(found, expected[n], rtol=1e-5, atol=1e-7)
    left = [float(divergences.js(p, one, DX)) for one in (path[1], path[4], path[2], path[3])]
    assert left == sorted(left, reverse=True)  # also half-way between two steps
    assert left[-1] < 1e-3


def test_apart_nothing_flows():
    """Where the fakes have no mass, a factor makes none: D* = 0 all over them, and they stay."""
    code = f"""{TABLES} const [real, fake] = both(given);
      return [fake.p, new m.Flow(real, fake, 0.4).after(40).p];"""
    before, after = ask("judging", code, PLACES["apart"])
    np.testing.assert_allclose(after, before, atol=1e-12)


SMOOTHINGS = [(0, 0), (0.1, 0), (0.1, 0.1), (0, 0.4), (0.4, 0.4)]


def test_smoothing_is_affine_and_caps_the_logit():
    d0 = np.linspace(0, 1, 41)
    code = """return given.pairs.map((one) => (
      [m.smoothedJudge(given.d, ...one), m.logitBounds(...one)]));"""
    for (alpha, beta), (d, bounds) in zip(
        SMOOTHINGS, ask("judging", code, {"d": d0, "pairs": SMOOTHINGS}), strict=True
    ):
        np.testing.assert_allclose(d, discriminator.smoothed(d0, alpha, beta), atol=1e-15)
        assert (np.diff(d) > 0).all()  # no new peak
        assert bounds == pytest.approx(discriminator.logit_bounds(alpha, beta))
    assert ask("judging", "return m.logitBounds(0.1, 0)") == [-np.inf, pytest.approx(np.log(9))]


def test_the_pull_under_smoothing():
    """Data N(2, 0.7²), fakes N(−2, 0.7²): what T1 quotes; β kills it deep among the fakes alone."""
    code = """const real = m.bumps({ shape: 'bell', mean: 2, sigma: 0.7, mean2: 0, share: 0 });
      const fake = m.bumps({ shape: 'bell', mean: -2, sigma: 0.7, mean2: 0, share: 0 });
      const a = m.logitOf(real, fake), slope = m.slopeOf(a);
      return given.xs.map((x) => {
        const i = m.cellOf(x);
        return [a[i], ...given.pairs.map(([one, two]) => m.pullOf(a[i], slope[i], one, two))];
      })"""
    xs = [-2, -0.9, 0, 0.5]
    rows = ask("judging", code, {"xs": xs, "pairs": SMOOTHINGS})
    slope = 4 / 0.49
    for x, (logit, *pulls) in zip(xs, rows, strict=True):
        assert logit == pytest.approx(slope * x, rel=1e-9)
        expected = [
            float(discriminator.non_saturating_pull(logit, slope, *one)) for one in SMOOTHINGS
        ]
        assert pulls == pytest.approx(expected, rel=1e-6)
        assert pulls[1] == pytest.approx(pulls[0], rel=1e-9)  # one-sided: unchanged everywhere
    without, _, both = (np.array(rows)[:, 1 + k] for k in range(3))
    assert [round(v, 2) for v in without] == [8.16, 8.16, 4.08, 0.14]
    assert both[0] == pytest.approx(5.3e-6, rel=0.02)
    assert [round(v, 2) for v in both[1:]] == [0.04, 3.27, 0.12]


def test_figures_that_the_page_quotes():
    code = f"""{TABLES} return given.map((v) => {{
      const [real, fake] = both(v);
      return [real.p, fake.p, new m.Flow(real, fake, 0.4).after(20).p];
    }})"""
    near, far = (np.array(one) for one in ask("judging", code, [PLACES["near"], PLACES["far"]]))
    assert round(2 * float(divergences.js(near[0], near[1], DX)), 3) == 0.772
    assert round(float(divergences.js(far[0], far[1], DX)), 3) == 0.693
    assert round(float(divergences.js(far[0], far[2], DX)), 3) == 0.011


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_claim_has_its_words(language):
    words = Words(language)
    for unit in LESSON.values():
        assert words.say(f"optimal-d.question.{unit.key}.ask")
        assert all(words.say(f"optimal-d.question.{unit.key}.{o}") for o in unit.question.options)
        assert words.prose("optimal-d", f"try-{unit.key}")
        assert words.prose("optimal-d", f"explain-{unit.key}")
        assert not unit.mend or words.prose("optimal-d", f"mend-{unit.key}")
        assert all(words.say(f"optimal-d.task.{unit.key}.{task.key}") for task in unit.tasks)
        assert knobs.read(KNOBS, unit.sets or {}, {}).keys() == (unit.sets or {}).keys()
    for claim in CLAIMS:
        assert words.say(f"optimal-d.claim.{claim.key}")
        assert words.prose("optimal-d", f"truth-{claim.key}")
        assert knobs.read(KNOBS, claim.sets, {}).keys() == claim.sets.keys()
    for name, place in PLACES.items():
        assert words.say(f"optimal-d.sketch.button.place_{name}")
        assert knobs.read(KNOBS, place, {}) == place

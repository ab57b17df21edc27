"""The critic workshop: what its sketch computes agrees with `gan_core.theory.critic`."""

import numpy as np
import pytest

from gan_core.theory import critic
from gan_core.theory.densities import Mixture, gaussian
from tests.sketch.node import ask
from ui.lesson import critic_workshop as page
from ui.lesson.critic_workshop import BATCH, KNOBS, KNOTS

PLACES = [((2, 2), -2), ((-3, 3), 0), ((-5, 4), 1.3), ((0.5, 0.5), 0.5)]
WIDTH = 0.7


def pair(data, fake):
    return Mixture(data, (WIDTH, WIDTH), (0.5, 0.5)), gaussian(fake, WIDTH)


def test_distributions_gaps_and_the_best_critic():
    code = """const xs = Array.from({ length: 561 }, (_, i) => -7 + i / 40);
    return given.places.map(([data, fake]) => {
      const [p, q] = [new m.Bumps(data, given.width), new m.Bumps([fake], given.width)];
      const best = m.bestCritic(p, q, xs);
      return {
        pdf: xs.map((x) => p.pdf(x)), cdf: xs.map((x) => p.cdf(x)), best,
        widest: m.gapOf(xs, best, p, q),
        own: m.gapOf(given.knots, given.heights, p, q),
        slopes: m.slopesOf(given.knots, given.heights),
      };
    })"""
    heights = [0.5, -1, 2, 2.5, 3, 1, -0.5, 4, 4.1]
    given = {"places": PLACES, "width": WIDTH, "knots": KNOTS, "heights": heights}
    x = np.linspace(-7, 7, 561)
    for (data, fake), found in zip(PLACES, ask("critics", code, given), strict=True):
        p, q = pair(data, fake)
        assert found["pdf"] == pytest.approx(p.pdf(x), abs=1e-9)
        assert found["cdf"] == pytest.approx(p.cdf(x), abs=2e-7)
        assert found["widest"] == pytest.approx(critic.gap(x, critic.best(p, q, x), p, q), abs=1e-5)
        assert found["own"] == pytest.approx(critic.gap(KNOTS, heights, p, q), abs=1e-6)
        assert max(map(abs, found["slopes"])) == pytest.approx(critic.steepest(KNOTS, heights))
        if data[0] != fake:  # where both are alike, signs of rounding errors are no slopes
            assert found["best"] == pytest.approx(critic.best(p, q, x), abs=0.06)


def test_penalties_bounds_and_batches():
    code = """return {
      slopes: given.cases.map(([w, l, n]) => m.slopeByPixel(w, l, n)),
      soft: given.cases.map(([w, l]) => m.penalisedSlope(w, l)),
      gains: given.cases.map(([w, l, n]) => [-0.01, 0, 0.01].map((by) => (
        m.criticGain(m.slopeByPixel(w, l, n) + by, w, l, n)))),
      bounds: given.nets.map(([c, hidden, width]) => m.clippedBound(c, m.widthsOf(hidden, width))),
      clips: given.nets.map(([, hidden, width]) => m.clipOfSlope(1, m.widthsOf(hidden, width))),
      batch: m.normalisedBatch(given.batch).y,
      jacobian: m.batchJacobian(given.batch),
    }"""
    cases = [(4, 10, 1), (0, 10, 784), (4, 10, 784), (7, 0.5, 9)]
    nets = [(0.01, 2, 64), (0.1, 1, 8), (0.5, 4, 128)]
    found = ask("critics", code, {"cases": cases, "nets": nets, "batch": BATCH})
    exact = [float(critic.slope_by_pixel(*case)) for case in cases]
    assert found["slopes"] == pytest.approx(exact)
    assert found["slopes"][0] == pytest.approx(1.2)
    assert found["slopes"][1] == pytest.approx(28)
    assert found["soft"] == pytest.approx(
        [float(critic.penalised_slope(w, lam)) for w, lam, _ in cases]
    )
    for below, best, above in found["gains"]:
        assert best > max(below, above)
    widths = [(1, *[width] * hidden, 1) for _, hidden, width in nets]
    bounds = [critic.clipped_slope_bound(c, w) for (c, *_), w in zip(nets, widths, strict=True)]
    assert found["bounds"] == pytest.approx(bounds)
    assert found["bounds"][0] == pytest.approx(0.004096)
    assert found["clips"] == pytest.approx([critic.clip_of_slope(1, w) for w in widths])
    assert found["batch"] == pytest.approx(critic.normalised_batch(BATCH))
    assert np.array(found["jacobian"]) == pytest.approx(critic.batch_jacobian(BATCH))


def test_the_tasks_can_be_done():
    """A valley of slope 1 reads all of W₁ between two bumps; W₁ = 7.5 lies within the knobs."""
    p, q = pair((-3.0, 3.0), 0.0)
    valley = np.abs(KNOTS)
    x = np.linspace(-9, 9, 3601)
    truth = critic.gap(x, critic.best(p, q, x), p, q)
    assert critic.gap(KNOTS, valley, p, q) > 0.97 * truth
    assert critic.gap(KNOTS, KNOTS, p, q) == pytest.approx(0, abs=1e-9)  # a straight line reads 0
    assert critic.steepest(KNOTS, valley) == 1
    assert max(valley) <= KNOBS["f0"].high
    far = pair((4.0, 4.0), -4.0)
    assert critic.gap(KNOTS, KNOTS, *far) > 7.5


def test_units_begin_where_their_words_say():
    assert all(page.BETWEEN[f"f{i}"] == 0 for i in range(len(KNOTS)))
    assert [float(KNOBS[f"x{i}"].start) for i in range(5)] == list(BATCH)
    assert tuple(ask("critic_bound", "return m.CRITIC_KNOTS")) == KNOTS

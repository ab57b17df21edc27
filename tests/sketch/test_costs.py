"""T3: what its sketch and the live cost curve compute, and the figures that the page quotes."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.special import expit
from scipy.stats import norm

from gan_core.experiment import Experiment
from gan_core.frame import JUDGED
from gan_core.games import GAMES
from gan_core.matches import MATCHES
from gan_core.presets import get_preset
from gan_core.theory import generator_costs as gc
from tests.sketch.node import ask
from ui.lesson.generator_costs import BATCH, facts
from ui.live import codec

LIVE = "../../live/js/game_costs"
A = np.linspace(-12, 8, 201)
SEEDS = range(8)


def by_cost(code, given=None):
    """Ask the sketch for each of the three costs, by Python's names."""
    code = f"return Object.fromEntries(Object.keys(m.RACERS).map((name) => [name, {code}]))"
    return ask("races", code, given)


# -- the three costs


def test_costs_and_slopes_are_those_of_theory_without_its_half():
    found = by_cost(
        "given.map((a) => [m.costOf(name, a), m.pullOf(name, a), m.slopeInOutput(name, a)])", A
    )
    assert set(found) == set(gc.COSTS)
    for name, rows in found.items():
        cost, pull, steep = np.array(rows).T
        np.testing.assert_allclose(cost, 2 * gc.cost(name, A), rtol=1e-12)
        np.testing.assert_allclose(pull, -2 * gc.slope(name, A), rtol=1e-9)
        np.testing.assert_allclose(steep, 2 * gc.slope_in_output(name, expit(A)), rtol=1e-6)


def test_slopes_are_exactly_those_of_the_lesson():
    found = by_cost("given.map((a) => -m.pullOf(name, a))", A)
    np.testing.assert_allclose(found["minimax"], -expit(A), rtol=1e-12)
    np.testing.assert_allclose(found["non_saturating"], -expit(-A), rtol=1e-12)
    np.testing.assert_allclose(found["maximum_likelihood"], -np.exp(A), rtol=1e-12)
    together = np.add(found["minimax"], found["non_saturating"])
    np.testing.assert_allclose(together, -1, rtol=1e-12)


def test_what_the_page_says_of_a_fake_at_minus_five():
    pull = by_cost("m.pullOf(name, -5)")
    assert pull["minimax"] == pytest.approx(0.0067, abs=5e-5)
    assert pull["non_saturating"] == pytest.approx(0.993, abs=5e-4)
    assert pull["maximum_likelihood"] == pytest.approx(0.0067, abs=5e-5)
    halves = [-float(gc.slope(name, -5.0)) for name in ("minimax", "non_saturating")]
    assert halves == [pytest.approx(0.0033, abs=5e-5), pytest.approx(0.497, abs=5e-4)]
    assert 145 < pull["non_saturating"] / pull["minimax"] < 155
    assert 1 - expit(-5.0) == pytest.approx(0.993, abs=5e-4)
    assert by_cost("m.costOf(name, -2)")["minimax"] == pytest.approx(-0.127, abs=5e-4)


def test_over_the_output_minimax_is_not_flat_where_it_saturates():
    """The claim "flat": the slope in D goes to −1, dD/da to 0."""
    steep = by_cost("m.slopeInOutput(name, -30)")
    assert steep["minimax"] == pytest.approx(-1, abs=1e-9)
    assert steep["non_saturating"] * expit(-30.0) == pytest.approx(-1)
    assert expit(-30.0) * expit(30.0) < 1e-12


# -- a fake that follows its pull


@pytest.mark.parametrize("start", [-5.0, -2.0, 0.5])
def test_a_fake_runs_as_its_pull_says(start):
    times = np.array([0.0, 0.5, 1.0, 1.6])
    if start < 0:
        times = np.append(times, [3.0, 6.0])
    found = by_cost("given.times.map((t) => m.runFor(name, given.start, t))",
                    {"start": start, "times": times})  # fmt: skip
    for name, path in found.items():
        gone = np.exp(-start) if name == "maximum_likelihood" else np.inf
        seen = times[times < 0.999 * gone]
        exact = solve_ivp(
            lambda _, a, name=name: -2 * gc.slope(name, a),
            (0, seen[-1]),
            [start],
            t_eval=seen,
            rtol=1e-9,
            atol=1e-9,
        )
        np.testing.assert_allclose(path[: len(seen)], exact.y[0], rtol=1e-5, atol=1e-5)
        assert all(np.isinf(path[len(seen) :]))


def test_who_arrives_when():
    """The figures of unit 1: 6.0, 147.4 and 152.4; maximum likelihood is gone at 148.4."""
    arrival = by_cost("[m.arrivalOf(name, -5), m.runFor(name, -5, m.arrivalOf(name, -5))]")
    expected = {"non_saturating": 6.0, "maximum_likelihood": 147.4, "minimax": 152.4}
    for name, (time, there) in arrival.items():
        assert time == pytest.approx(expected[name], abs=0.05)
        assert there == pytest.approx(0, abs=1e-9)
    late = by_cost("[m.runFor(name, -5, 148.3), m.runFor(name, -5, 148.42)]")
    assert late["maximum_likelihood"] == [pytest.approx(2.25, abs=0.1), np.inf]
    assert ask("races", "return [0, 1, 4].map((a) => m.arrivalOf('minimax', a))") == [0, 0, 0]
    ends = ask("races", "return [-800, -30, 1, 30, 800].map(m.plusItsExponential)")
    assert np.add(ends, np.exp(ends)) == pytest.approx([-800, -30, 1, 30, 800], rel=1e-12)


# -- a batch


def test_the_batch_is_made_of_even_quantiles():
    scores = np.array(facts()["scores"])
    assert len(scores) == BATCH
    np.testing.assert_allclose(norm.cdf(scores), (np.arange(BATCH) + 0.5) / BATCH)


@pytest.mark.parametrize(("mean", "spread"), [(-3, 2), (-6, 3), (0, 0), (3, 0.5)])
def test_shares_are_those_of_theory(mean, spread):
    logits = mean + spread * np.array(facts()["scores"])
    found = ask("races", "return m.batchOf(given)", logits)
    for name, batch in found.items():
        np.testing.assert_allclose(batch["shares"], gc.shares(name, logits), rtol=1e-9)
        assert batch["effective"] == pytest.approx(float(gc.effective_samples(name, logits)))


def test_what_the_page_says_of_a_batch():
    found = ask("races", "return m.batchOf(given)", -3 + 2 * np.array(facts()["scores"]))
    counts = [found[name]["effective"] for name in gc.COSTS]
    assert counts == [pytest.approx(n, abs=0.05) for n in (20.9, 61.2, 7.0)]
    swing = by_cost(f"m.swingOf(name, -3, 2, {BATCH})")
    for name, said in {
        "minimax": 0.18,
        "non_saturating": 0.027,
        "maximum_likelihood": 0.92,
    }.items():
        assert swing[name] == pytest.approx(said, rel=0.02)


@pytest.mark.parametrize(("mean", "spread"), [(-3, 2), (-6, 3), (1, 0.5)])
def test_the_swing_from_batch_to_batch(mean, spread):
    found = by_cost("m.swingOf(name, given[0], given[1], 64)", [mean, spread])
    closed = np.sqrt(np.expm1(spread**2) / 64)
    assert found["maximum_likelihood"] == pytest.approx(closed, rel=1e-4)
    logits = np.random.default_rng(0).normal(mean, spread, (4000, 64))
    for name in ("minimax", "non_saturating"):
        means = gc.slope(name, logits).mean(1)
        assert found[name] == pytest.approx(means.std() / -means.mean(), rel=0.06)


def test_the_tasks_of_the_batch_can_be_done():
    code = "return given.map((s) => m.batchOf(s).maximum_likelihood.effective)"
    few, fair = ask("races", code, [s * np.array(facts()["scores"]) for s in (2.8, 0.4)])
    assert few < 3.5
    assert fair > 54.5


# -- the live view's cost curve


def test_the_browser_knows_the_games_of_the_app():
    code = (
        "return given.map(([game, a]) => [m.GAME_COSTS[game].cost(a), m.GAME_COSTS[game].pull(a)])"
    )
    known = [name for name in codec.GAMES if name]
    assert ask(LIVE, "return Object.keys(m.GAME_COSTS).toSorted()") == sorted(known)
    assert ask("../../live/js/codec", "return m.GAME_NAMES") == list(codec.GAMES)
    assert set(known) <= set(GAMES.names())
    logits = torch.from_numpy(A)
    for name in known:
        game = GAMES.get(name)()
        cost, pull = np.array(ask(LIVE, code, [[name, a] for a in A])).T
        np.testing.assert_allclose(cost, game.g_cost(logits), rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(pull, -game.g_slope(logits), rtol=1e-6, atol=1e-12)


def test_shares_survive_any_logits():
    code = """return given.map((pulls) => {
      const shares = m.sharesOf(pulls);
      return [shares.reduce((a, b) => a + b, 0), m.effectiveOf(shares)];
    })"""
    cases = [[0, 0, 0], [1e304] * 4, [5e-324, 0], [-1, 1], [1]]
    found = np.array(ask(LIVE, code, cases))
    np.testing.assert_allclose(found, [[1, 3], [1, 4], [1, 1], [1, 2], [1, 1]])
    assert ask(LIVE, "return m.GAME_COSTS['maximum-likelihood'].pull(1e6)") < 1e305


@pytest.mark.parametrize("changes", [{}, {"game": "minimax"}, {"game": "wasserstein"}, {"pack": 2}])
def test_a_frame_brings_the_logits_of_its_fakes(changes):
    settings = get_preset("healthy").open({**changes, "batch": 16})
    experiment = Experiment(settings)
    experiment.step(5)
    frame = experiment.frame()
    assert frame.game == settings.game.key
    assert frame.logits.shape == (JUDGED,)
    packs = frame.fake.reshape(-1, 2 * settings.pack)[:JUDGED].copy()
    says = experiment._observer.score(packs)
    mine = frame.logits if settings.game.scores else expit(frame.logits)
    np.testing.assert_allclose(mine, says, rtol=1e-5, atol=1e-6)
    _, sections = codec.decode(codec.encode_frame(frame, seq=1))
    np.testing.assert_array_equal(sections["logits"], frame.logits)
    head, _ = codec.decode(codec.encode_frame(frame, seq=1))
    assert codec.GAMES[int(head["game"])] == settings.game.key


def test_the_page_tells_what_the_gradient_rests_on():
    asked = ("given, 'minimax'", "given, ''", "[], 'hinge'")
    code = f"return [{', '.join(f'm.gradientOf({one})' for one in asked)}]"
    found, *nothing = ask("../../live/js/curve", code, A)
    assert found["pull"] == pytest.approx(expit(A).mean())
    assert found["effective"] == pytest.approx(float(gc.effective_samples("minimax", A)))
    assert found["count"] == len(A)
    assert nothing == [None, None]


# -- the figures of the experiments, over eight seeds


def play(settings, seed, steps, then=None):
    """Return the experiment after some steps, and after as many under other settings."""
    experiment = Experiment(settings.with_changes({"seed": seed}))
    experiment.step(steps)
    if then:
        assert experiment.change(experiment.settings.with_changes(then))
        experiment.step(steps)
    return experiment


def w1(settings, then=None):
    """W₁ after 300 iterations for each seed, least and most."""
    found = [play(settings, seed, 300, then).measure()["w1"] for seed in SEEDS]
    return min(found), max(found)


def sides(key):
    return MATCHES[key].left, MATCHES[key].right.settings


def within(found, low, high, room=0.02):
    assert low - room <= found[0] <= found[1] <= high + room


SWITCH = {"game": "non-saturating"}


@pytest.mark.slow
def test_losing():
    """Units 3 and its repair."""
    left, right = sides("losing")
    within(w1(left), 0.25, 0.48)
    within(w1(right), 5.36, 5.70)
    within(w1(right, SWITCH), 0.24, 0.43)
    for seed in SEEDS:
        both = [Experiment(one.with_changes({"seed": seed})) for one in (left, right)]
        for one in both:
            one.pretrain(500)
        seen = [one.frame().logits for one in both]
        np.testing.assert_array_equal(*seen)  # the same D, the same fakes: only the curve differs
        assert -8.05 < seen[0].mean() < -7.4
        assert (expit(seen[0].mean())) < 0.001
        for one, (low, high) in zip(both, ((4.0, 8.4), (0.0018, 0.0038)), strict=True):
            one.step(1)
            assert low < one.history()[0, -1] < high


@pytest.mark.slow
def test_minimax_stands_still_in_the_gradient_norm():
    """lessons.md 7: some .003 against some 6."""
    left, right = sides("losing")
    first = [[play(one, seed, 1).history()[0, -1] for seed in SEEDS] for one in (left, right)]
    assert 4 < np.median(first[0]) < 8
    assert np.median(first[1]) == pytest.approx(0.003, abs=0.001)


@pytest.mark.slow
def test_adam_hides_it():
    """Unit 4: both arrive, though the slope at first is as small as ever."""
    left, right = sides("losing-adam")
    within(w1(left), 0.49, 0.69)
    within(w1(right), 0.31, 0.59)
    for seed in SEEDS:
        at_first = expit(play(right, seed, 1).frame().logits).mean()
        assert at_first == pytest.approx(0.0005, abs=2e-4)


@pytest.mark.slow
def test_a_weak_discriminator_helps_minimax_and_a_strong_one_the_other():
    """Unit 5 and claim "weak-d"."""
    left, right = sides("strong-d")
    within(w1(left), 0.40, 0.73)
    within(w1(right), 5.09, 5.51)
    within(w1(right, SWITCH), 0.11, 0.68)
    strong, weak = ([play(one.with_changes(SWITCH), seed, 300).measure()["w1"] for seed in SEEDS]
                    for one in (right, left))  # fmt: skip
    within((min(strong), max(strong)), 0.09, 0.30)
    within((min(weak), max(weak)), 0.36, 0.59)
    assert all(a < b for a, b in zip(strong, weak, strict=True))


@pytest.mark.slow
def test_maximum_likelihood_lives_on_a_few_fakes():
    """Unit 6: fakes that count, modes and W₁ of both sides."""
    found = []
    for one in sides("likelihood"):
        name = {"non-saturating": "non_saturating"}.get(one.game.key, "maximum_likelihood")
        for seed in SEEDS:
            experiment, counts = Experiment(one.with_changes({"seed": seed})), []
            for _ in range(30):
                experiment.step(50)
                counts.append(float(gc.effective_samples(name, experiment.frame().logits)))
            end = experiment.measure()
            found.append((np.median(counts), end["covered"], end["w1"]))
    left, right = np.array(found).reshape(2, len(SEEDS), 3)
    assert (left[:, 0] > 118).all()
    assert ((left[:, 1] >= 4) & (left[:, 1] <= 7)).all()
    within((left[:, 2].min(), left[:, 2].max()), 0.21, 0.34)
    assert sum(right[:, 0] < 10) >= 7
    assert (right[:, 1] == 0).all()
    within((right[:, 2].min(), right[:, 2].max()), 0.52, 4.10, room=0.05)


@pytest.mark.slow
def test_a_head_start_costs_the_non_saturating_game_modes_on_the_ring():
    """Claim "best-d": 4 to 7 modes with it (above), 7 or 8 without."""
    plain = get_preset("healthy").settings
    modes = [play(plain, seed, 1500).measure()["covered"] for seed in SEEDS]
    assert set(modes) <= {7, 8}


@pytest.mark.slow
def test_without_a_head_start_maximum_likelihood_still_rests_on_fewer():
    for seed in SEEDS:
        middle = []
        for game, name in (
            ("non-saturating", "non_saturating"),
            ("maximum-likelihood", "maximum_likelihood"),
        ):
            experiment, counts = (
                Experiment(get_preset("healthy").open({"game": game, "seed": seed})),
                [],
            )
            for _ in range(30):
                experiment.step(50)
                counts.append(float(gc.effective_samples(name, experiment.frame().logits)))
            middle.append(np.median(counts))
        assert middle[1] < 95 < 110 < middle[0]

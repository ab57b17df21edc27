"""T4's sketch: what it computes agrees with `gan_core.theory`, for every rule and game."""

import numpy as np
import pytest

from gan_core.theory import bilinear as bl
from gan_core.theory import matrix_games as mg
from gan_core.theory.dirac import GAMES, DiracGAN, trajectory, update_matrix
from tests.sketch.node import ask
from ui.lesson.game_dynamics import KNOBS, LIKELY, RULES, facts

GIVEN = [
    {"eta": eta, "beta": beta, "ratio": ratio, "first": first}
    for eta in (0.01, 0.1, 0.35, 1.0)
    for beta, ratio in ((-0.5, 4.0), (0.4, 1.0), (0.0, 10.0))
    for first in ("x", "y")
]
START = (0.7, -1.2)
HOLDS = {
    "none": lambda _: {},
    "clip": lambda s: {"clip": s},
    "gp": lambda s: {"penalty": s},
    "r1": lambda s: {"r1": s},
    "noise": lambda s: {"noise": s},
    "consensus": lambda s: {"consensus": s},
}
TURNS = {"simultaneous": ("simultaneous", 1), "one": ("alternating", 1), "five": ("alternating", 5)}


def oracle(rule, given):
    """The rule as `gan_core.theory.bilinear` names it, with its options."""
    eta = given["eta"]
    if rule == "momentum":
        return "alternating", eta, {"momentum": given["beta"], "first": given["first"]}
    if rule == "scales":
        return "simultaneous", (eta, given["ratio"] * eta), {}
    return rule, eta, {"first": given["first"]} if rule == "alternating" else {}


def paths(rule, given=GIVEN, steps=150, start=START):
    code = "return given.all.map((g) => m.bilinearPath(given.rule, g, given.start, given.steps))"
    found = ask("bilinear", code, {"all": given, "rule": rule, "start": start, "steps": steps})
    return [np.array([one["xs"], one["ys"]], float).T for one in found]


def pairs(values):
    """Complex numbers in an order that does not hang on rounding."""
    return sorted((complex(*v) for v in values), key=lambda z: (round(z.real, 6), z.imag))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_goes_as_in_theory(rule):
    for found, given in zip(paths(rule), GIVEN, strict=True):
        name, step, options = oracle(rule, given)
        expected = bl.trajectory(name, step, 150, START, **options)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_its_eigenvalues(rule):
    code = """return given.all.map((g) => {
      const all = m.bilinearEigenvalues(given.rule, g);
      return [all, m.growthOf(all)];
    })"""
    answers = ask("bilinear", code, {"all": GIVEN, "rule": rule})
    for (values, growth), given in zip(answers, GIVEN, strict=True):
        name, step, options = oracle(rule, given)
        expected = bl.eigenvalues(name, step, **options)
        expected = sorted(expected, key=lambda z: (round(z.real, 6), z.imag))
        np.testing.assert_allclose(pairs(values), expected, atol=1e-6)
        assert growth == pytest.approx(bl.growth(name, step, **options), abs=1e-7)


def test_half_steps_go_sideways_and_up():
    code = "return m.withHalves({ xs: [1, 2, 3], ys: [5, 6, 7] }, given, 2)"
    assert ask("bilinear", code, "x") == {"xs": [1, 2, 2, 3, 3], "ys": [5, 5, 6, 6, 7]}
    assert ask("bilinear", code, "y") == {"xs": [1, 1, 2, 2, 3], "ys": [5, 6, 6, 7, 7]}


def test_the_ellipse_is_what_alternating_steps_keep():
    code = "return given.map(([eta, first]) => m.ellipseThrough([0.7, -1.2], eta, first))"
    cases = [(0.1, "x"), (0.9, "x"), (0.9, "y")]
    for (eta, first), found in zip(cases, ask("bilinear", code, cases), strict=True):
        kept = bl.invariant(np.array(found["xs"]), np.array(found["ys"]), eta, first)
        assert kept == pytest.approx(np.full(len(kept), bl.invariant(*START, eta, first)))
    assert ask("bilinear", "return m.ellipseThrough([1, 0], 2, 'x') === undefined")


def radii(rule, steps, **given):
    given = {"eta": 0.1, "beta": 0.0, "ratio": 1.0, "first": "x"} | given
    (path,) = paths(rule, [given], steps, (1.0, 0.0))
    return np.hypot(*path.T)


def test_the_figures_that_the_page_quotes_of_xy():
    """Smaller steps still go out; who takes turns orbits; who looks ahead arrives."""
    r = radii("simultaneous", 1000)
    assert r[100] == pytest.approx(1.645, abs=5e-4)
    assert r[1:] / r[:-1] == pytest.approx(np.full(1000, np.sqrt(1.01)), rel=1e-12)
    assert radii("simultaneous", 1000, eta=0.01)[1000] == pytest.approx(1.051, abs=5e-4)
    assert (np.diff(radii("simultaneous", 1000, eta=0.01)) > 0).all()
    assert radii("simultaneous", 1000, eta=0.02)[1000] == pytest.approx(1.221, abs=5e-4)
    orbit = radii("alternating", 1000)
    assert 0.97 < orbit.min() <= orbit.max() < 1.03
    ahead, hope = radii("extragradient", 1000), radii("optimistic", 1000)
    assert ahead[400] == pytest.approx(0.137, abs=5e-4)
    for r, end in ((ahead, 0.0069), (hope, 0.0063)):
        assert r[100] == pytest.approx(0.608, abs=5e-4)
        assert r[1000] == pytest.approx(end, abs=5e-5)
    assert ahead[1:] / ahead[:-1] == pytest.approx(np.full(1000, np.sqrt(1 - 0.01 + 1e-4)))
    assert radii("scales", 1000, ratio=4.0)[1000] > 100
    assert radii("continuous", 1000)[1000] == pytest.approx(1)
    assert radii("momentum", 1000, beta=-0.5, eta=0.5)[1000] < 1e-6
    assert radii("momentum", 1000, beta=0.5, eta=0.5)[1000] > 1e6


def dirac(code, all_):
    """Ask about games, each with its hold, strength, step and turns."""
    make = """const game = (g) => new m.DiracGame({ game: g.game, ...m.HOLDS[g.hold](g.strength) },
      given.normal);"""
    return ask("dirac", f"{make} return given.all.map((g) => {code})", {**facts(), "all": all_})


CASES = [
    {"game": game, "hold": hold, "strength": strength, "turns": turns, "h": h}
    for game in GAMES
    for hold in HOLDS
    for strength, turns, h in ((0.3, "simultaneous", 0.2), (1.0, "one", 0.1), (0.7, "five", 0.2))
]


def theory_of(case):
    return DiracGAN(case["game"], **HOLDS[case["hold"]](case["strength"]))


def test_every_game_moves_as_in_theory():
    found = dirac("game(g).velocities(0.8, -0.6)", CASES)
    for case, v in zip(CASES, found, strict=True):
        assert v == pytest.approx(theory_of(case).velocities(0.8, -0.6), abs=1e-12), case


def test_every_game_goes_as_in_theory():
    for case, found in zip(
        CASES, dirac("game(g).path(g.h, g.turns, [1, 1], 120)", CASES), strict=True
    ):
        rule, d_steps = TURNS[case["turns"]]
        with np.errstate(all="ignore"):
            expected = trajectory(theory_of(case), case["h"], 120, (1, 1), rule, d_steps)
        path = np.array([found["xs"], found["ys"]], float).T
        there = np.abs(expected).max(1) < 1e6
        np.testing.assert_allclose(path[there], expected[there], rtol=1e-6, atol=1e-9, err_msg=case)


def test_the_eigenvalues_at_the_solution():
    code = """{ const [J, M] = [game(g).jacobian(), game(g).updateMatrix(g.h, g.turns)];
      return J && [m.eigenvaluesOf(J), m.eigenvaluesOf(M)]; }"""
    found = dirac(f"(() => {code})()", CASES)
    for case, values in zip(CASES, found, strict=True):
        if case["hold"] == "gp":
            assert values is None
            continue
        rule, d_steps = TURNS[case["turns"]]
        gan = theory_of(case)
        step = np.linalg.eigvals(update_matrix(gan, case["h"], rule, d_steps)).astype(complex)
        for have, expected in zip(values, (gan.eigenvalues(), step), strict=True):
            # two that nearly coincide are only known to the root of the rounding
            assert np.sum(have, 0)[0] == pytest.approx(expected.sum().real, abs=1e-9)
            product = complex(*have[0]) * complex(*have[1])
            assert product == pytest.approx(np.prod(expected), abs=1e-9)


def test_r1_turns_below_one_and_crawls_above():
    games = [{"game": "minimax", "hold": "r1", "strength": g} for g in (0.3, 1.0, 2.0)]
    turning, critical, crawling = dirac("m.eigenvaluesOf(game(g).jacobian())", games)
    assert turning == [
        pytest.approx([-0.15, np.sqrt(0.25 - 0.0225)]),
        pytest.approx([-0.15, -np.sqrt(0.2275)]),
    ]
    assert np.array(critical) == pytest.approx(np.array([[-0.5, 0], [-0.5, 0]]))
    assert crawling[0] == pytest.approx([-1 + np.sqrt(0.75), 0])


def ends(rows, steps=500, h=0.2, start=(1, 1)):
    """Final distances of the page's list, a row of three turns each."""
    all_ = [{**row, "turns": turns, "h": h} for row in rows for turns in TURNS]
    code = f"""(() => {{ const p = game(g).path(g.h, g.turns, {list(start)}, {steps});
      return Math.hypot(p.xs[{steps}], p.ys[{steps}]); }})()"""
    return np.reshape(dirac(code, all_), (len(rows), 3))


def test_the_list_of_who_arrives():
    """As published where it can be; noise in the mean, consensus with the true gradient."""
    rows = [dict(zip(("game", "hold", "strength"), row, strict=True)) for row in LIKELY]
    found = dict(zip(LIKELY, ends(rows), strict=True))
    published = {
        ("minimax", "none", 1.0): ("3.1", "1.42", "1.85"),
        ("non_saturating", "none", 1.0): ("0.640", "0.284", "0.139"),
        ("wasserstein", "clip", 1.0): ("1.00", "1.02", "0.92"),
        ("wasserstein", "gp", 0.7): ("1.80", "1.22", "0.72"),
        ("minimax", "r1", 0.3): ("2.6e-06", "2.3e-07", "9e-34"),
        ("minimax", "r1", 1.0): ("1e-21", "7e-17", "5e-12"),
    }
    for row, texts in published.items():
        for value, text in zip(found[row], texts, strict=True):
            digits = len(text.split("e")[0].replace(".", "").lstrip("0"))
            assert value == pytest.approx(float(text), rel=0.51 * 10 ** (1 - digits)), (row, text)
    assert found["minimax", "noise", 0.7][:2] == pytest.approx([5.73e-5, 4.0e-6], rel=2e-3)
    assert found["minimax", "consensus", 1.0][:2] == pytest.approx([2.579e-10, 1.724e-11], rel=1e-3)
    assert found["minimax", "consensus", 1.0][2] == pytest.approx(10.97, abs=0.01)


def test_the_fastest_penalty_does_the_task_and_others_do_not():
    rows = [{"game": "minimax", "hold": "r1", "strength": g} for g in (0.3, 0.7, 0.9, 1.0, 1.2)]
    done = ends(rows, 200)[:, 0] < 1e-7
    assert done.tolist() == [False, False, True, True, False]


def test_tables():
    rng = np.random.default_rng(0)
    tables = [rng.integers(-9, 10, (n, n)).tolist() for n in (2, 3) for _ in range(150)]
    tables += [[[0, 0], [0, 0]], [[1, 1, 1]] * 3, [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]]
    code = """return given.map((t) => ({ low: m.maximinOf(t), high: m.minimaxOf(t),
      saddles: m.saddlesOf(t), mixed: m.mixed(t),
      g: m.playedIn(t, 'g'), d: m.playedIn(t, 'd') }))"""
    for table, found in zip(tables, ask("tables", code, tables), strict=True):
        low, high = mg.maximin(table), mg.minimax(table)
        assert (found["low"], found["high"]) == (low, high)
        assert low <= high
        assert [tuple(cell) for cell in found["saddles"]] == mg.saddle_points(table)
        assert found["mixed"]["value"] == pytest.approx(mg.solve(table).value, abs=1e-7)
        rows, columns = (np.array(found["mixed"][name]) for name in ("rows", "columns"))
        assert rows.sum() == pytest.approx(1)
        assert (rows @ table).max() <= found["mixed"]["value"] + 1e-7
        assert (table @ columns).min() >= found["mixed"]["value"] - 1e-7
        assert table[found["g"][0]][found["g"][1]] == high
        assert table[found["d"][0]][found["d"][1]] == low


def test_who_answers_for_ever_and_who_rests():
    pennies = [[1, -1], [-1, 1]]
    code = "return m.chase(given, [0, 0], 12).map(({ cell }) => cell)"
    cells = [tuple(cell) for cell in ask("tables", code, pennies)]
    assert cells[:5] == [(0, 0), (0, 0), (1, 0), (1, 1), (0, 1)]
    assert len(set(cells[4:])) == 4  # round and round
    saddle = [tuple(cell) for cell in ask("tables", code, [[2, 1], [4, 3]])]
    assert set(saddle[2:]) == {(0, 0)} == set(mg.saddle_points([[2, 1], [4, 3]]))
    hide = np.eye(3).tolist()
    assert (mg.maximin(hide), mg.minimax(hide)) == (0, 1)
    assert mg.solve(hide).value == pytest.approx(1 / 3)


def test_the_knobs_name_what_the_maths_knows():
    assert set(KNOBS["rule"].options) == set(RULES) == set(ask("bilinear", "return m.RULES"))
    assert set(KNOBS["game"].options) == set(GAMES)
    assert (
        set(KNOBS["hold"].options) == set(HOLDS) == set(ask("dirac", "return Object.keys(m.HOLDS)"))
    )
    assert set(KNOBS["turns"].options) == set(TURNS)

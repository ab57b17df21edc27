"""The atlas of divergences: what the sketch computes agrees with `gan_core.theory`."""

import math
import re

import numpy as np
import pytest

from gan_core.presets import get_preset
from gan_core.run import run
from gan_core.theory import (
    divergences,
    fgan,
    fits,
    gaussian_pair,
    generator_costs,
    lines,
    two_modes,
)
from gan_core.theory.densities import gaussian, normalised
from gan_core.theory.densities import two_modes as mixture
from tests.sketch.node import ask
from ui.lesson import divergences as page
from ui.text import LANGUAGES, Words

LOG2 = math.log(2)
CASES = [(0, 1), (2, 1), (1.5, 0.5), (4, 2), (4, 0.5)]
SHIFTS = (-6.0, -1.3, 0.2, 2.0, 5.0, 8.0)
AT = """return given.cases.map(([separation, width]) => {
  const land = new m.Landscape(separation, width);
  return given.shifts.map((shift) => land.at(shift));
})"""


def landscape(separation, width):
    """Data, fakes and a grid that holds all that any divergence looks at."""
    data, fake = mixture(separation, width), gaussian(0, width)
    reach = 8 + 2 * separation + 10 * width
    return data, fake, np.linspace(-reach, reach, 6001)


def test_values_and_pulls():
    found = ask("pulls", AT, {"cases": CASES, "shifts": SHIFTS})
    names = ask("pulls", "return m.PULLS")
    assert set(names) == {*divergences.DIVERGENCES, "non_saturating"}
    for (separation, width), rows in zip(CASES, found, strict=True):
        data, fake, x = landscape(separation, width)
        dx = x[1] - x[0]
        for shift, row in zip(SHIFTS, rows, strict=True):
            moved = fake.shifted(shift)
            values = dict(zip(names, row["values"], strict=True))
            slopes = dict(zip(names, row["slopes"], strict=True))
            tables = data.pdf(x), moved.pdf(x)
            exact = {name: float(f(*tables, dx)) for name, f in divergences.DIVERGENCES.items()}
            exact |= far_out(data, moved, x)
            exact["non_saturating"] = exact["reverse_kl"] - 2 * exact["js"]
            pulls = {
                name: float(divergences.gradient_in_shift(name, data, fake, x, shift))
                for name in divergences.DIVERGENCES
            }
            non_saturating = generator_costs.gradient_in_shift("non_saturating", data, moved, x)
            pulls["non_saturating"] = 2 * non_saturating
            for name in names:
                about = (separation, width, shift, name)
                assert values[name] == pytest.approx(exact[name], rel=5e-4, abs=1e-3), about
                assert slopes[name] == pytest.approx(pulls[name], rel=2e-3, abs=5e-3), about


def far_out(data, moved, x):
    """KL and χ² from logarithms: far out the densities themselves are 0 in double precision."""
    dx = x[1] - x[0]
    log_p, log_q = data.log_pdf(x), moved.log_pdf(x)
    return {
        "kl": float((np.exp(log_p) * (log_p - log_q)).sum() * dx),
        "reverse_kl": float((np.exp(log_q) * (log_q - log_p)).sum() * dx),
        "chi2": float(np.exp(2 * log_p - log_q).sum() * dx - 1),
    }


def test_the_pulls_are_the_slopes_of_the_values():
    code = """return given.cases.map(([separation, width]) => {
      const land = new m.Landscape(separation, width);
      return given.shifts.map((s) => [land.at(s - 1e-4), land.at(s), land.at(s + 1e-4)]);
    })"""
    for rows in ask("pulls", code, {"cases": CASES[:4], "shifts": SHIFTS}):
        for before, here, after in rows:
            both = zip(before["values"], here["slopes"], after["values"], strict=True)
            for low, slope, high in both:
                assert slope == pytest.approx((high - low) / 2e-4, rel=1e-3, abs=1e-3)


def test_wgans_first_figures():
    """N(0, 1) against N(m, 1): JS saturates, KL and W₁ do not."""
    at = ask("pulls", AT, {"cases": [(0, 1)], "shifts": [1, 2, 4, 8]})[0]
    names = ask("pulls", "return m.PULLS")
    values = {name: [row["values"][i] for row in at] for i, name in enumerate(names)}
    slopes = {name: [row["slopes"][i] for row in at] for i, name in enumerate(names)}
    assert values["js"] == pytest.approx([0.1114, 0.3368, 0.6327, 0.6931], abs=5e-5)
    assert values["js"] == pytest.approx(gaussian_pair.js([1, 2, 4, 8]), abs=1e-6)
    assert values["kl"] == pytest.approx([0.5, 2, 8, 32], rel=1e-6)
    assert values["wasserstein1"] == pytest.approx([1, 2, 4, 8], abs=1e-3)
    assert LOG2 - values["js"][3] < 1e-4
    assert slopes["js"][3] < 1e-3
    assert slopes["wasserstein1"] == pytest.approx([1, 1, 1, 1], abs=1e-6)
    assert slopes["kl"][3] == pytest.approx(8, rel=1e-6)
    assert slopes["reverse_kl"][3] == pytest.approx(8, rel=1e-6)
    assert slopes["non_saturating"][3] == pytest.approx(8, abs=1e-3)
    assert slopes["chi2"][3] > 1e28
    assert max(slopes["total_variation"][3], slopes["hellinger"][3]) < 1e-3


def test_fakes_that_are_let_go():
    """A straight slope brings them home evenly, a growing one exponentially, a flat one not."""
    code = """const shifts = Array.from({ length: 161 }, (_, i) => (i - 80) / 10);
    const roll = (slope, from, time) => m.rolled(shifts, shifts.map(slope), from, time);
    const land = new m.Landscape(0, 1).curves();
    return {
      even: [2, 5, 9].map((t) => roll((s) => Math.sign(s), 8, t)),
      left: roll((s) => Math.sign(s), -8, 5),
      falling: [0.5, 1, 3].map((t) => roll((s) => s, 8, t)),
      pushed: roll((s) => s - 3, -7, 2),
      flat: roll(() => 0, 8, 100),
      steep: roll((s) => Math.sign(s) * Math.exp(s * s), 8, 0.5),
      mapped: m.PULLS.map((_, i) => m.rolled(land.shifts, land.slopes[i], 8, 12)),
    }"""
    found = ask("pulls", code)
    assert found["even"] == pytest.approx([6, 3, 0], abs=0.05)
    assert found["left"] == pytest.approx(-3)
    assert found["falling"] == pytest.approx([8 * math.exp(-t) for t in (0.5, 1, 3)], rel=1e-9)
    assert found["pushed"] == pytest.approx(3 - 10 * math.exp(-2), rel=1e-9)
    assert found["flat"] == 8
    assert abs(found["steep"]) < 1.1
    home = dict(zip(ask("pulls", "return m.PULLS"), found["mapped"], strict=True))
    for name in ("kl", "reverse_kl", "chi2", "wasserstein1", "non_saturating"):
        assert abs(home[name]) < 0.05, name
    for name in ("js", "total_variation", "hellinger"):
        assert home[name] > 7.9, name


def test_parallel_lines():
    thetas = [-1.5, -0.05, 0.0, 0.05, 1.0]
    code = """return Object.fromEntries(
      Object.entries(m.LINES).map(([name, f]) => [name, given.map(f)]))"""
    found = ask("lines", code, thetas)
    for name in ("kl", "js", "total_variation", "wasserstein1"):
        assert found[name] == pytest.approx(getattr(lines, name)(thetas).tolist())
    assert found["js"] == [LOG2, LOG2, 0, LOG2, LOG2]
    assert found["kl"] == found["chi2"] == [math.inf, math.inf, 0, math.inf, math.inf]
    assert found["wasserstein1"] == [1.5, 0.05, 0, 0.05, 1]
    assert ask("lines", "return given.map(m.pullOfTransport)", thetas) == [-1, -1, 0, 1, 1]


GAUSSIANS = [(0.0, 2.0), (2.0, 0.5), (-1.2, 0.8), (3.0, 2.5), (0.3, 0.25)]


@pytest.mark.parametrize("name", fits.FITS)
def test_distances_from_two_bumps(name):
    places = [(d, w, *g) for d, w in ((2, 0.5), (1, 1), (3, 0.3)) for g in GAUSSIANS]
    code = "return given.places.map((place) => m.distanceOf(given.name, ...place))"
    found = ask("fitting", code, {"name": name, "places": places})
    exact = [
        fits.divergence_of(name, mixture(d, w), mean, sigma, n=8000) for d, w, mean, sigma in places
    ]
    assert found == pytest.approx(exact, rel=2e-3, abs=5e-4)


def test_the_kept_fits_are_those_of_the_solver():
    """Between the rows of the table, too, and in any width; the slow test looks at each row."""
    table = two_modes.load()
    assert list(table) == list(fits.FITS)
    places = [(2, 0.5), (2.25, 0.5), (1.03, 0.37), (2.87, 1), (0.3, 0.9), (3, 0.33)]
    code = """return Object.entries(given.table).map(([name, rows]) => (
      given.places.map(([d, w]) => m.bestFit(rows, name, d, w))))"""
    found = ask("fitting", code, {"table": table, "places": places})
    for name, ways in zip(fits.FITS, found, strict=True):
        for (distance, width), way in zip(places, ways, strict=True):
            best = fits.best_gaussian(name, mixture(distance, width))
            about = (name, distance, width)
            assert way["mean"] == pytest.approx(abs(best.mean), abs=0.01), about
            assert way["sigma"] == pytest.approx(best.sigma, abs=0.01), about
            assert way["value"] == pytest.approx(best.value, abs=3e-3), about


@pytest.mark.slow
def test_the_kept_fits_are_up_to_date():
    for name, rows in two_modes.build().items():
        np.testing.assert_allclose(two_modes.load()[name], rows, atol=2e-4)


def test_one_gaussian_for_two_modes():
    """Forward KL covers: √4.25. Reverse KL takes one: log 2. JS lets go between ±2.1 and ±2.15."""
    table = two_modes.load()
    code = """const fits = (name, rows) => given.d.map((d) => m.bestFit(rows, name, d, 0.5));
    return Object.fromEntries(Object.entries(given.table).map(([name, rows]) => (
      [name, { at: m.switchOf(rows), fits: fits(name, rows) }])))"""
    found = ask("fitting", code, {"table": table, "d": [2.0, 2.122, 2.123, 2.25]})
    near = {name: one["fits"][0] for name, one in found.items()}
    assert (near["kl"]["mean"], near["kl"]["sigma"]) == pytest.approx(
        (0, math.sqrt(4.25)), abs=1e-4
    )
    assert near["reverse_kl"]["mean"] == pytest.approx(2, abs=0.01)
    assert near["reverse_kl"]["value"] == pytest.approx(LOG2, abs=1e-3)
    js = [one["mean"] for one in found["js"]["fits"]]
    assert js == pytest.approx([0, 0, 2.123, 2.25], abs=2e-3)
    switches = {name: one["at"] / 2 for name, one in found.items()}
    assert switches["js"] == pytest.approx(2.1224, abs=1e-4)
    assert switches["reverse_kl"] == pytest.approx(1.4000, abs=1e-4)
    assert switches["total_variation"] == pytest.approx(1.8443, abs=1e-4)
    assert switches["kl"] == switches["wasserstein1"] == math.inf


def test_what_the_text_quotes():
    """What is left under JS by either way, and forward KL on one bump; the pulls at 8σ."""
    places = {"both": ("js", 0, 2.042), "one": ("js", 2, 0.5), "kl": ("kl", 2, 0.5)}
    code = "return given.map(([name, mean, sigma]) => m.distanceOf(name, 2, 0.5, mean, sigma))"
    left = dict(zip(places, ask("fitting", code, list(places.values())), strict=True))
    assert round(left["both"], 3) == 0.201
    assert round(left["one"], 3) == 0.216
    assert round(left["kl"], 1) == 15.3
    far = ask("pulls", AT, {"cases": [(0, 1)], "shifts": [8]})[0][0]
    slopes = dict(zip(ask("pulls", "return m.PULLS"), far["slopes"], strict=True))
    assert round(slopes["js"], 4) == 0.0002
    assert round(math.log10(slopes["chi2"])) == 29
    assert slopes["non_saturating"] == pytest.approx(8, abs=1e-3)


def test_js_has_two_equal_valleys_where_it_switches():
    at = two_modes.switch("js", 4.2, 4.3) / 2
    both, one = ask(
        "fitting", "return given.map((mean) => m.leastAt('js', given[1], 0.5, mean))", [0, at]
    )
    assert both == pytest.approx(one, abs=1e-3)


@pytest.mark.parametrize("name", fits.FITS)
def test_the_least_over_all_widths(name):
    code = "return m.profile(given, 2, 0.5)"
    found = ask("fitting", code, name)
    best = fits.best_gaussian(name, mixture(2, 0.5))
    assert min(found["values"]) == pytest.approx(best.value, abs=0.01)
    near = found["means"][int(np.argmin(found["values"]))]
    assert abs(near) == pytest.approx(abs(best.mean), abs=0.1)
    assert found["values"] == found["values"][::-1]


RATIOS = [0.05, 0.3, 0.9, 1.0, 1.7, 4.0, 30.0]


@pytest.mark.parametrize("name", fgan.FAMILY)
def test_the_family(name):
    code = """const one = m.FAMILY[given.name];
    const t = given.u.map(one.slope);
    return { f: given.u.map(one.f), t, conjugate: t.map(one.conjugate), dual: given.u.map(one.dual),
      activation: given.v.map(one.activation), back: given.v.map(one.activation).map(one.inverse),
      outside: [-9, 9].map((far) => m.conjugateAt(one, far)), domain: one.domain }"""
    u, v = np.array(RATIOS), np.linspace(-3, 3, 7)
    found = ask("family", code, {"name": name, "u": u, "v": v})
    one = fgan.member(name)
    assert found["f"] == pytest.approx(one.f(u), abs=1e-12)
    assert found["t"] == pytest.approx(one.slope(u), abs=1e-12)
    assert found["conjugate"] == pytest.approx(one.conjugate(one.slope(u)), abs=1e-9)
    assert found["dual"] == pytest.approx(found["conjugate"], abs=1e-9)
    assert found["activation"] == pytest.approx(one.activation(v), abs=1e-12)
    assert found["back"] == pytest.approx(v, abs=1e-9)
    assert tuple(found["domain"]) == pytest.approx(one.domain)
    for far, end in zip(found["outside"], one.domain, strict=True):
        assert math.isinf(far) is not math.isinf(end)


@pytest.mark.parametrize("name", fgan.FAMILY)
def test_what_a_critic_finds_out(name):
    """The bound is the divergence for a critic that is right, and less for any other one."""
    beliefs = [0.0, 0.4, 1.0, 1.5]
    code = """const one = m.FAMILY[given.name];
    const found = given.beliefs.map((belief) => m.boundAt(one, 1.2, belief));
    return { all: m.divergenceAt(one, 1.2), found }"""
    found = ask("family", code, {"name": name, "beliefs": beliefs})
    x = np.linspace(-8, 9, 4001)
    dx = x[1] - x[0]
    p, q = (normalised(gaussian(mean).pdf(x), dx) for mean in (0.0, 1.2))
    assert found["all"] == pytest.approx(float(fgan.divergence(name, p, q, dx)), rel=1e-4)
    one = fgan.member(name)
    for belief, bound in zip(beliefs, found["found"], strict=True):
        critic = one.slope((p / q) ** belief)
        exact = float(fgan.bound(name, critic, p, q, dx))
        assert bound == pytest.approx(exact, rel=1e-4, abs=1e-4)
        assert bound <= found["all"] + 1e-4
    assert found["found"][2] == pytest.approx(found["all"], rel=1e-6, abs=1e-6)
    nothing = float(one.f(np.array(1.0)))
    assert found["found"][0] == pytest.approx(nothing, abs=1e-9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_has_the_counts(language):
    rows = re.findall(
        r"^\| .+ \| (\d+) \| (\d+) \|$", Words(language).prose("divergences", "live"), re.M
    )
    games = [key for key in page.GAMES.values() if key != "f-gan"]  # in one row with 2 JS
    told = [[int(number) for number in row] for row in rows]
    assert told == [[page.COUNTED[way][key] for way in page.COUNTED] for key in games]
    assert all(counts["f-gan"] == counts["f-jensen-shannon"] for counts in page.COUNTED.values())


@pytest.mark.slow
@pytest.mark.parametrize("objective", page.COUNTED)
@pytest.mark.parametrize("member", page.GAMES)
def test_the_counts(member, objective):
    """What the page says of each game on the ring, over its seeds."""
    changes = page.game({"member": member, "objective": objective})
    start = get_preset("healthy")
    modes = [
        run(start.open({**changes, "seed": seed}), page.STEPS).metrics["modes"]
        for seed in range(page.SEEDS)
    ]
    assert sum(one >= page.ENOUGH for one in modes) == page.COUNTED[objective][page.GAMES[member]]
    if objective == "saddle-point" and member in ("kl", "reverse_kl"):
        assert (min(modes), modes.count(0)) == {"kl": (0, 2), "reverse_kl": (6, 0)}[member]

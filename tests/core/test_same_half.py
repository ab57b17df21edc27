"""What T1 tells of its three comparisons, over seeds: the same ½, and what lies behind it."""

import numpy as np
import pytest

from gan_core.experiment import Experiment
from gan_core.matches import MATCHES

pytestmark = pytest.mark.slow
SEEDS = range(8)
STEPS, LATE = 3000, 200
LOG2, LOG4 = np.log(2), np.log(4)
COSTS, SAYS, MEASURES = ("d_cost", "g_cost"), ("d_real", "d_fake"), ("js", "w1", "covered")


def end_of(settings, seed, steps=STEPS):
    """Costs and D's output, mean of the last 200 iterations; JS, W₁, modes at the end."""
    experiment = Experiment(settings.with_changes({"seed": seed}))
    experiment.step(steps)
    late = experiment.history()[-LATE:].mean(0)
    measured = experiment.measure()
    found = dict(zip((*COSTS, *SAYS), late[1:5], strict=True))
    return found | {name: measured[name] for name in MEASURES}, experiment


def ends(settings, steps=STEPS):
    return [end_of(settings, seed, steps)[0] for seed in SEEDS]


def span(runs, *names):
    """Least and most of some numbers, as the page writes them."""
    values = [run[name] for run in runs for name in names]
    return f"{min(values):.2f}–{max(values):.2f}"


@pytest.fixture(scope="module")
def line():
    """The run that catches up, the one that hops, and the one off the ideal."""
    same, off = MATCHES["line-hop"], MATCHES["line-half"]
    assert same.left == off.left
    return tuple(ends(one) for one in (same.left, same.right.settings, off.right.settings))


def test_the_same_half_and_the_same_costs(line):
    left, right, _ = line
    assert (span(left, "d_cost"), span(right, "d_cost")) == ("1.39–1.39", "1.38–1.39")
    assert (span(left, "g_cost"), span(right, "g_cost")) == ("0.70–0.70", "0.69–0.71")
    assert span(left, *SAYS) == "0.50–0.50"
    assert span(right, *SAYS) == "0.49–0.50"
    assert {run["covered"] for run in left} == {4}
    assert {run["covered"] for run in right} == {0, 1}
    assert (span(left, "w1"), span(right, "w1")) == ("0.06–0.10", "0.56–1.05")
    assert (span(left, "js"), span(right, "js")) == ("0.19–0.36", "0.52–0.69")
    for run in right:  # what D* would pay there, and what this D pays
        best = LOG4 - 2 * run["js"]
        assert -1e-9 <= best < 0.34
        assert run["d_cost"] > 4 * best


def test_off_the_ideal_and_nearer_to_the_data(line):
    left, _, right = line
    assert (span(right, "d_cost"), span(right, "g_cost")) == ("1.29–1.37", "0.73–0.85")
    assert (span(right, "js"), span(right, "w1")) == ("0.05–0.15", "0.04–0.21")
    for near, far in zip(right, left, strict=True):
        assert near["js"] < far["js"]
        assert abs(near["d_cost"] - LOG4) > abs(far["d_cost"] - LOG4)
        assert abs(near["g_cost"] - LOG2) > abs(far["g_cost"] - LOG2)
        # what D has noticed: nothing at the left, a part at the right
        assert abs(LOG2 - far["d_cost"] / 2) < 0.01
        assert 0.005 < LOG2 - near["d_cost"] / 2 < near["js"]


def test_the_ideal_costs_come_later_and_bring_nothing():
    later = ends(MATCHES["line-half"].right.settings, 10_000)
    assert (span(later, "d_cost"), span(later, "g_cost")) == ("1.38–1.39", "0.70–0.71")
    assert span(later, "js") == "0.09–0.21"


def test_on_the_ring():
    match = MATCHES["ring-hop"]
    healthy, hop = ends(match.left), ends(match.right.settings)
    assert (span(hop, "d_cost"), span(hop, "g_cost")) == ("1.38–1.39", "0.70–0.70")
    assert span(hop, *SAYS) == "0.50–0.50"
    assert (span(hop, "js"), span(hop, "w1")) == ("0.61–0.69", "1.06–1.35")
    assert (span(healthy, "d_cost"), span(healthy, "g_cost")) == ("1.24–1.36", "0.78–0.93")
    assert (span(healthy, "js"), span(healthy, "w1")) == ("0.09–0.22", "0.08–0.27")


def test_the_repair():
    """After 1,000 hopping iterations a faster D mends it within 500."""
    for seed in SEEDS:
        experiment = Experiment(MATCHES["line-hop"].right.settings.with_changes({"seed": seed}))
        experiment.step(1000)
        assert experiment.change(experiment.settings.with_changes({"d_optimizer.lr": 0.002}))
        experiment.step(500)
        measured = experiment.measure()
        assert measured["covered"] == 4
        assert measured["w1"] < 0.2


def test_the_floors():
    frame = end_of(MATCHES["line-hop"].left, 0)[1].frame()
    assert f"{frame.js_floor:.2f} {frame.w1_floor:.2f}" == "0.01 0.07"

"""The diagnosis: each rule on evidence made for it, what is gathered, and who is asked when."""

import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gan_core import diagnosis
from gan_core.data.circle import Circle
from gan_core.data.ring import Ring
from gan_core.diagnosis import EVIDENCE, VERDICTS, Evidence, diagnose, gather
from gan_core.experiment import Experiment
from gan_core.frame import METRIC_COLUMNS
from gan_core.metrics.looks import Looks
from gan_core.presets import PRESETS
from gan_core.run import run
from gan_core.settings import Settings
from ui.text import LANGUAGES, Words

ROOT = Path(__file__).parents[2]
FINE = Evidence(
    looks=20,
    modes=8,
    covered=8,
    high_quality=0.9,
    dominant=0.15,
    dominated=0,
    hops=0,
    speed=1,
    spread=1,
    outside=0,
    w1=0.12,
    w1_floor=0.11,
    w1_change=-0.02,
    js=0.1,
    js_floor=0.06,
    js_change=-0.02,
    accuracy=0.55,
    gradient=2,
)
NO_MODES = replace(FINE, modes=0, covered=math.nan, dominant=math.nan, dominated=math.nan)
CASES = {
    "a value is not finite": ("diverged", replace(FINE, finite=0)),
    "the fakes have left": ("diverged", replace(FINE, covered=0, outside=0.9)),
    "a critic's scores run away": (
        "diverged",
        replace(FINE, covered=0, w1=0.9, score=40, gradient=100, dominated=0.5, hops=5),
    ),
    "a steep D": ("slow", replace(FINE, covered=4, high_quality=0.3, score=0.9, gradient=100)),
    "too early": ("unknown", replace(FINE, looks=9)),
    "not measured": ("unknown", replace(FINE, w1=math.nan)),
    "all modes": ("healthy", FINE),
    "seven of eight": ("healthy", replace(FINE, covered=7)),
    "at the floor": ("healthy", replace(NO_MODES, w1=0.2)),
    "D is certain": (
        "saturated",
        replace(FINE, modes=1, covered=0, w1=5, accuracy=1, gradient=0.004, speed=0.01),
    ),
    "hopping": ("hopping", replace(FINE, covered=1, w1=1.2, dominated=0.9, hops=15, speed=22)),
    "a clump travels": ("hopping", replace(NO_MODES, w1=1.2, spread=0.1, speed=20)),
    "frozen": ("collapsed", replace(FINE, covered=1, w1=1.2, dominated=1, hops=1, speed=2)),
    "a clump stays": ("collapsed", replace(NO_MODES, w1=1.2, spread=0.1, speed=2)),
    "five modes, and no more": ("collapsed", replace(FINE, covered=5, w1=0.4)),
    "five modes, and on": ("slow", replace(FINE, covered=5, w1=0.4, w1_change=-0.4)),
    "near, and on": ("slow", replace(FINE, covered=5, js_change=-0.2)),
    "near, and W₁ is noise": ("collapsed", replace(FINE, covered=5, w1_change=-0.4)),
    "a blur": ("slow", replace(FINE, covered=2, w1=0.4, high_quality=0.1)),
    "small steps": (
        "slow",
        replace(FINE, covered=0, w1=0.9, speed=0.3, dominated=1, accuracy=0.95),
    ),
    "no modes, and on": ("slow", replace(NO_MODES, w1=0.5, w1_change=-0.3)),
    "no modes, and no trend": ("slow", replace(NO_MODES, w1=0.5)),
}


@pytest.mark.parametrize("case", CASES)
def test_each_rule(case):
    verdict, evidence = CASES[case]
    found = diagnose(evidence)
    assert found.verdict == verdict
    assert len(found.reasons) <= 4
    for name, value, limit in found.reasons:
        assert value == getattr(evidence, name)
        assert math.isfinite(limit)
        assert found.rows[EVIDENCE.index(name)].tolist() == [value, limit]
    assert np.isfinite(found.rows[:, 1]).sum() == len(found.reasons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_and_reason_has_its_words(language):
    words = Words(language).all("live")
    for verdict in VERDICTS:
        assert {f"verdict_{verdict}", f"verdict_{verdict}_text"} <= words.keys()
    for verdict, evidence in CASES.values():
        for name, _, _ in diagnose(evidence).reasons:
            text = words[f"why_{verdict}_{name}"]
            assert {f"{{{name}}}", "{limit}"} <= set(re.findall(r"\{\w+\}", text)) or (
                name == "finite"
            ), text


def test_the_browser_knows_the_same_names():
    script = (ROOT / "ui/live/js/diagnosis.js").read_text(encoding="utf-8")
    for name, mine in (("VERDICTS", VERDICTS), ("EVIDENCE", EVIDENCE)):
        found = re.search(rf"{name} = \[(.*?)\]", script, re.DOTALL)
        assert tuple(re.findall(r"'(\w+)'", found.group(1))) == mine
    timeline = (ROOT / "ui/live/js/timeline.js").read_text(encoding="utf-8")
    assert f"DOMINANT = {diagnosis.DOMINANT};" in timeline


@given(some.lists(some.floats(), min_size=len(EVIDENCE), max_size=len(EVIDENCE)))
def test_any_numbers_have_a_verdict(numbers):
    found = diagnose(Evidence(*numbers))
    assert found.verdict in VERDICTS
    assert found.rows.shape == (len(EVIDENCE), 2)


def rows(*w1, first=2500, every=50):
    """Measurements of W₁."""
    table = np.full((len(w1), len(METRIC_COLUMNS)), 0.5)
    table[:, 0] = first + every * np.arange(len(w1))
    table[:, METRIC_COLUMNS.index("w1")] = w1
    return table


def looked(data, *sets):
    """Looks at sets of samples, 25 iterations apart."""
    looks = Looks(data.centres, data.spread)
    for i, fake in enumerate(sets):
        looks.look(25 * (i + 1), fake)
    return looks


def test_dominance_and_hops_are_those_of_the_last_500_iterations():
    ring = Ring()
    on = [np.repeat(ring.centres[i : i + 1], 10, 0) for i in range(8)]
    early, late = [on[i % 8] for i in range(20)], [on[i % 2] for i in range(4)] + [on[1]] * 16
    found = gather(looked(ring, *early, *late), ring, np.zeros((0, 7)), rows(), (0.1, 0.1))
    assert (found.looks, found.dominated, found.dominant, found.hops) == (20, 1, 1, 3)
    # one more change from the last early look to the first late one lies before the window
    assert (found.all_hops, found.visited) == (19 + 1 + 3, 8)


def test_speed_is_in_radii_of_the_data_per_500_iterations():
    circle = Circle()
    way = [np.array([[0.1 * i, 0.0]]) for i in range(30)]
    found = gather(looked(circle, *way), circle, np.zeros((0, 7)), rows(), (0.1, 0.1))
    _, reach = diagnosis.size(circle)
    assert found.speed == pytest.approx(0.1 / reach * 500 / 25)
    assert found.spread == 0
    assert math.isnan(found.dominated)


def test_the_change_of_w1_is_that_of_the_window():
    ring = Ring()

    def change(*w1, **how):
        return gather(looked(ring), ring, np.zeros((0, 7)), rows(*w1, **how), (0, 0)).w1_change

    assert math.isnan(change())
    assert math.isnan(change(1.0))
    assert -0.1 < change(1.0, 0.9, every=500) < -0.04  # some of it may be noise
    assert -0.07 < change(1.0, 0.5, every=5000) < -0.05  # a tenth of it in a window
    assert change(1.0, 0.97, every=500) == 0  # all of it may
    assert change(*np.linspace(1, 0.5, 11)) < -0.4
    assert change(9, 9, 9, *[1.0] * 11) == 0  # what was before does not count


def test_what_runs_away_is_outside():
    circle = Circle()
    far = np.array([[9.0 * circle.extent, 0.0]] * 3 + [[0.0, 0.0], [np.nan, 0.0]])
    found = gather(looked(circle, far), circle, np.zeros((0, 7)), rows(), (0.1, 0.1))
    assert found.outside == pytest.approx(0.8)


def test_a_run_has_no_diagnosis_before_it_is_measured_and_looking_changes_nothing():
    one = Experiment(PRESETS["hop"].settings)
    one.step(300)
    assert one.frame().verdict == VERDICTS.index("unknown")
    other = Experiment(PRESETS["hop"].settings)
    other.step(150)
    other.measure()
    other.step(150)
    np.testing.assert_array_equal(one.history(), other.history())
    one.measure()
    frame = one.frame()
    assert frame.evidence.shape == (len(EVIDENCE), 2)
    assert frame.verdict == VERDICTS.index(one.diagnosis.verdict)


def test_a_run_that_diverges_says_so_at_once():
    changes = {"g_optimizer": "sgd", "d_optimizer": "sgd", "game": "least-squares"}
    rates = {"g_optimizer.lr": 1.0, "d_optimizer.lr": 1.0}
    experiment = Experiment(Settings().with_changes({**changes, **rates}))
    experiment.frame()
    experiment.step(2000)
    assert experiment.status == "diverged"
    assert experiment.frame().verdict == VERDICTS.index("diverged")


@pytest.mark.parametrize(
    ("preset", "verdict"), [("hop", "hopping"), ("saturate", "saturated"), ("healthy", "healthy")]
)
def test_presets_are_what_their_names_say(preset, verdict):
    chosen = PRESETS[preset]
    found = run(chosen.settings, min(chosen.steps, 2000))
    assert found.verdict == verdict
    assert found.as_json()["verdict"] == verdict


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nine_of_ten_runs_that_were_not_used_to_set_it_are_told_right():
    command = [sys.executable, "-m", "benchmarks.diagnosis", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["of"] >= 40
    assert report["right"] >= 0.9 * report["of"]
    assert done.returncode == 0

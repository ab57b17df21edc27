"""Cures as data: what is switched on is on, what is switched off leaves no trace."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.cures import FILE, outcome, treated
from benchmarks.cures import PATIENTS as PATIENTS_MEASURED
from gan_core.cures import CURES, present, switched
from gan_core.matches import MATCHES
from gan_core.presets import PRESETS

HOP = PRESETS["hop"].settings
PATIENTS = [PRESETS[key].settings for key in ("hop", "patient-b", "healthy", "patient-e")]
PRESSES = st.lists(st.tuples(st.sampled_from(sorted(CURES)), st.booleans()), max_size=5)


@pytest.mark.parametrize("key", CURES)
def test_a_cure_is_on_once_it_is_switched_on_and_leaves_no_trace(key):
    assert present(HOP, HOP) == []
    cured = switched(HOP, HOP, key, on=True)
    assert cured != HOP
    assert present(cured, HOP) == [key]
    assert switched(cured, HOP, key, on=False) == HOP


@settings(max_examples=30)
@given(st.sampled_from(PATIENTS), PRESSES)
def test_any_switches_in_any_order(patient, presses):
    """What was pressed last is so; what agrees with it stays; all off is the patient again."""
    now = patient
    for key, on in presses:
        cure, before = CURES[key], set(present(now, patient))
        if not cure.fits(now):
            continue
        now = switched(now, patient, key, on=on)
        after = set(present(now, patient))
        assert (key in after) == (on and cure.apply(patient) != patient)
        assert after - {key} == {
            other for other in before - {key} if not on or cure.agrees(CURES[other])
        }
    for key in present(now, patient):
        now = switched(now, patient, key, on=False)
    assert now == patient


def test_what_a_patient_has_not_cannot_be_changed():
    assert not CURES["no-momentum"].fits(PRESETS["patient-e"].settings)
    assert all(cure.fits(HOP) for cure in CURES.values())


def test_what_a_student_has_set_stays():
    own = HOP.with_changes({"g_optimizer.lr": 3e-4, "batch": 64})
    cured = switched(own, HOP, "packing", on=True).with_changes({"pack": 4})
    cured = switched(cured, HOP, "wgan-gp", on=True)
    cured = switched(cured, HOP, "unrolled", on=True)
    assert present(cured, HOP) == ["unrolled", "packing", "wgan-gp"]
    flat = cured.flat()
    assert (flat["pack"], flat["update.d_steps"]) == (4, 5)  # another rule does not undo it
    for key in ("packing", "wgan-gp", "unrolled"):
        cured = switched(cured, HOP, key, on=False)
    assert cured == own


def test_cures_that_exclude_each_other():
    cured = switched(HOP, HOP, "wgan-gp", on=True)
    cured = switched(cured, HOP, "r1", on=True)
    assert present(cured, HOP) == ["r1"]
    assert cured.game == HOP.game


def test_each_amount_is_one_of_its_cures():
    for cure in CURES.values():
        assert (cure.amount in cure.changes) == bool(cure.amount)
        for amount in cure.amounts:
            assert cure.on(cure.apply(HOP).with_changes({cure.amount: amount}), HOP)


FIGURES = json.loads(FILE.read_text("utf-8"))


def test_the_file_holds_every_cure_and_says_how_it_was_made():
    assert FIGURES["command"] == "python dev.py bench cures"
    assert FIGURES["seeds"] >= 8
    assert {key: tuple(rows) for key, rows in FIGURES["patients"].items()} == PATIENTS_MEASURED
    for rows in FIGURES["patients"].values():
        for row in rows.values():
            assert sum(row["verdicts"].values()) == len(row["each"]) == FIGURES["seeds"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["hop/none", "hop/fast-d", "hop/packing", "hop/unrolled", "hop/average", "momentum/none"],
)
def test_what_the_file_says_is_seen_again(name):
    patient, cure = name.split("/")
    old, new = FIGURES["patients"][patient][cure], outcome(treated(patient, cure))
    assert max(new["verdicts"], key=new["verdicts"].get) == max(
        old["verdicts"], key=old["verdicts"].get
    )
    assert abs(new["modes"][0] - old["modes"][0]) <= 2
    assert abs(new["dominance"][0] - old["dominance"][0]) <= 0.15
    assert abs(new["w1"][0] - old["w1"][0]) <= 0.15


@pytest.mark.slow
@pytest.mark.parametrize("left", [True, False])
def test_the_figure_visits_mode_after_mode_or_spreads(left):
    """What the clinic says of its match: the left hops, the right does not."""
    match = MATCHES["unrolled-ring"]
    row = outcome(match.left if left else match.right.settings)
    assert (row["hops"][1] >= 20) if left else (row["hops"][2] == 0)
    assert (row["dominance"][1] >= 0.7) if left else (row["dominance"][2] <= 0.1)

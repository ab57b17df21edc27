"""A short soak (`benchmarks/soak.py`): mishaps in a row, and the class goes on."""

import os

import pytest

from benchmarks.soak import BACK, LOST, Soak

MISHAPS = ["kill", "flood", "halt", "drop", "stall", "reload", "kill"]


@pytest.mark.browser
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.slow
def test_a_class_goes_on_through_mishaps(chromium, server):
    soak = Soak(chromium, server.base, server.process, students=2, seed=5)
    try:
        soak.run(MISHAPS)
        result = soak.result()
    finally:
        soak.close()
    assert result["broken"] == []
    assert result["frames"] > 100
    # Against a check that is blind: the mishaps did happen, and were seen.
    assert {kind: spread["n"] for kind, spread in result["back_s"].items()} == {
        kind: MISHAPS.count(kind) for kind in MISHAPS
    }
    assert all(
        spread["max"] <= BACK for kind, spread in result["back_s"].items() if kind != "stall"
    )
    assert result["lost_s"]["n"] >= 1
    assert result["lost_s"]["max"] <= LOST

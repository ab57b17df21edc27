"""Knobs of a sketch: what a browser or a link may say, and what comes of it."""

import json
import math

import pytest

from tests.hostile.inputs import RUBBISH
from ui.sketch.knobs import Drawn, Number, Option, from_query, read, starts, to_query
from ui.sketch.pages import SKETCHES

KNOBS = {
    "shift": Number(-2, 2, 0.5, 0.1),
    "rule": Option(("simultaneous", "alternating"), "simultaneous"),
    "curve": Drawn(3),
}
START = {"shift": 0.5, "rule": "simultaneous", "curve": ""}


def test_valid_values_are_taken_and_others_leave_the_knob_where_it_is():
    said = {"shift": 1.25, "rule": "alternating", "curve": "00ff80"}
    assert read(KNOBS, said, START) == said
    assert read(KNOBS, {"shift": 9, "rule": "chess", "curve": "zz"}, said) == said
    assert read(KNOBS, {"shift": "-2"}, START)["shift"] == -2


@pytest.mark.parametrize(
    "said", [*RUBBISH, None, True, [], {}, math.nan, math.inf, "1e999", "٣", b"1"]
)
def test_rubbish_changes_nothing(said):
    assert read(KNOBS, said, START) == START
    found = read(KNOBS, dict.fromkeys(KNOBS, said), START)
    assert -2 <= found["shift"] <= 2
    assert found["rule"] in KNOBS["rule"].options
    assert found["curve"] == ""
    json.dumps(found, allow_nan=False)


def test_an_address_says_what_has_moved_and_brings_it_back():
    moved = {"shift": -1.5, "rule": "alternating", "curve": "000102"}
    query = to_query(KNOBS, moved)
    assert query == {"at.shift": "-1.5", "at.rule": "alternating", "at.curve": "000102"}
    assert from_query(KNOBS, query | {"lang": "ko", "seed": "3", "at.nothing": "1"}) == moved
    assert to_query(KNOBS, START) == {}
    assert from_query(KNOBS, {}) == starts(KNOBS) == START


def test_drawn_heights():
    assert Drawn(3).heights("00ff33") == [0, 1, 0.2]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Number(1, 0, 0, 0.1),
        lambda: Number(0, 1, 2, 0.1),
        lambda: Number(0, 1, 0, 0),
        lambda: Option(("a",), "b"),
    ],
)
def test_knobs_that_make_no_sense_are_refused(make):
    with pytest.raises(ValueError, match=r"low|none of"):
        make()


@pytest.mark.parametrize("slug", SKETCHES)
def test_each_page_starts_where_its_knobs_allow(slug):
    knobs = SKETCHES[slug]
    assert knobs
    assert read(knobs, starts(knobs), starts(knobs)) == starts(knobs)
    json.dumps({name: knob.as_data() for name, knob in knobs.items()})

"""Points of one's own: what is understood, what is refused, and that nothing does harm."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.data.points import FARTHEST, HEAVIEST, LIGHTEST, SMILE, Points, arrays, canonical
from gan_core.registry import Refused
from gan_core.settings import Settings, SettingsError

PROBLEMS = {"no-points", "too-many-points", "not-a-point", "too-small", "too-large"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,2", "1,2"),
        (" 1 , 2 ; 3 ,4 ", "1,2;3,4"),
        ("1 2\n3\t4\r\n5,6", "1,2;3,4;5,6"),
        ("1,2,1;3,4,1.0;5,6,2", "1,2;3,4;5,6,2"),
        ("\n\n;;1,2;\n;", "1,2"),
        ("1.23456,-0.000", "1.235,0"),
        ("−1.5, +.5", "-1.5,0.5"),
        ("1e0 2E-1", "1,0.2"),
        ("9.99999,-10,0.99999", "10,-10"),
        ("1,1;1,1", "1,1;1,1"),
        ("1e-4,-0.00001", "0.0001,-1e-05"),
    ],
)
def test_points_are_read_as_people_write_them(written, expected):
    assert canonical(written) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    ("written", "problem", "value", "bound"),
    [
        ("", "no-points", "", None),
        (" \n;\t; ", "no-points", "", None),
        ("1,1;oops;2,2", "not-a-point", "oops", None),
        ("1", "not-a-point", "1", None),
        ("1,2,3,4", "not-a-point", "1,2,3,4", None),
        ("1,,2", "not-a-point", "1,,2", None),
        ("1, 2 3", "not-a-point", "1, 2 3", None),
        ("nan,0", "not-a-point", "nan,0", None),
        ("0,inf", "not-a-point", "0,inf", None),
        ("0,1e999", "not-a-point", "0,1e999", None),
        ("1_0,0", "not-a-point", "1_0,0", None),
        ("٣,0", "not-a-point", "٣,0", None),
        ("0x1,0", "not-a-point", "0x1,0", None),
        ("11,0", "too-large", 11.0, FARTHEST),
        ("0,-10.01", "too-small", -10.01, -FARTHEST),
        ("0,0,0", "too-small", 0.0, LIGHTEST),
        ("0,0,-1", "too-small", -1.0, LIGHTEST),
        ("0,0,1001", "too-large", 1001.0, HEAVIEST),
        ("1,1;" * 2001, "too-many-points", 2001, 2000),
        ("x" * 100, "not-a-point", "x" * 40, None),
        ("1" * 500, "not-a-point", "1" * 40, None),
    ],
)
def test_refusals_say_what_and_why(written, problem, value, bound):
    with pytest.raises(Refused) as caught:
        canonical(written)
    assert caught.value.problem == problem
    assert caught.value.value == value
    assert (caught.value.bound == bound) or (bound is None and np.isnan(caught.value.bound))


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.text("0123456789,; .\n\t-+eE−\r", max_size=300),
    st.lists(
        st.sampled_from(["1", "-2.5", "nan", "inf", "1e400", "-", ",", ";", "\n", " ", "e", "\x85"])
    ).map("".join),
)


@given(HOSTILE)
def test_any_text_is_refused_or_becomes_canonical(written):
    refused, text = None, SMILE
    try:
        text = canonical(written)
    except Refused as error:
        refused = error
    assert refused is None or refused.problem in PROBLEMS
    assert refused is None or len(str(refused.value)) <= 40
    assert canonical(text) == text
    data = Points(points=text)
    assert np.isfinite(data.sample(5, np.random.default_rng(0))).all()
    assert 1 <= data.extent < 20


@pytest.mark.parametrize(
    "garbage",
    [
        "1" * 100_000,
        "." * 100_000,
        "," * 100_000,
        ";" * 100_000,
        "1," * 50_000,
        "1e" * 50_000,
        " " * 100_000,
        "1" + " " * 99_998 + "2",
        "-" * 100_000,
        "1,1;" * 25_000,
        "\n1,1 " * 20_000,
        "1,1," + "9" * 100_000,
        "\x00" * 100_000,
        "😀" * 25_000,
        "(((" * 33_000,
    ],
    ids=lambda garbage: repr(garbage[:5]),
)
def test_garbage_is_refused_at_once(garbage):
    start = time.perf_counter()
    with pytest.raises(Refused) as caught:
        canonical(garbage)
    assert time.perf_counter() - start < 1
    assert len(str(caught.value.value)) <= 40


coordinates = st.floats(-FARTHEST, FARTHEST)


@given(
    st.lists(
        st.tuples(coordinates, coordinates, st.floats(LIGHTEST, HEAVIEST)), min_size=1, max_size=60
    )
)
def test_valid_points_keep_place_and_weight(points):
    text = canonical("\n".join(f"{x!r}\t{y!r}\t{w!r}" for x, y, w in points))
    said = [tuple(float(f"{number:.4g}") + 0.0 for number in point) for point in points]
    expected = {}
    for x, y, w in said:
        expected[x, y] = expected.get((x, y), 0) + w
    centres, weights = arrays(text)
    assert centres.tolist() == np.array(list(expected), np.float32).tolist()
    total = sum(expected.values())
    assert weights == pytest.approx([w / total for w in expected.values()])
    data = Points(points=text)
    assert len(data.centres) == (len(expected) if len(expected) <= 25 else 0)
    assert (np.abs(centres) < data.extent).all()


def test_the_face_has_two_heavy_eyes():
    data = Points()
    assert canonical(SMILE) == SMILE == data.points
    assert len(data.centres) == 23
    assert (data.weights > 1.5 * data.weights.min()).sum() == 2
    assert data.spread == data.sigma


def test_the_same_point_twice_has_both_weights():
    data = Points(points="1,0;-1,0,2;1,0,3")
    assert data.centres.tolist() == [[1, 0], [-1, 0]]
    assert data.weights == pytest.approx([4 / 6, 2 / 6])


def test_a_cloud_has_no_modes_but_the_same_density():
    rng = np.random.default_rng(3)
    points = rng.uniform(-1, 1, (26, 2)).round(3)
    text = canonical(";".join(f"{x},{y}" for x, y in points))
    cloud, few = Points(points=text), Points(points=text.rpartition(";")[0])
    assert (len(few.centres), few.spread) == (25, few.sigma)
    assert (len(cloud.centres), len(cloud.weights)) == (0, 0)
    assert np.isnan(cloud.spread)
    x = rng.uniform(-1, 1, (50, 2))
    squared = ((x[:, None] - points.astype(np.float32)) ** 2).sum(-1)
    variance = cloud.sigma**2
    expected = np.exp(-squared / (2 * variance)).mean(1) / (2 * np.pi * variance)
    assert cloud.density(x) == pytest.approx(expected, rel=1e-9)


def test_two_thousand_points_are_no_burden():
    rng = np.random.default_rng(0)
    rows = np.column_stack([rng.uniform(-10, 10, (2000, 2)), rng.uniform(0.1, 9, 2000)])
    start = time.perf_counter()
    data = Points(points=canonical("\n".join("\t".join(map(str, row)) for row in rows)))
    x = data.sample(200_000, rng)
    assert time.perf_counter() - start < 2
    mean = (rows[:, 2:] * rows[:, :2]).sum(0) / rows[:, 2].sum()
    assert x.mean(0) == pytest.approx(mean, abs=0.1)


def test_kept_arrays_cannot_be_changed():
    centres, weights = arrays(SMILE)
    for array in (centres, weights):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_points_come_through_the_settings():
    settings = Settings().with_changes({"data": "points", "data.points": "1 1\n2 2 5"})
    assert settings.data == Points(points="1,1;2,2,5")
    assert Settings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError) as caught:
        settings.with_changes({"data.points": "1,1;99,0"})
    error = caught.value
    assert (error.problem, error.field, error.value) == ("too-large", "data.points", 99.0)
    assert error.bound == FARTHEST

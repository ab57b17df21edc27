"""Files and texts of a student's own: what is understood, what is refused, and how it is said."""

import base64
import codecs
import io
import json
import re
import time
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_core.data.points import FARTHEST, MOST_POINTS, SMILE, Points, canonical
from gan_core.settings import Settings, SettingsError
from tests.pages.stand_in import go, open_home, open_playground
from ui.own_data import shelf, taking
from ui.own_data.decode import LARGEST, Refusal
from ui.own_data.fit import AS_IS, AXES, FILLS, FITS, SHAPE, Cloud
from ui.own_data.panel import short
from ui.own_data.reader import OwnPoints, read
from ui.text import LANGUAGES, Words

THREE = [(1.0, 2.0), (3.5, -4.0), (0.0, 0.5)]


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<c><v>1</v></c>")
    return stream.getvalue()


def pairs(found):
    return [tuple(pair) for pair in found.cloud.pairs.tolist()]


# -- what is understood

UNDERSTOOD = {
    "plain": b"1,2\n3.5,-4\n0,0.5\n",
    "heading": b"x,y\n1,2\n3.5,-4\n0,0.5\n",
    "windows": b"x,y\r\n1,2\r\n3.5,-4\r\n0,0.5\r\n",
    "old mac": b"x,y\r1,2\r3.5,-4\r0,0.5",
    "semicolons": b"x;y\n1;2\n3.5;-4\n0;0.5\n",
    "decimal comma": b"x;y\n1,0;2,0\n3,5;-4,0\n0,0;0,5\n",
    "mixed commas": b"1;2\n3,5;-4\n0;0,5\n",
    "tab": b"x\ty\n1\t2\n3.5\t-4\n0\t0.5\n",
    "tab and decimal comma": b"1,0\t2,0\n3,5\t-4,0\n0,0\t0,5\n",
    "blanks": b"  1   2\n3.5 -4\n 0  .5\n",
    "spaces around": b" x , y \n 1 , 2 \n 3.5 , -4 \n 0 , 0.5 \n",
    "quotes": b'"x","y"\n"1","2"\n"3.5","-4"\n"0","0.5"\n',
    "quoted decimal comma": b'"x";"y"\n"1,0";"2"\n"3,5";"-4"\n"0";"0,5"\n',
    "a comma in quotes": b'"Kim, A",1,2\n"Lee, ""B""",3.5,-4\n"Park",0,0.5\n',
    "blank lines": b"\n\nx,y\n\n1,2\n   \n3.5,-4\n\n0,0.5\n\n\n",
    "comments": b"# made by hand\n#x,y\n1,2\n3.5,-4\n# end\n0,0.5\n",
    "Excel's hint": b"sep=;\nx;y\n1;2\n3,5;-4\n0;0,5\n",
    "text column first": b"name,x,y\nKim,1,2\nLee,3.5,-4\nPark,0,0.5\n",
    "a third number": b"x,y,z\n1,2,9\n3.5,-4,9\n0,0.5,9\n",
    "dates first": b"2024-01-01,1,2\n2024-01-02,3.5,-4\n2024-01-03,0,0.5\n",
    "exponents": b"1e0,2E0\n35e-1,-0.4e+1\n0,5e-1\n",
    "true minus": "1,2\n3.5,−4\n0,0.5\n".encode(),
    "plus": b"+1,+2\n+3.5,-4\n+0,+.5\n",
    "BOM": codecs.BOM_UTF8 + b"x,y\n1,2\n3.5,-4\n0,0.5\n",
    "UTF-16": "x,y\n1,2\n3.5,-4\n0,0.5\n".encode("utf-16"),
    "UTF-16 big": codecs.BOM_UTF16_BE + "키,값\n1,2\n3.5,-4\n0,0.5\n".encode("utf-16-be"),
    "UTF-16 without mark": "x,y\n1,2\n3.5,-4\n0,0.5\n".encode("utf-16-le"),
    "UTF-16 big without mark": "x,y\n1,2\n3.5,-4\n0,0.5\n".encode("utf-16-be"),
    "UTF-32": "x,y\n1,2\n3.5,-4\n0,0.5\n".encode("utf-32"),
    "CP949": "똠방각하,값\n1,2\n3.5,-4\n0,0.5\n".encode("cp949"),
    "EUC-KR": "키,몸무게\n1,2\n3.5,-4\n0,0.5\n".encode("euc-kr"),
    "Latin": "größe,höhe\n1,2\n3.5,-4\n0,0.5\n".encode("cp1252"),
    "no last line end": b"1,2\n3.5,-4\n0,0.5",
}


@pytest.mark.parametrize("data", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_tables_are_read_as_people_save_them(data):
    found = read(data)
    assert pairs(found) == THREE
    assert (found.rows, found.left_out, found.sampled) == (3, 0, False)


@pytest.mark.parametrize(
    ("data", "left_out", "rows"),
    [
        (b"x,y\n1,2\nnan,3\n3,inf\n,\n4,\n5,6\n", 4, 2),
        (b"nan,1\n1,2\n", 1, 1),
        (b"1,2\n3\n4,5,6\n\n7,8,9,10\nx,y\n", 2, 3),
        (b"x,y\ncm,kg\n1,2\n3,4\n", 1, 2),
        (b"1,2\n1e400,1\n-1e999,1\n", 2, 1),
        (b"1,2\n0x10,1\n1_000,1\n", 2, 1),
        (b'1,2\n"3,4\n5,6\n', 1, 2),  # a quote that is never closed harms its own line alone
        (b"x,y\n1,2\n=1+1,=cmd|' /C calc'!A0\n+SUM(A1),@now\n-2+3,1\n3,4\n", 3, 2),
        ("1,2\n٣,4\n３,4\n".encode(), 2, 1),
        (b"1,2\n" + b"9" * 70 + b",1\n", 1, 1),
        (b"1.234,5;2\n1,5;2\n", 1, 1),  # a thousands' dot could be read in two ways
    ],
)
def test_rows_without_two_numbers_are_left_out_and_counted(data, left_out, rows):
    found = read(data)
    assert (found.left_out, found.rows) == (left_out, rows)
    assert np.isfinite(found.cloud.pairs).all()


def test_the_columns_are_named():
    assert read("이름;키;몸무게\nA;1;2\nB;2;3\n".encode("cp949")).columns == ("키", "몸무게")
    assert read(b"1,2\n3,4\n").columns == ("", "")


def test_points_in_the_app_s_own_form_are_taken_as_they_are():
    assert read(SMILE.encode()).text == SMILE
    assert read(b"1,2;3,4,2;").text == "1,2;3,4,2"
    far = read(b"1,2;3,4;99,0")
    assert pairs(far) == [(1, 2), (3, 4), (99, 0)]
    many = read(";".join(f"{i % 7},{i % 9}" for i in range(2500)).encode())
    assert (many.rows, many.sampled) == (2500, True)


def test_more_points_than_fit_are_a_fair_sample_the_same_each_time():
    table = "\n".join(f"{i},{-i}" for i in range(20_000)).encode()
    found, again = read(table), read(table)
    assert found.rows == 20_000
    assert found.sampled
    assert len(found.cloud) == MOST_POINTS
    assert (found.cloud.pairs == again.cloud.pairs).all()
    x = found.cloud.pairs[:, 0]
    assert (np.diff(x) > 0).all(), "in their order, none twice"
    # Means of fair samples of 2,000 out of 0..19,999 lie within 4 standard errors.
    assert abs(x.mean() - 9999.5) < 4 * 20_000 / np.sqrt(12 * MOST_POINTS)
    counts, _ = np.histogram(x, 10, (0, 20_000))
    assert (abs(counts - 200) < 4 * np.sqrt(200)).all()


# -- what is refused

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))
REFUSED = {
    "empty": (b"", "empty"),
    "white": (b" \r\n\t \n", "empty"),
    "a mark alone": (codecs.BOM_UTF8, "empty"),
    "comments alone": (b"# nothing\n# at all\n", "empty"),
    "PNG": (PNG, "not-text"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(200), "not-text"),
    "PDF": (b"%PDF-1.7\n1 2\n3 4\n", "not-text"),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), "not-text"),
    "zip": (zipped(), "workbook"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(512), "workbook"),
    "program": (b"\x7fELF" + bytes(100), "not-text"),
    "null bytes": (b"1,2\n3,\x004\n", "not-text"),
    "control characters": (b"1,2\x1b[31m\n", "not-text"),
    "random bytes": (np.random.default_rng(3).bytes(5000), None),
    "half a UTF-16": ("x,y\n1,2\n".encode("utf-16")[:-1], "unreadable"),
    "torn UTF-32": (codecs.BOM_UTF32_LE + b"\1\2", None),
    "undecodable": (b"1,2\n\x81\x8d\x8f\x90\x9d\xff\n", "unreadable"),
    "one column": (b"x\n1\n2\n3\n", "one-column"),
    "one column beside text": (b"a,1\nb,2\nc,3\n", "one-column"),
    "text": ("Es war einmal ein König,\nder hatte eine Tochter.\n".encode(), "no-numbers"),
    "Korean text": ("옛날 옛적에\n호랑이가 살았어요\n".encode("cp949"), "no-numbers"),
    "heading alone": (b"x,y\n", "no-numbers"),
    "page": (b"<!DOCTYPE html>\n<html><body>hello</body></html>", "no-numbers"),
    "formulas": (b"=1+1,=2+2\n@x,@y\n", "no-numbers"),
    "never both": (b"1,\n,2\n3,\n,4\n", "no-pairs"),
    "nothing but NaN": (b"nan,nan\ninf,inf\n", "no-numbers"),
    "one row": (b"1,2,3,4,5,6\n", "one-row"),
    "1 MB in one line": (b"1," * (LARGEST // 2 - 1), "one-row"),
    "a million rows": (b"0.5,0.5\n" * 1_000_000, "too-large"),
    "too large by one": (b"1" * (LARGEST + 1), "too-large"),
    "too large and binary": (PNG + bytes(LARGEST), "too-large"),
    "1 MB of digits": (b"1" * LARGEST, "no-numbers"),
    "1 MB of quotes": (b'"' * LARGEST, "no-numbers"),
    "1 MB of commas": (b"," * LARGEST, "no-numbers"),
    "1 MB of semicolons": (b";" * LARGEST, "no-numbers"),
    "1 MB of commas and a semicolon": (b";" + b"1," * (LARGEST // 2 - 1), None),
    "1 MB of almost numbers": (b"1e" * (LARGEST // 2), "no-numbers"),
    "1 MB of lines": (b"x\n" * (LARGEST // 2), "no-numbers"),
    "1 MB of open quotes": (b'"1,2\n' * (LARGEST // 5), None),
    "1 MB of blanks": (b"1" + b" " * (LARGEST - 2) + b"x", None),
    "an emoji": ("😀".encode(), "no-numbers"),
}


@pytest.mark.parametrize(("data", "problem"), REFUSED.values(), ids=REFUSED)
def test_hostile_files_are_refused_at_once(data, problem):
    start = time.perf_counter()
    with pytest.raises(Refusal) as caught:
        read(data)
    assert time.perf_counter() - start < 3
    assert problem in (None, caught.value.problem)
    said = [worded(caught.value, language) for language in LANGUAGES]
    assert all(said)
    assert not any("{" in text for text in said)


@pytest.mark.parametrize(
    "row", [b"1,2\n", b"0.123456,-0.654321\n", b'"1","2"\n', b"a,b,c,1,2\n", b"1 2\n", b"x,\n1,2\n"]
)
def test_the_largest_file_takes_a_bounded_time(row):
    start = time.perf_counter()
    found = read((row * (LARGEST // len(row) + 1))[:LARGEST].rsplit(b"\n", 1)[0])
    assert time.perf_counter() - start < 5
    assert len(found.cloud) == MOST_POINTS


def worded(refusal, language):
    return Words(language).say(f"own_data.refused.{refusal.problem}", **refusal.blanks)


PIECES = st.sampled_from(
    ["1", "-2.5", "1,5", "nan", "1e308", "-1e-320", "x", "=1", "sep=;", *'",;#{−키\t\n\r \x00\x85']
)
HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(
        st.lists(PIECES, max_size=60), st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp949"])
    ).map(lambda made: "".join(made[0]).encode(made[1], "replace")),
)


@given(HOSTILE, st.sampled_from(FITS))
def test_any_bytes_are_refused_in_words_or_become_points(data, how):
    refusal, found = None, OwnPoints(None, SMILE)
    try:
        found = read(data)
    except Refusal as error:
        refusal = error
    assert refusal is None or (worded(refusal, "ko") and worded(refusal, "en"))
    text = found.text if found.cloud is None else found.cloud.fitted(how).text
    assert canonical(text) == text
    assert np.isfinite(Points(points=text).sample(4, np.random.default_rng(0))).all()


@given(
    st.lists(st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 2), min_size=1),
    st.sampled_from([",", ";", "\t", " "]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp949", "utf-32"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_every_written_table_comes_back(points, separator, encoding, end, heading):
    rows = [f"{x!r}{separator}{y!r}" for x, y in points]
    lines = [f"가{separator}나", *rows] if heading else rows
    found = read(end.join(lines).encode(encoding))
    assert pairs(found) == points
    assert found.left_out == 0
    assert found.columns == (("가", "나") if heading else ("", ""))


# -- where they go in the picture


def numbers(text):
    return np.array([[float(part) for part in point.split(",")] for point in text.split(";")])


def test_points_fill_the_picture_and_keep_their_shape():
    cloud = Cloud(np.array([[100.0, 1000.0], [300.0, 1100.0], [200.0, 1050.0]]))
    fitted = cloud.fitted(SHAPE)
    assert numbers(fitted.text).tolist() == [[-1.5, -0.75], [1.5, 0.75], [0, 0]]
    assert fitted.centre == (200, 1050)
    assert fitted.factors == pytest.approx((100 / 1.5, 100 / 1.5))
    axes = cloud.fitted(AXES)
    assert numbers(axes.text).tolist() == [[-1.5, -1.5], [1.5, 1.5], [0, 0]]
    assert not cloud.fits_as_is
    assert cloud.fitted(AS_IS) == fitted, "what does not fit as it is keeps its shape"


def test_points_may_stay_where_they_are():
    cloud = Cloud(np.array([[9.5, -10.0], [0.12345, 3.0]]))
    assert cloud.fits_as_is
    assert cloud.fitted(AS_IS).text == "9.5,-10;0.1235,3"
    assert cloud.fitted(AS_IS).factors == (1, 1)


@pytest.mark.parametrize(
    "pairs",
    [
        [[5, 7]],
        [[5, 7], [5, 7]],
        [[5, 7], [5, 9]],
        [[1e300, 0], [-1e300, 1]],
        [[1.7e308, -1.7e308], [-1.7e308, 1.7e308]],
        [[1e300, 1e300], [1.0000001e300, 1e300]],
        [[5e-324, 0], [0, 5e-324]],
        [[1e-310, 0], [0, 0]],
        [[1e16, 1e16], [1e16 + 2, 1e16]],
    ],
)
@pytest.mark.parametrize("how", FITS)
def test_constant_huge_and_tiny_columns_do_no_harm(pairs, how):
    with np.errstate(all="raise", under="ignore"):
        fitted = Cloud(np.array(pairs, float)).fitted(how)
    found = numbers(fitted.text)
    assert len(found) == len(pairs)
    assert np.isfinite(found).all()
    assert (abs(found) <= FARTHEST).all()
    assert np.isfinite([*fitted.centre, *fitted.factors]).all()
    assert all(map(short, fitted.factors))


@given(
    st.lists(
        st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), min_size=1, max_size=50
    ),
    st.sampled_from([SHAPE, AXES]),
)
def test_fitted_points_lie_in_the_picture(points, how):
    found = numbers(Cloud(np.array(points)).fitted(how).text)
    assert (abs(found) <= FILLS).all()


def test_flat_clouds_are_noticed():
    assert Cloud(np.array([[0, 0], [1, 1000.0]])).is_flat
    assert not Cloud(np.array([[0, 0], [1, 10.0]])).is_flat
    assert not Cloud(np.array([[0, 0], [0, 10.0]])).is_flat, "a constant column is what it is"


def test_numbers_are_short():
    said = [short(value) for value in (21.4444, -0.5, 1e300, 2.5e-7, 0.0, 1)]
    assert said == ["21.4", "−0.5", "1 × 10^300", "2.5 × 10^−7", "0", "1"]


# -- long links


@pytest.fixture
def empty_shelf(monkeypatch):
    monkeypatch.setattr(shelf, "_kept", type(shelf._kept)())


def many(count, seed=0):
    return canonical(
        ";".join(f"{x:.3f},{y:.3f}" for x, y in np.random.default_rng(seed).normal(size=(count, 2)))
    )


@pytest.mark.usefixtures("empty_shelf")
def test_short_links_hold_their_points_and_long_ones_name_them():
    query = {"preset": "healthy", "data": "points", "data.points": many(300)}
    assert shelf.shorten(query) == query
    long = query | {"data.points": many(2000)}
    named = shelf.shorten(long)
    assert shelf.is_short(named)
    assert len(str(named)) < 200
    assert shelf.lengthen(named) == long
    assert shelf.lengthen(query) == query
    with pytest.raises(SettingsError):  # a mark is never mistaken for points
        Settings().with_changes(named | {"preset": "healthy"})


@pytest.mark.usefixtures("empty_shelf")
def test_the_shelf_is_bounded_and_keeps_what_is_asked_for(monkeypatch):
    monkeypatch.setattr(shelf, "MOST", 3)
    marks = []
    for seed in range(5):
        marks.append(shelf.shorten({"data.points": many(1000, seed)}))
        shelf.lengthen(marks[0])
    assert len(shelf._kept) == 3
    assert shelf.lengthen(marks[0])["data.points"] == many(1000, 0)
    assert shelf.lengthen({**marks[1], "data": "points", "seed": "3"}) == {"seed": "3"}


# -- in the playground


def send(name, data, key="k"):
    """Hand in a file as the picker does."""
    sent = {"name": name, "size": len(data), "bytes": base64.b64encode(data).decode()}
    if len(data) > LARGEST:
        sent["bytes"] = ""
    return {key: {"file": sent}}


@pytest.fixture
def bench(monkeypatch):
    """A bench without a run, and a session in which widgets have just spoken."""
    from gan_core.presets import PRESETS
    from ui.bench import Bench

    made = Bench("playground", PRESETS["healthy"], PRESETS["healthy"].settings)
    heard = {}

    def change(page, changes):
        assert page == made.page
        made.settings = made.settings.with_changes(changes)

    def said(key, name=""):
        value = heard.get(key)
        return value.get(name) if name and value is not None else value

    monkeypatch.setattr("ui.session.said", said)
    monkeypatch.setattr("ui.session.change", change)
    made.heard_widgets = heard
    return made


def hand_in(bench, name, data):
    bench.heard_widgets.update(send(name, data))
    taking.take_file(bench, "k")


def test_a_table_becomes_the_data(bench):
    hand_in(bench, "학급.csv", "키,몸무게\n170,65\n180,75\n160,50\n".encode("cp949"))
    assert bench.own.refusal is None
    assert bench.own.name == "학급.csv"
    assert bench.settings.flat()["data.points"] == "0,0.3;1.2,1.5;-1.2,-1.5"
    bench.heard_widgets["fit"] = AXES
    taking.take_fit(bench, "fit")
    assert bench.settings.flat()["data.points"] == "0,0.3;1.5,1.5;-1.5,-1.5"


@pytest.mark.parametrize("data", [one for one, _ in REFUSED.values()], ids=REFUSED)
def test_a_refused_file_changes_nothing(bench, data):
    hand_in(bench, "good.csv", b"1,2\n3,4\n")
    before = bench.settings
    hand_in(bench, "bad.csv", data)
    assert isinstance(bench.own.refusal, Refusal)
    assert (bench.own.refused_by, bench.own.refused_name) == ("file", "bad.csv")
    assert bench.settings == before
    assert bench.own.name == "good.csv", "what is in use is still told"
    hand_in(bench, "good.csv", b"1,2\n3,4\n")
    assert bench.own.refusal is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        5,
        [],
        {},
        {"bytes": 5},
        {"bytes": None, "name": None},
        {"bytes": "%%%"},
        {"bytes": "AAA"},
        {"bytes": "é"},
        {"size": float("nan"), "bytes": "MSwyCg"},
        {"size": 10**400, "bytes": ""},
        {"size": float("inf"), "bytes": ""},
        {"size": 3, "bytes": "A" * (3 * LARGEST)},
        {"name": "x" * 10**6, "size": 3, "bytes": "A"},
        {"name": {"a": []}, "size": "3", "bytes": ""},
    ],
)
def test_whatever_a_browser_sends_does_no_harm(bench, sent):
    bench.heard_widgets["k"] = {"file": sent, "use": sent}
    before = bench.settings
    taking.take_file(bench, "k")
    taking.take_drawing(bench, "k")
    assert bench.settings == before
    assert len(bench.own.refused_name) <= 200
    assert bench.own.refusal is None or worded(bench.own.refusal, "ko")


@pytest.mark.parametrize("text", ["", "nonsense", "1,2;" * 3000, "99,0", "nan,0", "1" * 10**6])
def test_a_drawing_that_nobody_can_draw_is_refused(bench, text):
    bench.heard_widgets["k"] = {"use": text}
    taking.take_drawing(bench, "k")
    assert isinstance(bench.own.refusal, SettingsError)
    assert bench.own.refused_by == "drawing"
    assert bench.settings.data.key == "ring"
    bench.heard_widgets["k"] = {"use": "1,2;0.5,0.25"}
    taking.take_drawing(bench, "k")
    assert bench.own.refusal is None
    assert bench.settings.data.points == "1,2;0.5,0.25"
    assert bench.looks_up == 1


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1,2\n3 4\n5\t6,\n", None),
        ("1,2\n3 4\n5\t6", "1,2;3,4;5,6"),
        ("1,2,2\n3,4", "1,2,2;3,4"),
        ("1,2;3,4,0.5", "1,2;3,4,0.5"),
        ("x,y\n0,0\n20,10", "-1.5,-0.75;1.5,0.75"),
        ("0,5;1,5\n1,5;2,5", "-1.5,-1.5;1.5,1.5"),
        ("0,0;20,10", "-1.5,-0.75;1.5,0.75"),
    ],
)
def test_pasted_points_and_tables(bench, text, points):
    bench.heard_widgets["p"] = text
    taking.take_paste(bench, "p")
    assert bench.own.pasted == text
    if points is not None:
        assert bench.settings.data.points == points


@pytest.mark.parametrize("text", ["", "  ", "hello", "1\n2\n3", "x" * 10**6 * 2, "{}", "\x00"])
def test_a_refused_paste_stays_to_be_mended(bench, text):
    bench.heard_widgets["p"] = text
    taking.take_paste(bench, "p")
    assert bench.own.refused_by == "paste"
    assert bench.own.pasted == text
    assert bench.settings.data.key == "ring"


def test_settings_come_back_from_their_file(bench):
    made = Settings().with_changes(
        {"data": "points", "data.points": many(2000), "game": "wasserstein", "seed": 7}
    )
    hand_in(bench, "gan-settings.json", made.to_json().encode())
    assert bench.settings == made
    assert bench.own.taken == "settings"
    pretty = codecs.BOM_UTF8 + json.dumps(Settings().flat(), indent=2).encode()
    hand_in(bench, "gan-settings.json", pretty)
    assert bench.settings == Settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not-settings"),
        ("{} {}", "not-settings"),
        ('{"a": ' * 50_000, "not-settings"),
        ('{"seed": 1' + "0" * 5000 + "}", None),
        ('{"seed": 1e999}', "too-large"),
        ('{"seed": NaN}', "not-a-number"),
        ('{"seed": [1]}', "not-a-number"),
        ('{"data": {"x": 1}}', "unknown-choice"),
        ('{"data": "points", "data.points": "x"}', "not-a-point"),
        ('{"nonsense": 1}', "unknown-field"),
        ('{"d_optimizer.lr": 7}', "too-large"),
        ('{"game": "<script>"}', "unknown-choice"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_settings_are_refused_in_words(bench, text, problem, language):
    from ui import names

    before = bench.settings
    hand_in(bench, "wrong.json", text.encode())
    assert isinstance(bench.own.refusal, SettingsError)
    assert problem in (None, bench.own.refusal.problem)
    assert bench.settings == before
    said = names.explain(Words(language), bench.own.refusal, Settings())
    assert re.search("[가-힣]", said) or language == "en"
    assert not re.search(r"\{(field|value|bound|valid)\}", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language):
    problems = {problem for _, problem in REFUSED.values()} - {None}
    for problem in problems | {"link-gone"}:
        blanks = {"too-large": {"size": "2", "most": "1"}, "no-pairs": {"rows": 2}}
        assert Words(language).say(f"own_data.refused.{problem}", **blanks.get(problem, {}))


# -- the panel on the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pasting_in_the_playground(engine, language):
    page = open_playground(language)
    run = list(engine.runs)[-1]
    page.text_area(key="playground-own-paste").set_value("hello").run()
    page.button(key="playground-own-paste-use").click().run()
    assert not page.exception
    (error,) = page.error
    assert Words(language).say("own_data.refused.no-numbers") in error.value
    assert Words(language).say("own_data.goes_on") in error.value
    assert engine.commands()[-1] == "create", "the run has been told nothing"
    table = "height,weight\n170,65\n180,75\n160,50\n1,\n"
    page.text_area(key="playground-own-paste").set_value(table).run()
    page.button(key="playground-own-paste-use").click().run()
    assert not page.error
    assert engine.runs[run].data.points == "0,0.3;1.2,1.5;-1.2,-1.5"
    said = " ".join(one.value for one in page.markdown)
    assert Words(language).say("own_data.taken.left_out", count="1") in said
    assert "`height`" in said
    page.segmented_control(key="playground-own-fit").set_value(AXES).run()
    assert engine.runs[run].data.points == "0,0.3;1.5,1.5;-1.5,-1.5"
    page.segmented_control(key="language").set_value("ko" if language == "en" else "en").run()
    assert not page.exception
    assert engine.runs[run].data.points == "0,0.3;1.5,1.5;-1.5,-1.5"
    assert table in [area.value for area in page.text_area]


@pytest.mark.usefixtures("empty_shelf")
def test_a_long_link_opens_while_the_server_remembers(engine):
    points = many(2000)
    page = open_playground()
    page.text_area(key="playground-own-paste").set_value(points.replace(";", "\n")).run()
    page.button(key="playground-own-paste-use").click().run()
    assert engine.settings_of("playground").data.points == points
    link = {key: value for key, value in page.query_params.items() if key != "lang"}
    link = {key: value[0] if isinstance(value, list) else value for key, value in link.items()}
    assert link["data.points"].startswith(shelf.MARK)
    other = open_playground(**link)
    assert not other.warning
    assert engine.settings_of("playground").data.points == points
    shelf._kept.clear()
    late = go(open_home(lang="en"), "playground", **link)
    assert Words("en").say("own_data.refused.link-gone") in late.error[0].value
    assert engine.settings_of("playground").data.key == "ring"

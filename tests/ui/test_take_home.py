"""What a student takes home shows what the frames hold, and nothing that somebody smuggled in."""

import csv
import io
import json
import math
import re
import shlex
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import __main__ as command_line
from gan_core.experiment import Experiment
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, Frame
from gan_core.history import History
from gan_core.presets import PRESETS
from gan_core.settings import Settings
from ui.take_home import charts, contour, gif, numbers
from ui.take_home.choices import command
from ui.take_home.findings import ORDER, findings
from ui.take_home.line import density_top, plan, scale_marks
from ui.take_home.marks import share_outside
from ui.take_home.markup import Html, fill
from ui.take_home.picture import LAYERS, picture, png
from ui.take_home.report import MOST_LETTERS, report
from ui.take_home.table import BOM, table
from ui.take_home.theme import DARK, HUES, LIGHT, contrast, css, mix
from ui.text import LANGUAGES, Words

KO, EN = Words("ko"), Words("en")
SIZE = 520
EVERY = 20


class Run:
    """A real run, looked at and measured every so many iterations."""

    def __init__(self, preset, changes, looks):
        torch.set_num_threads(1)
        self.preset = PRESETS[preset]
        self.settings = self.preset.open(changes)
        experiment = Experiment(self.settings)
        self.frames = []
        for _ in range(looks):
            experiment.step(EVERY)
            experiment.measure()
            self.frames.append(experiment.frame())
        self.history, self.metrics = experiment.history(), self.frames[-1].metrics
        self.last = self.frames[-1]

    def report(self, words=EN, **changes):
        given = {
            "words": words,
            "preset": self.preset,
            "settings": self.settings,
            "frame": self.last,
            "history": self.history,
            "metrics": self.metrics,
            "question": "",
            "prediction": "p",
            "answer": "a",
            "link": "https://class.example/?preset=healthy",
            "date": "22 November 2026",
        }
        return report(**(given | changes))


@pytest.fixture(scope="module")
def healthy():
    return Run("healthy", {}, 60)


@pytest.fixture(scope="module")
def hop():
    return Run("hop", {"seed": 3, "d_optimizer.lr": 2e-4}, 10)


@pytest.fixture(scope="module")
def on_a_line():
    return Run("on-a-line", {}, 20)


@pytest.fixture(scope="module")
def critic():
    return Run("healthy", {"game": "wasserstein", "constraint": "gradient-penalty"}, 5)


# -- the picture of the plane


def pixels(frame, *layers, **options):
    return np.asarray(picture(frame, EN, layers=layers, **options)).astype(int)


def place(frame, x):
    """Column and row of the pixel that holds a point of the plane."""
    part = np.asarray(x, float) / (2 * frame.extent) + 0.5
    return int(part[0] * SIZE), int((1 - part[1]) * SIZE)


def alone(points, others, distance, most):
    """The points with at most so many of the others near them."""
    gaps = np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1))
    return points[(gaps < distance).sum(1) <= most]


def nearest_hue(colour, theme=LIGHT):
    hues = {"real": theme.real, "fake": theme.fake, "ground": theme.ground, "ink": theme.ink}
    return min(hues, key=lambda name: np.abs(np.subtract(hues[name], colour)).sum())


@pytest.mark.parametrize("dark", [False, True])
def test_a_real_sample_is_blue_and_a_fake_orange(healthy, dark):
    frame, theme = healthy.frames[30], DARK if dark else LIGHT
    assert share_outside(frame) < 0.01  # no note covers the corner
    unit = 2 * frame.extent / SIZE
    for layer, hue in (("real", "real"), ("fake", "fake")):
        seen = pixels(frame, layer, dark=dark)
        points = getattr(frame, layer)
        inside = points[(np.abs(points) < 0.97 * frame.extent).all(1)]
        # a neighbour's pale rim may hide a triangle's middle; circles only meet the ink of crosses
        others = points if layer == "fake" else frame.centres
        lone = alone(inside, others, 9 * unit, most=layer == "fake")
        assert len(lone) > 5
        for x in lone:
            column, row = place(frame, x)
            assert nearest_hue(seen[row, column], theme) == hue


def test_samples_lie_where_they_are_and_not_mirrored():
    spot = np.array([[0.5, 0.25]], np.float32)
    seen = pixels(Frame(real=spot, extent=1.0), "real")
    marked = np.argwhere(seen[..., 0] < 200)
    assert marked.mean(0) == pytest.approx([SIZE * 0.375 - 0.5, SIZE * 0.75 - 0.5], abs=0.3)
    assert len(marked) > 12


def test_a_hidden_layer_is_not_there(healthy):
    frame = healthy.last
    for layer in LAYERS:
        one, all_, rest = (
            pixels(frame, *names)
            for names in ([layer], LAYERS, [name for name in LAYERS if name != layer])
        )
        assert (one != LIGHT.ground).any(), layer
        assert (all_ != rest).any(), layer
    assert (pixels(frame) == LIGHT.ground).all()


def test_the_tint_is_on_the_right_side(healthy):
    frame = healthy.last
    seen, g = pixels(frame, "field"), len(frame.field)
    sides = {True: 0, False: 0}
    for row, column in np.argwhere(np.abs(frame.field - 0.5) > 0.15).tolist():
        x, y = int((column + 0.5) * SIZE / g), int((1 - (row + 0.5) / g) * SIZE)
        red, _, blue = seen[y, x]
        says_real = bool(frame.field[row, column] > 0.5)
        sides[says_real] += 1
        assert (blue > red) == says_real
    assert sides[False] > 50


def test_the_tint_is_as_strong_as_in_the_live_view():
    field = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32)  # above: real
    seen = pixels(Frame(field=field), "field")
    pale = [round(255 + 0.26 * (v - 255)) for v in HUES["real"]]
    assert seen[2, 100] == pytest.approx(pale, abs=1)
    pale = [round(255 + 0.26 * (v - 255)) for v in HUES["fake"]]
    assert seen[-3, 100] == pytest.approx(pale, abs=1)


def test_the_dashed_line_is_where_d_cannot_tell():
    slope = np.linspace(0.1, 0.7, 64, dtype=np.float32)  # 0.5 at two thirds of the way
    frame = Frame(field=np.tile(slope, (64, 1)))
    seen = pixels(frame, "field")
    dark = seen.sum(2) < 560
    assert dark.any(0).nonzero()[0] == pytest.approx(SIZE * (0.5 + 63 * 2 / 3) / 64, abs=1.6)
    share = dark.any(1).mean()
    assert 0.45 < share < 0.7  # marks of 5 and gaps of 4
    changes = np.diff(dark.any(1).astype(int))
    assert pytest.approx(np.abs(changes).sum(), abs=4) == 2 * (SIZE - 8) / 9


def test_the_line_of_a_real_field_runs_along_its_level(healthy):
    field = np.asarray(healthy.frames[3].field, float)
    lines = contour.contour_lines(field, 0.5)
    points = np.array([point for line in lines for point in line])
    crossings = (np.diff(field >= 0.5, axis=0).sum()) + (np.diff(field >= 0.5, axis=1).sum())
    closed = sum(line[0] == line[-1] for line in lines)
    assert len(points) - closed == crossings > 30
    for x, y in points:
        left, low = int(x), int(y)
        right, high = min(left + 1, 63), min(low + 1, 63)
        between = [field[low, left], field[low, right] if x > left else field[high, left]]
        assert min(between) <= 0.5 <= max(between)


def test_contour_of_one_peak_is_a_closed_ring():
    grid = np.zeros((3, 3))
    grid[1, 1] = 1.0
    (ring,) = contour.contour_lines(grid, 0.25)
    assert ring[0] == ring[-1]
    assert set(ring) == {(0.25, 1.0), (1.75, 1.0), (1.0, 0.25), (1.0, 1.75)}


def test_runaway_and_missing_samples_do_not_break_the_picture():
    wild = np.array([[1e30, 0], [np.nan, 0], [-np.inf, 1], [0, 0]], np.float32)
    seen = picture(Frame(fake=wild, warp=wild.reshape(2, 2, 2)), EN, layers=LAYERS)
    assert (np.asarray(seen)[14:30, -100:] != LIGHT.ground).any()  # "75 % ... outside"
    for dim in (1, 2):
        blank = picture(Frame(dim=dim), KO, layers=LAYERS)
        assert blank.size == (SIZE, SIZE)


def test_sizes_and_layers_are_checked(healthy):
    assert picture(healthy.last, EN, size=300).size == (300, 300)
    fine = picture(healthy.last, EN, size=1040, ratio=2).reduce(2)
    usual = picture(healthy.last, EN)
    assert np.abs(np.subtract(fine, usual, dtype=int)).mean() < 3
    for wrong, problem in (
        ({"size": 10}, "size = 10"),
        ({"size": 100_000}, "size = 100000"),
        ({"ratio": 0}, "ratio = 0"),
        ({"layers": ["fakes"]}, "'fakes' is unknown"),
    ):
        with pytest.raises(ValueError, match=problem):
            picture(healthy.last, EN, **wrong)


# -- the picture of the line


def test_curves_on_a_line_are_where_their_numbers_are(on_a_line):
    frame, at = on_a_line.last, plan(SIZE, 1)
    seen = pixels(frame, "field")
    cells = frame.field.shape[1]
    step = (at.right - at.left) / cells
    for i in range(8, cells - 8, 8):
        x = int(at.left + (i + 0.5) * step)
        y = at.base - float(frame.field[0, i]) * (at.base - at.top)
        rows = np.argwhere(seen[int(at.top) + 2 : int(at.base) - 1, x].sum(1) < 250)
        assert np.abs(rows[:, 0] + int(at.top) + 2 - y).min() < 2.5


def test_densities_and_bands_wear_their_colours(on_a_line):
    frame, at = on_a_line.last, plan(SIZE, 1)
    peak = int(frame.density[0].argmax())
    x = int(at.left + (peak + 0.5) * (at.right - at.left) / frame.density.shape[1])
    for layer, (red, blue) in {"real": (0, 2), "fake": (2, 0)}.items():
        seen = pixels(frame, layer)
        column = seen[int(at.top) : int(at.base) - 2, x]
        assert (column[:, blue] > column[:, red] + 20).any()
        top, height = getattr(at, layer)
        band = seen[int(top) : int(top + height), int(at.left) : int(at.right)].reshape(-1, 3)
        assert (band[:, blue] > band[:, red] + 60).sum() > 500


def test_a_scale_without_bounds_is_labelled_by_its_width():
    assert scale_marks(0, 1) == ["0", "0.5", "1"]
    assert scale_marks(-8.82, 3.78) == ["−8.8", "−2.5", "3.8"]
    assert scale_marks(-0.011, 0.009) == ["−0.011", "−0.001", "0.009"]


# -- the film


def frames_of(file):
    image = Image.open(io.BytesIO(file))
    found = []
    for i in range(image.n_frames):
        image.seek(i)
        found.append((np.asarray(image.convert("RGB")).astype(int), image.info["duration"]))
    return found


def test_sixty_frames_stay_small_and_the_last_one_rests(healthy):
    file = gif.gif(healthy.frames, KO)
    found = frames_of(file)
    assert len(found) == len(healthy.frames) == 60
    assert len(file) <= gif.MOST_BYTES
    assert [duration for _, duration in found] == [100] * 59 + [gif.REST]
    assert Image.open(io.BytesIO(file)).info["loop"] == 0
    for i in (0, 30, 59):
        true = pixels(
            healthy.frames[i],
            "real",
            "fake",
            "field",
            size=gif.SIZE,
            caption=f"반복 {20 * i + 20:,}",
        )
        if i == 0:
            true = np.asarray(
                picture(healthy.frames[0], KO, size=gif.SIZE, caption="반복 20")
            ).astype(int)
        assert np.abs(found[i][0] - true).mean() < 4


def test_each_frame_of_a_film_says_its_own_iteration(healthy):
    found = frames_of(gif.gif(healthy.frames[:8], EN))
    corner = (slice(-34, -10), slice(12, 120))
    wanted = [
        np.asarray(
            picture(frame, EN, size=gif.SIZE, caption=f"iteration {frame.iteration}")
        ).astype(int)[corner]
        for frame in healthy.frames[:8]
    ]
    for i, (seen, _) in enumerate(found):
        differs = [np.abs(seen[corner] - want).mean() for want in wanted]
        assert int(np.argmin(differs)) == i


def test_marks_keep_their_colours_in_a_film(healthy):
    (seen, _), *_ = frames_of(gif.gif(healthy.frames, KO))
    for hue in ("real", "fake"):
        strong = mix(LIGHT.ground, HUES[hue], 0.95)
        assert (np.abs(seen - strong).max(-1) <= 14).sum() > 40


def test_a_long_film_is_thinned_and_a_heavy_one_made_lighter(healthy, monkeypatch):
    assert gif.evenly(500, 120)[0] == 0
    assert gif.evenly(500, 120)[-1] == 499
    assert len(set(gif.evenly(500, 120))) == 120
    assert gif.evenly(3, 120) == [0, 1, 2]
    assert gif.evenly(3, 1) == [2]
    few = healthy.frames[:6]
    free = gif.gif(few, EN)
    monkeypatch.setattr(gif, "MOST_BYTES", len(free) // 2)
    light = gif.gif(few, EN)
    assert len(light) < len(free)
    monkeypatch.setattr(gif, "MOST_FRAMES", 4)
    assert len(frames_of(gif.gif(healthy.frames[:6], EN))) <= 4


def test_a_film_on_a_line_holds_its_axis_still(on_a_line):
    frames = on_a_line.frames[:4]
    spike = replace(frames[2], density=frames[2].density * np.array([[1.0], [9.0]]))
    assert density_top(spike) > density_top(frames[0])
    found = frames_of(gif.gif([*frames[:2], spike, frames[3]], KO))
    assert len(found) == 4
    label = (slice(28, 42), slice(0, 34))
    assert all((seen[label] == found[0][0][label]).all() for seen, _ in found)


def test_frames_that_make_no_film_are_refused(healthy, on_a_line):
    one, two = healthy.frames[:2]
    for frames, pause, problem in (
        ([], 100, "at least one"),
        ([one, one], 100, "iteration 20 does not come after 20"),
        ([two, one], 100, "iteration 20 does not come after 40"),
        ([one, replace(two, epoch=1)], 100, "epoch 1 after 0"),
        ([one, on_a_line.frames[1]], 100, "another run"),
        ([one], 1, "pause = 1"),
    ):
        with pytest.raises(ValueError, match=problem):
            gif.gif(frames, EN, pause=pause)


# -- the table


def read(text):
    header, *rows = csv.reader(io.StringIO(text.removeprefix(BOM)))
    return header, rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_comes_back_to_the_last_bit(healthy, language):
    text = table(Words(language), healthy.history, healthy.metrics)
    assert text.encode().startswith(b"\xef\xbb\xbf")
    header, rows = read(text)
    assert len(set(header)) == len(header) == 13
    assert len(rows) == len(healthy.history) == 1200
    assert [int(row[0]) for row in rows] == healthy.history[:, 0].tolist()
    back = np.array([row[1:7] for row in rows], float)
    assert (back == healthy.history[:, 1:]).all()
    measured = [row for row in rows if any(row[7:])]
    assert [int(row[0]) for row in measured] == healthy.metrics[:, 0].tolist()
    assert (np.array([row[7:] for row in measured], float) == healthy.metrics[:, 1:]).all()


def test_a_cell_is_empty_where_there_is_no_number():
    history = np.array([[10, math.nan, 0.25, 1.0, 0.0, 1e-9, math.inf]])
    metrics = np.array([[5, math.nan, math.nan, math.nan, 0.5, 0.75, 2.5]])
    _, rows = read(table(EN, history, metrics))
    assert rows == [
        ["5", *[""] * 6, "", "", "", "0.5", "0.75", "2.5"],
        ["10", "", "0.25", "1", "0", "1e-09", "inf", *[""] * 6],
    ]


def test_single_precision_numbers_are_short():
    history = np.array([[1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]], np.float32)
    _, rows = read(table(EN, history, np.zeros((0, 7))))
    assert rows[0][1:4] == ["0.1", "0.2", "0.3"]


def test_a_thinned_history_keeps_one_row_per_iteration_in_order():
    history, metrics = History(7, capacity=16), np.array([[33.0, 1, 2, 0.5, 0.1, 0.2, 0.7]])
    history.append(np.column_stack([np.arange(1, 101.0)] * 7))
    rows = history.since(-1)
    assert len(rows) < 20
    _, lines = read(table(KO, rows, metrics))
    iterations = [int(line[0]) for line in lines]
    assert iterations == sorted({*rows[:, 0].astype(int), 33})
    assert lines[iterations.index(33)][7:] == ["1", "2", "0.5", "0.1", "0.2", "0.7"]


def test_a_table_of_other_columns_is_refused():
    with pytest.raises(ValueError, match=r"history has the shape \(1, 6\)"):
        table(EN, np.zeros((1, 6)), np.zeros((0, 7)))
    with pytest.raises(ValueError, match=r"metrics has the shape"):
        table(EN, np.zeros((0, 7)), np.zeros((1, 8)))


# -- numbers and colours


def test_numbers_read_as_in_the_live_view():
    assert numbers.decimal(1.378) == "1.38"
    assert numbers.decimal(-0.5) == "−0.50"
    assert numbers.decimal(0.0) == "0.00"
    assert numbers.decimal(0.0004) == "0.0004"
    assert numbers.decimal(3e-7) == "3e-7".replace("-", "−")
    assert numbers.decimal(123.456, 3) == "123.5"
    assert numbers.decimal(12345) == "1.2e4"
    assert numbers.decimal(math.nan) == "–"
    assert numbers.whole(1284) == "1,284"
    assert [numbers.tick(v) for v in (0, 1.5, 2000, 3e5, -0.25, 1e-5)] == [
        *("0", "1.5", "2,000", "3e5", "−0.25", "1e−05")
    ]


def test_axes_end_at_round_numbers():
    assert [numbers.nice_ceiling(v) for v in (1, 1.01, 0.35, 723, 0)] == [1, 1.5, 0.4, 800, 0]
    assert [numbers.nice_floor(v) for v in (1, 1.49, 0.35, 799)] == [1, 1, 0.3, 600]
    span = numbers.Range(0, 1)
    for value in (3.3, math.nan, math.inf, -0.01):
        span.include(value)
    assert (span.low, span.high) == (0, 4)
    span.include(-2)
    assert (span.low, span.part(1)) == (-2, 0.5)


def test_colours_are_those_of_the_app():
    root = Path(__file__).resolve().parents[2]
    config = tomllib.loads((root / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    for theme, name in ((LIGHT, "light"), (DARK, "dark")):
        assert css(theme.ground) == config[name]["backgroundColor"].lower()
        assert css(theme.ink) == config[name]["textColor"].lower()
    script = (root / "ui/live/js/theme.js").read_text(encoding="utf-8")
    for name, hue in HUES.items():
        assert f"{name}: '{css(hue).upper()}'".replace("'#", "'#") in script
        assert contrast(getattr(DARK, name), DARK.ground) >= 5.5


# -- the report


class Reader(HTMLParser):
    """Reads a page, checks that its tags close, and collects what it says and refers to."""

    EMPTY = ("meta", "img", "path", "circle")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.attributes = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def said(self):
        return "".join(self.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["healthy", "hop", "on_a_line", "critic"])
def test_a_report_is_whole_and_refers_to_nothing_else(name, language, request):
    run = request.getfixturevalue(name)
    link = "https://class.example/playground?preset=hop&x=1"
    page = run.report(Words(language), link=link)
    reader = Reader(page)
    assert page.startswith("<!DOCTYPE html>")
    assert ("html", "lang", language) in reader.attributes
    hrefs = [value for _, key, value in reader.attributes if key in ("href", "xlink:href")]
    assert hrefs == [link]
    sources = [value for _, key, value in reader.attributes if key in ("src", "srcset")]
    assert len(sources) == 2
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert len(re.findall(r"\w+://", page)) == 2  # the link: where it leads, as text
    assert not {"script", "link", "iframe", "object", "form"} & set(reader.tags)
    assert "url(" not in page
    assert "@import" not in page
    svg = sum(tag == "svg" for tag in reader.tags)
    assert svg >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_what_was_asked_expected_and_seen(hop, language):
    words = Words(language)
    page = hop.report(
        words, question="어디로?", prediction="흩어져요", answer="뭉쳐요\n둘째 줄", date="D-day"
    )
    said = Reader(page).said()
    for text in ("어디로?", "흩어져요", "뭉쳐요\n둘째 줄", "D-day"):
        assert text in said
    for key in ("question", "prediction", "answer", "course", "findings", "choices", "again"):
        assert words.say(f"take_home.report.{key}") in said
    assert words.say("take_home.report.nothing") not in said
    empty = Reader(hop.report(words, question=" ", prediction="", answer="\n")).said()
    assert empty.count(words.say("take_home.report.nothing")) == 2
    assert words.say("take_home.report.question") not in empty


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</p></main><h1>{style}</h1>&lt;b&gt;",
    "{0} {body} %s ${x}",
    "a\x00b\ud800c\u202e<b>",
    "<!-- --><![CDATA[ ]]>",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hop, hostile):
    calm = Reader(hop.report(question="q", date="d"))
    page = hop.report(
        question=hostile, prediction=hostile, answer=hostile, date=hostile, link=hostile
    )
    reader = Reader(page)
    page.encode()
    harmless = "".join(c for c in hostile.encode("utf-8", "replace").decode() if c.isprintable())
    assert reader.said().count(harmless) == 5
    expected = [tag for tag in calm.tags if tag != "a"]  # what is no web address is no link
    assert reader.tags == expected
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,<b>", " file:///etc", "http://[", ""]
)
def test_only_a_web_address_becomes_a_link(hop, link):
    assert "a" not in Reader(hop.report(link=link)).tags
    assert fill("<p>{x}</p>", x=Html("<b>")) == "<p><b></p>"


def test_the_same_run_makes_the_same_report(hop):
    assert hop.report() == hop.report()


def test_too_long_a_text_and_strange_arrays_are_refused(hop):
    for name in ("question", "prediction", "answer"):
        hop.report(**{name: "x" * MOST_LETTERS})
        with pytest.raises(ValueError, match=rf"{name} has {MOST_LETTERS + 1} letters"):
            hop.report(**{name: "x" * (MOST_LETTERS + 1)})
    with pytest.raises(ValueError, match="history has the shape"):
        hop.report(history=np.zeros((3, 2)))


@pytest.mark.parametrize("name", ["healthy", "on_a_line", "critic"])
def test_the_numbers_are_those_of_the_frame(name, request):
    run = request.getfixturevalue(name)
    found = {
        item.key: item for item in findings(EN, run.settings, run.last, run.history, run.metrics)
    }
    assert tuple(found) == ORDER
    known = dict(zip(METRIC_COLUMNS, run.last.metrics[-1].tolist(), strict=True))
    known |= dict(zip(HISTORY_COLUMNS, run.history[-1].tolist(), strict=True))
    for key in ("kl", "js", "w1", "d_real", "d_fake", "d_cost", "g_cost"):
        shown = float(found[key].value.replace("−", "-"))
        assert shown == pytest.approx(known[key], abs=6e-4, rel=1e-3)
    assert found["covered"].value == str(int(known["covered"]))
    assert found["covered"].perfect == str(run.last.modes)
    assert found["high_quality"].value == f"{100 * known['high_quality']:.1f} %"
    assert found["high_quality"].perfect == ("99.7 %" if run.last.dim == 1 else "98.9 %")
    assert float(found["w1"].perfect) == pytest.approx(run.last.w1_floor, abs=6e-4)
    assert found["d_real"].perfect == ("–" if run.last.score_kind else "0.500")
    cells = Reader(run.report()).said()
    assert all(item.value in cells and item.meaning in cells for item in found.values())


def test_what_the_data_have_not_or_nobody_measured_is_no_number():
    experiment = Experiment(Settings().with_changes({"data": "spiral"}))
    experiment.step(3)
    frame, none = experiment.frame(), np.zeros((0, 7))
    found = findings(EN, experiment.settings, frame, experiment.history(), none)
    assert [item.key for item in found] == list(ORDER[3:])
    assert found[0].value == "–"
    page = report(
        words=KO, preset=PRESETS["healthy"], settings=experiment.settings, frame=frame,
        history=np.zeros((0, 7)), metrics=none, question="", prediction="", answer="", link="",
        date="",
    )  # fmt: skip
    assert KO.say("take_home.report.unmeasured") in Reader(page).said()
    assert "nan" not in Reader(page).said()


def test_smoothed_targets_move_the_perfect_answer(healthy):
    settings = healthy.settings.with_changes({"game.smooth_real": 0.1})
    found = findings(EN, settings, healthy.last, healthy.history, healthy.metrics)
    assert {item.perfect for item in found if item.key in ("d_real", "d_fake")} == {"–"}


def test_a_diverged_run_says_so(hop):
    said = Reader(hop.report(frame=replace(hop.last, status="diverged"))).said()
    assert EN.say("take_home.report.diverged", n="200") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_from_the_preset_stands_out(hop, healthy, language):
    words = Words(language)
    said = Reader(hop.report(words)).said()
    assert words.say("take_home.report.changed", preset=words.say("presets.hop.name")) in said
    assert re.search(r"0\.0001\s+0\.0002", said)
    said = Reader(healthy.report(words)).said()
    assert words.say("take_home.report.unchanged", preset=words.say("presets.healthy.name")) in said


CHANGES = (
    {},
    {"seed": 12, "game": "wasserstein", "constraint": "weight-clipping", "constraint.clip": 0.02},
    {"g_optimizer.lr": 1e-5, "data": "points", "data.points": "1,1;-0.5,0.25,3"},
    {"data": "grid", "data.side": 3, "latent.dim": 2, "update": "extragradient"},
)


@pytest.mark.parametrize("changes", CHANGES)
@pytest.mark.parametrize("preset", ["healthy", "saturate", "on-a-line"])
def test_the_command_names_the_same_experiment(preset, changes):
    settings = PRESETS[preset].open(changes)
    text = command(PRESETS[preset], settings, Frame(iteration=150))
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)  # a bare ; ends a command
    lexer.whitespace_split = True
    said = list(lexer)
    assert said[:4] == ["python", "-m", "gan_core", "run"]
    options = command_line._parser().parse_args(said[3:])
    pairs = command_line._changes(options.set) | {"seed": options.seed}
    assert PRESETS[options.preset].open(pairs) == settings
    assert options.steps == "150"


def test_the_command_repeats_the_numbers(hop, capsys):
    said = shlex.split(command(hop.preset, hop.settings, hop.last))
    assert command_line.main([*said[3:], "--json", "--device", "cpu"]) == 0
    outcome = json.loads(capsys.readouterr().out.splitlines()[-1])
    text = json.dumps(outcome)
    w1, js = (float(hop.metrics[-1][METRIC_COLUMNS.index(name)]) for name in ("w1", "js"))
    assert f'"w1": {round(w1, 6)}' in text
    assert f'"js": {round(js, 6)}' in text


# -- charts


def heights(svg, colour):
    """Heights of the points of a colour's last line, from 0 (base) to 1 (top)."""
    drawn = re.findall(rf'<path d="([^"]*)"[^>]*stroke="var\(--{colour}\)"', svg)[-1]
    points = re.findall(r"[ML]([\d.]+) ([\d.]+)", drawn)
    return [(110 - float(y)) / 102 for _, y in points]


def chart(rows, **options):
    given = {"iteration": 100, "high": 1.0, "axis": "i", "says": "s"}
    return charts.time_chart(np.array(rows), [charts.Series(1, "fake")], **(given | options))


def test_a_chart_draws_its_numbers():
    svg = chart([[10, 0.25], [20, 0.5], [100, 1.0]])
    assert heights(svg, "fake") == pytest.approx([0.25, 0.5, 1.0], abs=0.001)
    assert heights(chart([[10, 2.0]], high=4.0), "fake") == pytest.approx([0.5], abs=0.001)
    gap = chart([[10, 0.1], [20, math.nan], [30, 0.3]])
    assert re.search(r'd="M[\d. ]+M[\d. ]+"', gap)
    floor = chart([[10, 0.5]], floor=0.25)
    assert heights(floor, "ink") == pytest.approx([0.25, 0.25], abs=0.001)
    assert 'stroke-dasharray="1.2 3.2"' in floor


def test_a_long_noisy_line_shows_its_mean():
    rows = [[i, i % 2] for i in range(1000)]
    svg = chart(rows, iteration=1000)
    assert heights(svg, "fake") == pytest.approx([0.5] * 63, abs=0.01)
    means = charts.group_means(np.array(rows, float), 117)
    assert means[0] == pytest.approx([7.5, 0.5])


def test_a_png_is_a_png(healthy):
    image = Image.open(io.BytesIO(png(picture(healthy.last, EN))))
    assert (image.format, image.size, image.mode) == ("PNG", (SIZE, SIZE), "RGB")

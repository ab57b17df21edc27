"""Data of a student's own: drawn with mouse, finger and keys, from files, and taken home."""

import json
import math
import re
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from gan_core.settings import Settings
from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until
from ui.own_data.decode import LARGEST

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_panel(student, way="drawing"):
    panel = student.page.locator(".st-key-playground-own-data")
    panel.locator("summary").click()
    student.page.get_by_role("tab", name=student.words.say(f"own_data.way.{way}")).click()
    return panel


def sheet(student):
    """Where the drawing sheet is, once it has come to rest in view."""
    canvas = student.page.locator(".pad canvas")

    def look():
        canvas.scroll_into_view_if_needed()
        return canvas.bounding_box()

    return student.at_rest(look)


def circle(box, radius=1.2, count=48):
    """Places on the screen along a circle on the sheet, which reaches from −2 to 2."""
    unit = box["width"] / 4
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for i in range(count + 1):
        angle = 2 * math.pi * i / count
        yield (
            middle[0] + unit * radius * math.cos(angle),
            middle[1] - unit * radius * math.sin(angle),
        )


def draw_by_mouse(student, way):
    first, *rest = way
    student.page.mouse.move(*first)
    student.page.mouse.down()
    for place in rest:
        student.page.mouse.move(*place)
    student.page.mouse.up()


def draw_by_touch(student, way):
    """Touch events as a finger makes them: Playwright itself can only tap."""
    finger = student.context.new_cdp_session(student.page)

    def send(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    first, *rest = way
    send("touchStart", first)
    for place in rest:
        send("touchMove", place)
    send("touchEnd")


def use(student):
    student.page.locator('.pad [data-do="use"]').click()


def points(student):
    found = [tuple(map(float, p.split(","))) for p in student.query["data.points"].split(";")]
    return [point[:2] for point in found]


def names_points(student):
    """Wait until the address only names the points."""
    student.page.wait_for_function("location.search.includes('data.points=kept-')", polling=40)


def count(student):
    return int(student.page.locator(".pad").get_attribute("data-count"))


def choose(student, name, data):
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    student.page.locator(".picker input[type=file]").set_input_files(file)


@pytest.mark.parametrize(
    ("asked", "draw"), [({}, draw_by_mouse), (PHONE, draw_by_touch)], ids=["mouse", "finger"]
)
def test_a_drawn_ring_becomes_the_data(enter, asked, draw):
    student = enter(**asked).alive()
    epoch = student.state.epoch
    open_panel(student)
    box = sheet(student)
    draw(student, list(circle(box)))
    moved = abs(sheet(student)["y"] - box["y"])
    assert moved < box["height"] / 20, "a page that scrolled would have gone up and down with it"
    assert 140 < count(student) < 165
    assert student.state.epoch == epoch, "nothing is sent before the student asks for it"
    use(student)
    student.until("s.epoch > arg && s.status === 'running'", epoch)
    student.asks(data="points")
    found = points(student)
    assert len(found) == count(student)
    assert all(abs(math.hypot(x, y) - 1.2) < 0.04 for x, y in found)
    angles = sorted(math.atan2(y, x) for x, y in found)
    assert max(b - a for a, b in pairwise(angles)) < 0.08, "evenly around"
    expect(student.page.locator(".pad .count")).to_contain_text(
        student.words.say("own_data.pad.in_use")
    )
    # The picture comes back into view: there the run has begun anew.
    expect(student.view.locator(".scene canvas")).to_be_in_viewport(ratio=0.9)
    student.goes_on()
    assert student.errors == []
    width = student.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    assert width <= 0


def test_dots_are_modes_and_a_drawing_survives_reruns_language_and_reload(student):
    open_panel(student)
    student.page.locator(".pad canvas").evaluate("(node) => { window.sheet = node; }")
    for way in ("file", "drawing"):
        student.page.get_by_role("tab", name=student.words.say(f"own_data.way.{way}")).click()
    student.page.locator('.pad [data-brush="dot"]').click()
    box = sheet(student)
    for place in list(circle(box, 1, 6))[:6]:
        student.page.mouse.click(*place)
    said = student.page.locator(".pad .count")
    expect(said).to_have_text(student.words.say("own_data.pad.modes", n=6))
    student.slider("g_optimizer.lr").press("ArrowRight")
    student.asks(**{"g_optimizer.lr": "0.002"})
    assert count(student) == 6
    assert student.page.evaluate("window.sheet.isConnected"), "a rerun leaves the sheet alone"
    student.switch("한국어")
    expect(said).to_contain_text("점 6개")
    student.page.reload()
    student.alive()
    student.page.locator(".st-key-playground-own-data summary").click()
    expect(said).to_contain_text("점 6개")
    use(student)
    student.asks(data="points")
    expect(student.view.locator('[data-strip="modes"]')).to_contain_text("6")
    assert len(points(student)) == 6


def test_rubbing_out_undo_and_clear(student):
    open_panel(student)
    box = sheet(student)
    draw_by_mouse(student, list(circle(box)))
    all_of_it = count(student)
    undo, clear = (student.page.locator(f'.pad [data-do="{name}"]') for name in ("undo", "clear"))
    student.page.locator('.pad [data-brush="erase"]').click()
    draw_by_mouse(student, list(circle(box))[:12])
    rubbed = count(student)
    assert 0.6 * all_of_it < rubbed < 0.8 * all_of_it
    clear.click()
    assert count(student) == 0
    expect(clear).to_be_disabled()
    expect(student.page.locator('.pad [data-do="use"]')).to_be_disabled()
    for expected in (rubbed, all_of_it, 0):
        undo.click()
        assert count(student) == expected
    expect(undo).to_be_disabled()
    student.page.locator('.pad [data-brush="spray"]').click()
    draw_by_mouse(student, list(circle(box)))
    assert count(student) > 1.5 * all_of_it


def test_the_keyboard_alone_is_enough(student):
    epoch = student.state.epoch
    open_panel(student)
    student.page.locator('.pad [data-brush="dot"]').focus()
    student.page.keyboard.press("Enter")
    expect(student.page.locator('.pad [data-brush="dot"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    student.page.keyboard.press("Tab")  # the rubber
    student.page.keyboard.press("Tab")  # not undo and clear, which cannot act yet: the sheet
    expect(student.page.locator(".pad canvas")).to_be_focused()
    press = student.page.keyboard.press
    press("Space")
    for _ in range(5):
        press("ArrowRight")
    press("Space")
    press("ArrowUp")
    press("Enter")
    press("Control+z")
    press("Shift+ArrowUp")
    press("Space")
    assert student.state.status == "running", "Space belongs to the sheet"
    assert count(student) == 3
    press("Tab")
    press("Tab")
    press("Tab")
    use(student)
    student.until("s.epoch > arg", epoch)
    assert points(student) == [(0, 0), (0.5, 0), (0.5, 0.12)]


TABLE = (
    "키;몸무게\n"
    + "\n".join(f"{150 + i % 40},5;{45 + i * 7 % 50},25" for i in range(200))
    + "\nx;\n"
)
GOOD = {
    "cp949.csv": TABLE.encode("cp949"),
    "utf16.csv": TABLE.replace("5;4", "5;3").encode("utf-16"),
}
BAD = {
    "그림.png": (b"\x89PNG\r\n\x1a\n" + bytes(300), "not-text", {}),
    "book.xlsx": (b"PK\x03\x04" + bytes(300), "workbook", {}),
    "nothing.csv": (b"", "empty", {}),
    "one.csv": (b"x\n1\n2\n", "one-column", {}),
    "words.txt": ("말로 된 글\n".encode(), "no-numbers", {}),
    "million.csv": (b"1,2\n" * 1_000_000, "too-large", {"size": "4.0", "most": "1"}),
    "<img src=x onerror=alert(1)>.csv": (b"a\n", "no-numbers", {}),
}


@pytest.mark.parametrize("lang", KO_FIRST)
def test_files_good_and_bad(enter, lang):
    student = enter(lang=lang).alive()
    say = student.words.say
    panel = open_panel(student, "file")
    alert = panel.get_by_role("alert")
    for name, (data, problem, blanks) in BAD.items():
        before = student.state
        choose(student, name, data)
        expect(alert).to_contain_text(say(f"own_data.refused.{problem}", **blanks))
        expect(alert).to_contain_text(say("own_data.goes_on"))
        expect(alert).to_be_in_viewport()
        assert student.state.epoch == before.epoch
        assert "data" not in student.query
    student.goes_on()
    for name, data in GOOD.items():
        epoch = student.state.epoch
        choose(student, name, data)
        student.until("s.epoch > arg", epoch)
        expect(panel).to_contain_text(name)
        expect(panel).to_contain_text("몸무게")
        expect(panel).to_contain_text(say("own_data.taken.left_out", count="1"))
        expect(alert).to_have_count(0)
        expect(panel.locator(".picker .busy")).to_be_hidden()
        found, asked = points(student), student.page.evaluate("location.search")
        assert len(found) == 200
        assert max(abs(v) for point in found for v in point) == 1.5
        choose(student, "그림.png", BAD["그림.png"][0])
        expect(alert).to_be_visible()
        student.goes_on()
        student.asks(data="points")
        student.switch(say("own_data.fit.axes"))
        student.page.wait_for_function("(old) => location.search !== old", arg=asked, polling=40)
        assert [max(one) for one in zip(*points(student), strict=True)] == [1.5, 1.5]
        student.switch(say("own_data.fit.shape"))
        student.page.wait_for_function("(old) => location.search === old", arg=asked, polling=40)
    assert student.errors == []


def test_the_open_way_in_stays_open(student):
    open_panel(student, "paste")
    chosen = student.page.get_by_role("tab", selected=True)
    student.switch("한국어")
    expect(chosen).to_have_text("붙여넣기")
    student.page.get_by_role("tab", name="파일").click()
    expect(chosen).to_have_text("파일")
    student.page.locator('[data-test-script-state="notRunning"]').wait_for()
    student.switch("English")
    expect(chosen).to_have_text("File")


def test_a_dropped_file_is_read_too(student):
    open_panel(student, "file")
    drop = """(node) => { const files = new DataTransfer();
        files.items.add(new File(['1,2\\n3,4\\n'], 'dropped.csv'));
        node.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true })); }"""
    student.page.locator(".picker").evaluate(drop)
    student.asks(data="points", **{"data.points": "-1.5,-1.5;1.5,1.5"})


@pytest.mark.slow
def test_a_link_brings_few_points_and_names_many(enter):
    first = enter().alive()
    open_panel(first, "paste")
    area = first.page.get_by_role("textbox", name=first.words.say("own_data.paste.label"))
    area.fill("0.5,0.5\n-0.5,0.25,2\n0,-1")
    first.page.get_by_role("button", name=first.words.say("own_data.paste.use")).last.click()
    first.asks(**{"data.points": "0.5,0.5;-0.5,0.25,2;0,-1"})
    second = enter(first.page.url, lang="").alive()
    assert second.query == first.query
    open_panel(second)
    assert count(second) == 3, "the pad shows the points in use"

    table = "\n".join(f"{math.cos(i) * i},{math.sin(i) * i}" for i in range(1500)).encode()
    first.page.get_by_role("tab", name=first.words.say("own_data.way.file")).click()
    choose(first, "spiral.csv", table)
    expect(first.page.locator(".st-key-own-data-taken")).to_contain_text("1,500")
    names_points(first)
    third = enter(first.page.url, lang="").alive()
    open_panel(third)
    wait_until(lambda: count(third) == 1500, "the other student has all the points")
    epoch = first.goes_on().state.epoch
    step = first.state.step
    first.page.reload()
    first.until("s.step > arg.step && s.epoch === arg.epoch", {"step": step, "epoch": epoch})
    gone = urlencode({"data": "points", "data.points": "kept-" + "0" * 20, "seed": "5"})
    late = enter(f"/playground?{gone}").alive()
    late.sees(late.words.say("own_data.refused.link-gone"))
    assert late.query["seed"] == "5"
    assert "data" not in late.query


@pytest.mark.slow
def test_settings_go_home_as_a_file_and_come_back(enter, tmp_path):
    first = enter().alive()
    say = first.words.say
    open_panel(first, "file")
    table = "\n".join(f"{math.cos(i) * i},{math.sin(i) * i}" for i in range(1500)).encode()
    choose(first, "spiral.csv", table)
    names_points(first)
    first.page.get_by_role("button", name=re.compile(say("playground.share"))).click()
    first.sees(say("own_data.short_link"))
    with first.page.expect_download() as waiting:
        first.page.get_by_role("button", name=say("own_data.save")).click()
    saved = tmp_path / "settings.json"
    waiting.value.save_as(saved)
    text = saved.read_text(encoding="utf-8")
    settings = Settings.from_json(text)
    assert settings.data.points.count(";") == 1499
    assert len(text) < LARGEST

    second = enter().alive()
    panel = open_panel(second, "file")
    epoch = second.state.epoch
    broken = json.dumps(json.loads(text) | {"d_optimizer.lr": 7}).encode()
    choose(second, "broken.json", broken)
    expect(panel.get_by_role("alert")).to_contain_text("broken.json")
    assert second.state.epoch == epoch
    choose(second, "settings.json", saved.read_bytes())
    second.until("s.epoch > arg", epoch)
    expect(panel).to_contain_text(say("own_data.settings_taken"))
    assert second.query["data.points"] == first.query["data.points"]
    assert second.errors == first.errors == []

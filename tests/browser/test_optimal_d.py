"""T1 as a student does it: draw, drag, predict, see why; then two GANs with the same numbers."""

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "optimal-d"
JUDGE, DENSITIES = 1, 0


class Sketch(Board):
    counts = ""  # no reading stands twice
    awaited = ".handle"

    def __init__(self, student, slug):
        super().__init__(student, slug)
        # what moves by itself at first is over once somebody does something
        self.number("value")

    def plot(self, nth):
        return self.root.locator("figure.plot:visible svg").nth(nth)

    def at(self, nth, x, y):
        """The place in the window of a point: x in data units, y as a share from the bottom."""
        box = self.plot(nth).bounding_box()
        top, bottom = 26, 40 if nth == JUDGE else 24
        width, height = box["width"] - 52, box["height"] - top - bottom
        return (box["x"] + 40 + (x + 6) / 12 * width, box["y"] + top + (1 - y) * height)

    def stroke(self, nth, points):
        """Draw through points."""
        mouse = self.page.mouse
        for i, point in enumerate(points):
            mouse.move(*self.at(nth, *point), steps=4)
            if i == 0:
                mouse.down()
        mouse.up()


@pytest.fixture
def opened(enter):
    """Opens the page; returns the student and the sketch."""
    return Sketch.opener(enter, PAGE)


def at_the_top(student):
    """Wait until the page has glided up to the sketch."""
    top = "document.querySelector('[data-testid=stMain]').scrollTop === 0"
    student.page.wait_for_function(top, polling=40)


def test_it_moves_by_itself_and_then_rests_where_the_address_says(opened):
    student, sketch = opened()
    first = sketch.number("value")
    student.page.wait_for_function(
        """(first) => { const all = [...document.querySelectorAll('*')].map((n) => n.shadowRoot);
        const root = all.find((one) => one?.querySelector('.gan-sketch'));
        return root.querySelector('[data-reading=value]').textContent !== first; }""",
        arg=str(first),
    )
    sketch.reads("value", "−0.614")
    sketch.reads("js_value", "−0.614")
    assert not any(name.startswith("at.") for name in student.query)
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_predict_draw_and_lose_little(opened, lang):
    student, sketch = opened(lang=lang)
    page, words = student.page, student.words
    why = words.prose(PAGE, "explain-draw").split(".")[0]
    expect(page.get_by_text(why)).to_have_count(0)
    student.predict(PAGE, "draw", "overlap")
    expect(page.locator(".st-key-task").get_by_text(why)).to_be_visible()
    sketch.reads("loss", "0.772")  # 2 JS
    assert sketch.number("at_best") is None  # D* is hidden until it is asked for
    at_the_top(student)
    sketch.stroke(
        JUDGE, [(-6, 0.99), (-2, 0.98), (-1, 0.9), (0, 0.49), (0.6, 0.15), (1.2, 0.02), (6, 0)]
    )
    assert sketch.number("loss") < 0.03
    expect(sketch.marks).to_be_visible()
    sketch.press("reveal")
    sketch.reads("value", "−0.614")
    page.wait_for_function(
        "new URLSearchParams(location.search).get('at.judge_drawn')?.length === 122"
    )
    page.reload()  # the link holds the drawn curve
    again = Sketch(student, PAGE)
    expect(again.reading("loss")).not_to_have_text("0.772")
    assert again.number("loss") < 0.03
    assert student.errors == []


def test_by_keyboard_alone(opened):
    student, sketch = opened("?at.mode=judge&at.probe=-1")
    before = sketch.number("loss")
    pen = sketch.slider("handle.pen").first
    pen.focus()
    for _ in range(30):
        pen.press("ArrowUp")
    assert float(pen.get_attribute("aria-valuetext").split()[-1]) > 0.75
    assert sketch.number("loss") < before - 0.1
    sketch.choose("mode", "move")
    data = sketch.slider("handle.real").first
    data.focus()
    value = sketch.number("value")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        data.press(key)
    student.asks(**{"at.real_mean": "-0.9"})
    assert sketch.number("value") != value
    assert sketch.number("value") == pytest.approx(sketch.number("js_value"), abs=0.0015)
    assert float(student.query["at.real_sigma"]) < 0.8  # higher is narrower: its mass stays 1


def test_where_d_may_be_anything(opened):
    student, sketch = opened()
    student.predict(PAGE, "gap", "half")
    sketch.reads("at_best", sketch.say("any"))
    at_the_top(student)
    sketch.stroke(JUDGE, [(-6, 1), (-1.2, 1), (-0.8, 0.2), (0, 0.9), (0.8, 0.3), (1.1, 0), (6, 0)])
    assert sketch.number("loss") < 0.1
    expect(sketch.marks).to_be_visible()


def test_a_second_bump_and_the_fakes_after_it(opened):
    student, sketch = opened()
    student.predict(PAGE, "equal", "half")
    sketch.reads("value", "−1.386")
    at_the_top(student)
    for who in ("real2", "fake2"):
        handle = sketch.slider(f"handle.{who}").first
        handle.focus()
        if who == "fake2":
            expect(sketch.reading("value")).not_to_have_text("−1.386")
            for _ in range(12):
                handle.press("Shift+ArrowRight")
        for _ in range(12):
            handle.press("ArrowUp")
    assert sketch.number("value") < -1.36
    expect(sketch.marks).to_be_visible()


def test_the_fakes_drawn_and_let_flow(opened):
    student, sketch = opened("?at.mode=fakes")
    sketch.stroke(DENSITIES, [(2, 0), (3, 0.6), (4, 0)])
    assert sketch.number("density") == 1
    assert sketch.number("value") == pytest.approx(sketch.number("js_value"), abs=0.0015)
    sketch.press("clear_fakes")
    sketch.choose("mode", "flow")
    sketch.slider("knob.flow").fill("26")
    sketch.press("flow")  # it goes on from there by itself
    sketch.reads("value", "−1.386")
    student.asks(**{"at.flow": "30", "at.mode": "flow"})
    assert student.errors == []


def test_the_claim_about_smoothing_leads_to_its_place(opened):
    student, sketch = opened()
    page, say = student.page, student.words.say
    page.get_by_text(say("lesson.claims")).click()
    page.locator(".st-key-claim-two-sided").get_by_text(
        say("lesson.verdict.true"), exact=True
    ).click()
    page.locator(".st-key-decide-two-sided button").click()
    numbers = [
        sketch.reads(key, text)
        for key, text in (("pull", "8.16"), ("pull_one", "8.16"), ("pull_two", "0.04"))
    ]
    assert len(numbers) == 3


@pytest.mark.parametrize("lang", KO_FIRST)
def test_two_gans_show_once_it_is_predicted(opened, lang):
    student, _ = opened(lang=lang)
    expect(student.view).to_have_count(0)
    student.predict(PAGE, "line-hop", "both")
    student.alive()
    expect(student.view).to_have_attribute("data-layout", "pair")
    expect(student.view).to_be_in_viewport()
    why = student.words.prose(PAGE, "explain-line-hop").split(".")[0]
    page = student.page
    expect(page.get_by_text(why)).to_have_count(0)
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = n.max; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    student.until("s.step > 1000", seconds=40)
    expect(page.locator(".st-key-task").get_by_text(why)).to_be_visible(timeout=20_000)
    assert student.errors == []


def test_on_a_phone_a_finger_draws_and_nothing_scrolls_sideways(opened):
    student, sketch = opened(
        "?at.mode=judge", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = student.page
    plot = sketch.plot(JUDGE)
    plot.scroll_into_view_if_needed()
    session = student.context.new_cdp_session(page)
    for kind, x in (("touchStart", -3), ("touchMove", -2), ("touchMove", -1), ("touchEnd", -1)):
        left, top = sketch.at(JUDGE, x, 0.9)
        points = [] if kind == "touchEnd" else [{"x": left, "y": top}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert sketch.number("loss") < 0.75
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert student.errors == []

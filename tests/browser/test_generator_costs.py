"""T3 as a student does it: bet on a race, weigh a batch, then free a generator that is losing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
PAGE = "/generator-costs"
SIDE = """(which) => {
  const nodes = [...gan().querySelectorAll(`[data-number="${which[1]}"]`)];
  const node = nodes.find((one) => Boolean(one.closest('.beside')) === (which[0] === 'left'));
  return node.textContent;
}"""


class Sketch:
    """The sketch of the page as a student sees it."""

    def __init__(self, student):
        self.page, self.words = student.page, student.words
        self.root = self.page.locator(".gan-sketch")
        self.root.locator(".handle").first.wait_for()

    def reading(self, key):
        return self.root.locator(f"[data-reading={key}]")

    def number(self, key):
        return float(re.search(r"[\d.]+", self.reading(key).inner_text())[0])

    def handle(self):
        name = self.words.say("generator-costs.sketch.knob.a")
        return self.root.get_by_role("slider", name=name)

    def knob(self, name):
        said = self.words.say(f"generator-costs.sketch.knob.{name}")
        return self.root.get_by_role("slider", name=said, exact=True)

    def choose(self, knob, option):
        said = self.words.say(f"generator-costs.sketch.option.{knob}.{option}")
        self.root.get_by_role("radio", name=said, exact=True).click()

    def press(self, button):
        said = self.words.say(f"generator-costs.sketch.button.{button}")
        self.root.get_by_role("button", name=said).click()


def done(student):
    return student.page.locator(".st-key-task").get_by_text(student.words.say("lesson.done"))


@pytest.mark.parametrize("lang", KO_FIRST)
def test_bet_on_the_race_and_find_where_both_pull_alike(enter, lang):
    student = enter(PAGE, lang=lang)
    page, words, sketch = student.page, student.words, Sketch(student)
    # it moves by itself: D finds the fake out, which then hears most under the cost that it loses
    first = sketch.number("pull_non_saturating")
    assert first < 0.9
    expect(sketch.reading("pull_non_saturating")).to_have_text("0.9933")
    why = words.prose("generator-costs", "explain-race").split(".")[0]
    student.predict("generator-costs", "race", "minimax")
    expect(sketch.reading("pull_non_saturating")).to_have_text("0.9933")
    expect(sketch.reading("pull_minimax")).to_have_text("0.0067")
    expect(sketch.reading("arrival_non_saturating")).to_have_text("–")  # not before it is seen
    expect(page.get_by_text(why)).to_have_count(0)
    sketch.press("go")
    expect(sketch.reading("arrival_non_saturating")).to_have_text("6.0")
    expect(page.locator(".st-key-task").get_by_text(why)).to_be_visible()
    time = sketch.knob("time")
    time.focus()
    time.press("End")
    expect(sketch.reading("arrival_minimax")).to_have_text("152.4")
    expect(sketch.reading("arrival_maximum_likelihood")).to_have_text("147.4")

    sketch.press("back")
    expect(sketch.knob("time")).to_have_value("0")
    handle = sketch.handle()
    handle.focus()
    for _ in range(10):  # ten times ten steps of 0.05
        handle.press("PageUp")
    assert handle.get_attribute("aria-valuenow") == "0"
    expect(done(student)).to_have_count(1)
    expect(sketch.reading("arrival_minimax")).to_have_text(
        words.say("generator-costs.sketch.said.there")
    )
    # by hand to a = −4.6, where non-saturating pulls e^4.6 = 99 times as hard
    box = handle.bounding_box()
    width = sketch.root.locator("svg[role=group]").first.bounding_box()["width"] - 52
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 4.6 / 13 * width, y, steps=8)
    page.mouse.up()
    expect(done(student)).to_have_count(2)
    student.asks(**{"at.a": "-4.6"})
    assert student.errors == []


def test_who_lets_go_before_the_page_has_answered_is_not_called_back(enter):
    student = enter(PAGE, lang="en")
    page, say, sketch = student.page, student.words.say, Sketch(student)
    expect(sketch.reading("pull_non_saturating")).to_have_text("0.9933")
    page.get_by_text(say("generator-costs.question.race.minimax"), exact=True).click()
    lock = page.locator(".st-key-lock-race button")
    expect(lock).to_be_enabled()
    go = sketch.root.get_by_role("button", name=say("generator-costs.sketch.button.go"))
    go.evaluate("(go, lock) => { lock.click(); go.click(); }", lock.element_handle())
    expect(lock).to_have_count(0)
    expect(sketch.reading("arrival_non_saturating")).to_have_text("6.0")
    assert student.errors == []


def test_a_batch_and_the_other_axis(enter):
    student = enter(f"{PAGE}?at.view=batch&at.spread=2", lang="en")
    sketch = Sketch(student)
    texts = [sketch.number(f"effective_{name}") for name in ("minimax", "non_saturating")]
    assert texts == [20.9, 61.2]
    expect(sketch.reading("effective_maximum_likelihood")).to_have_text("as if 7.0 of 64")
    expect(sketch.reading("swing_maximum_likelihood")).to_have_text("± 92 %")
    spread = sketch.knob("spread")
    spread.focus()
    spread.press("End")
    assert sketch.number("effective_maximum_likelihood") == 2.9
    sketch.choose("axis", "output")
    handle = sketch.handle()
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(0.0474, abs=1e-3)
    handle.focus()
    handle.press("End")  # as far as the mean of the batch goes
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(0.9526, abs=1e-3)
    took = sketch.knob("mean").evaluate(
        """async (input) => { const took = [];
        for (let k = 0; k < 20; k += 1) {
          const start = performance.now();
          input.value = -6 + 0.4 * k;
          input.dispatchEvent(new Event('input', { bubbles: true }));
          took.push(performance.now() - start);
          await new Promise((next) => requestAnimationFrame(next));
        }
        return took.sort((a, b) => a - b)[10]; }"""
    )
    assert took < 50  # it draws at once: some 5 ms on an idle machine
    sketch.choose("view", "one")
    expect(sketch.reading("cost_minimax")).to_have_text("−0.007")
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_free_a_generator_that_is_losing(enter, lang):
    student = enter(PAGE, lang=lang)
    page, words = student.page, student.words
    Sketch(student)
    expect(student.view).to_have_count(0)  # it would give the answer away
    student.predict("generator-costs", "losing", "both")
    student.alive()

    def number(side, name):
        text = page.evaluate(SIDE, [side, name]).replace("−", "-")
        return float(re.search(r"[\d.]+", text)[0])

    def measured(side, name, right):
        """Wait for the next measurement that says so: they come every half second."""
        wait_until(lambda: right(number(side, name)), f"{name} on the {side}", 10)

    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = n.max; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.locator(".st-key-answer-losing")).to_be_visible(timeout=30_000)
    measured("left", "w1", lambda w1: w1 < 2)
    assert number("right", "w1") > 5
    assert number("right", "slope") < 0.001 < number("left", "slope")
    expect(page.locator(".gan-live .beside [data-strip=curve]")).to_be_visible()
    expect(page.locator(".gan-live [data-strip=scores]").first).to_be_hidden()

    games = page.get_by_role("combobox", name=re.compile(words.say("settings.label.game")))
    games.nth(1).evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(500)  # a list that is open closes when the page glides
    games.nth(1).click()
    option = words.say("settings.choice.game.non-saturating")
    page.get_by_role("option", name=option, exact=True).click()
    student.asks(**{"match": "losing", "right.game": "non-saturating"})
    expect(done(student)).to_have_count(1, timeout=40_000)
    measured("right", "w1", lambda w1: w1 < 1)
    assert student.errors == []


@pytest.mark.slow
def test_a_link_shows_the_few_of_maximum_likelihood(enter):
    student = enter(f"{PAGE}?match=likelihood", lang="en").alive()
    student.until("s.step > 150", seconds=40)
    rest = student.pause()
    assert rest.step > 150
    texts = [student.page.evaluate(SIDE, [side, "effective"]) for side in ("left", "right")]
    left, right = (float(text.split()[0]) for text in texts)
    assert left > right
    assert all(text.endswith("of 128") for text in texts)
    expect(student.page.locator(".gan-live [data-strip=modes]").first).to_be_visible()
    assert student.errors == []

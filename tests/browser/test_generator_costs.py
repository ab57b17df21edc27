"""T3 as a student does it: bet on a race, weigh a batch, then free a generator that is losing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
PAGE = "generator-costs"
SIDE = """(which) => {
  const nodes = [...gan().querySelectorAll(`[data-number="${which[1]}"]`)];
  const node = nodes.find((one) => Boolean(one.closest('.beside')) === (which[0] === 'left'));
  return node.textContent;
}"""


class Sketch(Board):
    counts = ""  # no reading stands twice
    awaited = ".handle"

    def number(self, key):
        """The number in a reading, which may be a sentence."""
        return float(re.search(r"[\d.]+", self.reading(key).inner_text())[0])


@pytest.mark.parametrize("lang", KO_FIRST)
def test_bet_on_the_race_and_find_where_both_pull_alike(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    page, words, sketch = student.page, student.words, Sketch(student, PAGE)
    # it moves by itself: D finds the fake out, which then hears most under the cost that it loses
    first = sketch.number("pull_non_saturating")
    assert first < 0.9
    sketch.reads("pull_non_saturating", "0.9933")
    why = words.prose(PAGE, "explain-race").split(".")[0]
    student.predict(PAGE, "race", "minimax")
    sketch.reads("pull_non_saturating", "0.9933")
    sketch.reads("pull_minimax", "0.0067")
    sketch.reads("arrival_non_saturating", "–")  # not before it is seen
    expect(page.get_by_text(why)).to_have_count(0)
    sketch.press("go")
    sketch.reads("arrival_non_saturating", "6.0")
    expect(page.locator(".st-key-task").get_by_text(why)).to_be_visible()
    time = sketch.slider("knob.time")
    time.focus()
    time.press("End")
    sketch.reads("arrival_minimax", "152.4")
    sketch.reads("arrival_maximum_likelihood", "147.4")

    sketch.press("back")
    expect(sketch.slider("knob.time")).to_have_value("0")
    handle = sketch.slider("knob.a")
    handle.focus()
    for _ in range(10):  # ten times ten steps of 0.05
        handle.press("PageUp")
    assert handle.get_attribute("aria-valuenow") == "0"
    expect(sketch.marks).to_have_count(1)
    sketch.reads("arrival_minimax", sketch.say("said.there"))
    # by hand to a = −4.6, where non-saturating pulls e^4.6 = 99 times as hard
    width = sketch.root.locator("svg[role=group]").first.bounding_box()["width"] - 52
    sketch.drag(handle, -4.6 / 13 * width, steps=8)
    expect(sketch.marks).to_have_count(2)
    student.asks(**{"at.a": "-4.6"})
    assert student.errors == []


def test_who_lets_go_before_the_page_has_answered_is_not_called_back(enter):
    student = enter(f"/{PAGE}", lang="en")
    page, say, sketch = student.page, student.words.say, Sketch(student, PAGE)
    sketch.reads("pull_non_saturating", "0.9933")
    page.get_by_text(say(f"{PAGE}.question.race.minimax"), exact=True).click()
    lock = page.locator(".st-key-lock-race button")
    expect(lock).to_be_enabled()
    go = sketch.button("go")
    go.evaluate("(go, lock) => { lock.click(); go.click(); }", lock.element_handle())
    expect(lock).to_have_count(0)
    sketch.reads("arrival_non_saturating", "6.0")
    assert student.errors == []


def test_a_batch_and_the_other_axis(enter):
    student = enter(f"/{PAGE}?at.view=batch&at.spread=2", lang="en")
    sketch = Sketch(student, PAGE)
    texts = [sketch.number(f"effective_{name}") for name in ("minimax", "non_saturating")]
    assert texts == [20.9, 61.2]
    sketch.reads("effective_maximum_likelihood", "as if 7.0 of 64")
    sketch.reads("swing_maximum_likelihood", "± 92 %")
    spread = sketch.slider("knob.spread")
    spread.focus()
    spread.press("End")
    assert sketch.number("effective_maximum_likelihood") == 2.9
    sketch.choose("axis", "output")
    handle = sketch.slider("knob.a")
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(0.0474, abs=1e-3)
    handle.focus()
    handle.press("End")  # as far as the mean of the batch goes
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(0.9526, abs=1e-3)
    took = sketch.slider("knob.mean").evaluate(
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
    sketch.reads("cost_minimax", "−0.007")
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_free_a_generator_that_is_losing(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    page, words, sketch = student.page, student.words, Sketch(student, PAGE)
    expect(student.view).to_have_count(0)  # it would give the answer away
    student.predict(PAGE, "losing", "both")
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
    expect(sketch.marks).to_have_count(1, timeout=40_000)
    measured("right", "w1", lambda w1: w1 < 1)
    assert student.errors == []


@pytest.mark.slow
def test_a_link_shows_the_few_of_maximum_likelihood(enter):
    student = enter(f"/{PAGE}?match=likelihood", lang="en").alive()
    student.until("s.step > 150", seconds=40)
    rest = student.pause()
    assert rest.step > 150
    texts = [student.page.evaluate(SIDE, [side, "effective"]) for side in ("left", "right")]
    left, right = (float(text.split()[0]) for text in texts)
    assert left > right
    assert all(text.endswith("of 128") for text in texts)
    expect(student.page.locator(".gan-live [data-strip=modes]").first).to_be_visible()
    assert student.errors == []

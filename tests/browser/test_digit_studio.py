"""The digit studio as a student uses it: watch, pick, walk, change neighbours, begin from zero."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "/digit-studio"
ANSWER = 200
"""Milliseconds within which the page answers while a model trains."""
# How long after a press of a key the page shows its effect, and what it shows.
TIMED = """([selector, what]) => new Promise((done) => {
  const view = gan();
  const node = view.querySelector(selector);
  const before = view.querySelector(what).textContent;
  const began = performance.now();
  const look = () => {
    if (view.querySelector(what).textContent !== before) done(performance.now() - began);
    else requestAnimationFrame(look);
  };
  node.value = String((Number(node.value) + 5) % 25);
  node.dispatchEvent(new Event('input', { bubbles: true }));
  look();
})"""
INK = """(selector) => {
  const canvas = gan().querySelector(selector);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i]) % 1000003;
  return sum;
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


# Keep, of the first moment at which the grid has buttons, how many of them have no name.
WATCH = """
const look = () => {
  const cells = [...(window.gan?.()?.querySelectorAll('.cells button') ?? [])];
  if (!cells.length) requestAnimationFrame(look);
  else window.first = { all: cells.length, nameless: cells.filter((one) => !one.ariaLabel).length };
};
look();
"""


def cell(student, number):
    return student.view.locator(".cells button").nth(number)


def tab(student, name):
    student.view.locator(f'[role="tab"][data-tab="{name}"]').click()


@pytest.mark.parametrize("lang", KO_FIRST)
def test_pictures_grow_and_can_be_walked_between(enter, lang):
    student = enter(PAGE, lang=lang).alive()
    words, view = student.words, student.view
    expect(view.locator(".cells button")).to_have_count(64)
    box = view.locator(".board").bounding_box()
    assert box["width"] >= 520
    before = student.page.evaluate(INK, ".board canvas")
    student.goes_on()
    student.page.wait_for_function(f"(b) => ({INK})('.board canvas') !== b", arg=before)

    # by mouse, then by keyboard: the letters are on the pictures, not only in their colour
    cell(student, 10).click()
    cell(student, 20).click()
    student.page.wait_for_function("gan().dataset.look.startsWith('10,20,')")
    expect(cell(student, 10)).to_have_attribute("data-mark", "a")
    expect(cell(student, 20)).to_have_attribute("data-mark", "b")
    cell(student, 20).focus()
    for key in ("ArrowRight", "ArrowDown", "KeyB"):
        student.page.keyboard.press(key)
    student.page.wait_for_function("gan().dataset.look.startsWith('10,29,')")

    # what it was read as is said for the mouse and for the keyboard alike
    named = words.say("digit-studio.view.picture", n=30)
    expect(view.locator(".picks .reading")).to_contain_text(named)
    expect(cell(student, 29)).to_have_attribute("aria-label", re.compile(named))

    # the walk follows the hand at once while the model trains
    assert student.state.status == "running"
    took = [student.page.evaluate(TIMED, ["[data-walk]", ".now output"]) for _ in range(5)]
    assert sorted(took)[2] < ANSWER
    assert student.errors == []


def test_no_picture_is_ever_without_a_name(enter):
    """Also not before the first numbers: a run that rests would stay so."""
    student = enter("/")
    student.page.add_init_script(WATCH)
    student.visit(PAGE)
    first = student.page.wait_for_function("window.first").json_value()
    assert first == {"all": 64, "nameless": 0}


@pytest.mark.parametrize("lang", EN_FIRST)
def test_neighbours_change_a_picture_in_training_mode_alone(enter, lang):
    student = enter(PAGE, lang=lang).alive()
    view = student.view
    tab(student, "company")
    changes = view.locator(".company .change b")
    expect(changes).to_have_count(4)
    expect(changes.nth(0)).to_have_text(re.compile(r"0\.\d+"))
    for row in (1, 2, 3):
        expect(changes.nth(row)).to_have_text("0")
    student.pause()
    before = student.page.evaluate(INK, ".company canvas")
    view.locator("[data-again]").click()
    student.page.wait_for_function(f"(b) => ({INK})('.company canvas') !== b", arg=before)
    assert student.state.status == "paused"
    tab(student, "layers")
    expect(view.locator(".flow figure")).to_have_count(7)
    expect(view.locator(".flow")).to_contain_text("32 × 2 × 2")
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_a_prediction_from_zero_and_a_fetch_that_never_blocks(enter, lang):
    student = enter(PAGE, lang=lang, viewport={"width": 390, "height": 844}).alive()
    words, page = student.words, student.page
    assert page.evaluate(SIDEWAYS) <= 0
    student.predict("digit-studio", "grow", "noise")
    right = words.say("digit-studio.question.grow.digits")
    answer = page.locator(".st-key-answer-grow")  # it opens once the pictures can be read
    expect(answer.get_by_text(right).first).to_be_visible(timeout=30_000)
    student.switch(words.say("presets.mnist-cgan.name"))
    offered = page.get_by_text(words.say("digit-studio.fetch.says"))
    begun = student.view.locator(".classes button")
    expect(offered.or_(begun).first).to_be_visible()  # not here, or here by GAN_DATA_DIR
    student.goes_on()
    assert page.evaluate(SIDEWAYS) <= 0
    assert student.errors == []

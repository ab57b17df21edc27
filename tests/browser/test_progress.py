"""The learning path knows how far one has come, across visits, until it is told to forget."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST
from tests.browser.test_lesson import predict

pytestmark = pytest.mark.browser
LANGUAGES = ("ko", "en")
SHELF = "localStorage.getItem('gan-classroom-notes')"
MASK = "(node) => getComputedStyle(node, '::after').maskImage"


def lesson_link(student, state):
    """The playground in the navigation, as a screen reader names it."""
    name = student.words.say("shell.page.playground")
    said = f"{name} , {student.words.say(f'progress.{state}')}"
    return student.page.get_by_test_id("stSidebarNav").get_by_role("link", name=said, exact=True)


@pytest.mark.parametrize("lang", KO_FIRST)
def test_from_the_first_prediction_to_forgetting(enter, lang):
    student = enter(lang=lang).alive()
    page, say = student.page, student.words.say
    expect(lesson_link(student, "new")).to_be_visible()
    ring = lesson_link(student, "new").evaluate(MASK)
    sockets, before = len(student.live_sockets), student.state.epoch
    predict(student, "healthy", "ground")
    expect(lesson_link(student, "begun")).to_be_visible()
    assert lesson_link(student, "begun").evaluate(MASK) != ring
    assert len(student.live_sockets) == sockets  # marks reload nothing
    student.until("s.epoch > arg", before)

    page.wait_for_function(f"{SHELF}.includes('ground')")

    # another visit: Home tells how far one came, and leads on
    page.goto(f"{student.base}/?lang={lang}")
    told = say("progress.steps", name=say("shell.page.playground"), n=1, of=9).replace("**", "")
    expect(page.get_by_text(told)).to_be_visible(timeout=20_000)
    expect(lesson_link(student, "begun")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("link", name=say("progress.go_on")).click()
    student.alive()
    assert "/playground" in page.url
    page.go_back()

    # forgetting asks first
    forget = page.get_by_role("button", name=say("progress.forget"))
    forget.click()
    expect(page.get_by_text(say("progress.sure"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text(say("progress.sure"))).to_have_count(0)
    expect(page.get_by_text(told)).to_be_visible()
    forget.click()
    page.get_by_role("button", name=say("progress.yes")).click()
    expect(page.get_by_text(told)).to_have_count(0)
    expect(lesson_link(student, "new")).to_be_visible()
    page.wait_for_function(f"{SHELF} === '{{}}'")
    page.reload()
    expect(lesson_link(student, "new")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name=say("home.start"))).to_be_visible()
    assert student.errors == []
    assert student.strangers == []


def test_all_steps_done_are_ticked(enter):
    notes = {
        "predictions": dict(healthy="ground", hop="modes", saturate="300", **{"unfrozen-d": "one"}),
        "done": ["healthy/break", "healthy/minimax", "hop/heal", "saturate/free"],
    }
    student = enter("/").until("s.frames >= 1")
    for done, state in ((notes["done"], "begun"), ([*notes["done"], "unfrozen-d/heal"], "done")):
        kept = json.dumps({"playground": notes | {"done": done}})
        student.page.evaluate("(t) => localStorage.setItem('gan-classroom-notes', t)", kept)
        student.page.reload()
        expect(lesson_link(student, state)).to_be_visible(timeout=20_000)

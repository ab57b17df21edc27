"""Two experiments beside each other, on one clock."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SGD = "&g_optimizer=sgd&d_optimizer=sgd&g_optimizer.lr=0.001&d_optimizer.lr=0.001"
BOTH = """() => ['.stage > .strips', '.beside .strips'].map((side) => (
  [...gan().querySelector(side).querySelectorAll('[data-number]')].map((n) => n.textContent)))"""
PICTURES = "[...gan().querySelectorAll('.scene canvas')].map((canvas) => canvas.toDataURL())"


def beside_itself(enter, path):
    """Return a student whose run has just been branched, and stands still."""
    student = enter(path).alive()
    student.until("s.step > 60", seconds=40)
    at = student.pause()
    student.mark_canvas()
    student.view.get_by_role("button", name=student.words.say("live.branch")).click()
    student.until("gan().dataset.layout === 'pair' && s.step === arg", at.step)
    return student


def test_two_that_do_the_same_look_and_say_the_same(enter):
    student = beside_itself(enter, "/playground?preset=hop&seed=2")
    student.press("toggle")
    for _ in range(10):
        student.goes_on()
        right, left = student.page.evaluate(BOTH)
        assert right == left != []
    student.pause()
    right, left = student.at_rest(PICTURES)
    assert right == left
    assert student.same_canvas
    labels = [canvas.get_attribute("aria-label") for canvas in student.view.locator("canvas").all()]
    for side in ("left", "right"):
        assert any(
            (label or "").startswith(student.words.say(f"branch.{side}")) for label in labels
        )
    assert student.errors == []


def test_one_that_diverges_leaves_the_other_alone(enter):
    student = beside_itself(enter, f"/playground?game=wasserstein{SGD}")
    say = student.words.say
    for path in ("g_optimizer.lr", "d_optimizer.lr"):
        student.slider(path).press("End")
        student.asks(**{path: "1.0"})
    student.until("s.status === 'paused'").press("toggle")
    own = student.view.locator(".stage > .figure .message")
    expect(own).to_contain_text(say("live.diverged"))
    expect(student.view.locator(".beside .message")).to_be_hidden()
    clock = "Number(gan().querySelector('.clock b').textContent.replace(/,/g, ''))"
    now = student.page.evaluate(clock)
    student.until(f"{clock} > arg + 20", now, seconds=30)
    assert student.state.status == "running"
    own.get_by_role("button", name=say("live.diverged_act")).click()
    student.until("s.epoch >= 1")
    assert student.errors == []

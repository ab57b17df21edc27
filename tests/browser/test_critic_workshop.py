"""V1 as a student meets it: a critic bent by hand, a ruler with wrong units, a lost sign."""

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "critic-workshop"


@pytest.mark.parametrize("lang", KO_FIRST)
def test_bend_a_critic_until_it_is_a_ruler(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    board = Board(student, PAGE)
    board.reading("reading").wait_for()
    assert board.number("reading") < 2  # it rises by itself
    board.reads("reading", "2.00")
    board.reads("w1", "4.00")
    student.predict(PAGE, "between", "line")
    expect(student.page.locator(".st-key-answer-between")).to_be_visible()
    board.reads("reading", "0.00")
    knots = {
        x: board.slider("handle.knot", x=f"{x:.1f}".replace("-", "−"))
        for x in (-6, -4.5, -3, -1.5, 1.5, 3, 4.5, 6)
    }
    for x, knot in knots.items():
        knot.focus()
        for _ in range(int(abs(x) // 1)):
            knot.press("PageUp")
        if abs(x) % 1:
            for _ in range(5):
                knot.press("ArrowUp")
    board.reads("steepest", "1.00")
    board.done("between", "bend")
    knots[3].press("PageUp")
    steep = board.say("verdict.steep", slope="1.67", bound="1.00")
    expect(board.root.get_by_text(steep)).to_be_visible()
    student.asks(**{"at.f6": "4", "at.f0": "6"})
    assert student.errors == []


def test_the_other_scenes_follow_the_hand(enter):
    student = enter(f"/{PAGE}?at.scene=penalty", lang="en")
    board = Board(student, PAGE)
    board.reads("slope", "1.20")
    board.reads("estimate", "4.80")
    strength = board.slider("knob.lambda")
    strength.focus()
    strength.press("End")
    board.reads("estimate", "4.08")
    board.choose("norm", "pixel")
    distance = board.slider("knob.distance")
    distance.focus()
    distance.press("Home")
    board.reads("slope", "28.00")
    board.choose("scene", "clipping")
    board.reads("bound_slope", "0.0041")
    board.reads("right_clip", "0.0625")
    board.choose("scene", "batch")
    board.reads("seen_slope", "0.00")
    assert board.number("others") > 0.2
    before = board.root.locator(".jacobian").inner_text()
    board.slider("handle.sample", n=1).press("PageUp")
    assert board.root.locator(".jacobian").inner_text() != before
    board.reads("seen_slope", "0.00")
    board.choose("bn", "without")
    board.reads("others", "0.00")
    board.reads("seen_slope", "1.50")
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_ruler_with_wrong_units_is_put_right(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    board, say, page = Board(student, PAGE), student.words.say, student.page
    student.alive()
    page.locator(".st-key-lock-gauge-clip button").click()
    expect(page.locator(".st-key-answer-gauge-clip")).to_be_visible()
    numbers = student.numbers
    assert 3.5 < float(numbers["w1"]) < 4.5
    assert 0.003 < float(numbers["estimate"]) < 0.012
    assert float(numbers["steep"]) < 0.005
    assert int(numbers["on_bound"].removesuffix(" %")) > 80
    board.done("gauge-clip", "right", 0)
    student.switch(say("settings.choice.constraint.spectral-norm"))
    board.done("gauge-clip", "right")
    student.asks(**{"constraint": "spectral-norm"})
    assert student.numbers["on_bound"] == "–"
    assert student.errors == []


@pytest.mark.slow
def test_a_lost_sign_is_found_and_mended(enter):
    student = enter(f"/{PAGE}", lang="ko")
    board, say = Board(student, PAGE), student.words.say
    student.alive()
    student.predict(PAGE, "flee", "slow")
    student.asks(preset="flee")
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = 12; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(student.page.locator(".st-key-answer-flee")).to_be_visible()
    assert float(student.numbers["w1"]) > 2.9
    student.choose("game", say("settings.choice.game.wasserstein"))
    board.done("flee", "repair")
    assert student.errors == []


def test_on_a_phone_nothing_scrolls_sideways(enter):
    student = enter(
        f"/{PAGE}", lang="ko", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    board = Board(student, PAGE)
    for name in ("penalty", "clipping", "batch", "hand"):
        board.choose("scene", name)
        board.root.locator("svg:visible").last.wait_for()
        wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
        assert student.page.evaluate(wide) <= 390, name
    board.reads("reading", "2.00")
    assert student.errors == []

"""V1 as a student meets it: a critic bent by hand, a ruler with wrong units, a lost sign."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "critic-workshop"
WORD = f"{PAGE}.sketch"


def sketch(student):
    return student.page.locator(".gan-sketch")


def reading(student, key):
    return sketch(student).locator(f"[data-reading={key}]:visible")


def shown(student, key):
    return float(reading(student, key).inner_text().replace("−", "-").replace("× ", ""))


def handle(student, name, **blanks):
    return sketch(student).get_by_role(
        "slider", name=student.words.say(f"{WORD}.{name}", **blanks), exact=True
    )


def scene(student, name):
    said = student.words.say(f"{WORD}.option.scene.{name}")
    sketch(student).get_by_role("radio", name=said).click()


def is_done(student, unit, task, count=1):
    text = student.words.say(f"{PAGE}.task.{unit}.{task}")
    mark = student.words.say("lesson.done")
    expect(student.page.locator("p", has_text=text).filter(has_text=mark)).to_have_count(count)


@pytest.mark.parametrize("lang", KO_FIRST)
def test_bend_a_critic_until_it_is_a_ruler(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    say = student.words.say
    reading(student, "reading").wait_for()
    assert shown(student, "reading") < 2  # it rises by itself
    expect(reading(student, "reading")).to_have_text("2.00")
    expect(reading(student, "w1")).to_have_text("4.00")
    student.predict(PAGE, "between", "line")
    expect(student.page.locator(".st-key-answer-between")).to_be_visible()
    expect(reading(student, "reading")).to_have_text("0.00")
    knots = {
        x: handle(student, "handle.knot", x=f"{x:.1f}".replace("-", "−"))
        for x in (-6, -4.5, -3, -1.5, 1.5, 3, 4.5, 6)
    }
    for x, knot in knots.items():
        knot.focus()
        for _ in range(int(abs(x) // 1)):
            knot.press("PageUp")
        if abs(x) % 1:
            for _ in range(5):
                knot.press("ArrowUp")
    expect(reading(student, "steepest")).to_have_text("1.00")
    is_done(student, "between", "bend")
    knots[3].press("PageUp")
    expect(
        sketch(student).get_by_text(say(f"{WORD}.verdict.steep", slope="1.67", bound="1.00"))
    ).to_be_visible()
    student.asks(**{"at.f6": "4", "at.f0": "6"})
    assert student.errors == []


def test_the_other_scenes_follow_the_hand(enter):
    student = enter(f"/{PAGE}?at.scene=penalty", lang="en")
    say = student.words.say
    expect(reading(student, "slope")).to_have_text("1.20")
    expect(reading(student, "estimate")).to_have_text("4.80")
    strength = handle(student, "knob.lambda")
    strength.focus()
    strength.press("End")
    expect(reading(student, "estimate")).to_have_text("4.08")
    sketch(student).get_by_role("radio", name=say(f"{WORD}.option.norm.pixel")).click()
    distance = handle(student, "knob.distance")
    distance.focus()
    distance.press("Home")
    expect(reading(student, "slope")).to_have_text("28.00")
    scene(student, "clipping")
    expect(reading(student, "bound_slope")).to_have_text("0.0041")
    expect(reading(student, "right_clip")).to_have_text("0.0625")
    scene(student, "batch")
    expect(reading(student, "seen_slope")).to_have_text("0.00")
    assert shown(student, "others") > 0.2
    before = sketch(student).locator(".jacobian").inner_text()
    handle(student, "handle.sample", n=1).press("PageUp")
    assert sketch(student).locator(".jacobian").inner_text() != before
    expect(reading(student, "seen_slope")).to_have_text("0.00")
    sketch(student).get_by_role("radio", name=say(f"{WORD}.option.bn.without"), exact=True).click()
    expect(reading(student, "others")).to_have_text("0.00")
    expect(reading(student, "seen_slope")).to_have_text("1.50")
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_ruler_with_wrong_units_is_put_right(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    say, page = student.words.say, student.page
    student.alive()
    page.locator(".st-key-lock-gauge-clip button").click()
    expect(page.locator(".st-key-answer-gauge-clip")).to_be_visible()
    numbers = student.numbers
    assert 3.5 < float(numbers["w1"]) < 4.5
    assert 0.003 < float(numbers["estimate"]) < 0.012
    assert float(numbers["steep"]) < 0.005
    assert int(numbers["on_bound"].removesuffix(" %")) > 80
    is_done(student, "gauge-clip", "right", 0)
    student.switch(say("settings.choice.constraint.spectral-norm"))
    is_done(student, "gauge-clip", "right")
    student.asks(**{"constraint": "spectral-norm"})
    assert student.numbers["on_bound"] == "–"
    assert student.errors == []


def test_a_lost_sign_is_found_and_mended(enter):
    student = enter(f"/{PAGE}", lang="ko")
    say, page = student.words.say, student.page
    student.alive()
    student.predict(PAGE, "flee", "slow")
    student.asks(preset="flee")
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = 12; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(page.locator(".st-key-answer-flee")).to_be_visible()
    assert float(student.numbers["w1"]) > 2.9
    student.choose("game", say("settings.choice.game.wasserstein"))
    is_done(student, "flee", "repair")
    assert student.errors == []


def test_on_a_phone_nothing_scrolls_sideways(enter):
    student = enter(
        f"/{PAGE}", lang="ko", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    for name in ("penalty", "clipping", "batch", "hand"):
        scene(student, name)
        sketch(student).locator("svg:visible").last.wait_for()
        wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
        assert student.page.evaluate(wide) <= 390, name
    expect(reading(student, "reading")).to_have_text("2.00")
    assert student.errors == []

"""The shapes of I1 as a student meets them: a crash, a checkerboard, a field, a pyramid."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "digit-studio"
WORD = f"{PAGE}.sketch"


def sketch(student):
    return student.page.locator(".gan-sketch")


def reading(student, key):
    return sketch(student).locator(f"[data-reading={key}]:visible")


def slider(student, name, **blanks):
    said = student.words.say(f"{WORD}.{name}", **blanks)
    return (
        sketch(student)
        .get_by_role("slider", name=said, exact=True)
        .and_(sketch(student).locator(":visible"))
    )


def choose(student, knob, option):
    said = student.words.say(f"{WORD}.option.{knob}.{option}")
    sketch(student).get_by_role("radio", name=said, exact=True).click()


@pytest.mark.parametrize("lang", KO_FIRST)
def test_from_the_crash_to_the_pyramid(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    page, say = student.page, student.words.say
    expect(reading(student, "features")).to_have_text("512")
    expect(reading(student, "expected")).to_have_text("512")  # pictures of 32 pixels fit
    student.predict(PAGE, "crash", "runs")
    expect(page.locator(".st-key-answer-crash")).to_be_visible()
    expect(reading(student, "expected")).to_have_text("128")
    error = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x512 and 128x1)"
    expect(sketch(student).get_by_text(error)).to_be_visible()
    slider(student, "knob.kernel").press("ArrowRight")
    expect(reading(student, "features")).to_have_text("128")
    done = page.locator("p", has_text=say(f"{PAGE}.task.crash.fit"))
    expect(done.filter(has_text=say("lesson.done"))).to_have_count(1)
    student.asks(**{"at.kernel": "4", "at.size": "28"})

    choose(student, "view", "checkerboard")
    expect(reading(student, "most")).to_have_text("4")
    slider(student, "knob.c_kernel").press("ArrowRight")
    expect(reading(student, "rest")).to_have_text("1")
    expect(reading(student, "most")).to_have_text("9")

    choose(student, "view", "field")
    sketch(student).get_by_role("button", name=say(f"{WORD}.button.pix2pix")).click()
    expect(reading(student, "field")).to_have_text("70 × 70")
    slider(student, "handle.square").press("ArrowRight")
    slider(student, "handle.logit").press("ArrowUp")
    student.asks(**{"at.view": "field", "at.f_x": "15", "at.f_y": "13"})

    choose(student, "view", "pyramid")
    assert float(reading(student, "largest").inner_text()) < 1e-6
    name = say(f"{WORD}.switch_name", size=32)
    sketch(student).get_by_role("button", name=name).click()
    expect(reading(student, "largest")).to_have_text("0.388")
    student.asks(**{"at.view": "pyramid", "at.level0": "out"})
    assert student.errors == []

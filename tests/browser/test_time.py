"""Looking back at the moments that a run has left, and the ways back to the present."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST

pytestmark = pytest.mark.browser
LANGUAGES = ("ko", "en")
RUN = "/playground?preset=hop&seed=2"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOMENT = "Number(gan().dataset.moment)"
SEEN = """() => ({
  picture: ganCanvas().toDataURL(),
  costs: gan().querySelector('[data-strip="costs"] canvas').toDataURL(),
  modes: gan().querySelector('[data-strip="modes"] canvas').toDataURL(),
})"""
PLACES = """() => ['.scene', '.legend', '.transport', '.time', '.clock'].map((name) => {
  const { x, y, width, height } = gan().querySelector(name).getBoundingClientRect();
  return [name, ...[x, y, width, height].map(Math.round)];
})"""


def with_moments(enter, count=4, **asked):
    """Return a student whose run has left some moments."""
    student = enter(RUN, **asked).alive()
    return student.until("gan().querySelector('[data-time]').max >= arg", count, seconds=40)


def slider(student):
    return student.view.locator("[data-time]")


def moment(student):
    return int(student.page.evaluate(MOMENT))


def look_back(student, key="ArrowLeft"):
    """Press a key on the slider; return the iteration of the moment that then shows."""
    before = moment(student)
    slider(student).press(key)
    student.until(f"{MOMENT} !== arg", before)
    return moment(student)


def comes_back(student):
    student.until(f"{MOMENT} === -1")
    say = student.words.say
    expect(slider(student)).to_have_attribute("aria-valuetext", say("live.time_now"))
    expect(student.view.get_by_role("button", name=say("live.time_back"))).to_be_disabled()


@pytest.mark.parametrize("lang", EN_FIRST)
def test_back_through_the_moments_and_on_from_the_present(enter, lang):
    student = with_moments(enter, lang=lang)
    say, view = student.words.say, student.view
    student.mark_canvas()
    present = student.pause()
    now = student.at_rest(SEEN)
    comes_back(student)

    seen = {}
    for _ in range(3):
        at = look_back(student)
        text = f"{at:,}"
        expect(slider(student)).to_have_attribute("aria-valuetext", say("live.time_said", n=text))
        expect(view.locator("[data-time-text]")).to_have_text(say("live.time_at", n=text))
        expect(view.locator(".scene .note")).to_have_text(say("live.past", n=text))
        expect(view.locator('.clock [data-number="iteration"]')).to_have_text(text)
        seen[at] = (student.at_rest(SEEN), student.numbers)
    found = list(seen)
    assert found == sorted(found, reverse=True), "each press goes further back"
    assert found[0] <= present.step
    for part in now:
        looks = {sight[part] for sight, _ in seen.values()}
        assert len(looks) == len(seen), f"each moment has its own {part}"
        assert now[part] not in looks
    assert len({numbers["d_cost"] + numbers["w1"] for _, numbers in seen.values()}) > 1
    # Forward again: what was seen there is there.
    assert look_back(student, "ArrowRight") == found[1]
    assert (student.at_rest(SEEN), student.numbers) == seen[found[1]]

    view.get_by_role("button", name=say("live.time_back")).click()
    comes_back(student)
    assert student.at_rest(SEEN) == now
    assert student.state.status == "paused"
    expect(view.locator('.clock [data-number="iteration"]')).to_have_text(f"{present.step:,}")
    student.press("toggle")
    student.until("s.step > arg + 5", present.step)
    assert student.state.epoch == present.epoch
    assert student.same_canvas
    assert len(student.live_sockets) == 1
    assert student.errors == []


def test_who_looks_back_stops_the_run_and_every_control_returns_first(enter):
    student = with_moments(enter)
    assert look_back(student) >= 0
    expect(student.button("toggle")).to_have_text(student.words.say("live.play"))
    student.page.keyboard.press("Escape")
    comes_back(student)
    present = student.state
    assert present.status == "paused"

    look_back(student, "Home")
    student.page.keyboard.press("d")
    comes_back(student)
    expect(student.view.locator(".note")).to_have_text(student.words.say("live.half"))
    look_back(student, "Home")
    student.page.keyboard.press("g")
    student.until("s.step === arg + 1", present.step)
    comes_back(student)

    look_back(student, "Home")
    student.press("toggle")
    student.until("s.status === 'running' && s.step > arg + 5", present.step)
    comes_back(student)
    assert student.errors == []


@pytest.mark.slow
def test_a_new_beginning_has_no_past_yet(enter):
    student = with_moments(enter)
    look_back(student, "Home")
    start = student.state
    student.page.keyboard.press("r")
    student.until("s.epoch === arg + 1", start.epoch)
    student.until(f"{MOMENT} === -1 && gan().querySelector('[data-time]').max <= 2")
    assert student.errors == []


@pytest.mark.slow
def test_it_needs_no_room_of_its_own_and_moves_nothing(enter):
    for asked in ({}, PHONE):
        student = with_moments(enter, **asked)
        student.pause()
        places = student.page.evaluate(PLACES)
        look_back(student, "Home")
        assert student.page.evaluate(PLACES) == places
        wide = "document.documentElement.scrollWidth <= window.innerWidth"
        assert student.page.evaluate(wide)
        for name in ("time_back", "branch"):
            button = student.view.get_by_role("button", name=student.words.say(f"live.{name}"))
            expect(button).to_be_enabled()
            assert button.bounding_box()["height"] >= (44 if asked else 36)


def test_the_first_page_offers_no_way_back(enter):
    student = enter("/").alive()
    expect(student.view.locator(".time")).to_be_hidden()

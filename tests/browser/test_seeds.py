"""Many seeds at once, as a student sees and steers them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST

pytestmark = pytest.mark.browser
FRAMES = "(node) => Number(node.closest('.gan-crowd').dataset.frames)"


@pytest.mark.parametrize("lang", KO_FIRST)
def test_eight_seeds_are_counted_paused_and_one_is_opened(enter, lang):
    student = enter("/playground", lang=lang).alive()
    say = student.words.say
    student.page.get_by_role("button", name=say("crowd.open")).click()
    crowd = student.page.locator(".gan-crowd")
    tiles = crowd.locator(".tile")
    expect(tiles).to_have_count(8)
    student.asks(seeds="8")
    # it is counted, in words and symbols
    count = crowd.locator(".count")
    expect(count).to_contain_text(say("crowd.view.count_healthy"), timeout=40_000)
    expect(crowd.locator(".unseen")).to_contain_text("8")
    expect(tiles.nth(2).locator(".seed")).to_have_text(say("crowd.view.seed", n=3))
    expect(tiles.nth(2).locator(".covered")).to_have_text(re.compile(r"\d/8"))
    # pause, by key
    crowd.locator('[data-do="toggle"]').press("Enter")
    expect(crowd).to_have_attribute("data-status", "paused")
    step = crowd.get_attribute("data-step")
    # arrow keys walk along the seeds
    tiles.nth(0).focus()
    student.page.keyboard.press("ArrowRight")
    student.page.keyboard.press("ArrowRight")
    expect(crowd.locator(".told .title")).to_have_text(say("crowd.view.seed", n=3))
    expect(tiles.nth(2)).to_have_attribute("aria-pressed", "true")
    # one is opened above; the others stay as they are
    crowd.locator(".open").click()
    student.asks(seed="3", seeds="8")
    student.until("s.epoch >= 1 && s.status === 'running'")
    assert crowd.get_attribute("data-step") == step
    expect(tiles.nth(2).locator(".seed")).to_have_text(say("crowd.view.seed", n=3))
    student.page.get_by_role("button", name=say("crowd.close")).click()
    expect(crowd).to_have_count(0)
    assert student.errors == []


def test_on_a_phone_nothing_scrolls_sideways_and_bad_links_are_explained(enter):
    student = enter("/playground?seeds=99", lang="ko", viewport={"width": 390, "height": 844})
    alert = student.page.get_by_role("alert")
    expect(alert).to_contain_text(student.words.say("crowd.seeds"))
    expect(alert).to_contain_text("16")
    student.page.get_by_role("button", name=student.words.say("crowd.open")).click()
    tiles = student.page.locator(".gan-crowd .tile")
    expect(tiles).to_have_count(8)
    assert student.page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = "(nodes) => nodes.map((node) => Math.round(node.getBoundingClientRect().top))"
    assert len(set(student.at_rest(lambda: tiles.evaluate_all(tops)))) == 2, "four in a row"
    assert student.errors == []

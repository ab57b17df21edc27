"""JS against Wasserstein: two games side by side, predicted, watched, and studied at rest."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
PAGE = "/js-wasserstein"
NUMBER = """(which) => {
  const beside = which[0] === 'left';
  const nodes = [...gan().querySelectorAll(`[data-number="${which[1]}"]`)];
  const own = (one) => Boolean(one.closest('.beside')) === beside && one.closest('.strips');
  const node = nodes.find(own);
  return parseFloat(node.textContent.replace('−', '-'));
}"""


def number(student, side, name):
    return student.page.evaluate(NUMBER, [side, name])


@pytest.mark.parametrize("lang", KO_FIRST)
def test_predict_who_arrives_then_see_and_study(enter, lang, tmp_path):
    student = enter(PAGE, lang=lang).alive()
    words, page = student.words, student.page
    unit = page.locator(".st-key-prose-unit-apart-minimax")
    unit.get_by_text(words.say("js-wasserstein.question.apart-minimax.right"), exact=True).click()
    name = words.say("presets.apart-minimax.name")
    unit.get_by_role("button", name=words.say("lesson.lock", name=name)).click()
    expect(unit.locator(".st-key-answer-apart-minimax")).to_be_visible(timeout=30_000)
    assert number(student, "left", "w1") > 5
    assert number(student, "right", "w1") < 2.6
    assert abs(number(student, "left", "js") - 0.693) < 0.002
    assert abs(number(student, "left", "estimate") - 0.693) < 0.002

    student.button("toggle").click()
    student.until("s.status === 'paused'")
    chart = page.locator('[data-testid="stVegaLiteChart"] svg.marks')
    chart.scroll_into_view_if_needed()
    expect(chart).to_contain_text(words.say("versus.curve.guess_w1"))
    expect(chart).to_contain_text(words.say("versus.curve.true_js"))
    with page.expect_download() as coming:
        page.get_by_role("button", name=words.say("versus.svg")).click()
    coming.value.save_as(saved := tmp_path / "curves.svg")
    assert ElementTree.parse(saved).getroot().tag.endswith("svg")
    title = page.locator('[data-testid="stDownloadButton"] button').first
    with page.expect_download() as coming:
        title.click()
    coming.value.save_as(saved := tmp_path / "left.csv")
    rows = list(csv.reader(io.StringIO(saved.read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == words.say("take_home.column.iteration")
    assert len(rows) > 90
    assert student.errors == []


def test_both_zoom_together_and_values_are_read_off(enter):
    student = enter(f"{PAGE}?match=ring-match").alive()
    page = student.page
    student.until("s.step > 60", seconds=30)
    student.button("toggle").click()
    chart = page.locator('[data-testid="stVegaLiteChart"] svg.marks')
    chart.scroll_into_view_if_needed()

    def ends():  # the largest label of each horizontal axis
        groups = chart.locator(".role-axis").all()
        found = []
        for group in groups:
            labels = group.locator(".role-axis-label text").all_text_contents()
            numbers = [float(one.replace(",", "")) for one in labels if re.match(r"^[\d,.]+$", one)]
            if numbers and max(numbers) >= 20:
                found.append(max(numbers))
        return found

    before = ends()
    assert len(before) == 3
    box = chart.bounding_box()
    band = box["y"] + box["height"] - 70
    page.mouse.move(box["x"] + 60, band)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, band, steps=6)
    page.mouse.up()
    wait_until(lambda: ends()[0] < before[0] * 0.5, "the curves are zoomed")
    after = student.at_rest(ends)
    assert after[0] == after[1]
    assert after[2] == before[2]  # the band itself stays whole
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 120)
    tip = page.locator("#vg-tooltip-element")
    expect(tip).to_contain_text(student.words.say("versus.curve.true_js"))
    page.locator('[data-testid="stCheckbox"] label').first.click()  # log scale
    expect(chart).to_be_visible()
    assert student.errors == []


def test_one_side_alone_is_changed_and_a_link_brings_both(enter):
    student = enter(PAGE, lang="en").alive()
    words, page = student.words, student.page
    page.get_by_text(words.say("versus.own")).click()
    left = page.get_by_role("combobox", name=re.compile(words.say("settings.label.game"))).first
    left.click()
    page.get_by_role("option", name=words.say("settings.choice.game.hinge"), exact=True).click()
    student.asks(**{"match": "apart-minimax", "left.game": "hinge"})
    expect(page.locator(".gan-live .beside .title")).to_have_text(
        words.say("settings.choice.game.hinge")
    )
    other = enter(f"{PAGE}?match=apart-minimax&left.game=hinge&right.game=chess", lang="ko").alive()
    expect(other.page.locator(".gan-live .beside .title")).to_have_text(
        other.words.say("settings.choice.game.hinge")
    )
    expect(other.page.get_by_text("chess")).to_be_visible()
    assert student.errors + other.errors == []

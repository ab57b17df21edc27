"""What ails a run, as a student reads it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", KO_FIRST)
def test_hop_is_told_with_its_numbers(enter, lang):
    student = enter("/playground?preset=hop", lang=lang).alive()
    student.view.locator("[data-pace]").fill("13")  # all that the machine gives
    panel = student.view.locator("section.diagnosis")
    expect(panel).to_have_attribute("data-verdict", "hopping", timeout=20_000)
    words = student.words.all("live")
    expect(panel.get_by_role("status")).to_contain_text(words["verdict_hopping"])
    for name in ("dominated", "hops"):
        before = words[f"why_hopping_{name}"].split("{")[0]
        expect(panel.locator(".why")).to_contain_text(before)
    assert student.errors == []

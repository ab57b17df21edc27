"""The collapse clinic as a student uses it: diagnose, cure, break, judge a patient, compare."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "/collapse-clinic"


def fast(student):
    """Let the run go as fast as it can."""
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = n.max; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )


@pytest.mark.parametrize("lang", KO_FIRST)
def test_hop_is_diagnosed_cured_by_a_switch_and_healthy_is_broken(enter, lang):
    student = enter(PAGE, lang=lang).alive()
    words, page = student.words, student.page
    fast(student)
    verdict = student.view.locator(".diagnosis")
    expect(verdict).to_have_attribute("data-verdict", "hopping", timeout=60_000)
    page.locator(".st-key-collapse-clinic-cure-fast-d label").click()
    student.asks(**{"d_optimizer.lr": "0.002"})
    expect(verdict).to_have_attribute("data-verdict", "healthy", timeout=60_000)

    # the task: one number turns Healthy into Hop, and the app sees it
    done = page.get_by_text(words.say("lesson.done"))
    expect(done).to_have_count(0)
    hopped = student.state.epoch
    student.switch(words.say("presets.healthy.name"))
    student.asks(preset="healthy")
    student.until("s.epoch > arg", hopped).alive()
    slider = student.slider("d_optimizer.lr")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    student.asks(**{"d_optimizer.lr": "0.0001"})
    student.press("reset")
    fast(student)
    expect(done).to_be_visible(timeout=60_000)
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_patient_is_judged_before_the_app_tells(enter, lang):
    student = enter(f"{PAGE}?preset=patient-e", lang=lang).alive()
    words, page = student.words, student.page
    panel, answer = student.view.locator(".diagnosis"), page.locator(".st-key-task")
    expect(panel).to_be_hidden()
    answer.get_by_text(words.say("live.verdict_slow"), exact=True).click()
    answer.get_by_role("button", name=words.say("collapse-clinic.lock")).click()
    expect(answer.get_by_text(words.say("live.verdict_saturated")).first).to_be_visible()
    expect(panel).to_be_visible()
    named = f"{words.say('presets.patient-e.name')}: {words.say('live.verdict_saturated')}"
    expect(page.get_by_role("radio", name=named)).to_be_visible()
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_one_run_is_not_enough_and_the_figure_runs_beside_it(enter, lang):
    student = enter(f"{PAGE}?preset=momentum", lang=lang).alive()
    words, page = student.words, student.page
    student.predict("collapse-clinic", "momentum", "all")
    unit = page.locator(".st-key-task")
    unit.locator(".st-key-open-momentum button").click()
    expect(
        unit.get_by_text(words.say("collapse-clinic.question.momentum.few")).first
    ).to_be_visible()
    student.switch(words.say("presets.unrolled-ring.name"))
    student.asks(match="unrolled-ring")
    student.alive()
    expect(page.locator(".gan-live .beside")).to_be_visible()
    assert student.errors == []

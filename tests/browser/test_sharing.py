"""Presets and links: what reopens the same experiment, and what a wrong link is told."""

import re

import pytest
from playwright.sync_api import expect

from gan_core.presets import PRESETS
from gan_core.settings import Settings
from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
PICTURE = "ganCanvas().toDataURL()"


def at_iteration(student, steps):
    """Start over while paused, and play so many iterations by hand."""
    epoch = student.pause().epoch
    student.press("reset")
    student.until("s.epoch === arg + 1 && s.step === 0 && s.status === 'paused'", epoch)
    for step in range(1, steps + 1):
        student.press("step")
        student.until("s.step === arg", step)


def still_picture(student):
    """The picture once nothing in it glides any more."""
    student.page.evaluate("window.last = undefined")
    student.page.wait_for_function(
        f"() => {{ const now = {PICTURE}; const same = now === window.last; window.last = now; "
        "return same; }",
        polling=300,
    )
    return student.page.evaluate(PICTURE)


def test_a_link_reopens_the_same_experiment(enter):
    first = enter().alive()
    first.switch("Hop")
    first.asks(preset="hop")
    expect(first.slider("d_optimizer.lr")).to_have_attribute("aria-valuetext", "0.0001")
    first.slider("g_optimizer.lr").press("ArrowRight")
    first.asks(**{"g_optimizer.lr": "0.002"})
    second = enter(first.page.url, lang="").alive()
    assert second.query == first.query
    for path in ("d_optimizer.lr", "g_optimizer.lr"):
        value = first.slider(path).get_attribute("aria-valuetext")
        expect(second.slider(path)).to_have_attribute("aria-valuetext", value)
    assert first.slider("d_optimizer.lr").get_attribute("aria-valuetext") == "0.0001"
    for student in (first, second):
        at_iteration(student, 2)
    wait_until(lambda: first.numbers == second.numbers, "the same numbers in both")
    assert first.numbers["iteration"] == "2"
    picture = still_picture(first)
    assert picture == still_picture(second)
    first.press("step")
    first.until("s.step === 3")
    assert still_picture(first) != picture, "the comparison sees a single iteration"


@pytest.mark.slow
def test_another_seed_is_another_run(enter):
    one, other = enter("/playground?seed=1").alive(), enter("/playground?seed=2").alive()
    for student in (one, other):
        at_iteration(student, 1)
    assert still_picture(one) != still_picture(other)


def test_a_preset_starts_its_own_experiment_at_its_own_pace(student):
    epoch = student.state.epoch
    student.switch("Saturate")
    student.asks(preset="saturate")
    student.until("s.epoch > arg && s.status === 'running'", epoch)
    pace = PRESETS["saturate"].pace
    told = student.words.say("live.pace_value", n=f"{pace:g}")
    expect(student.view.locator("[data-pace-text]")).to_have_text(told)
    student.sees(student.words.say("presets.saturate.shows"))
    assert "d_optimizer" not in student.query, "a preset's own values are not repeated"


@pytest.mark.parametrize("lang", KO_FIRST)
def test_a_wrong_link_is_told_what_is_wrong(enter, lang):
    asked = "/playground?preset=nope&d_optimizer.lr=7&batch=1&zzz=3&update.d_steps=two&seed=5"
    student = enter(asked, lang=lang).alive()
    say = student.words.say

    label = student.label
    alert = student.page.get_by_role("alert")
    expect(alert).to_contain_text(say("errors.heading"))
    lines = {line.text_content().strip() for line in alert.locator("li").all()}
    bounds = {field.path: field for field in Settings().fields()}
    rate, batch = bounds["d_optimizer.lr"].high, bounds["batch"].low
    presets = ", ".join(f"{say(f'presets.{key}.name')} {key}" for key in PRESETS)
    valid = say("errors.valid", names=presets)
    assert lines == {
        say("errors.unknown-choice", field=say("settings.preset"), value="nope", valid=valid),
        say("errors.too-large", field=label("d_optimizer.lr"), value="7", bound=f"{rate:g}"),
        say("errors.too-small", field=label("batch"), value="1", bound=f"{batch:g}"),
        say("errors.unknown-field", field="zzz", valid=""),
        say("errors.not-a-number", field=label("update.d_steps"), value="two"),
    }
    student.page.wait_for_url("**preset=healthy**")
    assert student.query == {"lang": lang, "preset": "healthy", "seed": "5"}, "what was right stays"


@pytest.mark.slow
def test_settings_survive_other_pages_and_reloads(student):
    student.slider("g_optimizer.lr").press("ArrowLeft")
    student.asks(**{"g_optimizer.lr": "0.0005"})
    student.until("s.step > 100")
    left = student.state
    navigation = student.page.get_by_test_id("stSidebarNav")
    navigation.get_by_role("link", name=student.words.say("shell.page.home")).click()
    expect(student.page.get_by_role("heading", level=1)).to_have_text(
        student.words.say("home.title")
    )
    student.until("gan().dataset.layout === 'home' && s.frames > 1")
    assert "preset" not in student.query, "Home's address names no experiment"
    navigation.get_by_role("link", name=student.words.say("shell.page.playground")).click()
    student.until("gan().dataset.layout === 'playground'").alive()
    assert student.state.step > left.step
    assert student.state.epoch == left.epoch
    student.asks(**{"g_optimizer.lr": "0.0005"})
    first, _, again = student.live_sockets
    assert first == again, "the same run"

    student.page.reload()
    student.alive()
    assert student.query["g_optimizer.lr"] == "0.0005"
    expect(student.slider("g_optimizer.lr")).to_have_attribute("aria-valuetext", "0.0005")


def test_the_language_changes_words_and_nothing_else(student):
    student.slider("g_optimizer.lr").press("ArrowLeft")
    student.asks(**{"g_optimizer.lr": "0.0005"})
    student.mark_canvas()
    before = student.state
    student.switch("한국어")
    student.asks(lang="ko", **{"g_optimizer.lr": "0.0005"})
    expect(student.page.locator("html")).to_have_attribute("lang", "ko")
    expect(student.page.get_by_role("heading", level=1)).to_have_text("실험실")
    expect(student.button("toggle")).to_have_text("멈춤")
    student.goes_on()
    assert student.state.step > before.step
    assert student.state.epoch == before.epoch
    assert student.same_canvas
    assert len(student.live_sockets) == 1


@pytest.mark.slow
def test_a_quick_hand_undoes_nothing_of_a_preset(student):
    """On a slow line the next move comes before the page has heard of the preset's values."""
    held, slow = [], []

    def line(page):
        server = page.connect_to_server()
        server.on_message(lambda news: held.append(news) if slow else page.send(news))
        held.append(page)

    student.page.route_web_socket(re.compile("/_stcore/stream"), line)
    student.page.reload()
    student.alive()
    page = held.pop()
    slow.append(True)
    epoch = student.state.epoch
    student.switch("Hop")
    student.until("s.epoch > arg", epoch)  # the run has heard of it, by a line of its own
    student.slider("g_optimizer.lr").press("ArrowRight")
    while held:  # in their order, also those that come meanwhile
        page.send(held.pop(0))
    slow.clear()
    student.asks(preset="hop", **{"g_optimizer.lr": "0.002"})
    assert "d_optimizer.lr" not in student.query, "Hop's own rate still holds"
    expect(student.slider("d_optimizer.lr")).to_have_attribute("aria-valuetext", "0.0001")

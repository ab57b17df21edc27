"""Running, pausing, stepping, and bending a run while it learns."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
KEYS = {"toggle": "Space", "step-d": "d", "step-g": "g", "step": "i", "reset": "r"}


def by_button(student, command):
    student.press(command)


def by_key(student, command):
    student.page.keyboard.press(KEYS[command])


@pytest.mark.parametrize("act", [by_button, by_key])
def test_run_pause_step_reset(student, act):
    say = student.words.say
    note = student.view.locator(".note")
    act(student, "toggle")
    student.until("s.status === 'paused'")
    start = student.state
    expect(student.button("toggle")).to_have_text(say("live.play"))

    act(student, "step-d")
    expect(note).to_have_text(say("live.half"))
    assert student.state.step == start.step
    assert student.state.frames > start.frames
    act(student, "step-g")
    student.until("s.step === arg + 1", start.step)
    expect(note).not_to_have_text(say("live.half"))
    act(student, "step")
    student.until("s.step === arg + 2", start.step)
    expect(note).to_have_text(say("live.stepped"))
    assert student.state.status == "paused"

    act(student, "reset")
    student.until("s.epoch === arg + 1 && s.step === 0", start.epoch)
    if student.state.status == "paused":
        act(student, "toggle")
    student.goes_on()
    assert student.state.epoch == start.epoch + 1
    assert len(student.live_sockets) == 1


def test_keys_belong_to_who_types(student):
    start = student.pause()
    student.page.get_by_text(student.words.say("settings.more")).click()
    seed = student.control("spinbutton", "seed")
    seed.click()
    student.page.keyboard.type("dgi r.")
    seed.evaluate("(node) => node.blur()")
    # Commands keep their order: had the keys acted, this step would show it.
    student.page.keyboard.press("d")
    expect(student.view.locator(".note")).to_have_text(student.words.say("live.half"))
    now = student.state
    assert (now.step, now.epoch, now.status) == (start.step, start.epoch, "paused")


def test_pace(student):
    pace = student.view.locator("[data-pace]")
    told = student.view.locator("[data-pace-text]")
    pace.focus()
    pace.press("Home")
    expect(told).to_have_text(student.words.say("live.pace_slow", n=10))
    for _ in range(3):
        pace.press("ArrowRight")
    expect(told).to_have_text(student.words.say("live.pace_value", n=1))
    student.until("Number(gan().querySelector('[data-pace]').value) === 3")
    waited = student.page.evaluate(
        """() => new Promise((done) => { const times = []; let step;
        const look = () => {
          const now = ganState().step;
          if (now !== step) { times.push([now, performance.now()]); step = now; }
          if (times.length < 4) requestAnimationFrame(look); else done(times);
        }; look(); })"""
    )
    steps, times = zip(*waited[-3:], strict=True)
    assert steps[2] - steps[0] == 2, "one iteration at a time"
    assert 1400 < times[2] - times[0] < 3500, "milliseconds for two"
    pace.press("End")
    expect(told).to_have_text(student.words.say("live.pace_all"))
    student.until("s.step > arg + 500", student.state.step)


def test_a_learning_rate_acts_at_once_and_data_begins_anew(student):
    student.mark_canvas()
    start = student.state
    student.slider("g_optimizer.lr").press("ArrowRight")
    student.asks(**{"g_optimizer.lr": "0.002"})
    expect(student.slider("g_optimizer.lr")).to_have_attribute("aria-valuetext", "0.002")
    student.goes_on()
    now = student.state
    assert now.epoch == start.epoch
    assert now.step > start.step

    student.choose("data", student.words.say("settings.choice.data.grid"))
    student.asks(data="grid")
    student.until("s.epoch === arg + 1", start.epoch)
    student.goes_on()
    assert student.query["g_optimizer.lr"] == "0.002", "what was set before stays"
    assert student.same_canvas
    assert len(student.live_sockets) == 1
    assert student.errors == []


def test_layers_can_be_hidden_and_shown(student):
    student.pause()
    pixels = "arg === undefined || ganCanvas().toDataURL() !== arg"
    seen = ""
    for layer in ("arrows", "grid", "field", "fake", "real"):
        button = student.view.locator(f'[data-layer="{layer}"]')
        before = button.get_attribute("aria-pressed")
        seen = student.page.evaluate("ganCanvas().toDataURL()")
        button.click()
        expect(button).not_to_have_attribute("aria-pressed", before)
        student.until(pixels, seen)

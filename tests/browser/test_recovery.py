"""A process that dies and a run that diverges: told in words, and gone on from."""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
# With a generator that hardly moves, a critic without constraint has no reason ever to stop: in
# some 350 iterations, more than three seconds at this pace, the numbers have run away.
RUNS_AWAY = (
    "/playground?preset=healthy&game=wasserstein&discriminator.layers=3&g_optimizer=sgd"
    "&g_optimizer.lr=0.00001&d_optimizer=sgd&d_optimizer.lr=0.01"
)
INK = """() => { const c = gan().querySelector('[data-strip="costs"] canvas');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 128; return n; }"""
LIVES = "gan().dataset.lives === String(arg) && s.status === 'running'"


def host_of(student, server):
    """The worker that trains: the only one that uses time, once none loads any more."""

    def only():
        before = {worker: sum(worker.cpu_times()[:2]) for worker in server.workers()}
        student.page.wait_for_timeout(1000)
        spent = {worker: sum(worker.cpu_times()[:2]) - before[worker] for worker in before}
        busy = [worker for worker, seconds in spent.items() if seconds > 0.03]
        return busy[0] if len(busy) == 1 else None

    return wait_until(only, "one worker trains", 30)


def steps_in_two_seconds(student):
    began, start = time.monotonic(), student.state.step
    now = student.until("s.step > arg + 50", start).state.step
    return 2 * (now - start) / (time.monotonic() - began)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("lang", KO_FIRST)
def test_a_process_that_dies_is_told_and_costs_two_seconds_at_most(enter, server, lang):
    student = enter(lang=lang).alive()
    say = student.words.say
    student.mark_canvas()
    student.until("s.step > 120")
    host, most = host_of(student, server), steps_in_two_seconds(student)
    ink, epoch = student.page.evaluate(INK), student.state.epoch
    host.kill()
    reached, began = student.state.step, time.monotonic()
    student.until(LIVES, 1)
    assert time.monotonic() - began < 5
    restored = student.page.evaluate("Number(gan().dataset.restored)")
    assert restored > reached - most - 5
    note, notice = student.view.locator(".note"), say("live.went_on", iteration=f"{restored:,}")
    expect(note).to_have_text(notice)
    expect(student.view.locator("[aria-live]")).to_have_text(notice)
    assert student.page.evaluate(INK) > 0.6 * ink, "the curves are still there"
    expect(note).to_be_hidden(timeout=10_000)  # a small notice, for a few seconds
    student.goes_on()
    assert student.state.epoch == epoch
    assert student.same_canvas
    student.page.reload()
    student.alive()
    assert notice not in student.page.evaluate("gan().innerText"), "nothing new to a newcomer"
    assert student.errors == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("lang", EN_FIRST)
def test_while_nobody_trains_the_picture_stays_and_words_say_why(enter, server, lang):
    student = enter(lang=lang).alive()
    student.until("s.step > 120")
    host = host_of(student, server)
    host.suspend()
    student.until("s.status === 'recovering'", seconds=8)
    title = student.view.locator(".message strong")
    expect(title).to_have_text(student.words.say("live.recovering"))
    picture = student.view.locator(".scene canvas")
    expect(picture).to_have_css("opacity", "0.6")
    student.press("toggle")  # what is pressed meanwhile is heard afterwards
    host.kill()
    began = time.monotonic()
    student.until("gan().dataset.lives === '1' && s.status === 'paused'")
    assert time.monotonic() - began < 5
    expect(title).to_be_hidden()
    student.press("toggle")
    student.goes_on()
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_after_a_divergence_one_goes_back_lowers_the_rate_and_plays_on(enter, lang):
    student = enter(RUNS_AWAY, lang=lang).alive()
    say = student.words.say
    student.until("s.status === 'diverged'", seconds=40)
    stopped = student.state
    message = student.view.locator(".message")
    expect(message.locator("p")).to_have_text(
        say("live.diverged_text", iteration=f"{stopped.step:,}")
    )
    back, anew = message.get_by_role("button").all()
    expect(back).to_have_text(say("live.diverged_back"))
    expect(anew).to_have_text(say("live.diverged_act"))
    back.click()
    student.until("s.status === 'paused'")
    there = student.state
    assert (there.epoch, 0 < there.step < stopped.step) == (stopped.epoch, True)
    expect(message).to_be_hidden()
    note = student.view.locator(".note")
    expect(note).to_have_text(say("live.went_back", iteration=f"{there.step:,}"))
    student.slider("d_optimizer.lr").press("Home")
    student.asks(**{"d_optimizer.lr": "1e-05"})
    assert student.state.step == there.step, "the change acts on what is there"
    student.press("toggle")
    student.until("s.status === 'running' && s.step > arg + 10", stopped.step, 30)
    assert student.state.epoch == stopped.epoch
    assert student.errors == []


@pytest.mark.slow
def test_starting_over_is_the_other_way(enter):
    student = enter(RUNS_AWAY).until("s.status === 'diverged'", seconds=40)
    epoch = student.state.epoch
    message = student.view.locator(".message")
    message.get_by_role("button", name=student.words.say("live.diverged_act")).click()
    student.until("s.epoch === arg + 1 && s.status === 'running'", epoch)
    assert student.state.step < 100

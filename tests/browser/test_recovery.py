"""A process that dies and a run that diverges: told in words, and gone on from."""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
# SGD on Wasserstein's cost without a constraint: in some 300 iterations, ten seconds at its pace,
# the numbers have run away.
RUNS_AWAY = (
    "/playground?game=wasserstein&g_optimizer=sgd&g_optimizer.lr=0.05"
    "&d_optimizer=sgd&d_optimizer.lr=0.05"
)
SAID = """() => {
  window.said = new Set();
  const note = () => { const s = gan().dataset.status; said.add(s);
    if (s === 'recovering') said.add(gan().querySelector('.message strong').textContent);
    const quiet = gan().querySelector('.note'); if (!quiet.hidden) said.add(quiet.textContent); };
  new MutationObserver(note).observe(gan(), { attributes: true, subtree: true, childList: true });
}"""
INK = """() => { const c = gan().querySelector('[data-strip="costs"] canvas');
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 128; return n; }"""


def busiest(server):
    """The worker that trains: the one that uses the most time."""
    before = {worker: worker.cpu_times().user for worker in server.workers()}

    def busy():
        spent = {w: w.cpu_times().user - before[w] for w in before if w.is_running()}
        worker = max(spent, key=spent.get)
        return worker if spent[worker] > 0.15 else None

    return wait_until(busy, "one worker trains")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_process_that_dies_is_told_and_costs_two_seconds_at_most(enter, server, lang):
    student = enter(lang=lang).alive()
    say = student.words.say
    student.mark_canvas()
    student.until("s.step > 120")
    host = busiest(server)
    student.page.evaluate(SAID)
    ink = student.page.evaluate(INK)
    began = time.monotonic()
    before = student.state
    rate = (student.until("s.step > arg + 20", before.step).state.step - before.step) / (
        time.monotonic() - began
    )
    at_death, epoch = student.state.step, before.epoch
    # Whoever else is about to take over is not there either: it takes a moment, and is seen.
    for worker in server.workers():
        if worker != host:
            worker.kill()
    host.kill()
    began = time.monotonic()
    student.until("gan().dataset.lives === '1' && s.status === 'running'", seconds=10)
    assert time.monotonic() - began < 5
    restored = student.page.evaluate("Number(gan().dataset.restored)")
    assert restored > at_death - 2.0 * rate - 5
    student.goes_on()
    assert student.state.epoch == epoch
    assert student.same_canvas
    assert student.page.evaluate(INK) > 0.6 * ink, "the curves are still there"
    said = set(student.page.evaluate("[...said]"))
    assert say("live.recovering") in said
    notice = say("live.went_on", iteration=f"{restored:,}")
    assert notice in said
    note = student.view.locator(".note")
    expect(note).to_be_hidden(timeout=10_000)  # a small notice, for a few seconds
    student.page.reload()
    student.alive()
    assert notice not in student.page.evaluate("gan().innerText"), "nothing new to a newcomer"
    assert student.errors == []


@pytest.mark.parametrize("lang", ["ko", "en"])
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
    for path in ("d_optimizer.lr", "g_optimizer.lr"):
        student.slider(path).press("Home")
        student.asks(**{path: "1e-05"})
    assert student.state.step == there.step, "the change acts on what is there"
    student.press("toggle")
    student.until("s.status === 'running' && s.step > arg + 10", stopped.step, 30)
    assert student.state.epoch == stopped.epoch
    assert student.errors == []


def test_starting_over_is_the_other_way(enter):
    student = enter(RUNS_AWAY).until("s.status === 'diverged'", seconds=40)
    epoch = student.state.epoch
    message = student.view.locator(".message")
    message.get_by_role("button", name=student.words.say("live.diverged_act")).click()
    student.until("s.epoch === arg + 1 && s.status === 'running'", epoch)
    assert student.state.step < 100

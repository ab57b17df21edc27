"""What goes wrong is told, survived, or refused."""

import re

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.conftest import KO_FIRST
from tests.engine.waiting import wait_until

pytestmark = pytest.mark.browser
DIVERGING = (
    "/playground?game=wasserstein&g_optimizer=sgd&g_optimizer.lr=1&d_optimizer=sgd&d_optimizer.lr=1"
)


@pytest.mark.parametrize("lang", KO_FIRST)
def test_divergence_is_shown_with_one_way_back(enter, lang):
    student = enter(DIVERGING, lang=lang).until("s.status === 'diverged'")
    say = student.words.say
    message = student.view.locator(".message")
    expect(message.locator("strong")).to_have_text(say("live.diverged"))
    stopped = student.state
    expect(message).to_contain_text(say("live.diverged_text", iteration=f"{stopped.step:,}"))
    back = message.get_by_role("button")
    expect(back).to_have_text(say("live.diverged_act"))
    for command in ("toggle", "step-d", "step-g", "step"):
        expect(student.button(command)).to_be_disabled()
    back.click()
    # It begins anew, and comes to the same end: nothing is repaired behind the student's back.
    student.until("s.epoch === arg + 1 && s.status === 'diverged'", stopped.epoch)
    # Smaller steps help, and need no further press.
    student.slider("d_optimizer.lr").press("Home")
    student.asks(**{"d_optimizer.lr": "1e-05"})
    student.slider("g_optimizer.lr").press("Home")
    student.asks(**{"g_optimizer.lr": "1e-05"})
    student.until("s.epoch > arg + 1 && s.status === 'running'", stopped.epoch).goes_on()
    expect(message).to_be_hidden()


def test_a_killed_worker_is_made_good(student, server):
    def spent():
        return {worker: worker.cpu_times().user for worker in server.workers()}

    student.view.locator("[data-pace]").press("End")  # all the machine gives: the host is busy
    student.until("s.step > 300")
    start, before = student.state, spent()

    def busy():
        return [worker for worker, now in spent().items() if now - before.get(worker, now) > 0.3]

    (host,) = wait_until(busy, "one worker trains")
    host.kill()
    wait_until(lambda: not host.is_running(), "it is dead")
    at_death = student.state
    student.until("s.status === 'running' && s.step > arg", at_death.step, 20).goes_on(20)
    assert student.state.epoch == start.epoch, "it goes on from its last checkpoint"
    assert student.errors == []


def closed_with(address, origin):
    with connect(address, origin=origin, open_timeout=10) as socket:
        try:
            return type(socket.recv(timeout=10))
        except ConnectionClosed as closed:
            return closed.rcvd.code


def test_the_line_is_for_the_own_page_and_its_run(student, server):
    student.pause()
    address = student.live_sockets[0]
    own = server.base
    assert closed_with(address, own) is bytes  # a frame
    for foreign in ("https://evil.example", own.replace("localhost", "127.0.0.1"), None, "null"):
        assert closed_with(address, foreign) == 4403
    token = re.search(r"token=([^&]+)", address)[1]
    assert closed_with(address.replace(token, "x" * len(token)), own) == 4401
    assert closed_with(address.replace(f"&token={token}", ""), own) == 4401
    run = re.search(r"run=(\w+)", address)[1]
    assert closed_with(address.replace(run, "0" * len(run)), own) == 4404
    student.press("toggle")
    student.goes_on()  # all of this has not touched the run


def test_a_broken_line_comes_back(student):
    before = student.state
    student.context.set_offline(True)
    student.page.evaluate("document.title")  # the page itself is there
    student.context.set_offline(False)
    student.goes_on()
    assert student.state.epoch == before.epoch

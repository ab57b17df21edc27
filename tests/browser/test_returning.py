"""A run is found again by the tab that showed it, and by no other."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST

pytestmark = pytest.mark.browser
SHELF = "gan-classroom:playground"
VISIT = f"JSON.parse(sessionStorage.getItem('{SHELF}')).visit"
# The histogram of D's output shows the present on a scale that the past has stretched.
CHARTS = """() => [...gan().querySelectorAll('canvas')]
  .filter((node) => node.clientWidth && !node.closest('[data-strip="scores"]'))
  .map((node) => node.toDataURL())"""
# Lets a test cut the page's own line, and come back as somebody whom the server does not know.
LINES = """
window.lines = [];
const Line = window.WebSocket;
window.WebSocket = class extends Line {
  constructor(url, protocols) {
    const stranger = window.forgotten && String(url).includes('_stcore');
    const place = window.unplugged ? 'ws://localhost:9/' : url; // nobody listens there
    super(place, stranger ? protocols.slice(0, 2) : protocols);
    window.lines.push(this);
  }
};
window.cut = (which) => window.lines.filter((line) => line.url.includes(which))
  .forEach((line) => line.close());
"""
DIALOGS = """() => {
  window.dialogs = 0;
  const came = ({ addedNodes }) => (
    [...addedNodes].some((node) => node.textContent.startsWith('Connection error')));
  new MutationObserver((records) => { window.dialogs += records.some(came); })
    .observe(document.body, { childList: true, subtree: true });
}"""


def run_of(address):
    return re.search(r"run=(\w+)", address)[1]


def runs(student):
    """The runs that the tab has looked at, in order."""
    return [run_of(address) for address in student.live_sockets]


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_reload_finds_the_same_run_with_its_history(enter, lang):
    student = enter(lang=lang).alive()
    student.slider("g_optimizer.lr").press("ArrowLeft")
    student.asks(**{"g_optimizer.lr": "0.0005"})
    student.until("s.step > 200")
    left = student.pause()
    # a run that rests is measured once more, on a busy machine a moment later
    charts, numbers = student.at_rest(CHARTS, seconds=2), student.numbers
    student.page.reload()
    student.until("s.status === 'paused' && s.frames > 0")
    assert student.state.step == left.step
    assert student.state.epoch == left.epoch
    assert len(charts) > 2
    assert student.at_rest(CHARTS) == charts, "the past is there again, to the last dot"
    assert student.numbers == numbers
    expect(student.button("toggle")).to_have_text(student.words.say("live.play"))
    assert len(set(runs(student))) == 1, "no frame of another run was asked for in between"
    student.press("toggle")
    student.goes_on()
    expect(student.slider("g_optimizer.lr")).to_have_attribute("aria-valuetext", "0.0005")
    student.slider("g_optimizer.lr").press("ArrowLeft")  # and it can still be steered
    student.asks(**{"g_optimizer.lr": "0.0002"})
    student.goes_on()
    assert student.state.epoch == left.epoch
    assert student.errors == []


@pytest.mark.slow
def test_a_running_run_goes_on_after_reloads_and_a_preset(student):
    student.switch("Hop")
    student.asks(preset="hop")
    student.until("s.epoch > 0 && s.step > 50")
    for _ in range(3):
        before = student.state
        student.page.reload()
        student.until("s.step > arg.step && s.epoch === arg.epoch", dict(before)).alive()
    assert len(set(runs(student))) == 1


@pytest.mark.slow
def test_leaving_and_coming_back_by_the_browser(student):
    before = student.state
    student.page.goto("about:blank")
    student.page.go_back()
    student.until("s.step > arg.step && s.epoch === arg.epoch", dict(before)).alive()
    navigation = student.page.get_by_test_id("stSidebarNav")
    navigation.get_by_role("link", name=student.words.say("shell.page.home")).click()
    student.until("gan().dataset.layout === 'home' && s.frames > 1")
    student.page.go_back()
    student.until("gan().dataset.layout === 'playground' && s.step > arg", before.step).alive()
    student.page.go_forward()
    student.until("gan().dataset.layout === 'home' && s.frames > 1")
    student.page.go_back()
    student.until("gan().dataset.layout === 'playground' && s.step > arg", before.step).alive()
    student.page.reload()
    student.until("s.step > arg.step && s.epoch === arg.epoch", dict(before)).alive()
    playground = [run for run in runs(student) if run == runs(student)[0]]
    assert len(playground) == 5


def test_a_session_that_the_server_has_forgotten(student):
    student.page.add_init_script(LINES)
    student.page.reload()
    student.alive().mark_canvas()
    before = student.state
    visit = student.page.evaluate(VISIT)
    student.page.evaluate("window.forgotten = true; cut('')")
    student.page.wait_for_function(f"(visit) => {VISIT} !== visit", arg=visit)
    student.slider("g_optimizer.lr").press("ArrowLeft")  # heard at once, by the new session
    student.asks(**{"g_optimizer.lr": "0.0005"})
    student.goes_on()
    assert student.state.epoch == before.epoch
    assert student.state.step > before.step
    assert len(set(runs(student))) == 1
    assert student.same_canvas


def test_offline_and_online_again(enter):
    student = enter(lang="ko")
    student.page.add_init_script(LINES)
    student.page.reload()
    student.alive()
    before = student.state
    # An emulated loss of the network leaves lines to the own machine alone, and one that is cut in
    # the middle of it may wait for a minute until it is closed.
    student.page.evaluate("window.unplugged = true; cut('')")
    student.until("s.status === 'reconnecting'")
    student.page.evaluate(DIALOGS)
    student.context.set_offline(True)
    # Streamlit says it in English, about a terminal, and bars the page: that goes away.
    student.page.wait_for_function("window.dialogs > 0")
    expect(student.page.get_by_test_id("stDialog")).to_have_count(0)
    lost = student.page.get_by_test_id("stConnectionStatus")
    expect(lost).to_be_visible()
    assert lost.inner_text() == ""
    said = lost.evaluate("(node) => getComputedStyle(node, '::after').content")
    assert said.strip('"') == student.words.say("shell.lost")
    assert student.state.status == "reconnecting"
    student.context.set_offline(False)
    student.page.evaluate("window.unplugged = false")
    student.alive(30)
    assert student.state.epoch == before.epoch
    assert student.state.step > before.step
    assert len(set(runs(student))) == 1


def test_two_students_never_see_each_others_run(enter):
    first = enter("/playground?seed=3").alive()
    second = enter(first.page.url, lang="").alive()  # a link copied from the address bar
    assert "run" not in first.query
    assert "token" not in first.query
    first.until("s.step > 100")
    stopped = first.pause()
    second.goes_on()
    for student in (first, second):
        student.page.reload()
    second.alive()
    first.until("s.status === 'paused' && s.step === arg", stopped.step)
    assert len(set(runs(first))) == len(set(runs(second))) == 1
    assert set(runs(first)).isdisjoint(runs(second))


@pytest.mark.slow
def test_a_duplicated_tab_begins_its_own_run(student):
    student.until("s.step > 50")
    with student.context.expect_page() as opened:
        student.page.evaluate("void window.open(location.href)")  # copies the tab's memory
    twin = opened.value
    copied = []
    twin.on("websocket", lambda line: copied.append(line.url))
    twin.wait_for_function("(shelf) => sessionStorage.getItem(shelf)", arg=SHELF)
    (mine,) = set(runs(student))

    def kept():
        return run_of(
            json.loads(twin.evaluate("(s) => sessionStorage.getItem(s)", SHELF))["socket"]
        )

    twin.wait_for_function(
        "([shelf, run]) => !sessionStorage.getItem(shelf).includes(run)", arg=[SHELF, mine]
    )
    own = kept()
    twin.reload()  # it keeps its own, while the original still has the other one
    twin.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    expect(twin.locator(".gan-live")).to_have_attribute("data-status", "running")
    assert kept() == own
    assert {run_of(line) for line in copied if "/live/ws" in line} == {own}
    student.goes_on()
    student.page.reload()
    student.alive()
    assert set(runs(student)) == {mine}


def forgeries(mine, theirs):
    """What somebody may write into the tab's memory: nonsense, and a run without its token."""
    address = f"/live/ws?run={theirs['run']}&token="
    return [
        "{" * 10_000,
        json.dumps({"socket": "https://evil.example/live/ws?run=a&token=b"}),
        json.dumps({"socket": "/live/ws?run=%00&token=\ud800", "visit": {}}),
        json.dumps({"socket": "/live/ws?run=" + "x" * 100_000 + "&token=" + "y" * 100_000}),
        json.dumps({"socket": address, "visit": "x"}),
        json.dumps({"socket": address + mine["token"], "visit": "x"}),
        json.dumps({"socket": address + "x" * len(mine["token"]), "visit": "x"}),
        json.dumps({"socket": address + theirs["token"][:-1], "visit": "x"}),
        json.dumps({"socket": address + theirs["token"] + "x", "visit": "x"}),
    ]


def handle(student):
    address = student.live_sockets[0]
    return {"run": run_of(address), "token": re.search(r"token=([^&]+)", address)[1]}


@pytest.mark.slow
def test_a_forged_memory_opens_nothing(enter):
    forger, other = enter().alive(), enter().alive()
    stopped = other.pause()
    for text in forgeries(handle(forger), handle(other)):
        opened = len(forger.live_sockets)
        forger.page.evaluate("([s, text]) => sessionStorage.setItem(s, text)", [SHELF, text])
        forger.page.reload()
        forger.alive()
        (address,) = forger.live_sockets[opened:]
        assert run_of(address) != handle(other)["run"], text[:200]
        assert address.startswith(forger.base.replace("http", "ws")), text[:200]
    assert forger.errors == []
    assert forger.strangers == []
    assert (other.state.step, other.state.status) == (stopped.step, "paused")


@pytest.mark.slow
def test_another_link_in_the_same_tab_is_another_run(student):
    student.until("s.step > 300")
    before = student.state
    student.visit("/playground?seed=7", "en").alive()
    assert student.state.step < before.step
    assert student.query["seed"] == "7"
    assert len(set(runs(student))) == 2
    reached = student.state
    student.page.reload()
    student.until("s.step > arg", reached.step).alive()
    assert len(set(runs(student))) == 2, "now this one is found again"

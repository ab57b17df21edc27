"""What a student meets on opening a page, in both languages."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import entrance
from ui.text import blanks_of

PAGES = {"home": "/", "playground": "/playground"}

# A key of our texts ("live.step_d_hint") or a blank that nobody filled in.
LEAK = re.compile(r"\b[a-z]+\.[a-z_]+\.[a-z_]+|\{\w+\}|:(?:material|gray)\b")
SEEN = """() => document.body.innerText + '\\n' + [...gan().querySelectorAll('*')]
  .map((node) => [node.innerText, node.title, node.ariaLabel].join(' ')).join('\\n')"""


@pytest.fixture(
    scope="module", params=[(p, lang) for lang in ("ko", "en") for p in PAGES], ids="-".join
)
def arrival(request, chromium, server, tmp_path_factory):
    """A page and the student who has just opened it."""
    page, lang = request.param
    for enter in entrance(request, chromium, server, tmp_path_factory.mktemp("arrival")):
        student = enter(PAGES[page], lang=lang)
        expect(student.view).to_be_visible()
        yield page, student


@pytest.mark.browser
class TestOnArrival:
    def test_a_gan_is_learning(self, arrival):
        _, student = arrival
        student.alive()
        before = student.state
        student.until("s.frames >= arg + 10", before.frames)
        assert student.state.step > before.step

    def test_title_and_goal_are_in_the_language(self, arrival):
        page, student = arrival
        heading = student.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(student.words.say(f"{page}.title"))
        student.sees(student.words.say(f"{page}.goal"))
        expect(student.button("toggle")).to_have_text(student.words.say("live.pause"))

    def test_the_document_says_its_language(self, arrival):
        _, student = arrival
        expect(student.page.locator("html")).to_have_attribute("lang", student.words.language)

    def test_no_key_and_no_blank_shows(self, arrival):
        _, student = arrival
        text = student.page.evaluate(SEEN)
        assert student.words.say("live.layer_field_hint") in text  # it read the view, too
        assert LEAK.findall(text) == []

    def test_the_picture_is_told_in_words(self, arrival):
        _, student = arrival
        say = student.words.say
        student.pause()
        assert blanks_of(say("live.summary_paused", n="{n}")) == {"n"}
        step = f"{student.state.step:,}"
        modes = re.escape(say("live.summary_modes", n="N", total=8)).replace("N", r"[0-8]")
        told = student.view.locator(".scene canvas")
        expect(told).to_have_attribute(
            "aria-label", re.compile(re.escape(say("live.summary_paused", n=step)) + f".*{modes}")
        )
        student.press("toggle")

    @pytest.mark.parametrize("width", [1440, 390])
    def test_nothing_sticks_out_sideways(self, arrival, width):
        _, student = arrival
        student.page.set_viewport_size({"width": width, "height": 900})
        student.until("ganCanvas().clientWidth > 250 && ganCanvas().clientWidth <= innerWidth")
        wide = student.page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(
            '[data-testid="stMain"], [data-testid="stMainBlockContainer"]')]
            .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className)"""
        )
        assert wide == []
        right = student.page.evaluate("gan().getBoundingClientRect().right")
        assert right <= width

    def test_no_errors_and_no_strangers(self, arrival):
        _, student = arrival
        assert student.errors == []
        assert student.strangers == [], "the page asks other servers"
        assert len(student.live_sockets) == 1


@pytest.mark.slow
def test_controls_that_load_late_show_the_settings_and_change_nothing(enter):
    """A page that runs again while the browser still loads a control must not reset it."""
    student = enter("/", lang="en")

    def late(route):
        time.sleep(2.5)  # the fault itself: a script that comes after the page ran again
        route.continue_()

    student.page.route("**/*lider*.js", late)
    student.page.evaluate("localStorage.setItem('gan-classroom-notes', '{}')")  # one more run
    student.visit("/playground?preset=hop", "en")
    student.alive()
    lr = student.slider("d_optimizer.lr")
    expect(lr).to_have_attribute("aria-valuetext", "0.0001")
    student.switch(student.words.say("presets.healthy.name"))
    expect(student.slider("d_optimizer.lr")).to_have_attribute("aria-valuetext", "0.002")
    assert "d_optimizer.lr" not in student.query

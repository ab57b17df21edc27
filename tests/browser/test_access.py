"""Nobody is left out: axe-core finds nothing serious, and the keyboard alone suffices."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import KO_FIRST
from ui.lessons import LESSONS

pytestmark = pytest.mark.browser
LANGUAGES = ("ko", "en")
AXE = Axe()
GRAVE = ("serious", "critical")


GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 23, 27)"}
SETTLED = """(ground) => {
  const app = document.querySelector('[data-testid="stApp"]');
  return getComputedStyle(app).backgroundColor === ground
    && document.getAnimations().every((one) => one.playState !== 'running');
}"""


def violations(student):
    """What axe-core finds that is serious or worse: rule, node, message."""
    found = AXE.run(student.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], node["html"][:120], node["failureSummary"])
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def in_both_themes(student, where):
    for theme, ground in GROUND.items():
        student.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        student.page.wait_for_function(SETTLED, arg=ground)
        assert violations(student) == [], f"{where}, {theme}"


def test_axe_sees_a_mistake(enter):
    student = enter("/").until("s.frames >= 1")
    student.page.locator('[data-testid="stMainBlockContainer"]').evaluate(
        """(node) => node.insertAdjacentHTML('afterbegin',
        '<p style="color: #999; background: #aaa">faint</p><button></button>')"""
    )
    assert {rule for rule, _, _ in violations(student)} == {"color-contrast", "button-name"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_home(enter, lang):
    student = enter("/", lang=lang).until("s.frames >= 1")
    in_both_themes(student, "as it opens")


@pytest.mark.parametrize("lang", KO_FIRST)
def test_the_playground(enter, lang):
    student = enter(lang=lang).alive()
    student.pause()
    in_both_themes(student, "as it opens")
    for drawer in student.page.locator('[data-testid="stMain"] summary').all():
        drawer.click()
    student.page.locator('[data-term="d-fake"]').first.click()
    in_both_themes(student, "drawers open, a term held")
    student.page.keyboard.press("Escape")
    student.page.get_by_role("button", name=student.words.say("take_home.title")).click()
    in_both_themes(student, "take-home open")
    student.page.keyboard.press("Escape")
    student.page.get_by_role("button", name=student.words.say("lesson.projector")).click()
    expect(student.view).to_have_attribute("data-projector", "on")
    in_both_themes(student, "projector")


@pytest.mark.parametrize(
    "slug", [one.slug for one in LESSONS if one.slug not in ("home", "playground")]
)
def test_a_lesson_page(enter, slug):
    """One language each by turns: their words are drawn by the same parts."""
    number = [one.slug for one in LESSONS].index(slug)
    student = enter(f"/{slug}", lang=LANGUAGES[number % 2])
    student.page.locator(".gan-sketch, .gan-live").first.wait_for()
    student.page.locator('[data-test-script-state="notRunning"]').wait_for()
    in_both_themes(student, "as it opens")
    for drawer in student.page.locator('[data-testid="stMain"] summary').all():
        drawer.click()
    in_both_themes(student, "drawers open")


def test_notes_and_phone(enter):
    """Home of someone who has begun, asked whether to forget; and all of it on a phone."""
    student = enter("/", viewport={"width": 390, "height": 844}).until("s.frames >= 1")
    notes = '{"playground": {"opened": ["hop"]}}'
    student.page.evaluate("(t) => localStorage.setItem('gan-classroom-notes', t)", notes)
    student.visit("/playground").until("s.frames >= 1")
    in_both_themes(student, "phone")
    student.visit("/").until("s.frames >= 1")
    student.page.get_by_role("button", name=student.words.say("progress.forget")).click()
    in_both_themes(student, "asked whether to forget")


# What has the focus, through shadow roots; and whether one could see that it had it.
WALK = """
window.focusNow = () => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
};
window.looks = (node) => {
  const up = [];
  for (let n = node; n && up.length < 4; n = n.parentElement) up.push(n);
  return [...up, ...[...node.querySelectorAll('*')].slice(0, 12)].map((n) => {
    const s = getComputedStyle(n);
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor].join();
  }).join(';');
};
window.unseen = [];
window.leave = () => { // with the keyboard, away from where it was
  const { node, was } = window.step ?? {};
  if (node?.isConnected && node.checkVisibility() && was === looks(node)) {
    unseen.push(node.outerHTML.slice(0, 160));
  }
};
window.arrive = () => {
  const node = focusNow();
  window.step = node && node !== document.body ? { node, was: looks(node) } : undefined;
  if (!window.step) return '';
  const label = node.labels?.[0]?.textContent ?? '';
  const named = node.getAttribute('aria-label') || node.textContent.trim() || label;
  return `${node.dataset.do ?? node.getAttribute('role') ?? node.localName}: ${named}`;
};
"""


class Keys:
    """Someone with a keyboard alone."""

    def __init__(self, student):
        self.page = student.page
        self.page.evaluate(WALK)

    def go(self, wanted, key="Tab", most=150):
        """Press a key until what has the focus is called so; all on the way must show the focus."""
        seen = []
        for _ in range(most):
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(30)
            self.page.evaluate("leave()")
            seen.append(self.page.evaluate("arrive()"))
            if re.search(wanted, seen[-1]):
                return
        raise AssertionError(f"no way to {wanted!r} by {key}: {seen}")

    def press(self, key):
        self.page.keyboard.press(key)

    @property
    def unseen(self):
        return self.page.evaluate("unseen")


def test_the_keyboard_alone_suffices(enter):
    student = enter().alive()
    say, keys = student.words.say, Keys(student)
    keys.go("^toggle: ")
    keys.press("Enter")
    student.until("s.status === 'paused'")
    keys.go("^step: ")
    keys.press("Enter")
    before = student.state.step
    keys.press("Enter")
    student.until("s.step > arg", before)

    keys.go(f"^radio: {say('presets.healthy.name')}")
    keys.go(f"^radio: {say('presets.hop.name')}", "ArrowRight", most=6)
    keys.press("Space")
    student.asks(preset="hop")
    student.alive()
    keys.go(f"^slider: {student.label('d_optimizer.lr')}|^input: {student.label('d_optimizer.lr')}")
    keys.press("ArrowRight")
    student.asks(**{"d_optimizer.lr": "0.0002"})

    # predict, lock, and see the experiment start
    first = say("playground.question.hop.d_cost")
    option = student.page.get_by_role("radio", name=first, exact=True)
    keys.go("^(radio|input): " + re.escape(first), most=200)
    keys.press("Space")
    expect(option).to_be_checked()
    lock = say("lesson.lock", name=say("presets.hop.name"))
    expect(student.page.get_by_role("button", name=lock)).to_be_enabled()
    keys.go(re.escape(lock))
    keys.press("Enter")
    expect(student.page.get_by_role("button", name=lock)).to_have_count(0)
    student.asks(preset="hop")
    student.alive()

    # a term of the formula, and what is taken home
    keys.go("^button: D\\(x\\)", most=250)
    expect(student.view).to_have_attribute("data-stress", "")
    keys.go("^button: .*" + say("take_home.title"), "Shift+Tab", most=120)
    expect(student.view).not_to_have_attribute("data-stress", "")
    keys.press("Enter")
    report = say("take_home.button.report")
    expect(student.page.get_by_role("button", name=report)).to_be_visible()
    keys.go(re.escape(report), most=20)
    with student.page.expect_download() as coming:
        keys.press("Enter")
    assert coming.value.suggested_filename.endswith(".html")
    keys.press("Escape")
    expect(student.page.get_by_role("button", name=report)).to_have_count(0)
    assert keys.unseen == []
    assert student.errors == []

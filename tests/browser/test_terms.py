"""Terms of the formulas and what they are in the picture, as a student points at them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST
from tests.engine.waiting import wait_until
from ui.terms import TERMS

pytestmark = pytest.mark.browser
LANGUAGES = ("ko", "en")

# Part of the picture that is coloured like real samples, and like generated ones.
COLOURED = """() => {
  const canvas = ganCanvas();
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const found = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] < 110 && data[i + 2] > 140) found[0] += 1;
    if (data[i] > 190 && data[i + 2] < 90) found[1] += 1;
  }
  return found;
}"""
SIGN = '.katex-html [style*="rgba("]'
CONTRAST = """(node) => {
  const lum = (text) => {
    const c = text.match(/[\\d.]+/g).slice(0, 3)
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
  };
  const ground = getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor;
  const [a, b] = [lum(getComputedStyle(node).color), lum(ground)].sort((x, y) => x - y);
  return (b + 0.05) / (a + 0.05);
}"""


def chip(student, term):
    return student.page.locator(f'button[data-term="{term}"]').first


def meant(student):
    """What stands out in the view: legend keys, charts, numbers."""
    read = """gan().hasAttribute('data-stress') && [...gan().querySelectorAll('[data-meant]')]
      .map((n) => n.dataset.layer ?? n.dataset.strip ?? n.querySelector('b')?.dataset.number ?? '')
      .filter(Boolean).sort()"""
    return student.page.evaluate(read)


def scroll_up(student):
    student.page.get_by_test_id("stMain").evaluate("(node) => node.scrollTo(0, 0)")


@pytest.mark.parametrize("lang", KO_FIRST)
def test_a_pressed_term_is_held_until_it_is_let_go(enter, lang):
    student = enter(lang=lang, viewport={"width": 1440, "height": 1000}).alive()
    student.until("s.step > 150")
    student.pause()
    page = student.page
    real, fake = student.at_rest(COLOURED)
    assert min(real, fake) > 300
    chip(student, "real").click()
    expect(chip(student, "real")).to_have_attribute("aria-pressed", "true")
    page.mouse.move(5, 5)  # it is held
    faded = student.at_rest(COLOURED)
    assert meant(student) == ["real"]
    assert faded[0] > 0.8 * real
    assert faded[1] < 0.05 * fake

    # the picture is far above: a small one shows it, and goes when the picture itself is seen
    peek = page.locator(".gan-peek")
    expect(peek).to_be_visible()
    expect(peek).to_contain_text(student.words.say("terms.term.real"))
    scroll_up(student)
    expect(peek).to_have_count(0)

    chip(student, "fake").click()
    assert meant(student) == ["fake"]
    faded = student.at_rest(COLOURED)
    assert faded[0] < 0.4 * real  # dense heaps of faint circles add up
    assert faded[1] > 0.8 * fake
    chip(student, "fake").click()
    assert meant(student) is False
    expect(peek).to_have_count(0)
    chip(student, "fake").click()
    page.keyboard.press("Escape")
    assert meant(student) is False
    now = student.at_rest(COLOURED)
    assert abs(now[0] - real) + abs(now[1] - fake) < 0.02 * (real + fake)
    assert student.errors == []


WHAT = {
    "d-cost": ["costs", "d_cost"],
    "g-cost": ["costs", "g_cost"],
    "d-real": ["d_real", "field", "real", "scores"],
    "d-fake": ["d_fake", "fake", "field", "scores"],
    "real": ["real"],
    "fake": ["fake"],
    "latent": ["grid"],
    "pull": ["arrows", "fake"],
}


def test_each_term_has_its_place(student):
    for term, places in WHAT.items():
        chip(student, term).click()
        assert meant(student) == places, term
    assert WHAT.keys() <= TERMS.keys()  # those of other pages mean something there


@pytest.mark.parametrize("preset", ["healthy", pytest.param("line", marks=pytest.mark.slow)])
def test_hidden_layers_show_while_they_are_meant(enter, preset):
    student = enter(f"/playground?preset={preset}").alive()
    student.until("s.step > 60")
    student.pause()
    for term in ("latent", "pull"):
        plain = student.at_rest("ganCanvas().toDataURL()")
        student.page.evaluate(
            "(name) => dispatchEvent(new CustomEvent('gan-term', { detail: { name, text: '' } }))",
            term,
        )
        student.until("ganCanvas().toDataURL() !== arg", plain)
        student.page.evaluate(
            "dispatchEvent(new CustomEvent('gan-term', { detail: { name: '', text: '' } }))"
        )
        student.until("ganCanvas().toDataURL() === arg", plain)
    for layer in ("grid", "arrows"):
        assert student.view.locator(f'[data-layer="{layer}"]').get_attribute("aria-pressed") == (
            "false"
        )


@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
def test_the_formula_itself_can_be_pointed_at(enter, theme):
    student = enter(color_scheme=theme).alive()
    signs = student.page.locator(SIGN)
    cost = student.page.locator('[class*="st-key-prose"] .katex-display').first.locator(SIGN)
    assert signs.count() > 30
    assert min(sign.evaluate(CONTRAST) for sign in cost.all()) >= 4.5
    first = cost.first  # J of J_D
    first.scroll_into_view_if_needed()
    first.hover()
    wait_until(lambda: meant(student) == ["costs", "d_cost"], "the term is meant")
    student.page.mouse.move(5, 300)
    wait_until(lambda: meant(student) is False, "nothing is meant any more")
    first.click()
    student.page.mouse.move(5, 300)
    assert student.at_rest(lambda: meant(student)) == ["costs", "d_cost"], "it is held"
    expect(chip(student, "d-cost")).to_have_attribute("aria-pressed", "true")
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_on_a_phone_terms_are_tapped(enter, lang):
    student = enter(lang=lang, viewport={"width": 390, "height": 844}, has_touch=True).alive()
    pressed = chip(student, "d-fake")
    pressed.scroll_into_view_if_needed()
    assert pressed.bounding_box()["height"] >= 44
    pressed.tap()
    assert meant(student) == ["d_fake", "fake", "field", "scores"]
    box = student.page.locator(".gan-peek").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    pressed.tap()
    assert meant(student) is False
    assert student.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")

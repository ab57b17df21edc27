"""T4 as a student meets it: rules, a hand at the start, the smallest GAN, a table, two GANs."""

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "game-dynamics"
STILL = {"reduced_motion": "reduce"}


def at(student, knob):
    """The address says so a moment after the hand has come to rest."""
    return student.query.get(f"at.{knob}")


@pytest.mark.parametrize("lang", EN_FIRST)
def test_predict_smaller_steps_then_find_a_rule_that_arrives(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    board, say, page = Board(student, PAGE), student.words.say, student.page
    board.reading("radius").wait_for()
    before = board.number("radius")
    page.wait_for_function(  # it moves by itself
        "(before) => { const search = (node) => { for (const one of node.querySelectorAll('*')) {"
        " if (one.matches('[data-reading=radius]')) return one;"
        " const inside = one.shadowRoot && search(one.shadowRoot); if (inside) return inside; } };"
        " return search(document).textContent !== before; }",
        arg=f"× {before}",
    )
    student.predict(PAGE, "smaller", "arrives")
    board.reads("radius", "× 1.051")
    assert board.number("growth") > 1
    surprise = say(
        "lesson.surprise",
        said=say(f"{PAGE}.question.smaller.arrives"),
        what=say(f"{PAGE}.question.smaller.out"),
    )
    expect(page.get_by_text(surprise.replace("**", ""))).to_be_visible()
    board.done("smaller", "inside", 0)
    chips = board.root.locator(".chip")
    chips.filter(has_text=board.say("option.rule.extragradient")).click()
    eta = board.slider("knob.eta")
    eta.focus()
    for _ in range(9):
        eta.press("ArrowRight")
    board.done("smaller", "inside")
    assert board.number("radius") == pytest.approx(0.0069, abs=1e-4)
    page.wait_for_function("location.search.includes('at.rule=extragradient')")
    assert student.errors == []


def test_a_start_that_is_dragged_dropped_and_moved_by_keys(enter):
    student = enter(f"/{PAGE}?at.with_alternating=no&at.with_extragradient=no", lang="en", **STILL)
    board = Board(student, PAGE)
    handle = board.slider("handle.start")
    handle.wait_for()
    x, y = board.drag(handle, -40, -60, steps=5)
    student.page.wait_for_function("location.search.includes('at.y=')")
    dragged = float(at(student, "x")), float(at(student, "y"))
    assert dragged[0] < 1
    assert dragged[1] > 0.3
    # the distance is multiplied by the same number from wherever it begins
    assert board.number("radius") == pytest.approx(1.01**75, abs=2e-3)
    student.page.mouse.click(x, y)  # a press somewhere drops it there
    expect(handle).to_have_attribute("aria-valuetext", "x 1.00, y 0.00")
    handle.focus()
    handle.press("ArrowUp")
    expect(handle).to_have_attribute("aria-valuetext", "x 1.00, y 0.05")
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_the_smallest_gan_and_its_fastest_penalty(enter, lang):
    student = enter(
        f"/{PAGE}?at.scene=dirac&at.hold=r1&at.strength=0.3&at.steps=200", lang=lang, **STILL
    )
    board = Board(student, PAGE)
    board.reads("jacobian", "−0.150 ± 0.477i")
    # the list counts other games from the same start, and leads to them
    row = board.root.locator(".list tbody tr", has_text=board.say("option.game.non_saturating"))
    first = row.get_by_role("button").first
    expect(first).to_contain_text("0.640")
    handle = board.slider("handle.dirac")
    handle.focus()
    handle.press("PageUp")
    expect(first).not_to_contain_text("0.640")
    handle.press("PageDown")
    expect(first).to_contain_text("0.640")
    board.done("smallest", "fastest", 0)
    board.slider("strength.r1").fill("0.95")
    board.done("smallest", "fastest")
    first.click()
    board.reads("jacobian", "0.000 ± 0.500i")
    student.asks(**{"at.game": "non_saturating", "at.steps": "500"})
    assert board.number("away") == pytest.approx(0.640, abs=1e-3)
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_table_in_which_the_order_does_not_matter(enter, lang):
    student = enter(f"/{PAGE}?at.scene=order", lang=lang, **STILL)
    board = Board(student, PAGE)
    board.reads("maximin", "−1")
    board.reads("minimax", "1")
    board.reads("mix", "50 : 50")
    board.done("order", "saddle", 0)
    cells = board.root.locator(".payoffs input:visible")
    cells.nth(1).fill("0")
    cells.nth(3).fill("2")
    board.reads("maximin", "0")
    cells.nth(0).fill("3")
    cells.nth(2).fill("4")
    board.done("order", "saddle")
    cells.nth(0).fill("99")  # no payoff: it is left as it was
    cells.nth(1).click()
    expect(cells.nth(0)).to_have_value("3")
    assert student.errors == []


@pytest.mark.slow
def test_a_real_gan_swings_until_it_is_calmed(enter):
    student = enter(f"/{PAGE}", lang="en")
    board, say, page = Board(student, PAGE), student.words.say, student.page
    student.alive()
    student.predict(PAGE, "orbit", "right")
    student.asks(match="orbit")
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = n.max; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    why = student.words.prose(PAGE, "explain-orbit").split(".")[0]
    expect(page.get_by_text(why)).to_be_visible(timeout=30_000)
    student.until("s.step > 1300", seconds=30)
    board.done("orbit", "calm", 0)
    named = say("settings.label.constraint")
    box = page.get_by_role("combobox", name=named).nth(1)
    box.evaluate("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box.click()
    page.get_by_role("option", name=say("settings.choice.constraint.r1"), exact=True).click()
    gamma = page.get_by_role("slider", name=say("settings.label.constraint.r1.weight"))
    gamma.focus()
    for _ in range(6):
        gamma.press("ArrowRight")
    board.done("orbit", "calm")
    assert student.errors == []


def test_on_a_phone_nothing_scrolls_sideways(enter):
    student = enter(f"/{PAGE}", lang="ko", viewport={"width": 390, "height": 844}, **STILL)
    board = Board(student, PAGE)
    for scene in ("xy", "dirac", "order"):
        board.option("scene", scene).check()
        board.root.locator("svg:visible").last.wait_for()
        wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
        assert student.page.evaluate(wide) <= 390
    assert student.errors == []

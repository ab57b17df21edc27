"""A lesson as a student does it: predict, lock, run, see the answer, repair, take home."""

import ast
import csv
import io
import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser
LANGUAGES = ("ko", "en")


def predict(student, unit, option):
    """Answer, lock it in by the button that names the preset, and see that start."""
    lock = student.words.say("lesson.lock", name=student.words.say(f"presets.{unit}.name"))
    expect(student.page.get_by_role("button", name=lock)).to_be_visible()
    student.predict("playground", unit, option)
    student.asks(preset=unit)


def fast(student):
    """Let the run go as fast as it can."""
    student.view.locator("[data-pace]").evaluate(
        "(n) => { n.value = n.max; n.dispatchEvent(new Event('input', { bubbles: true })); }"
    )


@pytest.mark.parametrize("lang", KO_FIRST)
def test_predict_run_see_why_and_repair(enter, lang):
    student = enter(lang=lang)
    student.alive()
    words, page = student.words, student.page
    why = words.prose("playground", "explain-hop").split("\n")[0][:20]
    expect(page.get_by_text(why)).to_have_count(0)
    predict(student, "hop", "d_cost")
    expect(page.get_by_text(why)).to_have_count(0)  # not before it has been seen
    student.alive()
    fast(student)
    student.until("s.step > 1000", seconds=60)
    expect(page.get_by_text(why)).to_be_visible(timeout=20_000)
    said, what = (words.say(f"playground.question.hop.{one}") for one in ("d_cost", "modes"))
    told = words.say("lesson.surprise", said=said, what=what).replace("**", "")
    expect(page.get_by_text(told)).to_be_visible()

    # the repair: D's learning rate from 0.0001 to 0.002, without starting over
    done = page.get_by_text(words.say("lesson.done"))
    expect(done).to_have_count(0)
    slider = student.slider("d_optimizer.lr")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    student.asks(**{"d_optimizer.lr": "0.002"})
    expect(done).to_be_visible(timeout=60_000)

    # what has been done is still known after a reload, and on another visit
    page.reload()
    student.alive()
    expect(page.get_by_text(words.say("lesson.done"))).to_be_visible(timeout=20_000)
    other = student.context.new_page()
    other.goto(f"{student.base}/playground?lang={lang}")
    expect(other.get_by_text(words.say("lesson.done"))).to_be_visible(timeout=30_000)
    assert student.errors == []


@pytest.mark.slow
def test_two_students_do_not_share_their_notes(enter):
    one, other = enter(), enter()
    one.alive()
    other.alive()
    predict(one, "hop", "modes")
    locked = one.words.say("lesson.open")
    expect(one.page.get_by_text(locked)).to_be_visible()
    expect(other.page.get_by_text(locked)).to_have_count(0)


@pytest.mark.slow
def test_forged_notes_break_nothing(enter):
    student = enter()
    student.alive()
    for text in ('{"playground": {"predictions": {"hop": "<b>x</b>", "saturate": "NaN"}}}', "[[["):
        student.page.evaluate("(t) => localStorage.setItem('gan-classroom-notes', t)", text)
        student.page.reload()
        student.alive()
        name = student.words.say("presets.hop.name")
        lock = student.page.get_by_role("button", name=student.words.say("lesson.lock", name=name))
        expect(lock).to_be_visible()
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_take_home(enter, lang, tmp_path):
    student = enter("/playground?preset=hop&seed=3", lang=lang)
    student.alive()
    fast(student)
    student.until("s.step > 300", seconds=40)
    words, page = student.words, student.page
    page.get_by_role("button", name=words.say("take_home.title")).click()
    page.get_by_role("textbox", name=words.say("take_home.remark")).fill("It <hops> & hops.")
    page.keyboard.press("Control+Enter")

    def take(key):
        with page.expect_download() as coming:
            page.get_by_role("button", name=words.say(f"take_home.button.{key}")).click()
        file = tmp_path / coming.value.suggested_filename
        coming.value.save_as(file)
        return file

    table = take("table").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) > 300
    assert rows[0][0] == words.say("take_home.column.iteration")
    report = take("report").read_text(encoding="utf-8")
    assert "It &lt;hops&gt; &amp; hops." in report
    assert words.say("presets.hop.name") in report
    assert f'lang="{lang}"' in report
    remark = page.get_by_role("textbox", name=words.say("take_home.remark"))
    remark.fill("Typed last.")  # and no key says so: the report's button is pressed next
    assert "Typed last." in take("report").read_text(encoding="utf-8")
    assert take("picture").read_bytes().startswith(b"\x89PNG")
    ast.parse(take("script").read_text(encoding="utf-8"))
    assert json.loads(take("notebook").read_text(encoding="utf-8"))["nbformat"] == 4
    page.reload()
    student.alive()
    page.get_by_role("button", name=words.say("take_home.title")).click()
    expect(remark).to_have_value("Typed last.")
    assert student.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_projector(enter, lang):
    student = enter("/playground?projector=1", lang=lang)
    student.alive()
    size = student.page.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert size == "24px"
    assert student.view.get_attribute("data-projector") == "on"
    wide = "document.documentElement.scrollWidth <= innerWidth + 1"
    assert student.page.evaluate(wide)
    student.page.get_by_role("button", name=student.words.say("lesson.desk")).click()
    expect(student.view).to_have_attribute("data-projector", "off")

"""Branching, keeping a checkpoint and opening it again, and the film, as a student does it."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import EN_FIRST, KO_FIRST

pytestmark = pytest.mark.browser


def take(student, key, folder):
    """Download one thing from the take-home panel."""
    words, page = student.words, student.page
    panel = page.get_by_role("button", name=words.say("take_home.title"))
    button = page.get_by_role("button", name=words.say(f"take_home.button.{key}"))
    if not button.is_visible():
        panel.click()
    with page.expect_download() as coming:
        button.click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


@pytest.mark.parametrize("lang", KO_FIRST)
def test_a_film_and_a_checkpoint_are_taken_home_and_opened_again(enter, lang, tmp_path):
    student = enter("/playground?preset=hop&seed=3&batch=64", lang=lang)
    student.alive()
    student.until("s.step > 120", seconds=40)
    here = student.pause()
    film = Image.open(io.BytesIO(take(student, "film", tmp_path).read_bytes()))
    assert film.format == "GIF"
    assert film.n_frames >= 3
    saved = take(student, "checkpoint", tmp_path)
    assert saved.suffix == ".safetensors"
    student.page.keyboard.press("Escape")
    student.button("step").click()  # what the next iteration brings
    student.until("s.step === arg", here.step + 1)
    then = student.at_rest(lambda: student.numbers)  # they change five times a second

    other = enter(lang=lang).alive()
    words, page = other.words, other.page
    panel = page.locator(".st-key-playground-own-data")
    panel.locator("summary").click()
    page.get_by_role("tab", name=words.say("own_data.way.file")).click()
    picker = panel.locator('input[type="file"]')
    epoch = other.state.epoch
    picker.set_input_files({"name": "broken.safetensors", "mimeType": "", "buffer": b"\x00" * 500})
    expect(panel.get_by_role("alert")).to_contain_text(words.say("own_data.refused.no-checkpoint"))
    assert other.goes_on().state.epoch == epoch
    picker.set_input_files(saved)
    other.until("s.status === 'paused' && s.step === arg", here.step)
    other.asks(preset="hop", seed="3", batch="64")
    expect(panel).to_contain_text(words.say("own_data.checkpoint_taken"))
    other.button("step").click()
    other.until("s.step === arg", here.step + 1)
    page.wait_for_function(
        "(then) => gan().querySelector('[data-number=\"d_cost\"]').textContent === then",
        arg=then["d_cost"],
    )
    assert student.errors == other.errors == []


def moment(student):
    return int(student.page.evaluate("gan().dataset.moment"))


@pytest.mark.parametrize("lang", KO_FIRST)
def test_branch_from_the_past_change_it_and_see_it_beside_its_parent(enter, lang):
    student = enter("/playground?preset=hop&seed=2", lang=lang)
    student.alive()
    student.until("s.step > 150", seconds=40)
    words, page = student.words, student.page
    slider = student.view.locator("[data-time]")
    slider.focus()
    for _ in range(2):
        before = moment(student)
        slider.press("ArrowLeft")
        student.until("Number(gan().dataset.moment) !== arg", before)
    present, past = student.state, moment(student)
    assert 0 <= past <= present.step
    student.view.get_by_role("button", name=words.say("live.branch")).click()
    student.until(
        "gan().dataset.layout === 'pair' && s.status === 'paused' && s.step === arg", past
    )
    titles = student.view.locator(".title")
    todo = f"{words.say('branch.right')} · {words.say('branch.change')}"
    expect(page.get_by_text(words.say("branch.left"), exact=True)).to_be_visible()
    expect(page.get_by_text(todo, exact=True)).to_be_visible()

    lr = student.slider("d_optimizer.lr")  # four steps from 0.0001 to 0.002
    lr.focus()
    for _ in range(4):
        lr.press("ArrowRight")
    panel = page.locator(".st-key-branch")
    expect(panel).to_contain_text("0.0001")
    expect(panel).to_contain_text("0.002")
    expect(titles.filter(has_text=words.say("branch.left"))).to_contain_text("0.0001")
    expect(titles.filter(has_text=words.say("branch.right"))).to_contain_text("0.002")
    student.press("toggle")
    student.until("s.step > arg + 30", past, seconds=40)
    student.pause()
    assert page.evaluate("gan().querySelectorAll('.scene canvas').length") == 2

    page.get_by_role("button", name=words.say("branch.end")).click()
    student.until("gan().dataset.layout === 'playground' && s.step >= arg", present.step)
    student.asks(preset="hop", seed="2")
    assert "d_optimizer.lr" not in student.query
    student.press("toggle")
    student.goes_on()
    assert student.errors == []


@pytest.mark.slow
def test_the_branch_alone_goes_on_and_survives_a_reload(enter):
    student = enter("/playground?preset=hop&seed=2", lang="en")
    student.alive()
    student.until("s.step > 100", seconds=40)
    here = student.pause()
    words, page = student.words, student.page
    student.view.get_by_role("button", name=words.say("live.branch")).click()
    student.until("gan().dataset.layout === 'pair' && s.step === arg", here.step)
    student.press("toggle")
    student.until("s.step > arg + 20", here.step)
    page.reload()
    student.until("gan()?.dataset.layout === 'pair' && s.step > arg + 20", here.step)
    at = student.pause()
    page.get_by_role("button", name=words.say("branch.keep")).click()
    student.until("gan().dataset.layout === 'playground' && s.step === arg", at.step)
    student.press("toggle")
    student.goes_on()
    assert student.errors == []


@pytest.mark.parametrize("lang", EN_FIRST)
def test_a_trained_run_opens_at_once_and_goes_on(enter, lang):
    student = enter(lang=lang).alive()
    student.page.get_by_role("button", name=student.words.say("playground.trained")).click()
    student.until("s.step >= 3000 && s.status === 'running'")
    of_eight = student.words.say("live.of", n="8", total="8")
    expect(student.view.locator('.strips [data-number="covered"]').first).to_have_text(of_eight)
    student.goes_on()
    assert student.errors == []

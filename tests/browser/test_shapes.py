"""The shapes of I1 as a student meets them: a crash, a checkerboard, a field, a pyramid."""

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board
from tests.browser.conftest import KO_FIRST

pytestmark = pytest.mark.browser
PAGE = "digit-studio"


@pytest.mark.parametrize("lang", KO_FIRST)
def test_from_the_crash_to_the_pyramid(enter, lang):
    student = enter(f"/{PAGE}", lang=lang)
    board, page = Board(student, PAGE), student.page
    board.reads("features", "512")
    board.reads("expected", "512")  # pictures of 32 pixels fit
    student.predict(PAGE, "crash", "runs")
    expect(page.locator(".st-key-answer-crash")).to_be_visible()
    board.reads("expected", "128")
    error = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x512 and 128x1)"
    expect(board.root.get_by_text(error)).to_be_visible()
    board.slider("knob.kernel").press("ArrowRight")
    board.reads("features", "128")
    board.done("crash", "fit")
    student.asks(**{"at.kernel": "4", "at.size": "28"})

    board.choose("view", "checkerboard")
    board.reads("most", "4")
    board.slider("knob.c_kernel").press("ArrowRight")
    board.reads("rest", "1")
    board.reads("most", "9")

    board.choose("view", "field")
    board.press("pix2pix")
    board.reads("field", "70 × 70")
    board.slider("handle.square").press("ArrowRight")
    board.slider("handle.logit").press("ArrowUp")
    student.asks(**{"at.view": "field", "at.f_x": "15", "at.f_y": "13"})

    board.choose("view", "pyramid")
    assert float(board.reading("largest").inner_text()) < 1e-6
    board.root.get_by_role("button", name=board.say("switch_name", size=32)).click()
    board.reads("largest", "0.388")
    student.asks(**{"at.view": "pyramid", "at.level0": "out"})
    assert student.errors == []

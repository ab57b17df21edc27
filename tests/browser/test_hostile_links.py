"""Hostile addresses in a real browser: the page comes up and says what it left out."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
HOSTILE = [
    "preset=%3Cscript%3Edocument.title=1%3C/script%3E",
    "preset=../../etc/passwd&lang=../../en",
    "seed=%00&batch=%ff%fe",
    "%=%&%zz=%zz&=&==",
    "data.radius=%3Cimg%20src=x%20onerror=document.title=1%3E",
    "%3Cimg%20src=x%20onerror=document.title=1%3E=1",
    "data=points&data.points=%3C/textarea%3E%3Cscript%3Edocument.title=1%3C/script%3E",
    "data=points&data.points=" + "0,0;" * 3000,
    "d_optimizer.lr=NaN&g_optimizer.lr=-Infinity&seed=1e999",
    "seed=" + "9" * 3000,
    "x=" + "y" * 6000,
    "data.__class__=int&__init__.__globals__=1",
    "seed=1&seed=2&seed=x",
    "game=[a](javascript:alert(1))&latent=!%5Bx%5D(http://evil.example/x.png)",
    "batch=%24%5Cfrac%7B1%7D%7B0%7D%24&pretrain=%60%60%60",
    "seed=%E2%80%AE1%E2%80%AC&batch=%E2%88%9E",
    "g_optimizer.lr={field}{0}%25s&update={{7*7}}",
    "%EA%B0%80%EB%82%98=%EB%8B%A4&schedule=%F0%9F%90%8D",
    "run=abc&token=def",
    "preset=hop;rm%20-rf%20/&data=$(reboot)",
]


@pytest.mark.parametrize(
    ("lang", "part"),
    [
        ("ko", 0),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in (("en", 1), ("ko", 2), ("en", 3))),
    ],
)
def test_hostile_links(enter, lang, part):
    student = enter("/playground", lang=lang).alive()
    alert = student.page.get_by_role("alert")
    for query in HOSTILE[part::4]:
        student.page.goto(f"{student.base}/playground?{query}&lang={lang}")
        student.until("s.frames > 0")
        expect(alert).to_contain_text(student.words.say("errors.heading"))
        expect(student.page.get_by_role("heading", level=1)).to_have_text(
            student.words.say("playground.title")
        )
        assert student.page.title() != "1", query
        assert alert.locator("img, script, a").count() == 0, query
        student.page.wait_for_function("location.search.includes('preset=')")
        assert set(student.query) <= {"lang", "preset", "data", "seed"}, query
    assert student.errors == []
    assert student.strangers == []

"""Terms of formulas: what texts may write, and what reaches KaTeX."""

import re

import pytest

from ui import terms
from ui.lesson import formula
from ui.lesson.course import COURSE
from ui.text import HERE, LANGUAGES, Words, parts


def test_terms_lie_in_each_other_and_keep_who_they_are():
    text = r"$\term{d-fake}{D(\term{fake}{G(\term{latent}{z})})} + \term{latent}{z}$"
    dressed = terms.dress(text)
    codes = [int(code, 16) for code in re.findall(r"#[0-9A-F]{6}([0-9A-F]{2})", dressed)]
    paths = [("d-fake",), ("d-fake", "fake"), ("d-fake", "fake", "latent"), ("latent",)]
    assert codes == [terms.CODES[path] for path in paths]
    assert terms.named(dressed) == ["d-fake", "fake", "latent"]
    assert re.sub(r"\\textcolor\{#\w{8}\}", "", dressed) == "${D({G({z})})} + {z}$"


def test_each_way_to_lie_has_a_code_of_its_own():
    assert len(set(terms.CODES.values())) == len(terms.CODES) < 254
    assert all(0 < code < 255 for code in terms.CODES.values())


@pytest.mark.parametrize(
    ("text", "dressed"),
    [
        ("no term at all $x^{2}$", "no term at all $x^{2}$"),
        (r"\term{real}{\{x\}}!", r"\textcolor{#0072B2F9}{\{x\}}!"),
    ],
)
def test_braces(text, dressed):
    found = terms.dress(text)
    assert re.sub(r"B2\w\w\}", "B2F9}", found) == dressed


@pytest.mark.parametrize(
    "text", [r"\term{beauty}{b}", r"\term{real}{x", r"\term{real}{\term{pull}{x}}"]
)
def test_mistakes_are_said(text):
    with pytest.raises(ValueError, match="term"):
        terms.dress(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_words_and_a_place_in_the_view(language):
    words = Words(language)
    code = (HERE.parents[1] / "ui/live/js/stress.js").read_text(encoding="utf-8")
    for name in terms.TERMS:
        assert words.say(f"terms.term.{name}")
        assert re.search(rf"^  '?{name}'?: \{{ ", code, re.MULTILINE), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_formula_has_a_colour_without_a_name(language):
    for file in sorted((HERE / language).glob("*.md")):
        raw = file.read_text(encoding="utf-8")
        assert r"\textcolor" not in raw, file
        assert r"\term{" not in "".join(parts(language, file.stem).values()), file


def test_both_languages_have_the_same_terms():
    for file in (HERE / "ko").glob("*.md"):
        found = [parts(language, file.stem) for language in LANGUAGES]
        for part in found[0]:
            assert terms.named(found[0][part]) == terms.named(found[1][part]), part


def test_prose_is_cut_after_formulas_with_terms_only():
    bare, dressed = "$$\na\n$$", terms.dress("$$\n\\term{real}{x}\n$$")
    text = f"one\n\n{bare}\n\ntwo\n\n{dressed}\n\nthree\n\n- four"
    assert formula.pieces(text) == [f"one\n\n{bare}\n\ntwo\n\n{dressed}", "three\n\n- four"]
    assert formula.pieces("no formula\n\nat all") == ["no formula\n\nat all"]
    assert all(COURSE.values())

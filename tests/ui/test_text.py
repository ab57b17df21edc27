"""Both languages are complete, and each is in its own language."""

import re
import tomllib

import pytest

from gan_core.images.settings import IMAGE_REGISTRIES, ImageSettings
from gan_core.presets import ALL_PRESETS
from gan_core.settings import REGISTRIES, Settings, SettingsError
from ui import names
from ui.lessons import COMING, LESSONS
from ui.text import HERE, LANGUAGES, MissingTextError, Words, blanks_of, labels, parts

STEMS = sorted({path.stem for path in HERE.glob("*/*.toml")})
PROSE = sorted({path.stem for path in HERE.glob("*/*.md")})
PROBLEMS = (
    "unknown-field",
    "unknown-choice",
    "not-a-number",
    "not-an-integer",
    "too-small",
    "too-large",
    "not-a-point",
    "no-points",
    "too-many-points",
    "not-settings",
)

# What a Korean text may say in Latin letters: names, symbols, and the English term in brackets.
TERMS = """
    GAN f-GAN log Adam SGD RMSprop ReLU Leaky tanh JS KL G D z x y a k c σ G(z) D(x)
    Language English
    generative adversarial network generator discriminator latent space mode critic logit minimax
    ADA CSV HTML PNG SVG GIF Python Jupyter MB Ctrl Esc non-saturating R I
    xy WGAN WGAN-GP Nash equilibrium eigenvalue extragradient optimistic gradient min-max
    Lipschitz
    collapse unrolled Metz Salimans Lin Srivastava Goodfellow
    transposed convolution checkerboard receptive field Laplacian pyramid LAPGAN pix Denton Isola
    DCGAN MNIST Fashion-MNIST FID batch normalisation reference virtual NIPS
    Radford Odena Gulrajani
"""


@pytest.mark.parametrize("stem", STEMS)
def test_same_labels_and_blanks(stem):
    korean, english = labels("ko", stem), labels("en", stem)
    assert korean.keys() == english.keys()
    for key in korean:
        assert blanks_of(korean[key]) == blanks_of(english[key]), key
        assert korean[key].strip()
        assert english[key].strip()


@pytest.mark.parametrize("stem", PROSE)
def test_same_parts(stem):
    korean, english = parts("ko", stem), parts("en", stem)
    assert list(korean) == list(english)
    assert all(korean.values())
    assert all(english.values())
    for part in korean:
        formulas = [re.findall(r"\$\$", text[part]) for text in (korean, english)]
        assert len(formulas[0]) == len(formulas[1]), part


@pytest.mark.parametrize("stem", STEMS)
def test_korean_labels_are_korean(stem):
    for key, text in labels("ko", stem).items():
        assert not latin_words(text), key


@pytest.mark.parametrize("stem", PROSE)
def test_korean_prose_is_korean(stem):
    for part, text in parts("ko", stem).items():
        assert not latin_words(text), part


@pytest.mark.parametrize("stem", STEMS + PROSE)
def test_english_has_no_korean(stem):
    texts = labels("en", stem) if stem in STEMS else {}
    texts = texts | (parts("en", stem) if stem in PROSE else {})
    for key, text in texts.items():
        # the language switch names each language by itself
        assert key == "language" or not re.search("[가-힣]", text), key


def test_toml_files_have_no_key_twice_in_other_spelling():
    for path in HERE.glob("*/*.toml"):
        tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_and_choice_has_words(language):
    words = Words(language)
    for settings in every_settings():
        for field in settings.fields():
            assert names.label(words, field)
            assert names.full_label(words, field)
            assert names.help_text(words, field)
            assert names.shown(words, field, field.value)
            assert words.say(f"settings.group.{names.group_of(field)}")
            for key in field.choices:
                assert names.choice(words, field, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_preset_and_page_has_words(language):
    words = Words(language)
    for preset in ALL_PRESETS.values():
        assert names.preset_name(words, preset)
        assert words.say(f"presets.{preset.key}.shows")
    for lesson in LESSONS:
        assert lesson.file.is_file()
        assert words.say(f"shell.page.{lesson.slug}")
        assert words.say(f"{lesson.slug}.title")
        assert words.say(f"{lesson.slug}.goal")
        assert not lesson.group or words.say(f"shell.group.{lesson.group}")
    for group, codes in COMING.items():
        assert words.say(f"shell.group.{group}")
        assert all(words.say(f"shell.coming.{code}") for code in codes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_is_explained(language, problem):
    fields = {"unknown-field": "data.oops", "not-settings": "", "unknown-choice": "game"}
    field = fields.get(problem, "d_optimizer.lr")
    error = SettingsError(problem, field, "7", bound=1.0, choices=("minimax",))
    said = names.explain(Words(language), error, Settings())
    assert "{" not in said
    assert "7" in said or problem in ("unknown-field", "no-points")


def test_the_problems_are_all_of_them():
    assert set(SettingsError._ENGLISH) == set(PROBLEMS)


def test_an_error_names_the_field_the_value_and_the_bound():
    with pytest.raises(SettingsError) as caught:
        Settings().with_changes({"discriminator.width": "100000"})
    said = names.explain(Words("ko"), caught.value, Settings())
    assert "판별자: 층의 너비" in said
    assert "100000" in said
    assert "512" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("points", "says"),
    [("1,1;oops", "oops"), (";".join(["1,1"] * 2001), "2001"), ("", ""), ("99,0", "10")],
)
def test_refused_points_are_explained_also_where_the_field_is_gone(language, points, says):
    with pytest.raises(SettingsError) as caught:
        Settings().with_changes({"data": "points", "data.points": points})
    for settings in (Settings(), Settings().with_changes({"data": "points"})):
        said = names.explain(Words(language), caught.value, settings)
        assert says in said
        assert "nan" not in said


@pytest.mark.parametrize("hostile", ["[a](http://x)", "`x` **b**", "$x$\n# h", "x" * 500, "<b>"])
def test_input_is_quoted_harmlessly(hostile):
    quoted = names.quote(hostile)
    assert quoted[0] == quoted[-1] == "`"
    assert "`" not in quoted[1:-1]
    assert "\n" not in quoted
    assert len(quoted) <= names.LONGEST_QUOTE + 2


def test_numbers_are_written_in_full():
    assert names.number(1e-05) == "0.00001"
    assert names.number(0.0003) == "0.0003"
    assert names.number(1.0) == "1"
    assert names.number(128) == "128"


def test_missing_texts_are_errors():
    words = Words("ko")
    for call in (
        lambda: words.say("shell.nothing"),
        lambda: words.say("nothing.at-all"),
        lambda: words.say("errors.too-small", field="x"),
        lambda: words.say("shell.app", surplus=1),
        lambda: words.prose("home", "nothing"),
        lambda: words.prose("nothing", "at-all"),
        lambda: Words("tlh"),
    ):
        with pytest.raises(MissingTextError):
            call()


def latin_words(text):
    """Words in Latin letters that are neither terms nor formulas, blanks, icons or code."""
    for noise in (
        r"\$\$.*?\$\$",
        r"\$[^$]*\$",
        r"`[^`]*`",
        r"\{\w+\}",
        r":[a-z]+\[",
        r":material/\w+:",
    ):
        text = re.sub(noise, " ", text, flags=re.DOTALL)
    return [word for word in re.findall(r"[A-Za-z][A-Za-z-]+", text) if word not in TERMS.split()]


def every_settings():
    """Settings of both kinds in which each registered piece is chosen at least once."""
    for settings in (Settings(), ImageSettings()):
        yield settings
        for field in settings.fields():
            if field.kind == "choice":
                for key in field.choices:
                    yield settings.with_changes({field.path: key})


def test_every_registry_is_reached():
    reached = {
        (names.kind_of(field), key)
        for settings in every_settings()
        for field in settings.fields()
        for key in field.choices
    }
    # What D can be normalised by is said in the same words as for G.
    kinds = {**{kind: kind for kind in IMAGE_REGISTRIES}, "d_norm": "norm"}
    registries = [*REGISTRIES.items(), *IMAGE_REGISTRIES.items()]
    expected = {(kinds[kind], key) for kind, registry in registries for key in registry.names()}
    assert reached == expected

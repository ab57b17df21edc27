"""Both pages in both languages, and the links that open them."""

import subprocess
import sys
from pathlib import Path

import pytest

from gan_core.presets import PRESETS
from tests.pages.stand_in import go, open_home, open_playground
from ui.text import LANGUAGES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_home(engine, language):
    page = open_home(lang=language)
    assert not page.exception
    assert len(engine.runs) == 1
    assert "svg" in " ".join(one.value for one in page.markdown)
    assert page.get("page_link")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_playground(engine, language, preset):
    page = open_playground(language, preset=preset)
    assert not page.exception
    assert not page.warning
    assert page.segmented_control(key="playground-preset").value == preset
    assert engine.settings_of("playground") == PRESETS[preset].settings
    assert engine.log[-1][3] == PRESETS[preset].pace


def test_a_link_reopens_the_same_experiment(engine):
    link = {"preset": "hop", "seed": "3", "d_optimizer.lr": "0.0003", "data": "grid"}
    page = open_playground(**link, **{"data.side": "3"})
    assert not page.warning
    settings = engine.settings_of("playground")
    assert (settings.seed, settings.d_optimizer.lr, settings.data.side) == (3, 3e-4, 3)
    assert page.select_slider(key="playground-d_optimizer-lr").value == 3e-4
    shown = {name: value for name, value in page.query_params.items() if name != "lang"}
    assert shown.items() >= (link | {"data.side": "3"}).items()


@pytest.mark.parametrize(
    ("language", "query", "words"),
    [
        ("ko", {"preset": "nonsense"}, ["프리셋", "nonsense", "포화"]),
        ("en", {"preset": "nonsense"}, ["Preset", "nonsense", "Saturate"]),
        ("ko", {"nonsense": "1"}, ["nonsense", "이런 설정은 없어요"]),
        ("en", {"data.modes": "99"}, ["Data: Modes", "99", "16"]),
        ("ko", {"d_optimizer.lr": "7"}, ["D의 학습률", "`7`", "1 이하"]),
        ("ko", {"d_optimizer.lr": "nan"}, ["D의 학습률", "숫자"]),
        ("en", {"seed": "1.5"}, ["Seed", "1.5", "whole"]),
        ("en", {"game": "chess"}, ["Game", "chess", "Minimax"]),
        ("ko", {"seed": ""}, ["시드", "숫자"]),
        ("en", {"latent.dim": "9" * 5000}, ["Generator: Dimensions of z", "64"]),
        ("en", {"seed": "[x](http://example.org) `$\\frac12$`"}, ["Seed", "number"]),
    ],
)
def test_a_broken_link_is_explained_and_the_rest_is_kept(engine, language, query, words):
    page = open_playground(language, **({"pretrain": "50"} | query))
    assert not page.exception
    (warning,) = page.warning
    for word in words:
        assert word in warning.value
    settings = engine.settings_of("playground")
    assert settings.pretrain == 50
    assert settings == PRESETS["healthy"].open({"pretrain": 50})
    assert page.query_params["preset"] == "healthy"


def test_several_mistakes_are_all_named(engine):
    page = open_playground(preset="hop", seed="-1", game="chess", what="ever")
    assert len(page.warning[0].value.split("\n- ")) == 4
    assert engine.settings_of("playground") == PRESETS["hop"].settings


def test_the_way_back_to_the_preset(engine):
    page = open_playground(preset="hop", seed="4")
    back = next(one for one in page.button if "1" in one.label)
    back.click().run()
    assert engine.settings_of("playground") == PRESETS["hop"].settings


def test_a_preset_started_from_the_text(engine):
    page = open_playground()
    page.button(key="lock-saturate").click().run()
    assert not page.exception
    assert engine.settings_of("playground") == PRESETS["saturate"].settings


def test_a_link_from_home_opens_its_preset(engine):
    page = open_playground(preset="saturate")
    go(page, "home")
    go(page, "playground", preset="hop")
    assert engine.settings_of("playground") == PRESETS["hop"].settings


def test_the_pages_load_no_torch():
    code = (
        "import sys, ui.frame, ui.controls, ui.session, ui.loop, ui.live.component;"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

"""I1: everything asked has words; where it begins; pictures that are not here are asked for."""

import threading

import numpy as np
import pytest

from gan_core.frame import COMPANY_ROWS
from gan_core.images.data import DataUnavailableError
from gan_core.images.data.mnist import MNIST
from gan_core.images.experiment import ImageExperiment
from gan_core.images.presets import IMAGE_PRESETS
from gan_core.images.settings import ImageSettings
from gan_core.presets import PRESETS as TOYS
from tests.pages.stand_in import go, open_home
from ui import names, pictures
from ui.lesson import measured
from ui.lesson.digit_studio import CLAIMS, LESSON, LIVE, MAIN, PRESETS, own_company, stages
from ui.lesson.studio import class_names
from ui.text import LANGUAGES, Words

PAGE = "digit-studio"
START = IMAGE_PRESETS["digits-8x8"].settings


@pytest.fixture
def nothing_fetched(monkeypatch, tmp_path):
    """A computer without MNIST, on which nobody has asked for it."""
    monkeypatch.delenv("GAN_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(MNIST, "here", property(lambda _: False))
    monkeypatch.setattr(pictures, "_TRANSFERS", {})


def open_page(language="en", **query):
    page = go(open_home(lang=language), "digit_studio", lang=language, **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(one.value for one in page.markdown)


def begun_trained(engine):
    return [run for run, state in engine.states.items() if state and run in engine.runs]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_asked_has_its_words(language):
    words = Words(language)
    for unit in LESSON.values():
        assert words.prose(PAGE, f"try-{unit.key}")
        assert words.prose(PAGE, f"explain-{unit.key}")
        assert not unit.tasks or set(words.under(PAGE, f"task.{unit.key}")) == {
            task.key for task in unit.tasks
        }
        assert not unit.mend or words.prose(PAGE, f"mend-{unit.key}")
        assert unit.sets is not None or unit.begins in IMAGE_PRESETS
    for unit in LIVE.values():
        assert set(words.under(PAGE, f"question.{unit.key}")) == {"ask", *unit.question.options}
    for claim in CLAIMS:
        assert words.say(f"{PAGE}.claim.{claim.key}")
        assert words.prose(PAGE, f"truth-{claim.key}")
        if claim.preset:
            assert IMAGE_PRESETS[claim.preset].open(claim.changes)
    for row in COMPANY_ROWS:
        assert words.say(f"{PAGE}.view.company_{row}")
    fashion = ImageSettings().with_changes({"images": "fashion-mnist"})
    assert len({*class_names(words, fashion)}) == 10
    assert class_names(words, ImageSettings()) == list("0123456789")


def test_what_can_be_chosen_is_there():
    assert set(PRESETS) <= set(IMAGE_PRESETS)
    assert set(MAIN) <= set(ImageSettings().flat())
    assert len(MAIN) <= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_digits_that_need_no_network(engine, language):
    page = open_page(language)
    assert engine.settings_of(PAGE) == START
    assert page.query_params["preset"] == "digits-8x8"
    assert not page.warning


def test_it_begins_trained_where_it_can_and_from_zero_when_asked(engine, monkeypatch, tmp_path):
    monkeypatch.setattr("ui.bench.CHECKPOINTS", tmp_path)
    open_page()
    assert begun_trained(engine) == []
    (tmp_path / "digits-8x8.safetensors").write_bytes(b"a trained run")
    page = open_page()
    (run,) = begun_trained(engine)
    assert engine.states[run] == b"a trained run"
    assert "start" not in page.query_params
    page.segmented_control(key=f"{PAGE}-start").set_value("zero").run()
    assert not page.exception
    assert engine.commands()[-3:] == ["begin", "pace", "play"]
    assert page.query_params["start"] == "zero"
    page.segmented_control(key=f"{PAGE}-start").set_value("trained").run()
    assert engine.states[list(engine.runs)[-1]] == b"a trained run"
    assert "start" not in page.query_params


def test_links_say_where_to_begin(engine, monkeypatch, tmp_path):
    monkeypatch.setattr("ui.bench.CHECKPOINTS", tmp_path)
    (tmp_path / "digits-8x8.safetensors").write_bytes(b"a trained run")
    page = open_page(preset="digits-8x8", start="zero")
    assert begun_trained(engine) == []
    assert page.query_params["start"] == "zero"
    open_page(preset="digits-8x8", seed="5")  # other settings than those that were trained
    assert begun_trained(engine) == []
    assert engine.settings_of(PAGE) == START.with_changes({"seed": 5})


def test_a_unit_from_zero_begins_so_and_the_next_one_trained(engine, monkeypatch, tmp_path):
    monkeypatch.setattr("ui.bench.CHECKPOINTS", tmp_path)
    (tmp_path / "digits-8x8.safetensors").write_bytes(b"a trained run")
    page = open_page()
    page.radio(key="predict-grow").set_value("noise").run()
    page.button(key="lock-grow").click().run()
    assert not page.exception
    assert engine.commands()[-3:] == ["begin", "pace", "play"]
    page.radio(key="predict-company").set_value("same").run()
    page.button(key="lock-company").click().run()
    assert engine.states[list(engine.runs)[-1]] == b"a trained run"


def test_presets_of_another_kind_are_refused_kindly(engine):
    page = open_page(preset="hop")
    assert engine.settings_of(PAGE) == START
    (warning,) = page.warning
    assert "`digits-8x8`" in warning.value
    assert "`healthy`" not in warning.value
    page = go(open_home(lang="en"), "playground", preset="mnist-dcgan", lang="en")
    assert not page.exception
    assert engine.settings_of(PAGE) == TOYS["healthy"].settings
    (warning,) = page.warning
    assert "`healthy`" in warning.value
    assert "digits-8x8" not in warning.value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("nothing_fetched")
def test_pictures_that_are_not_here_are_asked_for_and_all_goes_on(engine, language):
    words = Words(language)
    page = open_page(language, preset="mnist-dcgan")
    assert engine.settings_of(PAGE) == START
    assert words.say(f"{PAGE}.fetch.says") in said(page)
    page.button(key="fetch-without").click().run()
    assert not page.exception
    assert words.say(f"{PAGE}.fetch.says") not in said(page)
    page.selectbox(key=f"{PAGE}-images").set_value("mnist").run()
    assert engine.settings_of(PAGE) == START
    assert words.say(f"{PAGE}.fetch.says") in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("nothing_fetched")
def test_a_transfer_is_watched_and_told_when_it_fails(engine, monkeypatch, language):
    words, wait = Words(language), threading.Event()

    def fetch(_, progress=None):
        progress(3_000_000, 11_594_722)
        wait.wait(20)
        raise DataUnavailableError("mnist", "offline", "train-images-idx3-ubyte.gz")

    monkeypatch.setattr(MNIST, "fetch", fetch)
    page = open_page(language, preset="mnist-dcgan")
    page.button(key="fetch").click().run()
    assert not page.exception
    assert engine.settings_of(PAGE) == START
    arriving = pictures.transfer(MNIST())
    assert arriving.running
    assert arriving.part == pytest.approx(3_000_000 / 11_594_722)
    wait.set()
    arriving._thread.join(10)
    page.run()
    assert not page.exception
    assert names.unavailable(words, arriving.error) in said(page)
    assert page.button(key="fetch").label == words.say(f"{PAGE}.fetch.again")


@pytest.mark.usefixtures("nothing_fetched")
def test_what_has_arrived_begins_by_itself(engine, monkeypatch):
    page = open_page(preset="mnist-dcgan")

    def fetch(_, progress=None):
        progress(10, 10)
        monkeypatch.setattr(MNIST, "here", property(lambda _: True))

    monkeypatch.setattr(MNIST, "fetch", fetch)
    page.button(key="fetch").click().run()
    pictures.transfer(MNIST())._thread.join(10)
    page.run()
    page.run()
    assert not page.exception
    assert engine.settings_of(PAGE) == IMAGE_PRESETS["mnist-dcgan"].settings
    assert page.query_params["preset"] == "mnist-dcgan"


def test_the_words_of_the_layers_are_the_layers():
    torch = pytest.importorskip("torch")
    from gan_core.networks import modules

    for changes in (
        {},
        {"generator": "mlp", "discriminator": "mlp", "generator.layers": 3},
        {"discriminator": "patch", "discriminator.layers": 1, "images": "three-dots"},
        {"discriminator": "patch", "images": "mnist", "labels": "concat"},
    ):
        settings = ImageSettings().with_changes({"generator.norm": "none"} | changes)
        settings = settings.with_changes({"discriminator.norm": "none"})
        shape, classes = settings.images.shape, settings.classes
        y = torch.tensor([1]) if classes else None
        g = modules.build_generator(settings.generator, settings.latent.dim, shape, classes)
        d = modules.build_discriminator(settings.discriminator, shape, classes)
        z = torch.zeros(1, settings.latent.dim)
        passed = [
            *modules.layer_outputs(g, z, y),
            *modules.layer_outputs(d, torch.zeros(1, 1, *shape), y),
        ]
        first, *told = stages(settings)
        assert first["shape"] == [settings.latent.dim + classes]
        assert [one["shape"] for one in told] == [list(out.shape[1:]) for _, out in passed]
        assert [one["layer"] for one in told] == list(range(len(passed)))


@pytest.mark.parametrize(
    ("norm", "row"),
    [("batch", "train"), ("none", ""), ("reference", "reference"), ("virtual", "virtual")],
)
def test_the_row_that_is_trained_is_named(norm, row):
    assert own_company(ImageSettings().with_changes({"generator.norm": norm})) == row
    assert row in ("", *COMPANY_ROWS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_quotes_the_measured_figures(language):
    words, rows = Words(language), measured.read("digits")
    told = words.prose(PAGE, "explain-three-dots")
    for length in ("1000", "4000"):
        spread = rows["dots"]["lengths"][length]
        assert f"{100 * spread['low']:.0f}–{100 * spread['high']:.0f}" in told
    change = rows["company"]["change"]
    for row in ("train", "few"):  # in batches of 64 and of 4
        spread = f"{change[row]['low']:.3f}–{change[row]['high']:.3f}"
        assert spread in words.prose(PAGE, "explain-company")
    assert change["few"]["mean"] > 1.8 * change["train"]["mean"]
    assert [change[row]["high"] for row in COMPANY_ROWS[1:]] == [0, 0, 0]

    sure = {key: row["mean"]["confidence"] for key, row in rows["epsilon"].items() if "mean" in row}
    for spread in sure.values():
        assert percent(spread) in words.prose(PAGE, "truth-momentum")
    told = words.prose(PAGE, "truth-range")
    assert percent(rows["range"]["matched"]["mean"]["confidence"]) in told
    assert rows["range"]["unmatched"]["mean"]["confidence"]["high"] == 0
    for kind in ("matched", "unmatched"):
        assert f"{rows['range'][kind]['mean']['d_cost']['mean']:.2f}" in told


def percent(spread):
    return f"{100 * spread['low']:.0f}–{100 * spread['high']:.0f}"


@pytest.mark.slow
def test_what_the_prose_says_of_the_first_iterations():
    torch = pytest.importorskip("torch")
    from gan_core.images.experiment import ImageExperiment

    assert torch.get_num_threads() == 1
    early = []
    for seed in range(3):
        run, classes, sure = ImageExperiment(START.with_changes({"seed": seed})), {}, {}
        for until in (40, 60, 100, 200):
            run.step(until - max(classes, default=0))
            run.measure(2000)
            _, classes[until], sure[until] = run.frame().quality[-1][:3]
        assert classes[40] <= 2
        assert 3 <= classes[60] <= 6
        assert 7 <= classes[100] <= 9
        assert classes[200] == 10
        assert sure[40] < 0.25 < sure[100] < 0.55 <= sure[200]
        early.append(sure[100])
    assert max(early) >= 1.2 * min(early)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_task_of_the_neighbours_asks_for_fewer_of_them(seed):
    """Whichever picture is looked at: with a batch of 4 it is done at once, with 64 not so soon."""
    task = LIVE["company"].tasks[0]
    least, _ = task.goal.bounds["change"]
    for changes, does in (({}, False), (task.needs, True)):
        experiment = ImageExperiment(IMAGE_PRESETS["digits-8x8"].open({"seed": seed, **changes}))
        highest = np.zeros(13)
        for iteration in (0, 3, 10, 30, 100, 300):
            experiment.step(iteration - experiment.iteration)
            for i in range(13):
                experiment.look((5 * i, 1, 0))
                highest[i] = max(highest[i], experiment.frame().company_change[0])
        assert (highest >= least).all() if does else (highest < least).all()

"""What the app remembers: language, experiment, run, address; each session by itself."""

import pytest
from streamlit.testing.v1 import AppTest

from gan_core.presets import PRESETS
from gan_core.settings import Settings
from tests.pages.stand_in import SHELL, go, open_home, open_playground
from ui.bench import Bench

pytestmark = pytest.mark.usefixtures("engine")


def query(page):
    return {name: value for name, value in page.query_params.items() if name != "lang"}


@pytest.mark.parametrize(
    ("asked", "browser", "spoken"),
    [
        ("ko", "en-US", "GAN 교실"),
        ("en", "ko-KR", "GAN Classroom"),
        (None, "ko-KR", "GAN 교실"),
        (None, "ko", "GAN 교실"),
        (None, "fr-FR", "GAN Classroom"),
        ("tlh", "ko-KR", "GAN 교실"),
    ],
)
def test_language_of_the_address_else_of_the_browser(asked, browser, spoken):
    page = AppTest.from_file(SHELL, default_timeout=20)
    page.context["locale"] = browser
    if asked:
        page.query_params["lang"] = asked
    assert page.run().title[0].value == spoken


def test_switching_language_keeps_page_run_and_address(engine):
    page = open_playground("ko", preset="hop", seed="3")
    runs, before = dict(engine.runs), query(page)
    page.segmented_control(key="language").set_value("en").run()
    assert page.title[0].value == "Playground"
    assert engine.runs == runs
    assert query(page) == before
    assert page.query_params["lang"] == "en"


def test_the_address_follows_what_differs_from_the_preset():
    page = open_playground()
    assert query(page) == {"preset": "healthy"}
    page.select_slider(key="playground-d_optimizer-lr").set_value(0.0001).run()
    assert query(page) == {"preset": "healthy", "d_optimizer.lr": "0.0001"}
    page.selectbox(key="playground-constraint").set_value("gradient-penalty").run()
    assert query(page)["constraint"] == "gradient-penalty"


def test_a_live_change_goes_to_the_running_experiment(engine):
    page = open_playground()
    (run_id,) = [run for run, *_ in engine.log[-1:]]
    page.select_slider(key="playground-g_optimizer-lr").set_value(0.002).run()
    assert engine.log[-1][:2] == (run_id, "set")
    assert engine.runs[run_id].g_optimizer.lr == 0.002
    assert engine.commands().count("create") == 2  # Home's and the playground's


def test_a_preset_starts_from_the_beginning_at_its_pace(engine):
    page = open_playground()
    page.segmented_control(key="playground-preset").set_value("hop").run()
    assert engine.commands()[-3:] == ["begin", "pace", "play"]
    assert engine.settings_of("playground") == PRESETS["hop"].settings
    assert engine.log[-2][3] == PRESETS["hop"].pace
    assert query(page) == {"preset": "hop"}


def test_leaving_and_returning_keeps_settings_and_run(engine):
    page = open_playground(preset="hop")
    page.select_slider(key="playground-g_optimizer-lr").set_value(0.002).run()
    run = list(engine.runs)[-1]
    go(page, "home")
    assert run in engine.runs
    go(page, "playground")
    assert page.select_slider(key="playground-g_optimizer-lr").value == 0.002
    assert query(page) == {"preset": "hop", "g_optimizer.lr": "0.002"}
    assert run in engine.runs


def test_a_run_that_the_engine_has_lost_is_made_anew(engine):
    page = open_playground(seed="5")
    engine.runs.clear()
    page.run()
    assert [settings.seed for settings in engine.runs.values()] == [5]
    engine.runs.clear()
    page.slider(key="playground-update-d_steps").set_value(3).run()
    assert [settings.update.d_steps for settings in engine.runs.values()] == [3]


def test_home_ends_its_run_when_it_is_left(engine):
    page = open_home(lang="ko")
    (run,) = engine.runs
    go(page, "playground")
    assert run not in engine.runs


def test_two_sessions_share_nothing(engine):
    one, two = open_playground(), open_playground("ko")
    one.select_slider(key="playground-g_optimizer-lr").set_value(0.002).run()
    two.run()
    assert two.select_slider(key="playground-g_optimizer-lr").value == 0.001
    assert two.title[0].value == "실험실"
    assert len(engine.runs) == 2
    assert [s.g_optimizer.lr for s in engine.runs.values()] == [0.002, 0.001]


def test_a_late_address_does_not_bring_old_settings_back():
    """A browser that has not heard of the new address yet sends the old one with its rerun."""
    page = open_playground(preset="hop", seed="3")
    page.select_slider(key="playground-g_optimizer-lr").set_value(0.002).run()
    page.query_params.clear()
    page.query_params.update({"preset": "hop", "seed": "3"})
    page.run()
    assert page.select_slider(key="playground-g_optimizer-lr").value == 0.002
    assert query(page)["g_optimizer.lr"] == "0.002"


def test_a_forged_widget_value_changes_nothing(engine):
    page = open_playground()
    page.number_input(key="playground-seed").set_value(-5).run()
    assert not page.exception
    assert page.number_input(key="playground-seed").value == Settings().seed
    assert engine.settings_of("playground") == Settings()


def offered(run_id, **changed):
    """What an honest browser offers for a run, or what another one makes of it."""
    return {"run": run_id, "token": f"secret of {run_id}"} | changed


def a_bench(engine, **changes):
    """A new session's bench with its own run, beside one of an earlier session."""
    settings = Settings().with_changes(changes)
    old = engine.create(settings).run_id
    bench = Bench("playground", PRESETS["healthy"], settings)
    bench.socket()
    return bench, old, bench.run.run_id


def test_an_earlier_run_goes_on_and_the_new_one_ends(engine):
    bench, old, new = a_bench(engine, seed=4)
    bench.adopt(offered(old))
    assert bench.run.run_id == old
    assert list(engine.runs) == [old]
    assert f"run={old}&token=secret+of+{old}" in bench.socket()
    bench.tell("pause")
    assert engine.log[-1][:2] == (old, "pause")
    assert new not in engine.runs


FORGED = [
    None,
    5,
    "run0",
    [],
    {},
    {"run": None, "token": None},
    {"run": ["run0"], "token": "secret of run0"},
    {"run": "run0"},
    {"token": "secret of run0"},
    {"run": "run0", "token": ""},
    {"run": "run0", "token": "secret of run"},
    {"run": "run0", "token": "secret of run0 "},
    {"run": "run0", "token": "secret of run1"},
    {"run": "run0", "token": "\ud800"},
    {"run": "run0", "token": {"secret of run0": 1}},
    {"run": "run99", "token": "secret of run99"},
    {"run": "x" * 100_000, "token": "y" * 100_000},
    {"run": "\x00", "token": "\x00"},
]


@pytest.mark.parametrize("offer", FORGED, ids=range(len(FORGED)))
def test_a_forged_offer_is_ignored_without_a_word(engine, offer):
    bench, old, new = a_bench(engine)
    assert old == "run0"
    bench.adopt(offer)
    assert bench.run.run_id == new
    assert list(engine.runs) == [old, new]
    assert bench.problems == ()


def test_a_run_with_other_settings_is_left_alone(engine):
    bench, old, new = a_bench(engine)
    engine.runs[old] = Settings().with_changes({"seed": 2})
    bench.adopt(offered(old))
    assert bench.run.run_id == new
    assert engine.runs.keys() == {old, new}


def test_a_run_that_has_failed_or_ended_is_not_gone_back_to(engine):
    bench, old, new = a_bench(engine)
    engine.failures[old] = "RuntimeError"
    bench.adopt(offered(old))
    assert bench.run.run_id == new
    bench, old, new = a_bench(engine)
    engine.close(old)
    bench.adopt(offered(old))
    assert bench.run.run_id == new


def test_a_session_hears_one_offer(engine):
    bench, old, new = a_bench(engine)
    bench.adopt(offered(old, token="a guess"))
    bench.adopt(offered(old))
    assert bench.run.run_id == new


def test_the_own_run_may_be_offered(engine):
    bench, _, new = a_bench(engine)
    bench.adopt(offered(new))
    assert bench.run.run_id == new
    assert new in engine.runs

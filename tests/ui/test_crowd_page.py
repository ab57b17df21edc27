"""Many seeds at once on a page: opened, steered, shared, ended; and what browsers may send."""

import numpy as np
import pytest

from gan_core.crowd import Member
from gan_core.frame import CROWD_COLUMNS, Frame
from gan_core.presets import PRESETS
from gan_core.settings import Settings
from tests.pages.stand_in import go, open_playground
from ui.crowd.run import PACE, CrowdRun
from ui.live.codec import decode, encode_frame

SMALL = Settings()


def crowds(engine):
    return [run for run, seeds in engine.seeds.items() if seeds > 1 and run in engine.runs]


def opened(lang="en", **query):
    page = open_playground(lang, **query)
    page.button(key="crowd-open").click().run()
    return page


def test_nobody_pays_before_it_is_wanted(engine):
    page = open_playground()
    assert crowds(engine) == []
    assert "seeds" not in page.query_params


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_it_opens_with_eight_seeds_and_the_link_says_so(engine, lang):
    page = opened(lang, preset="hop", seed="5")
    (run,) = crowds(engine)
    assert (engine.seeds[run], engine.besides[run]) == (8, None)
    assert engine.runs[run] == PRESETS["hop"].settings.with_changes({"seed": 5})
    assert engine.log[-1] == (run, "create", engine.runs[run], PACE)
    assert page.query_params["seeds"] == "8"
    page.button(key="crowd-close").click().run()
    assert crowds(engine) == []
    assert "seeds" not in page.query_params


def test_a_link_opens_it(engine):
    page = open_playground(seeds="12")
    (run,) = crowds(engine)
    assert engine.seeds[run] == 12
    assert page.query_params["seeds"] == "12"
    assert not page.warning


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("seeds", ["99", "3", "-1", "x", "", "8.5", "1e999", "NaN", "9" * 400])
def test_a_link_with_a_bad_number_of_seeds_says_so(engine, lang, seeds):
    page = open_playground(lang, seeds=seeds)
    assert crowds(engine) == []
    (warning,) = page.warning
    assert {"ko": "시드의 개수", "en": "Number of seeds"}[lang] in warning.value
    assert "seeds" not in page.query_params


def test_changes_of_the_page_act_on_all_seeds(engine):
    page = opened()
    (run,) = crowds(engine)
    page.select_slider(key="playground-g_optimizer-lr").set_value(0.002).run()
    assert engine.log[-1][:2] == (run, "set")
    assert engine.runs[run].g_optimizer.lr == 0.002


def test_another_preset_begins_anew(engine):
    page = opened()
    (run,) = crowds(engine)
    page.segmented_control(key="playground-preset").set_value("hop").run()
    assert engine.log[-1][:2] == (run, "begin")
    assert engine.runs[run] == PRESETS["hop"].settings


def test_another_number_of_seeds_is_another_run(engine):
    page = opened()
    (old,) = crowds(engine)
    page.segmented_control(key="playground-seeds").set_value(4).run()
    (run,) = crowds(engine)
    assert run != old
    assert engine.seeds[run] == 4
    assert page.query_params["seeds"] == "4"


def test_leaving_the_page_ends_it(engine):
    page = opened()
    go(page, "home")
    assert crowds(engine) == []
    page = go(page, "playground")
    assert crowds(engine) == []


def test_another_seed_of_the_page_leaves_the_crowd_as_it_is(engine):
    page = opened()
    (run,) = crowds(engine)
    count = len(engine.log)
    page.number_input(key="playground-seed").set_value(6).run()
    assert [entry[0] for entry in engine.log[count:]] != [run]
    assert engine.runs[run].seed == 1


@pytest.mark.usefixtures("engine")
def test_only_seeds_that_are_there_can_be_opened():
    crowd = CrowdRun()
    crowd.take(8)
    after = SMALL.with_changes({"d_optimizer.lr": 1e-4, "seed": 9})
    crowd.socket("healthy", (SMALL, after))
    assert crowd.find({"seed": 3, "row": 0}) == SMALL.with_changes({"seed": 3})
    assert crowd.find({"seed": 8.0, "row": 1}) == after.with_changes({"seed": 8})
    for wanted in (
        *({"seed": 9, "row": 0}, {"seed": 1, "row": 2}, {"seed": "1", "row": 0}, {"seed": 1}),
        *({"seed": float("nan"), "row": 0}, {"seed": [1], "row": 0}, None, [], "seed", {}),
        *({"seed": 1.5, "row": 0}, {"seed": True, "row": None}),
    ):
        assert crowd.find(wanted) is None


def test_a_second_row_is_another_run(engine):
    crowd = CrowdRun()
    crowd.take(8)
    crowd.socket("healthy", (SMALL,))
    crowd.socket("healthy", (SMALL, SMALL.with_changes({"d_optimizer.lr": 1e-4})))
    (run,) = crowds(engine)
    assert engine.besides[run].d_optimizer.lr == 1e-4


def test_frames_of_a_crowd_on_the_wire():
    numbers = [Member(i, -1, 50, 7.0, 8.0, 0.9, 0.25, 3, 1) for i in range(4)]
    points = np.linspace(-2, 2, 4 * 5 * 2).reshape(4, 5, 2).astype(np.float32)
    frame = Frame(extent=2.0, crowd=points, crowd_numbers=np.array(numbers, float))
    _, found = decode(encode_frame(frame, seq=1))
    np.testing.assert_allclose(found["crowd"], points, atol=2e-4)
    np.testing.assert_allclose(found["crowd_numbers"], numbers)
    assert Member._fields == CROWD_COLUMNS

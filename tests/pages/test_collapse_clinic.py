"""P2: everything asked has words, patients keep their secret, cures are switches of the run."""

import pytest

from gan_core.cures import CURES, present, switched
from gan_core.matches import MATCHES
from gan_core.presets import PRESETS
from tests.pages.stand_in import go, open_home
from ui.lesson import measured
from ui.lesson.collapse_clinic import ASKED, BEDS, CLAIMS, FIGURE, ILLNESSES, LESSON, PATIENTS
from ui.text import LANGUAGES, Words

PAGE = "collapse-clinic"
HOP = PRESETS["hop"].settings


def open_page(language="en", **query):
    page = go(open_home(lang=language), "collapse_clinic", lang=language, **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(one.value for one in page.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_asked_has_its_words(language):
    words = Words(language)
    for unit in ASKED.values():
        assert words.prose(PAGE, f"try-{unit.key}")
        assert words.prose(PAGE, f"explain-{unit.key}")
        assert set(words.under(PAGE, f"question.{unit.key}")) == {"ask", *unit.question.options}
        assert set(words.under(PAGE, f"task.{unit.key}")) == {task.key for task in unit.tasks}
        assert not unit.mend or words.prose(PAGE, f"mend-{unit.key}")
        assert unit.begins in PRESETS | MATCHES
    for key in PATIENTS:
        assert words.prose(PAGE, f"explain-{key}")
    for illness in (*ILLNESSES, "unknown"):
        assert words.say(f"live.verdict_{illness}")
    for cure in CURES:
        assert words.say(f"{PAGE}.cure.{cure}.name")
        assert words.say(f"{PAGE}.cure.{cure}.does")
    for claim in CLAIMS:
        assert words.say(f"{PAGE}.claim.{claim.key}")
        assert words.prose(PAGE, f"truth-{claim.key}")
        assert claim.preset in BEDS
    assert set(LESSON) == {*ASKED, *PATIENTS}
    assert set(PATIENTS.values()) < set(ILLNESSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_hop(engine, language):
    page = open_page(language)
    assert engine.settings_of(PAGE) == HOP
    assert Words(language).prose(PAGE, "chase") in said(page)
    assert page.query_params["preset"] == "hop"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PATIENTS)
def test_a_patient_keeps_its_secret_until_it_is_diagnosed(engine, language, key):
    words = Words(language)
    page = open_page(language)
    beds = page.segmented_control(key=f"{PAGE}-preset")
    beds.set_value(key).run()
    assert not page.exception
    assert engine.settings_of(PAGE) == PRESETS[key].settings
    secret = words.prose(PAGE, f"explain-{key}")
    named = f"{words.say(f'presets.{key}.name')}: {words.say(f'live.verdict_{PATIENTS[key]}')}"
    assert secret not in said(page)
    assert words.say(f"presets.{key}.shows") not in said(page)
    assert named not in page.segmented_control(key=f"{PAGE}-preset").options
    runs = dict(engine.runs)
    page.radio(key=f"diagnose-{key}").set_value("hopping").run()
    page.button(key=f"lock-{key}").click().run()
    assert not page.exception
    assert secret in said(page)
    assert named in page.segmented_control(key=f"{PAGE}-preset").options
    assert engine.runs == runs  # it goes on
    page.button(key=f"again-{key}").click().run()
    assert secret not in said(page)


@pytest.mark.parametrize("key", CURES)
def test_a_switch_changes_the_run_and_changes_it_back(engine, key):
    page = open_page()
    page.toggle(key=f"{PAGE}-cure-{key}").set_value(True).run()
    assert not page.exception
    assert engine.settings_of(PAGE) == switched(HOP, HOP, key, on=True)
    assert engine.commands()[-1] == "set"
    cure = CURES[key]
    if cure.amount:
        page.select_slider(key=f"{PAGE}-amount-{key}").set_value(cure.amounts[-1]).run()
        assert engine.settings_of(PAGE).flat()[cure.amount] == cure.amounts[-1]
    page.toggle(key=f"{PAGE}-cure-{key}").set_value(False).run()
    assert engine.settings_of(PAGE) == HOP


def test_cures_go_together_and_are_in_the_link(engine):
    page = open_page()
    for key in ("unrolled", "wgan-gp", "r1"):
        page.toggle(key=f"{PAGE}-cure-{key}").set_value(True).run()
    assert present(engine.settings_of(PAGE), HOP) == ["unrolled", "r1"]
    assert not page.toggle(key=f"{PAGE}-cure-wgan-gp~1").value
    query = {name: value for name, value in page.query_params.items() if name != "lang"}
    again = open_page(**query)
    assert again.toggle(key=f"{PAGE}-cure-unrolled").value
    assert present(engine.settings_of(PAGE), HOP) == ["unrolled", "r1"]


def test_a_patient_that_does_so_already_says_so():
    page = open_page(preset="patient-c")
    assert page.toggle(key=f"{PAGE}-cure-r1").disabled
    assert not page.toggle(key=f"{PAGE}-cure-packing").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figure_shows_two_and_a_patient_one_again(engine, language):
    page = open_page(language)
    page.segmented_control(key=f"{PAGE}-preset").set_value(FIGURE).run()
    assert not page.exception
    match = MATCHES[FIGURE]
    run_id = list(engine.runs)[-1]
    assert (engine.besides[run_id], engine.runs[run_id]) == (match.left, match.right.settings)
    assert page.query_params["match"] == FIGURE
    page.segmented_control(key=f"{PAGE}-preset").set_value("hop").run()
    assert not page.exception
    run_id = list(engine.runs)[-1]
    assert (engine.besides[run_id], engine.runs[run_id]) == (None, HOP)
    assert "match" not in page.query_params


def test_links_open_both_kinds(engine):
    page = open_page(match=FIGURE, **{"right.update.unroll": "10"})
    run_id = list(engine.runs)[-1]
    assert engine.runs[run_id].flat()["update.unroll"] == 10
    page = go(go(page, "home"), "collapse_clinic", preset="healthy", seed="3")
    assert not page.exception
    run_id = list(engine.runs)[-1]
    assert engine.besides[run_id] is None
    assert engine.runs[run_id] == PRESETS["healthy"].open({"seed": 3})
    page = go(go(page, "home"), "collapse_clinic", match=FIGURE)
    assert engine.besides[list(engine.runs)[-1]] == MATCHES[FIGURE].left
    page = go(go(page, "home"), "collapse_clinic", preset="nonsense")
    assert not page.exception
    assert page.warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_measured_figures_the_page_is_whole(engine, language, monkeypatch, tmp_path):
    assert engine.runs == {}
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    measured.read.cache_clear()
    open_page(language)
    measured.read.cache_clear()


def span(row, name, digits=0):
    _, low, high = row[name]
    return f"{low:.{digits}f}–{high:.{digits}f}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prose_quotes_the_measured_figures(language):
    words, rows = Words(language), measured.read("cures")["patients"]
    hop, healthy = rows["hop"], rows["healthy"]["none"]
    told = words.prose(PAGE, "explain-gradient")
    for row in (hop["none"], healthy):
        assert span(row, "travelled") in told
    assert span(hop["none"], "gradient", 2) in told
    assert span(healthy, "gradient", 1) in told
    told = words.prose(PAGE, "explain-cure")
    for cure in ("unrolled", "minibatch", "packing"):
        assert span(hop[cure], "modes") in told
        assert hop[cure]["hops"][2] == 0
    assert hop["average"]["modes"] == [0, 0, 0]
    assert hop["average"]["hops"][2] < hop["none"]["hops"][1] / 4
    for cure in ("r1", "spectral", "no-momentum"):
        assert hop[cure]["modes"][2] <= 1
    told = words.prose(PAGE, "explain-unrolled-ring")
    assert span(hop["none"], "hops") in told
    assert span(hop["none"], "modes") in told
    assert span(hop["unrolled"], "modes") in told
    assert hop["unrolled"]["time"] > 10
    assert sum(modes == 8 for modes in hop["unrolled"]["each"]) == 4  # as the cure of the task says
    each = rows["momentum"]["none"]["each"]
    quoted = ", ".join(map(str, each[:-1]))
    assert quoted in words.prose(PAGE, "explain-momentum")
    assert sum(modes >= 7 for modes in each) == 2
    assert rows["momentum"]["fast-d"]["modes"][1] >= 7
    for cost in ("d_cost", "g_cost"):
        same = {f"{row['none'][cost][0]:.2f}" for row in (hop, rows["patient-c"])}
        assert len(same) == 1
        assert same.pop() in words.prose(PAGE, "explain-patient-c")
    assert hop["average"]["verdicts"] == {"collapsed": len(each)}
    cured = {cure for cure, row in rows["patient-b"].items() if row["modes"][0] >= 7}
    assert cured == {"fast-d"}

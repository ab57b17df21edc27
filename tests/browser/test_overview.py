"""The model overview: one iteration taken apart, stage by stage, and in slow motion."""

import pytest
from playwright.sync_api import expect

from gan_core.frame import HISTORY_COLUMNS, TRACE_KINDS
from tests.browser.conftest import EN_FIRST, KO_FIRST
from ui.live import codec

pytestmark = pytest.mark.browser

FIRST = ["sample", "generate", "classify_d", "cost_d", "gradient_d", "update_d"]
SECOND = ["classify_g", "cost_g", "gradient_g", "update_g"]
LIT = {
    "sample": {"z", "real"},
    "generate": {"g", "fake"},
    "classify_d": {"d"},
    "cost_d": {"jd"},
    "gradient_d": {"d"},
    "update_d": {"d"},
    "classify_g": {"d"},
    "cost_g": {"jg"},
    "gradient_g": {"g"},
    "update_g": {"g"},
}
PICTURE = "ganCanvas().toDataURL()"
OTHER_PICTURE = f"{PICTURE} !== arg"


class Watched:
    """A student whose frames the test reads along."""

    def __init__(self, enter, lang="en", path="/playground", **asked):
        self.student = enter(path, lang=lang, **asked)
        self.frames = []
        self.student.page.on("websocket", lambda ws: ws.on("framereceived", self._read))
        self.student.visit(path, lang).alive()
        self.say = self.student.words.say
        self.inside = self.student.view.locator(".inside")
        self.next = self.student.page.get_by_role("button", name=self.say("live.stage_next"))

    def _read(self, data):
        if isinstance(data, bytes) and int.from_bytes(data[:4], "little") == codec.MAGIC:
            self.frames.append(codec.decode(data))

    def open(self):
        self.student.page.get_by_role("button", name=self.say("live.view_inside")).click()
        expect(self.inside).to_be_visible()
        expect(self.student.view.locator(".strips")).to_be_hidden()

    def lit(self, stage):
        """Wait until a stage is lit, in the diagram and in the list; return its row there."""
        row = self.inside.locator('li[data-lit="now"]')
        expect(row).to_have_attribute("data-stage", stage)
        expect(row).to_have_attribute("aria-current", "step")
        expect(row).to_contain_text(self.say(f"live.stage_{stage}"))
        return row

    def still(self):
        """The picture, once nothing glides any more."""
        return self.student.at_rest(PICTURE)

    @property
    def stations(self):
        lit = self.inside.locator("[data-station].lit")
        return set(lit.evaluate_all("(nodes) => nodes.map((node) => node.dataset.station)"))

    @property
    def sentence(self):
        return self.inside.locator(".sentence").inner_text()

    def number(self, name):
        return self.inside.locator(f'[data-inside="{name}"]').inner_text()

    def trace(self):
        """The stages in the newest frame that has any: name → a, b, c."""
        self.student.page.wait_for_timeout(100)  # frames are handed over while one waits
        rows = next(s["trace"] for _, s in reversed(self.frames) if "trace" in s)
        return {name_of(player, kind): numbers for player, kind, *numbers in rows.tolist()}


def name_of(player, kind):
    kind = TRACE_KINDS[int(kind)]
    ours = kind in ("classify", "cost", "gradient", "update")
    return f"{kind}_{'dg'[int(player)]}" if ours else kind.replace("-", "_")


def shown(value, places=2):
    text = f"{value:.{places}f}"
    return text if float(text) else f"{value:.1g}"


@pytest.mark.parametrize("lang", EN_FIRST)
def test_an_iteration_is_taken_apart_stage_by_stage(enter, lang):
    watched = Watched(enter, lang)
    student, say = watched.student, watched.say
    start = student.pause()
    watched.open()
    assert watched.sentence == say("live.stage_none")
    before = watched.still()

    for place, stage in enumerate(FIRST):
        assert student.page.evaluate(PICTURE) == before, f"nothing has moved before {stage}"
        watched.next.click()
        watched.lit(stage)
        assert watched.stations == LIT[stage]
        assert watched.inside.locator('li[data-lit="past"]').count() == place
        if stage == "classify_d":
            real, fake, _ = watched.trace()[stage]
            assert watched.sentence == say(
                "live.says_classify_d", real=shown(real), fake=shown(fake)
            )
            assert (watched.number("d_real"), watched.number("d_fake")) == (
                shown(real),
                shown(fake),
            )
        if stage == "cost_d":
            assert watched.number("cost_d") == shown(watched.trace()[stage][0])
        if stage == "gradient_d":
            assert watched.number("gradient_d") == shown(watched.trace()[stage][0], 3)
    student.until(OTHER_PICTURE, before)
    assert shown(watched.trace()["update_d"][0], 3) in watched.sentence
    expect(student.view.locator(".note")).to_have_text(say("live.half"))
    assert student.state.step == start.step

    before = watched.still()
    for stage in SECOND:
        assert student.page.evaluate(PICTURE) == before
        assert student.state.step == start.step
        student.page.keyboard.press("s")
        watched.lit(stage)
        assert watched.stations == LIT[stage]
    student.until("s.step === arg + 1", start.step)
    student.until(OTHER_PICTURE, before)
    of_g = watched.trace()
    assert watched.number("cost_g") == shown(of_g["cost_g"][0])
    assert watched.number("gradient_g") == shown(of_g["gradient_g"][0], 3)

    # what the stages said is what the charts will say of this iteration
    rows = [row for _, s in watched.frames if "history" in s for row in s["history"]]
    last = dict(zip(HISTORY_COLUMNS, next(r for r in rows if r[0] == start.step + 1), strict=True))
    assert last["g_cost"] == pytest.approx(of_g["cost_g"][0], rel=1e-4)
    assert last["gradient_norm"] == pytest.approx(of_g["gradient_g"][0], rel=1e-4)
    assert student.errors == []


@pytest.mark.parametrize("lang", KO_FIRST)
def test_in_slow_motion_the_stages_light_up_by_themselves(enter, lang):
    watched = Watched(enter, lang)
    student = watched.student
    watched.open()
    pace = student.view.locator("[data-pace]")
    pace.focus()
    pace.press("Home")
    expect(student.view.locator("[data-pace-text]")).to_have_text(
        watched.say("live.pace_slow", n=10)
    )
    pace.press("ArrowRight")  # one iteration in four seconds is patience enough
    student.until("gan().dataset.stage === 'update_g'")  # it has found its beat
    student.until("gan().dataset.stage === 'sample'")
    seen = student.page.evaluate(
        """() => new Promise((done) => { const seen = []; let last;
        const look = () => {
          const { stage, step } = gan().dataset;
          if (stage !== last) seen.push([stage, Number(step), performance.now()]);
          last = stage;
          if (stage === 'update_g') done(seen); else requestAnimationFrame(look);
        }; look(); })"""
    )
    names, steps, times = zip(*seen, strict=True)
    assert list(names) == FIRST + SECOND, "one by one, in the order in which they are played"
    assert set(steps[:-1]) == {steps[0]}, "the iteration is counted when G has moved"
    assert student.state.step == steps[0] + 1
    # How evenly is tested where no browser is needed (tests/js/stages.test.mjs); here, that they
    # take their share of the half: five sixths of two seconds.
    assert times[5] - times[0] > 0.5 * 2000 * 5 / 6
    assert student.state.status == "running"

    # one press takes over: the run rests, and the stages wait for the student
    student.until("gan().dataset.stage === 'generate'")
    watched.next.click()
    watched.lit("classify_d")
    student.until("s.status === 'paused'")
    student.page.wait_for_timeout(800)  # nothing goes on by itself
    watched.lit("classify_d")
    assert student.errors == []


def test_whatever_else_is_pressed_shows_the_rest_at_once(enter):
    watched = Watched(enter)
    student = watched.student
    start = student.pause()
    watched.open()
    for act in ("step", "step-g", "toggle"):
        before = student.state.step
        watched.next.click()
        student.until("gan().dataset.stage !== ''")
        student.press(act)
        student.until("s.step > arg", before)
        student.pause()
    assert student.state.step > start.step + 2

    watched.next.click()
    student.until("gan().dataset.stage !== ''")
    student.page.get_by_role("button", name=watched.say("live.view_charts")).click()
    expect(watched.inside).to_be_hidden()
    expect(student.view.locator(".strips")).to_be_visible()
    expect(student.view.locator(".note")).to_have_text(watched.say("live.half"))
    student.page.keyboard.press("s")  # a key does only what a button shows
    student.page.keyboard.press("g")
    student.until("s.step > arg", student.state.step - 1)


def test_a_run_at_full_pace_rests_before_it_is_taken_apart(enter):
    watched = Watched(enter)
    watched.open()
    watched.next.click()
    watched.student.until("s.status === 'paused'")
    watched.lit("sample")
    steps = {watched.student.state.step}
    for stage in FIRST[1:]:
        watched.next.click()
        watched.lit(stage)
        steps.add(watched.student.state.step)
    assert len(steps) == 1


ORDERS = {
    "simultaneous": ([*FIRST[:5], *SECOND[:3], "update_d"], ["update_g"]),
    "unfrozen-d": (FIRST, [*SECOND[:3], "mislead", "update_g"]),
}


@pytest.mark.parametrize("rule", ORDERS)
@pytest.mark.slow
def test_each_update_rule_shows_its_own_order(enter, rule):
    watched = Watched(enter, path=f"/playground?update={rule}&game=wasserstein")
    watched.student.pause()
    watched.open()
    for half in ORDERS[rule]:
        for stage in half:
            watched.next.click()
            watched.lit(stage)


def test_on_a_phone_with_little_motion_the_diagram_fits_and_says_all(enter):
    phone = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
    watched = Watched(enter, "ko", **phone)
    watched.student.pause()
    watched.open()
    before = watched.still()
    watched.next.click()
    watched.lit("sample")
    for stage in FIRST[1:]:
        assert watched.student.page.evaluate(PICTURE) == before
        watched.next.click()
        watched.lit(stage)
    watched.student.until(OTHER_PICTURE, before)
    place = watched.inside.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert watched.student.page.evaluate("document.documentElement.scrollWidth") <= 390
    button = watched.next.bounding_box()
    assert button["height"] >= 44

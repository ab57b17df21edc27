"""Data on a line: the picture with densities, D's curve and the lines from z to x."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
LINE = "/playground?data=mixture-1d&latent.dim=1"
# The share of the pixels of a box (in parts of the canvas) that have a hue.
COUNT = """([left, top, right, bottom, hue]) => {
  const canvas = ganCanvas(), { width, height } = canvas;
  const [x, y] = [Math.round(left * width), Math.round(top * height)];
  const [w, h] = [Math.round((right - left) * width), Math.round((bottom - top) * height)];
  const { data } = canvas.getContext('2d').getImageData(x, y, w, h);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const lean = data[i] - data[i + 2]; // red over blue
    if (hue === 'orange' ? lean > 90 : lean < -90) count += 1;
  }
  return count / (w * h);
}"""
CURVES, CIRCLES, TRIANGLES = (
    (0.08, 0.1, 0.92, 0.53),
    (0.08, 0.57, 0.92, 0.63),
    (0.08, 0.64, 0.92, 0.69),
)
THREAD = (0.08, 0.72, 0.92, 0.92)


@pytest.fixture
def line(enter):
    """A student who watches data on a line, in light colours."""
    return enter(LINE, color_scheme="light").alive()


def share(student, box, hue):
    """Return the share of a box that has a hue."""
    return student.page.evaluate(COUNT, [*box, hue])


def test_curves_samples_and_lines_lie_where_they_belong(line):
    expect(line.view).to_have_attribute("data-dim", "1")
    line.pause()
    for hue, place in (("blue", CIRCLES), ("orange", TRIANGLES)):
        other = "orange" if hue == "blue" else "blue"
        assert share(line, place, hue) > 0.05
        assert share(line, place, other) == 0
        assert share(line, CURVES, hue) > 0.002
    assert share(line, THREAD, "blue") == 0
    assert line.errors == []


def test_the_layers_mean_the_same_as_in_the_plane(line):
    line.pause()
    grid = line.view.locator('[data-layer="grid"]')
    few = share(line, THREAD, "orange")
    grid.click()
    expect(grid).to_have_attribute("aria-pressed", "true")
    line.page.wait_for_function(f"arg => ({COUNT})(arg) > {few}", arg=[*THREAD, "orange"])
    for layer, hue, places in (
        ("real", "blue", (CIRCLES, CURVES)),
        ("fake", "orange", (TRIANGLES, CURVES)),
    ):
        line.view.locator(f'[data-layer="{layer}"]').click()
        for place in places:
            line.page.wait_for_function(f"arg => ({COUNT})(arg) === 0", arg=[*place, hue])
    for layer in ("field", "arrows"):
        seen = line.page.evaluate("ganCanvas().toDataURL()")
        line.view.locator(f'[data-layer="{layer}"]').click()
        line.until("ganCanvas().toDataURL() !== arg", seen)


def test_its_words_speak_of_a_line(line):
    say = line.words.say
    expect(line.view.locator('[data-layer="grid"]')).to_have_text(say("live.layer_grid_line"))
    line.until("ganCanvas().getAttribute('aria-label').includes(arg)", say("live.summary_line"))


def test_from_the_line_to_the_plane_and_back(line):
    line.mark_canvas()
    start = line.state
    line.choose("data", line.words.say("settings.choice.data.ring"))
    line.until("s.epoch > arg && gan().dataset.dim === '2'", start.epoch)
    line.goes_on()
    line.pause()
    expect(line.view.locator('[data-layer="grid"]')).to_have_text(line.words.say("live.layer_grid"))
    # Nothing of the line is left: with all layers hidden the square is empty.
    for layer in ("real", "fake", "field"):
        line.view.locator(f'[data-layer="{layer}"]').click()
    line.until(
        """(() => { const c = ganCanvas(), all = new Uint32Array(
        c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
        return all.every((pixel) => pixel === all[0]); })()"""
    )
    for layer in ("real", "fake", "field"):
        line.view.locator(f'[data-layer="{layer}"]').click()
    epoch = line.state.epoch
    line.choose("data", line.words.say("settings.choice.data.mixture-1d"))
    line.until("s.epoch > arg && gan().dataset.dim === '1'", epoch)
    line.until(f"({COUNT})(arg) > 0.05", [*CIRCLES, "blue"])
    assert line.same_canvas
    assert len(line.live_sockets) == 1
    assert line.errors == []

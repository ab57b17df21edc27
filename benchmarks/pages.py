"""How fast the sketches of the theory pages follow the hand, in a real browser.

``python dev.py bench pages [--json]``: starts the app, opens each page that has a sketch in a
headless Chromium (GAN_BROWSER, or the first that is found) at 1440 x 900, presses arrow keys on
each of its sliders and handles, in turn, and measures there.

move_ms      from the key event in the page to the moment after the frame in which the browser has
             painted the new curves; p50 and p95 over all moves
opening_ms   from the start of the navigation until something on the page has moved by itself;
             fresh browser profile, warm server, median

It exits with 1 if a page's p95 is above 150 ms.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.live import FLAGS, find_browser, say, serve
from ui.sketch.knobs import Option
from ui.sketch.pages import SKETCHES

MOVES, OPENINGS, BOUND = 16, 3, 150.0
KEYS = ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
# The sketch lives in an open shadow root. A move is painted when a task runs after the next frame.
SPY = """
window.inside = (selector) => {
  const deeper = ({ shadowRoot }) => shadowRoot ? search(shadowRoot) : [];
  const search = (node) => [
    ...node.querySelectorAll(selector),
    ...[...node.querySelectorAll('*')].flatMap(deeper),
  ];
  return search(document);
};
window.moves = [];
addEventListener('keydown', () => {
  const began = performance.now();
  const sketch = window.inside('.gan-sketch')[0];
  const before = sketch?.dataset.drawn;
  const took = () => performance.now() - began;
  const look = () => requestAnimationFrame(() => setTimeout(() => {
    const drawn = sketch.dataset.drawn !== before;
    if (drawn || took() > 2000) window.moves.push(drawn ? took() : null);
    else look();
  }));
  if (sketch) look();
}, true);
window.shown = () => {
  const [sketch] = window.inside('.gan-sketch');
  const [live] = window.inside('.gan-live');
  const shape = (one) => one.getAttribute('d') ?? one.getAttribute('transform');
  const shapes = [...(sketch?.querySelectorAll('[d],[transform]') ?? [])].map(shape);
  return [sketch?.textContent, shapes, live?.dataset.step].join('|');
};
"""
MOVING = """() => {
  const now = window.shown();
  const moved = window.first !== undefined && now !== window.first && now.length > 10;
  if (now.length > 10) window.first ??= now;
  return moved;
}"""
KNOBS = ".gan-sketch [role=slider], .gan-sketch input[type=range]"


def visit(browser: Browser, base: str, slug: str) -> Page:
    """Open a page as somebody new."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(30_000)
    page.add_init_script(SPY)
    page.goto(f"{base}/{slug}")
    return page


def openings(browser: Browser, base: str, slug: str) -> list[float]:
    """Return how long it took until something moved, in ms."""
    found = []
    for _ in range(OPENINGS):
        began = time.perf_counter()
        page = visit(browser, base, slug)
        page.wait_for_function(MOVING, polling="raf")
        found.append(1000 * (time.perf_counter() - began))
        page.context.close()
    return found


def moves(browser: Browser, base: str, slug: str) -> list[float]:
    """Return how long each move of each slider and handle took, in ms, in every scene."""
    scene = SKETCHES[slug].get("scene")
    scenes = scene.options if isinstance(scene, Option) else ("",)
    found: list[float] = []
    for one in scenes:
        page = visit(browser, base, f"{slug}?at.scene={one}" if one else slug)
        page.wait_for_function("(all) => window.inside(all).length", arg=KNOBS)
        page.wait_for_timeout(1500)
        count = page.evaluate(
            """(all) => (window.knobs = window.inside(all)
              .filter((one) => one.checkVisibility())).length""",
            KNOBS,
        )
        for number in range(count):
            page.evaluate("(n) => window.knobs[n].focus({ preventScroll: true })", number)
            for press in range(MOVES):
                before = page.evaluate("window.moves.length")
                page.keyboard.press(KEYS[press % len(KEYS)])
                page.wait_for_function("(n) => window.moves.length > n", arg=before)
        found += [one for one in page.evaluate("window.moves") if one is not None]
        page.context.close()
    return found


def spread(values: list[float]) -> dict[str, float]:
    """Return count, median and 95th percentile."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"n": len(values), "p50": round(statistics.median(values), 1), "p95": round(cuts[-1], 1)}


def main() -> int:
    """Measure all pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    options = parser.parse_args()
    result: dict[str, Any] = {}
    with serve() as (base, _), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_browser(play), args=list(FLAGS))
        visit(browser, base, "playground").wait_for_timeout(4000)  # the server is warm then
        for slug in SKETCHES:
            opened = openings(browser, base, slug)
            result[slug] = {
                "move_ms": spread(moves(browser, base, slug)),
                "opening_ms": round(statistics.median(opened)),
            }
            say(f"{slug:<18} {result[slug]}")
        browser.close()
    slow = [slug for slug, found in result.items() if found["move_ms"]["p95"] > BOUND]
    print(json.dumps({"bound_ms": BOUND, "slow": slow, **result}) if options.json else result)
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())

"""Half an hour of one open Playground: what grows, if anything does.

``python dev.py bench memory [--json] [--minutes N]``: starts the app, opens the playground in a
headless Chromium at 10 updates/s, and looks at the memory twice a minute. Each process counts with
what it does not share with others (USS). The first `WARM` minutes fill what is bounded: the
history, the moments of the time slider, the caches. After them nothing may grow.

mib              server, worker and browser (all its processes), and the page's JavaScript heap
                 after a collection: at the beginning, after warming up, and at the end
mib_per_hour     the slope after warming up, by least squares; `broken` names whoever is above
                 `STEEPEST`
nodes            elements and texts of the page, after warming up and at the end
updates          frames drawn per second over the whole time
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import Any, Final

import psutil
from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.live import BROWSER_PARTS, FLAGS, conclude, find_browser, say, serve

EVERY: Final = 30.0
"""Seconds."""
WARM: Final = 6.0
"""Minutes."""
STEEPEST: Final = {"server": 20.0, "worker": 20.0, "browser": 60.0, "heap": 10.0}
"""MiB per hour."""
MIB: Final = 2**20
RATE: Final = 10
# Asks for another rate than the page does, and counts what has been drawn; keeps nothing.
COUNTER: Final = """
window.acknowledged = 0;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) {
  if (typeof text === 'string' && text.startsWith('{"ack"')) window.acknowledged += 1;
  return send.call(this, /^{"rate"/.test(text) ? '{"rate":RATE}' : text);
};
"""


def browser_processes() -> list[psutil.Process]:
    """Return all processes of the browser that this one has started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if any(word.startswith(BROWSER_PARTS) for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def unshared(processes: list[psutil.Process]) -> float:
    """Return the memory in MiB that processes hold for themselves."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().uss
        except psutil.Error:
            continue
    return total / MIB


def look(page: Page, tools: CDPSession, server: psutil.Process) -> dict[str, float]:
    """Return the memory of everyone now, and the page's size."""
    tools.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    workers = [p for p in server.children() if "gan_core.engine.worker" in " ".join(p.cmdline())]
    return {
        "minute": time.monotonic() / 60,
        "server": unshared([server]),
        "worker": max((unshared([one]) for one in workers), default=0.0),
        "browser": unshared(browser_processes()),
        "heap": metrics["JSHeapUsedSize"] / MIB,
        "nodes": metrics["Nodes"],
        "drawn": page.evaluate("window.acknowledged"),
    }


def slope(looks: list[dict[str, float]], name: str) -> float:
    """Return by how many MiB per hour something grows."""
    fit = statistics.linear_regression(
        [one["minute"] / 60 for one in looks], [one[name] for one in looks]
    )
    return fit.slope


def summary(looks: list[dict[str, float]]) -> dict[str, Any]:
    """Return the result of a series of looks."""
    begin = looks[0]["minute"]
    warm = [
        one
        for one in looks
        if one["minute"] - begin >= min(WARM, (looks[-1]["minute"] - begin) / 2)
    ]
    warm = warm if len(warm) > 2 else looks
    grown = {name: slope(warm, name) for name in STEEPEST}
    first, middle, last = looks[0], warm[0], looks[-1]
    seconds = 60 * (last["minute"] - begin)
    return {
        "minutes": round(seconds / 60, 1),
        "mib": {name: [round(one[name], 1) for one in (first, middle, last)] for name in STEEPEST},
        "mib_per_hour": {name: round(value, 1) for name, value in grown.items()},
        "nodes": [round(middle["nodes"]), round(last["nodes"])],
        "updates": round((last["drawn"] - first["drawn"]) / seconds, 2),
        "broken": [name for name, value in grown.items() if value > STEEPEST[name]],
    }


def measure(minutes: float) -> dict[str, Any]:
    """Watch, and return what grew."""
    with serve() as (base, server), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_browser(play), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        page = context.new_page()
        page.add_init_script(COUNTER.replace("RATE", str(RATE)))
        page.goto(f"{base}/playground", wait_until="commit")
        page.wait_for_function("window.acknowledged > 20", timeout=60_000)
        tools = context.new_cdp_session(page)
        tools.send("Performance.enable")
        end, looks = time.monotonic() + 60 * minutes, []
        while time.monotonic() < end:
            looks.append(look(page, tools, server))
            told = looks[-1] | {"minute": looks[-1]["minute"] - looks[0]["minute"]}
            say(" ".join(f"{name} {value:.1f}" for name, value in told.items()))
            page.wait_for_timeout(min(EVERY, max(0.1, end - time.monotonic())) * 1000)
        looks.append(look(page, tools, server))
        browser.close()
    return summary(looks)


def main() -> int:
    """Run and print; the last line is one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args()
    return conclude(measure(options.minutes), options)


if __name__ == "__main__":
    sys.exit(main())

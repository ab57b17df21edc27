"""The live view in a real browser, from the student's side of the wire.

``python dev.py bench live [--json] [--seconds N]``: starts the app, opens the playground in a
headless Chromium (GAN_BROWSER, or the first that is found) at 1440 x 900, and measures there. The
product knows nothing of it: a script that the page loads first wraps the browser's WebSocket, and
an acknowledgement, which the view sends right after it has drawn a frame, is what "drawn" means.

first_frame_ms   from the start of the navigation to the first drawn frame in which the run has
                 moved; fresh browser profile, warm server
updates          frames drawn per second, at 10/s and 30/s asked, at the preset's pace and (full)
                 with the worker training as fast as it can
slider_ms        from the key press on a learning rate's slider, which acts on the running
                 experiment, to the first drawn frame whose points move at the new rate
restart_ms       the same for a slider that begins the run anew (the radius of the data)
pace_ms          the same for the pace, whose slider belongs to the view
cpu              per cent of one core while one page is watched at 10/s
bytes_per_update mean size of a frame at 10/s
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, Locator, Page, Playwright, sync_playwright

from tests.engine.waiting import answers, free_port

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
OPENINGS, MOVES = 5, 24
BROWSER_PARTS = ("--headless", "--type=")
SPY = (ROOT / "benchmarks" / "live.js").read_text(encoding="utf-8")
MOVING = "drawn.length >= 2 && drawn.at(-1).step > drawn[0].step"


def say(text: str) -> None:
    """Tell the progress; stdout stays free for the result."""
    print(text, file=sys.stderr, flush=True)


def conclude(result: dict[str, Any], options: argparse.Namespace) -> int:
    """Print, with one JSON object on the last line; return the exit code."""
    if not options.json:
        print(json.dumps(result, indent=1))
    print(json.dumps(result))
    return 1 if result.get("broken") else 0


def find_browser(play: Playwright) -> str:
    """Return the browser's file."""
    named = os.environ.get("GAN_BROWSER", "")
    for name in (named, *NAMES, "msedge", play.chromium.executable_path):
        if name and (found := shutil.which(name)):
            return found
    raise SystemExit("no Chrome or Chromium on this machine; name one in GAN_BROWSER")


@contextlib.contextmanager
def serve() -> Iterator[tuple[str, psutil.Process]]:
    """Run the app; yield its address and its process."""
    port = free_port()
    base = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 60
            while not answers(base):
                if server.poll() is not None or time.monotonic() > end:
                    raise SystemExit("the app does not start: python dev.py app says why")
                time.sleep(0.1)
            yield base, psutil.Process(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def visit(browser: Browser, base: str, *, rate: int = 0, query: str = "") -> Page:
    """Open the playground in a fresh profile; return once the run moves."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.add_init_script(SPY.replace("ASKED", str(rate)))
    page.goto(f"{base}/playground{query}", wait_until="commit")
    page.wait_for_function(MOVING, timeout=60_000)
    return page


def first_frames(browser: Browser, base: str) -> list[float]:
    """Return ms from navigation to the first moving frame, for each opening."""
    found = []
    for _ in range(OPENINGS):
        page = visit(browser, base)
        found.append(page.evaluate("drawn.find((frame) => frame.step > drawn[0].step).at"))
        page.context.close()
    return found


def spent(server: psutil.Process) -> dict[str, float]:
    """Return CPU seconds so far: of the server alone, its workers, and the browser."""

    def total(processes: list[psutil.Process]) -> float:
        used = 0.0
        for process in processes:
            with contextlib.suppress(psutil.Error):
                used += sum(process.cpu_times()[:2])
        return used

    mine = psutil.Process().children(recursive=True)
    browser = [p for p in mine if any(word.startswith(BROWSER_PARTS) for word in _command(p))]
    return {
        "server": total([server]),
        "worker": total(server.children(recursive=True)),
        "browser": total(browser),
    }


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def watch(page: Page, seconds: float) -> list[dict[str, float]]:
    """Return the frames drawn within some seconds."""
    page.wait_for_timeout(2000)  # past the opening
    page.evaluate("drawn.length = 0; window.from = performance.now()")
    page.wait_for_timeout(seconds * 1000)
    return page.evaluate("drawn.map((f) => ({ ...f, at: (f.at - window.from) / 1000 }))")


def rate_of(frames: list[dict[str, float]]) -> float:
    """Return frames per second."""
    return (len(frames) - 1) / (frames[-1]["at"] - frames[0]["at"])


def watched(browser: Browser, base: str, server: psutil.Process, seconds: float) -> dict[str, Any]:
    """Measure updates/s, bytes and CPU."""
    result: dict[str, Any] = {"updates": {}}
    for name, rate, full in (("at_10", 10, False), ("at_30", 30, False), ("at_30_full", 30, True)):
        say(f"watching for {seconds:g} s at {rate}/s asked{', full pace' if full else ''}")
        page = visit(browser, base, rate=rate)
        if full:
            page.locator("[data-pace]").press("End")
        page.wait_for_timeout(1000)
        before, began = spent(server), time.monotonic()
        frames = watch(page, seconds)
        after, took = spent(server), time.monotonic() - began
        result["updates"][name] = round(rate_of(frames), 1)
        if name == "at_10":
            result["bytes_per_update"] = round(statistics.mean(f["bytes"] for f in frames))
            result["cpu"] = {who: round(100 * (after[who] - before[who]) / took) for who in after}
        page.context.close()
    return result


def quantiles(values: list[float]) -> dict[str, float]:
    """Return the middle and the slow end."""
    slow = statistics.quantiles(values, n=20, method="inclusive")[-1]
    return {"p50": round(statistics.median(values)), "p95": round(slow), "n": len(values)}


def waited(page: Page, reflects: str, arg: object = None) -> float:
    """Return ms from the last key press to the first frame drawn after it that `reflects` it."""
    test = f"(arg) => drawn.some((f) => f.at > keyAt && ({reflects}))"
    page.wait_for_function(test, arg=arg, timeout=20_000, polling=20)
    return page.evaluate(
        f"(arg) => drawn.find((f) => f.at > keyAt && ({reflects})).at - keyAt", arg
    )


def settle(page: Page) -> None:
    """Let everything of the last move come to rest, at another phase of the frames each time."""
    page.wait_for_timeout(400 + 37 * (time.monotonic_ns() % 7))
    page.evaluate("drawn.length = 0")


def slider(page: Page, path: str) -> Locator:
    """Return a slider of the page."""
    key = f"st-key-playground-{path.replace('.', '-')}"
    return page.locator(f'[class*="{key}"]').get_by_role("slider")


def learning_rate(page: Page) -> list[float]:
    """Move G's learning rate from nearly nothing, where the points rest, to the top."""
    found = []
    knob = slider(page, "g_optimizer.lr")
    for _ in range(MOVES):
        page.evaluate('live.send(\'{"do": "reset"}\')')
        settle(page)
        page.wait_for_function("drawn.length > 2")
        rest = page.evaluate("Math.max(...drawn.slice(1).map((f) => f.moved))")
        knob.press("End")
        found.append(waited(page, "f.moved > arg", 8 * rest + 20))
        settle(page)
        knob.press("Home")
        settle(page)
    return found


def radius(page: Page) -> list[float]:
    """Move the radius of the data: the run begins anew, and the picture is another one."""
    found = []
    page.get_by_text("More settings").click()
    knob = slider(page, "data.radius")
    knob.wait_for()
    for move in range(MOVES):
        settle(page)
        page.wait_for_function("drawn.length > 0")
        epoch = page.evaluate("drawn.at(-1).epoch")
        knob.press("ArrowRight" if move % 2 else "ArrowLeft")
        found.append(waited(page, "f.epoch !== arg", epoch))
    return found


def pace(page: Page) -> list[float]:
    """Move the view's own slider."""
    found = []
    for move in range(MOVES):
        settle(page)
        page.wait_for_function("drawn.length > 0")
        before = page.evaluate("drawn.at(-1).pace")
        page.locator("[data-pace]").press("ArrowRight" if move % 2 else "ArrowLeft")
        found.append(waited(page, "f.pace !== arg", before))
    return found


def moved(browser: Browser, base: str) -> dict[str, Any]:
    """Measure how soon a hand's move is seen, at the rate that the page asks for by itself."""
    page = visit(browser, base, query="?g_optimizer.lr=0.00001&d_optimizer.lr=0.00001")
    canvas = page.locator(".gan-live .scene canvas")
    canvas.evaluate("(node) => { node.marked = true; }")
    result: dict[str, Any] = {}
    for name, move in (("slider_ms", learning_rate), ("restart_ms", radius), ("pace_ms", pace)):
        say(f"{name}: {MOVES} moves")
        result[name] = quantiles(move(page))
    result["canvas_kept"] = canvas.evaluate("(node) => node.marked === true")
    page.context.close()
    return result


def measure(seconds: float) -> dict[str, Any]:
    """Run everything."""
    with serve() as (base, server), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_browser(play), args=list(FLAGS))
        say("warming up")
        visit(browser, base).context.close()
        say(f"opening the page {OPENINGS} times")
        result: dict[str, Any] = {
            "first_frame_ms": round(statistics.median(first_frames(browser, base)))
        }
        result |= watched(browser, base, server, seconds)
        result |= moved(browser, base)
        browser.close()
    cores = psutil.cpu_count() or 1
    return result | {"cores": cores, "load": [round(part, 1) for part in psutil.getloadavg()]}


def main() -> None:
    """Measure and print; the last line is one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each watching")
    options = parser.parse_args()
    conclude(measure(options.seconds), options)


if __name__ == "__main__":
    main()

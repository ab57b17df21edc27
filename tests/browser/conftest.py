"""The real app, a real browser, and students who open it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.student import Student
from tests.engine.waiting import answers, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
KO_FIRST = ("ko", pytest.param("en", marks=pytest.mark.slow))
EN_FIRST = ("en", pytest.param("ko", marks=pytest.mark.slow))
"""Languages of a test whose second language is left to the slow ones."""
FAILED = pytest.StashKey[bool]()
Enter = Callable[..., Student]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def find_browser(play: Playwright) -> str:
    """Return the browser's file; skips the tests where there is none."""
    named = os.environ.get("GAN_BROWSER")
    if named == "":
        pytest.skip("no browser could be had (GAN_BROWSER is empty)")
    own = play.chromium.executable_path
    for name in (named,) if named else (*NAMES, "msedge", own):
        if found := shutil.which(name):
            return found
    pytest.skip(f"no browser: {named}" if named else "no Chrome or Chromium on this machine")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_browser(play), args=list(FLAGS))
        yield browser
        browser.close()


class Server:
    """The app as `streamlit run app.py` serves it."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.base = f"http://localhost:{port}"
        self.log = folder / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        home = {"HOME": str(folder), "USERPROFILE": str(folder)}  # nobody's own configuration
        with self.log.open("w") as log:
            self._popen = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | home, stdout=log, stderr=log
            )
        self.process = psutil.Process(self._popen.pid)

    def workers(self) -> list[psutil.Process]:
        children = self.process.children()
        return [p for p in children if "gan_core.engine.worker" in " ".join(p.cmdline())]

    def idle(self) -> bool:
        """Whether its workers have loaded: they use no time for half a second."""

        def spent() -> list[float]:
            return [sum(worker.cpu_times()[:2]) for worker in self.workers()]

        before = spent()
        time.sleep(0.5)
        return len(before) > 0 and spent() == before

    def stop(self) -> list[psutil.Process]:
        """End the server as a service manager does; return what is left of it."""
        all_of_it = [self.process, *self.process.children(recursive=True)]
        self._popen.send_signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(all_of_it, timeout=15)
        for process in alive:
            process.kill()
        self._popen.wait()
        return alive


@pytest.fixture(scope="session")
def server(chromium: Browser, tmp_path_factory) -> Iterator[Server]:
    assert chromium.is_connected()  # asked for first: without a browser no server is needed
    started = Server(tmp_path_factory.mktemp("server"))
    try:
        wait_until(lambda: answers(started.base), "the server answers", 60)
        wait_until(started.idle, "the server has workers, and they have loaded", 60)
        yield started
    finally:
        left = started.stop()
    assert left == [], "processes outlive the server"
    log = started.log.read_text(encoding="utf-8")
    assert "Traceback" not in log, log[-4000:]


def entrance(
    request: pytest.FixtureRequest, chromium: Browser, server: Server, folder: Path
) -> Iterator[Enter]:
    inside: list[Student] = []

    def enter(path: str = "/playground", *, lang: str = "en", **asked: object) -> Student:
        student = Student(chromium, server.base, **asked)
        inside.append(student)
        student.visit(path, lang)
        return student

    yield enter
    for number, student in enumerate(inside):
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name)
            student.screenshot(folder / f"{name}-{number}.png")
        student.leave()


@pytest.fixture
def enter(request, chromium, server, tmp_path) -> Iterator[Enter]:
    """Opens a page as a new student; with several calls, in several browsers."""
    yield from entrance(request, chromium, server, tmp_path)


@pytest.fixture
def student(enter) -> Student:
    """A student in the playground, with a run that moves."""
    return enter().alive()

"""A student at a browser: what they can do, and what they can see."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from filelock import FileLock
from playwright.sync_api import Browser, ConsoleMessage, Locator, expect

from ui.text import Words

T = TypeVar("T")
SECONDS = 20.0
"""How long a condition may take on a busy machine; the figures belong to the benchmark."""

expect.set_options(timeout=SECONDS * 1000)

DOOR = FileLock(Path(tempfile.gettempdir()) / "gan-classroom-door")
"""Pages are opened one at a time: that is most of what a visit costs the machine."""

# The view lives in an open shadow root, which document.querySelector does not enter.
FIND = """
window.gan = () => {
  if (window.ganFound?.isConnected) return window.ganFound;
  const search = (node) => {
    for (const one of node.querySelectorAll('*')) {
      if (one.matches('.gan-live')) return one;
      const inside = one.shadowRoot && search(one.shadowRoot);
      if (inside) return inside;
    }
  };
  window.ganFound = search(document);
  return window.ganFound;
};
window.ganCanvas = () => window.gan().querySelector('.scene canvas');
window.ganState = () => {
  const { status, step, frames, epoch } = window.gan()?.dataset ?? {};
  return { status, step: Number(step ?? -1), frames: Number(frames ?? 0), epoch: Number(epoch) };
};
"""


class State(dict[str, Any]):
    """status, step, frames and epoch at one moment."""

    __getattr__ = dict.__getitem__


class Student:
    """One browser context with one tab; `asked` goes to Playwright's `new_context`."""

    def __init__(self, browser: Browser, base: str, **asked: object) -> None:
        self.base = base
        defaults = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"}
        self.context = browser.new_context(**(defaults | asked))
        self.page = self.context.new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.add_init_script(FIND)
        self.errors: list[str] = []
        self.sockets: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda ws: self.sockets.append(ws.url))
        self.page.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        # On a page below "/" Streamlit's client looks for its server there first, in vain.
        probe = "/_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not probe:
            self.errors.append(f"{message.text} ({message.location.get('url')})")

    def _request(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(url)

    # -- coming and going

    def visit(self, path: str, lang: str = "") -> Student:
        """Open a path of the app, or a full address."""
        self.words = Words(lang or "en")
        address = path if path.startswith("http") else self.base + path
        join = "&" if "?" in address else "?"
        with DOOR:
            self.page.goto(f"{address}{join}{urlencode({'lang': lang})}" if lang else address)
            self.page.locator('[data-test-script-state="notRunning"]').wait_for()
        return self

    def leave(self) -> None:
        self.context.close()

    def screenshot(self, file: Path) -> None:
        self.page.screenshot(path=file)

    # -- seeing

    @property
    def view(self) -> Locator:
        return self.page.locator(".gan-live")

    @property
    def state(self) -> State:
        return State(self.page.evaluate("ganState()"))

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    @property
    def live_sockets(self) -> list[str]:
        return [url for url in self.sockets if "/live/ws" in url]

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers beside the picture."""
        nodes = "[...gan().querySelectorAll('[data-number]')]"
        read = f"{nodes}.map((node) => [node.dataset.number, node.textContent])"
        return dict(self.page.evaluate(read))

    def until(self, condition: str, arg: object = None, seconds: float = SECONDS) -> Student:
        """Wait for a condition on the view; `s` is its state, `arg` the argument."""
        test = f"(arg) => {{ const s = ganState(); return gan() && ({condition}); }}"
        self.page.wait_for_function(test, arg=arg, timeout=seconds * 1000, polling=40)
        return self

    def alive(self, seconds: float = SECONDS) -> Student:
        """Wait until the run moves."""
        self.until("s.status === 'running' && s.frames >= 2", seconds=seconds)
        return self.goes_on(seconds)

    def goes_on(self, seconds: float = SECONDS) -> Student:
        """Wait for a later iteration and further frames."""
        now = self.state
        return self.until("s.step > arg.step && s.frames > arg.frames + 1", dict(now), seconds)

    def asks(self, **wanted: str) -> None:
        """Wait until the address has these parameters."""
        self.page.wait_for_function(
            """(wanted) => { const has = new URLSearchParams(location.search);
            return Object.entries(wanted).every(([name, value]) => has.get(name) === value); }""",
            arg=wanted,
            polling=40,
        )

    def at_rest(self, look: str | Callable[[], T], seconds: float = 0.5) -> T:
        """Look, by a script or a call, until the same is seen again so many seconds later."""
        see = look if callable(look) else partial(self.page.evaluate, look)
        until, before = time.monotonic() + SECONDS, see()
        while time.monotonic() < until:
            self.page.wait_for_timeout(seconds * 1000)
            now = see()
            if now == before:
                return now
            before = now
        raise AssertionError("it never comes to rest")

    # -- doing

    def button(self, command: str) -> Locator:
        return self.view.locator(f'[data-do="{command}"]')

    def press(self, command: str) -> None:
        self.button(command).click()

    def pause(self) -> State:
        """Stand still, and return where."""
        self.until("['running', 'paused'].includes(s.status)")
        if self.state.status == "running":
            self.press("toggle")
        self.until("s.status === 'paused'")
        return self.state

    def label(self, path: str) -> str:
        return self.words.find(f"settings.full.{path}") or self.words.say(f"settings.label.{path}")

    def control(self, role: str, path: str) -> Locator:
        """A control of the page, by the field that it sets."""
        return self.page.get_by_role(role, name=self.label(path))

    def slider(self, path: str) -> Locator:
        return self.control("slider", path)

    def choose(self, path: str, name: str) -> None:
        """Pick from a select box, once it has come into view: it closes when the page scrolls."""
        self.control("combobox", path).evaluate(
            "(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
        )
        self.control("combobox", path).click()
        self.page.get_by_role("option", name=name, exact=True).click()

    def switch(self, name: str) -> None:
        """Press a segment of a segmented control: a preset, a language."""
        self.page.get_by_role("radio", name=name, exact=True).click()

    def predict(self, page: str, unit: str, option: str) -> None:
        """Answer the question of a lesson's unit, and lock it in."""
        question = f"{page}.question.{unit}"
        asked = self.page.get_by_role(
            "radiogroup", name=self.words.say(f"{question}.ask"), exact=True
        )
        asked.get_by_text(self.words.say(f"{question}.{option}"), exact=True).click()
        lock = self.page.locator(f".st-key-lock-{unit} button")
        lock.click()
        expect(lock).to_have_count(0)  # the page has heard it

    def mark_canvas(self) -> None:
        self.page.evaluate("ganCanvas().marked = true")

    @property
    def same_canvas(self) -> bool:
        return bool(self.page.evaluate("ganCanvas().marked === true"))

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

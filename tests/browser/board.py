"""The sketch of a page in front of a student: what it shows, and what they can do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from playwright.sync_api import Locator, expect

from tests.browser.student import Student

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class Board:
    """The sketch of the page that addresses and texts call `slug`."""

    counts = ":visible"
    """Which readings count; a page that has several scenes holds those of the others, hidden."""

    awaited = ""
    """What a sketch has as soon as it stands; nothing is done before."""

    def __init__(self, student: Student, slug: str) -> None:
        self.page, self.words, self.slug = student.page, student.words, slug
        self.root = self.page.locator(".gan-sketch")
        if self.awaited:
            self.root.locator(self.awaited).first.wait_for()

    @classmethod
    def opener(
        cls, enter: Callable[..., Student], slug: str
    ) -> Callable[..., tuple[Student, Self]]:
        """What opens the page; it returns the student and the board."""

        def open_page(query: str = "", lang: str = "en", **asked: object) -> tuple[Student, Self]:
            student = enter(f"/{slug}{query}", lang=lang, **asked)
            return student, cls(student, slug)

        return open_page

    # -- seeing

    def say(self, key: str, **blanks: object) -> str:
        """A text of the sketch."""
        return self.words.say(f"{self.slug}.sketch.{key}", **blanks)

    def reading(self, key: str) -> Locator:
        return self.root.locator(f"[data-reading={key}]{self.counts}")

    def reads(self, key: str, text: str) -> None:
        """Wait until a reading is this."""
        expect(self.reading(key)).to_have_text(text)

    def number(self, key: str) -> float | None:
        """A reading as a number; None where none is told."""
        text = self.reading(key).inner_text()
        if text in ("–", "?"):
            return None
        return float(text.strip("× ").replace("−", "-").replace("·10", "e").translate(RAISED))

    def done(self, unit: str, task: str, count: int = 1) -> None:
        """Wait until a task has its mark, or with 0 until it has none."""
        text = self.words.say(f"{self.slug}.task.{unit}.{task}")
        done = self.page.locator("p", has_text=text).filter(has_text=self.words.say("lesson.done"))
        expect(done).to_have_count(count)

    @property
    def marks(self) -> Locator:
        """The marks of all tasks that are done."""
        return self.page.locator(".st-key-task").get_by_text(self.words.say("lesson.done"))

    # -- doing

    def slider(self, name: str, **blanks: object) -> Locator:
        """A slider or a handle, by the key of its name."""
        named = self.root.get_by_role("slider", name=self.say(name, **blanks), exact=True)
        return named.locator("visible=true")

    def drag(self, handle: Locator, dx: float, dy: float = 0, *, steps: int) -> tuple[float, float]:
        """Pull a handle by so many pixels; return where it was."""
        box, mouse = handle.bounding_box(), self.page.mouse
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + dx, y + dy, steps=steps)
        mouse.up()
        return x, y

    def option(self, knob: str, option: str) -> Locator:
        said = self.say(f"option.{knob}.{option}")
        return self.root.get_by_role("radio", name=said, exact=True)

    def choose(self, knob: str, option: str) -> None:
        self.option(knob, option).click()

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=self.say(f"button.{name}"))

    def press(self, button: str) -> None:
        self.button(button).click()

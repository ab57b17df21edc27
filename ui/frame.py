"""The frame around a page: navigation, header, messages, prose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from ui import names, session
from ui.lesson import formula, progress
from ui.lessons import LESSONS
from ui.text import LANGUAGES, Words

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

    from ui.bench import Bench
    from ui.lessons import Lesson

# The address follows the settings; for the Back button a page is one entry all the same.
ONE_ENTRY: Final = """
if (!history.ganOneEntry) {
  history.ganOneEntry = history.pushState;
  history.pushState = function (state, unused, url) {
    const samePage = new URL(url ?? '', location).pathname === location.pathname;
    const write = samePage ? this.replaceState : this.ganOneEntry;
    return write.call(this, state, unused, url);
  };
}"""
STYLE: Final = Path(__file__).parent / "style.css"
MEND: Final = (Path(__file__).parent / "js" / "mend.js").read_text(encoding="utf-8")
ICON: Final = Path(__file__).parent.parent / "assets" / "theme" / "icon.svg"


def page(lesson: Lesson, words: Words) -> Page:
    """Return a lesson as a page of the navigation."""
    return st.Page(
        lesson.file,
        title=title(lesson, words),
        icon=None if lesson.group else lesson.icon,  # a lesson wears its progress (style.css)
        url_path="" if lesson.slug == "home" else lesson.slug,
        default=lesson.slug == "home",
    )


def title(lesson: Lesson, words: Words) -> str:
    """Return a lesson's name."""
    return words.say(f"shell.page.{lesson.slug}")


def sections(pages: dict[str, Page], words: Words) -> dict[str, list[Page]]:
    """Return the navigation: the pages that are there, under the names of their sections."""
    found: dict[str, list[Page]] = {}
    for lesson in LESSONS:
        name = words.say(f"shell.group.{lesson.group}") if lesson.group else ""
        found.setdefault(name, []).append(pages[lesson.slug])
    return found


def header(lesson: Lesson, words: Words) -> None:
    """Draw the language switch, the page's title and its goal."""
    st.html(STYLE)
    # The app's name above the navigation, where Streamlit has room for a picture alone; and what
    # stands in place of Streamlit's own words while the line is lost.
    said = f"--app-name: '{words.say('shell.app')}'; --line-lost: '{words.say('shell.lost')}'"
    st.html(f"<style>:root {{ {said} }}</style>")
    progress.marks(words)
    # For screen readers and line breaking; Streamlit leaves the document's language at "en".
    st.html(
        f"<script>document.documentElement.lang = {words.language!r}; {ONE_ENTRY}{MEND}</script>",
        unsafe_allow_javascript=True,
    )
    with st.container(key="language-bar", width="content"):
        st.segmented_control(
            words.say("shell.language"),
            list(LANGUAGES),
            required=True,
            key=(switch := session.language_switch_key()),
            default=session.first(switch),
            format_func=LANGUAGES.__getitem__,
            on_change=session.choose_language,
            label_visibility="collapsed",
        )
        st.button(
            words.say("lesson.desk" if session.projector() else "lesson.projector"),
            key="projector",
            icon=":material/slideshow:",
            type="tertiary",
            on_click=session.toggle_projector,
        )
    if session.projector():
        st.html("<style>:root { font-size: 24px }</style>")
    with st.container(key="header", gap="xsmall"):
        st.title(words.say(f"{lesson.slug}.title"), anchor=False)
        st.markdown(f":gray[{words.say(f'{lesson.slug}.goal')}]")


def problems(bench: Bench, words: Words) -> None:
    """Say what could not be taken over, where the student looks; nothing if all is well."""
    if not bench.problems:
        return
    said = [f"- {names.explain(words, error, bench.settings)}" for error in bench.problems]
    heading = words.say("errors.heading")
    st.warning(f"{heading}\n\n" + "\n".join(said), icon=":material/info:")


def scroll_up(bench: Bench) -> None:
    """Bring the picture into view after something below it, or above, has been started."""
    if bench.looks_up > bench.looked_up:
        bench.looked_up = bench.looks_up
        main = "document.querySelector('[data-testid=\"stMain\"]')"
        part = f"document.querySelector('.st-key-{bench.looks_at or 'none'}')"
        smooth = "behavior: 'smooth'"
        go = f"part ? part.scrollIntoView({{{smooth}}}) : {main}.scrollTo({{top: 0, {smooth}}})"
        # The number makes each script another one: the same would not run twice.
        st.html(
            f"<script>{{ const part = {part}; {go} }} // {bench.looks_up}</script>",
            unsafe_allow_javascript=True,
        )


def prose(words: Words, stem: str, *parts: str) -> None:
    """Draw parts of a page's prose in a column of readable width."""
    with st.container(key=f"prose-{parts[0]}"):
        for part in parts:
            formula.prose(words, stem, part)


def link(
    lesson: Lesson, words: Words, *, label: str = "", icon: str | None = None, **query: str
) -> None:
    """Draw a link to a lesson; `query` is what it opens there."""
    st.page_link(
        lesson.file,
        label=label or f"{lesson.code} {title(lesson, words)}".strip(),
        icon=icon,
        query_params=session.page_query(**query),
    )

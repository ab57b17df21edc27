"""The entry script: what all pages share. It runs at each rerun and then runs the page.

It lives here, and not beside a folder of pages, so that Streamlit never lists pages by itself.
"""

from __future__ import annotations

import streamlit as st

from ui import frame, session
from ui.lesson import desk
from ui.lessons import LESSONS
from ui.text import Words

words = Words(session.language())
st.set_page_config(
    page_title=words.say("shell.app"),
    page_icon=str(frame.ICON),  # a Material symbol would be fetched from the internet
    layout="wide",
    initial_sidebar_state=240,  # px; closed on a phone
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
pages = {lesson.slug: frame.page(lesson, words) for lesson in LESSONS}
current = st.navigation(frame.sections(pages, words), position="sidebar")
lesson = next(lesson for lesson in LESSONS if pages[lesson.slug] == current)
session.enter(lesson.slug)
frame.header(lesson, words)
current.run()
desk.keep()  # last, so that it moves nothing

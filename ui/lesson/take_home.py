"""What a student takes home: the report, the numbers, the picture, and the code."""

from __future__ import annotations

from datetime import date
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Final

import streamlit as st

from gan_core.script import NoCodeError, notebook, script
from ui import session
from ui.lesson import desk
from ui.lesson.notebook import LONGEST_REMARK
from ui.lesson.parts import answer_text
from ui.take_home.gif import gif
from ui.take_home.picture import picture, png
from ui.take_home.report import report
from ui.take_home.table import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ui.bench import Bench
    from ui.lesson.model import Unit
    from ui.text import Words

NAME: Final = "gan-classroom"
SETTLING: Final = 0.5
"""Seconds: pressing the report's button is what ends the typing; both arrive side by side."""


def panel(bench: Bench, words: Words, units: Mapping[str, Unit]) -> None:
    """Draw the popover with everything that can be taken home from the present run."""
    with st.popover(words.say("take_home.title"), icon=":material/download:", type="tertiary"):
        _remark(bench, words)
        name = f"{NAME}-{bench.preset.key}-{bench.settings.seed}"
        made = (
            ("report", f"{name}.html", "text/html", _report(bench, words, units)),
            ("table", f"{name}.csv", "text/csv", partial(_table, bench, words)),
            ("picture", f"{name}.png", "image/png", partial(_picture, bench, words)),
            ("film", f"{name}.gif", "image/gif", partial(_film, bench, words)),
            ("checkpoint", f"{name}.safetensors", "application/octet-stream", bench.save),
            ("script", f"{name}.py", "text/x-python", partial(_script, bench)),
            ("notebook", f"{name}.ipynb", "application/json", partial(_notebook, bench, words)),
        )
        for key, file, mime, data in made:
            if key in ("script", "notebook") and not _has_code(bench):
                continue
            st.download_button(
                words.say(f"take_home.button.{key}"),
                data=data,
                file_name=file,
                mime=mime,
                key=f"take-{key}",
                icon=ICONS[key],
                help=words.find(f"take_home.hint.{key}"),
                on_click="ignore",
                type="secondary" if key == "report" else "tertiary",
            )
        st.caption(words.say("take_home.open_again"))


ICONS: Final = {
    "report": ":material/description:",
    "table": ":material/table:",
    "picture": ":material/image:",
    "film": ":material/movie:",
    "checkpoint": ":material/save:",
    "script": ":material/code:",
    "notebook": ":material/terminal:",
}


@st.fragment
def _remark(bench: Bench, words: Words) -> None:
    """Take a note. What is noted reruns nothing else, so every button stays what it was."""
    st.text_area(
        words.say("take_home.remark"),
        value=session.notes(bench.page).remarks.get(bench.preset.key, ""),
        key=(key := f"remark-{bench.preset.key}"),
        max_chars=LONGEST_REMARK,
        height=100,
        on_change=desk.remark,
        args=(bench.page, bench.preset.key, key),
    )
    desk.keep("remark")


def _report(bench: Bench, words: Words, units: Mapping[str, Unit]) -> Callable[[], str]:
    """Return what makes the report; what only this script run knows is found out now."""
    unit, notes = units.get(bench.preset.key), session.notes(bench.page)
    question = prediction = ""
    if unit is not None:
        question = words.say(f"{bench.page}.question.{unit.key}.ask")
        said = notes.predictions.get(unit.key, "")
        prediction = answer_text(words, bench.page, unit, said) if said else ""
    link, today = session.link(bench), date.today().isoformat()
    key = bench.preset.key  # its remark is read late: see SETTLING

    def make() -> str:
        sleep(SETTLING)
        frame = bench.whole_frame()
        return report(
            words=words,
            preset=bench.preset,
            settings=bench.settings,
            frame=frame,
            history=frame.history,
            metrics=frame.metrics,
            question=question,
            prediction=prediction,
            answer=notes.remarks.get(key, ""),
            link=link,
            date=today,
        )

    return make


def _table(bench: Bench, words: Words) -> str:
    frame = bench.whole_frame()
    return table(words, frame.history, frame.metrics)


def _picture(bench: Bench, words: Words) -> bytes:
    return png(picture(bench.whole_frame(), words, size=960))


def _film(bench: Bench, words: Words) -> bytes:
    return gif(bench.moments(), words)


def _script(bench: Bench) -> str:
    return script(bench.settings, bench.preset.steps, bench.preset.key)


def _notebook(bench: Bench, words: Words) -> str:
    return notebook(bench.settings, bench.preset.steps, words.language, bench.preset.key)


def _has_code(bench: Bench) -> bool:
    try:
        _script(bench)
    except NoCodeError:
        return False
    return True

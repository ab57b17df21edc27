"""A report of one experiment: a single HTML file that needs nothing beside it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS
from ui import names
from ui.take_home.choices import changed_table, command, full_table
from ui.take_home.course import Course
from ui.take_home.findings import findings
from ui.take_home.legend import legend
from ui.take_home.markup import Html, fill, join
from ui.take_home.numbers import whole
from ui.take_home.page import document
from ui.take_home.picture import USUAL, picture, png

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from gan_core.presets import Preset
    from gan_core.settings import Settings
    from ui.text import Words

MOST_LETTERS: Final = 20_000
"""Of each text that a student writes."""
PICTURE: Final = 960
"""Pixels of the picture, which is shown at half its size: crisp on paper and on fine screens."""
LONGEST_WORD: Final = 36
"""Letters of a command's word that stay in one line on a phone."""


def report(
    *,
    words: Words,
    preset: Preset,
    settings: Settings,
    frame: Frame,
    history: NDArray[Any],
    metrics: NDArray[Any],
    question: str,
    prediction: str,
    answer: str,
    link: str,
    date: str,
    layers: Collection[str] = USUAL,
) -> str:
    """Return the report of an experiment.

    Parameters
    ----------
    words
        The student's language.
    preset, settings
        Where the experiment started from, and what it is.
    frame
        Its last frame.
    history, metrics
        All rows kept of `HISTORY_COLUMNS`, (n, 7), and of `METRIC_COLUMNS`, (m, 7).
    question, prediction, answer
        What was asked, and what the student wrote before and after: plain text, at most
        `MOST_LETTERS` letters each; an empty question is left out.
    link
        The address that reopens the experiment.
    date
        The day, as it shall be read.
    layers
        Layers of the picture; see `ui.take_home.picture.LAYERS`.

    Returns
    -------
    str
        An HTML document to be encoded as UTF-8. It refers to nothing but `link`.

    Raises
    ------
    ValueError
        If a text is too long, or an array has another number of columns.
    """
    for name, text in (("question", question), ("prediction", prediction), ("answer", answer)):
        if len(text) > MOST_LETTERS:
            raise ValueError(f"{name} has {len(text)} letters; the most is {MOST_LETTERS}")
    for name, rows, columns in (
        ("history", history, HISTORY_COLUMNS),
        ("metrics", metrics, METRIC_COLUMNS),
    ):
        if rows.ndim != 2 or rows.shape[1] != len(columns):
            raise ValueError(f"{name} has the shape {rows.shape}, not (rows, {len(columns)})")
    said = {"question": question, "prediction": prediction, "answer": answer}
    name = names.preset_name(words, preset)
    body = join(
        [
            _head(words, name, settings, frame, date),
            _first(words, frame, said, layers),
            _section(
                words,
                "course",
                fill(
                    '<div class="charts">{charts}</div>',
                    charts=Course(words, frame, history, metrics).charts(),
                ),
            ),
            _section(words, "findings", _numbers(words, settings, frame, history, metrics)),
            _section(
                words,
                "choices",
                join([changed_table(words, preset, settings), full_table(words, settings)]),
            ),
            _section(words, "again", _again(words, link, command(preset, settings, frame))),
        ]
    )
    kind = words.say("take_home.report.kind")
    return document(words.language, f"{name} · {kind}", body)


def _head(words: Words, name: str, settings: Settings, frame: Frame, date: str) -> Html:
    facts = {
        "date": date,
        "iterations": whole(frame.iteration),
        "seed": str(settings.seed),
    }
    items = [
        fill(
            "<li>{name} <b>{value}</b></li>", name=words.say(f"take_home.report.{key}"), value=value
        )
        for key, value in facts.items()
    ]
    return fill(
        '<header><p class="eyebrow">{app} · {kind}</p>\n<h1>{name}</h1>\n'
        '<ul class="facts">{facts}</ul></header>',
        app=words.say("shell.app"),
        kind=words.say("take_home.report.kind"),
        name=name,
        facts=join(items),
    )


def _first(words: Words, frame: Frame, said: dict[str, str], layers: Collection[str]) -> Html:
    """Return the picture with the student's words beside it."""
    key = "picture_line" if frame.dim == 1 else "picture"
    image = join(
        [
            fill(
                '<img class="{theme}" src="data:image/png;base64,{data}" width="{half}" '
                'height="{half}" alt="{alt}">',
                theme=theme,
                data=_embedded(frame, words, layers, dark=theme == "dark"),
                half=PICTURE // 2,
                alt=words.say(f"take_home.report.{key}", n=whole(frame.iteration)),
            )
            for theme in ("light", "dark")
        ]
    )
    return fill(
        '<div class="first"><figure class="picture">{image}\n{legend}</figure>\n'
        '<div class="told">{told}</div></div>',
        image=image,
        legend=legend(words, frame, layers),
        told=join([_warning(words, frame), *_told(words, said)]),
    )


def _embedded(frame: Frame, words: Words, layers: Collection[str], *, dark: bool) -> str:
    image = picture(frame, words, size=PICTURE, ratio=2, layers=layers, dark=dark)
    return b64encode(png(image)).decode()


def _warning(words: Words, frame: Frame) -> Html:
    if frame.status != "diverged":
        return Html()
    said = words.say("take_home.report.diverged", n=whole(frame.iteration))
    return fill('<p class="warning">{said}</p>', said=said)


def _told(words: Words, said: dict[str, str]) -> list[Html]:
    parts = []
    for key, text in said.items():
        written = text.strip()
        if key == "question" and not written:
            continue
        parts.append(
            fill(
                '<div class="{key}"><h2>{name}</h2>\n<p dir="auto"{quiet}>{text}</p></div>',
                key=key,
                name=words.say(f"take_home.report.{key}"),
                quiet=Html("" if written else ' class="quiet"'),
                text=written or words.say("take_home.report.nothing"),
            )
        )
    return parts


def _section(words: Words, key: str, content: Html) -> Html:
    return fill(
        '<section class="{key}-part"><h2>{name}</h2>\n{content}</section>',
        key=key,
        name=words.say(f"take_home.report.{key}"),
        content=content,
    )


def _numbers(
    words: Words,
    settings: Settings,
    frame: Frame,
    history: NDArray[Any],
    metrics: NDArray[Any],
) -> Html:
    rows = [
        fill(
            '<tr><th scope="row"><b>{name}</b><span>{meaning}</span></th>'
            "<td>{value}</td><td>{perfect}</td></tr>",
            name=found.name,
            meaning=found.meaning,
            value=found.value,
            perfect=found.perfect,
        )
        for found in findings(words, settings, frame, history, metrics)
    ]
    heads = [
        fill('<th scope="col">{name}</th>', name=words.say(f"take_home.report.{key}"))
        for key in ("quantity", "value", "perfect")
    ]
    table = fill(
        "<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>",
        heads=join(heads),
        rows=join(rows),
    )
    if len(metrics):
        return table
    said = words.say("take_home.report.unmeasured")
    return join([table, fill('<p class="quiet small">{said}</p>', said=said)])


def _again(words: Words, link: str, code: str) -> Html:
    return fill(
        '<div class="again"><div><p class="quiet">{about_link}</p><p>{link}</p></div>\n'
        '<div><p class="quiet">{about_code}</p><pre>{code}</pre></div>\n'
        '<p class="quiet small">{exact}</p></div>',
        about_link=words.say("take_home.report.link"),
        link=_anchor(link),
        about_code=words.say("take_home.report.command"),
        code=_unbroken(code),
        exact=words.say("take_home.report.exact"),
    )


def _unbroken(code: str) -> Html:
    """Return a command that wraps between its words, unless one is too long for a line."""
    template = "<span>{word}</span>"
    return Html(
        " ".join(
            fill(template if len(word) <= LONGEST_WORD else "{word}", word=word)
            for word in code.split(" ")
        )
    )


def _anchor(link: str) -> Html:
    """Return the link; anything but a web address is shown as text, not as a link."""
    try:
        safe = urlsplit(link).scheme in ("http", "https")
    except ValueError:
        safe = False
    return fill('<a href="{link}">{link}</a>' if safe else "{link}", link=link)

"""What happens with a drawing, a file or a text that a student hands in: taken, or refused.

A refusal changes nothing: the running experiment goes on.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gan_core.data.points import canonical
from gan_core.engine import EngineError
from gan_core.registry import Refused
from gan_core.settings import Settings, SettingsError
from ui import session
from ui.own_data.decode import (
    CHECKPOINT,
    LARGEST,
    Refusal,
    decode,
    is_checkpoint,
    largest,
    too_large,
)
from ui.own_data.fit import Fitted
from ui.own_data.reader import OwnPoints, read, read_text
from ui.own_data.state import DRAWING, FILE, PASTE

if TYPE_CHECKING:
    from ui.bench import Bench

AS_WRITTEN = ((0.0, 0.0), (1.0, 1.0))


def take_drawing(bench: Bench, key: str) -> None:
    """Take the drawing that the pad has just sent."""
    text = session.said(key, "use")
    if isinstance(text, str):
        try:
            use(bench, text)
        except SettingsError as error:  # nobody can draw such points, but anybody can send them
            bench.own.refuse(DRAWING, error)
        else:
            bench.own.accept(None, None)
            look_up(bench)


def take_file(bench: Bench, key: str) -> None:
    """Take the file that the picker has just sent: points, settings, or a checkpoint."""
    sent = session.said(key, "file")
    if not isinstance(sent, Mapping):
        return
    name = str(sent.get("name", ""))
    bench.own.files += 1
    try:
        data = _bytes(sent, name)
        if is_checkpoint(data) or name.lower().endswith(CHECKPOINT):
            _take_checkpoint(bench, data)
        elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            _take_settings(bench, decode(data))
        else:
            _take_points(bench, read(data), name)
    except (Refusal, SettingsError) as refusal:
        bench.own.refuse(FILE, refusal, name)


def take_paste(bench: Bench, key: str) -> None:
    """Take the text in the field for pasting."""
    text = bench.own.pasted = str(session.said(key) or "")
    try:
        if len(text.encode("utf-8", "replace")) > LARGEST:
            raise too_large(len(text))
        _take_points(bench, _pasted(text), "")
    except (Refusal, SettingsError) as refusal:
        bench.own.refuse(PASTE, refusal)


def _pasted(text: str) -> OwnPoints:
    """Return the points of a pasted text: in the app's own form, weights and all, or a table."""
    if ";" not in text:  # with semicolons it may be a table with decimal commas
        try:
            own = canonical(text)
        except Refused:  # far away, with a heading, too many: a table may have all that
            pass
        else:
            return OwnPoints(None, own, rows=own.count(";") + 1)
    return read_text(text)


def take_way(bench: Bench, key: str, ways: Mapping[str, str]) -> None:
    """Remember which tab is open, by its label."""
    bench.own.way = ways.get(str(session.said(key)), bench.own.way)


def keep_paste(bench: Bench, key: str) -> None:
    """Remember what is being written."""
    bench.own.pasted = str(session.said(key) or "")[:LARGEST]


def take_fit(bench: Bench, key: str) -> None:
    """Fit the points that were read into the picture in another way."""
    own, how = bench.own, session.said(key)
    if own.found is not None and own.found.cloud is not None and isinstance(how, str):
        own.fit = how
        own.fitted = own.found.cloud.fitted(how)
        use(bench, own.fitted.text)


def use(bench: Bench, text: str) -> None:
    """Begin the experiment anew with these points.

    Raises
    ------
    SettingsError
        If they are no points.
    """
    changes = {"data": "points", "data.points": text}
    bench.settings.with_changes(changes)  # a refusal belongs to where the points came from
    session.change(bench.page, changes)


def look_up(bench: Bench) -> None:
    """Bring the picture into view."""
    bench.looks_up += 1


def _take_points(bench: Bench, found: OwnPoints, name: str) -> None:
    fitted = Fitted(found.text, *AS_WRITTEN)
    if found.cloud is not None:
        fitted = found.cloud.fitted(bench.own.fit)
    use(bench, fitted.text)
    bench.own.accept(found, fitted, name)


def _take_settings(bench: Bench, text: str) -> None:
    """Begin the experiment that a file of settings describes."""
    settings = Settings.from_json(text)
    session.change(bench.page, settings.difference(bench.settings))
    bench.own.accept(None, None)
    bench.own.taken = "settings"


def _take_checkpoint(bench: Bench, data: bytes) -> None:
    """Go on with the experiment of a checkpoint, paused where it was saved."""
    try:
        bench.load(data)
    except (ValueError, EngineError):
        raise Refusal("no-checkpoint") from None
    bench.own.accept(None, None)
    bench.own.taken = "checkpoint"
    look_up(bench)


def _bytes(sent: Mapping[str, object], name: str) -> bytes:
    """Return a file's bytes."""
    size, written, most = sent.get("size"), sent.get("bytes"), largest(name)
    if isinstance(size, int | float) and size > most:
        raise too_large(min(size, 1e15), name)
    if not isinstance(written, str):
        raise Refusal("unreadable")
    if len(written) > 2 * most:
        raise too_large(len(written), name)
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("unreadable") from None

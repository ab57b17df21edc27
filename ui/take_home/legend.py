"""The legend under the report's picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.take_home.markup import Html, fill, join
from ui.take_home.plot import swatch

if TYPE_CHECKING:
    from collections.abc import Collection

    from gan_core.frame import Frame
    from ui.text import Words

_MARKS: Final = {
    "circle": '<circle cx="10" cy="6" r="4" fill="var(--real)"/>',
    "triangle": '<path d="M10 1.4 14.6 10H5.4Z" fill="var(--fake)"/>',
    "tint": '<path d="M1 1H10V11H1Z" fill="var(--fake)" fill-opacity="0.35"/>'
    '<path d="M10 1H19V11H10Z" fill="var(--real)" fill-opacity="0.35"/>',
    "mesh": '<path d="M1 3 19 2M1 9 19 10M5 1 4 11M12 1 14 11" fill="none" stroke="var(--fake)"/>',
    "arrow": '<path d="M2 6H17M13 2.5 17 6 13 9.5" fill="none" stroke="var(--ink)" '
    'stroke-width="1.4"/>',
}


def legend(words: Words, frame: Frame, layers: Collection[str]) -> Html:
    """Return what each mark of the picture stands for."""
    say, on_line = words.say, frame.dim == 1
    entries: list[tuple[str, Html, str]] = []
    if on_line:
        entries.append(("real", swatch("real", "dashed"), say("take_home.report.density_real")))
        entries.append(("fake", swatch("fake"), say("take_home.report.density_fake")))
        entries.append(("field", swatch("ink"), say("live.line_d")))
    entries.append(("real", _mark("circle"), say("live.layer_real")))
    entries.append(("fake", _mark("triangle"), say("live.layer_fake")))
    if not on_line:
        entries.append(("field", _mark("tint"), say("live.layer_field")))
    entries.append(("field", swatch("ink", "dashed"), say("take_home.report.undecided")))
    grid = "live.layer_grid_line" if on_line else "live.layer_grid"
    entries.append(("grid", _mark("mesh"), say(grid)))
    entries.append(("arrows", _mark("arrow"), say("live.layer_arrows")))
    pairs = [
        fill('<span class="pair">{mark}{name}</span>', mark=mark, name=name)
        for layer, mark, name in entries
        if layer in layers
    ]
    return fill('<figcaption class="legend">{pairs}</figcaption>', pairs=join(pairs))


def _mark(name: str) -> Html:
    return fill('<svg viewBox="0 0 20 12" aria-hidden="true">{mark}</svg>', mark=Html(_MARKS[name]))

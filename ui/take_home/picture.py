"""A frame as a picture that can be kept: what the canvas of the live view shows."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from ui.take_home.canvas import Canvas
from ui.take_home.line import density_top, draw_line
from ui.take_home.marks import share_outside
from ui.take_home.numbers import decimal
from ui.take_home.plane import draw_plane
from ui.take_home.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Collection

    from PIL import Image

    from gan_core.frame import Frame
    from ui.text import Words

LAYERS: Final = ("real", "fake", "field", "grid", "arrows")
USUAL: Final = ("real", "fake", "field")
SMALLEST, LARGEST = 120, 4096
"""Bounds of a picture's side, in pixels."""
_CLEAR_OF_AXIS: Final = 38
"""On a line the bottom of the picture is the z axis with its numbers."""


def picture(
    frame: Frame,
    words: Words,
    *,
    size: int = 520,
    ratio: float = 1.0,
    layers: Collection[str] = USUAL,
    dark: bool = False,
    caption: str = "",
    top: float | None = None,
) -> Image.Image:
    """Return the picture of a frame.

    Parameters
    ----------
    frame
        What to show.
    words
        The language of its few labels.
    size
        Pixels along each side, `SMALLEST` to `LARGEST`.
    ratio
        Pixels per unit of line widths and letters: 2 for a picture shown at half its size.
    layers
        Which of `LAYERS` to draw.
    dark
        Whether on a dark ground.
    caption
        A line for the corner.
    top
        End of the density axis of data on a line; by default as this frame needs it.

    Returns
    -------
    PIL.Image.Image
        RGB, size × size.

    Raises
    ------
    ValueError
        If the size or the ratio is out of bounds, or a layer is unknown.
    """
    _check(size, ratio, layers)
    canvas = Canvas(size, ratio, DARK if dark else LIGHT)
    if frame.dim == 1:
        draw_line(canvas, frame, layers, words, density_top(frame) if top is None else top)
    else:
        draw_plane(canvas, frame, layers)
    _notes(canvas, frame, words, layers, caption)
    return canvas.image


def png(image: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _check(size: int, ratio: float, layers: Collection[str]) -> None:
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"size = {size} is not a side from {SMALLEST} to {LARGEST} pixels")
    if not 0 < ratio <= size / SMALLEST:
        raise ValueError(f"ratio = {ratio} is not between 0 and {size / SMALLEST:g} at this size")
    if unknown := set(layers) - set(LAYERS):
        raise ValueError(f"layers: {min(unknown)!r} is unknown; there are {', '.join(LAYERS)}")


def _notes(
    canvas: Canvas, frame: Frame, words: Words, layers: Collection[str], caption: str
) -> None:
    """Write into the corners what the live view writes there."""
    inset = _CLEAR_OF_AXIS if frame.dim == 1 else 10
    canvas.note(caption, "left bottom", canvas.theme.ink, inset=inset)
    if "arrows" in layers and frame.arrow_scale:
        said = words.say("live.pull", n=decimal(frame.arrow_scale))
        canvas.note(said, "right bottom", canvas.theme.ink, inset=inset)
    away = share_outside(frame)
    if "fake" in layers and away >= 0.01:
        canvas.note(words.say("live.outside", n=round(100 * away)), "right top", canvas.theme.fake)

"""Frames as an animated GIF: one loop of how the fakes found the data, or did not."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from ui.take_home.line import density_top
from ui.take_home.numbers import whole
from ui.take_home.picture import USUAL, picture
from ui.take_home.theme import DARK, LIGHT, mix

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gan_core.frame import Frame
    from ui.take_home.theme import Theme
    from ui.text import Words

SIZE: Final = 400
MOST_FRAMES: Final = 120
MOST_BYTES: Final = 3_000_000
"""A GIF larger than this is made again with fewer colours, then with fewer frames."""
COLOURS: Final = (192, 96, 48)
REST: Final = 2000
"""Milliseconds for which the last frame rests."""
FASTEST: Final = 20
"""Milliseconds; browsers slow down what is faster."""
_SHARES: Final = (0.2, 0.4, 0.62, 0.75, 0.9, 1.0)
"""How strong marks are: a lone one, one above others, an edge."""
_LOOKED_AT: Final = 8
"""Pictures from which the palette is taken."""


def gif(
    frames: Sequence[Frame],
    words: Words,
    *,
    size: int = SIZE,
    pause: int = 100,
    layers: Collection[str] = USUAL,
    dark: bool = False,
) -> bytes:
    """Return frames as a GIF that repeats, with the iteration in its corner.

    Parameters
    ----------
    frames
        Of one epoch, each at a later iteration than the one before; of more than `MOST_FRAMES` so
        many are taken, evenly, with the first and the last among them.
    words
        The language of its few labels.
    size, layers, dark
        As in `ui.take_home.picture.picture`.
    pause
        Milliseconds from one frame to the next, at least `FASTEST`; the last one rests `REST`.

    Returns
    -------
    bytes
        A GIF file of at most `MOST_BYTES`, if fewer colours and half of the frames suffice for it.

    Raises
    ------
    ValueError
        If there is no frame, or they are not of one run in order, or a number is out of bounds.
    """
    _check(frames, pause)
    chosen = [frames[i] for i in evenly(len(frames), MOST_FRAMES)]
    top = max(density_top(frame) for frame in chosen) if chosen[0].dim == 1 else None
    pictures = []
    for frame in chosen:
        caption = words.say("take_home.iteration", n=whole(frame.iteration))
        pictures.append(
            picture(frame, words, size=size, layers=layers, dark=dark, caption=caption, top=top)
        )
    theme = DARK if dark else LIGHT
    for colours in COLOURS:
        file = _write(pictures, colours, pause, theme)
        if len(file) <= MOST_BYTES:
            return file
    half = [pictures[i] for i in evenly(len(pictures), -(-len(pictures) // 2))]
    return _write(half, COLOURS[-1], 2 * pause, theme)


def evenly(count: int, most: int) -> list[int]:
    """Return at most `most` (≥ 1) of the numbers 0 to count − 1, evenly, the last among them."""
    if count <= most:
        return list(range(count))
    places = np.linspace(0 if most > 1 else count - 1, count - 1, most).round()
    return [int(place) for place in places]


def _check(frames: Sequence[Frame], pause: int) -> None:
    if not frames:
        raise ValueError("frames: at least one is needed")
    if pause < FASTEST:
        raise ValueError(f"pause = {pause} is too short; the least is {FASTEST} ms")
    for before, after in pairwise(frames):
        if (before.epoch, before.dim) != (after.epoch, after.dim):
            raise ValueError(f"frames: epoch {after.epoch} after {before.epoch} is another run")
        if after.iteration <= before.iteration:
            raise ValueError(
                f"frames: iteration {after.iteration} does not come after {before.iteration}"
            )


def _write(pictures: Sequence[Image.Image], colours: int, pause: int, theme: Theme) -> bytes:
    palette = _palette(pictures, colours, theme)
    # no dithering: its noise would move in the still parts, and not compress
    cells = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in pictures]
    file = BytesIO()
    cells[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=cells[1:],
        duration=[*[pause] * (len(cells) - 1), REST],
        loop=0,
        optimize=True,
        disposal=1,
    )
    return file.getvalue()


def _palette(pictures: Sequence[Image.Image], colours: int, theme: Theme) -> Image.Image:
    """Return the palette that all pictures share.

    It holds the marks' own colours, paler and paler, because a palette that only counts pixels
    spends itself on the ground; the other colours come from a sheet of some of the pictures.
    """
    marks = [
        mix(ground, hue, part)
        for ground in (theme.ground, theme.ink)
        for hue in (theme.real, theme.fake)
        for part in _SHARES
    ]
    marks += [mix(theme.ground, theme.ink, part) for part in (0, *_SHARES)]
    some = [pictures[i] for i in evenly(len(pictures), _LOOKED_AT)]
    width, height = some[0].size
    sheet = Image.new("RGB", (width, height * len(some)))
    for i, image in enumerate(some):
        sheet.paste(image, (0, i * height))
    most = sheet.quantize(colours, Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(v for colour in marks for v in colour), *most])
    return palette

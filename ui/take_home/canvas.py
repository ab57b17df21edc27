"""A square to draw on with smooth edges, after the browser's canvas.

Whatever is drawn at once is one shape: where its parts overlap they do not darken each other. A
shape is cut out at four times the size, reduced to the share of each pixel that it covers, and then
laid on in one colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont, features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ui.take_home.theme import RGB, Theme

FINER: Final = 4
"""Steps per pixel at which a shape is cut out."""
FONT: Final = (
    Path(__file__).resolve().parent.parent / "static/fonts/Pretendard-Regular.subset.woff2"
)
Line = Sequence[tuple[float, float]]
"""A polyline, or a polygon, in pixels."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


class Canvas:
    """A square picture in the making.

    Parameters
    ----------
    size
        Pixels along each side.
    ratio
        Pixels per unit of line widths and letters.
    theme
        Its colours; the ground is already laid.
    """

    def __init__(self, size: int, ratio: float, theme: Theme) -> None:
        self.size, self.ratio, self.theme = size, ratio, theme
        self.image = Image.new("RGB", (size, size), theme.ground)

    def fill(
        self, shapes: Iterable[Line], colour: RGB, alpha: float = 1.0, clip: Box | None = None
    ) -> None:
        """Fill polygons."""
        mask, draw = self._mask()
        for shape in shapes:
            if len(shape) > 2:
                draw.polygon(_finer(shape), fill=255)
        self._lay(mask, colour, alpha, clip)

    def stroke(
        self,
        lines: Iterable[Line],
        width: float,
        colour: RGB,
        alpha: float = 1.0,
        *,
        dash: tuple[float, float] | None = None,
        clip: Box | None = None,
    ) -> None:
        """Draw polylines of one width, in units; `dash` is a mark and a gap, in units."""
        mask, draw = self._mask()
        pixels = max(1, round(width * self.ratio * FINER))
        for line in lines:
            for piece in dashes(line, *(part * self.ratio for part in dash)) if dash else [line]:
                draw.line(_finer(piece), fill=255, width=pixels, joint="curve")
        self._lay(mask, colour, alpha, clip)

    def text(self, said: str, x: float, y: float, anchor: str, points: float, colour: RGB) -> None:
        """Write one line; `anchor` as in Pillow, `points` in units."""
        draw = ImageDraw.Draw(self.image)
        font = _font(round(points * self.ratio))
        draw.text((x, y), said, font=font, anchor=anchor, fill=colour, features=_TABULAR)

    def note(self, said: str, corner: str, colour: RGB, *, inset: float = 10) -> None:
        """Write a quiet line into a corner ("left bottom", "right top", ...) on paler ground."""
        if not said:
            return
        unit, points = self.ratio, 13
        left = _font(round(points * unit)).getlength(said, features=_TABULAR)
        width, height = left + 16 * unit, 24 * unit
        x = 12 * unit if "left" in corner else self.size - 12 * unit - width
        y = inset * unit if "top" in corner else self.size - inset * unit - height
        place = (round(x), round(y), round(x + width), round(y + height))
        self.image.paste(
            self.theme.ground, place, Image.new("L", _extent(place), round(0.82 * 255))
        )
        self.text(said, x + 8 * unit, y + height / 2, "lm", points, colour)

    def stamp(self, marks: Sequence[Image.Image], colour: RGB, x: float, y: float) -> None:
        """Lay on a mark (`cut_marks`) with its middle at a place."""
        half = (marks[0].width - 1) // 2
        across, down = round(x * FINER), round(y * FINER)
        left, top = across // FINER, down // FINER
        mark = marks[across - left * FINER + FINER * (down - top * FINER)]
        self.image.paste(colour, (left - half, top - half), mark)

    def _mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        mask = Image.new("L", (self.size * FINER, self.size * FINER))
        return mask, ImageDraw.Draw(mask)

    def _lay(self, mask: Image.Image, colour: RGB, alpha: float, clip: Box | None) -> None:
        cover = mask.reduce(FINER)
        if alpha < 1:
            cover = cover.point([round(v * alpha) for v in range(256)])
        if clip is None:
            self.image.paste(colour, (0, 0), cover)
        else:
            left, top, right, bottom = (round(v) for v in clip)
            self.image.paste(colour, (left, top), cover.crop((left, top, right, bottom)))


def cut_marks(shape: Line, alpha: float) -> list[Image.Image]:
    """Return a small polygon around (0, 0) as masks, one for each quarter of a pixel both ways."""
    half = math.ceil(max(abs(v) for point in shape for v in point)) + 1
    finest = 4 * FINER
    marks = []
    for phase in range(FINER**2):
        right, down = half + phase % FINER / FINER, half + phase // FINER / FINER
        side = finest * (2 * half + 1)
        mask = Image.new("L", (side, side))
        points = [((x + right) * finest - 0.5, (y + down) * finest - 0.5) for x, y in shape]
        ImageDraw.Draw(mask).polygon(points, fill=round(255 * alpha))
        marks.append(mask.reduce(finest))
    return marks


def dashes(line: Line, mark: float, gap: float) -> list[Line]:
    """Return the pieces of a polyline that a pen draws which lifts for `gap` after each `mark`."""
    points = np.asarray(line, float)
    if len(points) < 2:
        return []
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    pieces: list[Line] = []
    for start in np.arange(0.0, along[-1], mark + gap):
        end = min(start + mark, along[-1])
        inner = points[(along > start) & (along < end)]
        ends = _at(points, along, np.array([start, end]))
        pieces.append([tuple(p) for p in np.concatenate([ends[:1], inner, ends[1:]]).tolist()])
    return pieces


def _at(
    points: NDArray[np.float64], along: NDArray[np.float64], way: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.stack([np.interp(way, along, points[:, k]) for k in range(2)], 1)


def _finer(line: Line) -> list[tuple[float, float]]:
    # Pillow's pixel (0, 0) has its middle at (0, 0), the canvas' at half a pixel
    return [(x * FINER - 0.5, y * FINER - 0.5) for x, y in line]


def _extent(place: tuple[int, int, int, int]) -> tuple[int, int]:
    return place[2] - place[0], place[3] - place[1]


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, max(6, pixels))


# Figures of one width, where Pillow can ask the font for them: a number that runs stays in place.
_TABULAR: Final = ["tnum"] if features.check("raqm") else None

"""Marks that the picture of the plane and that of the line share (as in `live/js/picture.js`)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from ui.take_home.canvas import Canvas, Line, cut_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from ui.take_home.canvas import Box

FIELD_STRENGTH: Final = 0.26
"""Strength of D's tint; the points must stay readable on it."""
FURTHEST: Final = 1.5
"""Where samples end up that ran away: as far beyond the view as half of it."""
_ARROW_SHARE: Final = 0.12
"""Length of an arrow of pull 10, as a share of the view."""
_WEAKEST_PULL: Final = 1e-3
"""Cost per data unit; what is weaker has no arrow."""


def across(values: NDArray[np.floating], extent: float) -> NDArray[np.float64]:
    """Return where data coordinates lie across the view, 0 to 1, and not too far beyond."""
    with np.errstate(over="ignore"):
        part = np.asarray(values, float) / (2 * extent) + 0.5
    return np.clip(np.nan_to_num(part, nan=FURTHEST), 1 - FURTHEST, FURTHEST)


def share_outside(frame: Frame) -> float:
    """Return the share of the fakes that lie outside the picture."""
    away = ~(np.abs(frame.fake) <= frame.extent).all(1)  # what is no number is outside, too
    return float(away.mean()) if len(frame.fake) else 0.0


def levels(frame: Frame) -> NDArray[np.float64]:
    """Return D's output on its grid as a share of its range, 0 to 1; the middle is undecided."""
    width = max(frame.score_high - frame.score_low, 1e-12)
    part = (np.asarray(frame.field, float) - frame.score_low) / width
    return np.clip(np.nan_to_num(part, nan=0.5), 0, 1)


def tint(canvas: Canvas, frame: Frame, box: Box, strength: float) -> None:
    """Colour a box by D's field: real's hue where D is above the middle, fake's below."""
    theme, lean = canvas.theme, 2 * levels(frame)[::-1] - 1  # row 0 of the field is the lowest
    hue = np.where(lean[..., None] > 0, theme.real, theme.fake)
    ground = np.array(theme.ground, float)
    colour = ground + np.abs(lean)[..., None] * strength * (hue - ground)
    left, top, right, bottom = (round(v) for v in box)
    size = (right - left, bottom - top)
    planes = [
        Image.fromarray(np.ascontiguousarray(colour[..., k], dtype=np.float32)).resize(
            size, Image.Resampling.BILINEAR
        )
        for k in range(3)
    ]
    pixels = np.stack([np.asarray(plane) for plane in planes], -1)
    canvas.image.paste(Image.fromarray(np.rint(pixels).astype(np.uint8)), (left, top))


def real_marks(canvas: Canvas) -> list[Image.Image]:
    """Return the circle of a real sample as masks to stamp."""
    turns = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    radius = _dot(canvas)
    circle = [(radius * math.cos(t), radius * math.sin(t)) for t in turns.tolist()]
    return cut_marks(circle, 0.75 if canvas.theme.dark else 0.62)


def fake_marks(canvas: Canvas) -> tuple[list[Image.Image], list[Image.Image]]:
    """Return the triangle of a generated sample as masks: its pale rim, then itself."""
    radius = _dot(canvas) * 1.5
    rim = radius + 1.1 * canvas.ratio  # half a stroke's width, at a corner of 60 degrees

    def triangle(r: float) -> Line:
        turns = [k * 2 * math.pi / 3 - math.pi / 2 for k in range(3)]
        return [(r * math.cos(t), r * math.sin(t) + radius * 0.15) for t in turns]

    return cut_marks(triangle(rim), 0.75), cut_marks(triangle(radius), 0.9)


def stamp_real(canvas: Canvas, places: NDArray[np.float64]) -> None:
    """Draw circles at places, (n, 2) pixels."""
    marks = real_marks(canvas)
    for x, y in places.tolist():
        canvas.stamp(marks, canvas.theme.real, x, y)


def stamp_fake(canvas: Canvas, places: NDArray[np.float64]) -> None:
    """Draw triangles at places, (n, 2) pixels; a pale rim parts neighbours."""
    rim, body = fake_marks(canvas)
    for x, y in places.tolist():
        canvas.stamp(rim, canvas.theme.ground, x, y)
        canvas.stamp(body, canvas.theme.fake, x, y)


def crosses(canvas: Canvas, places: NDArray[np.float64], weights: NDArray[np.floating]) -> None:
    """Draw crosses at the centres of modes, (m, 2) pixels; more of the data, longer arms."""
    lines: list[Line] = []
    for (x, y), weight in zip(places.tolist(), weights.tolist(), strict=True):
        arm = _dot(canvas) * 1.7 * max(0.6, math.sqrt(weight * len(places)))
        lines += [[(x - arm, y), (x + arm, y)], [(x, y - arm), (x, y + arm)]]
    canvas.stroke(lines, 1.2, canvas.theme.ink, 0.55)


def arrows(canvas: Canvas, given: Iterable[Sequence[float]]) -> None:
    """Draw arrows (x, y, dx, dy, pull); (dx, dy) has length 1, pull is in cost per data unit."""
    lines: list[Line] = []
    for x, y, ux, uy, pull in given:
        length = arrow_length(pull, canvas.size)
        if not length > 1.5 * canvas.ratio:
            continue  # too short to have a direction, or no number
        tip = (x + length * ux, y + length * uy)
        lines += [[(x, y), tip], head(tip, ux, uy, min(4.2 * canvas.ratio, length * 0.6))]
    canvas.stroke(lines, 3, canvas.theme.ground, 0.55)
    canvas.stroke(lines, 1.15, canvas.theme.ink, 0.85)


def arrow_length(pull: float, size: int) -> float:
    """Return the pixels of an arrow: each tenfold pull is one length more."""
    if not pull > 0:
        return 0.0
    return min(5.0, math.log10(pull / _WEAKEST_PULL)) * size * _ARROW_SHARE / 4


def head(tip: tuple[float, float], ux: float, uy: float, back: float) -> Line:
    """Return an arrow's head as a polyline through its tip."""
    x, y = tip
    return [
        (x - back * (ux + 0.5 * uy), y - back * (uy - 0.5 * ux)),
        tip,
        (x - back * (ux - 0.5 * uy), y - back * (uy + 0.5 * ux)),
    ]


def _dot(canvas: Canvas) -> float:
    return canvas.ratio * min(2.6, max(1.7, canvas.size / canvas.ratio / 230))

"""The picture of data on a line (as in `live/js/line.js`).

After figure 1 of Goodfellow et al. (2014), "Generative adversarial nets". Above: the density of the
data (dashed), that of the generator (solid), and D(x) on its own scale at the right. Below the
axis the samples, and lines from each latent z to its x = G(z).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ui.take_home import marks, warp
from ui.take_home.numbers import Range, nice_floor, tick

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from ui.take_home.canvas import Canvas, Line
    from ui.take_home.theme import RGB
    from ui.text import Words

_HEADROOM: Final = 1.15
"""Of the density axis over the data's highest peak."""
_TALLEST_PEAK: Final = 1.5
"""A collapsed generator's spike is cut here: it must not flatten the data."""
_ROOM_FOR_Z: Final = 1.08
_TINT: Final = 0.5
"""D's tint lies behind curves: half as strong as in the plane."""
_ARROWS: Final = 16
_GOLDEN: Final = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Plan:
    """Where the parts lie, in pixels: top and base of the curves, bands as (top, height)."""

    left: float
    right: float
    top: float
    base: float
    real: tuple[float, float]
    fake: tuple[float, float]
    landing: float
    latent: float

    def x(self, part: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places across the view for shares of it."""
        return self.left + part * (self.right - self.left)


def plan(size: float, ratio: float) -> Plan:
    """Return the plan of a square picture."""
    margin, base, band = max(38 * ratio, 0.065 * size), 0.54 * size, 0.042 * size
    real = base + 21 * ratio
    fake = real + band + 0.016 * size
    return Plan(
        left=margin,
        right=size - margin,
        top=34 * ratio,
        base=base,
        real=(real, band),
        fake=(fake, band),
        landing=fake + band + 0.016 * size,
        latent=size - 30 * ratio,
    )


def density_top(frame: Frame) -> float:
    """Return the end of the density axis that this frame needs: a round number."""
    data, fake = (float(row.max(initial=0)) for row in frame.density)
    needed = Range(0, 0.05)
    needed.include(max(_HEADROOM * data, min(fake, _TALLEST_PEAK * data if data > 0 else math.inf)))
    return needed.high


def draw_line(
    canvas: Canvas, frame: Frame, layers: Collection[str], words: Words, top: float
) -> None:
    """Draw the picture; `top` is the end of the density axis (`density_top`)."""
    at = plan(canvas.size, canvas.ratio)
    with_field = "field" in layers and frame.field.size > 0
    if with_field:
        box = (at.left, at.top, at.right, at.base)
        marks.tint(canvas, frame, box, marks.FIELD_STRENGTH * _TINT)
    if frame.warp.size and frame.latent.size:
        starts = at.x(0.5 + np.asarray(frame.latent, float) / _reach(frame) / 2)
        ends = at.x(marks.across(frame.warp.reshape(-1), frame.extent))
        warp.threads(canvas, starts, at.latent, ends, at.landing, all_="grid" in layers)
    _draw_axes(canvas, frame, at, words, top, with_field=with_field)
    if "real" in layers:
        marks.stamp_real(canvas, _band(frame, frame.real, at, at.real))
        middle = at.x(marks.across(frame.centres[:, 0], frame.extent))
        heights = np.full_like(middle, at.real[0] + at.real[1] / 2)
        marks.crosses(canvas, np.stack([middle, heights], 1), frame.weights)
    if frame.density.size:
        _draw_hills(canvas, frame, at, layers, top)
    if with_field:
        _draw_d(canvas, frame, at)
    if "fake" in layers:
        marks.stamp_fake(canvas, _band(frame, frame.fake, at, at.fake))
    if "arrows" in layers:
        _draw_pull(canvas, frame, at)


def curve(heights: NDArray[np.float64], at: Plan) -> Line:
    """Return the polyline through the middles of cells; heights from 0 (base) to 1 (top)."""
    x = at.x((np.arange(len(heights)) + 0.5) / len(heights))
    y = at.base - np.clip(heights, 0, 2) * (at.base - at.top)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _reach(frame: Frame) -> float:
    """Return half the width of the z axis: a little more than the largest latent."""
    return _ROOM_FOR_Z * float(np.abs(frame.latent).max(initial=0)) or 1.0


def _band(
    frame: Frame, x: NDArray[np.floating], at: Plan, band: tuple[float, float]
) -> NDArray[np.float64]:
    """Return places of samples, (n, 1), in a band: neighbours in number lie far apart in it."""
    across = at.x(marks.across(x[:, 0], frame.extent))
    return np.stack([across, band[0] + np.arange(len(x)) * _GOLDEN % 1 * band[1]], 1)


def _draw_hills(
    canvas: Canvas, frame: Frame, at: Plan, layers: Collection[str], top: float
) -> None:
    edge = (at.left, at.top - canvas.ratio, at.right, at.base + canvas.ratio)  # a spike leaves
    kinds = (("real", canvas.theme.real, (5.0, 3.5)), ("fake", canvas.theme.fake, None))
    for (layer, colour, dash), row in zip(kinds, np.asarray(frame.density, float), strict=True):
        if layer in layers:
            line = curve(row / top, at)
            foot = [(line[-1][0], at.base), (line[0][0], at.base)]
            canvas.fill([[*line, *foot]], colour, 0.2, edge)
            canvas.stroke([line], 1.8, colour, dash=dash, clip=edge)


def _draw_d(canvas: Canvas, frame: Frame, at: Plan) -> None:
    """Draw D(x), and the dashed line at which D cannot tell."""
    middle, ink = (at.top + at.base) / 2, canvas.theme.ink
    canvas.stroke([[(at.left, middle), (at.right, middle)]], 1, ink, 0.45, dash=(5, 4))
    width = 3 if frame.half else 2  # D has just moved: its curve stands out
    canvas.stroke([curve(marks.levels(frame).reshape(-1), at)], width, ink, 0.9)


def _draw_pull(canvas: Canvas, frame: Frame, at: Plan) -> None:
    count = min(len(frame.arrows), len(frame.fake))
    spots = _band(frame, frame.fake, at, at.fake)
    given = []
    for i in _even_ranks(frame.fake[:count, 0]):
        pull = float(frame.arrows[i, 0])
        way = math.copysign(1.0, pull)
        given.append((*spots[i].tolist(), way, 0.0, abs(pull) * frame.arrow_scale))
    marks.arrows(canvas, given)


def _even_ranks(samples: NDArray[np.floating]) -> list[int]:
    """Return a few samples that lie at even ranks."""
    order, count = np.argsort(samples, kind="stable"), min(_ARROWS, len(samples))
    ranks = [int((k + 0.5) * len(samples) / count) for k in range(count)]
    return [int(order[rank]) for rank in ranks]


def _draw_axes(
    canvas: Canvas, frame: Frame, at: Plan, words: Words, top: float, *, with_field: bool
) -> None:
    unit, theme = canvas.ratio, canvas.theme
    for y, strength in ((at.base, 0.7), (at.landing, 0.35), (at.latent, 0.7)):
        canvas.stroke([[(at.left, y), (at.right, y)]], 1, theme.muted, strength)
    _ends(canvas, at, frame.extent, at.base, words.say("live.line_x"))
    if frame.latent.size:
        _ends(canvas, at, _reach(frame), at.latent, words.say("live.line_z"))
    if frame.density.size:
        _name(canvas, words.say("live.line_density"), at.left, at.top - 10 * unit, "ld")
        canvas.text(tick(top), at.left - 6 * unit, at.top, "rm", 11, theme.muted)
        canvas.text("0", at.left - 6 * unit, at.base, "rm", 11, theme.muted)
    if with_field:
        _name(canvas, words.say("live.line_d"), at.right, at.top - 10 * unit, "rd")
        for i, mark in enumerate(scale_marks(frame.score_low, frame.score_high)):
            y = at.base - (at.base - at.top) * i / 2
            canvas.text(mark, at.right + 6 * unit, y, "lm", 11, theme.muted)


def scale_marks(low: float, high: float) -> list[str]:
    """Return the ends of D's scale and its middle, in as many digits as its width deserves."""
    digits = max(0, 1 - math.floor(math.log10((high - low) / 2 or 1)))
    return [tick(round(mark, min(digits, 20)) + 0.0) for mark in (low, (low + high) / 2, high)]


def _ends(canvas: Canvas, at: Plan, reach: float, y: float, name: str) -> None:
    """Mark both ends of a centred axis by round numbers, and name it in the middle."""
    unit, mark = canvas.ratio, nice_floor(reach)
    middle = (at.left + at.right) / 2
    for value in (-mark, mark):
        x = middle + value / reach * (at.right - at.left) / 2
        canvas.stroke([[(x, y), (x, y + 4 * unit)]], 1, canvas.theme.muted, 0.7)
        canvas.text(tick(value), x, y + 6 * unit, "ma", 11, canvas.theme.muted)
    _name(canvas, name, middle, y + 5 * unit, "ma")


def _name(canvas: Canvas, said: str, x: float, y: float, anchor: str, points: float = 12) -> None:
    ink: RGB = canvas.theme.ink
    canvas.text(said, x, y, anchor, points, ink)

"""The picture of data in the plane (as in `live/js/scene.js`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ui.take_home import marks, warp
from ui.take_home.contour import contour_lines

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from ui.take_home.canvas import Canvas


def draw_plane(canvas: Canvas, frame: Frame, layers: Collection[str]) -> None:
    """Draw D's field at the back, then the latent grid, real samples, fakes, D's line, arrows."""
    with_field = "field" in layers and frame.field.size > 0
    if with_field:
        marks.tint(canvas, frame, (0, 0, canvas.size, canvas.size), marks.FIELD_STRENGTH)
    if "grid" in layers and frame.warp.size:
        _draw_warp(canvas, places(canvas, frame, frame.warp))
    if "real" in layers:
        marks.stamp_real(canvas, places(canvas, frame, frame.real))
        marks.crosses(canvas, places(canvas, frame, frame.centres), frame.weights)
    if "fake" in layers:
        marks.stamp_fake(canvas, places(canvas, frame, frame.fake))
    if with_field:
        _draw_contour(canvas, frame)
    if "arrows" in layers:
        _draw_pull(canvas, frame)


def places(canvas: Canvas, frame: Frame, x: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the pixels of points of the plane, (..., 2)."""
    part = marks.across(x, frame.extent)
    return np.stack([part[..., 0], 1 - part[..., 1]], -1) * canvas.size


def _draw_warp(canvas: Canvas, at: NDArray[np.float64]) -> None:
    if 1 in at.shape[:2]:
        warp.thread(canvas, at.reshape(-1, 2))
    else:
        warp.cells(canvas, at)


def _draw_contour(canvas: Canvas, frame: Frame) -> None:
    rows, columns = frame.field.shape
    lines = [
        [((x + 0.5) * canvas.size / columns, canvas.size * (1 - (y + 0.5) / rows)) for x, y in line]
        for line in contour_lines(marks.levels(frame), 0.5)
    ]
    width = 2.2 if frame.half else 1.3  # D has just moved: its line stands out
    canvas.stroke(lines, width, canvas.theme.ink, 0.8, dash=(5, 4))


def _draw_pull(canvas: Canvas, frame: Frame) -> None:
    count = min(len(frame.arrows), len(frame.fake))
    at, wish = places(canvas, frame, frame.fake[:count]), np.asarray(frame.arrows[:count], float)
    length = np.hypot(*wish.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = wish / length[:, None] * (1, -1)
    marks.arrows(canvas, np.column_stack([at, unit, length * frame.arrow_scale]).tolist())

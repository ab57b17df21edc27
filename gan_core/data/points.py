"""Points of one's own: whatever the student draws, pastes or types."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
from typing_extensions import override

from gan_core.data.base import DATA, Array, Mixture
from gan_core.registry import Refused, param, text

MOST_POINTS = 2000
MOST_MODES = 25
"""With more distinct points than these, the points are a cloud: none of them is a mode."""
FARTHEST = 10.0
LIGHTEST, HEAVIEST = 0.001, 1000.0
LONGEST = 40
"""Characters of a refused text that the refusal repeats."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

SMILE = (
    "1.2,0;1.08,0.52;0.75,0.94;0.27,1.17;-0.27,1.17;-0.75,0.94;-1.08,0.52;"
    "-1.2,0;-1.08,-0.52;-0.75,-0.94;-0.27,-1.17;0.27,-1.17;0.75,-0.94;1.08,-0.52;"
    "-0.4,0.4,2;0.4,0.4,2;"
    "-0.6,-0.2;-0.45,-0.46;-0.24,-0.61;0,-0.66;0.24,-0.61;0.45,-0.46;0.6,-0.2"
)
"""A face of 14 points, two eyes of double weight, and a mouth of seven points."""


@lru_cache(maxsize=64)
def canonical(points: str) -> str:
    """Return a list of points in its shortest form, "x,y;x,y,w;…".

    Parameters
    ----------
    points
        Points "x,y" or "x,y,weight", separated by semicolons or line breaks; within a point a
        comma, blanks or a tab stand between the numbers.

    Returns
    -------
    str
        The same points in the same order, numbers with four significant digits, no blanks, no
        weights of 1. A text in this form is returned unchanged.

    Raises
    ------
    Refused
        "no-points"; "too-many-points" (more than `MOST_POINTS`); "not-a-point"; "too-small" or
        "too-large", of a coordinate beyond ±`FARTHEST`, or a weight not between `LIGHTEST` and
        `HEAVIEST`.
    """
    pieces = [piece for piece in points.replace(";", "\n").splitlines() if piece.strip()]
    if not pieces:
        raise Refused("no-points", "")
    if len(pieces) > MOST_POINTS:
        raise Refused("too-many-points", len(pieces), MOST_POINTS)
    return ";".join(_point(piece) for piece in pieces)


def _point(piece: str) -> str:
    """Return one point in canonical form."""
    if len(piece) > 200:  # three numbers and blanks; what is longer is not worth a look
        raise Refused("not-a-point", piece[:LONGEST])
    # people paste true minus signs
    piece = piece.replace("\N{MINUS SIGN}", "-").strip()
    parts = piece.split(",") if "," in piece else piece.split()
    if len(parts) not in (2, 3):
        raise Refused("not-a-point", piece[:LONGEST])
    x, y, *weight = (_number(part.strip(), piece) for part in parts)
    numbers = [_within(x, -FARTHEST, FARTHEST), _within(y, -FARTHEST, FARTHEST)]
    numbers += [_within(w, LIGHTEST, HEAVIEST) for w in weight]
    said = [format(number + 0.0, ".4g") for number in numbers]  # −0 + 0 is 0
    return ",".join(said[:2] if said[2:] == ["1"] else said)


def _number(part: str, piece: str) -> float:
    # the pattern keeps out what `float` would take too: nan, inf, 1_000, digits of other scripts
    if not _NUMBER.fullmatch(part) or not math.isfinite(number := float(part)):
        raise Refused("not-a-point", piece[:LONGEST])
    return number


def _within(number: float, low: float, high: float) -> float:
    if number < low:
        raise Refused("too-small", number, low)
    if number > high:
        raise Refused("too-large", number, high)
    return number


@lru_cache(maxsize=64)
def arrays(points: str) -> tuple[Array, Array]:
    """Return the distinct points of a canonical text, (m, 2), and their shares, (m,).

    A point that is there twice has both weights. Read-only, because the arrays are kept.
    """
    found: dict[tuple[float, float], float] = {}
    for piece in points.split(";"):
        x, y, *weight = map(float, piece.split(","))
        found[x, y] = found.get((x, y), 0.0) + (weight[0] if weight else 1.0)
    centres = np.array(list(found), np.float32)
    weights = np.array(list(found.values()))
    weights /= weights.sum()
    centres.flags.writeable = weights.flags.writeable = False
    return centres, weights


@DATA.register("points", order=120)
class Points(Mixture):
    """Gaussians of width `sigma` around given `points`, "x,y" or "x,y,weight" each.

    Up to `MOST_MODES` distinct points are modes; more are a cloud without modes, of the same
    density.
    """

    points: str = text(SMILE, canonical)
    sigma: float = param(0.05, 0.005, 0.5, scale="log")

    @override
    def bumps(self) -> tuple[Array, Array]:
        return arrays(self.points)

    @property
    def _has_modes(self) -> bool:
        return len(self.bumps()[0]) <= MOST_MODES

    @property
    @override
    def centres(self) -> Array:
        return self.bumps()[0] if self._has_modes else super().centres

    @property
    @override
    def weights(self) -> Array:
        return self.bumps()[1] if self._has_modes else super().weights

    @property
    @override
    def spread(self) -> float:
        return self.sigma if self._has_modes else float("nan")

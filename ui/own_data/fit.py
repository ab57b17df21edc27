"""Where points of one's own go in the picture: moved and divided, or left where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.data.points import FARTHEST, canonical

if TYPE_CHECKING:
    Pairs = np.ndarray[Any, np.dtype[np.float64]]

FILLS: Final = 1.5
"""The data reach from −1.5 to 1.5 in the picture, like the built-in data sets."""
SHAPE, AXES, AS_IS = FITS = ("shape", "axes", "as-is")
"""One factor for both axes; one for each; or none."""
FLAT: Final = 30.0
"""If one axis spreads so many times as far as the other, the picture shows a line."""


@dataclass(frozen=True)
class Fitted:
    """Points as the picture shows them.

    Attributes
    ----------
    text
        The points in the app's own form.
    centre
        What was subtracted from x and y.
    factors
        What x and y were divided by then.
    """

    text: str
    centre: tuple[float, float]
    factors: tuple[float, float]


class Cloud:
    """Points as they were written.

    Parameters
    ----------
    pairs
        Finite numbers of any size, (n, 2), n > 0.
    """

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = np.array(pairs, np.float64)
        self.pairs.flags.writeable = False

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.pairs)

    @property
    def fits_as_is(self) -> bool:
        """Whether all points lie where the app can show them."""
        return bool((np.abs(self.pairs) <= FARTHEST).all())

    @property
    def is_flat(self) -> bool:
        """Whether with one factor for both axes the points would lie on a line."""
        wide, narrow = sorted(self._half_widths, reverse=True)
        return bool(narrow > 0 and wide / FLAT > narrow)

    @property
    def _half_widths(self) -> Pairs:
        # halves first: the difference of the largest numbers would be infinite
        return np.asarray(self.pairs.max(0) / 2 - self.pairs.min(0) / 2)

    def fitted(self, how: str) -> Fitted:
        """Return the points moved and divided so that they fill the picture.

        Parameters
        ----------
        how
            One of `FITS`; points that do not fit as they are keep their shape instead.
        """
        if how == AS_IS and self.fits_as_is:
            return Fitted(_text(self.pairs, 4), (0.0, 0.0), (1.0, 1.0))
        centre = self.pairs.max(0) / 2 + self.pairs.min(0) / 2
        half = self._half_widths if how == AXES else np.full(2, self._half_widths.max())
        factors = half / FILLS
        # no width, or one so small that it cannot be divided by: the points are one place
        factors = np.where(factors > np.finfo(float).tiny, factors, 1.0)
        moved = np.clip((self.pairs - centre) / factors, -FILLS, FILLS)
        return Fitted(
            _text(np.round(moved, 3), 4),
            (float(centre[0]), float(centre[1])),
            (float(factors[0]), float(factors[1])),
        )


def _text(pairs: Pairs, digits: int) -> str:
    said = (f"{x:.{digits}g},{y:.{digits}g}" for x, y in pairs.tolist())
    return canonical(";".join(said))

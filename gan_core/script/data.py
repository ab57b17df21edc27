"""Data sets as code: constants, and `sample_data`."""

from __future__ import annotations

import textwrap

from gan_core.data.base import DataSet, Mixture
from gan_core.data.chequerboard import Chequerboard
from gan_core.data.circle import Circle
from gan_core.data.gaussian import Gaussian
from gan_core.data.gaussian_1d import Gaussian1D
from gan_core.data.grid import Grid
from gan_core.data.line import Line
from gan_core.data.mixture_1d import Mixture1D
from gan_core.data.points import Points
from gan_core.data.ring import Ring
from gan_core.data.spiral import START, Spiral
from gan_core.data.two_gaussians import TwoGaussians
from gan_core.data.two_moons import TwoMoons
from gan_core.script.codes import Codes, fill

DATA_CODE: Codes[str] = Codes("data")

_MIXTURE = """
# 1. The data: $what.
$constants
SIGMA = $sigma
$centres
$weights


def sample_data(n):
    \"\"\"Choose a Gaussian for each sample, then stray from its centre.\"\"\"
    which = $choice
    return CENTRES[which] + SIGMA * torch.randn(n, $dim)
"""
_EVENLY = "torch.randint(len(CENTRES), (n,))"
_BY_WEIGHT = "torch.multinomial(WEIGHTS, n, replacement=True)"
_FALLING = """
WEIGHTS = IMBALANCE ** -torch.linspace(0, 1, len(CENTRES))
WEIGHTS /= WEIGHTS.sum()
"""


def weighted(data: DataSet) -> bool:
    """Return whether the data's modes are not all equally probable."""
    weights = data.bumps()[1] if isinstance(data, Mixture) else data.weights
    return bool(len(weights) and weights.min() != weights.max())


def _mixture(data: Mixture, what: str, constants: str, centres: str, weights: str = "") -> str:
    if not weights and weighted(data):  # they fall from the first to the last
        imbalance = data.model_dump()["imbalance"]  # what a mixture with such weights has
        constants += f"\nIMBALANCE = {imbalance}"
        weights = _FALLING.strip("\n")
    return fill(
        _MIXTURE,
        what=what,
        constants=constants,
        sigma=data.sigma,
        centres=centres.strip("\n"),
        weights=weights,
        choice=_BY_WEIGHT if weights else _EVENLY,
        dim=data.dim,
    )


@DATA_CODE.of("ring")
def ring(data: Ring) -> str:
    """Write the Gaussians on a circle."""
    constants = f"MODES = {data.modes}\nRADIUS = {data.radius}"
    centres = """
angle = 2 * math.pi * torch.arange(MODES) / MODES
CENTRES = RADIUS * torch.stack([angle.cos(), angle.sin()], 1)
"""
    return _mixture(data, "Gaussians on a circle", constants, centres)


@DATA_CODE.of("grid")
def grid(data: Grid) -> str:
    """Write the Gaussians on a square grid."""
    constants = f"SIDE = {data.side}\nSPACING = {data.spacing}"
    centres = """
axis = SPACING * (torch.arange(SIDE) - (SIDE - 1) / 2)
CENTRES = torch.cartesian_prod(axis, axis).flip(1)  # row by row from below
"""
    return _mixture(data, "Gaussians on a square grid", constants, centres)


@DATA_CODE.of("two-gaussians")
def two_gaussians(data: TwoGaussians) -> str:
    """Write the two Gaussians side by side."""
    weights = "WEIGHTS = torch.tensor([SHARE, 1 - SHARE])" if weighted(data) else ""
    share = f"\nSHARE = {data.share}  # of the left one" if weights else ""
    centres = "CENTRES = torch.tensor([[-DISTANCE / 2, 0.0], [DISTANCE / 2, 0.0]])"
    constants = f"DISTANCE = {data.distance}{share}"
    return _mixture(data, "two Gaussians side by side", constants, centres, weights)


@DATA_CODE.of("gaussian")
def gaussian(data: Gaussian) -> str:
    """Write the single Gaussian."""
    constants = f"X = {data.x}\nY = {data.y}"
    return _mixture(data, "one Gaussian", constants, "CENTRES = torch.tensor([[X, Y]])")


@DATA_CODE.of("gaussian-1d")
def gaussian_1d(data: Gaussian1D) -> str:
    """Write the single Gaussian on a line."""
    centres = "CENTRES = torch.tensor([[X]])"
    return _mixture(data, "one Gaussian on a line", f"X = {data.x}", centres)


@DATA_CODE.of("mixture-1d")
def mixture_1d(data: Mixture1D) -> str:
    """Write the Gaussians on a line."""
    constants = f"MODES = {data.modes}\nSPACING = {data.spacing}"
    centres = "CENTRES = SPACING * (torch.arange(MODES) - (MODES - 1) / 2).unsqueeze(1)"
    return _mixture(data, "Gaussians on a line", constants, centres)


@DATA_CODE.of("points")
def points(data: Points) -> str:
    """Write the points of one's own as a table of numbers."""
    centres, shares = data.bumps()
    rows = [",".join(format(float(number), ".4g") for number in centre) for centre in centres]
    columns, table, weights = "x,y", "table", ""
    if weighted(data):
        heavy = [format(share, ".6g") for share in shares / shares.min()]
        rows = [f"{row},{weight}" for row, weight in zip(rows, heavy, strict=True)]
        columns, table = "x,y,weight", "table[:, :2]"
        weights = "WEIGHTS = table[:, 2] / table[:, 2].sum()"
    constants = "\n".join(
        ['POINTS = """', *textwrap.wrap(" ".join(rows), 80, break_on_hyphens=False), '"""']
    )
    parsed = 'table = torch.tensor([list(map(float, p.split(","))) for p in POINTS.split()])'
    what = f"a Gaussian around each of {len(rows)} points {columns}"
    return _mixture(data, what, constants, f"{parsed}\nCENTRES = {table}", weights)


_CIRCLE = """
# 1. The data: points spread evenly on a circle, blurred.
RADIUS = $radius
SIGMA = $sigma


def sample_data(n):
    \"\"\"Choose an angle for each sample, then stray from the circle.\"\"\"
    angle = 2 * math.pi * torch.rand(n)
    on_circle = RADIUS * torch.stack([angle.cos(), angle.sin()], 1)
    return on_circle + SIGMA * torch.randn(n, 2)
"""


@DATA_CODE.of("circle")
def circle(data: Circle) -> str:
    """Write the circle."""
    return fill(_CIRCLE, radius=data.radius, sigma=data.sigma)


_LINE = """
# 1. The data: points spread evenly along a straight line, blurred.
LENGTH = $length
SIGMA = $sigma
ANGLE = math.radians($angle)
DIRECTION = torch.tensor([math.cos(ANGLE), math.sin(ANGLE)])


def sample_data(n):
    \"\"\"Choose a place on the line for each sample, then stray from it.\"\"\"
    along = LENGTH * (torch.rand(n, 1) - 0.5)
    return along * DIRECTION + SIGMA * torch.randn(n, 2)
"""


@DATA_CODE.of("line")
def line(data: Line) -> str:
    """Write the straight line."""
    return fill(_LINE, length=data.length, sigma=data.sigma, angle=data.angle)


_SPIRAL = """
# 1. The data: points spread evenly along a spiral r = c * angle, blurred.
RADIUS = $radius
SIGMA = $sigma
START = $start  # angles
END = START + 2 * math.pi * $turns


def arc(angle):
    \"\"\"Return the length of the spiral r = angle up to an angle.\"\"\"
    return (angle * (1 + angle**2).sqrt() + angle.asinh()) / 2


def sample_data(n):
    \"\"\"Choose a place along the spiral for each sample, then stray from it.\"\"\"
    first, last = arc(torch.tensor([START, END]))
    length = first + (last - first) * torch.rand(n)
    angle = (2 * length).sqrt()  # nearly; Newton's method does the rest
    for _ in range(3):
        angle -= (arc(angle) - length) / (1 + angle**2).sqrt()
    on_spiral = torch.stack([angle.cos(), angle.sin()], 1) * angle.unsqueeze(1)
    return RADIUS / END * on_spiral + SIGMA * torch.randn(n, 2)
"""


@DATA_CODE.of("spiral")
def spiral(data: Spiral) -> str:
    """Write the spiral."""
    start = round(START, 6)
    return fill(_SPIRAL, radius=data.radius, sigma=data.sigma, start=start, turns=data.turns)


_TWO_MOONS = """
# 1. The data: points spread evenly on two half circles, blurred.
RADIUS = $radius
GAP = $gap
SIGMA = $sigma


def sample_data(n):
    \"\"\"Choose a place on the upper moon; the lower one is its mirror image.\"\"\"
    angle = math.pi * torch.rand(n)
    moon = RADIUS * torch.stack([angle.cos() - 0.5, angle.sin() - (1 - GAP) / 2], 1)
    side = 2 * torch.randint(2, (n, 1)) - 1  # mirrored at the origin, or not
    return side * moon + SIGMA * torch.randn(n, 2)
"""


@DATA_CODE.of("two-moons")
def two_moons(data: TwoMoons) -> str:
    """Write the two moons."""
    return fill(_TWO_MOONS, radius=data.radius, gap=data.gap, sigma=data.sigma)


_CHEQUERBOARD = """
# 1. The data: every other square of a chequerboard, filled evenly.
SQUARES = $cells
WIDTH = $width
row = torch.arange(SQUARES)
CORNERS = ((row.unsqueeze(1) + row) % 2 == 0).nonzero()  # of the filled ones


def sample_data(n):
    \"\"\"Choose a filled square for each sample, then a place in it.\"\"\"
    which = torch.randint(len(CORNERS), (n,))
    return WIDTH * ((CORNERS[which] + torch.rand(n, 2)) / SQUARES - 0.5)
"""


@DATA_CODE.of("chequerboard")
def chequerboard(data: Chequerboard) -> str:
    """Write the chequerboard."""
    return fill(_CHEQUERBOARD, cells=data.cells, width=data.width)

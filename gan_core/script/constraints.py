"""Constraints on D as code: a kind of layer, a penalty, or a hold on its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from gan_core.constraints.base import Unconstrained
from gan_core.constraints.gradient_penalty import GradientPenalty, OneSidedGradientPenalty
from gan_core.constraints.spectral_norm import FIRST, SpectralNorm
from gan_core.constraints.weight_clipping import WeightClipping
from gan_core.constraints.zero_centred import R1, R2
from gan_core.script.codes import Codes, fill


@dataclass(frozen=True)
class ConstraintCode:
    """What a constraint adds to the script.

    Attributes
    ----------
    layer, linear
        The class that takes the place of `nn.Linear` in D, and its name.
    penalty
        A function `penalty(real, fake)`, which D pays as well; `$other` in it: a parameter for
        another D, where one is asked.
    every
        D's turns from one penalty to the next.
    hold
        A function `hold_d()`, called after each move of D.
    kept
        What is appended to a parameter of D that has moved in thought.
    """

    layer: str = ""
    linear: str = "nn.Linear"
    penalty: str = ""
    every: int = 1
    hold: str = ""
    kept: str = ""


CONSTRAINT_CODE: Codes[ConstraintCode] = Codes("constraint")


@CONSTRAINT_CODE.of("none")
def unconstrained(_: Unconstrained) -> ConstraintCode:
    """Write nothing."""
    return ConstraintCode()


_CLIPPING = """
CLIP = $clip


@torch.no_grad()
def hold_d():
    \"\"\"Clip every parameter of D: that bounds its slope, if crudely.\"\"\"
    for p in D.parameters():
        p.clamp_(-CLIP, CLIP)
"""


@CONSTRAINT_CODE.of("weight-clipping")
def weight_clipping(piece: WeightClipping) -> ConstraintCode:
    """Write the clipping of D's parameters."""
    return ConstraintCode(hold=fill(_CLIPPING, clip=piece.clip), kept=".clamp(-CLIP, CLIP)")


_PENALTY = """
WEIGHT = $weight
$every


def penalty(real, fake$other):
    \"\"\"$what\"\"\"
    $points
    (gradient,) = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    $cost
"""
_BETWEEN = """
x = torch.lerp(fake, real, torch.rand(len(real), 1)).requires_grad_()
"""
# √ has no slope at 0, and D is exactly flat where all its units are dead
_SLOPE = "slope = (gradient.square().sum(1) + 1e-12).sqrt()  # never at the kink in 0\n"


@CONSTRAINT_CODE.of("gradient-penalty")
def gradient_penalty(piece: GradientPenalty) -> ConstraintCode:
    """Write the two-sided gradient penalty."""
    what = "D pays where its slope is not 1, on straight lines between real and fake."
    cost = _SLOPE + "return WEIGHT * (slope - 1).square().mean()"
    return _penalty(piece.weight, 1, what, _BETWEEN, cost)


@CONSTRAINT_CODE.of("gradient-penalty-one-sided")
def one_sided(piece: OneSidedGradientPenalty) -> ConstraintCode:
    """Write the one-sided gradient penalty."""
    what = "D pays where its slope exceeds 1, on straight lines between real and fake."
    cost = _SLOPE + "return WEIGHT * F.relu(slope - 1).square().mean()"
    return _penalty(piece.weight, 1, what, _BETWEEN, cost)


_ZERO_CENTRED = "return WEIGHT / 2 * gradient.square().sum(1).mean()"


@CONSTRAINT_CODE.of("r1")
def r1(piece: R1) -> ConstraintCode:
    """Write the penalty at real samples."""
    what = "D pays for any slope at real samples."
    points = "x = real.clone().requires_grad_()"
    return _penalty(piece.weight, piece.every, what, points, _ZERO_CENTRED)


@CONSTRAINT_CODE.of("r2")
def r2(piece: R2) -> ConstraintCode:
    """Write the penalty at fakes."""
    what = "D pays for any slope at fakes."
    points = "x = fake.clone().requires_grad_()"
    return _penalty(piece.weight, piece.every, what, points, _ZERO_CENTRED)


def _penalty(weight: float, every: int, what: str, points: str, cost: str) -> ConstraintCode:
    turns = f"EVERY = {every}  # turns of D from one penalty to the next\nturns = itertools.count()"
    code = fill(
        _PENALTY,
        weight=weight,
        other="$other",
        every=turns if every > 1 else "",
        what=what,
        points=points.strip("\n"),
        cost=cost,
    )
    return ConstraintCode(penalty=code, every=every)


_SPECTRAL = """
NORM = $norm


class SpectralLinear(nn.Linear):
    \"\"\"A layer that computes with NORM * W/sigma; sigma: the largest stretch by W.\"\"\"

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.u = F.normalize(torch.randn(outputs), dim=0)
        for _ in range($first):
            self.follow()

    @torch.no_grad()
    def follow(self):
        \"\"\"One power iteration: u and v turn towards the directions of sigma.\"\"\"
        self.v = F.normalize(self.weight.T @ self.u, dim=0)
        self.u = F.normalize(self.weight @ self.v, dim=0)

    def forward(self, x):
        sigma = self.u @ self.weight @ self.v
        return F.linear(x, NORM * self.weight / (sigma + 1e-12), self.bias)
"""
_FOLLOW = """
def hold_d():
    \"\"\"Follow the largest stretch of each layer.\"\"\"
    for layer in D:
        if isinstance(layer, SpectralLinear):
            layer.follow()
"""


@CONSTRAINT_CODE.of("spectral-norm")
def spectral_norm(piece: SpectralNorm) -> ConstraintCode:
    """Write spectral normalisation."""
    layer = fill(_SPECTRAL, norm=piece.norm, first=FIRST)
    return ConstraintCode(layer=layer, linear="SpectralLinear", hold=_FOLLOW.strip("\n"))

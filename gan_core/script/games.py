"""Games as code: what each player pays, as functions of D's output a."""

from __future__ import annotations

from gan_core.games.hinge import Hinge
from gan_core.games.least_squares import LeastSquares
from gan_core.games.maximum_likelihood import MaximumLikelihood
from gan_core.games.minimax import Minimax
from gan_core.games.non_saturating import NonSaturating
from gan_core.games.wasserstein import Wasserstein
from gan_core.script.codes import Codes, fill

GAME_CODE: Codes[str] = Codes("game")

_COSTS = """
# 4. The game: what each player pays, by D's output a. Both want to pay little.
# $output
$labels


def d_cost_real(a):
    return $d_real


def d_cost_fake(a):
    return $d_fake


def g_cost(a):  # $wish
    return $g
"""
_REAL = "REAL_LABEL = 1 - {}  # smoothed"
_FAKE = "FAKE_LABEL = {}  # smoothed"


def _classifier(game: Minimax, g: str, wish: str) -> str:
    """Write a game whose D is a classifier."""
    d_real, d_fake, labels = "-F.logsigmoid(a)", "-F.logsigmoid(-a)", []
    if game.smooth_real:
        labels.append(_REAL.format(game.smooth_real))
        d_real = "-F.logsigmoid(-a) - REAL_LABEL * a"
    if game.smooth_fake:
        labels.append(_FAKE.format(game.smooth_fake))
        d_fake = "-F.logsigmoid(-a) - FAKE_LABEL * a"
    return fill(
        _COSTS,
        output="D(x) = sigmoid(a) is how probable it is that x is real; 1 - D(x) = sigmoid(-a).",
        labels="\n".join(labels),
        d_real=d_real,
        d_fake=d_fake,
        g=g,
        wish=wish,
    )


@GAME_CODE.of("non-saturating")
def non_saturating(game: NonSaturating) -> str:
    """Write the non-saturating game."""
    return _classifier(game, "-F.logsigmoid(a)", "G wants D to say: real")


@GAME_CODE.of("minimax")
def minimax(game: Minimax) -> str:
    """Write the minimax game."""
    return _classifier(game, "F.logsigmoid(-a)", "what D gains, G loses; flat where a << 0")


@GAME_CODE.of("maximum-likelihood")
def maximum_likelihood(game: MaximumLikelihood) -> str:
    """Write the maximum likelihood game."""
    return _classifier(game, "-torch.exp(a)", "-D/(1 - D): G climbs the likelihood")


@GAME_CODE.of("least-squares")
def least_squares(game: LeastSquares) -> str:
    """Write the least squares game."""
    labels = []
    if game.smooth_real:
        labels.append(_REAL.format(game.smooth_real))
    if game.smooth_fake:
        labels.append(_FAKE.format(game.smooth_fake))
    real = "REAL_LABEL" if game.smooth_real else "1"
    return fill(
        _COSTS,
        output="It is a score, and has a target: about 1 for real samples and 0 for fakes.",
        labels="\n".join(labels),
        d_real=f"0.5 * (a - {real}).square()",
        d_fake="0.5 * (a - FAKE_LABEL).square()" if game.smooth_fake else "0.5 * a.square()",
        g="0.5 * (a - 1).square()",
        wish="G wants a score of 1",
    )


@GAME_CODE.of("hinge")
def hinge(_: Hinge) -> str:
    """Write the hinge game."""
    return fill(
        _COSTS,
        output="It is a score; D cares only for what is not yet apart by a margin of 1.",
        labels="",
        d_real="F.relu(1 - a)",
        d_fake="F.relu(1 + a)",
        g="-a",
        wish="G wants a high score",
    )


@GAME_CODE.of("wasserstein")
def wasserstein(_: Wasserstein) -> str:
    """Write the Wasserstein game."""
    return fill(
        _COSTS,
        output="It is a critic's score without bounds; the slopes are 1 everywhere.",
        labels="",
        d_real="-a",
        d_fake="a",
        g="-a",
        wish="G wants a high score",
    )

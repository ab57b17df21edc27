"""Games as code: what each player pays, as functions of D's output a."""

from __future__ import annotations

from gan_core.games import Game
from gan_core.games.f_divergences import (
    KL,
    FDivergenceGame,
    JensenShannon,
    OriginalGAN,
    Pearson,
    ReverseKL,
    SquaredHellinger,
    TotalVariation,
    TwoObjectives,
)
from gan_core.games.flipped_wasserstein import FLIPS, FlippedWasserstein
from gan_core.games.hinge import Hinge
from gan_core.games.least_squares import LeastSquares
from gan_core.games.maximum_likelihood import MaximumLikelihood
from gan_core.games.minimax import Minimax
from gan_core.games.non_saturating import NonSaturating
from gan_core.games.objectives import OBJECTIVES, Practical, SaddlePoint
from gan_core.games.wasserstein import Wasserstein
from gan_core.script.codes import Codes, fill

GAME_CODE: Codes[str] = Codes("game")
OBJECTIVE_CODE: Codes[str] = Codes("objective")
"""What a comment says of G's cost in an f-GAN."""
FLIP_CODE: Codes[str] = Codes("flip")
"""What a comment says of a wrong sign."""

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


@GAME_CODE.of("flipped-wasserstein")
def flipped_wasserstein(game: FlippedWasserstein) -> str:
    """Write the Wasserstein game with a sign mistake."""
    critic, generator = game.flip != "generator", game.flip != "critic"
    return fill(
        _COSTS,
        output="It is a critic's score without bounds; the slopes are 1 everywhere.",
        labels=f"# A sign mistake: {FLIP_CODE.write(FLIPS.get(game.flip)())}.",
        d_real="a" if critic else "-a",
        d_fake="-a" if critic else "a",
        g="a" if generator else "-a",
        wish="here G wants a low score" if generator else "G wants a high score",
    )


@FLIP_CODE.of("generator")
def flipped_generator(_: object) -> str:
    """Say whose sign is wrong."""
    return "G's cost should be -a, so G flees from the data"


@FLIP_CODE.of("critic")
def flipped_critic(_: object) -> str:
    """Say whose sign is wrong."""
    return "D's costs should be -a and a, so G flees from the data"


@FLIP_CODE.of("both")
def flipped_both(_: object) -> str:
    """Say that both are."""
    return "both players make it, so it is the same game with D upside down"


# -- f-GANs --------------------------------------------------------------------------------

_F_COSTS = """
# 4. The game: an f-GAN for $bounded.
# It is at least E_real T - E_fake f*(T); D's output a makes T = $t.


def output(a):  # T above f'(1) = $threshold says: real
    return $output


def d_cost_real(a):  # -T
    return $d_real


def d_cost_fake(a):  # f*(T)
    return $d_fake


def g_cost(a):  # $wish
    return $g
"""


@OBJECTIVE_CODE.of("saddle-point")
def saddle_point(_: SaddlePoint) -> str:
    """Write the game's own stakes."""
    return "-f*(T): what D gains on fakes, G loses"


@OBJECTIVE_CODE.of("practical")
def practical(_: Practical) -> str:
    """Write the practical objective."""
    return "-T: G raises T itself, in practice"


def _f_gan(
    game: FDivergenceGame,
    bounded: str,
    t: str,
    threshold: str,
    output: str,
    d_real: str,
    d_fake: str,
    minus_d_fake: str,
) -> str:
    """Write an f-GAN; `minus_d_fake`: what D pays for fakes with its sign turned."""
    objective = game.objective if isinstance(game, TwoObjectives) else "saddle-point"
    return fill(
        _F_COSTS,
        bounded=bounded,
        t=t,
        threshold=threshold,
        output=output,
        d_real=d_real,
        d_fake=d_fake,
        wish=OBJECTIVE_CODE.write(OBJECTIVES.get(objective)()),
        g=minus_d_fake if objective == "saddle-point" else d_real,
    )


@GAME_CODE.of("f-kl")
def f_kl(game: KL) -> str:
    """Write the game of KL(real ‖ fake)."""
    return _f_gan(
        game,
        bounded="KL(real || fake)",
        t="a",
        threshold="1",
        output="torch.sigmoid(a - 1)",
        d_real="-a",
        d_fake="torch.exp(a - 1)",
        minus_d_fake="-torch.exp(a - 1)",
    )


@GAME_CODE.of("f-reverse-kl")
def f_reverse_kl(game: ReverseKL) -> str:
    """Write the game of KL(fake ‖ real)."""
    return _f_gan(
        game,
        bounded="KL(fake || real)",
        t="-exp(-a)",
        threshold="-1",
        output="torch.sigmoid(a)",
        d_real="torch.exp(-a)",
        d_fake="a - 1",
        minus_d_fake="1 - a",
    )


@GAME_CODE.of("f-pearson")
def f_pearson(game: Pearson) -> str:
    """Write the game of Pearson's chi squared."""
    return _f_gan(
        game,
        bounded="Pearson's chi squared",
        t="a",
        threshold="0",
        output="1 - 1 / (1 + F.relu(1 + a / 2))",
        d_real="-a",
        d_fake="a * (a / 4 + 1)",
        minus_d_fake="-a * (a / 4 + 1)",
    )


@GAME_CODE.of("f-hellinger")
def f_hellinger(game: SquaredHellinger) -> str:
    """Write the game of the squared Hellinger distance."""
    return _f_gan(
        game,
        bounded="the squared Hellinger distance",
        t="1 - exp(-a)",
        threshold="0",
        output="torch.sigmoid(2 * a)",
        d_real="torch.expm1(-a)",
        d_fake="torch.expm1(a)",
        minus_d_fake="-torch.expm1(a)",
    )


@GAME_CODE.of("f-jensen-shannon")
def f_jensen_shannon(game: JensenShannon) -> str:
    """Write the game of 2 JS."""
    return _f_gan(
        game,
        bounded="twice the Jensen-Shannon divergence",
        t="log(2 sigmoid(a))",
        threshold="0",
        output="torch.sigmoid(a)",
        d_real="-F.logsigmoid(a) - math.log(2)",
        d_fake="-F.logsigmoid(-a) - math.log(2)",
        minus_d_fake="F.logsigmoid(-a) + math.log(2)",
    )


@GAME_CODE.of("f-gan")
def f_gan(game: OriginalGAN) -> str:
    """Write the minimax game as an f-GAN."""
    return _f_gan(
        game,
        bounded="twice the Jensen-Shannon divergence - log 4",
        t="log(sigmoid(a))",
        threshold="-log 2",
        output="torch.sigmoid(a)",
        d_real="-F.logsigmoid(a)",
        d_fake="-F.logsigmoid(-a)",
        minus_d_fake="F.logsigmoid(-a)",
    )


@GAME_CODE.of("f-total-variation")
def f_total_variation(game: TotalVariation) -> str:
    """Write the game of the total variation distance."""
    return _f_gan(
        game,
        bounded="the total variation distance",
        t="tanh(a) / 2",
        threshold="0",
        output="torch.tanh(a) / 2",
        d_real="-torch.tanh(a) / 2",
        d_fake="torch.tanh(a) / 2",
        minus_d_fake="-torch.tanh(a) / 2",
    )


def said(game: Game, logits: str) -> str:
    """Return an expression for D's output at `logits`."""
    if isinstance(game, FDivergenceGame):
        return f"output({logits})"
    return logits if game.scores else f"{logits}.sigmoid()"

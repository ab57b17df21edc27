"""Update rules as code: the loop, read top-down."""

from __future__ import annotations

from dataclasses import dataclass

from gan_core.script.codes import Codes, fill
from gan_core.update_rules import Alternating, Extragradient, Simultaneous, UnfrozenD


@dataclass(frozen=True)
class Around:
    """What other choices put into the loop; empty where they do not.

    Attributes
    ----------
    hold
        Called after each move of D.
    after
        The end of an iteration.
    count
        The name of the iteration's number; "_" where nobody reads it.
    """

    hold: str
    after: str
    count: str


@dataclass(frozen=True)
class LoopCode:
    """The loop of an update rule.

    Attributes
    ----------
    loop
        The loop itself.
    functions
        What it calls.
    g_parameters
        The parameters that G's optimiser holds.
    """

    loop: str
    functions: str = ""
    g_parameters: str = "G.parameters()"


UPDATE_CODE: Codes[LoopCode] = Codes("update")

D_TURN = """
$optimizer.zero_grad()
d_loss(real, fake.detach()).backward()
$optimizer.step()
$hold
"""
"""D's turn on a batch."""

_ALTERNATING = """
for $count in range(STEPS):
    $d_turns

    # $g_says
    g_optimizer.zero_grad()
    g_cost(D(fake)).mean().backward()
    g_optimizer.step()
    $hold_after_g
    $after
"""
_ONE = """
# D's turn: it learns to tell real from fake. detach: G stands still.
real, fake = draw()
$d_turn
"""
_SEVERAL = """
# D's turns: it learns to tell real from fake. detach: G stands still.
for _ in range($d_steps):
    real, fake = draw()
    $d_turn
"""


def _d_turns(d_steps: int, hold: str) -> str:
    d_turn = fill(D_TURN, optimizer="d_optimizer", hold=hold)
    return fill(_SEVERAL if d_steps > 1 else _ONE, d_steps=d_steps, d_turn=d_turn)


@UPDATE_CODE.of("alternating")
def alternating(piece: Alternating, around: Around) -> LoopCode:
    """Write D's turns and then G's."""
    loop = fill(
        _ALTERNATING,
        count=around.count,
        d_turns=_d_turns(piece.d_steps, around.hold),
        g_says="G's turn: it learns from D's newest opinion of the same fakes.",
        hold_after_g="",
        after=around.after,
    )
    return LoopCode(loop)


@UPDATE_CODE.of("unfrozen-d")
def unfrozen_d(piece: UnfrozenD, around: Around) -> LoopCode:
    """Write the alternating rule with a classic bug."""
    loop = fill(
        _ALTERNATING,
        count=around.count,
        d_turns=_d_turns(piece.d_steps, around.hold),
        g_says="G's turn. But its optimiser holds D too: D learns to be fooled.",
        hold_after_g=around.hold,
        after=around.after,
    )
    return LoopCode(loop, g_parameters="[*G.parameters(), *D.parameters()]")


_BOTH = """
def both_gradients():
    \"\"\"Take both players' gradients where they stand now, on a fresh batch.\"\"\"
    real, fake = draw()
    g_optimizer.zero_grad()
    g_cost(D(fake)).mean().backward()
    d_optimizer.zero_grad()  # G's cost has left gradients in D, which D must not follow
    d_loss(real, fake.detach()).backward()


def move():
    \"\"\"Move both players down the gradients that were taken last.\"\"\"
    d_optimizer.step()
    $hold
    g_optimizer.step()
"""

_SIMULTANEOUS = """
for $count in range(STEPS):
    # Both gradients are taken before anybody moves: nobody answers the other.
    both_gradients()
    move()
    $after
"""


@UPDATE_CODE.of("simultaneous")
def simultaneous(_: Simultaneous, around: Around) -> LoopCode:
    """Write both players' moves at once."""
    loop = fill(_SIMULTANEOUS, count=around.count, after=around.after)
    return LoopCode(loop, fill(_BOTH, hold=around.hold))


_EXTRAGRADIENT = """
players = [*G.parameters(), *D.parameters()]
for $count in range(STEPS):
    # Both look a step ahead, ...
    both_gradients()
    stood = [p.detach().clone() for p in players]
    move()

    # ... take the gradients there, and move by them from where they stood.
    both_gradients()
    with torch.no_grad():
        for p, old in zip(players, stood, strict=True):
            p.copy_(old)
    $hold
    move()
    $after
"""


@UPDATE_CODE.of("extragradient")
def extragradient(_: Extragradient, around: Around) -> LoopCode:
    """Write the look ahead and the move."""
    loop = fill(_EXTRAGRADIENT, count=around.count, hold=around.hold, after=around.after)
    return LoopCode(loop, fill(_BOTH, hold=around.hold))

"""Update rules as code: the loop, read top-down."""

from __future__ import annotations

from dataclasses import dataclass

from gan_core.script.codes import Codes, fill
from gan_core.update_rules import Alternating, Extragradient, Simultaneous, UnfrozenD, Unrolled


@dataclass(frozen=True)
class Around:
    """What other choices put into the loop; empty where they do not.

    Attributes
    ----------
    hold
        Called after each move of D.
    penalty
        Adds what `answered`, a D that has moved in thought, pays besides its `cost`.
    size
        Lines that return how far D's optimiser moves a parameter `p` per unit of gradient.
    kept
        What is appended to a parameter of D that has moved in thought.
    after_g
        Called after each move of G; `$updates` in it: G's updates so far, and one.
    after
        The end of an iteration.
    count
        The name of the iteration's number; "_" where nobody reads it.
    """

    hold: str
    penalty: str
    size: str
    kept: str
    after_g: str
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

    $g_turns
    $after
"""
_D_ONCE = """
# D's turn: it learns to tell real from fake. detach: G stands still.
real, fake = draw()
$d_turn
"""
_D_OFTEN = """
# D's turns: it learns to tell real from fake. detach: G stands still.
for _ in range($d_steps):
    real, fake = draw()
    $d_turn
"""
_G_TURN = """
g_optimizer.zero_grad()
$pays.backward()
g_optimizer.step()
$hold
$after_g
"""
_G_ONCE = """
# G's turn: $says
$g_turn
"""
_G_OFTEN = """
# G's turns: $says
for turn in range($g_steps):
    if turn > 0:
        _, fake = draw()
    $g_turn
"""


def _alternating(
    piece: Alternating | Unrolled,
    around: Around,
    says: str,
    hold_after_g: str = "",
    pays: str = "g_cost(D(fake)).mean()",
) -> str:
    """Write the turns of both players."""
    d_turn = fill(D_TURN, optimizer="d_optimizer", hold=around.hold)
    g_steps = piece.g_steps if isinstance(piece, Alternating) else 1
    often = g_steps > 1
    updates = f"{g_steps} * step + turn + 2" if often else "step + 2"
    after_g = fill(around.after_g, updates=updates)
    g_turn = fill(_G_TURN, pays=pays, hold=hold_after_g, after_g=after_g)
    d_often = _D_OFTEN if piece.d_steps > 1 else _D_ONCE
    return fill(
        _ALTERNATING,
        count=around.count,
        d_turns=fill(d_often, d_steps=piece.d_steps, d_turn=d_turn),
        g_turns=fill(_G_OFTEN if often else _G_ONCE, says=says, g_steps=g_steps, g_turn=g_turn),
        after=around.after,
    )


@UPDATE_CODE.of("alternating")
def alternating(piece: Alternating, around: Around) -> LoopCode:
    """Write D's turns and then G's."""
    says = "it learns from D's newest opinion of the same fakes."
    if piece.g_steps > 1:
        says = "it learns from D's newest opinion, first of the same fakes."
    return LoopCode(_alternating(piece, around, says))


@UPDATE_CODE.of("unfrozen-d")
def unfrozen_d(piece: UnfrozenD, around: Around) -> LoopCode:
    """Write the alternating rule with a classic bug."""
    says = "but its optimiser holds D too, so D learns to be fooled."
    loop = _alternating(piece, around, says, hold_after_g=around.hold)
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
    $after_g
    $after
"""


@UPDATE_CODE.of("simultaneous")
def simultaneous(_: Simultaneous, around: Around) -> LoopCode:
    """Write both players' moves at once."""
    after_g = fill(around.after_g, updates="step + 2")
    loop = fill(_SIMULTANEOUS, count=around.count, after_g=after_g, after=around.after)
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
    $after_g
    $after
"""


@UPDATE_CODE.of("extragradient")
def extragradient(_: Extragradient, around: Around) -> LoopCode:
    """Write the look ahead and the move."""
    loop = fill(
        _EXTRAGRADIENT,
        count=around.count,
        hold=around.hold,
        after_g=fill(around.after_g, updates="step + 2"),
        after=around.after,
    )
    return LoopCode(loop, fill(_BOTH, hold=around.hold))


_UNROLLED = """
UNROLL = $unroll  # answers of D that G looks ahead
SCALE = $scale  # how many times as far as D's optimiser each of them goes


def step_size(p):
    \"\"\"How far D's optimiser moves p per unit of gradient, its inertia left out.\"\"\"
    $size


def unrolled_cost(real, fake):
    \"\"\"What G pays once D has answered; its gradient goes through all the answers.\"\"\"

    def answered(x):
        return torch.func.functional_call(D, weights, (x,))

    weights = dict(D.named_parameters())
    sizes = [SCALE * step_size(p) for p in D.parameters()]
    for _ in range(UNROLL):
        cost = d_cost_real(answered(real)).mean() + d_cost_fake(answered(fake)).mean()
        $penalty
        grads = torch.autograd.grad(cost, list(weights.values()), create_graph=True)
        weights = {
            name: $moved
            for (name, p), size, grad in zip(weights.items(), sizes, grads, strict=True)
        }
    # less what D pays for real samples: G gains where the D that answers is helpless
    return g_cost(answered(fake)).mean() - d_cost_real(answered(real)).mean()
"""


@UPDATE_CODE.of("unrolled")
def unrolled(piece: Unrolled, around: Around) -> LoopCode:
    """Write D's turns and a turn of G that looks ahead."""
    says = "it learns from a D that has answered the same fakes, in thought alone."
    loop = _alternating(piece, around, says, pays="unrolled_cost(real, fake)")
    step = "p - size * grad"
    moved = f"({step}){around.kept}" if around.kept else step
    functions = fill(
        _UNROLLED,
        unroll=piece.unroll,
        scale=piece.unroll_lr,
        size=around.size,
        penalty=around.penalty,
        moved=moved,
    )
    return LoopCode(loop, functions)

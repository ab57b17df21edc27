"""Update rules: who moves when. The algorithm of a GAN, read top-down."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from typing_extensions import override

from gan_core.registry import Piece, Registry, param


class Players(Protocol):
    """What an update rule plays with. A gradient is taken where both players stand now."""

    def draw(self) -> None:
        """Draw a fresh batch: real samples, and latents for G."""

    def judge(self) -> None:
        """Make the batch's fakes and let D judge them; `d_gradient` does so by itself."""

    def d_gradient(self) -> None:
        """Take the gradient of D's cost, penalty included, in D's parameters."""

    def mislead_d(self) -> None:
        """Move D down *G's* cost, by G's optimiser: what should never happen."""

    def d_move(self) -> None:
        """Move D down the gradient that was taken last."""

    def g_gradient(self) -> None:
        """Take the gradient of G's cost in G's parameters."""

    def unrolled_g_gradient(self, steps: int, scale: float) -> None:
        """Take the gradient of what G will pay once D has answered by so many steps.

        They are those of D's optimiser, `scale` times as far. D is left where it stands.
        """

    def g_move(self) -> None:
        """Move G down the gradient that was taken last."""

    def look_ahead(self) -> None:
        """Move both players for a trial, remembering where they stood."""

    def come_back(self) -> None:
        """Take the trial back; the gradients taken there stay."""


class UpdateRule(Piece):
    """One iteration as moves of the two players."""

    @abstractmethod
    def first_half(self, players: Players) -> None:
        """Play what comes before G moves: in slow motion it is seen by itself."""

    @abstractmethod
    def second_half(self, players: Players) -> None:
        """Play the rest of the iteration."""

    def g_gradient(self, players: Players) -> None:
        """Take the gradient by which G moves, also when it moves alone."""
        players.g_gradient()


UPDATE_RULES: Registry[UpdateRule] = Registry("update")


class DFirst(UpdateRule):
    """`d_steps` steps of D come first, each on a batch of its own."""

    d_steps: int = param(1, 1, 10, step=1, live=True)

    @override
    def first_half(self, players: Players) -> None:
        for _ in range(self.d_steps):
            players.draw()
            players.d_gradient()
            players.d_move()


@UPDATE_RULES.register("alternating", order=10)
class Alternating(DFirst):
    """`d_steps` steps of D, then `g_steps` of G, each on a batch of its own but G's first.

    Reference: Goodfellow et al. 2014, algorithm 1 (with one step of G).
    """

    g_steps: int = param(1, 1, 10, step=1, live=True)

    @override
    def second_half(self, players: Players) -> None:
        self.g_step(players)
        for _ in range(self.g_steps - 1):
            players.draw()
            players.judge()
            self.g_step(players)

    def g_step(self, players: Players) -> None:
        """Play one step of G."""
        self.g_gradient(players)
        players.g_move()


@UPDATE_RULES.register("simultaneous", order=20)
class Simultaneous(UpdateRule):
    """Both gradients are taken before anybody moves: nobody answers the other's newest move.

    Reference: Mescheder et al. 2017, "The Numerics of GANs", algorithm 1.
    """

    @override
    def first_half(self, players: Players) -> None:
        players.draw()
        players.d_gradient()
        players.g_gradient()
        players.d_move()

    @override
    def second_half(self, players: Players) -> None:
        players.g_move()


@UPDATE_RULES.register("extragradient", order=30)
class Extragradient(UpdateRule):
    """Both look a step ahead, take the gradients there, and move by them from where they stood.

    With Adam both steps change its memory (ExtraAdam). Reference: Gidel et al. 2019, "A
    Variational Inequality Perspective on Generative Adversarial Networks", algorithms 3 and 4;
    Korpelevich 1976.
    """

    @override
    def first_half(self, players: Players) -> None:
        players.draw()
        players.d_gradient()
        players.g_gradient()
        players.look_ahead()
        players.draw()
        players.d_gradient()
        players.g_gradient()
        players.come_back()
        players.d_move()

    @override
    def second_half(self, players: Players) -> None:
        players.g_move()


@UPDATE_RULES.register("unfrozen-d", order=40)
class UnfrozenD(Alternating):
    """A classic bug: G's optimiser holds D's parameters as well, so G's step moves both.

    D learns to be fooled sooner than G learns to fool it.
    """

    @override
    def g_step(self, players: Players) -> None:
        players.g_gradient()
        players.mislead_d()
        players.g_move()


@UPDATE_RULES.register("unrolled", order=25)
class Unrolled(DFirst):
    """As alternating, but G looks `unroll` steps of D ahead: it plays against D's answers.

    G goes down f(θ, φ_K(θ)) with φ_{i+1} = φ_i − s ∘ ∇_φ J_D(θ, φ_i), from where D stands now and
    on one batch; s is `unroll_lr` times how far D's optimiser moves each parameter at present.
    The gradient goes through all these steps, each of which answers G. D itself moves as always.
    Reference: Metz et al. 2017, "Unrolled Generative Adversarial Networks", equations 7 to 11.
    """

    unroll: int = param(5, 0, 10, step=1, live=True)
    unroll_lr: float = param(3.0, 0.1, 30.0, scale="log", live=True)

    @override
    def second_half(self, players: Players) -> None:
        self.g_gradient(players)
        players.g_move()

    @override
    def g_gradient(self, players: Players) -> None:
        if self.unroll:
            players.unrolled_g_gradient(self.unroll, self.unroll_lr)
        else:
            players.g_gradient()

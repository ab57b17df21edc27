"""Playing half an iteration while writing down each of its stages: a GAN in slow motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gan_core.frame import TRACE_COLUMNS, TRACE_KINDS, TRACED
from gan_core.player import Player

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from gan_core.ensemble import Ensemble
    from gan_core.networks.stacked import StackedMLP
else:
    from gan_core.lazy import torch

D, G, BOTH = 0.0, 1.0, 2.0
NAN: Final = float("nan")
_KIND: Final = {name: float(code) for code, name in enumerate(TRACE_KINDS)}


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in half an iteration; see the fields of the same names in `Frame`."""

    trace: np.ndarray
    batch_real: np.ndarray
    batch_fake: np.ndarray
    batch_z: np.ndarray
    batch_scores: np.ndarray

    def fields(self) -> dict[str, Any]:
        """Return the fields of a `Frame`."""
        return dict(vars(self))


class Tracer:
    """Plays with an ensemble's first member as `Players`, and writes down what happened.

    It only reads: a traced half moves the players by the very same bits as any other.

    Parameters
    ----------
    ensemble
        Who really plays. Several members are all moved, but only the first is written down.
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble
        self._rows: list[tuple[float, ...]] = []
        self._begun = bool(ensemble.half)
        # what D said of the batch when it was asked last; of the real half not by each player
        self._of_real: np.ndarray | None = None
        self._of_fake = np.zeros(0)
        self._outdated = True

    def trace(self) -> Trace:
        """Return what has been played so far."""
        turn, pack = self._ensemble.turn(), self._ensemble.settings.pack
        n = max(1, TRACED // pack)
        real = np.full(len(self._of_fake), NAN) if self._of_real is None else self._of_real
        return Trace(
            trace=np.array(self._rows).reshape(-1, len(TRACE_COLUMNS)),
            batch_real=_samples(turn.real, pack),
            batch_fake=_samples(turn.fake, pack),
            batch_z=_samples(turn.z, 1)[:, :2],
            batch_scores=np.stack([real[:n], self._of_fake[:n]]).astype(np.float32),
        )

    # -- Players

    def draw(self) -> None:
        """Draw a fresh batch."""
        self._ensemble.draw()
        z = self._ensemble.turn().z
        self._outdated = True
        # the batch after G's first step is drawn for G alone
        self._note(G if self._begun else BOTH, "sample", z.shape[2], z.shape[1])

    def judge(self) -> None:
        """Make the batch's fakes; what D says of them is written down when it counts."""
        self._ensemble.judge()
        self._note(G, "generate", self._ensemble.turn().z.shape[2])

    def d_gradient(self) -> None:
        """Take D's gradient: G makes fakes, D classifies, its cost and its gradient follow."""
        ensemble = self._ensemble
        due = ensemble.penalty_due
        ensemble.d_gradient()
        turn, settings = ensemble.turn(), ensemble.settings
        game = settings.game
        on_real, on_fake = game.output(turn.real_logits), game.output(turn.fake_logits)
        cost = _mean(game.d_cost_real(turn.real_logits)) + _mean(game.d_cost_fake(turn.fake_logits))
        penalty = ensemble.penalty() if due else 0.0
        self._of_real, self._of_fake = _numbers(on_real), _numbers(on_fake)
        self._outdated = False
        self._note(G, "generate", turn.z.shape[2])
        self._note(D, "classify", _mean(on_real), _mean(on_fake))
        self._note(D, "cost", cost + penalty, cost, penalty)
        self._note(D, "gradient", _norm(ensemble.d.network.gradients))

    def g_gradient(self) -> None:
        """Take G's gradient: D classifies the fakes as it is now, G's cost and gradient follow."""
        self._ensemble.g_gradient()
        self._note_g_gradient()

    def unrolled_g_gradient(self, steps: int, scale: float) -> None:
        """Take G's gradient through D's answers: how far D would go, and what it would say."""
        ensemble = self._ensemble
        ensemble.unrolled_g_gradient(steps, scale)
        stands = ensemble.d.network.parameters
        way, norm = _norm(ensemble.imagined.parameters - stands), _norm(stands)
        self._note(D, "unroll", steps, way, way / norm if norm else NAN)
        self._note_g_gradient()

    def _note_g_gradient(self) -> None:
        ensemble = self._ensemble
        game, logits = ensemble.settings.game, ensemble.turn().g_logits
        says = game.output(logits)
        self._of_fake = _numbers(says)
        if self._outdated:
            self._of_real = None
        self._note(G, "classify", NAN, _mean(says))
        self._note(G, "cost", _mean(game.g_cost(logits)))
        self._note(G, "gradient", _norm(ensemble.g.network.gradients))

    def d_move(self) -> None:
        """Move D."""
        self._note(D, "update", *self._moved(self._ensemble.d, self._ensemble.d_move))
        self._outdated = True

    def g_move(self) -> None:
        """Move G, down a gradient that is taken now if none is at hand."""
        if not self._ensemble.g_ready:
            self.g_gradient()
        self._note(G, "update", *self._moved(self._ensemble.g, self._ensemble.g_move))

    def mislead_d(self) -> None:
        """Move D down G's cost."""
        self._note(D, "mislead", *self._moved(self._ensemble.d, self._ensemble.mislead_d))
        self._outdated = True

    def look_ahead(self) -> None:
        """Move both for a trial."""
        self._note(BOTH, "look-ahead", *self._both_moved(self._ensemble.look_ahead))

    def come_back(self) -> None:
        """Take the trial back."""
        self._note(BOTH, "come-back", *self._both_moved(self._ensemble.come_back))

    # -- writing down

    def _note(self, player: float, kind: str, *numbers: float) -> None:
        a, b, c = (*numbers, NAN, NAN, NAN)[:3]
        self._rows.append((player, _KIND[kind], float(a), float(b), float(c)))

    def _moved(self, player: Player[StackedMLP], move: Callable[[], None]) -> tuple[float, float]:
        """Move; return how far the player's parameters went, and that as a share of their norm."""
        before = player.network.parameters.clone()
        move()
        way, norm = _norm(player.network.parameters - before), _norm(before)
        return way, way / norm if norm else NAN

    def _both_moved(self, move: Callable[[], None]) -> tuple[float, float]:
        """Move both; return how far D's parameters went, and G's."""
        players = (self._ensemble.d.network, self._ensemble.g.network)
        before = [player.parameters.clone() for player in players]
        move()
        d, g = (_norm(player.parameters - old) for player, old in zip(players, before, strict=True))
        self._outdated = True
        return d, g


def _mean(values: Tensor) -> float:
    return float(values[0].mean())


def _norm(rows: Tensor) -> float:
    return float(torch.linalg.vector_norm(rows[0]))


def _numbers(values: Tensor) -> np.ndarray:
    return np.array(values[0].flatten().cpu().numpy())


def _samples(inputs: Tensor, pack: int) -> np.ndarray:
    """Return the first samples, (n, dim) float32, of inputs (k, pack · dim, packs)."""
    rows = inputs[0].T.cpu().numpy()
    return np.array(rows.reshape(len(rows) * pack, -1)[:TRACED], dtype=np.float32)

"""What happened in a chunk of iterations, summed up in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gan_core.batches import Batches
from gan_core.games import Game

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    from gan_core.lazy import torch


def summary(game: Game, batches: Batches, done: Sequence[tuple[int, int]]) -> Tensor:
    """Return rows of `gan_core.frame.HISTORY_COLUMNS`, (rows, k, 7) in double precision.

    Parameters
    ----------
    game
        The game that was played.
    batches
        They still hold what D said in these rows.
    done
        The batch's row, and the number of the iteration that it completed.
    """
    rows, iterations = (list(part) for part in zip(*done, strict=True))
    packs = batches.packs
    logits, for_g = batches.d_logits[rows].squeeze(-2), batches.g_logits[rows].squeeze(-2)
    real, fake = logits[..., :packs], logits[..., packs:]
    return rows_of(game, iterations, real, fake, for_g, batches.norms[rows])


def rows_of(
    game: Game, iterations: Sequence[int], real: Tensor, fake: Tensor, for_g: Tensor, norms: Tensor
) -> Tensor:
    """Return rows of `gan_core.frame.HISTORY_COLUMNS`, (rows, k, 7) in double precision.

    Parameters
    ----------
    game
        The game that was played.
    iterations
        The number of the iteration that each row is about.
    real, fake, for_g
        D's logits of real samples and of fakes in its own turn and of fakes in G's, (rows, k, n).
    norms
        The norm of G's gradient, (rows, k).
    """
    g_cost = game.g_cost(for_g).mean(-1)
    d_cost = game.d_cost_real(real).mean(-1) + game.d_cost_fake(fake).mean(-1)
    real, fake = game.output(real), game.output(fake)
    d_real, d_fake = real.mean(-1), fake.mean(-1)
    middle = (d_real + d_fake) / 2
    if game.undecided is not None:
        middle = torch.full_like(middle, game.undecided)
    right = (real > middle[..., None]).to(real.dtype).mean(-1)
    right = right + (fake < middle[..., None]).to(real.dtype).mean(-1)
    count = torch.tensor(iterations, dtype=torch.float64, device=real.device)
    columns = [count[:, None].expand_as(d_cost), d_cost, g_cost, d_real, d_fake]
    columns += [right / 2, norms]
    return torch.stack([column.double() for column in columns], -1)

"""What can be set in the sketch of each page, under the page's slug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson import (
    critic_workshop,
    divergences,
    game_dynamics,
    generator_costs,
    optimal_d,
    shapes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.sketch.knobs import Knobs

SKETCHES: Final[Mapping[str, Knobs]] = {
    "optimal-d": optimal_d.KNOBS,
    "divergences": divergences.KNOBS,
    "generator-costs": generator_costs.KNOBS,
    "game-dynamics": game_dynamics.KNOBS,
    "critic-workshop": critic_workshop.KNOBS,
    "digit-studio": shapes.KNOBS,
}

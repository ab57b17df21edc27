"""What the pages ask, for those who count it: the navigation and Home.

Each page's questions and tasks are in a file of their own beside this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.lesson import (
    collapse_clinic,
    critic_workshop,
    digit_studio,
    divergences,
    game_dynamics,
    generator_costs,
    js_wasserstein,
    optimal_d,
    playground,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.lesson.model import Unit

COURSE: Final[Mapping[str, Mapping[str, Unit]]] = {
    "optimal-d": optimal_d.LESSON,
    "divergences": divergences.LESSON,
    "js-wasserstein": js_wasserstein.LESSON,
    "generator-costs": generator_costs.LESSON,
    "game-dynamics": game_dynamics.LESSON,
    "playground": playground.LESSON,
    "collapse-clinic": collapse_clinic.LESSON,
    "critic-workshop": critic_workshop.LESSON,
    "digit-studio": digit_studio.LESSON,
}
"""Units by key, of each page that has any."""

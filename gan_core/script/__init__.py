"""An experiment as a PyTorch program of its own, which one can read, run and change."""

from typing import Any

from gan_core.script.codes import Codes, NoCodeError
from gan_core.script.constraints import CONSTRAINT_CODE
from gan_core.script.data import DATA_CODE
from gan_core.script.games import FLIP_CODE, GAME_CODE, OBJECTIVE_CODE
from gan_core.script.players import (
    ACTIVATION_CODE,
    AVERAGE_CODE,
    FEATURES_CODE,
    LATENT_CODE,
    OPTIMIZER_CODE,
    SCHEDULE_CODE,
)
from gan_core.script.update_rules import UPDATE_CODE
from gan_core.script.write import LANGUAGES, notebook, script

CODES: dict[str, Codes[Any]] = {
    codes.kind: codes
    for codes in (
        *(DATA_CODE, LATENT_CODE, GAME_CODE, OBJECTIVE_CODE, FLIP_CODE),
        *(CONSTRAINT_CODE, UPDATE_CODE),
        *(OPTIMIZER_CODE, ACTIVATION_CODE, SCHEDULE_CODE, AVERAGE_CODE, FEATURES_CODE),
    )
}
"""Who writes the code of the pieces of each registry, as in `gan_core.settings.REGISTRIES`."""

__all__ = ["CODES", "LANGUAGES", "NoCodeError", "notebook", "script"]

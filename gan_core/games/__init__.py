"""Games: what each player pays, as pure functions of D's logits. One file each."""

from gan_core.games.base import GAMES, Game
from gan_core.registry import load_all

load_all(__name__)

__all__ = ["GAMES", "Game"]

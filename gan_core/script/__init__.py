"""An experiment as a PyTorch program of its own, which one can read, run and change."""

from gan_core.script.codes import NoCodeError
from gan_core.script.write import LANGUAGES, notebook, script

__all__ = ["LANGUAGES", "NoCodeError", "notebook", "script"]

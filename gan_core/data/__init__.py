"""Data sets: what the generator has to imitate. One file each; numpy only."""

from gan_core.data.base import DATA, DataSet
from gan_core.registry import load_all

load_all(__name__)

__all__ = ["DATA", "DataSet"]

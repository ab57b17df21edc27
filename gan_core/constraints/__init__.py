"""Constraints: what D may not do. One file each."""

from gan_core.constraints.base import CONSTRAINTS, Constraint
from gan_core.registry import load_all

load_all(__name__)

__all__ = ["CONSTRAINTS", "Constraint"]

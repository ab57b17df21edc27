"""Sets of pictures: what an image GAN has to imitate. One file each; numpy only."""

from gan_core.images.data.base import (
    IMAGES,
    DataUnavailableError,
    ImageSet,
    Pictures,
    to_unit,
)
from gan_core.registry import load_all

load_all(__name__)

__all__ = ["IMAGES", "DataUnavailableError", "ImageSet", "Pictures", "to_unit"]

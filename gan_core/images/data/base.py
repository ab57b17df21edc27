"""What every set of pictures offers."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gan_core.registry import Piece, Registry

Bytes = NDArray[np.uint8]
Progress = Callable[[int, int], None]
"""Is told how many bytes have arrived, and how many it will be."""


class DataUnavailableError(RuntimeError):
    """A set of pictures that cannot be had.

    Attributes
    ----------
    key
        Its registry key.
    reason
        "not-here" (it can be fetched), "offline", "too-slow", "broken-off", "no-good-copy" (a
        mirror has another file than the published one), "no-room" (it cannot be written);
        of a file in the folder that GAN_DATA_DIR names: "no-such-folder", "file-missing",
        "file-damaged", "file-cut-off", "file-not-gzip", "file-other-kind", "file-wrong-size",
        "file-wrong-label", "file-not-published": keys for the words in the student's language.
    file
        Name of the file at fault; empty where no single one is.
    """

    _ENGLISH: ClassVar[dict[str, str]] = {
        "not-here": "{key} is not on this machine yet; it has to be fetched first",
        "offline": "{file} could not be fetched: no mirror can be reached",
        "too-slow": "{file} could not be fetched: the mirrors answer too slowly",
        "broken-off": "{file} could not be fetched: the transfer broke off",
        "no-good-copy": "{file} could not be fetched: no mirror gives the published file",
        "no-room": "{file} could not be written into the cache",
        "no-such-folder": "GAN_DATA_DIR names no folder",
        "file-missing": "{file} is missing in GAN_DATA_DIR",
        "file-damaged": "{file} in GAN_DATA_DIR cannot be read",
        "file-cut-off": "{file} in GAN_DATA_DIR is cut off",
        "file-not-gzip": "{file} in GAN_DATA_DIR is no gzip file",
        "file-other-kind": "{file} in GAN_DATA_DIR holds something else than its name says",
        "file-wrong-size": "{file} in GAN_DATA_DIR holds another number or size of pictures",
        "file-wrong-label": "{file} in GAN_DATA_DIR holds a label that is no class",
        "file-not-published": "{file} in GAN_DATA_DIR is not the published one: wrong SHA-256",
    }

    def __init__(self, key: str, reason: str, file: str = "") -> None:
        super().__init__(f"{key}: " + self._ENGLISH[reason].format(key=key, file=file))
        self.key, self.reason, self.file = key, reason, file


@dataclass(frozen=True)
class Pictures:
    """Pictures and their classes, read-only; what is kept for tests no GAN is trained on.

    Attributes
    ----------
    images, test_images
        Grey levels from 0, ink-free, to 255, uint8 of shape (n, h, w).
    labels, test_labels
        The class of each, uint8 of shape (n,); 0 everywhere where there are no classes.
    """

    images: Bytes
    labels: Bytes
    test_images: Bytes
    test_labels: Bytes

    def __post_init__(self) -> None:
        """Lock the arrays: they are shared."""
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of all grey levels and labels: says which data something was trained on."""
        arrays = (getattr(self, field.name) for field in fields(self))
        return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


class ImageSet(Piece):
    """A set of grey pictures of one size."""

    shape: ClassVar[tuple[int, int]]
    """Height and width in pixels."""
    classes: ClassVar[int] = 10
    """Number of classes; 0 where there are none."""

    @abstractmethod
    def load(self) -> Pictures:
        """Return the pictures, from this machine alone; the same object each time.

        Raises
        ------
        DataUnavailableError
            If they are not here.
        """

    @property
    def here(self) -> bool:
        """Whether `load` would find all files; it does not look into them, so it is quick."""
        return True

    def fetch(self, progress: Progress | None = None) -> None:
        """Bring to this machine what `load` needs; nothing to do where it is here already.

        Parameters
        ----------
        progress
            Is called now and then from this thread; what it raises ends the transfer, and what has
            arrived whole is kept.

        Raises
        ------
        DataUnavailableError
            If it cannot be had.
        """


IMAGES: Registry[ImageSet] = Registry("images")


def to_unit(images: Bytes) -> NDArray[np.float32]:
    """Return grey levels 0..255 as float32 in [−1, 1], the range of G's tanh."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)

"""Pictures on their way to this computer: one transfer for all who want the same ones."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from gan_core.images.data import DataUnavailableError

if TYPE_CHECKING:
    from gan_core.images.data import ImageSet


class Transfer:
    """Fetches a set of pictures in a thread of its own.

    Attributes
    ----------
    done, total
        Bytes that have arrived, and how many it will be; 0 while that is not known.
    error
        Why it failed, if it did.
    """

    def __init__(self, images: ImageSet) -> None:
        self._images = images
        self.done = self.total = 0
        self.error: DataUnavailableError | None = None
        self._thread = threading.Thread(target=self._fetch, name="pictures", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self._thread.is_alive()

    @property
    def part(self) -> float:
        """How much has arrived, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    def _fetch(self) -> None:
        try:
            self._images.fetch(self._note)
        except DataUnavailableError as error:
            self.error = error

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


# Files of the server, not of a student: whoever asks second watches the first one's transfer.
_TRANSFERS: Final[dict[str, Transfer]] = {}
_LOCK: Final = threading.Lock()


def transfer(images: ImageSet) -> Transfer | None:
    """Return the newest transfer of these pictures; None if nobody has asked for them."""
    return _TRANSFERS.get(images.key)


def fetch(images: ImageSet) -> None:
    """Begin to fetch these pictures, unless they are on their way."""
    with _LOCK:
        known = _TRANSFERS.get(images.key)
        if known is None or not known.running:
            _TRANSFERS[images.key] = Transfer(images)

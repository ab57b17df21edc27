"""Sets of 28 × 28 pictures that are published as four files: found, fetched and checked."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO, ClassVar, Final, NamedTuple

from typing_extensions import override

from gan_core.images.data.base import (
    IMAGES,
    Bytes,
    DataUnavailableError,
    ImageSet,
    Pictures,
    Progress,
)
from gan_core.images.data.idx import IdxError, parse

FOLDER: Final = "GAN_DATA_DIR"
"""Environment variable that names a folder in which the files lie already."""
CACHE: Final = "gan-classroom"
"""Folder of the machine's cache for what has been fetched, one folder per set in it."""

TRAIN, TEST = 60_000, 10_000
SIDE = 28
LABELS: Final = (1, 3)
"""Which of the four files hold labels: they are small, so it is by them that a set is known."""


class PublishedFile(NamedTuple):
    """One of the four files."""

    name: str
    size: int
    sha256: str
    shape: tuple[int, ...]

    def read(self, packed: bytes, classes: int) -> Bytes:
        """Return its pictures or labels.

        Raises
        ------
        IdxError
            If this is not the published file; with "not-published" if it could be one.
        """
        numbers = parse(packed, self.shape, classes if len(self.shape) == 1 else 0)
        if hashlib.sha256(packed).hexdigest() != self.sha256:
            raise IdxError("not-published")
        return numbers

    def is_at(self, path: Path) -> bool:
        """Say whether the published file, bit for bit, lies there."""
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256
        except OSError:
            return False


def four_files(*sizes_and_hashes: tuple[int, str]) -> tuple[PublishedFile, ...]:
    """Describe the files of a set: pictures and labels for training, then those for tests."""
    stems = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    shapes = ((TRAIN, SIDE, SIDE), (TRAIN,), (TEST, SIDE, SIDE), (TEST,))
    return tuple(
        PublishedFile(f"{stem}-ubyte.gz", size, sha256, shape)
        for stem, shape, (size, sha256) in zip(stems, shapes, sizes_and_hashes, strict=True)
    )


class Published(ImageSet):
    """A set of 70,000 pictures; a subclass says where its files are and what they hash to.

    They are looked for in the folder that `GAN_DATA_DIR` names (in its folder of the set's key, or
    in itself), then in the cache. A wrong file in the user's folder is named, refused and left as
    it is; a wrong one in the cache counts as missing, and `fetch` puts the right one there.
    """

    shape: ClassVar[tuple[int, int]] = (SIDE, SIDE)
    files: ClassVar[tuple[PublishedFile, ...]]
    mirrors: ClassVar[tuple[str, ...]]
    """Addresses of folders that hold the files, tried in this order."""

    @override
    def load(self) -> Pictures:
        own = self._own_folder()
        folder = own or _cache_of(self.key)
        seen = tuple(_state(folder / file.name) for file in self.files)
        return _pictures(type(self), folder, own is not None, seen)

    @property
    @override
    def here(self) -> bool:
        try:
            folder = self._own_folder() or _cache_of(self.key)
        except DataUnavailableError:
            return False
        sizes = [_state(folder / file.name)[:1] for file in self.files]
        return sizes == [(file.size,) for file in self.files]

    @override
    def fetch(self, progress: Progress | None = None) -> None:
        if own := self._own_folder():
            _read(type(self), own, own=True)  # what is wrong there is said now
            return
        with _FETCHING:  # who comes second finds what the first has brought
            folder, arrived = _cache_of(self.key), 0
            total = sum(file.size for file in self.files)
            for file in self.files:
                start = arrived

                def tell(so_far: int, start: int = start) -> None:
                    if progress:
                        progress(start + so_far, total)

                tell(0)
                if not file.is_at(folder / file.name):
                    fetch_file(self.key, file, folder, self.mirrors, tell)
                arrived += file.size
                tell(file.size)

    def _own_folder(self) -> Path | None:
        """Return the user's own folder with this set's files; None if there is none."""
        named = os.environ.get(FOLDER, "")
        if not named:
            return None
        if not (folder := Path(named).expanduser()).is_dir():
            raise DataUnavailableError(self.key, "no-such-folder")
        names = [file.name for file in self.files]
        for place in (folder / self.key, folder):
            if any((place / name).exists() for name in names) and not self._is_of_others(place):
                return place
        return None

    def _is_of_others(self, place: Path) -> bool:
        """Say whether another set, whose files have the same names, lies in a folder."""
        others = [one for one in IMAGES if issubclass(one, Published) and one.key != self.key]
        return any(
            other.files[i].is_at(place / other.files[i].name) for other in others for i in LABELS
        )


_FETCHING = Lock()


def _cache_of(key: str) -> Path:
    import pooch

    return Path(pooch.os_cache(CACHE)) / key


def _state(path: Path) -> tuple[int, int]:
    """Return what changes with a file: its size and time; (-1, 0) if there is none."""
    try:
        found = path.stat()
    except OSError:
        return -1, 0
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=4)
def _pictures(kind: type[Published], folder: Path, own: bool, _: object) -> Pictures:
    """Return what a folder holds; it is read again once a file has changed."""
    return _read(kind, folder, own=own)


def _read(kind: type[Published], folder: Path, *, own: bool) -> Pictures:
    arrays = []
    for file in kind.files:
        try:
            arrays.append(file.read((folder / file.name).read_bytes(), kind.classes))
        except (OSError, IdxError) as error:
            problem = "missing" if isinstance(error, FileNotFoundError) else "damaged"
            problem = error.problem if isinstance(error, IdxError) else problem
            reason = f"file-{problem}" if own else "not-here"
            raise DataUnavailableError(kind.key, reason, file.name) from None
    return Pictures(*arrays)


CONNECT, SILENCE = 5.0, 10.0
"""Seconds that a mirror may take to answer, and between two pieces of a file."""
GRACE, LEAST_SPEED = 30.0, 20_000
"""A file may take this many seconds, and one more for each so many bytes of it."""
PIECE = 2**16


class _TooSlowError(Exception):
    """A mirror drips."""


def fetch_file(
    key: str,
    file: PublishedFile,
    folder: Path,
    mirrors: tuple[str, ...],
    tell: Callable[[int], None],
) -> None:
    """Bring one file into a folder, from the first mirror that gives the published one.

    Nothing half lies in the folder at any time: a file moves in whole and checked.

    Raises
    ------
    DataUnavailableError
        If no mirror does, or the folder cannot be written.
    """
    import pooch
    import requests
    from urllib3.exceptions import HTTPError, TimeoutError

    pooch.get_logger().setLevel("WARNING")  # who wants to know hears it from `tell`

    def download(url: str, output_file: str, _: object) -> None:
        deadline = time.monotonic() + GRACE + file.size / LEAST_SPEED
        with (
            requests.get(url, timeout=(CONNECT, SILENCE), stream=True) as answer,
            open(output_file, "wb") as out,
        ):
            answer.raise_for_status()
            _copy(answer, out, deadline)

    def _copy(answer: requests.Response, out: IO[bytes], deadline: float) -> None:
        arrived = 0
        while piece := answer.raw.read1(PIECE):
            arrived += out.write(piece)
            if arrived > file.size:
                raise ValueError("longer than the published file")
            if time.monotonic() > deadline:
                raise _TooSlowError
            tell(arrived)

    reasons = []
    for mirror in mirrors:
        try:
            pooch.retrieve(
                mirror + file.name, f"sha256:{file.sha256}", file.name, folder, downloader=download
            )
        except requests.ConnectionError:  # or the time for it is over
            reasons.append("offline")
        except (_TooSlowError, requests.Timeout, TimeoutError):
            reasons.append("too-slow")
        except HTTPError:
            reasons.append("broken-off")
        except (requests.RequestException, ValueError):
            reasons.append("no-good-copy")
        except OSError:
            raise DataUnavailableError(key, "no-room", file.name) from None
        else:
            return
    # What a mirror that answered has shown tells more than that another could not be reached.
    told = ("no-good-copy", "broken-off", "too-slow", "offline")
    raise DataUnavailableError(key, next(r for r in told if r in reasons), file.name)

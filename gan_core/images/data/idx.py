"""The file format of MNIST: a gzip of a heading of big-endian numbers, then bytes."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from gan_core.images.data.base import Bytes

UNSIGNED_BYTES = 8
"""Code of the type of the numbers in a file."""
MOST = 2**27
"""Bytes that a file may unfold to; the largest published one holds 47 million."""


class IdxError(ValueError):
    """What is wrong with a file.

    Attributes
    ----------
    problem
        "not-gzip", "cut-off", "damaged", "other-kind" (another type or number of dimensions),
        "wrong-size" or "wrong-label".
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def parse(packed: bytes, shape: tuple[int, ...], classes: int = 0) -> Bytes:
    """Return what a file holds.

    Parameters
    ----------
    packed
        The gzipped file.
    shape
        What it has to hold: (n,) labels or (n, h, w) pictures.
    classes
        With it, each number has to be smaller than this.

    Returns
    -------
    uint8 array of that shape

    Raises
    ------
    IdxError
        If it holds anything else.
    """
    content = _unzip(packed)
    heading = 4 + 4 * len(shape)
    if content[:4] != bytes([0, 0, UNSIGNED_BYTES, len(shape)]):
        raise IdxError("other-kind")
    if len(content) < heading:
        raise IdxError("cut-off")
    if struct.unpack(f">{len(shape)}I", content[4:heading]) != shape:
        raise IdxError("wrong-size")
    numbers = np.frombuffer(content, np.uint8, offset=heading)
    if numbers.size != np.prod(shape):
        raise IdxError("cut-off" if numbers.size < np.prod(shape) else "wrong-size")
    if classes and numbers.max() >= classes:
        raise IdxError("wrong-label")
    return numbers.reshape(shape)


def _unzip(packed: bytes) -> bytes:
    if not b"\x1f\x8b".startswith(packed[:2]):
        raise IdxError("not-gzip")
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with gzip's heading and checksum
    try:
        content = unpack.decompress(packed, MOST)
    except zlib.error:
        raise IdxError("damaged") from None
    if unpack.unconsumed_tail:
        raise IdxError("wrong-size")
    if not unpack.eof:
        raise IdxError("cut-off")
    return content

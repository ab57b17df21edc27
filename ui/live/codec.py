"""Frames on the wire: named numpy arrays to one binary message for the browser, and back.

The message is numeric only and little-endian, so that the browser reads it with typed arrays and
without copying: ``u32 magic, u16 version, u16 sections``, then sections that each start at a
multiple of 8 bytes: ``u8 id, u8 dtype, u8 ndim, u8 0, u32 shape[ndim]``, padding, payload, padding.
Positions travel as 16-bit integers (a step is 1/16,383 of half the view), everything else as the
smallest type that is exact enough for a picture. ``js/codec.js`` is the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from gan_core.frame import Frame

MAGIC: Final = 0x464E4147
VERSION: Final = 1
ALIGN: Final = 8
STEPS: Final = 32767
"""Largest 16-bit position; it stands for twice the view's half-width."""

DIM: Final = -1
"""In a section's shape: the dimensions of a sample, 1 or 2."""

DTYPES: Final = ("<u1", "<i2", "<u2", "<f4", "<f8")
HEAD: Final = (
    "seq",
    "epoch",
    "iteration",
    "half",
    "status",
    "extent",
    "rate",
    "pace",
    "modes",
    "js_floor",
    "w1_floor",
    "score_low",
    "score_high",
    "score_kind",
    "arrow_scale",
    "place",
    "dim",
    "lives",
    "restored",
    "back",
    "moment",
    "beside",
    "kl_floor",
    "game",
    "verdict",
)
"""Names of the head's numbers, in order; one that is not given is 0."""

STATUS: Final = {
    "starting": 0,
    "running": 1,
    "paused": 2,
    "diverged": 3,
    "waiting": 4,
    "recovering": 5,
}
GAMES: Final = (
    "",
    "non-saturating",
    "minimax",
    "maximum-likelihood",
    "least-squares",
    "hinge",
    "wasserstein",
)
"""The games that the browser knows by their place here; another one travels as 0."""


class Section(NamedTuple):
    """How one named array travels: its number, its type on the wire, its shape."""

    number: int
    dtype: str
    shape: tuple[int, ...]  # 0: any size
    kind: str  # 'position', 'field' or 'plain'


SECTIONS: Final[dict[str, Section]] = {
    "real": Section(2, "<i2", (0, DIM), "position"),
    "centres": Section(3, "<i2", (0, DIM), "position"),
    "fake": Section(4, "<i2", (0, DIM), "position"),
    "field": Section(5, "<u1", (0, 0), "field"),
    "warp": Section(6, "<i2", (0, 0, DIM), "position"),
    "arrows": Section(7, "<f4", (0, DIM), "plain"),
    "histogram": Section(8, "<f4", (2, 0), "plain"),
    "history": Section(9, "<f4", (0, 7), "plain"),
    "metrics": Section(10, "<f4", (0, 7), "plain"),
    "shares": Section(11, "<f4", (0,), "plain"),
    "weights": Section(12, "<f4", (0,), "plain"),
    "latent": Section(13, "<f4", (0,), "plain"),
    "density": Section(14, "<f4", (2, 0), "plain"),
    "album": Section(15, "<f8", (0,), "plain"),
    "trace": Section(16, "<f4", (0, 5), "plain"),
    "batch_real": Section(17, "<i2", (0, DIM), "position"),
    "batch_fake": Section(18, "<i2", (0, DIM), "position"),
    "batch_z": Section(19, "<f4", (0, DIM), "plain"),
    "batch_scores": Section(20, "<f4", (2, 0), "plain"),
    "logits": Section(21, "<f4", (0,), "plain"),
    "looks": Section(22, "<f4", (0, 0), "plain"),
    "evidence": Section(23, "<f4", (0, 2), "plain"),
    "crowd": Section(24, "<i2", (0, 0, DIM), "position"),
    "crowd_numbers": Section(25, "<f4", (0, 9), "plain"),
    "weights_histogram": Section(26, "<f4", (0,), "plain"),
    "slopes": Section(27, "<f4", (0,), "plain"),
    "pictures": Section(28, "<u1", (0, 0, 0), "plain"),
    "real_pictures": Section(29, "<u1", (0, 0, 0), "plain"),
    "walk": Section(30, "<u1", (0, 0, 0), "plain"),
    "layers": Section(31, "<u1", (0,), "plain"),
    "layer_shapes": Section(32, "<f4", (0, 4), "plain"),
    "company": Section(33, "<u1", (0, 0, 0), "plain"),
    "company_change": Section(34, "<f4", (4,), "plain"),
    "quality": Section(35, "<f4", (0, 7), "plain"),
    "quality_floor": Section(36, "<f4", (6,), "plain"),
    "readings": Section(37, "<f4", (0, 2), "plain"),
    "look": Section(38, "<f4", (3,), "plain"),
}
SCENERY: Final = ("real", "centres", "weights", "real_pictures")
"""Sections that stand still within an epoch."""
_NAMES: Final = {section.number: name for name, section in SECTIONS.items()}


def encode(sections: Mapping[str, ArrayLike | None], head: Mapping[str, float]) -> bytes:
    """Write one message for the browser.

    Parameters
    ----------
    sections
        Arrays by name (`SECTIONS`); ``None`` leaves a section out. Positions (real, centres, fake:
        (n, dim); warp: (rows, columns, dim)) are in data units and are clipped to twice the view.
        ``field`` (rows, columns) is either uint8, ready to send, or real-valued: then it is mapped
        from [score_low, score_high].
    head
        The scalars by name (`HEAD`); ``extent`` (half-width of the view in data units) must be
        positive.

    Returns
    -------
    bytes
        The message; its length is a multiple of 8.

    Raises
    ------
    ValueError
        For an unknown name, a shape that does not fit its section, an array that does not hold
        real numbers, or an ``extent`` that is not positive and finite.
    """
    numbers = _head(head)
    extent = float(numbers[HEAD.index("extent")])
    given = {name: array for name, array in sections.items() if array is not None}
    parts: list[bytes] = [b""]
    parts += _section(1, numbers)
    for name, array in given.items():
        spec = SECTIONS.get(name)
        if spec is None:
            raise ValueError(f"unknown section {name!r}; known are {', '.join(SECTIONS)}")
        values = _checked(name, spec, array)
        if spec.kind == "position":
            values = _positions(values, extent)
        elif spec.kind == "field":
            values = _field(values, numbers)
        parts += _section(spec.number, np.ascontiguousarray(values, dtype=spec.dtype))
    parts[0] = _start(1 + len(given))
    return b"".join(parts)


def encode_frame(
    frame: Frame,
    *,
    seq: int,
    scenery: bool = True,
    moment: int = -1,
    album: ArrayLike | None = None,
) -> bytes:
    """Write a `Frame`; empty arrays are left out. One that stands beside it follows at once.

    Parameters
    ----------
    frame
        What to show.
    seq
        Number of the message on its socket; the browser acknowledges it once it is drawn.
    scenery
        Whether to send what stands still, the real samples and the centres: in a socket's first
        message and when the epoch changes.
    moment
        The iteration of the kept moment that this is; −1 for the present.
    album
        The iterations of all kept moments, where they have changed.

    Returns
    -------
    bytes
        The message, as `encode` writes it.
    """
    beside = int(frame.beside is not None)
    game = GAMES.index(frame.game) if frame.game in GAMES else 0
    told = {
        "seq": seq,
        "status": STATUS[frame.status],
        "moment": moment,
        "beside": beside,
        "game": game,
    }
    head = {name: float(getattr(frame, name)) for name in HEAD if name not in told}
    names = set(SECTIONS) - {"album"} - (set() if scenery else set(SCENERY))
    arrays = {name: getattr(frame, name) for name in SECTIONS if name in names}
    sections = {name: array if array.size else None for name, array in arrays.items()}
    message = encode({**sections, "album": album}, {**head, **told})
    if frame.beside is None:
        return message
    return message + encode_frame(frame.beside, seq=seq, scenery=scenery, moment=moment)


def decode(message: bytes) -> tuple[dict[str, float], dict[str, NDArray[np.generic]]]:
    """Read a message back (for tests and tools; the browser has its own reader).

    Parameters
    ----------
    message
        What `encode` returned.

    Returns
    -------
    head, sections
        The scalars by name, and the arrays by name: positions in data units again (float64),
        everything else as it travelled.

    Raises
    ------
    ValueError
        If the message is not one of ours, or is cut short.
    """
    head, found, _ = _decode(message)
    return head, found


def decode_both(message: bytes) -> list[tuple[dict[str, float], dict[str, NDArray[np.generic]]]]:
    """Read a message with a frame, and the one beside it if there is one, as `decode` does."""
    head, found, end = _decode(message)
    return [(head, found), *([decode(message[end:])] if head["beside"] else [])]


def _decode(message: bytes) -> tuple[dict[str, float], dict[str, NDArray[np.generic]], int]:
    magic, version, count = _read_start(message)
    if magic != MAGIC or version != VERSION:
        raise ValueError(f"not a frame: magic {magic:#x}, version {version}")
    found: dict[str, NDArray[np.generic]] = {}
    head: dict[str, float] = {}
    at = 8
    for _ in range(count):
        number, array, at = _read_section(message, at)
        if number == 1:
            head = dict(zip(HEAD, array.astype(float).tolist(), strict=True))
        elif number in _NAMES:
            found[_NAMES[number]] = array
    scale = 2 * head["extent"] / STEPS
    for name, array in found.items():
        if SECTIONS[name].kind == "position":
            found[name] = array.astype(np.float64) * scale
    return head, found, at


def _head(head: Mapping[str, float]) -> NDArray[np.float64]:
    unknown = sorted(set(head) - set(HEAD))
    if unknown:
        raise ValueError(f"unknown head field {unknown[0]!r}; known are {', '.join(HEAD)}")
    numbers = np.array([float(head.get(name, 0.0)) for name in HEAD], dtype=np.float64)
    extent = numbers[HEAD.index("extent")]
    if not (np.isfinite(extent) and extent > 0):
        raise ValueError(f"extent must be positive and finite, not {extent}")
    return numbers


def _checked(name: str, spec: Section, array: ArrayLike) -> NDArray[np.generic]:
    values = np.asarray(array)
    if values.dtype.kind not in "iuf":
        raise ValueError(f"section {name!r} must hold real numbers, not {values.dtype}")
    fits = values.ndim == len(spec.shape) and all(
        want in (0, got) or (want == DIM and got in (1, 2))
        for want, got in zip(spec.shape, values.shape, strict=True)
    )
    if not fits:
        shape = tuple({0: "any", DIM: "1 or 2"}.get(want, want) for want in spec.shape)
        raise ValueError(f"section {name!r} must have shape {shape}, not {values.shape}")
    return values


def _positions(values: NDArray[np.generic], extent: float) -> NDArray[np.generic]:
    steps = values.astype(np.float64) * (STEPS / (2 * extent))
    # A sample that ran away to infinity sits at the edge; one that is no number sits there too.
    np.nan_to_num(steps, copy=False, nan=STEPS, posinf=STEPS, neginf=-STEPS)
    return np.rint(np.clip(steps, -STEPS, STEPS, out=steps), out=steps).astype(np.int16)


def _field(values: NDArray[np.generic], head: NDArray[np.float64]) -> NDArray[np.generic]:
    if values.dtype == np.uint8:
        return values
    low, high = (float(head[HEAD.index(name)]) for name in ("score_low", "score_high"))
    levels = (values.astype(np.float64) - low) * (255 / max(high - low, 1e-12))
    np.nan_to_num(levels, copy=False, nan=127.5, posinf=255, neginf=0)
    return np.rint(np.clip(levels, 0, 255, out=levels), out=levels).astype(np.uint8)


def _padding(length: int) -> bytes:
    return bytes(-length % ALIGN)


def _start(count: int) -> bytes:
    return np.array([MAGIC], "<u4").tobytes() + np.array([VERSION, count], "<u2").tobytes()


def _section(number: int, values: NDArray[np.generic]) -> tuple[bytes, ...]:
    code = DTYPES.index("<" + values.dtype.str[1:])
    start = bytes((number, code, values.ndim, 0)) + np.array(values.shape, "<u4").tobytes()
    payload = values.tobytes()
    return start, _padding(len(start)), payload, _padding(len(payload))


def _read_start(message: bytes) -> tuple[int, int, int]:
    if len(message) < ALIGN:
        raise ValueError(f"not a frame: only {len(message)} bytes")
    magic = int(np.frombuffer(message, "<u4", 1)[0])
    version, count = (int(value) for value in np.frombuffer(message, "<u2", 2, 4))
    return magic, version, count


def _read_section(message: bytes, at: int) -> tuple[int, NDArray[np.generic], int]:
    number, code, ndim = message[at : at + 3]
    shape = tuple(int(n) for n in np.frombuffer(message, "<u4", ndim, at + 4))
    start = at + 4 + 4 * ndim
    start += -start % ALIGN
    size = int(np.prod(shape, dtype=np.int64))
    array = np.frombuffer(message, DTYPES[code], size, start).reshape(shape)
    end = start + array.nbytes
    return number, array, end + -end % ALIGN

"""A frame: everything that a view may show of an experiment at one moment."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, fields, replace
from dataclasses import field as field_
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

HISTORY_COLUMNS = (
    "iteration",
    "d_cost",
    "g_cost",
    "d_real",
    "d_fake",
    "accuracy",
    "gradient_norm",
)
METRIC_COLUMNS = ("iteration", "covered", "captured", "high_quality", "js", "w1", "kl")
IMAGE_METRIC_COLUMNS = (
    *("iteration", "classes", "confidence", "label_accuracy"),
    *("fid", "kid", "count"),
)
"""What is measured of generated pictures; see `gan_core.images.quality`."""
CROWD_COLUMNS = (
    *("seed", "diverged_at", "measured_at", "covered", "captured", "high_quality"),
    *("dominance", "hops", "verdict"),
)
"""What is known of each member of a crowd; see `gan_core.crowd.Member`."""
TRACE_COLUMNS = ("player", "kind", "a", "b", "c")
TRACE_KINDS = (
    *("sample", "generate", "classify", "cost", "gradient", "update"),
    *("look-ahead", "come-back", "mislead", "unroll"),
)
"""Stages of an iteration; the numbers a, b, c of each are said in `Frame`."""
TRACED = 64
"""Samples of a batch in a frame, at most."""
SHOWN = 1000
"""Real and fake samples in a frame."""
JUDGED = 128
"""Logits of fakes in a frame, at most: as many as a batch of the presets has."""
PICTURES = 64
"""Pictures in a frame, real and generated; of the latter 8 for each of ten classes with labels."""
WALK = 25
"""Pictures on the way between two latents."""
CHANNELS = 16
"""Feature maps of a layer in a frame, at most."""
COMPANY_ROWS = ("train", "eval", "reference", "virtual")
"""Whose statistics normalise a picture that is generated among changing neighbours."""
COMPANY_DRAWS = 6
"""Draws of neighbours in a frame."""

STATUSES = ("starting", "running", "paused", "diverged", "waiting", "recovering")


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of an experiment, detached from it. Arrays are read-only.

    Attributes
    ----------
    epoch
        Number of restarts; when it changes, the history begins anew.
    iteration
        Rounds of the update rule so far.
    half
        1 if D has moved and G has not yet (a lone D step), else 0.
    status
        One of `STATUSES`. The engine sets it; an experiment alone says "paused" or "diverged".
    dim
        Dimensions of a sample: 2, or 1 for data on a line.
    extent
        Half the width of the shown square or line, in data units.
    rate, pace
        Iterations/s as measured and as asked (0: all that the machine gives). Set by the engine.
    place
        Place in the waiting line (from 1), when `status` is "waiting".
    lives
        How often the run has gone on from a checkpoint, because its worker was lost or because it
        was taken back; when it changes, all of the history comes again. Set by the engine.
    restored
        The iteration at which it last did so; −1 if never. Set by the engine.
    back
        The iteration that a diverged run can be taken back to; −1 if none. Set by the engine.
    since
        `history`, `metrics`, `looks` and `quality` hold the rows later than this iteration (−1:
        all).
    js_floor, w1_floor, kl_floor
        What fresh real samples of the same number score against the data, in the mean: a perfect
        generator scores as much.
    score_low, score_high
        Range of D's output in `field` and `histogram`. Its middle is where D cannot tell: 0.5,
        for a critic half-way between its mean scores of real and of fake samples.
    score_kind
        0: D(x) is a probability; 1: the score of a critic, without bounds.
    game
        The registry key of the game that is played; empty if nobody plays yet.
    arrow_scale
        Length of the longest arrow before it was scaled to 1, in cost per data unit.
    real, fake
        Samples, (n, dim) float32. `fake` belongs to the same latents in each frame of an epoch.
    centres
        Mode centres, (m, dim) float32.
    weights
        Probability of each mode, (m,).
    field
        D's output on a grid, (g, g) float32, row 0 at y = −extent, cell centres; for data on a
        line (1, g).
    warp
        Image under G of a grid of latents with equal probability per cell, (r, c, dim) float32;
        (1, c, dim) where it is a thread.
    latent
        For data on a line: the first coordinate of the latents behind `warp`, (c,); else empty.
    density
        For data on a line: density of the data (row 0, exact) and of the fakes (row 1, as
        estimated from samples) per data unit in the cells of `field`, (2, g); else empty.
    arrows
        For the first fakes: where G wants to move them (−∂J_G/∂x), (a, dim), longest = 1.
    logits
        D's logit of the first fakes, or packs of them, (n,) float32 with n up to `JUDGED`.
    histogram
        Share of real (row 0) and fake (row 1) per bin of D's output, (2, bins).
    history
        New rows of `HISTORY_COLUMNS`, (rows, 7) float64.
    metrics
        New rows of `METRIC_COLUMNS`, (rows, 7) float64.
    shares
        Share of the fakes whose nearest centre is mode i, (m,).
    trace
        The stages of the last half of an iteration in their order, if it was the last move and
        was written down (`Experiment.step_half`), (stages, 5) float64, `TRACE_COLUMNS`. The
        player is 0 for D, 1 for G, 2 for both; the kind is a place in `TRACE_KINDS`, and a, b, c
        are (NaN: none)

        - sample: real samples, which are as many as latents; dimensions of z
        - generate: fakes
        - classify: D's mean output on real samples (NaN in G's turn) and on fakes
        - cost: the cost; D's without the penalty; the constraint's penalty
        - gradient: its norm, in the player's own parameters
        - update: norm of the parameters' change, and its share of their norm before
        - look-ahead, come-back: the same norm for D, and for G
        - mislead: as update, of D down G's cost
        - unroll: the steps by which D would answer G; as update, of D by all of them
    batch_real, batch_fake
        The first samples of the batch in `trace` (of its last, if there were several), as D saw
        them last, (n, dim) float32 with n up to `TRACED`; empty without a trace.
    batch_z
        Up to two coordinates of the latents behind `batch_fake`, (n, 1 or 2) float32; without a
        trace of those behind the first of `fake`.
    batch_scores
        D's output on the first inputs of that batch, when it classified them last: row 0 real
        (NaN where D has moved since it saw them), row 1 fake, (2, n); empty without a trace.
    looks
        New rows of looks at the shown fakes, (rows, 3 + m) float64; see
        `gan_core.metrics.looks.Looks`: iteration, share of high quality, way travelled so far in
        data units, then the share per nearest mode.
    verdict
        What the measurements say of the run: a place in `gan_core.diagnosis.VERDICTS`.
    evidence
        What the verdict rests on, (n, 2) float64: for each of `gan_core.diagnosis.EVIDENCE` the
        number, and the threshold where it took part in the decision (NaN: it did not).
    weights_histogram
        Of a critic: how its parameters are spread, (2 + bins,) float32; see
        `gan_core.metrics.critics.weight_histogram`: the axis' half-width, the share of the
        parameters on the bound to which they are clipped (NaN: they are not), the share per bin.
    slopes
        Of a critic: ‖∇D‖ at points on straight lines between shown real samples and fakes,
        (1 + bins,) float32; see `gan_core.metrics.critics.slope_histogram`: their mean, then the
        share per bin of a logarithmic axis.
    crowd
        Of many seeds at once: fakes of each member, (members, n, dim) float32, row after row; the
        last good ones of a member that has diverged.
    crowd_numbers
        What is known of each member, (members, 9) float64, `CROWD_COLUMNS`.
    pictures
        Generated pictures, (n, h, w) uint8: those of the same latents in each frame of an epoch,
        by G's average if it has one. With labels picture i is of class i modulo their number.
    real_pictures
        Real pictures, (`PICTURES`, h, w) uint8.
    look
        What `walk`, `layers` and `company` show: the pictures a and b, and a draw of neighbours
        (−1: no company is asked for), (3,) float32; empty for experiments without pictures.
    walk
        Pictures on the way from the latent of picture a to that of b, both included, (`WALK`, h, w)
        uint8; with labels all of a's class.
    layers
        Feature maps of picture a through G and then through D, uint8 one after the other in the
        order of `layer_shapes`; each layer scaled symmetrically, so that 128 is 0.
    layer_shapes
        For each layer (player: 0 for G, 1 for D; maps shown ≤ `CHANNELS`; h; w), (layers, 4) int32.
    company
        The picture of a's latent among `COMPANY_DRAWS` draws of neighbours, under each of
        `COMPANY_ROWS`, row after row, (24, h, w) uint8; empty where G normalises nothing.
    company_change
        Mean absolute difference between the draws of each row, in grey levels of [0, 1], (4,).
    quality
        New rows of `IMAGE_METRIC_COLUMNS`, (rows, 7) float64; NaN where a column says nothing.
    quality_floor
        What fresh real pictures of the same number score: the columns without the first, (6,).
    readings
        Class and confidence that the classifier gave to each of `pictures` at the last measurement,
        (n, 2) float32.
    beside
        The frame of the experiment that runs beside this one on the same clock, if there is one.
    """

    epoch: int = 0
    iteration: int = 0
    half: int = 0
    status: str = "starting"
    dim: int = 2
    extent: float = 1.0
    rate: float = 0.0
    pace: float = 0.0
    place: int = 0
    lives: int = 0
    restored: int = -1
    back: int = -1
    since: int = -1
    js_floor: float = float("nan")
    w1_floor: float = float("nan")
    kl_floor: float = float("nan")
    score_low: float = 0.0
    score_high: float = 1.0
    score_kind: int = 0
    game: str = ""
    arrow_scale: float = 0.0
    real: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    centres: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    weights: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    fake: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    field: Array = field_(default_factory=lambda: np.zeros((0, 0), np.float32))
    warp: Array = field_(default_factory=lambda: np.zeros((0, 0, 2), np.float32))
    latent: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    density: Array = field_(default_factory=lambda: np.zeros((2, 0), np.float32))
    arrows: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    logits: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    histogram: Array = field_(default_factory=lambda: np.zeros((2, 0), np.float32))
    history: Array = field_(default_factory=lambda: np.zeros((0, len(HISTORY_COLUMNS)), np.float32))
    metrics: Array = field_(default_factory=lambda: np.zeros((0, len(METRIC_COLUMNS)), np.float32))
    shares: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    trace: Array = field_(default_factory=lambda: np.zeros((0, len(TRACE_COLUMNS))))
    batch_real: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    batch_fake: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    batch_z: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    batch_scores: Array = field_(default_factory=lambda: np.zeros((2, 0), np.float32))
    looks: Array = field_(default_factory=lambda: np.zeros((0, 3)))
    verdict: int = 0
    evidence: Array = field_(default_factory=lambda: np.zeros((0, 2)))
    weights_histogram: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    slopes: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    crowd: Array = field_(default_factory=lambda: np.zeros((0, 0, 2), np.float32))
    crowd_numbers: Array = field_(default_factory=lambda: np.zeros((0, len(CROWD_COLUMNS))))
    pictures: Array = field_(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    real_pictures: Array = field_(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    look: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    walk: Array = field_(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    layers: Array = field_(default_factory=lambda: np.zeros((0,), np.uint8))
    layer_shapes: Array = field_(default_factory=lambda: np.zeros((0, 4), np.int32))
    company: Array = field_(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    company_change: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    quality: Array = field_(default_factory=lambda: np.zeros((0, len(IMAGE_METRIC_COLUMNS))))
    quality_floor: Array = field_(default_factory=lambda: np.zeros((0,), np.float32))
    readings: Array = field_(default_factory=lambda: np.zeros((0, 2), np.float32))
    beside: Frame | None = None

    def __post_init__(self) -> None:
        """Check the status and lock the arrays."""
        if self.status not in STATUSES:
            raise ValueError(f"status is one of {', '.join(STATUSES)}, not {self.status!r}")
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def modes(self) -> int:
        """Number of modes of the data; 0 where they have none."""
        return len(self.centres)

    def with_run(self, *, status: str, pace: float, rate: float) -> Frame:
        """Return the frame with what only the engine knows."""
        return replace(self, status=status, pace=pace, rate=rate)

    def to_bytes(self) -> bytes:
        """Return the frame as bytes: a length, a JSON header, then the raw arrays."""
        head: dict[str, Any] = {}
        body: list[bytes] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray):
                head[item.name] = [value.dtype.str, *value.shape]
                body.append(np.ascontiguousarray(value).tobytes())
            elif isinstance(value, Frame):
                head[item.name] = True
            else:
                head[item.name] = value
        if self.beside is not None:
            body.append(self.beside.to_bytes())
        text = json.dumps(head).encode()
        return b"".join([struct.pack("<I", len(text)), text, *body])

    @classmethod
    def from_bytes(cls, data: bytes) -> Frame:
        """Return the frame that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are no frame.
        """
        try:
            (length,) = struct.unpack_from("<I", data)
            head, at = json.loads(data[4 : 4 + length]), 4 + length
            values: dict[str, Any] = {}
            for name, value in head.items():
                if isinstance(value, list):
                    dtype, shape = np.dtype(value[0]), value[1:]
                    count = int(np.prod(shape))
                    values[name] = np.frombuffer(data, dtype, count, at).reshape(shape)
                    at += count * dtype.itemsize
                else:
                    values[name] = value
            if head.get("beside"):
                values["beside"] = cls.from_bytes(data[at:])
            return cls(**values)
        except (struct.error, ValueError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(f"these bytes hold no frame: {error}") from error

"""Many seeds at once: one experiment from many beginnings, or two experiments from the same ones.

One run proves nothing, because chance alone may have decided it. Members of one row differ in their
seed alone; two rows have the same seeds under two settings, such as before and after a cure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gan_core.device import work
from gan_core.diagnosis import VERDICTS, diagnose, gather
from gan_core.experiment import Experiment, measured
from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS, SHOWN
from gan_core.history import History
from gan_core.live import RECENT
from gan_core.metrics import looks, modes
from gan_core.metrics.divergences import floors
from gan_core.metrics.looks import Looks
from gan_core.metrics.transport import w1_floor
from gan_core.settings import Settings, live_change
from gan_core.streams import SHOWN_LATENT, stream

if TYPE_CHECKING:
    import torch

    from gan_core.frame import Frame
else:
    from gan_core.lazy import torch

POINTS: Final = 160
"""Fakes of each member in a frame."""
SEEDS: Final = 2**31
"""The seed behind the largest one is 0."""
LARGEST_STATE: Final = 32 * 2**20
"""Bytes of a checkpoint; a crowd that needs more begins anew if its worker is lost."""
METRICS: Final = 256
"""Measurements that are kept of each member but the first."""
DIVERGED: Final = VERDICTS.index("diverged")
CHUNK_WORK: Final = 50e6
"""Multiplications and additions per iteration that are played as one computation at most.

Iterations/s per member with 1, 2, 4, 8, 16 members at once (one thread): networks of 2 × 14 units
6,300, 9,700, 11,900, 16,600, 18,400; 2 × 64 2,970, 3,800, 4,150, 3,750, 3,860; 2 × 128 1,380,
1,170, 1,270, 1,280, 1,180; 3 × 512 with gradient penalty 3.4, 3.3, 3.3 (1, 2, 4).
"""


class Member(NamedTuple):
    """What is known of one seed; `gan_core.frame.CROWD_COLUMNS`.

    Attributes
    ----------
    seed
        Its seed.
    diverged_at
        The iteration at which it ran away and has stood still since; −1 if it goes on.
    measured_at
        The iteration of its last measurement; −1 before the first.
    covered, captured, high_quality
        As `gan_core.metrics.modes.Coverage` of that measurement; NaN where there is none, or
        the data have no modes.
    dominance, hops
        As `gan_core.metrics.modes.Wandering`, over the whole run.
    verdict
        A place in `gan_core.diagnosis.VERDICTS`.
    """

    seed: int
    diverged_at: int
    measured_at: int
    covered: float
    captured: float
    high_quality: float
    dominance: float
    hops: int
    verdict: int


def seeds_from(first: int, count: int) -> list[int]:
    """Return `count` seeds, one after another."""
    return [(first + i) % SEEDS for i in range(count)]


def chunk_size(settings: Settings, count: int) -> int:
    """Return how many of `count` members are played as one computation.

    What many small networks gain is the overhead of calling operators. Large ones have little of
    it, and what they need no longer fits into the processor's cache.
    """
    most = max(1, min(count, int(CHUNK_WORK / work(settings))))
    return -(-count // -(-count // most))  # as even as can be


class Chunk(Experiment):
    """Some members of a row, as one computation; the first is what an experiment shows.

    Parameters
    ----------
    settings
        Those of the first member.
    count
        Members; the others have the seeds that follow.
    device
        As for `Experiment`.
    """

    def __init__(self, settings: Settings, count: int, device: str = "cpu") -> None:
        self._count = count
        super().__init__(settings, device)

    def _members(self, settings: Settings) -> list[Settings]:
        seeds = seeds_from(settings.seed, self._count)
        return [settings.model_copy(update={"seed": seed}) for seed in seeds]

    def _begin(self, settings: Settings) -> None:
        super()._begin(settings)
        data, members = settings.data, self._training.members
        self.everyones_looks = [self.looks]
        self.everyones_looks += [Looks(data.centres, data.spread) for _ in members[1:]]
        self.left_at = np.full(len(members), -1)  # the iteration at which each has diverged
        self.coverages: list[modes.Coverage | None] = [None] * len(members)
        self.verdicts, self._measured_at = [0] * len(members), [-1] * len(members)
        self._everyones_metrics = [self._metrics]
        self._everyones_metrics += [History(len(METRIC_COLUMNS), METRICS) for _ in members[1:]]
        self._recents = np.zeros((0, len(members), len(HISTORY_COLUMNS)))
        latents = [
            one.latent.sample(SHOWN, stream(one.seed, SHOWN_LATENT))[: looks.SEEN]
            for one in members
        ]
        self._latents = np.stack(latents)
        self._points = np.zeros((len(members), POINTS, data.dim), np.float32)

    # -- looking at each

    def _fakes(self, z: np.ndarray) -> np.ndarray:
        """Return each member's fakes, (k, n, dim), for its own latents, (k, n, dim of z)."""
        ensemble = self._training
        with torch.inference_mode():
            x = ensemble.g.network(torch.from_numpy(z).to(ensemble.device), ensemble.averaged)
        return np.asarray(x.cpu().numpy())

    def _look(self) -> None:
        fakes = self._fakes(self._latents)
        for i, (seen, fake) in enumerate(zip(self.everyones_looks, fakes, strict=True)):
            if self.left_at[i] < 0:
                seen.look(self.iteration, fake)

    def _check(self) -> None:
        """Notice who has diverged; the others go on."""
        players = (self._training.g, self._training.d)
        sums = [player.network.parameters.sum(1).cpu().numpy() for player in players]
        lost = ~np.isfinite(sums).all(0)
        for i in np.flatnonzero(lost & (self.left_at < 0)):
            self.left_at[i], self.verdicts[i] = self.iteration, DIVERGED
        if lost.all():
            self.status = "diverged"
            self.diagnosis = diagnose(self.evidence())

    def _everyones_history(self) -> np.ndarray:
        rows = super()._everyones_history()
        finite = np.isfinite(rows).all(2)
        for i in np.flatnonzero(~finite.all(0)):
            at = int(rows[~finite[:, i]][0, i, 0])
            if not 0 <= self.left_at[i] <= at:
                self.left_at[i], self.verdicts[i] = at, DIVERGED
        self._recents = np.concatenate([self._recents, rows])[-RECENT:]
        return rows

    def points(self) -> np.ndarray:
        """Return shown fakes of each member, (k, `POINTS`, dim): the last good ones."""
        fakes = self._fakes(self._latents[:, :POINTS])
        good = np.isfinite(fakes).all((1, 2)) & (self.left_at < 0)
        self._points[good] = fakes[good]
        return self._points.copy()

    @property
    def going(self) -> list[int]:
        """The members that have not diverged."""
        return [int(i) for i in np.flatnonzero(self.left_at < 0)]

    def measure_member(self, i: int) -> None:
        """Measure one member, unless it has diverged, and judge it."""
        if self.left_at[i] >= 0:
            return
        if i == 0:
            self.measure()
            self.coverages[0] = self.coverage
        else:
            settings, rows = self._training.members[i], self._everyones_metrics[i]
            row, self.coverages[i] = measured(settings, self.iteration, partial(self._fake, i))
            if not len(rows.rows) or rows.rows[-1, 0] < self.iteration:
                rows.append(np.array([row]))
        self._drain()
        self._measured_at[i], self.verdicts[i] = self.iteration, self._verdict(i)

    def _fake(self, i: int, z: np.ndarray) -> np.ndarray:
        """Return one member's fakes, (n, dim), for latents, (n, dim of z)."""
        averaged = self._training.averaged
        with torch.inference_mode():
            g = self._training.g.network.member(i)
            x = torch.from_numpy(z)[None].to(self._training.device)
            x = g(x, None if averaged is None else averaged[i : i + 1])
        return np.asarray(x[0].cpu().numpy())

    def _verdict(self, i: int) -> int:
        data = self.settings.data
        evidence = gather(
            self.everyones_looks[i],
            data,
            self._recents[:, i],
            self._everyones_metrics[i].rows,
            (floors(data, modes.SAMPLES)[0], w1_floor(data)),
            diverged=bool(self.left_at[i] >= 0),
        )
        return VERDICTS.index(diagnose(evidence).verdict)

    def outcomes(self) -> list[Member]:
        """Return what is known of each member."""
        found = []
        for i, one in enumerate(self._training.members):
            coverage, wandering = self.coverages[i], self.everyones_looks[i].wandering
            member = Member(
                seed=one.seed,
                diverged_at=int(self.left_at[i]),
                measured_at=self._measured_at[i],
                covered=coverage.covered if coverage else float("nan"),
                captured=coverage.captured if coverage else float("nan"),
                high_quality=coverage.high_quality if coverage else float("nan"),
                dominance=wandering.dominance,
                hops=wandering.hops,
                verdict=self.verdicts[i],
            )
            found.append(member)
        return found

    # -- saving

    def _kept(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        tensors, numbers = super()._kept()
        for i, seen in enumerate(self.everyones_looks[1:], 1):
            state = seen.state().items()
            tensors |= {f"{i}.{name}": torch.from_numpy(array) for name, array in state}
            tensors[f"{i}.metrics"] = torch.from_numpy(self._everyones_metrics[i].rows)
        tensors["recents"] = torch.from_numpy(self._recents)
        numbers["left_at"] = self.left_at.tolist()
        numbers["wanderings"] = [seen.wandering.as_json() for seen in self.everyones_looks]
        return tensors, numbers

    @classmethod
    def _made(cls, settings: Settings, numbers: Mapping[str, Any], device: str) -> Chunk:
        return cls(settings, len(numbers["streams"]), device)

    def _go_on(self, tensors: dict[str, torch.Tensor], numbers: dict[str, Any]) -> None:
        super()._go_on(tensors, numbers)
        for i, seen in enumerate(self.everyones_looks[1:], 1):
            start = f"{i}."
            own = {
                name.removeprefix(start): tensor.numpy()
                for name, tensor in tensors.items()
                if name.startswith(start)
            }
            seen.load(own, modes.Wandering.from_json(numbers["wanderings"][i]))
            self._everyones_metrics[i].append(own["metrics"])
        self._recents = tensors["recents"].numpy()
        self.left_at = np.array(numbers["left_at"])


class Crowd:
    """Many seeds that are stepped, looked at and saved together; see `Experiment`.

    One member plays what it would play alone, up to rounding. One that diverges stands still while
    the others go on. A change that restarts one restarts all.

    Parameters
    ----------
    settings
        The experiment of the first row; its seed is that of the first member.
    beside
        The experiment of a second row, with the same data and the same seeds; None: there is none.
    seeds
        Members of each row.
    device
        As for `Experiment`.

    Raises
    ------
    ValueError
        If the rows have different data.
    """

    def __init__(
        self,
        settings: Settings,
        beside: Settings | None = None,
        seeds: int = 8,
        device: str = "cpu",
    ) -> None:
        self._device, self._seeds = device, seeds
        self.epoch = 0
        self._begin(settings, beside)

    def _begin(self, settings: Settings, beside: Settings | None) -> None:
        if beside is not None and beside.data != settings.data:
            raise ValueError("both rows of a crowd need the same data")
        self.settings, self.beside = settings, beside
        self._waiting: list[tuple[Chunk, int]] = []  # who is still to be measured in this round
        self._rows = [self._row(one) for one in self._all_settings(settings, beside)]

    @staticmethod
    def _all_settings(settings: Settings, beside: Settings | None) -> list[Settings]:
        """Return the settings of each row, all with the seed of the first."""
        rows = [settings, *([beside] if beside else [])]
        return [one.model_copy(update={"seed": settings.seed}) for one in rows]

    def _row(self, settings: Settings) -> list[Chunk]:
        chunks = [
            Chunk(_with_seed(settings, start), count, self._device)
            for start, count in self._cut(settings)
        ]
        for chunk in chunks:
            chunk.epoch = self.epoch
        return chunks

    def _cut(self, settings: Settings) -> list[tuple[int, int]]:
        """Return the first seed and the number of members of each chunk."""
        size = chunk_size(settings, self._seeds)
        return [
            ((settings.seed + at) % SEEDS, min(size, self._seeds - at))
            for at in range(0, self._seeds, size)
        ]

    # -- running

    @property
    def _chunks(self) -> list[Chunk]:
        return [chunk for row in self._rows for chunk in row]

    @property
    def _going(self) -> list[Chunk]:
        """Those in which somebody has not diverged; all, if everybody has."""
        return [chunk for chunk in self._chunks if chunk.status == "ok"] or self._chunks

    @property
    def iteration(self) -> int:
        """Of whoever has not diverged: iterations that all of them have completed."""
        return min(chunk.iteration for chunk in self._going)

    @property
    def half(self) -> int:
        """1 if an iteration has been begun that not all have completed."""
        going = self._going
        behind = len({chunk.iteration for chunk in going}) > 1
        return int(behind or any(chunk.half for chunk in going))

    @property
    def parts(self) -> int:
        """How many calls of `step_half` make an iteration."""
        return 2 * len(self._going)

    @property
    def pretraining(self) -> int:
        """Steps that a D still learns before the game begins; the game waits for all."""
        return max(chunk.pretraining for chunk in self._chunks)

    @property
    def status(self) -> str:
        """What an experiment's status says; a crowd has diverged once everybody has."""
        return self._going[0].status

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of each D's pre-training."""
        for chunk in self._chunks:
            chunk.pretrain(n)

    def step(self, n: int = 1) -> None:
        """Play `n` iterations of each."""
        for chunk in self._chunks:
            chunk.step(n)

    def step_half(self, *, traced: bool = False) -> None:
        """Play the next part of an iteration: half of it for the members of one chunk.

        Parameters
        ----------
        traced
            Has no effect: the stages of many seeds at once are not written down.
        """
        del traced
        going = self._going
        begun = next((chunk for chunk in going if chunk.half), None)
        (begun or min(going, key=lambda chunk: chunk.iteration)).step_half()

    def step_d(self) -> None:
        """Move each D alone by one step."""
        for chunk in self._chunks:
            chunk.step_d()

    def step_g(self) -> None:
        """Move each G alone by one step."""
        for chunk in self._chunks:
            chunk.step_g()

    def change(self, settings: Settings, beside: Settings | None = None) -> bool:
        """Go on under other settings; return False if that restarted all.

        The second row keeps its settings, apart from the seed, unless others are given.
        """
        wanted = self._all_settings(settings, beside or self.beside)
        present = self._all_settings(self.settings, self.beside)
        goes_on = self.status == "ok" or wanted == present
        if not goes_on or not all(map(live_change, present, wanted)):
            self.reset(settings, beside)
            return False
        self.settings, self.beside = settings, beside or self.beside
        for row, other in zip(self._rows, wanted, strict=True):
            for chunk in row:
                if chunk.status == "ok":
                    chunk.change(_with_seed(other, chunk.settings.seed))
        return True

    def reset(self, settings: Settings | None = None, beside: Settings | None = None) -> None:
        """Start all again, under the present settings or others."""
        self.epoch += 1
        self._begin(settings or self.settings, beside or self.beside)

    # -- looking

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen now: of the first member all, of each its fakes and numbers."""
        first = self._chunks[0].frame(since)
        points = np.concatenate([chunk.points() for chunk in self._chunks])
        numbers = [one for row in self.outcomes() for one in row]
        return replace(
            first,
            iteration=self.iteration,
            half=self.half,
            status="paused" if self.status == "ok" else "diverged",
            crowd=points,
            crowd_numbers=np.array(numbers, float),
        )

    @property
    def unmeasured(self) -> int:
        """How many calls of `measure` are still to come until all have been measured."""
        return len(self._waiting)

    def measure(self) -> None:
        """Measure one member, in turn: all of them at once would keep others waiting."""
        if not self._waiting:
            self._waiting = [(chunk, i) for chunk in self._chunks for i in chunk.going]
        if self._waiting:
            chunk, i = self._waiting.pop(0)
            chunk.measure_member(i)

    def measure_all(self) -> None:
        """Measure every member."""
        self._waiting = []
        self.measure()
        while self.unmeasured:
            self.measure()

    def outcomes(self) -> list[list[Member]]:
        """Return what is known of each member, row by row."""
        return [[one for chunk in row for one in chunk.outcomes()] for row in self._rows]

    # -- saving

    def state(self) -> bytes:
        """Return a checkpoint of all; that of a crowd too large begins anew."""
        bodies: list[bytes] = []
        for chunk in self._chunks:
            bodies.append(chunk.state())
            if len(bodies) * len(bodies[-1]) > LARGEST_STATE:
                bodies = []
                break
        header = {
            "settings": self.settings.to_json(),
            "beside": self.beside and self.beside.to_json(),
            "seeds": self._seeds,
            "epoch": self.epoch,
            "chunks": [len(row) for row in self._rows],
            "lengths": [len(body) for body in bodies],
        }
        return b"\n".join([json.dumps(header).encode(), b"".join(bodies)])

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Crowd:
        """Return the crowd that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no such checkpoint.
        """
        text, _, rest = state.partition(b"\n")
        try:
            header = json.loads(text)
            beside = Settings.from_json(header["beside"]) if header["beside"] else None
            crowd = cls(Settings.from_json(header["settings"]), beside, header["seeds"], device)
            crowd.epoch = int(header["epoch"])
            bodies = _cut(rest, header["lengths"])
            crowd._rows = [
                [Chunk.restore(bodies.pop(0), device) for _ in range(count)] if bodies else row
                for row, count in zip(crowd._rows, header["chunks"], strict=True)
            ]
        except (TypeError, LookupError) as error:
            raise ValueError(f"these bytes hold no crowd: {error}") from error
        for chunk in crowd._chunks:
            chunk.epoch = crowd.epoch
        return crowd


def _with_seed(settings: Settings, seed: int) -> Settings:
    return settings.model_copy(update={"seed": seed})


def _cut(body: bytes, lengths: Sequence[int]) -> list[bytes]:
    """Return the parts of these lengths."""
    parts, at = [], 0
    for length in lengths:
        parts.append(body[at : at + length])
        at += length
    return parts

"""The engine as the rest of the app sees it: what can be asked, and how it can fail."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from gan_core.settings import Settings

if TYPE_CHECKING:
    from gan_core.engine.album import Moment
    from gan_core.frame import Frame
    from gan_core.images.settings import AnySettings

COMMANDS: Final = (
    *("play", "pause", "step", "step-d", "step-g", "step-half"),
    *("reset", "pace", "set", "begin", "back", "look"),
)
"""What a run can be told; `pace` takes ``pace``, `set` and `begin` take ``settings``.

`step-half` plays what comes before G moves, or the rest, and writes its stages down
(`Frame.trace`). `set` goes on under other settings where that is possible, `begin` starts from
the beginning.
`back` takes a diverged run to a checkpoint from before (`Frame.back`) and pauses it there.
`look` takes ``at``, a `Look`, and changes nothing but what frames of pictures show.
"""

Look = tuple[int, int, int]
"""Two shown pictures, a and b, and a draw of a's neighbours (−1: none): see `Frame.look`."""
MOST_PICTURES: Final = 80
"""Shown pictures, at most."""
MOST_DRAWS: Final = 2**20

FEWEST_SEEDS: Final = 4
MOST_SEEDS: Final = 16
SLOWEST_PACE: Final = 0.1
FASTEST_PACE: Final = 10_000.0


class EngineError(RuntimeError):
    """The engine cannot do what was asked."""


class UnknownRunError(EngineError):
    """No run has this id: it was closed, or never was."""


class RunFailedError(EngineError):
    """The experiment raised an error or ended its worker; `reset` or `set` starts it anew."""


@dataclass(frozen=True)
class RunHandle:
    """A run, and the secret that a viewer must show to see or steer it."""

    run_id: str
    token: str


@dataclass(frozen=True)
class Limits:
    """What one engine grants.

    Attributes
    ----------
    workers
        Worker processes that host runs (a warm spare comes on top).
    runs
        Runs that are hosted at a time; further ones wait in line.
    unseen_seconds
        A run that nobody looks at for so long is closed.
    crowded_seconds
        The same while others wait in line.
    hung_seconds
        A worker that owes an answer and gives no sign of life for so long is replaced.
    worker_bytes
        A worker that holds more memory is replaced; 0: a share of the machine's.
    checkpoint_bytes
        What the server keeps for checkpoints in all; 0: a share of the machine's memory.
    """

    workers: int = 1
    runs: int = 64
    unseen_seconds: float = 15 * 60.0
    crowded_seconds: float = 2 * 60.0
    hung_seconds: float = 10.0
    worker_bytes: int = 0
    checkpoint_bytes: int = 0


@dataclass(frozen=True)
class WorkerStats:
    """One worker process: its process id, whether it has loaded, and how many runs it hosts."""

    pid: int
    ready: bool
    runs: int
    spare: bool


@dataclass(frozen=True)
class EngineStats:
    """What the engine holds at this moment; `checkpoints` in bytes."""

    workers: tuple[WorkerStats, ...]
    runs: int
    waiting: int
    restarts: int
    checkpoints: int = 0


class Engine(Protocol):
    """Hosts experiments. Every method may be called from any thread."""

    def start(self) -> None:
        """Start the workers; a second call changes nothing."""

    def stop(self) -> None:
        """End every worker and close every run."""

    def create(
        self,
        settings: AnySettings,
        *,
        pace: float = 0.0,
        playing: bool = True,
        beside: AnySettings | None = None,
        seeds: int = 1,
        state: bytes = b"",
    ) -> RunHandle:
        """Begin a run; it trains as soon as, and as long as, frames are asked for.

        Parameters
        ----------
        settings
            The experiment.
        pace
            Iterations/s; 0 is all that the machine gives.
        playing
            Whether it trains from the start.
        beside
            The settings of a second experiment that runs beside it on the same clock.
        seeds
            With more than one, a crowd: so many seeds at once, in a second row those `beside` it.
        state
            The checkpoint to go on from; of two experiments as `gan_core.saved.join` puts them.
            A crowd has none.

        Raises
        ------
        ValueError
            If there are too many or too few seeds, or `state` is no checkpoint. One that only a
            worker finds to be damaged lets the run fail: see `failure`.
        """

    def token(self, run_id: str) -> str:
        """Return the run's secret (compare it in constant time)."""

    def command(
        self,
        run_id: str,
        command: str,
        *,
        pace: float | None = None,
        settings: AnySettings | None = None,
        beside: AnySettings | None = None,
        at: Look | None = None,
    ) -> None:
        """Tell a run one of `COMMANDS`; it acts within some 10 ms.

        `set` and `begin` give a pair new `settings`, and other ones `beside` it if they are given.
        """

    def settings(self, run_id: str) -> AnySettings:
        """Return the Settings that the run was last given."""

    def beside(self, run_id: str) -> AnySettings | None:
        """Return the Settings of the experiment beside it, or None."""

    def album(self, run_id: str) -> tuple[Moment, ...]:
        """Return the moments that are kept of the run, the oldest first."""

    def save(self, run_id: str, timeout: float = 5.0) -> bytes:
        """Return a checkpoint of the present, or of a diverged run the last good one; blocks.

        Raises
        ------
        UnknownRunError, RunFailedError
            If the run is gone, or its experiment raised an error.
        EngineError
            If there is none within `timeout` seconds.
        """

    async def frame(self, run_id: str, since: int = -1) -> Frame:
        """Return the present frame.

        Parameters
        ----------
        run_id
            The run; asking keeps it training.
        since
            Only history and metrics rows after this iteration; -1 for all. A frame that could not
            be had in time answers an earlier question: see its own `since`.

        Returns
        -------
        Frame
            The very same object as before if nothing has changed. While no worker hosts the run,
            the last picture (or the data alone) with status "starting", "waiting", "recovering".

        Raises
        ------
        UnknownRunError, RunFailedError
            If the run is gone, or its experiment raised an error.
        """

    def frame_now(self, run_id: str, since: int = -1, timeout: float = 5.0) -> Frame:
        """Return the same as `frame`, for callers without an event loop; blocks."""

    def failure(self, run_id: str) -> str | None:
        """Return what went wrong in the run, or None."""

    def close(self, run_id: str) -> None:
        """End a run; closing one that is gone changes nothing."""

    def stats(self) -> EngineStats:
        """Return what the engine holds."""


def check_command(command: str, pace: float | None, settings: object, at: object = None) -> None:
    """Refuse a command that no run can follow.

    Raises
    ------
    ValueError
        For an unknown command, a missing argument, or a pace or a look out of bounds.
    """
    if command not in COMMANDS:
        raise ValueError(f"unknown command {command!r}; known are {', '.join(COMMANDS)}")
    if command == "pace":
        check_pace(pace)
    if command in ("set", "begin") and settings is None:
        raise ValueError(f"the command {command!r} needs settings")
    if command == "look" and not is_look(at):
        raise ValueError(f"the command 'look' needs two pictures and a draw, not {at!r}")


def is_look(value: object) -> bool:
    """Return whether a value, of anybody's, is a `Look` (as a tuple or a list)."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        return False
    a, b, draw = value
    whole = all(isinstance(number, int) and not isinstance(number, bool) for number in value)
    return whole and 0 <= a < MOST_PICTURES and 0 <= b < MOST_PICTURES and -1 <= draw < MOST_DRAWS


def check_crowd(
    seeds: int, settings: AnySettings, beside: AnySettings | None, state: bytes
) -> None:
    """Refuse a crowd that nobody can host.

    Raises
    ------
    ValueError
        For a number of seeds that is not 1 or within the bounds, for two rows with different data,
        for pictures, or for a crowd that is to go on from a checkpoint.
    """
    if seeds == 1:
        return
    if not isinstance(settings, Settings) or not isinstance(beside, Settings | None):
        raise ValueError("only experiments in the plane can be played with many seeds at once")
    if not FEWEST_SEEDS <= seeds <= MOST_SEEDS:
        raise ValueError(f"seeds are 1 or {FEWEST_SEEDS} to {MOST_SEEDS}, not {seeds}")
    if beside is not None and beside.data != settings.data:
        raise ValueError("both rows of a crowd need the same data")
    if state:
        raise ValueError("a crowd begins from nothing, not from a checkpoint")


def check_pace(pace: float | None) -> None:
    """Refuse a pace that is not 0 (all that the machine gives) or within the bounds.

    Raises
    ------
    ValueError
        That names the value and the bounds.
    """
    ok = (
        pace is not None
        and math.isfinite(pace)
        and (pace == 0 or SLOWEST_PACE <= pace <= FASTEST_PACE)
    )
    if not ok:
        raise ValueError(
            f"pace is 0 or {SLOWEST_PACE:g} to {FASTEST_PACE:g} iterations/s, not {pace!r}"
        )

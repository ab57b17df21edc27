"""The run of many seeds at once beside a page's experiment, as a session holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gan_core.engine import RunHandle, UnknownRunError, default_engine
from gan_core.engine.protocol import FEWEST_SEEDS, MOST_SEEDS
from gan_core.settings import Field
from ui.live.route import PATH

if TYPE_CHECKING:
    from gan_core.settings import Settings

SEEDS: Final = Field("seeds", "int", 8, low=FEWEST_SEEDS, high=MOST_SEEDS, step=1)
"""How many seeds, as a link may say it."""
CHOICES: Final = (4, 8, 12, 16)
PACE: Final = 120.0
"""Iterations/s: some 3,000 iterations, after which most outcomes show, pass in half a minute."""


@dataclass
class CrowdRun:
    """Whether a page's crowd is open, and its run.

    Attributes
    ----------
    seeds
        Members of each row; 0 while it is closed.
    run
        The engine's handle, once there is a run.
    rows
        What the run was told last: the settings of one row or of two.
    preset
        Key of the preset that was played then; another one begins anew.
    """

    seeds: int = 0
    run: RunHandle | None = None
    rows: tuple[Settings, ...] = ()
    preset: str = ""

    def socket(self, preset: str, rows: tuple[Settings, ...]) -> str:
        """Return the address of the run's frames; makes the run, or tells it what is new.

        The seeds stay those with which it began, so that one of them can be opened.

        Parameters
        ----------
        preset
            Key of the preset from which the student started.
        rows
            What the seeds play: one settings, or two with the same data.
        """
        engine = default_engine()
        if self.run is not None:
            try:
                engine.token(self.run.run_id)
            except UnknownRunError:
                self.run = None  # closed after a long absence
        anew = self.run is None or preset != self.preset
        first = rows[0].seed if anew or not self.rows else self.rows[0].seed
        wanted = tuple(row.with_changes({"seed": first}) for row in rows)
        if self.run is not None and len(wanted) != len(self.rows):
            self.end()
        beside = wanted[1] if len(wanted) > 1 else None
        if self.run is None:
            self.run = engine.create(wanted[0], beside=beside, seeds=self.seeds, pace=PACE)
        elif wanted != self.rows:
            command = "begin" if anew else "set"
            engine.command(self.run.run_id, command, settings=wanted[0], beside=beside)
        self.rows, self.preset = wanted, preset
        return f"{PATH}?{urlencode({'run': self.run.run_id, 'token': self.run.token})}"

    def take(self, seeds: int) -> None:
        """Have so many seeds from now on; 0 closes it."""
        if seeds != self.seeds:
            self.end()
        self.seeds = seeds
        if not seeds:
            self.rows = ()

    def end(self) -> None:
        """End the run."""
        if self.run is not None:
            default_engine().close(self.run.run_id)
        self.run = None

    def find(self, wanted: object) -> Settings | None:
        """Return the settings of one member.

        Parameters
        ----------
        wanted
            Its ``seed`` and ``row`` as the browser sent them: anything at all.
        """
        if not isinstance(wanted, Mapping):
            return None
        seed, row = wanted.get("seed"), wanted.get("row")
        for number, settings in enumerate(self.rows):
            members = [(settings.seed + i) % 2**31 for i in range(self.seeds)]
            if number == row and isinstance(seed, int | float) and seed in members:
                return settings.with_changes({"seed": seed})
        return None

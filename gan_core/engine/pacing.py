"""When a run's next beat is due, and how fast it really goes. Pure: time is an argument."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

HALVES_BELOW: Final = 3.0
"""Iterations/s below which D's and G's moves are shown apart."""
SHORTEST_NAP: Final = 1 / 60
"""Seconds: paces above this rate do several iterations per waking instead of waking more often."""
LATE: Final = 0.25
"""Seconds: further behind than this, the clock starts anew instead of catching up."""


class Pacer:
    """The clock of one run.

    A *beat* is one iteration, or half of one at paces so slow that D's and G's moves are shown
    apart. With pace 0 a beat is always due.
    """

    def __init__(self, pace: float) -> None:
        self.pace = pace
        self._next = -math.inf

    @property
    def halves(self) -> bool:
        """Whether a beat is the move of one player alone."""
        return 0 < self.pace < HALVES_BELOW

    @property
    def _beat(self) -> float:
        return (0.5 if self.halves else 1.0) / self.pace

    def set_pace(self, pace: float, now: float) -> None:
        """Change the pace; the next beat is due one new beat from now at the latest."""
        self.pace = pace
        if pace:
            self._next = min(self._next, now + self._beat)

    def due(self, now: float) -> float:
        """Return how many beats are due (infinite with pace 0)."""
        if not self.pace:
            return math.inf
        if now - self._next > max(LATE, self._beat):
            self._next = now
        return math.floor((now - self._next) / self._beat + 1e-9) + 1 if now >= self._next else 0

    @property
    def longest_rest(self) -> float:
        """Seconds between two beats, what delays them included; a longer rest is a pause."""
        return LATE + (self._beat if self.pace else 0.0)

    def spend(self, beats: float) -> None:
        """Note that beats were played."""
        if self.pace:
            self._next += beats * self._beat

    def wake(self, now: float) -> float:
        """Return the time at which to look again."""
        if not self.pace:
            return now
        return self._next if self._beat >= SHORTEST_NAP else max(self._next, now + SHORTEST_NAP)


class Speedometer:
    """Iterations/s over the last seconds, steady also where an iteration takes seconds."""

    WINDOW: Final = 2.0
    FEWEST: Final = 4

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque(maxlen=256)

    def mark(self, now: float, iteration: int) -> None:
        """Note that the run has reached `iteration` at time `now`."""
        if self._marks and iteration <= self._marks[-1][1]:
            if iteration < self._marks[-1][1]:  # a restart
                self._marks.clear()
            return
        self._marks.append((now, iteration))
        while len(self._marks) > self.FEWEST and now - self._marks[0][0] > self.WINDOW:
            self._marks.popleft()

    def clear(self) -> None:
        """Forget: the run stands still."""
        self._marks.clear()

    @property
    def rate(self) -> float:
        """Iterations/s; 0 until two marks are there."""
        if len(self._marks) < 2:
            return 0.0
        (first, done), (last, reached) = self._marks[0], self._marks[-1]
        return (reached - done) / max(last - first, 1e-9)

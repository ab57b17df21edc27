"""One experiment inside a worker: its clock, its switches, and what its student has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gan_core.engine.pacing import Pacer, Speedometer
from gan_core.images.settings import AnySettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_core.engine.pipes import Header
    from gan_core.frame import Frame
    from gan_core.playable import Playable

UNSEEN: Final = 3.0
"""Seconds without a question for a frame after which a run stands still."""
BATCH: Final = 0.004
"""Seconds of training between two looks at the inbox: what a command waits at most."""
MOST: Final = 50
"""Iterations per batch at most, however fast they are."""
MEASURE_EVERY: Final = 0.5
CHECKPOINT_EVERY: Final = 1.0
CHECKPOINT_SHARE: Final = 0.02
"""The share of a run's time that its checkpoints may take: those of large networks come later,"""
LATEST_CHECKPOINT: Final = 1.75
"""but none later than this (seconds): with all that delays them, two seconds are lost at most."""
SLOW: Final = 0.1
"""Seconds per iteration from which on it is played in halves, so that others get between them."""


class HostedRun:
    """A run as its worker keeps it.

    Attributes
    ----------
    version
        Grows with everything that a view could see.
    moves
        Grows with every change of the players' parameters.
    used
        Seconds of training that count in the fair division of the worker's time.
    trained
        Seconds that it has been training, rests between the beats of its pace included.
    """

    def __init__(
        self,
        experiment: Playable,
        *,
        pace: float,
        playing: bool,
        clock: Callable[[], float],
        trained: float = 0.0,
    ) -> None:
        self.experiment = experiment
        self.playing = playing
        self.version = 1
        self.moves = 0
        self.used = 0.0
        self.trained = trained
        self.divergence_told = False
        self.seen = clock()
        self.measured_at = self.checkpointed_at = float("-inf")
        self.measured_moves = self.checkpointed_moves = -1
        self._round_moves = -1  # when the present round of measuring began
        self._clock = clock
        self._pacer = Pacer(pace)
        self._speed = Speedometer()
        self._trained_until = clock()
        self.seconds = BATCH  # per iteration, as measured: the first batch is one iteration
        self._half_seconds = 0.0  # of the iteration that has been begun
        self._checkpointed_epoch = -1
        self._checkpoint_every = CHECKPOINT_EVERY
        experiment.frame()  # its first picture: what is shown if it diverges at once
        self.generation = 0  # of what the server knows of it: see `LocalEngine.command`

    # -- what it is doing

    @property
    def diverged(self) -> bool:
        """Whether a value stopped being finite; only a reset helps."""
        return self.experiment.status == "diverged"

    def wake(self, now: float) -> float:
        """Return when training is due; infinity while it rests."""
        if self.diverged or now - self.seen > UNSEEN:
            return float("inf")
        if self.experiment.pretraining:  # it belongs to the start, which a pause does not stop
            return now
        if not self.playing:
            return float("inf")
        return now if self._pacer.due(now) else self._pacer.wake(now)

    def measure_due(self) -> float:
        """Return when the dear metrics are due; infinity while they are fresh or unseen."""
        unseen = self._clock() - self.seen > UNSEEN
        if self.measured_moves == self.moves or self.diverged or unseen:
            return float("inf")
        return self.measured_at + MEASURE_EVERY

    def checkpoint_due(self) -> float:
        """Return when a checkpoint is due; infinity while the last one is true.

        A diverged run keeps its last good checkpoint. After a restart one is due at once, so that
        a lost worker never brings back what the student has thrown away.
        """
        if self.checkpointed_moves == self.moves or self.diverged:
            return float("inf")
        if self.experiment.epoch != self._checkpointed_epoch:
            return float("-inf")
        # An iteration that would end too late is not waited for.
        return self.checkpointed_at + max(0.0, self._checkpoint_every - self.seconds)

    # -- what it is told

    def follow(self, header: Header) -> None:
        """Follow one of `gan_core.engine.protocol.COMMANDS`."""
        match header["command"]:
            case "play":
                self.playing = True
            case "pause":
                self._rest()
            case "pace":
                self._pacer.set_pace(float(header["pace"]), self._clock())
                self._speed.clear()
            case "set":
                self._begun(anew=not self.experiment.change(*told_settings(header)))
            case "reset":
                self.experiment.reset()
                self._begun(anew=True)
            case "begin":
                self.experiment.reset(*told_settings(header))
                self._begun(anew=True)
            case "look":
                self.show(header["at"])
            case "step" | "step-d" | "step-g" | "step-half" as command:
                self._rest()
                self._step_by_hand(command)
        self.version += 1

    def show(self, at: list[int]) -> None:
        """Let frames show other parts of pictures; what shows none takes no notice."""
        if look := getattr(self.experiment, "look", None):
            look(at)

    def _begun(self, *, anew: bool) -> None:
        """Note that the experiment is another one now."""
        self.moves += 1
        if anew:
            self.experiment.frame()  # its first picture: what is shown if it diverges at once

    def look(self, since: int) -> Frame:
        """Return the present frame; being looked at keeps a run going."""
        now = self._clock()
        if now - self.seen > UNSEEN:
            self._speed.clear()
        self.seen = now
        frame = self.experiment.frame(since)  # may be what notices a divergence
        status = "diverged" if self.diverged else "running" if self.playing else "paused"
        rate = self._speed.rate if status == "running" else 0.0
        return frame.with_run(status=status, pace=self._pacer.pace, rate=rate)

    def touch(self) -> None:
        """Note that a view asked, though nothing has changed."""
        self.seen = self._clock()

    # -- what it does

    def train(self, deadline: float, interrupted: Callable[[], bool]) -> None:
        """Play the beats that are due, in small batches, until the deadline or a message."""
        began = now = self._clock()
        while self.experiment.pretraining and now < deadline and not interrupted():
            self.experiment.pretrain(max(1, min(MOST, int(BATCH / self.seconds))))
            now = self._clock()
        beats = 0.0 if self.experiment.pretraining or not self.playing else self._pacer.due(now)
        while beats > 0 and not self.diverged:
            done = self._play(beats, now)
            self._pacer.spend(done)
            beats -= done
            now = self._clock()
            if now >= deadline or interrupted():
                break
        self._speed.mark(now, self.experiment.iteration)
        self.used += now - began
        self.trained += now - began + min(began - self._trained_until, self._pacer.longest_rest)
        self._trained_until = now
        self.moves += 1
        self.version += 1

    def measure(self) -> float:
        """Take the dear metrics, or of many seeds those of the next; return the seconds it took."""
        began = self._clock()
        if not self.experiment.unmeasured:
            self._round_moves = self.moves
        self.experiment.measure()
        now = self._clock()
        if not self.experiment.unmeasured:
            self.measured_moves, self.measured_at = self._round_moves, now
        self.version += 1
        return now - began

    def checkpoint(self) -> tuple[Header, bytes]:
        """Return all that is needed to go on elsewhere, and where this was; the picture follows."""
        self.checkpointed_moves = self.moves
        self.checkpointed_at = began = self._clock()
        self._checkpointed_epoch = self.experiment.epoch
        state = self.experiment.state()
        picture = self.experiment.frame(self.experiment.iteration).to_bytes()
        cost = (self._clock() - began) / CHECKPOINT_SHARE
        self._checkpoint_every = min(max(CHECKPOINT_EVERY, cost), LATEST_CHECKPOINT)
        header = {**self.where, "seconds": self.seconds, "state": len(state)}
        return header, state + picture

    @property
    def where(self) -> Header:
        """What places a checkpoint, or a divergence, in the run's life."""
        return {
            "generation": self.generation,
            "epoch": self.experiment.epoch,
            "iteration": self.experiment.iteration,
            "trained": self.trained,
        }

    def _play(self, beats: float, began: float) -> float:
        experiment = self.experiment
        # A half that has been begun is completed before a new iteration begins.
        if self._pacer.halves or experiment.half or self.seconds > SLOW:
            experiment.step_half(traced=self._pacer.halves)
            self._half_seconds += self._clock() - began
            if not experiment.half:
                self._measured(self._half_seconds)
            return (2.0 if self._pacer.halves else 1.0) / experiment.parts
        # half a beat is left over where an iteration that had been begun was completed
        count = max(1, int(min(beats, MOST, BATCH / self.seconds)))
        experiment.step(count)
        self._measured((self._clock() - began) / count)
        return float(count)

    def _measured(self, seconds: float) -> None:
        self.seconds += 0.3 * (seconds - self.seconds)
        self.seconds = max(self.seconds, 1e-6)
        self._half_seconds = 0.0

    def _step_by_hand(self, command: str) -> None:
        if command == "step-d":
            self.experiment.step_d()
        elif command == "step-g":
            self.experiment.step_g()
        elif command == "step-half":
            self.experiment.step_half(traced=True)
        elif self.experiment.half:
            self.experiment.step_half()
        else:
            self.experiment.step(1)
        self.moves += 1

    def _rest(self) -> None:
        self.playing = False
        self._speed.clear()


def told_settings(header: Header) -> tuple[AnySettings, ...]:
    """Return the settings in a message: one, or for a pair two."""
    texts = (header["settings"], header.get("beside"))
    return tuple(read_settings(text) for text in texts if text)

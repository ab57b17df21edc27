"""Two experiments on one clock: each iteration of one is an iteration of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_core.experiment import Experiment
from gan_core.images.settings import AnySettings, ImageSettings
from gan_core.saved import join, read_label, split
from gan_core.settings import live_change

if TYPE_CHECKING:
    from gan_core.frame import Frame
    from gan_core.playable import Playable


class Pair:
    """Two experiments that are stepped, looked at and saved together; see `Experiment`.

    They share nothing but the clock: each plays the very bits that it would play alone. If one
    diverges the other goes on. A change that restarts one restarts both.

    Parameters
    ----------
    settings
        The first experiment, whose frame is the pair's; that of the second stands `beside` it.
    beside
        The second experiment.
    device
        As for `Experiment`.
    """

    parts = 2
    unmeasured = 0

    def __init__(self, settings: AnySettings, beside: AnySettings, device: str = "cpu") -> None:
        self._both: tuple[Playable, Playable] = (
            _kind(settings)(settings, device),
            _kind(beside)(beside, device),
        )

    # -- running

    @property
    def settings(self) -> Any:  # noqa: ANN401 - of either kind
        """Of the first."""
        return self._both[0].settings

    @property
    def beside(self) -> Any:  # noqa: ANN401 - as `settings`
        """Of the second."""
        return self._both[1].settings

    @property
    def epoch(self) -> int:
        """Number of restarts; both restart together."""
        return self._both[0].epoch

    @property
    def iteration(self) -> int:
        """Of whoever has not diverged."""
        return max(one.iteration for one in self._both)

    @property
    def half(self) -> int:
        """1 if D has moved and G has not yet."""
        return max(one.half for one in self._going)

    @property
    def pretraining(self) -> int:
        """Steps that a D still learns before the game begins; the game waits for both."""
        return max(one.pretraining for one in self._both)

    @property
    def status(self) -> str:
        """What an experiment's status says; a pair has diverged once both have."""
        return "ok" if any(one.status == "ok" for one in self._both) else "diverged"

    @property
    def _going(self) -> tuple[Playable, ...]:
        return tuple(one for one in self._both if one.status == "ok") or self._both

    def pretrain(self, n: int) -> None:
        """Play at most `n` steps of each D's pre-training."""
        for one in self._both:
            one.pretrain(n)

    def step(self, n: int = 1) -> None:
        """Play `n` iterations of each."""
        for one in self._both:
            one.step(n)

    def step_half(self, *, traced: bool = False) -> None:
        """Play half an iteration of each."""
        for one in self._both:
            one.step_half(traced=traced)

    def step_d(self) -> None:
        """Move each D alone by one step."""
        for one in self._both:
            one.step_d()

    def step_g(self) -> None:
        """Move each G alone by one step."""
        for one in self._both:
            one.step_g()

    def change(self, settings: AnySettings, beside: AnySettings | None = None) -> bool:
        """Go on under other settings; return False if that restarted both."""
        wanted = (settings, beside or self.beside)
        if all(_goes_on(one, other) for one, other in zip(self._both, wanted, strict=True)):
            for one, other in zip(self._both, wanted, strict=True):
                if one.settings != other:
                    one.change(other)
            return True
        self.reset(*wanted)
        return False

    def reset(self, settings: AnySettings | None = None, beside: AnySettings | None = None) -> None:
        """Start both again, under the present settings or others."""
        for one, other in zip(self._both, (settings, beside), strict=True):
            one.reset(other)

    # -- looking

    def look(self, at: tuple[int, int, int]) -> None:
        """Say what frames of pictures show of both; see `gan_core.frame.Frame.look`."""
        for one in self._both:
            if look := getattr(one, "look", None):
                look(at)

    def frame(self, since: int = -1) -> Frame:
        """Return what can be seen of the first now, with the second beside it."""
        first, second = (one.frame(since) for one in self._both)
        return replace(first, beside=second)

    def measure(self) -> None:
        """Measure both."""
        for one in self._going:
            one.measure()

    # -- saving

    def state(self) -> bytes:
        """Return a checkpoint of both."""
        first, second = (one.state() for one in self._both)
        return join(first, second)

    @classmethod
    def restore(cls, state: bytes, device: str = "cpu") -> Pair:
        """Return the pair that `state` saved.

        Raises
        ------
        ValueError
            If these bytes are no such checkpoint.
        """
        pair = cls.__new__(cls)
        first, second = split(state)
        kinds = (_kind(read_label(one).settings) for one in (first, second))
        pair._both = (next(kinds).restore(first, device), next(kinds).restore(second, device))
        return pair


def _kind(settings: AnySettings) -> type[Any]:
    """Return the class of the experiments under such settings."""
    if isinstance(settings, ImageSettings):
        from gan_core.images.experiment import ImageExperiment  # what it imports loads PyTorch

        return ImageExperiment
    return Experiment


def _goes_on(one: Playable, settings: AnySettings) -> bool:
    if one.settings == settings:
        return True
    return one.status == "ok" and live_change(one.settings, settings)

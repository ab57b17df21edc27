"""One page's experiment as a session holds it: preset, settings, and its run in the engine."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from gan_core.engine import (
    EngineError,
    RunFailedError,
    RunHandle,
    UnknownRunError,
    default_engine,
)
from gan_core.engine.runs import first_frame
from gan_core.history import EVERYTHING
from gan_core.presets import ALL_PRESETS
from gan_core.saved import join, read_label, split
from ui.crowd.run import CrowdRun
from ui.live.route import PATH
from ui.own_data.state import Own

if TYPE_CHECKING:
    from gan_core.frame import Frame
    from gan_core.images.settings import AnySettings, ImageSettings
    from gan_core.matches import Match
    from gan_core.preset import Preset
    from gan_core.settings import SettingsError, Value

CHECKPOINTS: Final = Path(__file__).parent.parent / "assets" / "checkpoints"


def trained_run(preset: str) -> Path:
    """Return the file of a preset's trained run; not every preset has one."""
    return CHECKPOINTS / f"{preset}.safetensors"


@dataclass(frozen=True)
class Stem:
    """What a branch parted from: its run, and enough to begin it again should that be gone."""

    run: RunHandle
    settings: AnySettings
    state: bytes


@dataclass
class Bench:
    """One page's experiment.

    Attributes
    ----------
    page
        Slug of the page.
    preset
        The preset that the student started from.
    settings
        The present settings, of the preset's kind: `Settings`, or `ImageSettings` on a page about
        pictures. Any, because each page knows its own kind.
    linked
        Whether the page's address names the experiment, and its run outlives a visit elsewhere.
    problems
        What could not be taken from the link or a widget.
    refused
        Texts that a student has written and that could not be taken, by path, with the reason.
    run
        The engine's handle, once there is a run.
    beside
        The settings of the experiment beside this one, if this one is a branch.
    match
        What is compared, while the page shows two experiments; `beside` is the left one then.
    compares
        Whether a page about one experiment may also show a match.
    trained
        Whether an unchanged preset begins where the run that comes with it stands, if there is one.
    from_zero
        Whether the student wants it to begin untrained all the same.
    wanted
        What is to begin once its pictures have been fetched.
    rested
        The iteration at which the run of a match last came to rest, to be studied.
    stem
        The run that was branched from, to be gone back to.
    heard
        Whether the browser has offered a run of an earlier session.
    own
        The student's own data.
    crowd
        Many seeds at once, if the student has opened them.
    task
        Key of the unit whose task from the text is being done; empty if none is.
    looks_up
        How often the page has been asked to bring the picture back into view.
    looks_at
        Which part of the page that is: the key of its container; empty for the top.
    looked_up
        How often it has done so.
    """

    page: str
    preset: Preset[Any]
    settings: Any
    linked: bool = True
    problems: tuple[SettingsError, ...] = ()
    refused: dict[str, tuple[str, SettingsError]] = field(default_factory=dict)
    run: RunHandle | None = None
    beside: Any = None
    match: Match | None = None
    compares: bool = False
    trained: bool = False
    from_zero: bool = False
    wanted: tuple[Preset[ImageSettings], ImageSettings] | None = None
    rested: int | None = None
    stem: Stem | None = None
    heard: bool = False
    own: Own = field(default_factory=Own)
    crowd: CrowdRun = field(default_factory=CrowdRun)
    task: str = ""
    looks_up: int = 0
    looks_at: str = ""
    looked_up: int = 0

    @property
    def changed(self) -> dict[str, Value]:
        """What differs from the preset."""
        found: dict[str, Value] = self.settings.difference(self.preset.settings)
        return found

    @property
    def beginning(self) -> bytes:
        """The checkpoint from which its next run begins; empty if it begins untrained."""
        if not self.trained or self.from_zero or self.changed:
            return b""
        file = trained_run(self.preset.key)
        return file.read_bytes() if file.exists() else b""

    def socket(self) -> str:
        """Return the address of the run's frames; makes the run if there is none (any more)."""
        engine = default_engine()
        if self.run is not None:
            try:
                engine.token(self.run.run_id)
            except UnknownRunError:
                self.run = None  # closed after a long absence
        if self.run is None:
            if self.match is None:
                self.beside = None  # a branch ends with its run
            start, pace = self.beginning, self.preset.pace
            self.run = engine.create(self.settings, beside=self.beside, pace=pace, state=start)
        query = {"run": self.run.run_id, "token": self.run.token}
        return f"{PATH}?{urlencode(query)}"

    def tell(
        self,
        command: str,
        *,
        settings: AnySettings | None = None,
        beside: AnySettings | None = None,
        pace: float | None = None,
    ) -> None:
        """Give the run a command; without a run there is nobody to tell."""
        if self.run is None:
            return  # it will be made with the present settings
        try:
            default_engine().command(
                self.run.run_id, command, settings=settings, beside=beside, pace=pace
            )
        except UnknownRunError:
            self.run = None

    def whole_frame(self) -> Frame:
        """Return the present frame with all of the run's history and metrics.

        Without a run, it is the data alone.
        """
        engine = default_engine()
        if self.run is not None:
            try:
                return engine.frame_now(self.run.run_id, EVERYTHING)
            except (UnknownRunError, RunFailedError):
                pass
        return first_frame(self.settings, self.beside)

    def moments(self) -> list[Frame]:
        """Return what is kept of the run's past, and its present, the oldest first."""
        frame = self.whole_frame()
        kept: list[Frame] = []
        if self.run is not None:
            with contextlib.suppress(UnknownRunError):
                kept = [one.picture for one in default_engine().album(self.run.run_id)]
        past = (one for one in kept if one.epoch == frame.epoch)
        return [*(one for one in past if one.iteration < frame.iteration), frame]

    def save(self) -> bytes:
        """Return a checkpoint of the run, of a branch that of the branch alone.

        Raises
        ------
        EngineError
            If there is none.
        """
        self.socket()
        state = default_engine().save(self.run.run_id) if self.run else b""
        return split(state)[0] if self.beside else state

    def load(self, state: bytes, *, playing: bool = False) -> None:
        """Go on from a checkpoint in a run of its own.

        Parameters
        ----------
        state
            The checkpoint.
        playing
            Whether it trains at once; else it is paused where it was saved.

        Raises
        ------
        ValueError
            If these bytes are no checkpoint, or a damaged one: then everything stays as it was.
        """
        settings, engine = read_label(state).settings, default_engine()
        if type(settings) is not type(self.settings):
            raise ValueError("a checkpoint of another kind of experiment")
        run = engine.create(settings, pace=self.preset.pace, playing=playing, state=state)
        try:
            engine.frame_now(run.run_id)
        except RunFailedError as error:
            engine.close(run.run_id)
            raise ValueError(str(error)) from error
        self.forget_run()
        self.run, self.settings, self.problems = run, settings, ()
        alike = (one for one in ALL_PRESETS.values() if type(one.settings) is type(settings))
        self.preset = min(alike, key=lambda one: len(settings.difference(one.settings)))

    # -- branches

    def branch(self, iteration: int) -> None:
        """Let a second experiment part from the run where it was at an iteration, beside it.

        Parameters
        ----------
        iteration
            That of a kept moment, or any other for the present.
        """
        if self.run is None or self.beside is not None:
            return
        engine, run_id = default_engine(), self.run.run_id
        try:
            now = engine.save(run_id)
            kept = {one.iteration: one.state for one in engine.album(run_id)}
        except EngineError:  # gone, failed, or without a worker: there is nothing to part from
            return
        state = kept.get(iteration, now)
        self.stem = Stem(self.run, self.settings, now)
        self.settings = self.beside = read_label(state).settings
        pace = self.preset.pace
        self.run = engine.create(
            self.settings, beside=self.beside, pace=pace, playing=False, state=join(state, state)
        )

    def begin_match(self, match: Match | None) -> None:
        """Show two experiments from now on, or none of them: whatever ran has ended."""
        self.forget_run()
        self.match, self.beside = match, match.left if match else None

    def end_branch(self, *, keep: bool) -> None:
        """Go on with the branch alone, or without it: with the run that it parted from.

        Parameters
        ----------
        keep
            Whether the branch is what stays.
        """
        if self.run is None or self.beside is None:
            return
        engine, pair, stem = default_engine(), self.run, self.stem
        both: tuple[bytes, ...] = ()
        with contextlib.suppress(EngineError, ValueError):
            both = split(engine.save(pair.run_id))
        settings = self.settings if keep else self.beside
        self.run, self.stem, self.beside = None, None, None
        if stem and not keep:
            settings = stem.settings
            self.run = stem.run if _is_there(stem.run) else self._goes_on(settings, stem.state)
        elif both:
            self.run = self._goes_on(settings, both[0 if keep else 1])
        self.settings, self.problems = settings, ()
        engine.close(pair.run_id)
        if stem and stem.run != self.run:
            engine.close(stem.run.run_id)

    def _goes_on(self, settings: AnySettings, state: bytes) -> RunHandle:
        engine, pace = default_engine(), self.preset.pace
        return engine.create(settings, pace=pace, playing=False, state=state)

    def forget_run(self) -> None:
        """End the run, and the one that it parted from."""
        gone = [self.run, self.stem.run if self.stem else None]
        self.run = self.stem = None
        if self.match is None:
            self.beside = None
        for run in gone:
            if run is not None:
                default_engine().close(run.run_id)

    def adopt(self, offer: object) -> None:
        """Go on with the run that the browser's tab showed before this session.

        Only the first offer of a session counts. It is ignored, and the session keeps its own
        run, unless it names a run that is there, with its token, that has not failed, and whose
        settings are those that the page's address asks for.

        Parameters
        ----------
        offer
            ``{"run": ..., "token": ...}`` as the browser sent it: anything at all.
        """
        if self.heard:
            return
        self.heard = True
        found = _known(offer)
        if found is None or found == self.run:
            return
        engine = default_engine()
        try:
            fits = engine.settings(found.run_id) == self.settings
            if self.match is not None:
                fits = fits and engine.beside(found.run_id) == self.beside
            # A failed run would meet the student again after each reload.
            fits = fits and engine.failure(found.run_id) is None
        except UnknownRunError:  # it ended at this moment
            return
        if fits:
            self.forget_run()
            self.run, self.beside = found, engine.beside(found.run_id)


def _is_there(run: RunHandle) -> bool:
    engine = default_engine()
    with contextlib.suppress(UnknownRunError):
        return engine.failure(run.run_id) is None
    return False


def _known(offer: object) -> RunHandle | None:
    """Return the handle of the run that an offer names, if it also knows the run's token."""
    if not isinstance(offer, Mapping):
        return None
    run_id, token = offer.get("run"), offer.get("token")
    if not isinstance(run_id, str) or not isinstance(token, str):
        return None
    try:
        right = default_engine().token(run_id)
    except UnknownRunError:
        return None
    if not hmac.compare_digest(token.encode("utf-8", "replace"), right.encode()):
        return None
    return RunHandle(run_id, right)

"""One page's experiment as a session holds it: preset, settings, and its run in the engine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from gan_core.engine import RunFailedError, RunHandle, UnknownRunError, default_engine
from gan_core.engine.runs import first_frame
from gan_core.history import EVERYTHING
from ui.live.route import PATH
from ui.own_data.state import Own

if TYPE_CHECKING:
    from gan_core.frame import Frame
    from gan_core.presets import Preset
    from gan_core.settings import Settings, SettingsError, Value


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
        The present settings.
    linked
        Whether the page's address names the experiment, and its run outlives a visit elsewhere.
    problems
        What could not be taken from the link or a widget.
    refused
        Texts that a student has written and that could not be taken, by path, with the reason.
    run
        The engine's handle, once there is a run.
    heard
        Whether the browser has offered a run of an earlier session.
    own
        The student's own data.
    task
        Key of the preset whose task from the text is being done; empty if none is.
    looks_up
        How often the page has been asked to bring the picture back into view.
    looked_up
        How often it has done so.
    """

    page: str
    preset: Preset
    settings: Settings
    linked: bool = True
    problems: tuple[SettingsError, ...] = ()
    refused: dict[str, tuple[str, SettingsError]] = field(default_factory=dict)
    run: RunHandle | None = None
    heard: bool = False
    own: Own = field(default_factory=Own)
    task: str = ""
    looks_up: int = 0
    looked_up: int = 0

    @property
    def changed(self) -> dict[str, Value]:
        """What differs from the preset."""
        return self.settings.difference(self.preset.settings)

    def socket(self) -> str:
        """Return the address of the run's frames; makes the run if there is none (any more)."""
        engine = default_engine()
        if self.run is not None:
            try:
                engine.token(self.run.run_id)
            except UnknownRunError:
                self.run = None  # closed after a long absence
        if self.run is None:
            self.run = engine.create(self.settings, pace=self.preset.pace)
        query = {"run": self.run.run_id, "token": self.run.token}
        return f"{PATH}?{urlencode(query)}"

    def tell(
        self, command: str, *, settings: Settings | None = None, pace: float | None = None
    ) -> None:
        """Give the run a command; without a run there is nobody to tell."""
        if self.run is None:
            return  # it will be made with the present settings
        try:
            default_engine().command(self.run.run_id, command, settings=settings, pace=pace)
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
        return first_frame(self.settings)

    def forget_run(self) -> None:
        """End the run."""
        run, self.run = self.run, None
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
            # A failed run would meet the student again after each reload.
            fits = fits and engine.failure(found.run_id) is None
        except UnknownRunError:  # it ended at this moment
            return
        if fits:
            self.forget_run()
            self.run = found


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

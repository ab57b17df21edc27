"""One experiment with pictures, to the engine the same as `gan_core.experiment.Experiment`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.frame import IMAGE_METRIC_COLUMNS
from gan_core.images.judging import Judgement, judged
from gan_core.images.observer import ImageObserver
from gan_core.images.saved import read_numbers
from gan_core.images.settings import ImageSettings
from gan_core.images.training import ImageTraining
from gan_core.live import Live

SAMPLES = 512
"""Pictures that a measurement takes while the run is watched."""
LOOK = (0, 1, 0)
"""What is looked at until somebody says otherwise; see `Frame.look`."""


class ImageExperiment(Live[ImageSettings, ImageTraining]):
    """A GAN that makes pictures, in training; all that `Live` says of one holds.

    Raises
    ------
    gan_core.images.data.DataUnavailableError
        If the pictures are not on this machine: also when a checkpoint is restored.

    Attributes
    ----------
    judgement
        What the last measurement found; None before the first.
    """

    columns = IMAGE_METRIC_COLUMNS
    measurements = "quality"

    def __init__(self, settings: ImageSettings, device: str = "cpu") -> None:
        self._look = LOOK
        super().__init__(settings, device)

    def _begin(self, settings: ImageSettings) -> None:
        super()._begin(settings)
        self._observer = ImageObserver(self._training, settings.images.load())
        self.judgement: Judgement | None = None

    def _new_training(self) -> ImageTraining:
        return ImageTraining(self.settings, self.settings.images.load(), self.device)

    def _go_on_under(self, settings: ImageSettings) -> None:
        self._training.change(settings)

    # -- looking -------------------------------------------------------------------------

    def look(self, at: tuple[int, int, int]) -> None:
        """Say what `frame` shows from now on; see `Frame.look`. A restart does not change it."""
        self._look = (at[0], at[1], at[2])

    def _seen(self) -> dict[str, Any] | None:
        seen = self._observer.picture(self._look)
        if seen is None:
            return None
        return seen | (self.judgement.fields() if self.judgement else {})

    def _scenery(self) -> dict[str, Any]:
        return self._observer.scenery()

    # -- measuring -----------------------------------------------------------------------

    def measure(self, samples: int = SAMPLES) -> dict[str, float]:
        """Measure fresh pictures and add a row to the quality.

        They depend on the seed and the iteration alone, not on how often one looks.

        Parameters
        ----------
        samples
            How many are measured.

        Returns
        -------
        dict
            The columns of the row (`IMAGE_METRIC_COLUMNS`); NaN where one says nothing.
        """
        self.judgement = judged(self.settings, self.iteration, self._observer, samples)
        return self._note(self.judgement.row)

    # -- saving --------------------------------------------------------------------------

    @classmethod
    def _read(cls, header: Mapping[str, str]) -> tuple[ImageSettings, dict[str, Any]]:
        return ImageSettings.from_json(header["settings"]), read_numbers(header["numbers"])

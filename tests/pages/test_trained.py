"""The runs that come trained with the app: what their cards say is what they hold."""

import json

import numpy as np
import pytest

from gan_core.experiment import Experiment
from gan_core.frame import METRIC_COLUMNS
from gan_core.presets import ALL_PRESETS, PRESETS
from gan_core.saved import read_label
from ui.bench import CHECKPOINTS, trained_run

CARDS = sorted(CHECKPOINTS.glob("*.json"))


def test_there_are_some_and_each_has_its_card():
    assert CARDS
    files = {file.stem for file in CHECKPOINTS.glob("*.safetensors")}
    assert files == {card.stem for card in CARDS}
    assert files <= ALL_PRESETS.keys()


@pytest.mark.parametrize(
    "card", [card for card in CARDS if card.stem in PRESETS], ids=lambda card: card.stem
)
def test_a_trained_run_is_its_preset_played_to_its_end(card):
    preset, said = PRESETS[card.stem], json.loads(card.read_text("utf-8"))
    state = trained_run(card.stem).read_bytes()
    label = read_label(state)
    assert (label.settings, label.iteration) == (preset.settings, preset.steps)
    experiment = Experiment.restore(state)
    measured = experiment.measure()
    assert measured["covered"] == said["metrics"]["modes"] == experiment.frame().modes
    for name in METRIC_COLUMNS[4:]:
        # the same samples, but the last bits are those of another machine's arithmetic
        assert measured[name] == pytest.approx(said["metrics"][name], rel=0.05)
    experiment.step(100)
    assert experiment.status == "ok"
    assert np.isfinite(experiment.frame().fake).all()

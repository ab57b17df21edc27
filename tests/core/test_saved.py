"""Checkpoints that come from anywhere: each is taken, or refused with a reason."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gan_core.experiment import Experiment
from gan_core.saved import LARGEST, join, metadata, read_label, split
from gan_core.settings import Settings

SMALL = Settings().with_changes({"batch": 16, "generator.width": 8, "discriminator.width": 8})


def saved():
    experiment = Experiment(SMALL)
    experiment.step(30)
    experiment.measure()
    return experiment.state()


STATE = saved()


def rewritten(change=None, *, settings=None, tensors=None):
    """The checkpoint with other numbers, settings or tensors in it."""
    from safetensors.torch import load, save

    meta, kept = metadata(STATE), load(STATE)
    numbers = json.loads(meta["numbers"]) | (change or {})
    meta = {"settings": settings or meta["settings"], "numbers": json.dumps(numbers)}
    return bytes(save(kept | (tensors or {}), meta))


def test_a_label_says_whose_it_is_and_where_it_was_taken():
    label = read_label(STATE)
    assert (label.settings, label.epoch, label.iteration) == (SMALL, 0, 30)


@given(some.binary(max_size=60), some.binary(max_size=60))
def test_two_are_put_together_and_taken_apart(first, second):
    assert split(join(first, second)) == (first, second)


@given(some.binary(max_size=300))
def test_no_bytes_pass_for_a_checkpoint(noise):
    for bytes_ in (noise, STATE[: len(noise) * 3], b"x" + noise + STATE):
        with pytest.raises(ValueError, match="no checkpoint"):
            read_label(bytes_)


def test_a_file_that_is_too_long_is_refused_unread():
    with pytest.raises(ValueError, match=str(LARGEST)):
        read_label(bytes(LARGEST + 1))


@pytest.mark.parametrize(
    "change",
    [
        {"iteration": -1},
        {"iteration": 1.5},
        {"iteration": None},
        {"half": 2},
        {"pretraining": 10**9},
        {"_row": 32},
        {"_row": "0"},
        {"_g_ready": 1},
        {"t": []},
        {"t": [1.0, float("nan")]},
        {"t": [1.0, 2.0, 3.0, 4.0]},
        {"chunk": -1},
        {"streams": []},
        {"streams": [{}]},
        {"streams": [{"bit_generator": "MT19937", "state": {}}]},
        {"streams": [{"bit_generator": "PCG64", "state": {"state": -1, "inc": 2**200}}]},
        {"epoch": "x"},
        {"wandering": {}},
        {"wandering": {"frames": 0, "dominated": 0, "hops": 0, "visited": "abc", "last": -1}},
    ],
)
def test_numbers_that_cannot_be_are_refused(change):
    with pytest.raises(ValueError, match="no checkpoint"):
        Experiment.restore(rewritten(change))


def test_settings_that_are_not_valid_are_refused():
    bad = json.dumps(json.loads(SMALL.to_json()) | {"batch": 10**9})
    for refuse in (read_label, Experiment.restore):
        with pytest.raises(ValueError, match="batch"):
            refuse(rewritten(settings=bad))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("history", np.zeros((3, 2))),
        ("history", np.zeros((3, 7))),  # the iterations do not ascend
        ("history", np.zeros(7)),
        ("metrics", np.zeros((2, 1))),
        ("recent", np.zeros((1, 7), np.float32)),
        ("g.parameters", np.zeros((1, 3), np.float32)),
    ],
)
def test_tensors_of_another_shape_are_refused(name, rows):
    import torch

    with pytest.raises(ValueError, match="no checkpoint"):
        Experiment.restore(rewritten(tensors={name: torch.from_numpy(rows)}))


def test_whatever_bytes_are_spoilt_it_is_refused_or_goes_on():
    rng, outcomes = np.random.default_rng(0), set()
    for i in range(300):
        spoilt = bytearray(STATE)
        head = rng.integers(0, 3000 if i % 2 else len(STATE), rng.integers(1, 6))
        for at in head:
            spoilt[at] = rng.integers(0, 256)
        try:
            experiment = Experiment.restore(bytes(spoilt))
        except ValueError:
            outcomes.add("refused")
        else:
            experiment.step(2)
            experiment.frame()
            experiment.measure()
            outcomes.add("taken")
    assert outcomes == {"refused", "taken"}

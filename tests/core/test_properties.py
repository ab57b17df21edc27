"""Whatever is valid works: random settings build, step, are saved and shared without loss."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from gan_core.experiment import Experiment
from gan_core.frame import Frame
from gan_core.settings import live_change
from tests.core.test_settings import valid_settings

SMALL = {"generator.layers": 1, "batch": 16, "pretrain": 0}
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("step"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["step_half", "step_d", "step_g", "frame"]), st.just(0)),
    ),
    max_size=6,
)


@st.composite
def small_settings(draw):
    """Any settings, with networks that are quick to step."""
    changes = SMALL | {f"{player}.width": draw(st.integers(2, 12)) for player in PLAYERS}
    return draw(valid_settings()).with_changes(changes)


PLAYERS = ("generator", "discriminator")
KEPT = {*SMALL, *(f"{player}.width" for player in PLAYERS)}


def play(experiment, moves):
    for name, n in moves:
        getattr(experiment, name)(*([n] if n else []))


def bits(experiment):
    """All that the training depends on."""
    tensors, numbers = experiment._training.state()
    return {name: tensor.numpy().tobytes() for name, tensor in tensors.items()}, numbers


@how(max_examples=40, deadline=None)
@given(small_settings(), MOVES)
def test_any_valid_settings_build_step_and_show(settings, moves):
    experiment = Experiment(settings)
    play(experiment, moves)
    frame = experiment.frame()
    assert experiment.status == "diverged" or np.isfinite(frame.fake).all()
    assert Frame.from_bytes(frame.to_bytes()).to_bytes() == frame.to_bytes()
    experiment.measure()


@how(max_examples=40, deadline=None)
@given(small_settings(), MOVES, MOVES)
def test_same_settings_and_moves_same_bits_also_across_a_checkpoint(settings, before, after):
    one, other = Experiment(settings), Experiment(settings)
    play(one, before)
    play(other, [move for move in before if move[0] != "frame"])
    assert bits(one) == bits(other)
    copy = Experiment.restore(one.state())
    assert copy.settings == settings
    assert copy.iteration == one.iteration
    if one.status == "ok":
        play(one, after)
        play(copy, after)
        assert bits(one) == bits(copy)


@how(max_examples=40, deadline=None)
@given(small_settings(), valid_settings(), MOVES)
def test_any_live_change_goes_on_and_any_other_begins_anew(settings, other, moves):
    other = other.with_changes(
        {path: value for path, value in settings.flat().items() if path in KEPT}
    )
    experiment = Experiment(settings)
    play(experiment, moves)
    before, status = experiment.iteration, experiment.status
    live = experiment.change(other)
    assert live == (live_change(settings, other) and status == "ok")
    assert experiment.iteration == (before if live else 0)
    play(experiment, moves)
    copy = Experiment.restore(experiment.state())
    if experiment.status == "ok":
        for one in (experiment, copy):
            one.step(3)
        assert bits(experiment) == bits(copy)


@how(max_examples=30, deadline=None)
@given(small_settings())
def test_float_precision_never_hides_in_a_view(settings):
    """Parameters, gradients and what D computes with are all of one kind and shape."""
    ensemble = Experiment(settings)._training
    for player in (ensemble.g, ensemble.d):
        network = player.network
        assert network.parameters.dtype == network.used.dtype == torch.float32
        assert network.parameters.shape == network.gradients.shape == network.used.shape

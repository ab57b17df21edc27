"""A traced half: it moves nobody by another bit, and its numbers are those of autograd."""

import itertools

import numpy as np
import pytest
import torch

from gan_core.ensemble import Ensemble
from gan_core.experiment import Experiment
from gan_core.frame import TRACE_KINDS, TRACED, Frame
from gan_core.settings import Settings
from gan_core.trace import Tracer
from gan_core.update_rules import UPDATE_RULES
from tests.core.test_ensemble import SMALL, autograd_gradients, d_weights, settings

D, G, BOTH = 0, 1, 2
HARD = [
    {},
    {"game": "wasserstein", "constraint": "gradient-penalty", "pack": 2},
    {"game": "wasserstein", "constraint": "weight-clipping"},
    {"game": "hinge", "constraint": "spectral-norm", "average": "exponential"},
    {"game": "minimax", "constraint": "r1", "constraint__every": 2, "instance_noise": 0.2},
    {"game": "least-squares", "discriminator__activation": "tanh", "constraint": "r2"},
    {"data": "mixture-1d", "g_optimizer": "sgd", "schedule": "cosine"},
]
D_ROUND = [(BOTH, "sample"), (G, "generate")]
OF_D = [(D, "classify"), (D, "cost"), (D, "gradient")]
OF_G = [(G, "classify"), (G, "cost"), (G, "gradient")]
ORDER = {
    "alternating": ([*D_ROUND, *OF_D, (D, "update")], [*OF_G, (G, "update")]),
    "simultaneous": ([*D_ROUND, *OF_D, *OF_G, (D, "update")], [(G, "update")]),
    "extragradient": (
        [
            *(*D_ROUND, *OF_D, *OF_G, (BOTH, "look-ahead")),
            *(*D_ROUND, *OF_D, *OF_G, (BOTH, "come-back"), (D, "update")),
        ],
        [(G, "update")],
    ),
    "unrolled": (
        [*D_ROUND, *OF_D, (D, "update")],
        [(D, "unroll"), *OF_G, (G, "update")],
    ),
    "unfrozen-d": ([*D_ROUND, *OF_D, (D, "update")], [*OF_G, (D, "mislead"), (G, "update")]),
}


def traced_half(ensemble):
    tracer = Tracer(ensemble)
    ensemble.step_half(tracer)
    return tracer.trace()


def stages(trace):
    return [(int(player), TRACE_KINDS[int(kind)]) for player, kind, *_ in trace.trace]


def numbers(trace, player, kind):
    """The numbers of the stages of one kind, in their order."""
    wanted = [
        row for row, one in zip(trace.trace, stages(trace), strict=True) if one == (player, kind)
    ]
    return np.array(wanted)[:, 2:]


def norm(x):
    return float(x.norm())


@pytest.mark.parametrize("rule", UPDATE_RULES.names())
@pytest.mark.parametrize("chosen", HARD, ids=lambda one: "-".join(map(str, one.values())))
def test_a_traced_half_plays_the_same_bits(rule, chosen):
    steps = {"update__d_steps": 2, "update__g_steps": 2} if "al" in rule or "un" in rule else {}
    steps = steps if rule in ("alternating", "unfrozen-d") else {}
    base = settings(update=rule, **steps, **chosen)
    plain, traced = Ensemble([base]), Ensemble([base])
    for _ in range(40):  # longer than a chunk of batches
        plain.step_half()
        traced_half(traced)
        for one, other in zip(plain.state()[0].items(), traced.state()[0].items(), strict=True):
            assert one[0] == other[0]
            assert torch.equal(one[1], other[1]), one[0]
    np.testing.assert_array_equal(plain.history(), traced.history())


@pytest.mark.parametrize("rule", ORDER)
def test_the_stages_come_in_the_order_in_which_they_are_played(rule):
    ensemble = Ensemble([settings(update=rule)])
    for half in (*ORDER[rule], *ORDER[rule]):
        assert stages(traced_half(ensemble)) == half


def test_several_steps_are_several_rounds():
    ensemble = Ensemble([settings(update__d_steps=3, update__g_steps=2)])
    assert stages(traced_half(ensemble)) == 3 * ORDER["alternating"][0]
    g_step = [*OF_G, (G, "update")]
    assert stages(traced_half(ensemble)) == [*g_step, (G, "sample"), (G, "generate"), *g_step]


PENALISED = [
    {"game": game, "constraint": constraint}
    for game, constraint in itertools.product(
        ("non-saturating", "wasserstein"), ("none", "r1", "gradient-penalty", "spectral-norm")
    )
] + [{"constraint": "r2", "pack": 2}, {"constraint": "r1", "instance_noise": 0.3}]


@pytest.mark.parametrize("chosen", PENALISED, ids=lambda one: "-".join(map(str, one.values())))
def test_the_numbers_of_both_halves_are_those_of_autograd(chosen):
    base = settings(g_optimizer="sgd", d_optimizer="sgd", **chosen)
    ensemble = Ensemble([base], dtype="float64")
    ensemble.step(3)  # away from the start
    game, g, d = base.game, ensemble.g.network, ensemble.d.network
    row, rows = ensemble._row + 1, ensemble._batches
    real = rows.real[row].transpose(1, 2).clone()
    theta, phi = g.parameters.clone(), d.parameters.clone()
    of_d, _ = autograd_gradients(ensemble, row, real)
    weights = d_weights(ensemble, phi)

    half = traced_half(ensemble)
    x, fake = (
        rows.judged[row].transpose(1, 2)[:, part]
        for part in (slice(rows.packs), slice(rows.packs, None))
    )
    on_real, on_fake = d(x, weights), d(fake, weights)
    ((d_real, d_fake, _),) = numbers(half, D, "classify")
    assert d_real == pytest.approx(float(game.output(on_real).mean()), rel=1e-12)
    assert d_fake == pytest.approx(float(game.output(on_fake).mean()), rel=1e-12)
    ((cost, plain, penalty),) = numbers(half, D, "cost")
    bare = float(game.d_cost_real(on_real).mean() + game.d_cost_fake(on_fake).mean())
    assert plain == pytest.approx(bare, rel=1e-9)
    assert penalty == pytest.approx(recomputed_penalty(base, rows, row, d, phi), rel=1e-9)
    assert cost == pytest.approx(plain + penalty, rel=1e-12)
    ((length, *_),) = numbers(half, D, "gradient")
    assert length == pytest.approx(norm(of_d), rel=1e-9)
    ((way, share, _),) = numbers(half, D, "update")
    assert way == pytest.approx(base.d_optimizer.lr * norm(of_d), rel=1e-6)
    assert share == pytest.approx(way / norm(phi), rel=1e-12)

    _, of_g = autograd_gradients(ensemble, row, real)
    says = ensemble.d.network(rows.judged[row].transpose(1, 2)[:, rows.packs :])
    half = traced_half(ensemble)
    ((nothing, now, _),) = numbers(half, G, "classify")
    assert np.isnan(nothing)
    assert now == pytest.approx(float(game.output(says).mean()), rel=1e-9)
    ((cost, *_),) = numbers(half, G, "cost")
    assert cost == pytest.approx(float(game.g_cost(says).mean()), rel=1e-9)
    ((length, *_),) = numbers(half, G, "gradient")
    assert length == pytest.approx(norm(of_g), rel=1e-9)
    ((way, share, _),) = numbers(half, G, "update")
    assert way == pytest.approx(norm(g.parameters - theta), rel=1e-12)
    assert way == pytest.approx(base.g_optimizer.lr * norm(of_g), rel=1e-6)
    assert share == pytest.approx(way / norm(theta), rel=1e-12)


def recomputed_penalty(base, rows, row, d, phi):
    """The constraint's penalty from its definition: a function of D's squared slope."""
    if not (where := base.constraint.where):
        return 0.0
    real, fake = (part.transpose(1, 2) for part in (rows.real[row], rows.fake[row]))
    between = fake + rows.mix[row].transpose(1, 2) * (real - fake)
    x = {"real": real, "fake": fake, "between": between}[where].clone().requires_grad_()
    (slope,) = torch.autograd.grad(d(x, phi).sum(), x)
    return float(base.constraint.penalty(slope.square().sum(-1)).mean())


def test_a_penalty_that_is_not_due_costs_nothing():
    base = settings(constraint="r1").with_changes({"constraint.every": 2})
    ensemble = Ensemble([base])
    found = []
    for _ in range(4):
        found += numbers(traced_half(ensemble), D, "cost")[:, 2].tolist()
        traced_half(ensemble)
    assert found[0] > 0
    assert found[2] > 0
    assert found[1] == found[3] == 0


def test_a_trial_step_is_taken_back_and_the_gradients_differ():
    ensemble = Ensemble([settings(update="extragradient")], dtype="float64")
    half = traced_half(ensemble)
    ((there_d, there_g, _),), ((back_d, back_g, _),) = (
        numbers(half, BOTH, kind) for kind in ("look-ahead", "come-back")
    )
    assert there_d == pytest.approx(back_d, rel=1e-9)
    assert there_d > 0
    assert there_g == pytest.approx(back_g, rel=1e-9)
    assert there_g > 0
    first, second = numbers(half, D, "gradient")[:, 0]
    assert first != second


def test_an_unfrozen_d_is_moved_in_the_turn_of_g():
    ensemble = Ensemble([settings(update="unfrozen-d")])
    traced_half(ensemble)
    phi = ensemble.d.network.parameters.clone()
    ((way, share, _),) = numbers(traced_half(ensemble), D, "mislead")
    assert way == pytest.approx(norm(ensemble.d.network.parameters - phi), rel=1e-6)
    assert share == pytest.approx(way / norm(phi), rel=1e-6)


def test_how_far_d_would_go_and_what_it_would_say_are_those_of_its_answers():
    base = settings(update="unrolled", update__unroll=1, g_optimizer="sgd", d_optimizer="sgd")
    base = base.with_changes({"update.unroll_lr": 1})
    ensemble = Ensemble([base], dtype="float64")
    traced_half(ensemble)
    phi, game, row = ensemble.d.network.parameters.clone(), base.game, ensemble._row
    of_d, _ = autograd_gradients(ensemble, row, ensemble._batches.real[row].transpose(1, 2))
    half = traced_half(ensemble)
    ((n, way, share),) = numbers(half, D, "unroll")
    assert n == 1
    assert way == pytest.approx(base.d_optimizer.lr * norm(of_d), rel=1e-9)
    assert share == pytest.approx(way / norm(phi), rel=1e-9)
    fake = ensemble._batches.fake[row].transpose(1, 2)
    says = game.output(ensemble.d.network(fake, phi - base.d_optimizer.lr * of_d))
    ((_, now, _),) = numbers(half, G, "classify")
    assert now == pytest.approx(float(says.mean()), rel=1e-9)
    assert torch.equal(ensemble.d.network.parameters, phi)


@pytest.mark.parametrize("pack", [1, 3])
def test_the_batch_is_the_one_that_was_played(pack):
    base = settings(pack=pack, batch=96)
    ensemble = Ensemble([base])
    theta = ensemble.g.network.parameters.clone()
    half, rows = traced_half(ensemble), ensemble._batches
    z = rows.z[ensemble._row].transpose(1, 2)
    np.testing.assert_array_equal(half.batch_z, z[0, :TRACED, :2])
    made = ensemble.g.network(z, theta)[0, :TRACED]
    np.testing.assert_allclose(half.batch_fake, made, atol=1e-5)
    assert half.batch_real.shape == (TRACED, 2)
    packs = TRACED // pack
    assert half.batch_scores.shape == (2, packs)
    assert np.isfinite(half.batch_scores).all()

    later = traced_half(ensemble)
    np.testing.assert_array_equal(later.batch_z, half.batch_z)
    np.testing.assert_array_equal(later.batch_real, half.batch_real)
    np.testing.assert_array_equal(later.batch_fake, half.batch_fake)
    assert np.isnan(later.batch_scores[0]).all(), "D has moved since it judged real samples"
    whole = torch.from_numpy(later.batch_fake[: packs * pack].reshape(1, packs, -1))
    says = base.game.output(ensemble.d.network(whole))[0, :, 0]
    np.testing.assert_allclose(later.batch_scores[1], says, atol=1e-5)


def test_a_g_that_moves_without_a_gradient_at_hand_takes_it_first():
    ensemble = Ensemble([settings(update="simultaneous")])
    ensemble.d_step()
    assert stages(traced_half(ensemble)) == [*OF_G, (G, "update")]


def test_the_frame_holds_the_trace_until_something_else_happens():
    chosen = Settings().with_changes(SMALL)
    experiment = Experiment(chosen)
    assert experiment.frame().trace.size == 0
    assert experiment.frame().batch_z.shape == (TRACED, 2), "latents of the fakes that are shown"
    for act in (
        lambda: experiment.step(1),
        experiment.step_half,
        experiment.step_d,
        experiment.step_g,
        experiment.reset,
        lambda: experiment.change(chosen.with_changes({"g_optimizer.lr": 0.01})),
    ):
        experiment.step_half(traced=True)
        frame = experiment.frame()
        assert len(frame.trace) in (6, 4)
        experiment.measure()
        np.testing.assert_array_equal(experiment.frame().trace, frame.trace)
        act()
        after = experiment.frame()
        assert after.trace.shape == (0, 5)
        assert after.batch_fake.size == after.batch_real.size == after.batch_scores.size == 0


def test_a_frame_with_a_trace_becomes_bytes_and_comes_back():
    experiment = Experiment(Settings().with_changes(SMALL))
    experiment.step_half(traced=True)
    frame = experiment.frame()
    back = Frame.from_bytes(frame.to_bytes())
    for name in ("trace", "batch_real", "batch_fake", "batch_z", "batch_scores"):
        assert getattr(frame, name).size
        np.testing.assert_array_equal(getattr(back, name), getattr(frame, name))

"""The f-GAN games against the closed forms of the family, and what their D can be read as."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from gan_core.ensemble import Ensemble
from gan_core.experiment import Experiment
from gan_core.games import GAMES
from gan_core.games.f_divergences import FDivergenceGame, TwoObjectives
from gan_core.games.objectives import OBJECTIVES
from gan_core.presets import PRESETS
from gan_core.run import run
from gan_core.settings import Settings, SettingsError
from gan_core.theory import fgan

KEYS = [key for key in GAMES.names() if issubclass(GAMES.get(key), FDivergenceGame)]
BOTH = [
    (key, objective)
    for key in KEYS
    for objective in OBJECTIVES.names()
    if issubclass(GAMES.get(key), TwoObjectives)
]
LOGITS = torch.linspace(-8, 8, 161, dtype=torch.float64)
X = np.linspace(-20, 20, 6001)
DX = X[1] - X[0]
PAIRS = [((0, 1), (1, 1.3)), ((0, 1), (0, 1.3)), ((-1, 0.8), (1, 1)), ((0, 1), (0, 1))]
FUNCTIONS = ("d_cost_real", "d_cost_fake", "g_cost", "d_slope_real", "d_slope_fake", "g_slope")
SMALL = {"generator.width": 16, "discriminator.width": 16, "batch": 32, "latent.dim": 3}

# a logit with T = f′(u), by the ratio u = p/q; of total variation one that is sure
LOGIT_OF = {
    "kl": lambda u: 1 + np.log(u),
    "reverse_kl": np.log,
    "pearson_chi2": lambda u: 2 * (u - 1),
    "squared_hellinger": lambda u: np.log(u) / 2,
    "jensen_shannon": np.log,
    "gan": np.log,
    "total_variation": lambda u: 40 * np.sign(u - 1),
}


def game_of(key, objective=None):
    return GAMES.get(key)(**({"objective": objective} if objective else {}))


def densities(pair):
    return [stats.norm.pdf(X, *one) for one in pair]


def best_logits(game, p, q):
    return torch.from_numpy(LOGIT_OF[game.member](np.maximum(p, 1e-300) / np.maximum(q, 1e-300)))


def d_pays(game, a, p, q):
    p, q = torch.from_numpy(p), torch.from_numpy(q)
    return float((p * game.d_cost_real(a) + q * game.d_cost_fake(a)).sum() * DX)


def test_each_member_of_the_family_has_its_game():
    assert {GAMES.get(key).member for key in KEYS} == set(fgan.FAMILY)
    assert len(KEYS) == len(fgan.FAMILY)
    assert all(key.startswith("f-") for key in KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_critic_and_conjugate_are_those_of_the_family(key):
    game, one = game_of(key), fgan.member(GAMES.get(key).member)
    t = one.activation(LOGITS.numpy())
    assert game.critic(LOGITS).numpy() == pytest.approx(t, rel=1e-12, abs=1e-15)
    assert game.conjugate(LOGITS).numpy() == pytest.approx(one.conjugate(t), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("key", "objective"), BOTH)
def test_both_objectives_have_their_slopes(key, objective):
    game = game_of(key, objective)
    a = LOGITS.clone().requires_grad_()
    (expected,) = torch.autograd.grad(game.g_cost(a).sum(), a)
    assert torch.allclose(game.g_slope(LOGITS), expected, rtol=1e-9, atol=0)
    paid = {"saddle-point": game.conjugate, "practical": game.critic}[objective]
    assert torch.equal(game.g_cost(LOGITS), -paid(LOGITS))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("key", KEYS)
def test_the_best_d_pays_minus_the_divergence_and_any_other_more(key, pair):
    game = game_of(key)
    p, q = densities(pair)
    exact = float(fgan.divergence(game.member, p, q, DX))
    a = best_logits(game, p, q)
    assert d_pays(game, a, p, q) == pytest.approx(-exact, rel=1e-9, abs=1e-9)
    if pair[0] == pair[1]:
        assert exact == pytest.approx(-math.log(4) if key == "f-gan" else 0, abs=1e-9)
    rng = np.random.default_rng(0)
    if key == "f-total-variation" and pair[0] == pair[1]:
        return  # nothing to tell apart: whatever D says costs 0
    for size in (0.1, 1.0):
        other = a.clamp(-3, 3) + size * torch.from_numpy(rng.standard_normal(len(X)))
        assert d_pays(game, other, p, q) > -exact + 1e-6


@pytest.mark.parametrize("key", KEYS)
def test_with_the_best_d_the_honest_gradient_of_g_is_that_of_the_divergence(key):
    generator = torch.Generator().manual_seed(0)
    p = torch.softmax(torch.randn(7, generator=generator).double(), 0)
    theta = torch.randn(7, generator=generator).double().requires_grad_()
    q = torch.softmax(theta, 0)
    game = game_of(key)
    a = torch.from_numpy(LOGIT_OF[game.member]((p / q).detach().numpy()))
    (of_cost,) = torch.autograd.grad((q * game.g_cost(a)).sum(), theta, retain_graph=True)
    u = p / q
    f = {
        "kl": u * u.log(),
        "reverse_kl": -u.log(),
        "pearson_chi2": (u - 1) ** 2,
        "squared_hellinger": (u.sqrt() - 1) ** 2,
        "jensen_shannon": u * u.log() - (1 + u) * ((1 + u) / 2).log(),
        "gan": u * u.log() - (1 + u) * (1 + u).log(),
        "total_variation": (u - 1).abs() / 2,
    }[game.member]
    (of_divergence,) = torch.autograd.grad((q * f).sum(), theta)
    assert torch.allclose(of_cost, of_divergence, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_the_best_d_says_how_probable_it_is_that_x_is_real(key):
    game = game_of(key)
    ratio = np.geomspace(0.01, 100, 41)
    says = game.output(torch.from_numpy(LOGIT_OF[game.member](ratio))).numpy()
    if game.scores:  # total variation's knows on which side there is more
        assert says == pytest.approx(np.sign(ratio - 1) / 2, abs=1e-12)
    else:
        assert says == pytest.approx(ratio / (1 + ratio), rel=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_d_cannot_tell_where_t_is_the_threshold(key):
    game = game_of(key)
    threshold = fgan.member(game.member).threshold
    t, says = game.critic(LOGITS), game.output(LOGITS)
    telling = (t - threshold).abs() > 1e-9
    assert torch.equal((t > threshold)[telling], (says > game.undecided)[telling])
    assert says[~telling].tolist() == pytest.approx([game.undecided] * int((~telling).sum()))
    assert (np.diff(says.numpy()) >= 0).all()


@pytest.mark.parametrize(
    ("key", "objective"), [*BOTH, ("f-total-variation", None)], ids=lambda one: str(one)
)
def test_extremes_are_finite_or_infinite_but_never_undefined(key, objective):
    game = game_of(key, objective)
    far = torch.tensor([-80.0, -40.0, 40.0, 80.0])
    farther = torch.tensor([-3e38, -1e4, -100.0, 100.0, 1e4, 3e38])
    for name in FUNCTIONS:
        assert getattr(game, name)(far).isfinite().all(), name
        assert not getattr(game, name)(farther).isnan().any(), name
    assert game.output(farther).isfinite().all()
    for name in ("d_slope_real", "d_slope_fake", "g_slope"):  # to be scaled in place
        one = getattr(game, name)(far)
        assert one.data_ptr() != far.data_ptr()


def test_the_original_gan_is_the_minimax_game_and_in_practice_the_non_saturating_one():
    for objective, key in (("saddle-point", "minimax"), ("practical", "non-saturating")):
        ours, theirs = game_of("f-gan", objective), GAMES.get(key)()
        shifted = game_of("f-jensen-shannon", objective)
        for name in FUNCTIONS:
            expected = getattr(theirs, name)(LOGITS)
            assert torch.equal(getattr(ours, name)(LOGITS), expected), name
            # −T and f*(T) are lower by log 2 each, so −f*(T) is higher
            up = 0 if "slope" in name else 1 if (name, key) == ("g_cost", "minimax") else -1
            found = getattr(shifted, name)(LOGITS)
            assert torch.allclose(found, expected + up * math.log(2), atol=1e-15)
        twins = [
            Ensemble([Settings().with_changes(SMALL | chosen)])
            for chosen in ({"game": key}, {"game": "f-gan", "game.objective": objective})
        ]
        for twin in twins:
            twin.step(20)
        assert torch.equal(twins[0].g.network.parameters, twins[1].g.network.parameters)


def test_how_the_pull_on_a_fake_depends_on_what_d_says_of_it():
    """Where D is sure of a fake some games let go of it, and one objective does the opposite."""
    pull = {
        (key, objective): -float(game_of(key, objective).g_slope(torch.tensor([-5.0]).double()))
        for key, objective in BOTH
    }
    assert pull["f-reverse-kl", "saddle-point"] == 1
    assert pull["f-kl", "saddle-point"] == pytest.approx(math.exp(-6))
    assert pull["f-hellinger", "saddle-point"] == pytest.approx(math.exp(-5))
    assert pull["f-gan", "saddle-point"] == pytest.approx(0.0067, abs=1e-4)
    assert pull["f-gan", "practical"] == pytest.approx(0.9933, abs=1e-4)
    assert pull["f-kl", "practical"] == pull["f-pearson", "practical"] == 1
    for key in ("f-reverse-kl", "f-hellinger"):
        assert pull[key, "practical"] == pytest.approx(math.exp(5))
    assert pull["f-pearson", "saddle-point"] == -1.5  # below −2, the wrong way


@pytest.mark.parametrize("key", KEYS)
def test_the_picture_of_a_d_beyond_all_bounds_is_still_a_picture(key):
    experiment = Experiment(Settings().with_changes(SMALL | {"game": key}))
    frame = experiment.frame()
    game = experiment.settings.game
    assert frame.score_kind == int(key == "f-total-variation")
    assert (frame.score_low + frame.score_high) / 2 == pytest.approx(game.undecided, abs=1e-6)
    assert game.scores or (frame.score_low, frame.score_high) == (0, 1)
    experiment._training.d.network.parameters.mul_(30)
    assert float(experiment._training.d.network(torch.randn(1, 50, 2)).abs().max()) > 100
    frame = experiment.frame()
    assert np.isfinite(frame.field).all()
    assert frame.histogram.sum(1) == pytest.approx([1, 1], abs=1e-6)
    assert np.ptp(frame.field) > 0.1 * (frame.score_high - frame.score_low)


def test_the_objective_is_a_choice_that_acts_live_and_stays_with_the_next_f():
    settings = Settings().with_changes({"game": "f-kl", "game.objective": "practical"})
    (field,) = (one for one in settings.fields() if one.path == "game.objective")
    assert (field.kind, field.live, field.choices) == ("choice", True, OBJECTIVES.names())
    assert settings.with_changes({"game": "f-hellinger"}).game.objective == "practical"
    assert Settings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError, match="saddle-point, practical"):
        settings.with_changes({"game.objective": "honest"})
    with pytest.raises(ValueError, match="objective"):
        GAMES.get("f-kl")(objective="honest")
    experiment = Experiment(settings.with_changes(SMALL))
    experiment.step(5)
    assert experiment.change(experiment.settings.with_changes({"game.objective": "saddle-point"}))
    assert experiment.iteration == 5


# -- what docs/f-gan.md says -------------------------------------------------------------------

SEEDS = range(8)


def modes(seeds=SEEDS, **chosen):
    base = PRESETS["healthy"].settings.with_changes(chosen)
    return [run(base.with_changes({"seed": seed}), 3000).metrics["modes"] for seed in seeds]


HELD = {"constraint": "gradient-penalty-one-sided"}
ON_THE_RING = [key for key in KEYS if key != "f-gan"]  # the same slopes as Jensen-Shannon


@pytest.mark.slow
@pytest.mark.parametrize("key", ON_THE_RING)
def test_held_each_game_learns_the_ring(key):
    assert modes(game=key, **HELD) == [8] * len(SEEDS)


@pytest.mark.slow
def test_left_alone_some_do_and_some_do_not():
    full = {key: modes(game=key).count(8) for key in ON_THE_RING}
    assert full["f-hellinger"] == full["f-jensen-shannon"] == 8
    assert 4 <= full["f-kl"] <= 7
    assert 5 <= full["f-pearson"] <= 8
    assert 2 <= full["f-reverse-kl"] <= 6
    assert max(modes(game="f-total-variation")) == 0


@pytest.mark.slow
def test_the_practical_objective_is_no_good_where_t_falls_exponentially():
    for key in ("f-reverse-kl", "f-hellinger"):
        chosen = {"game": key, "game.objective": "practical"}
        assert max(modes(**chosen)) <= 4
        assert min(modes(**chosen, **HELD)) >= 7
    base = PRESETS["healthy"].settings.with_changes(
        {"game": "f-reverse-kl", "game.objective": "practical"}
    )
    ends = [run(base.with_changes({"seed": seed}), 3000).status for seed in SEEDS]
    assert ends.count("diverged") >= 5


@pytest.mark.slow
def test_what_f_chooses_where_g_cannot_have_everything():
    small = {"data": "two-gaussians", "generator.layers": 1, "generator.width": 3, "latent.dim": 2}
    both = {key: modes(range(12), game=key, **small, **HELD).count(2) for key in ON_THE_RING}
    assert both["f-kl"] == both["f-pearson"] == 12
    assert both["f-jensen-shannon"] >= 9
    assert 6 <= both["f-hellinger"] <= 11
    assert both["f-reverse-kl"] <= 5

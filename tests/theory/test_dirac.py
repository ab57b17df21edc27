"""The Dirac-GAN in steps: the published table, who converges, who circles."""

import numpy as np
import pytest

from gan_core.theory.dirac import DiracGAN, trajectory, update_matrix

F1, F2, F3, E0, E1 = ".1f", ".2f", ".3f", ".0e", ".1e"
TABLE = {
    # h = 0.2, 500 steps from (1, 1): simultaneous, alternating 1:1, alternating 1:5
    "minimax": (DiracGAN(), (("3.1", F1), ("1.42", F2), ("1.85", F2))),
    "non-saturating": (
        DiracGAN("non_saturating"),
        (("0.640", F3), ("0.284", F3), ("0.139", F3)),
    ),
    "WGAN, clip 1": (
        DiracGAN("wasserstein", clip=1.0),
        (("1.00", F2), ("1.02", F2), ("0.92", F2)),
    ),
    "WGAN-GP, 0.7": (
        DiracGAN("wasserstein", penalty=0.7),
        (("1.80", F2), ("1.22", F2), ("0.72", F2)),
    ),
    "R1 0.3": (DiracGAN(r1=0.3), (("2.6e-06", E1), ("2.3e-07", E1), ("9e-34", E0))),
    "R1 1": (DiracGAN(r1=1.0), (("1e-21", E0), ("7e-17", E0), ("5e-12", E0))),
}
RULES = (("simultaneous", 1), ("alternating", 1), ("alternating", 5))


def end(gan, rule, d_steps, **options):
    return float(np.hypot(*trajectory(gan, rule=rule, d_steps=d_steps, **options)[-1]))


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("column", range(3))
def test_final_distances_as_published(name, column):
    """To all the digits given."""
    gan, row = TABLE[name]
    found = end(gan, *RULES[column])
    assert f"{found:{row[column][1]}}" == row[column][0]


def consensus_as_published(t, p, gamma=1.0):
    """The authors' notebook: the second term has a ½ that the gradient of ½‖v‖² has not."""
    f = 1 / (1 + np.exp(p * t))
    f2 = -f * (1 - f)
    k = (t * t + p * p) * f * f2 / 2
    return -p * f - gamma * (t * f * f + p * k), t * f - gamma * (p * f * f + t * k)


def test_consensus_as_published_and_as_it_should_be():
    """2e-10, 1e-11, 5e-33 come with the notebook's field; 1:5 with the true gradient runs away.

    The penalty ‖v‖² is small also where D saturates, and five steps of D find the way there.
    """
    published = []
    for rule, d_steps in RULES:
        t = p = 1.0
        for _ in range(500):
            if rule == "simultaneous":
                a, b = consensus_as_published(t, p)
                t, p = t + 0.2 * a, p + 0.2 * b
                continue
            t += 0.2 * consensus_as_published(t, p)[0]
            for _ in range(d_steps):
                p += 0.2 * consensus_as_published(t, p)[1]
        published.append(float(f"{np.hypot(t, p):.0e}"))
    assert published == [2e-10, 1e-11, 5e-33]
    exact = [end(DiracGAN(consensus=1.0), *rule) for rule in RULES]
    assert exact[:2] == pytest.approx([2.579e-10, 1.724e-11], rel=1e-3)
    assert exact[2] == pytest.approx(10.97, abs=0.01)
    near = end(DiracGAN(consensus=1.0), "alternating", 5, start=(0.3, 0.3))
    assert near < 1e-25


def test_the_published_row_of_instance_noise_is_its_sampling_floor():
    """0.02, 0.01, 0.004 are what 1,000 samples a step leave; the mean itself goes on to 0."""
    exact = [end(DiracGAN(noise=0.7), *rule) for rule in RULES]
    assert exact == pytest.approx([5.73e-5, 4.00e-6, 0], rel=2e-3, abs=1e-15)
    rng = np.random.default_rng(0)

    def sampled(t, p):
        x = t + 0.7 * rng.standard_normal(1000)
        real = 0.7 * rng.standard_normal(1000)
        s = 1 / (1 + np.exp(p * x))
        return float(np.mean(-p * s)), float(np.mean(x * s - real / (1 + np.exp(-p * real))))

    t = p = 1.0
    tail = []
    for i in range(500):
        a, b = sampled(t, p)
        t, p = t + 0.2 * a, p + 0.2 * b
        if i >= 300:
            tail.append(np.hypot(t, p))
    assert 0.005 < np.mean(tail) < 0.05
    assert np.mean(tail) > 100 * exact[0]
    v = np.mean([sampled(0.8, -0.5) for _ in range(3000)], axis=0)
    assert v == pytest.approx(np.array(DiracGAN(noise=0.7).field(0.8, -0.5)), abs=2e-3)


def test_a_penalty_around_one_has_no_rest():
    """WGAN-GP: the velocity jumps at ψ = 0, however small ψ is; it keeps circling."""
    gan = DiracGAN("wasserstein", penalty=0.7)
    with pytest.raises(ValueError, match="kink"):
        gan.eigenvalues()
    above, below = gan.field(0.0, 1e-12)[1], gan.field(0.0, -1e-12)[1]
    assert above - below == pytest.approx(1.4)
    path = trajectory(gan, steps=3000)
    assert np.hypot(*path[-500:].T).min() > 0.5
    clipped = trajectory(DiracGAN("wasserstein", clip=1.0), steps=3000)
    assert np.hypot(*clipped[-500:].T).min() > 0.5
    assert np.abs(clipped[:, 1]).max() <= 1


def test_non_saturating_shrinks_but_at_no_linear_rate():
    """The distance falls like 1/√t: the rate per step goes to 1 itself."""
    r = np.hypot(*trajectory(DiracGAN("non_saturating"), steps=40_000).T)
    # the largest of a turn or more, because it falls in steps
    windows = np.array([r[n - 200 : n].max() for n in (2500, 5000, 10_000, 20_000, 40_000)])
    assert (np.diff(windows) < 0).all()
    assert windows[1:] / windows[:-1] == pytest.approx(np.full(4, 2**-0.5), abs=0.02)
    assert r[-1] > 0.01
    linear = np.hypot(*trajectory(DiracGAN(r1=0.3), steps=1000).T)
    assert linear[1000] < 1e-10
    assert linear[1000] / linear[500] == pytest.approx(linear[500], rel=0.9)


def test_minimax_spirals_out_at_once_and_orbits_in_turns():
    out = np.hypot(*trajectory(DiracGAN(), steps=2000, rule="simultaneous").T)
    assert out[2000] > out[1000] > out[500] > 3
    orbit = np.hypot(*trajectory(DiracGAN(), steps=5000).T)
    assert orbit.max() < 2
    assert orbit[-500:].max() == pytest.approx(orbit[:500].max(), rel=0.02)


@pytest.mark.parametrize("gan", [DiracGAN(r1=0.3), DiracGAN(noise=1.0), DiracGAN(consensus=0.5)])
@pytest.mark.parametrize(("rule", "d_steps"), RULES)
def test_near_the_solution_a_step_is_its_matrix(gan, rule, d_steps):
    M = update_matrix(gan, 0.2, rule, d_steps)
    start = np.array([1e-5, -2e-5])
    path = trajectory(gan, 0.2, 20, tuple(start), rule, d_steps)
    assert path[20] == pytest.approx(np.linalg.matrix_power(M, 20) @ start, abs=1e-13)
    assert np.abs(np.linalg.eigvals(M)).max() < 1
    other = trajectory(gan, 0.2, 20, tuple(start), rule, d_steps, first="d")
    assert np.abs(other[-1]).max() < 3e-5


def test_who_is_first_does_not_change_the_rate():
    late = trajectory(DiracGAN(r1=0.3), steps=200, first="d")[[100, 200]]
    early = trajectory(DiracGAN(r1=0.3), steps=200)[[100, 200]]
    rate = [np.hypot(*p[1]) / np.hypot(*p[0]) for p in (late, early)]
    assert rate[0] == pytest.approx(rate[1], rel=0.3)
    assert (late != early).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: DiracGAN("hinge"), "no game"),
        (lambda: DiracGAN(r1=-1), "≥ 0"),
        (lambda: DiracGAN(noise=float("inf")), "≥ 0"),
        (lambda: trajectory(DiracGAN(), 0.0), "step size"),
        (lambda: trajectory(DiracGAN(), steps=-1), "steps"),
        (lambda: trajectory(DiracGAN(), rule="adam"), "no rule"),
        (lambda: trajectory(DiracGAN(), rule="simultaneous", d_steps=5), "one step"),
        (lambda: DiracGAN(consensus=1).jacobian(1, 1), "only"),
    ],
)
def test_what_does_not_fit_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_divergence_ends_in_infinity_not_in_an_error():
    path = trajectory(DiracGAN("least_squares"), 2.0, 200, (5.0, 5.0), "simultaneous")
    assert not np.isfinite(path[-1]).any()

"""The Dirac-GAN's velocities against differences of the costs, and the paper's eigenvalues."""

import numpy as np
import pytest

from gan_core.theory.dirac import GAMES, DiracGAN


def closed(real, square):
    root = np.sqrt(complex(square))
    return sorted([real + root, real - root], key=lambda z: (z.real, z.imag))


@pytest.mark.parametrize(
    ("gan", "values"),
    [
        (DiracGAN("minimax"), closed(0, -1 / 4)),
        (DiracGAN("non_saturating"), closed(0, -1 / 4)),
        (DiracGAN("wasserstein"), closed(0, -1)),
        (DiracGAN("wasserstein", clip=1.0), closed(0, -1)),
        (DiracGAN("least_squares"), closed(0, -1)),
        (DiracGAN(r1=0.3), closed(-0.15, 0.15**2 - 0.25)),
        (DiracGAN(r2=0.3), closed(-0.15, 0.15**2 - 0.25)),
        (DiracGAN("non_saturating", r1=2.0), closed(-1, 1 - 0.25)),
        # Mescheder 2018, lemma 3.2: f″σ² ± √(f″²σ⁴ − f′²), f″ = −¼
        (DiracGAN(noise=0.7), closed(-0.49 / 4, (0.49 / 4) ** 2 - 0.25)),
        (DiracGAN(noise=2.0), closed(-1, 1 - 0.25)),
        (DiracGAN(consensus=1.0), closed(-0.25, -0.25)),
        (DiracGAN("wasserstein", penalty=0.7, target=0.0), closed(-0.35, 0.35**2 - 1)),
    ],
)
def test_eigenvalues_at_the_solution(gan, values):
    found = sorted(gan.eigenvalues(), key=lambda z: (round(z.real, 9), z.imag))
    assert np.array(found) == pytest.approx(np.array(values), abs=1e-7)


def test_r1_is_critical_at_one():
    """γ = 1: a double eigenvalue −½; below it turns, above it crawls."""
    assert DiracGAN(r1=1.0).eigenvalues() == pytest.approx([-0.5, -0.5], abs=1e-7)
    slowest = {g: DiracGAN(r1=g).eigenvalues().real.max() for g in (0.5, 1.0, 2.0)}
    assert min(slowest, key=slowest.get) == 1.0
    assert np.abs(DiracGAN(r1=0.9).eigenvalues().imag).min() > 0
    assert (DiracGAN(r1=1.1).eigenvalues().imag == 0).all()


@pytest.mark.parametrize(
    "gan",
    [
        *(DiracGAN(game) for game in GAMES),
        DiracGAN(r1=0.4, r2=0.2),
        DiracGAN("wasserstein", penalty=0.7, target=1.0),
        DiracGAN(noise=0.6),
        DiracGAN("non_saturating", noise=0.6, r1=0.1),
        DiracGAN("least_squares", noise=0.6),
    ],
)
def test_the_jacobian_is_the_slope_of_the_field(gan):
    h = 1e-6
    for t, p in ((0.7, -0.4), (-1.3, 0.9)):
        numeric = np.stack(
            [
                (np.array(gan.field(t + h, p)) - np.array(gan.field(t - h, p))) / (2 * h),
                (np.array(gan.field(t, p + h)) - np.array(gan.field(t, p - h))) / (2 * h),
            ],
            1,
        )
        assert gan.jacobian(t, p) == pytest.approx(numeric, abs=1e-8)


def test_the_field_is_the_gradient_of_the_costs():
    """Minimax and non-saturating from log σ, with D high on fakes; all terms by differences."""
    h = 1e-6

    def log_sigmoid(t):
        return -np.log1p(np.exp(-t))

    def slope(f, x):
        return (f(x + h) - f(x - h)) / (2 * h)

    for t, p in ((0.7, -0.4), (-1.3, 0.9)):
        d = slope(lambda p, t=t: log_sigmoid(p * t) + log_sigmoid(0) - 0.15 * p * p, p)
        for game, g_cost in (
            ("minimax", lambda t, p=p: log_sigmoid(p * t)),
            ("non_saturating", lambda t, p=p: -log_sigmoid(-p * t)),
        ):
            v = DiracGAN(game, r1=0.3).field(t, p)
            assert v[0] == pytest.approx(-slope(g_cost, t), abs=1e-8)
            assert v[1] == pytest.approx(d, abs=1e-8)
        least = DiracGAN("least_squares").field(t, p)
        # D's targets: 1 on fakes, −1 on data; G aims at −1
        d = slope(lambda p, t=t: -((p * t - 1) ** 2) / 2, p)
        assert least[0] == pytest.approx(-slope(lambda t, p=p: (p * t + 1) ** 2 / 2, t), abs=1e-8)
        assert least[1] == pytest.approx(d, abs=1e-8)
        penalty = slope(lambda p: 0.35 * (abs(p) - 1) ** 2, p)
        w = DiracGAN("wasserstein", penalty=0.7).field(t, p)
        assert np.array(w) == pytest.approx(np.array([-p, t - penalty]), abs=1e-8)


def test_the_field_takes_arrays():
    t, p = np.meshgrid(np.linspace(-2, 2, 7), np.linspace(-1, 1, 5))
    for gan in (DiracGAN(), DiracGAN(noise=0.5), DiracGAN("least_squares", consensus=0.5)):
        u, v = gan.field(t, p)
        assert u.shape == v.shape == (5, 7)
        alone = gan.velocities(float(t[1, 4]), float(p[1, 4]))
        assert (u[1, 4], v[1, 4]) == pytest.approx(alone, abs=1e-14)


def test_consensus_is_the_gradient_of_half_the_squared_velocity():
    plain, h = DiracGAN(), 1e-6
    for t, p in ((1.0, 1.0), (-0.5, 2.0), (0.3, -1.1)):

        def size(t, p):
            return sum(v * v for v in plain.field(t, p)) / 2

        v = plain.field(t, p)
        found = DiracGAN(consensus=0.8).field(t, p)
        slope = (
            (size(t + h, p) - size(t - h, p)) / (2 * h),
            (size(t, p + h) - size(t, p - h)) / (2 * h),
        )
        assert found[0] == pytest.approx(float(v[0] - 0.8 * slope[0]), abs=1e-8)
        assert found[1] == pytest.approx(float(v[1] - 0.8 * slope[1]), abs=1e-8)

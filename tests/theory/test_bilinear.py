"""The game xy: closed forms, and steps taken by hand."""

import numpy as np
import pytest

from gan_core.theory import bilinear as bl

ETA = 0.1


def by_hand(rule, a, b, steps, start, momentum=0.0, first="x"):
    """Every rule as the papers write it, in scalars."""
    x, y = start
    vx = vy = 0.0
    old = (-y, x)
    path = [(x, y)]
    for _ in range(steps):
        if rule == "simultaneous":
            vx, vy = momentum * vx - a * y, momentum * vy + b * x
            x, y = x + vx, y + vy
        elif rule == "alternating":
            for player in ("xy", "yx")[first == "y"]:
                if player == "x":
                    vx = momentum * vx - a * y
                    x += vx
                else:
                    vy = momentum * vy + b * x
                    y += vy
        elif rule == "extragradient":
            trial = x - a * y, y + b * x
            x, y = x - a * trial[1], y + b * trial[0]
        else:
            now = (-y, x)
            x, y = x + a * (2 * now[0] - old[0]), y + b * (2 * now[1] - old[1])
            old = now
        path.append((x, y))
    return np.array(path)


@pytest.mark.parametrize("rule", ["simultaneous", "alternating", "extragradient", "optimistic"])
@pytest.mark.parametrize(("a", "b"), [(0.1, 0.1), (0.3, 0.05)])
def test_trajectories_are_the_steps_by_hand(rule, a, b):
    found = bl.trajectory(rule, (a, b), 60, (0.7, -1.2))
    assert found.shape == (61, 2)
    assert found == pytest.approx(by_hand(rule, a, b, 60, (0.7, -1.2)), abs=1e-10)


@pytest.mark.parametrize("rule", ["simultaneous", "alternating"])
@pytest.mark.parametrize("momentum", [-0.3, 0.5])
@pytest.mark.parametrize("first", ["x", "y"])
def test_momentum_by_hand(rule, momentum, first):
    found = bl.trajectory(rule, 0.2, 40, (1, 0.5), momentum, first)
    expected = by_hand(rule, 0.2, 0.2, 40, (1, 0.5), momentum, first)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-10)


def radius(path):
    return np.hypot(*path.T)


def test_simultaneous_steps_spiral_out():
    """Each step × √(1 + η²): × 1.645 after 100 steps of 0.1."""
    r = radius(bl.trajectory("simultaneous", ETA, 100))
    assert r[1:] / r[:-1] == pytest.approx(np.full(100, np.sqrt(1 + ETA**2)), rel=1e-12)
    assert r[-1] / r[0] == pytest.approx(1.645, abs=5e-4)


@pytest.mark.parametrize(("first", "sign"), [("x", -1), ("y", 1)])
def test_alternating_steps_keep_an_ellipse(first, sign):
    path = bl.trajectory("alternating", 0.4, 1000, (1.0, 0.3), first=first)
    x, y = path.T
    kept = x**2 + y**2 + sign * 0.4 * x * y
    assert kept == pytest.approx(np.full(1001, kept[0]), rel=1e-10)
    assert bl.invariant(x, y, 0.4, first) == pytest.approx(kept, rel=1e-12)
    wrong = x**2 + y**2 - sign * 0.4 * x * y
    assert np.ptp(wrong) > 0.1
    assert radius(path).max() < 1.5
    x, y = bl.trajectory("alternating", (0.4, 0.1), 500, (1.0, 0.3), first=first).T
    assert np.ptp(bl.invariant(x, y, (0.4, 0.1), first)) < 1e-10


def test_alternating_needs_steps_below_two():
    assert bl.growth("alternating", 1.9) == pytest.approx(1, abs=1e-12)
    assert bl.growth("alternating", 2.1) > 1.5


def test_extragradient_and_optimistic_arrive():
    """× √(1 − η² + η⁴) a step; both × 0.608 after 100 steps, 0.0069 and 0.0063 after 1,000."""
    r = radius(bl.trajectory("extragradient", ETA, 1000))
    assert r[1:] / r[:-1] == pytest.approx(np.full(1000, np.sqrt(1 - ETA**2 + ETA**4)), rel=1e-11)
    assert r[100] == pytest.approx(0.608, abs=5e-4)
    assert r[1000] == pytest.approx(0.0069, abs=5e-5)
    r = radius(bl.trajectory("optimistic", ETA, 1000))
    assert r[100] == pytest.approx(0.608, abs=5e-4)
    assert r[1000] == pytest.approx(0.0063, abs=5e-5)


def test_the_flow_is_a_circle():
    path = bl.trajectory("continuous", ETA, 200, (2.0, 0.0))
    assert radius(path) == pytest.approx(np.full(201, 2.0), rel=1e-12)
    t = ETA * np.arange(201)
    assert path == pytest.approx(2 * np.stack([np.cos(t), np.sin(t)], 1), abs=1e-11)
    x, y = bl.trajectory("continuous", (0.2, 0.05), 200, (1.0, 0.4)).T
    assert np.ptp(0.05 * x**2 + 0.2 * y**2) < 1e-12


def test_smaller_steps_only_spiral_out_more_slowly():
    """Will a smaller learning rate converge? No: to the circle. Growth per unit of time ≈ η/2."""
    for eta in (0.2, 0.1, 0.01, 0.001):
        assert bl.growth("simultaneous", eta) > 1
        per_time = np.log(bl.growth("simultaneous", eta)) / eta
        assert per_time == pytest.approx(eta / 2, rel=eta)


@pytest.mark.parametrize("rule", bl.RULES)
def test_eigenvalues_are_those_of_the_steps(rule):
    values = bl.eigenvalues(rule, ETA)
    assert np.iscomplexobj(values)
    assert (np.diff(np.abs(values)) <= 1e-12).all()
    closed = {
        "simultaneous": [1 + 1j * ETA, 1 - 1j * ETA],
        "extragradient": [1 - ETA**2 + 1j * ETA, 1 - ETA**2 - 1j * ETA],
        "continuous": [np.exp(1j * ETA), np.exp(-1j * ETA)],
        "alternating": np.roots([1, -(2 - ETA**2), 1]),
        # λ² − (1 ± 2ηi) λ ± ηi = 0
        "optimistic": np.r_[
            np.roots([1, -(1 + 2j * ETA), 1j * ETA]), np.roots([1, -(1 - 2j * ETA), -1j * ETA])
        ],
    }[rule]
    for value in closed:
        assert np.abs(values - value).min() < 1e-12
    r = radius(bl.trajectory(rule, ETA, 400))
    assert (r[-1] / r[-201]) ** (1 / 200) == pytest.approx(bl.growth(rule, ETA), abs=1e-3)


def test_negative_momentum_makes_alternating_steps_arrive():
    """Gidel et al. 2019, "Negative Momentum for Improved Game Dynamics", theorem 6."""
    assert bl.growth("alternating", 0.5, momentum=-0.5) < 1
    assert bl.growth("alternating", 0.5, momentum=0.5) > 1
    for momentum in (-0.5, -0.1, 0.3, 0.9):
        assert bl.growth("simultaneous", 0.5, momentum=momentum) > 1


def test_two_time_scales_do_not_help():
    assert bl.growth("simultaneous", (0.4, 0.025)) == pytest.approx(np.sqrt(1.01))
    assert bl.growth("alternating", (0.4, 0.025)) == pytest.approx(1)


def test_the_field_is_the_gradient():
    x, y = np.meshgrid(np.linspace(-2, 2, 5), np.linspace(-1, 1, 4))
    u, v = bl.vector_field(x, y)
    h = 1e-6
    assert u == pytest.approx(-((x + h) * y - (x - h) * y) / (2 * h), abs=1e-9)
    assert v == pytest.approx((x * (y + h) - x * (y - h)) / (2 * h), abs=1e-9)
    assert u * x + v * y == pytest.approx(np.zeros_like(x))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("adam", 0.1), "no rule"),
        (("simultaneous", 0.0), "positive"),
        (("simultaneous", (0.1, -1.0)), "positive"),
        (("simultaneous", float("nan")), "positive"),
        (("simultaneous", 0.1, 1.0), "momentum"),
        (("optimistic", 0.1, 0.5), "momentum"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        bl.matrix(*arguments)
    assert bl.trajectory("simultaneous", 0.1, 0).tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="steps"):
        bl.trajectory("simultaneous", 0.1, -1)

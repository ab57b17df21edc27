"""What a slider calls answers in 20 ms, on grids of 1,000 points."""

import time

import numpy as np
import pytest

from gan_core.theory import bilinear, discriminator, divergences, fgan, fits, generator_costs
from gan_core.theory.densities import gaussian, grid, spacing, two_modes
from gan_core.theory.dirac import DiracGAN, trajectory

P, Q = two_modes(2), gaussian(0.5, 1.5)
X = grid(P, Q, n=1000)
DX = spacing(X)
A, B = P.pdf(X), Q.pdf(X)

CALLS = {
    **{name: (lambda f=f: f(A, B, DX)) for name, f in divergences.DIVERGENCES.items()},
    **{
        f"pull of {name}": (lambda name=name: divergences.gradient_in_shift(name, P, Q, X, 0.7))
        for name in divergences.DIVERGENCES
    },
    **{
        f"fit by {name}": (lambda name=name: fits.best_gaussian(name, two_modes(2.1)))
        for name in fits.FITS
    },
    **{
        f"f-GAN {name}": (lambda name=name: fgan.divergence(name, A, B, DX)) for name in fgan.FAMILY
    },
    "optimal D and its value": lambda: discriminator.value(discriminator.optimal(A, B), A, B, DX),
    "flow": lambda: discriminator.flow(A, B, DX),
    "shares": lambda: generator_costs.shares("maximum_likelihood", X),
    "bilinear": lambda: bilinear.trajectory("optimistic", 0.1, 1000),
    "Dirac-GAN": lambda: trajectory(DiracGAN("non_saturating")),
    "Dirac-GAN 1:5": lambda: trajectory(DiracGAN(r1=0.3), d_steps=5),
    "Dirac-GAN with noise": lambda: trajectory(DiracGAN(noise=0.7)),
    "Dirac-GAN's arrows": lambda: DiracGAN(noise=0.7).field(*np.meshgrid(X[::50], X[::50])),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_slider_does_not_wait(name):
    """The best of seven: others on the machine are no fault of the function."""
    best = np.inf
    for _ in range(7):
        start = time.perf_counter()
        CALLS[name]()
        best = min(best, time.perf_counter() - start)
    assert best < 0.02

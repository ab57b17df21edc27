"""How good generated pictures are, by a small classifier that has seen the real ones.

Protocol. n pictures are drawn from G (its average, if it has one), with labels in turn where G
takes labels. The classifier of the set (`gan_core.images.classifier`; trained on the pictures for
training) reads each by itself: its 64 features, and a probability per class.

- *confidence*: the share of pictures whose most probable class has at least 0.9 (`SURE`).
- *classes*: of how many classes at least a tenth of their share in the data is there, counting only
  pictures read with confidence; so noise has none.
- *label accuracy*: the share of pictures read as the class that G was asked for.
- *FID*: Fréchet distance of the n features to those of all test pictures.
- *KID*: unbiased kernel distance of the n features to those of 1,000 test pictures.
- *floor*: what as many real pictures score, drawn from those for training: what a G that gave those
  back would. FID falls with n by itself, so it is to be compared at one n, or with its floor.

Features, and so FID and KID, are in units of this classifier (their mean square over the test
pictures is 1): they can be compared with one another, and not with those of any other protocol.

What confidence does not say. A classifier is asked which class, and not whether there is one. It
is sure of less than 1 % of noise, for it was trained on some, with every class equally probable;
without, MNIST's is sure of all pixel noise. But it is sure of many pictures that nobody would call
good digits: of which share of halves, of blurred ones, of two on top of each other, is in its card,
beside its accuracy (assets/classifiers/*.json). So FID and KID, which see those, belong beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open

from gan_core.images.classifier import ASSETS, SURE, Classifier
from gan_core.images.data import IMAGES, to_unit
from gan_core.streams import stream

Array = NDArray[np.floating]

FAIR: Final = 0.1
"""A class is covered by a tenth of its fair share, as a mode of the toys is."""
REFERENCE: Final = 1000
"""Test pictures, evenly spread, that KID compares with; FID compares with all of them."""
DRAWS: Final = 4
"""Draws of real pictures that a floor is the mean of."""
FLOORS: Final = 7
"""Stream of the real pictures drawn for the floors."""


class Readings(NamedTuple):
    """What the classifier reads in pictures: class and its probability, (n,), and features."""

    classes: NDArray[np.intp]
    confidence: Array
    features: Array


@dataclass(frozen=True)
class Quality:
    """How good n pictures are.

    Attributes
    ----------
    classes
        Classes of which there is enough, read with confidence: at least a tenth (`FAIR`) of the
        share that they have in the data.
    confidence
        Share of the pictures that are read with confidence (`SURE`).
    label_accuracy
        Share read as the class that was asked for; NaN where none was.
    fid
        Fréchet distance of the features to those of all test pictures (`frechet`).
    kid
        Kernel distance of the features to those of `REFERENCE` test pictures (`kernel_distance`).
    shares
        Share of each class among all pictures, (classes,), sure or not.
    """

    classes: int
    confidence: float
    label_accuracy: float
    fid: float
    kid: float
    shares: Array


class Judge:
    """The classifier of one set of pictures, with what it makes of the test pictures.

    Parameters
    ----------
    key
        Registry key of the set.

    Raises
    ------
    DataUnavailableError
        If the set is not on this machine.
    """

    def __init__(self, key: str) -> None:
        kind = IMAGES.get(key)
        self.key, self.pictures = key, kind().load()
        self.classifier = Classifier(kind.shape, kind.classes)
        with safe_open(ASSETS / f"{key}.safetensors", "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
        self.mean = tensors.pop("test.mean").numpy()
        self.covariance = tensors.pop("test.covariance").numpy()
        self.classifier.load_state_dict(tensors)
        labels = self.pictures.labels
        self.weights = np.bincount(labels, minlength=kind.classes) / len(labels)
        """Share of each class in the data, (classes,)."""
        tests = self.pictures.test_images
        spread = np.linspace(0, len(tests) - 1, min(len(tests), REFERENCE)).astype(int)
        self.reference = self(to_unit(tests[spread])[:, None]).features
        """Features of the test pictures that KID compares with, (`REFERENCE`, 64)."""

    def __call__(self, images: torch.Tensor | Array) -> Readings:
        """Read pictures in [−1, 1], (n, 1, h, w), on the CPU; changes nothing, draws nothing."""
        pictures = torch.as_tensor(images).to("cpu", torch.float32)
        features, chances = self.classifier.read(pictures)
        confidence, classes = chances.max(1)
        return Readings(classes.numpy(), confidence.numpy(), features.numpy())


@cache
def load_judge(key: str) -> Judge | None:
    """Return the judge of a set of pictures, the same one each time; None where there is none."""
    return Judge(key) if (ASSETS / f"{key}.safetensors").is_file() else None


def quality(
    judge: Judge, images: torch.Tensor | Array, labels: NDArray[np.integer] | None = None
) -> Quality:
    """Judge pictures in [−1, 1], (n, 1, h, w), n ≥ 2; with labels, (n,), if classes were asked for.

    What is not a number is read as nothing: with a picture that is not finite FID and KID are NaN.
    """
    readings = judge(images)
    n, classes = len(readings.classes), len(judge.weights)
    sure = readings.confidence >= SURE
    held = np.bincount(readings.classes[sure], minlength=classes) / n
    agree = np.nan if labels is None else float((readings.classes == labels).mean())
    return Quality(
        classes=int((held >= FAIR * judge.weights).sum()),
        confidence=float(sure.mean()),
        label_accuracy=agree,
        fid=frechet(*moments(readings.features), judge.mean, judge.covariance),
        kid=kernel_distance(readings.features, judge.reference),
        shares=np.bincount(readings.classes, minlength=classes) / n,
    )


@lru_cache(maxsize=16)
def floor(judge: Judge, n: int) -> Quality:
    """Return what n pictures drawn from those for training score: the mean of `DRAWS` draws."""
    drawn = []
    for draw in range(DRAWS):
        rng = stream(draw, FLOORS)
        pictures = judge.pictures
        some = rng.choice(len(pictures.images), n, replace=n > len(pictures.images))
        drawn.append(quality(judge, to_unit(pictures.images[some])[:, None], pictures.labels[some]))
    return Quality(
        classes=round(float(np.mean([one.classes for one in drawn]))),
        confidence=float(np.mean([one.confidence for one in drawn])),
        label_accuracy=float(np.mean([one.label_accuracy for one in drawn])),
        fid=float(np.mean([one.fid for one in drawn])),
        kid=float(np.mean([one.kid for one in drawn])),
        shares=np.mean([one.shares for one in drawn], axis=0),
    )


def moments(features: Array) -> tuple[Array, Array]:
    """Return the mean, (k,), and the covariance, (k, k), of features, (n, k), n ≥ 2."""
    features = features.astype(np.float64)
    return features.mean(0), np.cov(features, rowvar=False)


def frechet(mean_a: Array, covariance_a: Array, mean_b: Array, covariance_b: Array) -> float:
    """Return the squared Fréchet distance of two Gaussians; NaN if a number is not finite.

    |μ_a − μ_b|² + tr(Σ_a + Σ_b − 2 (Σ_a Σ_b)^½). It is positive for finite samples of one
    distribution, and the more so the fewer they are: see `floor`. Reference: Heusel et al. 2017,
    "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", equation 6.
    """
    if not (np.isfinite(covariance_a).all() and np.isfinite(covariance_b).all()):
        return float("nan")
    # The trace of the root is the sum of the singular values of Σ_a^½ Σ_b^½: no complex numbers.
    shared = np.linalg.svd(_root(covariance_a) @ _root(covariance_b), compute_uv=False).sum()
    apart = ((mean_a - mean_b) ** 2).sum()
    return float(apart + np.trace(covariance_a) + np.trace(covariance_b) - 2 * shared)


def _root(covariance: Array) -> Array:
    """Return the symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(values.clip(0))) @ vectors.T)


def kernel_distance(x: Array, y: Array) -> float:
    """Return the unbiased squared MMD of features, (n, k) and (m, k), by the kernel (x·y/k + 1)³.

    Its expectation is 0 where both come from one distribution, so it may be negative; NaN if a
    number is not finite. Reference: Bińkowski et al. 2018, "Demystifying MMD GANs", §3 and §4.
    """
    x, y = x.astype(np.float64), y.astype(np.float64)

    def kernel(a: Array, b: Array) -> Array:
        return np.asarray((a @ b.T / a.shape[1] + 1) ** 3)

    def within(a: Array) -> float:
        products, n = kernel(a, a), len(a)
        return float((products.sum() - np.trace(products)) / (n * (n - 1)))

    return within(x) + within(y) - 2 * float(kernel(x, y).mean())

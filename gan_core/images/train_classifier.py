"""Trains the classifiers in assets/classifiers, each with a card that says what it can do.

`python -m gan_core.images.train_classifier mnist` makes one anew, in three minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save
from torch.nn import functional

from gan_core.images.classifier import ASSETS, SURE, Classifier
from gan_core.images.data import IMAGES, DataUnavailableError, ImageSet, Pictures, to_unit

SEED: Final = 1
BATCH: Final = 128
STEPS: Final = {"digits-8x8": 2_000}
USUAL_STEPS: Final = 6_000
RATE, DECAY = 4e-3, 0.02
"""Highest learning rate, after a third of the steps, and decay of the weights (AdamW)."""
NOTHING: Final = 8
"""Pictures of noise beside each batch."""
TURN, STRETCH = 0.12, 0.06
"""Most that a large picture is turned (radians), and stretched or sheared (share), to train on."""
TEMPERATURE: Final = {"digits-8x8": 1.15}
USUAL_TEMPERATURE: Final = 1.35
"""What the logits are divided by at the end (Guo et al. 2017, "On Calibration of Modern Networks").

The classes of the test pictures are about as probable then as at 1. A network that has seen bent
pictures is surer of all that is new to it: at 1 it reads 66 % of a plain DCGAN's MNIST pictures
with confidence, and 74 % of its 8 × 8 ones; so divided 54 % and 71 %, within two points of what
networks do that have seen the given pictures alone (52 % and 71 %).
"""
TRIALS: Final = 2000
"""Test pictures that are spoilt to see whether the classifier is sure of them still."""


def train(pictures: Pictures, classes: int, steps: int) -> Classifier:
    """Return a classifier trained on the pictures for training, each time bent in another way.

    Beside each batch stand pictures of noise, of which every class is said to be equally probable:
    otherwise the network would be sure of pictures that show nothing.
    """
    torch.manual_seed(SEED)  # the weights; what follows has a stream of its own
    rng = torch.Generator().manual_seed(SEED)
    images = _tensor(pictures.images)
    targets = functional.one_hot(torch.tensor(pictures.labels).long(), classes).float()
    height, width = pictures.images.shape[1:]
    even = torch.full((NOTHING, classes), 1 / classes)
    classifier = Classifier((height, width), classes)
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    for _ in range(steps):
        some = torch.randint(len(images), (BATCH,), generator=rng)
        real, wanted = bent(images[some], rng), targets[some]
        _, logits = classifier(torch.cat([real, noise(height, width, rng)]))
        optimizer.zero_grad()
        cost = functional.cross_entropy(logits, torch.cat([wanted, even]))
        torch.autograd.backward(cost)
        optimizer.step()
        schedule.step()
    return classifier


def bent(images: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Return pictures, (n, 1, h, w), each moved at random; large ones also turned and stretched."""
    n, _, h, w = images.shape

    def uniform(most: float, *shape: int) -> torch.Tensor:
        return (torch.rand(n, *shape, generator=rng) * 2 - 1) * most

    if min(h, w) < 16:  # by whole pixels, half of them not at all: between few pixels a digit blurs
        linear = torch.eye(2).expand(n, 2, 2)
        moves = torch.rand(n, 1, 1, generator=rng) < 0.5
        shift = torch.randint(-1, 2, (n, 2, 1), generator=rng) * moves * (2 / w)
    else:
        turn = uniform(TURN)
        cos, sin = torch.cos(turn), torch.sin(turn)
        linear = torch.stack([cos, -sin, sin, cos], 1).view(n, 2, 2) + uniform(STRETCH, 2, 2)
        shift = uniform(4 / w, 2, 1)  # two pixels; the whole width is 2
    grid = functional.affine_grid(torch.cat([linear, shift], 2), [n, 1, h, w], align_corners=False)
    return functional.grid_sample(images + 1, grid, align_corners=False) - 1  # outside is no ink


def noise(h: int, w: int, rng: torch.Generator) -> torch.Tensor:
    """Return `NOTHING` pictures that show nothing: half of them pixels' noise, half blots."""
    n = NOTHING // 2
    pixels = torch.rand(n, 1, h, w, generator=rng) * 2 - 1
    reach = int(torch.randint(1, h // 8 + 1, (), generator=rng))
    rough = torch.randn(n, 1, h + 2 * reach, w + 2 * reach, generator=rng)
    blots = functional.avg_pool2d(rough, 2 * reach + 1, 1)
    return torch.cat([pixels, (blots / blots.std() * 1.5 - 1).clamp(-1, 1)])


def trials(images: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return pictures, (n, 1, h, w), spoilt in ways of which most were not trained on."""
    rng = torch.Generator().manual_seed(SEED + 1)
    n, _, h, w = images.shape
    upper, left = images.clone(), images.clone()
    upper[:, :, h // 2 :] = -1
    left[..., w // 2 :] = -1
    tiles = functional.unfold(images, h // 4, stride=h // 4)
    order = torch.rand(n, 1, tiles.shape[2], generator=rng).argsort(2)
    shuffled = functional.fold(
        tiles.gather(2, order.expand_as(tiles)), (h, w), h // 4, stride=h // 4
    )
    reach = max(1, h // 14)
    around = functional.pad(images, [reach] * 4, value=-1.0)
    chequers = (torch.arange(h)[:, None] + torch.arange(w)) % 2 * 2.0 - 1
    rough = torch.randn(images.shape, generator=rng)
    other = images.roll(1, 0)
    return {
        "uniform noise": torch.rand(n, 1, h, w, generator=rng) * 2 - 1,
        "black and white noise": torch.randint(0, 2, (n, 1, h, w), generator=rng) * 2.0 - 1,
        "sixteenths shuffled": shuffled,
        "inverted": -images,
        "upper half": upper,
        "left half": left,
        "every second pixel": torch.minimum(images, chequers),
        "with noise of 0.5": (images + 0.5 * rough).clamp(-1, 1),
        "blurred": functional.avg_pool2d(around, 2 * reach + 1, 1),
        "two on top of each other": torch.maximum(images, other),
        "mean of two": (images + other) / 2,
    }


@torch.no_grad()
def rescale(classifier: Classifier, images: torch.Tensor) -> None:
    """Divide the features by one number, so that their mean square is 1; the logits stay."""
    scale = classifier.read(images)[0].square().mean().sqrt().item()
    classifier.hidden.weight.div_(scale)
    classifier.hidden.bias.div_(scale)
    classifier.last.weight.mul_(scale)


@torch.no_grad()
def cool(classifier: Classifier, temperature: float) -> None:
    """Divide the logits by a number."""
    classifier.last.weight.div_(temperature)
    classifier.last.bias.div_(temperature)


def make(images: ImageSet) -> dict[str, Any]:
    """Train the classifier of a set, write it, and return its card."""
    images.fetch()
    pictures, steps = images.load(), STEPS.get(images.key, USUAL_STEPS)
    started = time.monotonic()
    classifier = train(pictures, images.classes, steps)
    seconds = time.monotonic() - started
    rescale(classifier, _tensor(pictures.test_images))
    cool(classifier, TEMPERATURE.get(images.key, USUAL_TEMPERATURE))
    return keep(images, classifier, steps, seconds)


def keep(images: ImageSet, classifier: Classifier, steps: int, seconds: float) -> dict[str, Any]:
    """Write a trained classifier, and the card that it returns."""
    pictures = images.load()
    tests = _tensor(pictures.test_images)
    features, chances = classifier.read(tests)
    sure = chances.amax(1).numpy() >= SURE
    right = chances.argmax(1).numpy() == pictures.test_labels
    spoilt = {
        name: round(float((classifier.read(some)[1].amax(1) >= SURE).float().mean()), 4)
        for name, some in trials(tests[:TRIALS]).items()
    }
    tensors = {name: one.contiguous() for name, one in classifier.state_dict().items()}
    numbers = features.double().numpy()
    tensors["test.mean"] = torch.from_numpy(numbers.mean(0))
    tensors["test.covariance"] = torch.from_numpy(np.cov(numbers, rowvar=False))
    card = {
        "images": images.key,
        "command": f"python -m gan_core.images.train_classifier {images.key}",
        "accuracy": round(float(right.mean()), 4),
        "accuracy_where_sure": round(float(right[sure].mean()), 4),
        "share_read_with_confidence": {"test pictures": round(float(sure.mean()), 4), **spoilt},
        "seed": SEED,
        "temperature": TEMPERATURE.get(images.key, USUAL_TEMPERATURE),
        "steps": steps,
        "batch": BATCH,
        "seconds": round(seconds, 1),
        "weights": sum(one.numel() for one in classifier.parameters()),
        "data_sha256": pictures.sha256,
        "torch": torch.__version__,
        "machine": platform.machine(),
    }
    ASSETS.mkdir(parents=True, exist_ok=True)
    (ASSETS / f"{images.key}.safetensors").write_bytes(save(tensors))
    (ASSETS / f"{images.key}.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    return card


def _tensor(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(to_unit(images))[:, None]


if __name__ == "__main__":
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", choices=[kind.key for kind in IMAGES if kind.classes])
    kind = IMAGES.get(parser.parse_args().images)
    try:
        make(kind())
    except DataUnavailableError as error:
        sys.exit(str(error))

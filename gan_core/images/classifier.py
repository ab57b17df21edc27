"""A small network that reads pictures: which class, and how sure. It comes trained, as an asset."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import nn

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets" / "classifiers"
"""A file of weights for each set of pictures that has one, and its card."""
FEATURES: Final = 64
"""Numbers in which the last hidden layer describes a picture."""
SURE: Final = 0.9
"""A picture is read with confidence if its most probable class has at least this probability."""
BLOCK: Final = 250
"""Pictures read at once: this bounds the memory, and they stay in the cache."""


class Classifier(nn.Module):
    """Three convolutions, a hidden layer and a softmax; no layer mixes the pictures of a batch.

    Parameters
    ----------
    shape
        Height and width of the pictures; 8 × 8 pixels are halved twice, larger ones three times.
    classes
        How many there are.
    """

    def __init__(self, shape: tuple[int, int], classes: int) -> None:
        super().__init__()
        height, width = shape
        layers: list[nn.Module] = []
        for inputs, outputs in ((1, 16), (16, 32), (32, 64)):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
            if outputs > 16 or min(shape) > 8:
                layers.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
        self.convolutions = nn.Sequential(*layers, nn.Flatten())
        self.hidden = nn.Linear(outputs * height * width, FEATURES)
        self.last = nn.Linear(FEATURES, classes)
        # Three to four times as fast; torch's annotations leave this way of calling `to` out.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the features, (n, 64), and the logits, (n, classes), of pictures in [−1, 1]."""
        images = images.contiguous(memory_format=torch.channels_last)
        features = torch.relu(self.hidden(self.convolutions(images)))
        return features, self.last(features)

    @torch.inference_mode()
    def read(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return features and probabilities of any number of pictures, without gradients."""
        blocks = [self(images[i : i + BLOCK]) for i in range(0, len(images), BLOCK)]
        features, logits = (torch.cat(parts) for parts in zip(*blocks, strict=True))
        return features, logits.softmax(1)

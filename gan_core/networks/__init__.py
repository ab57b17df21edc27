"""Networks: what the players are made of."""

from gan_core.networks.activations import ACTIVATIONS, Activation
from gan_core.networks.features import FEATURES, Features, MinibatchFeatures, NoFeatures
from gan_core.networks.mlp import MLP

__all__ = [
    "ACTIVATIONS",
    "FEATURES",
    "MLP",
    "Activation",
    "Features",
    "MinibatchFeatures",
    "NoFeatures",
]

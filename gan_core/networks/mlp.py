"""The multi-layer perceptron as a student chooses it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from gan_core.networks.activations import ACTIVATIONS
from gan_core.registry import Piece, param


def _known(key: str) -> str:
    return ACTIVATIONS.get(key).key


class MLP(Piece):
    """Hidden layers of equal width; the output layer is linear."""

    key = "mlp"
    layers: int = param(2, 1, 5, step=1)
    width: int = param(64, 2, 512, scale="log")
    activation: Annotated[
        str, AfterValidator(_known), Field(json_schema_extra={"registry": "activation"})
    ] = "relu"

    def sizes(self, inputs: int, outputs: int) -> tuple[int, ...]:
        """Return the number of units in each layer, the input first."""
        return (inputs, *[self.width] * self.layers, outputs)

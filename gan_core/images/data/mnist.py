"""MNIST: handwritten digits of 28 × 28 pixels."""

from __future__ import annotations

from typing import ClassVar

from gan_core.images.data.base import IMAGES
from gan_core.images.data.published import Published, PublishedFile, four_files


@IMAGES.register("mnist", order=20)
class MNIST(Published):
    """60,000 digits and 10,000 for tests.

    Reference: LeCun, Bottou, Bengio & Haffner 1998, "Gradient-Based Learning Applied to Document
    Recognition", §III.A.
    """

    files: ClassVar[tuple[PublishedFile, ...]] = four_files(
        (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    )
    mirrors: ClassVar[tuple[str, ...]] = (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    )

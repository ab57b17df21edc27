"""The networks of the image models as a student chooses them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from gan_core.registry import Piece, Registry, param
from gan_core.theory.convolution import Layer, receptive_field


class Normalisation(Piece):
    """Whose mean and variance a layer is normalised by; all but `none` learn a scale and a shift.

    Reference: Ioffe & Szegedy 2015, "Batch Normalization".
    """


NORMS: Registry[Normalisation] = Registry("norm")
"""What G can be normalised by."""
D_NORMS: Registry[Normalisation] = Registry("d_norm")
"""What D can be normalised by: it sees batches of two kinds, real and generated."""


@D_NORMS.register("none", order=10)
@NORMS.register("none", order=10)
class NoNorm(Normalisation):
    """Nothing is normalised: each output depends on its own input alone."""


@D_NORMS.register("batch", order=20)
@NORMS.register("batch", order=20)
class BatchNorm(Normalisation):
    """By the other samples of the batch; for D real and generated ones are batches of their own."""


@D_NORMS.register("mixed", order=30)
class MixedBatchNorm(Normalisation):
    """By one batch of real and generated samples together: D's answer to one depends on both."""


@D_NORMS.register("reference", order=40)
@NORMS.register("reference", order=40)
class ReferenceNorm(Normalisation):
    """By a batch that is chosen once and kept, so that a sample's output is its own again.

    Reference: Goodfellow 2016, "NIPS 2016 Tutorial: Generative Adversarial Networks", §4.4.
    """


@D_NORMS.register("virtual", order=50)
@NORMS.register("virtual", order=50)
class VirtualNorm(Normalisation):
    """By the kept batch and the sample itself.

    Reference: Salimans et al. 2016, "Improved Techniques for Training GANs", §3.4.
    """


class Upsampling(Piece):
    """How G doubles the height and the width of its pictures."""

    kernel: ClassVar[int]
    """Side of the kernel; each is used with stride 2."""


UPSAMPLERS: Registry[Upsampling] = Registry("upsampler")


@UPSAMPLERS.register("transposed", order=10)
class Transposed(Upsampling):
    """Transposed convolution, kernel 4, stride 2: copies overlap evenly, as 2 divides 4."""

    kernel: ClassVar[int] = 4


@UPSAMPLERS.register("transposed-3", order=20)
class UnevenTransposed(Upsampling):
    """Transposed convolution, kernel 3, stride 2: some pixels get four copies, some one.

    Reference: Odena et al. 2016, "Deconvolution and Checkerboard Artifacts".
    """

    kernel: ClassVar[int] = 3


@UPSAMPLERS.register("nearest", order=30)
class Nearest(Upsampling):
    """Each pixel becomes four equal ones, then an ordinary convolution with kernel 3.

    Reference: Odena et al. 2016.
    """

    kernel: ClassVar[int] = 3


class Labels(Piece):
    """What the players are told of a picture's class."""


LABELS: Registry[Labels] = Registry("labels")


@LABELS.register("none", order=10)
class NoLabels(Labels):
    """Nothing."""


@LABELS.register("concat", order=20)
class Concatenated(Labels):
    """The class, one-hot, stands beside z in G's input and beside the picture in D's.

    Reference: Mirza & Osindero 2014, "Conditional Generative Adversarial Nets".
    """


def _norm(key: str) -> str:
    return NORMS.get(key).key


def _d_norm(key: str) -> str:
    return D_NORMS.get(key).key


def _upsampler(key: str) -> str:
    return UPSAMPLERS.get(key).key


Norm = Annotated[str, AfterValidator(_norm), Field(json_schema_extra={"registry": "norm"})]
DNorm = Annotated[str, AfterValidator(_d_norm), Field(json_schema_extra={"registry": "d_norm"})]
Upsampler = Annotated[
    str, AfterValidator(_upsampler), Field(json_schema_extra={"registry": "upsampler"})
]


STRIDED = Layer(4, 2, 1)
"""Halves height and width (Radford et al. 2016: strides instead of pooling)."""
KEPT = Layer(3, 1, 1)
"""Keeps height and width."""
HALVINGS = 2
"""Times that height and width are halved in D and doubled in G: 28, 14, 7."""


class ImageGenerator(Piece):
    """A network from z to a picture in [−1, 1]; its last layer is not normalised."""

    norm: Norm = "batch"
    norm_eps: float = param(1e-5, 1e-5, 1.0, scale="log")


class ImageDiscriminator(Piece):
    """A network from a picture to logits; its first layer is not normalised."""

    norm: DNorm = "batch"
    norm_eps: float = param(1e-5, 1e-5, 1.0, scale="log")


IMAGE_GENERATORS: Registry[ImageGenerator] = Registry("image_generator")
IMAGE_DISCRIMINATORS: Registry[ImageDiscriminator] = Registry("image_discriminator")


@IMAGE_GENERATORS.register("mlp", order=10)
class MLPGenerator(ImageGenerator):
    """Hidden layers of equal width: it does not know which pixels are neighbours."""

    layers: int = param(2, 1, 4, step=1)
    width: int = param(128, 16, 512, scale="log")


@IMAGE_GENERATORS.register("dcgan", order=20)
class DCGANGenerator(ImageGenerator):
    """z to 2c feature maps of a quarter of the size, to c of half the size, to the picture.

    Reference: Radford et al. 2016, "Unsupervised Representation Learning with Deep Convolutional
    Generative Adversarial Networks", §3.
    """

    width: int = param(16, 4, 64, scale="log")
    upsampler: Upsampler = "transposed"


@IMAGE_DISCRIMINATORS.register("mlp", order=10)
class MLPDiscriminator(ImageDiscriminator):
    """Hidden layers of equal width, then one logit."""

    layers: int = param(2, 1, 4, step=1)
    width: int = param(128, 16, 512, scale="log")


@IMAGE_DISCRIMINATORS.register("dcgan", order=20)
class DCGANDiscriminator(ImageDiscriminator):
    """The picture to c feature maps of half the size, to 2c of a quarter, to one logit.

    Reference: Radford et al. 2016, §3.
    """

    width: int = param(16, 4, 64, scale="log")


@IMAGE_DISCRIMINATORS.register("patch", order=30)
class PatchDiscriminator(ImageDiscriminator):
    """A logit for each patch of the picture: D sees no further than its receptive field.

    Reference: Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial
    Networks", §3.2.2.
    """

    width: int = param(16, 4, 64, scale="log")
    layers: int = param(2, 1, HALVINGS, step=1)

    @property
    def convolutions(self) -> tuple[Layer, ...]:
        """The convolutions from the picture to the map of logits."""
        return (*[STRIDED] * self.layers, KEPT)

    @property
    def receptive_field(self) -> int:
        """Side of the patch, in pixels, that one logit depends on."""
        return receptive_field(self.convolutions).size

"""Fashion-MNIST: clothes, shoes and bags of 28 × 28 pixels."""

from __future__ import annotations

from typing import ClassVar

from gan_core.images.data.base import IMAGES
from gan_core.images.data.published import Published, PublishedFile, four_files


@IMAGES.register("fashion-mnist", order=30)
class FashionMNIST(Published):
    """60,000 articles of a shop and 10,000 for tests, in ten classes.

    Reference: Xiao, Rasul & Vollgraf 2017, "Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms".
    """

    files: ClassVar[tuple[PublishedFile, ...]] = four_files(
        (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    )
    mirrors: ClassVar[tuple[str, ...]] = (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    )

"""The sets of pictures: what they hold, and what is said where they cannot be had."""

import gzip
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gan_core.images.data import IMAGES, DataUnavailableError, to_unit
from gan_core.images.data.fashion_mnist import FashionMNIST
from gan_core.images.data.idx import IdxError, parse
from gan_core.images.data.mnist import MNIST
from ui import names
from ui.text import LANGUAGES, Words, labels

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"
needs_mnist = pytest.mark.skipif(not SHARED.is_dir(), reason="the files of MNIST are not here")


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with no pictures on it; the folder that GAN_DATA_DIR names."""
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "cache" / name)
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("GAN_DATA_DIR", str(own))
    return own


def packed(array, kind=8):
    head = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.tobytes())


def test_digits_are_here_and_complete():
    pictures = IMAGES.get("digits-8x8")().load()
    assert pictures.images.shape == (1437, 8, 8)
    assert pictures.test_images.shape == (360, 8, 8)
    every = np.concatenate([pictures.images, pictures.test_images])
    # 0..16 of ink became 0..255
    assert set(np.unique(every)) == {round(ink * 255 / 16) for ink in range(17)}
    counts = np.bincount(np.concatenate([pictures.labels, pictures.test_labels]))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(pictures.test_labels, minlength=10).min() >= 25


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    published = load_digits()
    pictures = IMAGES.get("digits-8x8")().load()
    every = np.concatenate([pictures.images, pictures.test_images]).astype(float) * 16 / 255
    found = {(image.round().astype(int).tobytes()) for image in every}
    assert found == {image.astype(int).tobytes() for image in published.images}
    pairs = {(i.tobytes(), int(k)) for i, k in zip(pictures.images, pictures.labels, strict=True)}
    tests = zip(pictures.test_images, pictures.test_labels, strict=True)
    assert not pairs & {(i.tobytes(), int(k)) for i, k in tests}  # no picture is on both sides


@pytest.mark.parametrize("key", ["digits-8x8", "three-dots"])
def test_pictures_are_the_same_object_and_cannot_be_written(key):
    kind = IMAGES.get(key)
    pictures = kind().load()
    assert kind().load() is pictures
    assert kind().here
    assert pictures.images.shape[1:] == kind.shape
    with pytest.raises(ValueError, match="read-only"):
        pictures.images[0] = 0


def test_grey_levels_become_the_range_of_tanh():
    unit = to_unit(np.array([0, 51, 255], np.uint8))
    assert unit.dtype == np.float32
    assert unit.tolist() == pytest.approx([-1, -0.6, 1])


def test_the_server_needs_neither_torch_nor_scikit_learn_for_digits():
    code = (
        "import sys; from gan_core.images.data import IMAGES; IMAGES.get('digits-8x8')().load();"
        "print([name for name in ('torch', 'sklearn', 'pooch', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_good_file_is_read():
    images = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
    assert (parse(packed(images), (3, 4, 5)) == images).all()
    labels_ = np.array([0, 9, 3], np.uint8)
    assert parse(packed(labels_), (3,), classes=10).tolist() == [0, 9, 3]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<html>blocked</html>", "not-gzip"),
        (b"", "cut-off"),
        (packed(np.zeros(5, np.uint8))[:-9], "cut-off"),
        (packed(np.zeros(5, np.uint8))[:20], "cut-off"),
        (gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 5) + b"abc"), "cut-off"),
        (gzip.compress(bytes([0, 0, 8, 1])), "cut-off"),
        (b"\x1f\x8b\x08" + bytes(40), "damaged"),
        (gzip.compress(b"hello, this is no such file"), "other-kind"),
        (packed(np.zeros((5, 2), np.uint8)), "other-kind"),
        (packed(np.zeros(5, np.uint8), kind=13), "other-kind"),
        (packed(np.zeros(6, np.uint8)), "wrong-size"),
        (packed(np.array([0, 1, 10, 3, 4], np.uint8)), "wrong-label"),
    ],
)
def test_a_bad_file_is_named_for_what_it_is(content, problem):
    with pytest.raises(IdxError) as caught:
        parse(content, (5,), classes=10)
    assert caught.value.problem == problem


def test_a_flipped_byte_is_noticed():
    good = bytearray(packed(np.random.default_rng(0).integers(0, 9, 5000, dtype=np.uint8)))
    good[len(good) // 2] ^= 1
    with pytest.raises(IdxError):
        parse(bytes(good), (5000,), classes=10)


def test_a_bomb_is_refused_before_it_fills_the_memory():
    with pytest.raises(IdxError) as caught:
        parse(gzip.compress(bytes(2**27 + 2**20)), (5,))
    assert caught.value.problem == "wrong-size"


@pytest.mark.usefixtures("bare")
def test_without_files_the_set_is_not_here():
    for kind in (MNIST, FashionMNIST):
        assert not kind().here
        with pytest.raises(DataUnavailableError) as caught:
            kind().load()
        assert caught.value.reason == "not-here"
        assert caught.value.key == kind.key


def test_a_folder_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "nowhere"))
    assert not MNIST().here
    for act in (MNIST().load, MNIST().fetch):
        with pytest.raises(DataUnavailableError) as caught:
            act()
        assert caught.value.reason == "no-such-folder"


@pytest.mark.parametrize("place", ["", "mnist"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no gzip", "file-not-gzip"),
        (packed(np.zeros((60_000, 28, 28), np.uint8))[:-20], "file-cut-off"),
        (packed(np.zeros((60_000, 28, 28), np.uint8)), "file-not-published"),
    ],
)
def test_a_wrong_file_of_the_user_is_named_refused_and_left_alone(bare, place, content, reason):
    folder = bare / place
    folder.mkdir(exist_ok=True)
    name = MNIST.files[0].name
    (folder / name).write_bytes(content)
    assert not MNIST().here
    for act in (MNIST().load, MNIST().fetch):
        with pytest.raises(DataUnavailableError) as caught:
            act()
        assert (caught.value.reason, caught.value.file) == (reason, name)
        assert name in str(caught.value)
    assert (folder / name).read_bytes() == content


def test_a_missing_file_of_the_user_is_named(bare):
    (bare / MNIST.files[3].name).write_bytes(b"something")
    with pytest.raises(DataUnavailableError) as caught:
        MNIST().load()
    assert (caught.value.reason, caught.value.file) == ("file-missing", MNIST.files[0].name)


@pytest.mark.shared
@needs_mnist
@pytest.mark.usefixtures("bare")
def test_mnist_is_read_from_the_users_folder(monkeypatch):
    monkeypatch.setenv("GAN_DATA_DIR", str(SHARED))
    assert MNIST().here
    MNIST().fetch()
    pictures = MNIST().load()
    assert MNIST().load() is pictures
    assert pictures.images.shape == (60_000, 28, 28)
    assert pictures.test_images.shape == (10_000, 28, 28)
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(pictures.labels).tolist() == counts
    assert pictures.labels[:5].tolist() == [5, 0, 4, 1, 9]
    # its files are not taken for those of Fashion-MNIST, which have the same names
    assert not FashionMNIST().here
    with pytest.raises(DataUnavailableError) as caught:
        FashionMNIST().load()
    assert caught.value.reason == "not-here"


@pytest.mark.shared
@needs_mnist
def test_a_file_that_changes_is_read_again(bare):
    for file in MNIST.files:
        (bare / file.name).write_bytes((SHARED / file.name).read_bytes())
    pictures = MNIST().load()
    labels_ = bare / MNIST.files[1].name
    good = labels_.read_bytes()
    labels_.write_bytes(good[:-1])
    with pytest.raises(DataUnavailableError) as caught:
        MNIST().load()
    assert (caught.value.reason, caught.value.file) == ("file-cut-off", labels_.name)
    labels_.write_bytes(good)
    assert (MNIST().load().labels == pictures.labels).all()


def test_the_published_files_are_distinct_and_complete():
    files = MNIST.files + FashionMNIST.files
    assert len({file.sha256 for file in files}) == 8
    assert all(len(bytes.fromhex(file.sha256)) == 32 for file in files)
    for kind in (MNIST, FashionMNIST):
        assert len(kind.mirrors) == 2
        assert all(mirror.endswith("/") for mirror in kind.mirrors)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language):
    words = Words(language)
    for reason in DataUnavailableError._ENGLISH:
        error = DataUnavailableError("mnist", reason, "train-images-idx3-ubyte.gz")
        said = names.unavailable(words, error)
        assert "{" not in said
        assert ("train-images" in said) == ("{file}" in labels(language, "image-data")[reason])
        assert "8×8" in said
    known = set(labels(language, "image-data")) - {"instead", "folder"}
    assert known == set(DataUnavailableError._ENGLISH)

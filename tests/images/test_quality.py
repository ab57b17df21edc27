"""The judge of pictures: exact where there is a formula, and honest about noise."""

import json
import time

import numpy as np
import pytest
import torch
from scipy import linalg

from gan_core.images import train_classifier
from gan_core.images.classifier import ASSETS, SURE, Classifier
from gan_core.images.data import IMAGES, to_unit
from gan_core.images.quality import floor, frechet, kernel_distance, load_judge, moments, quality
from tests.images.test_image_data import SHARED


@pytest.fixture(params=["digits-8x8", pytest.param("mnist", marks=pytest.mark.shared)])
def judge(request, monkeypatch):
    if request.param == "mnist":
        if not SHARED.is_dir():
            pytest.skip("the files of MNIST are not here")
        monkeypatch.setenv("GAN_DATA_DIR", str(SHARED))
    return load_judge(request.param)


@pytest.fixture
def card(judge):
    return json.loads((ASSETS / f"{judge.key}.json").read_text("utf-8"))


def unit(images):
    return to_unit(images)[:, None]


# --- distances


def test_frechet_of_diagonal_gaussians_is_its_closed_form():
    rng = np.random.default_rng(0)
    for k in (1, 2, 5, 30):
        mean_a, mean_b = rng.standard_normal((2, k))
        a, b = rng.uniform(0.01, 3, (2, k))
        exact = ((mean_a - mean_b) ** 2).sum() + ((a - b) ** 2).sum()
        found = frechet(mean_a, np.diag(a**2), mean_b, np.diag(b**2))
        assert found == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("k", [2, 3, 8, 64])
def test_frechet_is_that_of_scipys_matrix_root(k):
    rng = np.random.default_rng(k)
    for _ in range(3):
        a, b = (x @ x.T + 0.01 * np.eye(k) for x in rng.standard_normal((2, k, k)))
        mean_a, mean_b = rng.standard_normal((2, k))
        root = linalg.sqrtm(a @ b)
        exact = ((mean_a - mean_b) ** 2).sum() + np.trace(a + b - 2 * root.real)
        assert frechet(mean_a, a, mean_b, b) == pytest.approx(exact, rel=1e-6)
        assert frechet(mean_b, b, mean_a, a) == pytest.approx(exact, rel=1e-6)


def test_frechet_of_a_gaussian_to_itself_is_zero_also_without_full_rank():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5, 40))  # five samples in forty dimensions
    mean, covariance = moments(x)
    assert frechet(mean, covariance, mean, covariance) == pytest.approx(0, abs=1e-6)
    flat = np.zeros((40, 40))
    assert frechet(mean, covariance, mean, flat) == pytest.approx(np.trace(covariance))


def test_frechet_of_finite_samples_is_biased_upwards_and_less_with_more():
    rng = np.random.default_rng(0)
    zero, one = np.zeros(16), np.eye(16)
    few, many = (
        np.mean([frechet(*moments(rng.standard_normal((n, 16))), zero, one) for _ in range(20)])
        for n in (50, 800)
    )
    assert few > 10 * many > 0


def test_kernel_distance_is_the_mean_over_pairs_written_out():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 3)), rng.standard_normal((4, 3)) + 1

    def k(a, b):
        return (a @ b / 3 + 1) ** 3

    own_x = np.mean([k(x[i], x[j]) for i in range(5) for j in range(5) if i != j])
    own_y = np.mean([k(y[i], y[j]) for i in range(4) for j in range(4) if i != j])
    both = np.mean([k(a, b) for a in x for b in y])
    assert kernel_distance(x, y) == pytest.approx(own_x + own_y - 2 * both, rel=1e-12)


def test_kernel_distance_is_unbiased():
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found.append(kernel_distance(*rng.standard_normal((2, 30, 4))))
    found = np.array(found)
    error = found.std() / np.sqrt(len(found))
    assert abs(found.mean()) < 3 * error
    assert (found < 0).mean() > 0.3  # a biased estimate would hardly ever be negative
    x, y = np.random.default_rng(0).standard_normal((2, 30, 4))
    moved = kernel_distance(x, y + 1)
    assert moved > 5 * found.std()


def test_kernel_distance_of_real_halves_is_zero_on_average(judge):
    features = judge(unit(judge.pictures.test_images[:1000])).features
    found = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(features))
        half = len(order) // 2
        found.append(kernel_distance(features[order[:half]], features[order[half:]]))
    far = kernel_distance(features[:100], judge(noise(judge, 100)).features)
    assert abs(np.mean(found)) < 0.02 * far
    assert max(np.abs(found)) < 0.1 * far


# --- the judge


def noise(judge, n, seed=0):
    shape = judge.pictures.images.shape[1:]
    return np.random.default_rng(seed).uniform(-1, 1, (n, 1, *shape)).astype(np.float32)


def test_the_card_says_what_the_classifier_does(judge, card):
    pictures = judge.pictures
    read = judge(unit(pictures.test_images))
    right, sure = read.classes == pictures.test_labels, read.confidence >= SURE
    n = len(right)
    assert right.mean() == pytest.approx(card["accuracy"], abs=2 / n)
    assert right[sure].mean() == pytest.approx(card["accuracy_where_sure"], abs=2 / n)
    shares = card["share_read_with_confidence"]
    assert sure.mean() == pytest.approx(shares["test pictures"], abs=3 / n)
    assert card["data_sha256"] == pictures.sha256
    assert right.mean() >= {"mnist": 0.99, "digits-8x8": 0.98}[judge.key]
    # FID's reference is that of all test pictures, by this classifier
    mean, covariance = moments(read.features)
    assert frechet(mean, covariance, judge.mean, judge.covariance) == pytest.approx(0, abs=1e-4)
    assert np.square(read.features).mean() == pytest.approx(1, rel=1e-3)


def test_what_is_spoilt_is_read_as_the_card_says(judge, card):
    tests = torch.from_numpy(unit(judge.pictures.test_images[: train_classifier.TRIALS]))
    shares = card["share_read_with_confidence"]
    found = {
        name: float((judge(images).confidence >= SURE).mean())
        for name, images in train_classifier.trials(tests).items()
    }
    assert found == pytest.approx({name: shares[name] for name in found}, abs=0.005)
    for name in ("uniform noise", "black and white noise"):
        assert found[name] < 0.01


def test_the_files_are_small_and_lie_beside_their_cards():
    for file in ASSETS.glob("*.safetensors"):
        kind = IMAGES.get(file.stem)
        weights = sum(one.numel() for one in Classifier(kind.shape, kind.classes).parameters())
        assert 4 * weights <= 300_000
        card = json.loads(file.with_suffix(".json").read_text("utf-8"))
        assert card["weights"] == weights
        assert card["images"] == file.stem
        assert {"seed", "seconds", "data_sha256", "command", "accuracy"} <= card.keys()


def test_real_pictures_are_good(judge, card):
    tests, labels = judge.pictures.test_images, judge.pictures.test_labels
    found = quality(judge, unit(tests[:360]), labels[:360])
    least = floor(judge, 360)
    assert found.classes == least.classes == 10
    assert found.confidence == pytest.approx(
        card["share_read_with_confidence"]["test pictures"], abs=0.04
    )
    assert found.label_accuracy > 0.97
    assert found.shares.sum() == pytest.approx(1)
    assert found.shares == pytest.approx(np.bincount(labels[:360], minlength=10) / 360, abs=0.02)
    assert 0 < least.fid < 0.05 * quality(judge, noise(judge, 360)).fid


def test_noise_is_not_good_whatever_it_looks_like(judge):
    for seed in range(5):
        images = noise(judge, 300, seed)
        smooth = torch.nn.functional.avg_pool2d(torch.from_numpy(images) * 4, 3, 1, 1).clamp(-1, 1)
        for spoilt in (images, smooth, np.sign(images), np.full_like(images, -1)):
            found = quality(judge, spoilt)
            assert found.classes <= 1
            assert found.confidence < 0.05
            assert found.fid > 5 * floor(judge, 300).fid
            assert found.kid > 0
            assert np.isnan(found.label_accuracy)


def test_a_class_counts_from_a_tenth_of_its_share_on(judge):
    tests, labels = judge.pictures.test_images, judge.pictures.test_labels
    sure = (judge(unit(tests)).confidence >= SURE) & (judge(unit(tests)).classes == labels)
    zeros, ones = tests[sure & (labels == 0)][:20], tests[sure & (labels == 1)][:1]
    few = np.concatenate([np.resize(zeros, (200, *zeros.shape[1:])), ones])
    assert quality(judge, unit(few)).classes == 1  # one in 201 is less than a hundredth
    enough = np.concatenate([np.resize(zeros, (60, *zeros.shape[1:])), ones])
    found = quality(judge, unit(enough))
    assert found.classes == 2
    assert found.confidence == 1
    assert found.shares[:2] == pytest.approx([60 / 61, 1 / 61])


def test_label_accuracy_is_the_share_of_labels_that_are_read(judge):
    tests = judge.pictures.test_images[:200]
    read = judge(unit(tests)).classes
    assert quality(judge, unit(tests), read).label_accuracy == 1
    swapped = (read + 1) % 10
    assert quality(judge, unit(tests), swapped).label_accuracy == 0
    swapped[:50] = read[:50]
    assert quality(judge, unit(tests), swapped).label_accuracy == 0.25


def test_a_picture_is_read_by_itself_and_nothing_is_drawn(judge):
    images = torch.from_numpy(unit(judge.pictures.test_images[:300]))
    state = torch.get_rng_state()
    together = judge(images)
    alone = judge(images[7:8])
    assert (torch.get_rng_state() == state).all()
    assert alone.classes[0] == together.classes[7]
    assert alone.confidence[0] == pytest.approx(together.confidence[7], abs=1e-5)
    assert not any(one.requires_grad for one in judge.classifier.read(images[:2]))


def test_what_is_not_a_number_has_no_quality(judge):
    images = unit(judge.pictures.test_images[:20]).copy()
    images[3, 0, 2, 2] = np.nan
    found = quality(judge, images)
    assert np.isnan([found.fid, found.kid]).all()
    assert found.confidence <= 19 / 20


def test_sets_without_a_classifier_have_no_judge():
    assert load_judge("three-dots") is None
    assert load_judge("digits-8x8") is load_judge("digits-8x8")


def test_floors_are_kept(judge):
    first = floor(judge, 256)
    started = time.perf_counter()
    assert floor(judge, 256) is first
    assert time.perf_counter() - started < 0.01


def test_training_is_repeatable_and_learns():
    pictures = IMAGES.get("digits-8x8")().load()
    one, two = (train_classifier.train(pictures, 10, 40) for _ in range(2))
    for a, b in zip(one.parameters(), two.parameters(), strict=True):
        assert (a == b).all()
    chances = one.read(torch.from_numpy(unit(pictures.test_images)))[1]
    assert (chances.argmax(1).numpy() == pictures.test_labels).mean() > 0.8
    images = torch.from_numpy(unit(pictures.test_images))
    before = one.read(images)[1]
    train_classifier.rescale(one, images)
    features, after = one.read(images)
    assert torch.allclose(before, after, atol=1e-5)
    assert features.square().mean().item() == pytest.approx(1, rel=1e-4)


def test_bent_digits_keep_their_ink_inside():
    rng = torch.Generator().manual_seed(0)
    for side in (8, 28):
        images = torch.full((40, 1, side, side), -1.0)
        middle = side // 2
        images[:, :, middle - 1 : middle + 1, middle - 1 : middle + 1] = 1
        bent = train_classifier.bent(images, rng)
        assert bent.min() >= -1 - 1e-5
        assert bent.max() <= 1 + 1e-5
        assert (bent + 1).sum((1, 2, 3)) == pytest.approx(np.full(40, 8.0), rel=0.25)
        assert (bent != images).any((1, 2, 3)).float().mean() > 0.3


def test_shuffling_keeps_the_ink_and_halves_lose_it():
    images = torch.from_numpy(unit(IMAGES.get("digits-8x8")().load().test_images[:30]))
    spoilt = train_classifier.trials(images)
    shuffled = spoilt["sixteenths shuffled"]
    assert torch.allclose(shuffled.flatten(1).sort().values, images.flatten(1).sort().values)
    assert (shuffled != images).any((1, 2, 3)).all()
    assert (spoilt["upper half"][:, :, 4:] == -1).all()
    assert (spoilt["left half"][..., 4:] == -1).all()

"""The digit studio's sketch: it computes what `gan_core.theory`, PyTorch and the data say."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

from gan_core.networks.images import PatchDiscriminator
from gan_core.theory import convolution, pyramid
from gan_core.theory.convolution import Layer
from tests.sketch.node import ask
from ui.lesson import shapes as page
from ui.sketch import knobs

SHOWN = (0, 47, 22, 23, 14, 25, 16, 7, 8, 9)
"""The digits that the sketch has, as scikit-learn numbers them."""
LAYERS = [(k, s, p) for k in range(1, 6) for s in (1, 2, 3) for p in (0, 1, 2)]
CHECKERS = [(k, s, n) for k in range(1, 9) for s in (2, 3, 4) for n in (1, 2)]


def as_data(layers):
    return [dict(zip(("kernel", "stride", "padding"), one, strict=True)) for one in layers]


def test_sizes():
    code = """return given.layers.map((layer) => given.sizes.map((n) => [
      m.convSize(n, layer), m.leftOver(n, layer), m.transposedSize(n, { ...layer, extra: 1 }),
    ]))"""
    sizes = (5, 7, 28, 29, 64)
    found = ask("convolution", code, {"layers": as_data(LAYERS), "sizes": sizes})
    for layer, row in zip(LAYERS, found, strict=True):
        for n, said in zip(sizes, row, strict=True):
            exact = Layer(*layer)
            assert said[0] == convolution.conv_size(n, exact)
            assert said[1] == convolution.left_over(n, exact)
            if exact.stride > 1:  # an output padding of 1 needs that
                assert said[2] == convolution.transposed_size(n, exact, 1)
    code = "return [m.convSizes(28, given), m.convSizes(4, given), m.convSize(1, given[1])]"
    crash, short, none = ask("convolution", code, as_data([(3, 2, 1), (5, 2, 0)]))
    assert (crash, short, none) == ([28, 14, 5], [4, 2], 0)


def test_overlaps():
    code = """return given.map(([k, s, layers]) => [
      m.overlap(6, k, s, layers), m.interior(6, k, s, layers),
      m.upsampledOverlap(6, 3, s, layers), m.overlap(6, k, s, layers, 2),
    ])"""
    for (k, s, layers), found in zip(CHECKERS, ask("convolution", code, CHECKERS), strict=True):
        whole, inner, upsampled, begun = found
        assert whole == convolution.overlap(6, k, s, layers).tolist()
        assert tuple(inner) == convolution.interior(6, k, s, layers)
        assert upsampled == convolution.upsampled_overlap(6, 3, s, layers).tolist()
        two = convolution.overlap(2, k, s, layers)
        assert begun == [*two, *[0] * (len(whole) - len(two))]


def test_receptive_fields():
    chains = [LAYERS[:n] for n in (0, 1, 2, 3)] + [[(4, 2, 1)] * 3 + [(4, 1, 1)] * 2]
    found = ask("convolution", "return given.map(m.receptiveField)", [as_data(c) for c in chains])
    exact = [convolution.receptive_field([Layer(*one) for one in chain]) for chain in chains]
    assert found == [one._asdict() for one in exact]
    assert found[-1]["size"] == 70


@pytest.mark.parametrize("side", [32, 28, 13])
def test_pyramids(side):
    pixels = np.random.default_rng(side).uniform(0, 1, (side, side))
    code = """const { coarse, details } = m.takeApart(given, 2);
    const sides = details.map((one) => one.side);
    return { coarse, details, whole: m.putTogether(coarse, details, sides).at(-1),
      without: m.putTogether(coarse, [null, details[1]], sides).at(-1) };"""
    found = ask("laplacian", code, {"side": side, "pixels": pixels.ravel()})
    coarse, details = pyramid.take_apart(pixels, 2)
    for said, exact in zip([found["coarse"], *found["details"]], [coarse, *details], strict=True):
        assert said["side"] == exact.shape[0]
        assert np.array(said["pixels"]) == pytest.approx(exact.ravel(), abs=1e-12)
    assert np.abs(np.array(found["whole"]["pixels"]) - pixels.ravel()).max() < 1e-6
    lacking = pixels - np.reshape(found["without"]["pixels"], pixels.shape)
    assert lacking == pytest.approx(details[0], abs=1e-12)


def test_the_digits_are_those_of_the_data_and_are_enlarged_as_by_pytorch():
    code = """return Array.from({ length: 10 }, (_, digit) => [
      m.digitAsItIs(digit).pixels, m.enlargedPicture(m.digitAsItIs(digit), 28).pixels,
      m.digitPicture(digit, 28).pixels,
    ])"""
    digits = load_digits()
    assert digits.target[list(SHOWN)].tolist() == list(range(10))
    for which, found in zip(SHOWN, ask("digit_pictures", code), strict=True):
        pixels, larger, crisp = map(np.array, found)
        assert (pixels * 16).tolist() == digits.images[which].ravel().tolist()
        as_is = torch.tensor(digits.images[which] / 16)[None, None]
        exact = nn.functional.interpolate(as_is, (28, 28), mode="bicubic").numpy().ravel()
        assert larger == pytest.approx(exact, abs=1e-9)
        assert set(np.round(crisp)) == {0, 1}
        assert ((crisp >= 0) & (crisp <= 1)).all()


def test_the_way_through_d_and_what_pytorch_says_of_it():
    code = """return given.map(([size, kernel, stride, padding, stages]) => {
      const layer = { kernel, stride, padding };
      const way = m.wayOfD(size, layer, stages, 'formula');
      const said = way.broken ? m.kernelError(way.sizes.at(-1), layer)
        : m.linearError(way.features, way.expected);
      return { ...way, said, counted: m.wayOfD(size, layer, stages, 'measured').fits };
    })"""
    cases = [(28, 3, 2, 1, 4), (32, 3, 2, 1, 4), (28, 4, 2, 1, 4), (28, 2, 2, 0, 4)]
    cases += [(33, 5, 1, 0, 2), (28, 3, 2, 1, 2), (16, 5, 3, 0, 4), (17, 5, 3, 1, 4)]
    ways = ask("shapes_calculator", code, cases)
    assert [way["broken"] for way in ways] == [False] * 6 + [True] * 2
    for case, way in zip(cases, ways, strict=True):
        size, kernel, stride, padding, stages = case
        maps = [1, *(16 * 2**i for i in range(stages))]
        convolutions = nn.Sequential(
            *(
                nn.Conv2d(maps[i], maps[i + 1], kernel, stride, padding, device="meta")
                for i in range(stages)
            )
        )
        pictures = torch.zeros(64, 1, size, size, device="meta")
        if way["broken"]:
            with pytest.raises(RuntimeError) as caught:
                convolutions(pictures)
            assert way["said"].removeprefix("RuntimeError: ") in str(caught.value)
            assert not way["fits"]
            assert not way["counted"]
            continue
        features = convolutions(pictures).flatten(1)
        assert features.shape[1] == way["features"]
        assert way["counted"]
        expected = maps[-1] * (size // 2**stages) ** 2
        assert way["expected"] == expected
        linear = nn.Linear(expected, 1)
        if way["fits"]:
            assert linear(torch.zeros(64, features.shape[1])).shape == (64, 1)
        else:
            with pytest.raises(RuntimeError) as caught:
                linear(torch.zeros(64, features.shape[1]))
            assert str(caught.value) == way["said"].removeprefix("RuntimeError: ")
        assert way["fits"] == (case in cases[1:4] or case == (28, 3, 2, 1, 2))


def test_the_way_through_g():
    code = """return [[28, 4, 2, 1, 0], [32, 4, 2, 1, 0], [30, 4, 2, 1, 0], [28, 3, 2, 1, 1],
      [28, 1, 2, 2, 0]].map(([size, kernel, stride, padding, extra]) => (
      m.wayOfG(size, { kernel, stride, padding, extra })))"""
    ways = ask("shapes_calculator", code)
    assert [way["sizes"] for way in ways[:4]] == [
        [7, 14, 28],
        [8, 16, 32],
        [7, 14, 28],
        [7, 14, 28],
    ]
    assert [way["fits"] for way in ways] == [True, True, False, True, False]


def test_units_and_buttons_stay_within_the_knobs():
    assert ask("shapes_checkers", "return m.CHECKER_INPUTS") == page.INPUTS
    levels = ask("shapes_pyramid", "return m.PYRAMID_LEVELS")
    assert [name for name in page.KNOBS if name.startswith("level")] == [
        f"level{i}" for i in range(levels)
    ]
    presets = ask("shapes_field", "return m.FIELD_PRESETS")
    assert presets["pix2pix"].items() <= page.PATCH_70.items()
    sets = [*presets.values(), *(one.sets for one in (*page.UNITS, *page.CLAIMS))]
    for values in sets:
        assert knobs.read(page.KNOBS, values, {}) == dict(values)


def test_the_studio_preset_is_the_patch_discriminator_of_the_page():
    code = "return m.fieldLayers(m.FIELD_PRESETS.studio)"
    layers = [Layer(**one) for one in ask("shapes_field", code)]
    assert layers == [Layer(*one) for one in PatchDiscriminator(layers=2).convolutions]
    # the way that the page tells for its task
    code = (
        "return m.fieldLayers({ ...m.FIELD_PRESETS.studio, f_strided: 3, f_kept: 0, f_kernel: 5 })"
    )
    layers = [Layer(**one) for one in ask("shapes_field", code)]
    assert (len(layers), convolution.receptive_field(layers).size) == (3, 29)


def test_details_decide_which_digit_is_seen():
    """The coarse picture of a 0 with the details of a 1 is nearer to the 1, as the page says."""
    code = "return [0, 1].map((digit) => m.digitPicture(digit, 32).pixels)"
    zero, one = (np.reshape(found, (32, 32)) for found in ask("digit_pictures", code))
    mixed = pyramid.put_together(
        pyramid.Pyramid(pyramid.take_apart(zero, 3).coarse, pyramid.take_apart(one, 3).details)
    )
    to_zero, to_one = (np.sqrt(((mixed - digit) ** 2).mean()) for digit in (zero, one))
    assert to_one < to_zero / 3

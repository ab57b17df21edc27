"""The networks of the image models: shapes, ranges, labels, layers, gradients."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from gan_core.networks.convolutional import Convolve, Upsample, doubled
from gan_core.networks.images import (
    D_NORMS,
    IMAGE_DISCRIMINATORS,
    IMAGE_GENERATORS,
    NORMS,
    STRIDED,
    UPSAMPLERS,
    DCGANDiscriminator,
    DCGANGenerator,
    MLPDiscriminator,
    MLPGenerator,
    PatchDiscriminator,
)
from gan_core.networks.modules import (
    build_discriminator,
    build_generator,
    layer_outputs,
    normalised,
    set_reference,
)
from gan_core.theory.convolution import is_even, overlap
from tests.images.noise import drawn, pictures

SIZES = [(8, 8), (16, 16), (28, 28)]
LATENT = 5
GENERATORS = [
    piece(norm=norm, width=16, **more)
    for piece in IMAGE_GENERATORS
    for norm in NORMS.names()
    for more in (
        [{"upsampler": name} for name in UPSAMPLERS.names()] if piece is DCGANGenerator else [{}]
    )
]
DISCRIMINATORS = [
    piece(norm=norm, width=16) for piece in IMAGE_DISCRIMINATORS for norm in D_NORMS.names()
]


@pytest.mark.parametrize("piece", GENERATORS, ids=repr)
@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("classes", [0, 10])
def test_a_generator_makes_pictures_between_minus_one_and_one(piece, shape, classes):
    g = build_generator(piece, LATENT, shape, classes)
    y = torch.arange(6) if classes else None
    set_reference(g, drawn(4, LATENT, seed=1), torch.arange(4) if classes else None)
    made = g(20 * drawn(6, LATENT), y)
    assert made.shape == (6, 1, *shape)
    assert made.dtype == torch.float32
    assert made.abs().max() <= 1
    made.sum().backward()
    assert all(torch.isfinite(one.grad).all() for one in g.parameters())


@pytest.mark.parametrize("piece", DISCRIMINATORS, ids=repr)
@pytest.mark.parametrize("shape", SIZES, ids=str)
@pytest.mark.parametrize("classes", [0, 10])
def test_a_discriminator_judges_each_picture(piece, shape, classes):
    d = build_discriminator(piece, shape, classes)
    y = torch.arange(6) if classes else None
    set_reference(d, pictures(4, shape, seed=1), torch.arange(4) if classes else None)
    real, fake = d.both(pictures(6, shape), pictures(6, shape, seed=2), y, y)
    side = shape[0] // 4
    assert real.shape == fake.shape == ((6, side, side) if piece.key == "patch" else (6,))
    assert d(pictures(6, shape), y).shape == real.shape


def test_the_layers_of_a_dcgan_double_and_halve():
    g = build_generator(DCGANGenerator(width=16), LATENT, (28, 28))
    d = build_discriminator(DCGANDiscriminator(width=16), (28, 28))
    seen = [(name, tuple(one.shape[1:])) for name, one in layer_outputs(g, drawn(3, LATENT))]
    assert seen == [("project", (32, 7, 7)), ("up", (16, 14, 14)), ("picture", (1, 28, 28))]
    seen = [(name, tuple(one.shape[1:])) for name, one in layer_outputs(d, pictures(3, (28, 28)))]
    assert seen == [("conv-1", (16, 14, 14)), ("conv-2", (32, 7, 7)), ("logit", (1,))]
    kinds = [type(part) for network in (g, d) for part in network.modules()]
    assert not any("Pool" in kind.__name__ for kind in kinds)


@pytest.mark.parametrize("piece", [*GENERATORS, *DISCRIMINATORS], ids=repr)
def test_the_last_layer_shown_is_the_output_and_looking_changes_nothing(piece):
    if piece in DISCRIMINATORS:
        network, x = build_discriminator(piece, (8, 8)), pictures(6, (8, 8))
        set_reference(network, pictures(4, (8, 8), seed=1))
    else:
        network, x = build_generator(piece, LATENT, (8, 8)), drawn(6, LATENT)
        set_reference(network, drawn(4, LATENT, seed=1))
    before = {name: one.clone() for name, one in network.state_dict().items()}
    for how in ("train", "eval", "reference", "virtual"):
        with normalised(network, how):
            shown = layer_outputs(network, x)
            assert torch.equal(shown[-1][1].reshape(-1), network(x).detach().reshape(-1))
    assert len(shown) == len({name for name, _ in shown}) == len(network.blocks)
    assert all(torch.equal(one, before[name]) for name, one in network.state_dict().items())


def test_no_norm_stands_in_front_of_a_picture_or_behind_the_first_look_at_one():
    for piece in GENERATORS:
        blocks = build_generator(piece, LATENT, (8, 8)).blocks
        assert blocks[-1].norm is None
        assert all((block.norm is None) == (piece.norm == "none") for block in blocks[:-1])
    for piece in DISCRIMINATORS:
        blocks = build_discriminator(piece, (8, 8)).blocks
        assert blocks[0].norm is None
        assert blocks[-1].norm is None


def test_the_same_draws_make_the_same_network():
    def weights(seed):
        d = build_discriminator(DCGANDiscriminator(), (8, 8), rng=np.random.default_rng(seed))
        return torch.cat([one.flatten() for one in d.parameters()])

    before = torch.get_rng_state()
    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))
    assert torch.equal(before, torch.get_rng_state())


# -- labels ----------------------------------------------------------------------------------


def test_labels_are_ten_more_inputs():
    g = build_generator(MLPGenerator(width=16), LATENT, (28, 28), 10)
    d = build_discriminator(MLPDiscriminator(width=16), (28, 28), 10)
    assert g.blocks[0].layer.weight.shape == (16, LATENT + 10)
    assert d.blocks[0].layer.weight.shape == (16, 784 + 10)
    g = build_generator(DCGANGenerator(width=16), LATENT, (28, 28), 10)
    d = build_discriminator(DCGANDiscriminator(width=16), (28, 28), 10)
    assert g.blocks[0].layer.weight.shape == (32 * 49, LATENT + 10)
    assert d.blocks[0].layer.weight.shape == (16, 1 + 10, 4, 4)


@pytest.mark.parametrize("piece", [MLPDiscriminator(), DCGANDiscriminator(), PatchDiscriminator()])
def test_another_label_is_another_answer(piece):
    d = build_discriminator(piece, (8, 8), 10).eval()
    x = pictures(10, (8, 8))
    y = torch.arange(10)
    own, other = d(x, y), d(x, y.roll(1))
    assert ((own - other).flatten(1) if own.ndim > 1 else own - other).abs().min() > 0
    with pytest.raises(ValueError, match="needs y"):
        d(x)


def test_another_label_is_another_picture_and_without_labels_there_is_no_such_input():
    for piece in (MLPGenerator(), DCGANGenerator()):
        g = build_generator(piece, LATENT, (8, 8), 10).eval()
        z, y = drawn(10, LATENT), torch.arange(10)
        assert (g(z, y) - g(z, y.roll(1))).flatten(1).abs().amax(1).min() > 0
        alone = build_generator(piece, LATENT, (8, 8), 0).eval()
        assert torch.equal(alone(z, y), alone(z))


def test_the_label_of_a_convolution_is_ten_constant_channels():
    d = build_discriminator(DCGANDiscriminator(norm="none", width=16), (28, 28), 10)
    x, y = pictures(12, (28, 28)), torch.arange(12) % 10
    first = d.blocks[0].layer
    channels = functional.one_hot(y, 10).float()[:, :, None, None].expand(-1, -1, 28, 28)
    wanted = functional.conv2d(torch.cat([x, channels], 1), first.weight, first.bias, 2, 1)
    seen = dict(layer_outputs(d, x, y))["conv-1"]
    assert torch.allclose(seen, functional.leaky_relu(wanted, 0.2), atol=1e-5)


# -- layers ----------------------------------------------------------------------------------


def rng():
    return np.random.default_rng(3)


def with_bias(layer):
    layer.bias.data.copy_(drawn(len(layer.bias), seed=8))
    return layer


@pytest.mark.parametrize("outputs", [1, 6])
def test_upsampling_is_what_its_name_says(outputs):
    x = drawn(3, 5, 7, 7).contiguous(memory_format=torch.channels_last)
    for name, kernel, more in (("transposed", 4, 0), ("transposed-3", 3, 1)):
        layer = with_bias(Upsample(name, 5, outputs, rng()))
        literal = nn.ConvTranspose2d(5, outputs, kernel, 2, 1, output_padding=more)
        literal.load_state_dict(layer.state_dict())
        assert layer(x).shape == (3, outputs, 14, 14)
        assert torch.allclose(layer(x), literal(x), atol=1e-5), name
    layer = with_bias(Upsample("nearest", 5, outputs, rng()))
    mirrored = layer.weight.transpose(0, 1).flip(2, 3)
    literal = functional.conv2d(
        functional.interpolate(x, scale_factor=2), mirrored, layer.bias, padding=1
    )
    assert torch.allclose(layer(x), literal, atol=1e-5)


def test_the_two_ways_of_the_first_convolution_are_one_function():
    layer = with_bias(Convolve(STRIDED, 1, 6, rng())).double()
    x = pictures(4, (28, 28)).double()
    at = x.clone().requires_grad_()
    there, here = layer(at), layer(x)
    assert torch.allclose(there, here, atol=1e-12)
    assert torch.allclose(here, functional.conv2d(x, layer.weight, layer.bias, 2, 1), atol=1e-12)
    (slope,) = torch.autograd.grad(there.square().sum(), at)
    literal = x.clone().requires_grad_()
    functional.conv2d(literal, layer.weight, layer.bias, 2, 1).square().sum().backward()
    assert torch.allclose(slope, literal.grad, atol=1e-10)


def coverage(layer, n):
    """Return how many weights meet in each pixel, without the bias."""
    layer.weight.data.fill_(1)
    layer.bias.data.zero_()
    return layer(torch.ones(1, 1, n, n))[0, 0].detach().numpy()


@pytest.mark.parametrize("name", UPSAMPLERS.names())
def test_copies_overlap_unevenly_where_the_stride_does_not_divide_the_kernel(name):
    seen = coverage(Upsample(name, 1, 1, rng()), 7)
    inner = seen[3:-3, 3:-3]
    assert (np.ptp(inner) == 0) == (name == "nearest" or is_even(UPSAMPLERS.get(name).kernel, 2))
    if name == "transposed-3":
        ways = overlap(7, 3, 2)[1:]  # the layer's padding of 1, and one more pixel at the end
        assert np.array_equal(seen, np.outer(ways, ways)[:14, :14])
        assert set(np.unique(inner)) == {1, 2, 4}
    if name == "transposed":
        ways = overlap(7, 4, 2)[1:-1]
        assert np.array_equal(seen, np.outer(ways, ways))


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (4, 2), (5, 2), (3, 3), (4, 3)])
def test_uneven_overlap_iff_the_stride_does_not_divide_the_kernel(kernel, stride):
    seen = functional.conv_transpose2d(
        torch.ones(1, 1, 9, 9), torch.ones(1, 1, kernel, kernel), stride=stride
    )[0, 0]
    inner = seen[kernel:-kernel, kernel:-kernel]
    assert bool(inner.min() != inner.max()) == bool(kernel % stride)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_patch_sees_as_far_as_its_recurrence_says(layers):
    piece = PatchDiscriminator(layers=layers, norm="none", width=16)
    d = build_discriminator(piece, (28, 28))
    x = pictures(1, (28, 28)).requires_grad_()
    logits = d(x)
    assert logits.shape[1] == 28 // 2**layers
    at = logits.shape[1] // 2
    (slope,) = torch.autograd.grad(logits[0, at, at], x)
    rows = slope[0, 0].abs().sum(1).nonzero().flatten()
    extent = int(rows.max() - rows.min()) + 1
    assert extent == piece.receptive_field == {1: 8, 2: 18}[layers]


def test_an_all_seeing_discriminator_has_no_patch():
    d = build_discriminator(DCGANDiscriminator(norm="none", width=16), (28, 28))
    x = pictures(1, (28, 28)).requires_grad_()
    (slope,) = torch.autograd.grad(d(x).sum(), x)
    assert (slope != 0).all()


# -- the classic crash -------------------------------------------------------------------------


class ByDivision(nn.Module):
    """A discriminator as public scripts have it: four halvings, then ⌊side/16⌋² pixels."""

    def __init__(self, side):
        super().__init__()
        channels, layers = 1, []
        for more in (16, 32, 64, 128):
            layers += [nn.Conv2d(channels, more, 3, 2, 1), nn.LeakyReLU(0.2)]
            channels = more
        self.features = nn.Sequential(*layers)
        self.judge = nn.Linear(128 * (side // 2**4) ** 2, 1)

    def forward(self, x):
        return self.judge(self.features(x).flatten(1))


def test_28_pixels_crash_where_sizes_are_divided_and_not_where_they_are_asked_for():
    assert ByDivision(32)(torch.zeros(2, 1, 32, 32)).shape == (2, 1)
    d = ByDivision(28)
    x = torch.zeros(2, 1, 28, 28)
    assert d.features(x).shape == (2, 128, 2, 2)  # 28, 14, 7, 4, 2: a padded halving rounds up
    assert (d.features(x).flatten(1).shape[1], d.judge.in_features) == (512, 128)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        d(x)
    assert build_discriminator(DCGANDiscriminator(), (28, 28))(x).shape == (2,)


def test_pictures_that_cannot_be_halved_twice_are_refused():
    with pytest.raises(ValueError, match="multiples of 4"):
        build_discriminator(DCGANDiscriminator(), (30, 30))
    with pytest.raises(ValueError, match="multiples of 4"):
        build_generator(DCGANGenerator(), LATENT, (28, 30))
    assert build_discriminator(MLPDiscriminator(), (30, 30))(pictures(2, (30, 30))).shape == (2,)


def test_a_module_for_every_piece_and_a_word_for_a_stranger():
    class Other(DCGANGenerator.__base__):
        key = "other"

    with pytest.raises(ValueError, match="other"):
        build_generator(Other(), LATENT, (8, 8))


# -- gradients -------------------------------------------------------------------------------


def in_double(network):
    for part in network.modules():
        for table in (part._parameters, part._buffers):
            for name, one in table.items():
                if one is not None and one.is_floating_point():
                    table[name] = (
                        nn.Parameter(one.detach().double())
                        if isinstance(one, nn.Parameter)
                        else one.double()
                    )
    return network


def assert_gradient(network, cost):
    """Hold the gradient of a cost to central differences, in a random direction."""
    own = list(network.parameters())
    gradients = torch.autograd.grad(cost(), own, allow_unused=True, materialize_grads=True)
    direction = [drawn(*one.shape, seed=i).double() for i, one in enumerate(own)]
    along = sum(float((a * b).sum()) for a, b in zip(gradients, direction, strict=True))

    def moved(by):
        for one, way in zip(own, direction, strict=True):
            one.data.add_(way, alpha=by)
        return float(cost().detach())

    ahead = moved(1e-6)
    differences = (ahead - moved(-2e-6)) / 2e-6
    assert abs(along) > 1e-2
    assert along == pytest.approx(differences, rel=1e-4)


@pytest.mark.parametrize("piece", DISCRIMINATORS, ids=repr)
@pytest.mark.parametrize("classes", [0, 3])
def test_a_penalty_on_the_slope_has_the_gradient_of_finite_differences(piece, classes):
    """Through D, its norm and its slope in x: the second derivatives that WGAN-GP and R1 need."""
    d = in_double(build_discriminator(piece.model_copy(update={"width": 4}), (8, 8), classes))
    y = torch.arange(6) % 3 if classes else None
    set_reference(d, pictures(4, (8, 8), seed=1).double(), y[:4] if classes else None)
    x = pictures(6, (8, 8), seed=2).double().requires_grad_()

    def cost():
        with normalised(d, d.company.now(training=True)):
            logits = d(x, y)
        (slope,) = torch.autograd.grad(logits.square().sum(), x, create_graph=True)
        return logits.sum() + slope.square().sum()

    assert_gradient(d, cost)


@pytest.mark.parametrize("piece", GENERATORS, ids=repr)
def test_a_generators_gradient_is_that_of_finite_differences(piece):
    g = in_double(build_generator(piece, LATENT, (8, 8)))
    set_reference(g, drawn(4, LATENT, seed=1).double())
    z, weights = drawn(6, LATENT).double(), drawn(6, 1, 8, 8, seed=4).double()

    def cost():
        with normalised(g, g.company.now(training=True)):
            return (g(z) * weights).sum()

    assert_gradient(g, cost)


def test_doubled_filters_are_the_small_ones_smeared_over_two_pixels():
    weight = drawn(1, 1, 3, 3)
    literal = functional.conv_transpose2d(weight, torch.ones(1, 1, 2, 2))
    assert torch.allclose(doubled(weight), literal, atol=1e-6)

"""Latents, activations, optimisers, schedules and averages as code."""

from __future__ import annotations

from gan_core.averages import Exponential as ExponentialAverage
from gan_core.averages import NoAverage
from gan_core.latents import GaussianLatent, UniformLatent
from gan_core.networks import MinibatchFeatures, NoFeatures
from gan_core.networks.activations import LeakyReLU, ReLU, Tanh
from gan_core.optimizers import SGD, Adam, Momentum, RMSprop
from gan_core.schedules import Constant, Cosine, Exponential
from gan_core.script.codes import WIDTH, Codes, fill

LATENT_CODE: Codes[str] = Codes("latent")
"""An expression for `n` latents of `LATENT` dimensions."""
ACTIVATION_CODE: Codes[str] = Codes("activation")
"""A module."""
OPTIMIZER_CODE: Codes[str] = Codes("optimizer")
"""A statement that makes the optimiser `name` of `parameters`."""
SIZE_CODE: Codes[str] = Codes("optimizer")
"""Lines that return how far D's optimiser moves a parameter `p` per unit of gradient, its inertia
left out."""
FEATURES_CODE: Codes[str] = Codes("features")
"""The class `Spread` of a layer that appends features of a batch; empty where there is none."""
SCHEDULE_CODE: Codes[str] = Codes("schedule")
"""A function `factor` of the iteration; empty where the rates stay what they are."""
AVERAGE_CODE: Codes[str] = Codes("average")
"""An expression for the share of the newest parameters, where `$updates` is the number of G's
updates so far, and one; empty where nothing is averaged."""


@LATENT_CODE.of("gaussian")
def gaussian(_: GaussianLatent) -> str:
    """Write z ~ N(0, I)."""
    return "torch.randn(n, LATENT)"


@LATENT_CODE.of("uniform")
def uniform(_: UniformLatent) -> str:
    """Write z uniform on [−1, 1]."""
    return "2 * torch.rand(n, LATENT) - 1"


@ACTIVATION_CODE.of("relu")
def relu(_: ReLU) -> str:
    """Write the ReLU."""
    return "nn.ReLU()"


@ACTIVATION_CODE.of("leaky-relu")
def leaky_relu(_: LeakyReLU) -> str:
    """Write the leaky ReLU."""
    return "nn.LeakyReLU(0.2)"


@ACTIVATION_CODE.of("tanh")
def tanh(_: Tanh) -> str:
    """Write tanh."""
    return "nn.Tanh()"


@OPTIMIZER_CODE.of("adam")
def adam(piece: Adam, name: str, parameters: str) -> str:
    """Write Adam."""
    return _optimizer("Adam", piece.lr, f"betas=({piece.beta1}, {piece.beta2})", name, parameters)


@OPTIMIZER_CODE.of("sgd")
def sgd(piece: SGD, name: str, parameters: str) -> str:
    """Write plain stochastic gradient descent."""
    return _optimizer("SGD", piece.lr, "", name, parameters)


@OPTIMIZER_CODE.of("momentum")
def momentum(piece: Momentum, name: str, parameters: str) -> str:
    """Write SGD with momentum."""
    return _optimizer("SGD", piece.lr, f"momentum={piece.momentum}", name, parameters)


@OPTIMIZER_CODE.of("rmsprop")
def rmsprop(piece: RMSprop, name: str, parameters: str) -> str:
    """Write RMSprop."""
    return _optimizer("RMSprop", piece.lr, f"alpha={piece.decay}", name, parameters)


def _optimizer(kind: str, lr: float, more: str, name: str, parameters: str) -> str:
    arguments = [parameters, f"lr={lr}", *([more] if more else [])]
    line = f"{name} = torch.optim.{kind}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"    {argument},\n" for argument in arguments)
    return f"{name} = torch.optim.{kind}(\n{inner})"


@SIZE_CODE.of("adam")
def adam_size(piece: Adam) -> str:
    """Write how far Adam goes."""
    return _size(f'state["exp_avg_sq"] / (1 - {piece.beta2} ** state["step"].item())')


@SIZE_CODE.of("rmsprop")
def rmsprop_size(_: RMSprop) -> str:
    """Write how far RMSprop goes."""
    return _size('state["square_avg"]')


@SIZE_CODE.of("momentum")
@SIZE_CODE.of("sgd")
def sgd_size(_: SGD | Momentum) -> str:
    """Write how far gradient descent goes."""
    return 'return d_optimizer.param_groups[0]["lr"]'


def _size(square: str) -> str:
    return f"""rate, state = d_optimizer.param_groups[0]["lr"], d_optimizer.state[p]
square = {square}
return torch.where(square > 0, rate / (square.sqrt() + 1e-8), 0.0)"""


@FEATURES_CODE.of("none")
def no_features(_: NoFeatures) -> str:
    """Write nothing: D judges each sample by itself."""
    return ""


_SPREAD = """
KERNELS, DIMS = $kernels, $dims


class Spread(nn.Module):
    \"\"\"Appends to each sample's features how close the others of its batch are to it.\"\"\"

    def __init__(self, inputs):
        super().__init__()
        self.T = nn.Parameter(torch.randn(inputs, KERNELS * DIMS))

    def forward(self, h):
        m = (h @ self.T).view(len(h), KERNELS, DIMS)
        close = torch.exp(-(m[:, None] - m).abs().sum(3))
        others = close.sum(1) - 1  # each sample is as close as can be to itself
        return torch.cat([h, others / max(1, len(h) - 1)], 1)
"""


@FEATURES_CODE.of("minibatch")
def minibatch_features(piece: MinibatchFeatures) -> str:
    """Write minibatch discrimination."""
    return fill(_SPREAD, kernels=piece.kernels, dims=piece.dims)


_FACTOR = """
def factor(step):
    \"\"\"$what\"\"\"
    return $value
"""


@SCHEDULE_CODE.of("constant")
def constant(_: Constant) -> str:
    """Write nothing: the rates stay what they are."""
    return ""


@SCHEDULE_CODE.of("exponential")
def exponential(piece: Exponential) -> str:
    """Write the rates' halving."""
    what = "The learning rates halve again and again."
    return fill(_FACTOR, what=what, value=f"0.5 ** (step / {piece.half_life})")


@SCHEDULE_CODE.of("cosine")
def cosine(piece: Cosine) -> str:
    """Write half a cosine."""
    what = "Half a cosine: the learning rates go down to 0, and stay there."
    value = f"0.5 * (1 + math.cos(math.pi * min(1.0, step / {piece.steps})))"
    return fill(_FACTOR, what=what, value=value)


@AVERAGE_CODE.of("none")
def no_average(_: NoAverage) -> str:
    """Write nothing: G as it is."""
    return ""


@AVERAGE_CODE.of("exponential")
def exponential_average(piece: ExponentialAverage) -> str:
    """Write the moving average, at first a plain mean of what there is."""
    return f"max(1 / ($updates), 1 - 0.5 ** (1 / {piece.half_life}))"

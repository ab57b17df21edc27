"""The sections of a script, in the order in which one reads an experiment."""

from __future__ import annotations

from itertools import pairwise

from gan_core.networks import ACTIVATIONS, MLP
from gan_core.script.codes import fill
from gan_core.script.constraints import CONSTRAINT_CODE, ConstraintCode
from gan_core.script.data import DATA_CODE
from gan_core.script.evaluation import evaluation
from gan_core.script.games import GAME_CODE
from gan_core.script.loop import looks_ahead, loop
from gan_core.script.players import ACTIVATION_CODE, FEATURES_CODE, LATENT_CODE
from gan_core.settings import Settings

_SETUP = """
$imports

import torch
from torch import nn
$functional

SEED = $seed
STEPS = $steps
BATCH = $batch

torch.manual_seed(SEED)
torch.set_num_threads(1)  # networks this small are quickest so
"""

_PLAYERS = """
# 2. The generator: noise z becomes a sample.
LATENT = $latent


def sample_latent(n):
    return $z


# nn.Linear begins with weights and biases that are uniform within 1 / sqrt(inputs).
$g

# 3. The discriminator: one number for $inputs: how real $seems.
$d_layer
$d
"""


def sections(settings: Settings, steps: int) -> dict[str, str]:
    """Return the code of each section, in order.

    Raises
    ------
    gan_core.script.codes.NoCodeError
        If a chosen piece has no code yet.
    """
    constraint = CONSTRAINT_CODE.write(settings.constraint)
    found = {
        "setup": "",
        "data": DATA_CODE.write(settings.data),
        "players": _players(settings, constraint),
        "costs": _costs(settings, constraint),
        "loop": loop(settings, constraint, seen=bool(_seen(settings))),
        "evaluation": evaluation(settings, seen=bool(_seen(settings))),
    }
    found["setup"] = _setup(settings, steps, "\n".join(found.values()))
    return found


def _setup(settings: Settings, steps: int, code: str) -> str:
    modules = ("copy", "itertools", "json", "math")
    return fill(
        _SETUP,
        imports="\n".join(f"import {name}" for name in modules if f"{name}." in code),
        functional="from torch.nn import functional as F" if "F." in code else "",
        seed=settings.seed,
        steps=steps,
        batch=settings.batch // settings.pack * settings.pack,
    )


def _network(
    name: str, network: MLP, inputs: str, outputs: int, linear: str, spread: str = ""
) -> str:
    activation = ACTIVATION_CODE.write(ACTIVATIONS.get(network.activation)())
    sizes = [inputs, *network.sizes(0, outputs)[1:]]
    layers = [f"    {linear}({a}, {b})," for a, b in pairwise(sizes)]
    if spread:
        layers[-1] = f"    Spread({sizes[-2]}),\n    {linear}({sizes[-2]} + KERNELS, {outputs}),"
    between = f"\n    {activation},\n"
    return f"{name} = nn.Sequential(\n{between.join(layers)}\n)"


def _players(settings: Settings, constraint: ConstraintCode) -> str:
    dim, pack, latent = settings.data.dim, settings.pack, settings.latent
    spread = FEATURES_CODE.write(settings.features)
    d = _network("D", settings.discriminator, str(pack * dim), 1, constraint.linear, spread)
    layers = "\n\n\n".join(layer for layer in (constraint.layer, spread) if layer)
    return fill(
        _PLAYERS,
        latent=latent.dim,
        z=LATENT_CODE.write(latent),
        g=_network("G", settings.generator, "LATENT", dim, "nn.Linear"),
        inputs=f"each {pack} samples side by side" if pack > 1 else "each sample",
        seems="they seem" if pack > 1 else "it seems",
        d_layer=f"{layers}\n\n" if layers else "",
        d=d,
    )


_SEEN = """
def seen(x):
    \"\"\"Return what D is shown of samples: $how.\"\"\"
    $pack
    $noise
"""
_D_LOSS = """
def d_loss(real, fake):
    \"\"\"What D pays for a batch.\"\"\"
    $pays
"""
_MEANS = "d_cost_real(D(real)).mean() + d_cost_fake(D(fake)).mean()"
_ALWAYS = """
cost = $means
return cost + penalty(real, fake)
"""
_SOMETIMES = """
cost = $means
if next(turns) % EVERY == 0:
    cost = cost + EVERY * penalty(real, fake)
return cost
"""


def _seen(settings: Settings) -> str:
    """Write what D is shown of samples; nothing if it sees them as they are, one by one."""
    pack, noise, dim = settings.pack, settings.instance_noise, settings.data.dim
    how = [f"{pack} of them side by side"] if pack > 1 else []
    how += ["blurred"] if noise else []
    packed = f"x.view(-1, {pack * dim})"
    blurred = f"x + {noise} * torch.randn_like(x)"
    code = fill(
        _SEEN,
        how=", ".join(how),
        pack=f"x = {packed}" if pack > 1 and noise else "",
        noise=f"return {blurred if noise else packed}",
    )
    return code if how else ""


def _costs(settings: Settings, constraint: ConstraintCode) -> str:
    pays = f"return {_MEANS}"
    if constraint.penalty:
        pays = fill(_SOMETIMES if constraint.every > 1 else _ALWAYS, means=_MEANS)
    parts = [
        GAME_CODE.write(settings.game),
        fill(constraint.penalty, other=", D=D" if looks_ahead(settings) else ""),
        constraint.hold,
        _seen(settings),
        fill(_D_LOSS, pays=pays),
    ]
    return "\n\n\n".join(part for part in parts if part)

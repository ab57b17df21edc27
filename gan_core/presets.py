"""Presets: experiments worth seeing, each with what it shows and how often it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.images.presets import IMAGE_PRESETS
from gan_core.preset import Bound, Preset
from gan_core.settings import Settings, SettingsError

__all__ = ["ALL_PRESETS", "PRESETS", "Bound", "Preset", "get_preset"]

_HOP = {"d_optimizer.lr": 1e-4}
_UNFROZEN = {"update": "unfrozen-d", "d_optimizer.lr": 2e-4}
_ON_A_LINE = {"data": "mixture-1d", "latent": "uniform", "latent.dim": 1}
_MOMENTUM = {
    "d_optimizer.lr": 1e-3,
    "g_optimizer.beta1": 0.9,
    "d_optimizer.beta1": 0.9,
    "seed": 0,
}
_SLOW = {"g_optimizer.lr": 2e-5, "d_optimizer.lr": 1e-4, "seed": 3}
_FROZEN = {"d_optimizer": "sgd", "d_optimizer.lr": 1e-4, "seed": 4}
_ARRIVED = {"constraint": "r1", "constraint.weight": 0.1, "seed": 5}
_RUNAWAY = {
    "game": "wasserstein",
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.5,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.5,
    "seed": 2,
}
_CRITIC = {"game": "wasserstein", "update.d_steps": 5}
_GAUGE = _CRITIC | {
    "data": "gaussian",
    "data.x": 4.0,
    "data.y": 0.0,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 1e-5,
    "d_optimizer.lr": 1e-3,
}
_CLIPPED = {"constraint": "weight-clipping", "constraint.clip": 0.01}
_PENALISED = {"constraint": "gradient-penalty", "constraint.weight": 10.0}
_FLEE = (
    _CRITIC
    | _PENALISED
    | {
        "game": "flipped-wasserstein",
        "data": "gaussian",
        "data.x": 1.5,
        "data.y": 1.5,
        "g_optimizer": "sgd",
        "g_optimizer.lr": 0.002,
        "d_optimizer.lr": 1e-3,
    }
)
_ARJOVSKY = (
    _CRITIC
    | _CLIPPED
    | {
        "g_optimizer": "rmsprop",
        "g_optimizer.lr": 5e-5,
        "d_optimizer": "rmsprop",
        "d_optimizer.lr": 5e-5,
    }
)
_GULRAJANI = _CRITIC | _PENALISED | {"constraint.weight": 0.1, "d_optimizer.lr": 1e-3}
_BEST = {
    "batch": 256,
    "discriminator.layers": 3,
    "discriminator.width": 128,
    "constraint": "r1",
    "constraint.every": 4,
    "g_optimizer.lr": 3e-3,
    "g_optimizer.beta1": 0.0,
    "g_optimizer.beta2": 0.99,
    "d_optimizer.lr": 3e-3,
    "d_optimizer.beta1": 0.0,
    "d_optimizer.beta2": 0.99,
    "schedule": "cosine",
    "average": "exponential",
    "average.half_life": 300,
}
_BEST_RING = _BEST | {
    "data.sigma": 0.01,
    "latent.dim": 3,
    "generator.layers": 4,
    "constraint.weight": 0.01,
    "schedule.steps": 17_000,
}
_BEST_GRID = _BEST | {
    "data": "grid",
    "latent.dim": 2,
    "generator.layers": 3,
    "generator.width": 128,
    "constraint.weight": 0.1,
    "schedule.steps": 18_000,
}
_SATURATE = {
    "data": "gaussian",
    "game": "minimax",
    "pretrain": 500,
    "g_optimizer": "sgd",
    "g_optimizer.lr": 0.05,
    "d_optimizer": "sgd",
    "d_optimizer.lr": 0.05,
}

PRESETS: dict[str, Preset[Settings]] = {
    preset.key: preset
    for preset in (
        Preset("healthy", Settings(), 3000, 100, (Bound("modes", low=7),), 23, 24),
        Preset(
            "saturate", Settings().with_changes(_SATURATE), 300, 20, (Bound("w1", low=5),), 24, 24
        ),
        Preset(
            "hop",
            Settings().with_changes(_HOP),
            3000,
            50,
            (Bound("dominance", low=0.75), Bound("hops", low=40), Bound("visited", low=6)),
            24,
            24,
        ),
        Preset(
            "on-a-line",
            Settings().with_changes(_ON_A_LINE),
            3000,
            100,
            (Bound("modes", low=4), Bound("d.real", 0.48, 0.52), Bound("d.fake", 0.48, 0.52)),
            24,
            24,
        ),
        Preset(
            "unfrozen-d",
            Settings().with_changes(_UNFROZEN),
            1000,
            50,
            (Bound("d.fake", low=0.997), Bound("modes", high=0)),
            24,
            24,
        ),
        Preset(
            "momentum",
            Settings().with_changes(_MOMENTUM),
            3000,
            100,
            (Bound("high_quality", high=0.5),),
            8,
            8,
        ),
        Preset(
            "patient-a",
            Settings().with_changes(_SLOW),
            1500,
            50,
            (Bound("high_quality", high=0.1), Bound("hops", high=0)),
            8,
            8,
        ),
        Preset(
            "patient-b",
            Settings().with_changes(_FROZEN),
            2000,
            50,
            (Bound("dominance", low=0.6), Bound("hops", high=15), Bound("modes", high=1)),
            8,
            8,
        ),
        Preset(
            "patient-c", Settings().with_changes(_ARRIVED), 2000, 50, (Bound("modes", low=7),), 7, 8
        ),
        Preset(
            "patient-d",
            Settings().with_changes(_RUNAWAY),
            200,
            5,
            (Bound("diverged", low=1),),
            8,
            8,
        ),
        Preset(
            "patient-e",
            Settings().with_changes(_SATURATE | {"seed": 7}),
            300,
            20,
            (Bound("w1", low=5),),
            24,
            24,
        ),
        Preset(
            "gauge-clip",
            Settings().with_changes(_GAUGE | _CLIPPED),
            400,
            20,
            (Bound("d.gap", 0.008, 0.011), Bound("w1", 3.5, 4.5)),
            8,
            8,
        ),
        Preset(
            "gauge-penalty",
            Settings().with_changes(_GAUGE | _PENALISED),
            400,
            20,
            (Bound("d.gap", 4.4, 5.4), Bound("w1", 3.5, 4.5)),
            8,
            8,
        ),
        Preset(
            "flee",
            Settings().with_changes(_FLEE),
            300,
            20,
            (Bound("w1", low=3.4),),
            8,
            8,
        ),
        Preset(
            "ring-clip",
            Settings().with_changes(_ARJOVSKY),
            1000,
            50,
            (Bound("modes", high=1),),
            8,
            8,
        ),
        Preset(
            "ring-penalty",
            Settings().with_changes(_GULRAJANI),
            2000,
            50,
            (Bound("modes", low=7),),
            8,
            8,
        ),
        Preset(
            "best-ring",
            Settings().with_changes(_BEST_RING),
            17_000,
            300,
            (Bound("modes", low=8), Bound("high_quality", low=0.97)),
            10,
            10,
        ),
        Preset(
            "best-grid",
            Settings().with_changes(_BEST_GRID),
            18_000,
            300,
            (Bound("modes", low=25), Bound("high_quality", low=0.96)),
            10,
            10,
        ),
    )
}


ALL_PRESETS: dict[str, Preset[Any]] = {**PRESETS, **IMAGE_PRESETS}
"""Those of GANs in the plane, then those that make pictures."""


def get_preset(key: str, among: Mapping[str, Preset[Any]] = ALL_PRESETS) -> Preset[Any]:
    """Return a preset, of either kind or `among` some.

    Raises
    ------
    SettingsError
        If there is none of this name; it lists the valid ones.
    """
    if key not in among:
        raise SettingsError("unknown-choice", "preset", key, choices=among)
    return among[key]

"""What an ill-meaning, careless or unlucky person may type or send; seeded, so repeatable."""

from __future__ import annotations

import random
from functools import cache

from gan_core.presets import PRESETS
from gan_core.settings import Field, Settings

NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "1e999", "-1e999", "1e-999", "-0", "0", "-1", "1.5", "1e400"),
    *("9" * 400, "-" + "9" * 400, "0." + "0" * 400 + "1", "0x10", "1_000", "1,5", "1e", "e1", "+"),
    *("１２", "٣", "½", "²", "∞", "−3", " 3 ", "3\n", "-3\n", "\t99999999999\n", "3 4", "1" * 5000),
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><b>",
    "&lt;b&gt;",
    "[a](javascript:alert(1))",
    "![a](http://evil.example/x.png)",
    "`` ` ``",
    "# heading\n\n- item",
    "$\\frac{1}{0}$ $$x$$",
    ":material/delete: :red[red]",
    "{field} {value} {0} {0.__class__} %s %d %n",
    "{{7*7}} ${7*7} #{7*7}",
)
COMMANDS = (
    "; rm -rf /",
    "$(reboot)",
    "`id`",
    "| cat /etc/passwd",
    "&& true",
    "' OR 1=1 --",
    "--help",
    "-h",
    "--json",
    "@/etc/passwd",
    "file:///etc/passwd",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "C:\\nul",
    "/dev/stdin",
    "__import__('os').system('true')",
)
ODD = (
    *("", " ", "\x00", "a\x00b", "\x1b[2J\x1b]0;x\x07", "\r\n", "\u2028\u2029\x85", "\ufeff"),
    *(
        "\u202eevil\u202c",
        "\u200b\u200d",
        "e\u0301" * 50,
        "\U0001f40d" * 20,
        "가나다",
        "ÿ",
        "\ud800",
    ),
    *(
        "None",
        "null",
        "true",
        "False",
        "[]",
        "{}",
        '{"a": 1}',
        "()",
        "x" * 10_000,
        "=",
        "==",
        "a=b",
    ),
    *("%", "%00", "%zz", "%e0%80%af", "%25%32%35", "+", "&", "#", "?", "a&b=c", "\\", "\\u0000"),
)
POINTS = (
    *("1,1;", ";;;", ",", "1,", "1,1,1,1", "nan,nan", "inf,0", "1e999,0", "0,0,-1", "0,0,0"),
    *(
        "0,0;" * 3000,
        "11,0",
        "0,0,1e9",
        "a,b",
        "1 1 1 1",
        "1;1",
        "0,0\n1,1",
        "１,１",
        "0x1,1",
        "1,,1",
    ),
    *("0,0,nan", "--1,0", "1e1e1,0", "0,0;" + "1" * 5000 + ",0", "0,0;<b>", "∞,0", "\x00,0"),
)
NAMES = (
    *("", ".", "..", "data.", ".data", "data..radius", "data.radius.real", "Data.Radius", "DATA"),
    *(
        "__class__",
        "data.__class__",
        "data.__dict__",
        "model_config",
        "data.key",
        "data.model_fields",
    ),
    *("__init__.__globals__", "flat", "fields", "lr", "width", "layers", "activation", "half_life"),
    *(
        "data[0]",
        "data/radius",
        "data:radius",
        "data radius",
        "optimizer.lr",
        "g_optimizer",
        "preset",
    ),
    *(
        "lang",
        "generator",
        "generator.",
        "run",
        "token",
        "d_optimizer.lr ",
        " seed",
        "seed\n",
        "시드",
    ),
)
RUBBISH = NUMBERS + MARKUP + COMMANDS + ODD + POINTS


@cache
def universe() -> dict[str, tuple[Field, ...]]:
    """Every field that some settings have, by path; one per piece that has it."""
    found: dict[str, dict[str, Field]] = {}
    start = Settings()
    for chosen in start.fields():
        for key in chosen.choices or (None,):
            settings = start if key is None else start.with_changes({chosen.path: key})
            for field in settings.fields():
                found.setdefault(field.path, {})[field.piece] = field
    return {path: tuple(fields.values()) for path, fields in found.items()}


def valid(rng: random.Random, path: str) -> str:
    """A value that the field takes, more often than not one at its end."""
    field = rng.choice(universe()[path])
    if field.kind == "choice":
        return rng.choice(field.choices)
    if field.kind == "text":
        return rng.choice(("0,0", "10,10;-10,-10", "0,0,0.001;1,1,1000", "0,0;0,0;0,0"))
    between = rng.uniform(field.low, field.high)
    value = rng.choice((field.low, field.high, between))
    if path in ("pretrain", "generator.width", "discriminator.width", "batch"):
        value = min(value, 24)  # extreme ones are long at work: the slow test has them
    return str(int(value)) if field.kind == "int" else repr(float(value))


def pair(rng: random.Random, *, sound: float = 0.3) -> tuple[str, str]:
    """One name and one value; with a probability of `sound` nothing is wrong with them."""
    path = rng.choice(tuple(universe()))
    fate = rng.random()
    if fate < sound:
        return path, valid(rng, path)
    if fate < 0.85:
        return path, rng.choice(RUBBISH)
    return rng.choice(NAMES + MARKUP + ODD), rng.choice((*RUBBISH, valid(rng, path)))


def changes(rng: random.Random) -> list[tuple[str, str]]:
    """Some names and values; a name may come twice."""
    if rng.random() < 0.06:  # all of it valid: what is extreme, and how it goes together
        return [
            (path, valid(rng, path)) for path in rng.sample(tuple(universe()), rng.randint(1, 6))
        ]
    found = [pair(rng) for _ in range(rng.randint(1, 4))]
    return found + (found[:1] if rng.random() < 0.1 else [])


def preset(rng: random.Random) -> str:
    """The name of a preset, or nonsense."""
    return rng.choice((*PRESETS, *PRESETS, "nope", "", "\x00", "../healthy", "HEALTHY", "x" * 5000))

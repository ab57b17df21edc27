"""The command line: ``python -m gan_core run | code | presets | show``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from gan_core.device import DEVICES, choose_device
from gan_core.images.data import DataUnavailableError
from gan_core.images.settings import AnySettings, ImageSettings
from gan_core.presets import ALL_PRESETS, get_preset
from gan_core.saved import read_label
from gan_core.script import LANGUAGES, NoCodeError, notebook, script
from gan_core.settings import SettingsError, one_line

MOST_STEPS = 10_000_000
MOST_THREADS = 256
CONTINUE = 1000
"""Iterations that a checkpoint goes on for, unless it is said."""


class FileError(Exception):
    """A file, or a device, that cannot be had."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {one_line(message)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="gan_core", description="Train a GAN and say what came of it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="train from a preset and report")
    _add_experiment(run)
    run.add_argument("--device", choices=DEVICES, default="auto", help="where to compute")
    run.add_argument(
        "--threads",
        metavar="N",
        help="of the CPU (default: one, which is fastest on a busy machine); more, other bits",
    )
    run.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    run.add_argument("--save", metavar="FILE", type=Path, help="write a checkpoint at the end")
    run.add_argument(
        "--from",
        dest="start",
        metavar="FILE",
        type=Path,
        help="go on from a checkpoint, instead of a preset, up to --steps iterations in all",
    )

    code = commands.add_parser("code", help="print it as a PyTorch program of its own")
    _add_experiment(code)
    code.add_argument("--notebook", action="store_true", help="as a Jupyter notebook")
    code.add_argument("--language", choices=LANGUAGES, default="en", help="of the notebook's prose")

    presets = commands.add_parser("presets", help="list the presets")
    presets.add_argument("--json", action="store_true", help="as JSON")

    show = commands.add_parser("show", help="print a preset's settings as JSON")
    show.add_argument("preset", metavar="PRESET")
    return parser


def _add_experiment(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which experiment is meant."""
    parser.add_argument("--preset", default="healthy", metavar="NAME", help="where to start from")
    parser.add_argument(
        "--set",
        action="extend",
        nargs="+",
        default=[],
        metavar="FIELD=VALUE",
        help="change a setting, e.g. d_optimizer.lr=1e-4 (`show PRESET` lists them)",
    )
    parser.add_argument("--seed", metavar="N", help="the seed; another one is another run")
    parser.add_argument("--steps", metavar="N", help="iterations (default: the preset's)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code (2: wrong input)."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "presets":
            return _presets(as_json=options.json)
        if options.command == "show":
            print(json.dumps(get_preset(options.preset).settings.flat(), indent=2))
            return 0
        return _code(options) if options.command == "code" else _run(options)
    except (SettingsError, NoCodeError, FileError) as error:
        print(f"gan_core: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gan_core: stopped", file=sys.stderr)
        return 130


def _presets(*, as_json: bool) -> int:
    rows = [
        {
            "preset": preset.key,
            "steps": preset.steps,
            "seed": preset.settings.seed,
            "shown": preset.shown,
            "of": preset.of,
            "settings": preset.settings.flat(),
        }
        for preset in ALL_PRESETS.values()
    ]
    if as_json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(
                f"{row['preset']:<13} {row['steps']:>5} steps, {row['shown']} of {row['of']} seeds"
            )
    return 0


def _changes(pairs: Sequence[str]) -> dict[str, str]:
    changes = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise SettingsError("not-settings", "--set", f"{pair!r} (FIELD=VALUE is wanted)")
        changes[name] = value
    return changes


def _steps(text: str | None, default: int) -> int:
    return _whole("--steps", text, default, 0, MOST_STEPS)


def _whole(name: str, text: str | None, default: int, low: int, high: int) -> int:
    """Return an option's whole number."""
    if text is None:
        return default
    try:
        number = int(text) if len(text) < 20 else high + 1
    except ValueError:
        raise SettingsError("not-an-integer", name, text) from None
    if number < low:
        raise SettingsError("too-small", name, text, bound=low)
    if number > high:
        raise SettingsError("too-large", name, text[:20], bound=high)
    return number


def _experiment(options: argparse.Namespace) -> tuple[AnySettings, int]:
    """Return the settings and the iterations that are meant."""
    preset = get_preset(options.preset)
    return preset.open(_all_changes(options)), _steps(options.steps, preset.steps)


def _all_changes(options: argparse.Namespace) -> dict[str, str]:
    seed = {} if options.seed is None else {"seed": options.seed}
    return _changes(options.set) | seed


def _run(options: argparse.Namespace) -> int:
    if options.save and not options.save.parent.is_dir():
        raise FileError(f"--save: there is no folder {options.save.parent}")
    if options.start is None:
        return _train(options, *_experiment(options))
    try:
        state = options.start.read_bytes()
        label = read_label(state)
    except (OSError, ValueError) as error:
        raise FileError(f"--from: {one_line(str(error))}") from error
    settings = label.settings.with_changes(_all_changes(options))
    steps = _steps(options.steps, label.iteration + CONTINUE)
    return _train(options, settings, steps, state)


def _code(options: argparse.Namespace) -> int:
    settings, steps = _experiment(options)
    if isinstance(settings, ImageSettings):
        raise NoCodeError("images", settings.images.key)
    if options.notebook:
        print(notebook(settings, steps, options.language, options.preset))
    else:
        print(script(settings, steps, options.preset), end="")
    return 0


def _train(
    options: argparse.Namespace, settings: AnySettings, steps: int, state: bytes = b""
) -> int:
    # Threads that wait for each other spin, and keep each other from their cores, unless told so
    # before PyTorch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch  # only now: listing presets must not wait for it
    from tqdm import tqdm

    from gan_core.images.run import experiment_of, play_any

    torch.set_num_threads(_whole("--threads", options.threads, 1, 1, MOST_THREADS))
    try:
        if isinstance(settings, ImageSettings):
            _fetch(settings)
        device = choose_device(options.device, settings)
        experiment = experiment_of(settings, device, state)
    except (ValueError, DataUnavailableError) as error:  # no GPU, or a damaged checkpoint
        raise FileError(one_line(str(error))) from error
    if experiment.settings != settings:
        experiment.change(settings)
    total = steps - experiment.iteration
    with tqdm(total=total, unit="it", disable=None, leave=False) as bar:
        outcome = play_any(experiment, steps, bar.update)
    if options.save:
        _save(options.save, experiment.state())
    report = outcome.as_json()
    if isinstance(settings, ImageSettings):
        report |= {"seed": settings.seed, "pictures": settings.images.load().sha256}
    if options.json:
        print(json.dumps(report))
    else:
        _print_report(report)
    return 0  # a run that diverged is a result, not an error


def _fetch(settings: ImageSettings) -> None:
    """Bring the pictures to this machine, if they are not there."""
    if settings.images.here:
        return
    from tqdm import tqdm

    with tqdm(unit="B", unit_scale=True, disable=None, leave=False) as bar:

        def tell(so_far: int, total: int) -> None:
            bar.total = total
            bar.update(so_far - bar.n)

        settings.images.fetch(tell)


def _save(file: Path, state: bytes) -> None:
    try:
        file.write_bytes(state)
    except OSError as error:
        raise FileError(f"--save: {one_line(str(error))}") from error


def _print_report(report: dict[str, object]) -> None:
    for name, value in report.items():
        if isinstance(value, dict):
            for inner, number in value.items():
                print(f"{name}.{inner:<16} {'–' if number is None else number}")
        else:
            print(f"{name:<18} {value}")


if __name__ == "__main__":
    sys.exit(main())

"""Count in how many seeds each preset shows what it promises.

``python dev.py bench presets [--seeds N] [--json]``: runs every preset from seeds 0..N−1 (as
many as it names) and counts. These are what `gan_core.presets` and the pages quote.
"""

from __future__ import annotations

import argparse
import json
import sys

import torch

from gan_core.presets import PRESETS
from gan_core.run import run


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, help="instead of as many as the preset names")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    report, said_otherwise = {}, False
    for preset in PRESETS.values():
        rows = []
        for seed in range(options.seeds or preset.of):
            found = run(preset.open({"seed": seed}), preset.steps)
            held = all(bound.holds(found.numbers) for bound in preset.outcome)
            shown = {
                bound.metric: round(found.numbers[bound.metric], 3) for bound in preset.outcome
            }
            rows.append({"seed": seed, "held": held, **shown})
            print(preset.key, rows[-1], f"{found.seconds:.1f} s", file=sys.stderr)
        held = sum(row["held"] for row in rows)
        report[preset.key] = {"held": held, "of": len(rows), "runs": rows}
        said_otherwise |= len(rows) == preset.of and held != preset.shown
        if not options.json:
            print(f"{preset.key:<10} {held} of {len(rows)} seeds")
    if options.json:
        print(json.dumps(report))
    if said_otherwise:
        sys.exit("gan_core.presets and the pages quote other counts: correct them")


if __name__ == "__main__":
    main()

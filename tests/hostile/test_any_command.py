"""The command line: a result and 0, or one clear line and 2; never a traceback."""

import contextlib
import io
import json
import random
import subprocess
import sys

import pytest

from gan_core.__main__ import main
from tests.hostile.inputs import RUBBISH, changes, preset

CASES = 1000
LONGEST = 1500


def arguments(rng):
    """A command as somebody may type it."""
    asked = ["run", "--json", "--steps", str(rng.randint(0, 2))]
    if rng.random() < 0.3:
        asked += ["--preset", preset(rng)]
    if rng.random() < 0.2:
        asked += ["--seed", rng.choice(RUBBISH)]
    if rng.random() < 0.1:
        asked[3] = rng.choice([text for text in RUBBISH if not text.strip().isdigit()])
    if rng.random() < 0.05:
        asked += [rng.choice(RUBBISH)]
    pairs = [f"{name}={value}" for name, value in changes(rng)]
    return [*asked, *(["--set", *pairs] if rng.random() < 0.95 else pairs)]


def run(asked):
    """Return exit code, output and error output of the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(asked)
        except SystemExit as leave:
            code = leave.code
    return code, out.getvalue(), err.getvalue()


def judge(asked, code, out, err):
    """Hold what came of a command to the promise; return whether it was a result."""
    shown = [text[:80] for text in asked]
    if code == 0 and out.startswith("usage:"):
        return False  # --help was among it
    if code == 0:
        report = json.loads(out.splitlines()[-1])
        assert report["status"] in ("ok", "diverged"), shown
        assert 0 <= report["step"] <= 2, shown
        assert not [v for v in report["metrics"].values() if isinstance(v, float) and v != v]
        return True
    assert code == 2, (shown, code, err)
    assert out == "", shown
    lines = err.splitlines()
    assert len(lines) == 1, (shown, lines)
    assert "Traceback" not in err, shown
    assert len(err) < LONGEST, (shown, len(err))
    return False


@pytest.mark.parametrize("part", range(20))
def test_a_thousand_commands(part):
    rng = random.Random(2000 + part)
    for _ in range(CASES // 20):
        asked = arguments(rng)
        judge(asked, *run(asked))


def test_some_of_them_are_results():
    rng = random.Random(7)
    found = [arguments(rng) for _ in range(60)]
    assert sum(judge(asked, *run(asked)) for asked in found) >= 2


@pytest.mark.parametrize("extra", ["presets", "show", "run"])
def test_every_command_takes_rubbish(extra):
    for text in RUBBISH:
        if text == "--json":
            continue  # that is a good one
        asked = [extra, text]
        judge(asked, *run(asked))


SHELL = [
    ["--set", "data.radius=$(reboot)"],
    ["--set", "data.radius=\ud800\udcff"],
    ["--set", "\udcff=\udcfe"],
    ["--set", "data=points", "data.points=<script>\n;;"],
    ["--set", "seed=-5\n", "--steps", "1"],
    ["--seed", "nan"],
    ["--steps", "1e9"],
    ["--preset", "../../etc/passwd"],
    ["--set", "x" * 100_000 + "=1"],
    ["--set", "seed=" + "9" * 100_000],
    ["--set", "data=points", "data.points=0,0;5,5", "batch=4", "pack=4", "instance_noise=1"],
    ["--set", "game=wasserstein", "g_optimizer=sgd", "g_optimizer.lr=1", "d_optimizer=sgd"],
]


START = ("run", "--json", "--steps", "2")


@pytest.mark.parametrize("more", SHELL, ids=range(len(SHELL)))
def test_a_real_process(more):
    asked = [part.encode("utf-8", "surrogatepass") for part in (*START, *more)]
    command = [sys.executable.encode(), b"-m", b"gan_core", *asked]
    done = subprocess.run(command, capture_output=True, timeout=100, check=False)
    judge(more, done.returncode, done.stdout.decode(), done.stderr.decode())

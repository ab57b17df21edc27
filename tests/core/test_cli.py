"""The command line, as a user types it."""

import json
import subprocess
import sys

import pytest

from gan_core.__main__ import main
from gan_core.presets import ALL_PRESETS, PRESETS

METRICS = {"modes", "captured", "high_quality", "reverse_kl", "js", "w1"}
METRICS |= {"hops", "visited", "dominance", "js_floor", "w1_floor"}


def run(*arguments):
    command = [sys.executable, "-m", "gan_core", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_run_reports_one_json_object_on_the_last_line():
    done = run("run", "--preset", "healthy", "--steps", "200", "--seed", "3", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["status"] == "ok"
    assert report["step"] == 200
    assert report["seconds"] > 0
    assert report["steps_per_second"] == pytest.approx(200 / report["seconds"], rel=0.05)
    assert report["metrics"].keys() >= METRICS
    assert report["d"].keys() == {"real", "fake", "accuracy"}
    assert 0 <= report["d"]["accuracy"] <= 1
    assert done.stderr == ""  # no progress bar where nobody looks


def test_the_same_run_twice_gives_the_same_numbers(capsys):
    reports = []
    for _ in range(2):
        assert main(["run", "--steps", "60", "--json", "--set", "game=minimax", "batch=32"]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0]["metrics"] == reports[1]["metrics"]
    assert reports[0]["d"] == reports[1]["d"]


def test_a_diverged_run_is_a_result(capsys):
    wild = ["g_optimizer=sgd", "g_optimizer.lr=1", "d_optimizer=sgd", "d_optimizer.lr=1"]
    assert main(["run", "--json", "--set", "game=wasserstein", "--set", *wild]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["status"] == "diverged"
    assert report["metrics"]["js"] is None
    assert report["step"] < PRESETS["healthy"].steps


def test_zero_steps_measure_the_untrained_generator(capsys):
    assert main(["run", "--steps", "0", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["step"] == 0
    assert report["metrics"]["modes"] == 0
    assert report["d"]["real"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--preset", "heathy"], "healthy, saturate, hop"),
        (["show", "nope"], "healthy, saturate, hop"),
        (["run", "--set", "data.radius=99"], "the most is 5"),
        (["run", "--set", "colour=red"], "there is no field 'colour'"),
        (["run", "--set", "novalue"], "FIELD=VALUE"),
        (["run", "--set", "=3"], "FIELD=VALUE"),
        (["run", "--seed", "-1"], "the least is 0"),
        (["run", "--seed", "x"], "not a number"),
        (["run", "--steps", "1e3"], "not a whole number"),
        (["run", "--steps", "-5"], "the least is 0"),
        (["run", "--steps", "9" * 20], "too large"),
        (["run", "--steps", "٣x"], "not a whole number"),
        (["run", "--steps=+-5"], "not a whole number"),
        (["run", "--steps=--5"], "not a whole number"),
        (["run", "--steps", "7" * 5000], "too large"),
        (["run", "--threads", "0"], "the least is 1"),
        (["run", "--preset", "digits-8x8", "--set", "data=ring"], "there is no field 'data'"),
        (["run", "--preset", "digits-8x8", "--set", "constraint=weight-clipping"], "valid: none, "),
        (["code", "--preset", "digits-8x8"], "has no code yet"),
        (["fly"], "invalid choice"),
        ([], "required"),
        (["run", "--fast"], "--fast"),
    ],
)
def test_wrong_input_is_one_clear_line_and_code_two(arguments, says, capsys):
    try:
        code = main(arguments)
    except SystemExit as leave:
        code = leave.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert says in err
    assert len(err.strip().splitlines()) == 1


def test_presets_and_show_agree(capsys):
    assert main(["presets", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["preset"] for row in rows] == list(ALL_PRESETS)
    for row in rows:
        assert main(["show", row["preset"]]) == 0
        assert json.loads(capsys.readouterr().out) == row["settings"]


def test_listing_presets_does_not_wait_for_torch():
    code = (
        "import sys, gan_core.__main__ as m; m.main(['presets']); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True)


def test_a_run_in_two_parts_is_the_run_in_one(tmp_path, capsys):
    file = tmp_path / "half.safetensors"
    small = ["--json", "--seed", "5", "--set", "batch=32"]
    reports = []
    for more in (
        ["--steps", "90", *small],
        ["--steps", "40", "--save", str(file), *small],
        ["--from", str(file), "--steps", "90", "--json"],
    ):
        assert main(["run", *more]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[2]["metrics"] == reports[0]["metrics"]
    assert reports[1]["metrics"] != reports[0]["metrics"]
    assert [report["step"] for report in reports] == [90, 40, 90]


def test_a_checkpoint_goes_on_under_other_settings(tmp_path, capsys):
    file = tmp_path / "run.safetensors"
    assert main(["run", "--steps", "20", "--set", "batch=32", "--save", str(file)]) == 0
    assert main(["run", "--from", str(file), "--set", "d_optimizer.lr=1e-4", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["step"] == 20 + 1000


@pytest.mark.parametrize("content", [None, b"", b"x" * 100, b"\x10" + b"\x00" * 7 + b"{}" * 8])
def test_a_file_that_is_no_checkpoint_is_one_line(tmp_path, capsys, content):
    file = tmp_path / "bad.safetensors"
    if content is not None:
        file.write_bytes(content)
    assert main(["run", "--from", str(file)]) == 2
    said = capsys.readouterr().err
    assert "--from" in said
    assert len(said.splitlines()) == 1


def test_a_damaged_checkpoint_is_one_line(tmp_path, capsys):
    file = tmp_path / "run.safetensors"
    assert main(["run", "--steps", "5", "--set", "batch=32", "--save", str(file)]) == 0
    file.write_bytes(file.read_bytes()[:-50])
    capsys.readouterr()
    assert main(["run", "--from", str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_folder_that_is_not_there_is_named_before_the_training(tmp_path, capsys):
    missing = tmp_path / "no" / "run.safetensors"
    assert main(["run", "--steps", "10000000", "--save", str(missing)]) == 2
    assert str(missing.parent) in capsys.readouterr().err

import ast
import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dev

PIN = "torch==2.13.0"
CPU = "torch==2.13.0+cpu"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """An empty repository with requirement files and a .venv that only looks like one."""
    (tmp_path / "requirements.txt").write_text(f"streamlit==1\n{PIN}\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9\n")
    venv = tmp_path / ".venv"
    venv.mkdir()
    for name, value in {
        "ROOT": tmp_path,
        "VENV": venv,
        "PYTHON": sys.executable,
        "STAMP": venv / "set-up.json",
        "UNFINISHED": venv / "unfinished",
        "LOG": tmp_path / ".setup.log",
        "LOCK": tmp_path / ".setup.lock",
    }.items():
        monkeypatch.setattr(dev, name, value)
    monkeypatch.delenv("GAN_TORCH_SPEC", raising=False)
    return tmp_path


@pytest.fixture
def installs(house, monkeypatch):
    """What would be installed, instead of installing it."""
    assert house == dev.ROOT
    calls = []
    monkeypatch.setattr(dev, "pip", lambda what, attempts, _: calls.append((what, attempts)))
    monkeypatch.setattr(dev, "make_venv", lambda _: calls.append(("venv", [])))
    monkeypatch.setattr(
        dev, "venv_answer", lambda code: {dev.ASK_VERSION: dev.VERSION}.get(code, "")
    )
    return calls


class TestTorch:
    def test_linux_without_a_gpu_gets_the_cpu_build_and_the_index_only_as_second_try(self):
        first, second = dev.torch_attempts(PIN, "Linux", "x86_64", False, "")
        assert first == [CPU]
        assert second[0] == CPU
        assert second[1] == "--extra-index-url"

    @pytest.mark.parametrize(
        ("system", "machine", "nvidia"),
        [
            ("Linux", "x86_64", True),
            ("Linux", "aarch64", False),
            ("Darwin", "arm64", False),
            ("Windows", "AMD64", False),
        ],
    )
    def test_elsewhere_the_plain_pin(self, system, machine, nvidia):
        assert dev.torch_attempts(PIN, system, machine, nvidia, "") == [[PIN]]

    def test_a_wish_wins_everywhere(self):
        for system, nvidia in (("Linux", False), ("Windows", True)):
            (attempt,) = dev.torch_attempts(PIN, system, "x86_64", nvidia, f"{PIN} --no-deps")
            assert attempt[:2] == [PIN, "--no-deps"]

    def test_the_real_requirements_pin_torch(self):
        lines = (Path(dev.__file__).parent / dev.RUN_FILE).read_text("utf-8").splitlines()
        assert PIN in lines


class TestStamp:
    def test_fingerprint_follows_the_words_not_the_line_ends(self, house):
        before = dev.fingerprint("requirements.txt")
        (house / "requirements.txt").write_bytes(b"streamlit==1\r\n" + PIN.encode() + b"\r\n")
        assert dev.fingerprint("requirements.txt") == before
        (house / "requirements.txt").write_text("streamlit==2\n")
        assert dev.fingerprint("requirements.txt") != before

    @pytest.mark.parametrize("text", ["", "{", '{"python": "2.7.18"}'])
    def test_unreadable_or_foreign_stamp_counts_as_nothing(self, house, text):
        (house / ".venv/set-up.json").write_text(text)
        assert dev.read_stamp() == {}

    def test_a_second_set_up_does_nothing(self, installs):
        dev.ensure(dev.RUN_FILE, dev.DEV_FILE)
        assert [what for what, _ in installs] == ["PyTorch", "The libraries"]
        installs.clear()
        dev.ensure(dev.RUN_FILE, dev.DEV_FILE)
        dev.ensure(dev.RUN_FILE)
        assert installs == []

    def test_the_app_does_not_need_the_tools_of_the_tests(self, installs):
        dev.ensure(dev.RUN_FILE)
        installs.clear()
        dev.ensure(dev.RUN_FILE, dev.DEV_FILE)
        assert [what for what, _ in installs] == ["PyTorch", "The libraries"]

    def test_a_changed_requirement_is_installed(self, house, installs):
        dev.ensure(dev.RUN_FILE)
        installs.clear()
        (house / "requirements.txt").write_text(f"streamlit==2\n{PIN}\n")
        dev.ensure(dev.RUN_FILE)
        assert installs[-1] == ("The libraries", [[f"-r{house / 'requirements.txt'}"]])

    def test_a_set_up_that_was_cut_off_starts_afresh(self, house, installs):
        dev.ensure(dev.RUN_FILE)
        installs.clear()
        (house / ".venv/unfinished").touch()
        dev.ensure(dev.RUN_FILE)
        assert installs[0][0] == "venv"
        assert not (house / ".venv/unfinished").exists()

    def test_a_failed_install_is_one_line_and_leaves_no_stamp(self, house, monkeypatch):
        monkeypatch.setattr(dev, "venv_answer", lambda _: dev.VERSION)

        def fail(_command, _lock=0):
            dev.LOG.write_text("Looking in indexes\nERROR: No matching distribution found.\n")
            return 1

        monkeypatch.setattr(dev, "run_logged", fail)
        with pytest.raises(dev.DevError, match="No matching distribution found") as caught:
            dev.ensure(dev.RUN_FILE)
        assert "\n" not in str(caught.value)
        assert not (house / ".venv/set-up.json").exists()
        assert not (house / ".venv/unfinished").exists()  # the next run goes on from here

    def test_a_wish_for_another_torch_is_installed_once(self, house, installs, monkeypatch):
        dev.ensure(dev.RUN_FILE)
        installs.clear()
        monkeypatch.setenv("GAN_TORCH_SPEC", PIN)
        dev.ensure(dev.RUN_FILE)
        dev.ensure(dev.RUN_FILE)
        assert installs[0] == ("PyTorch", [[PIN, "--force-reinstall"]])
        assert len(installs) == 2
        assert json.loads((house / ".venv/set-up.json").read_text())["torch"] == PIN


class TestPort:
    def test_a_taken_port_gives_the_next_free_one(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            taken = holder.getsockname()[1]
            assert taken < dev.free_port(taken, "127.0.0.1") <= taken + 20

    def test_a_free_port_is_kept(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        assert dev.free_port(port, "localhost") == port

    @pytest.mark.parametrize("port", [65536, 10**9])
    def test_an_impossible_port_is_refused(self, port):
        with pytest.raises(dev.DevError, match=str(port)):
            dev.free_port(port, "localhost")


class TestCommandLine:
    def test_app_keeps_its_own_options_and_passes_on_the_rest(self):
        options, extra = dev.parse(["app", "--lan", "--port", "9000", "--theme.base", "dark"])
        assert (options.act, options.lan, options.port) == (dev.app, True, 9000)
        assert extra == ["--theme.base", "dark"]

    def test_app_serves_this_computer_only_unless_told(self):
        options, extra = dev.parse(["app"])
        assert (options.lan, options.port, extra) == (False, 8501, [])

    def test_test_passes_pytest_arguments_on(self):
        options, extra = dev.parse(["test", "-k", "foo", "--slow", "-x"])
        assert options.slow
        assert extra == ["-k", "foo", "-x"]

    def test_bench_takes_a_name_and_passes_the_rest_on(self):
        options, extra = dev.parse(["bench", "throughput", "--json"])
        assert (options.name, extra) == ("throughput", ["--json"])

    @pytest.mark.parametrize("words", [[], ["fly"], ["setup", "--lan"], ["app", "--port", "x"]])
    def test_nonsense_ends_with_code_2(self, words, capsys):
        with pytest.raises(SystemExit) as caught:
            dev.parse(words)
        assert caught.value.code == 2
        assert "dev.py" in capsys.readouterr().err

    def test_an_unknown_benchmark_names_the_known_ones(self, house, capsys):
        (house / "benchmarks").mkdir()
        (house / "benchmarks/throughput.py").touch()
        assert dev.main(["bench", "warp"]) == 1
        assert "there are: throughput" in capsys.readouterr().err

    def test_a_benchmark_of_two_words_is_written_with_a_dash(self, house, monkeypatch):
        (house / "benchmarks").mkdir()
        (house / "benchmarks/two_words.py").touch()
        ran = []
        monkeypatch.setattr(dev, "ensure", lambda *_: None)
        monkeypatch.setattr(dev, "run", lambda command: ran.append(command) or 0)
        assert dev.main(["bench", "two-words", "--json"]) == 0
        assert ran == [[dev.PYTHON, "-m", "benchmarks.two_words", "--json"]]


@pytest.mark.usefixtures("house")
def test_parts_all_run_and_one_failure_counts(capsys):
    good, bad, no_tests = ([sys.executable, "-c", f"exit({code})"] for code in (0, 1, 5))
    assert dev.run_parts({"a": [good], "pytest": [no_tests], "c": []}) == 0
    assert dev.run_parts({"a": [bad], "b": [good]}) == 1
    assert dev.run_parts({"a": [no_tests]}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith("b ")] == [["b", "ok"]]
    assert any("FAILED" in line for line in lines)


@pytest.mark.usefixtures("house")
def test_a_command_that_talks_into_the_log():
    assert dev.run_logged([sys.executable, "-c", "print('hello'); exit(3)"]) == 3
    assert dev.LOG.read_text().strip() == "hello"


def test_browser_comes_from_the_variable_first(monkeypatch):
    monkeypatch.setenv("GAN_BROWSER", sys.executable)
    assert Path(dev.find_browser()) == Path(sys.executable)


def test_older_pythons_can_parse_it_and_get_a_clear_word():
    source = Path(dev.__file__).read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    guard = next(n for n in tree.body if isinstance(n, ast.If) and "version_info" in ast.dump(n))
    first_def = next(n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef))
    assert guard.lineno < first_def.lineno
    pretend = f"import sys; sys.version_info = (3, 8); sys.version = '3.8.1 (old)'\n{source}"
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == "GAN Classroom needs Python 3.11 or newer; this is 3.8.1."


@pytest.mark.skipif(sys.platform == "win32", reason="no flock there")
def test_a_second_set_up_waits_for_the_first(installs):
    import fcntl
    import threading

    with dev.LOCK.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        second = threading.Thread(target=dev.ensure, args=(dev.RUN_FILE,), daemon=True)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert installs == []
        with contextlib.suppress(OSError):
            fcntl.flock(holder, fcntl.LOCK_UN)
        second.join(10)
    assert [what for what, _ in installs] == ["PyTorch", "The libraries"]


@pytest.mark.parametrize(
    ("environment", "system", "terminal", "expected"),
    [
        ({}, "linux", True, False),
        ({"DISPLAY": ":0"}, "linux", True, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True, True),
        ({"DISPLAY": ":0"}, "linux", False, False),
        ({}, "darwin", True, True),
        ({}, "win32", False, False),
    ],
)
def test_a_browser_opens_only_where_somebody_sits(environment, system, terminal, expected):
    assert dev.has_screen(environment, system, terminal) is expected

"""GAN Classroom on a fresh machine, with nothing but Python 3.11 or newer.

    python dev.py app          open the classroom (--lan: for the whole network; --port N)
    python dev.py test         every check; with pytest arguments (-k NAME) only those tests
    python dev.py lint --fix   style, types and import rules; repairs what can be repaired
    python dev.py bench NAME   one benchmark, e.g. throughput --json
    python dev.py train-assets the trained runs and classifiers in assets, each with its card

Each prepares .venv first if need be. Standard library only, in a syntax that older Pythons
still parse, so that they get a clear word instead of a SyntaxError.
"""

import argparse
import contextlib
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - for those who start it with an old one
    sys.exit(f"GAN Classroom needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
if sys.platform != "win32":
    import fcntl

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(SCRIPTS / ("python.exe" if os.name == "nt" else "python"))
STAMP = VENV / "set-up.json"  # what .venv holds; written last
UNFINISHED = VENV / "unfinished"  # there while a set-up works: one found later was cut off
LOG, LOCK = ROOT / ".setup.log", ROOT / ".setup.lock"
TRAINED = {  # presets whose trained runs are in assets/checkpoints, and how they are trained
    "healthy": [],
    "on-a-line": [],
    "digits-8x8": ["--threads", "1", "--steps", "5000"],
    "mnist-dcgan": ["--threads", "1", "--steps", "6000"],
    "mnist-cgan": ["--threads", "1", "--steps", "5000"],
    "mnist-wgan-gp": ["--threads", "1", "--steps", "3000"],
    "three-dots": ["--threads", "1"],
    "least-squares-patch": ["--threads", "1"],
}
READ = ("digits-8x8", "mnist")  # pictures whose classifiers are in assets/classifiers
RUN_FILE, DEV_FILE = "requirements.txt", "requirements-dev.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
VERSION = platform.python_version()
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
ASK_VERSION = "import pip, platform; print(platform.python_version())"
ASK_TORCH = "import importlib.metadata as m; print(m.version('torch'))"
ASK_NODE = "import playwright._impl._driver as d; print(d.compute_driver_executable()[0])"
ASK_BROWSER = """from playwright.sync_api import sync_playwright as start
with start() as p: print(p.chromium.executable_path)"""
SERVE = """import click, sys
from streamlit.web.cli import main
try: main(["run", "app.py", *sys.argv[1:]], "streamlit", standalone_mode=False)
except click.Abort: print("GAN Classroom is closed.")
except click.ClickException as error: error.show(); sys.exit(2)"""
Command = list[str]


class DevError(Exception):
    """What went wrong and how to go on, in one line."""


def say(text: str) -> None:
    """Tell the person at the terminal; stdout stays free for results."""
    print(text, file=sys.stderr, flush=True)


def fingerprint(*names: str) -> dict[str, str]:
    """Hash each requirement file; line ends do not count."""
    return {n: hashlib.sha256((ROOT / n).read_text("utf-8").encode()).hexdigest() for n in names}


def read_stamp() -> dict[str, str]:
    """Read what .venv holds; empty if that is unknown or it was made for another Python."""
    stamp: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        stamp = json.loads(STAMP.read_text("utf-8"))
    usable = os.path.exists(PYTHON) and not UNFINISHED.exists()
    return stamp if usable and stamp.get("python") == VERSION else {}


def torch_attempts(pin: str, system: str, machine: str, nvidia: bool, wish: str) -> list[Command]:
    """Pip arguments to try in turn, so that nobody gets gigabytes of CUDA unasked."""
    if wish:
        return [[*shlex.split(wish), "--force-reinstall"]]
    if system == "Linux" and machine == "x86_64" and not nvidia:
        return [[pin + "+cpu"], [pin + "+cpu", "--extra-index-url", CPU_INDEX]]
    return [[pin]]


def run(command: Command) -> int:
    """Run a command in the repository; on Ctrl-C let it end in its own way first."""
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


def run_logged(command: Command, lock: int = 0) -> int:
    """Run a command with its output in the log; say now and then that it is still at work."""
    # The child holds the lock too: were this process killed, the next set-up waits for the child.
    keep = (lock,) if lock and os.name == "posix" else ()
    started = time.monotonic()
    with LOG.open("w") as log:
        process = subprocess.Popen(command, stdin=-3, stdout=log, stderr=log, pass_fds=keep)
    while True:
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            last = LOG.read_text(errors="replace").rstrip().rpartition("\n")[-1][:70]
            say(f"  still at work after {time.monotonic() - started:.0f} s: {last.strip()}")
        except KeyboardInterrupt:
            process.wait()
            raise


def pip(what: str, attempts: list[Command], lock: int) -> None:
    """Install with the first of the attempts that succeeds."""
    started = time.monotonic()
    install = [PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar=off"]
    for arguments in attempts:
        if run_logged([*install, "--disable-pip-version-check", *arguments], lock) == 0:
            return say(f"  done in {time.monotonic() - started:.0f} s")
    UNFINISHED.unlink()  # pip undoes a failed install by itself
    errors = re.findall(r"^ERROR: (.*?)\.?$", LOG.read_text(errors="replace"), re.MULTILINE)
    raise DevError(
        f"{what} could not be installed: {errors[-1] if errors else 'pip failed'}. "
        f"Check the network, then run the same command again; details: {LOG.name}"
    )


def venv_answer(code: str) -> str:
    """Return what a bit of Python prints in .venv; empty if it fails there."""
    with contextlib.suppress(OSError):
        return subprocess.run([PYTHON, "-c", code], capture_output=True, text=True).stdout.strip()
    return ""


def make_venv(lock: int) -> None:
    """Make .venv from scratch, with the Python that runs this file."""
    say("Making .venv, a place of its own for the libraries (about 10 s).")
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    UNFINISHED.touch()
    base = getattr(sys, "_base_executable", sys.executable)
    if run_logged([base, "-m", "venv", str(VENV)], lock):
        hint = "sudo apt install python3-venv" if shutil.which("apt") else f"see {LOG.name}"
        raise DevError(f"Python could not make a virtual environment; {hint}, then try again")


def install(names: tuple[str, ...], wish: str, lock: int) -> None:
    """Install torch in the build that fits this machine, then the requirement files."""
    pins = re.findall(r"^torch==[\w.]+", (ROOT / RUN_FILE).read_text("utf-8"), re.MULTILINE)
    if wish or "torch==" + venv_answer(ASK_TORCH).split("+")[0] not in pins:
        nvidia = shutil.which("nvidia-smi") is not None
        attempts = torch_attempts(pins[0], platform.system(), platform.machine(), nvidia, wish)
        say(f"Installing PyTorch ({attempts[0][0]}), the biggest piece: 1 to 5 minutes.")
        pip("PyTorch", attempts, lock)
    say(f"Installing the libraries in {' and '.join(names)}: about a minute.")
    pip("The libraries", [[f"-r{ROOT / name}" for name in names]], lock)


def ensure(*names: str) -> None:
    """Bring .venv to what the named requirement files ask for; at once if it is there already."""
    wish = os.environ.get("GAN_TORCH_SPEC", "")
    wanted = {**fingerprint(*names), **({"torch": wish} if wish else {})}
    if wanted.items() <= read_stamp().items():
        return
    say("Preparing .venv (if another set-up is at work in this folder, this one waits for it).")
    with LOCK.open("w") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        stamp = read_stamp()
        if wanted.items() <= stamp.items():  # the set-up that we waited for did it
            return
        if UNFINISHED.exists():
            say("The last set-up was cut off: starting it afresh.")
        if UNFINISHED.exists() or venv_answer(ASK_VERSION) != VERSION:
            make_venv(file.fileno())
        UNFINISHED.touch()
        STAMP.unlink(missing_ok=True)
        install(names, "" if stamp.get("torch") == wish else wish, file.fileno())
        STAMP.write_text(json.dumps({**stamp, "python": VERSION, **wanted}, indent=1), "utf-8")
        UNFINISHED.unlink()
        say("Set-up is complete.")


def free_port(wanted: int, address: str) -> int:
    """Return the first free port from the wanted one upwards (20 tries)."""
    for port in range(max(1, wanted), 65536)[:20]:
        with socket.socket() as probe, contextlib.suppress(OSError):
            if os.name == "posix":  # else a port that was left a moment ago counts as taken
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            return port
    raise DevError(f"no free port from {wanted} upwards; name another one: --port N")


def lan_address() -> str:
    """Return the address under which other computers of this network reach this one."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # UDP: picks the way out, sends nothing
        return str(probe.getsockname()[0])
    return socket.gethostname()


def app(options: argparse.Namespace, extra: Command) -> int:
    """Serve the classroom, to this computer only."""
    ensure(RUN_FILE)
    address, host = ("0.0.0.0", lan_address()) if options.lan else ("localhost", "localhost")
    port = free_port(options.port, address)
    if port != options.port:
        say(f"Port {options.port} is taken: using {port}.")
    if options.lan:
        say(f"Students type this address: http://{host}:{port}")
        say("(Every computer in this network can open it; without --lan only this one can.)")
    say("Starting GAN Classroom; Ctrl-C ends it.")
    where = {"server.address": address, "server.port": str(port), "browser.serverAddress": host}
    if has_screen(dict(os.environ), sys.platform, sys.stdout.isatty()) and not options.lan:
        where["server.headless"] = "false"  # somebody sits here: open the page for them
    flags = [f"--{name}={value}" for name, value in where.items()]
    command = [PYTHON, "-c", SERVE, *flags, *extra]  # streamlit run app.py, with a calm goodbye
    if os.name == "posix":  # become the server: signals reach it without a go-between
        os.chdir(ROOT)
        os.execv(PYTHON, command)
    return run(command)


def has_screen(environment: dict[str, str], system: str, terminal: bool) -> bool:
    """Say whether a person at a desktop has started this."""
    desktop = system in ("win32", "darwin")
    return terminal and (desktop or bool({"DISPLAY", "WAYLAND_DISPLAY"} & environment.keys()))


def find_browser() -> str:
    """Return a Chrome or Chromium of this machine, or the one Playwright brought; '' if none."""
    for name in (os.environ.get("GAN_BROWSER", ""), *BROWSERS):
        if shutil.which(name):
            return str(shutil.which(name))
    return shutil.which(venv_answer(ASK_BROWSER)) or ""


def bring_browser() -> None:
    """Name a browser for the browser tests in GAN_BROWSER; install one if there is none."""
    sudo = [] if getattr(os, "geteuid", lambda: 1)() == 0 else ["sudo", "-n"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    debian = [*apt, "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
    ways = [[*apt, "update"], debian] if all(map(shutil.which, [*sudo[:1], "apt-get"])) else []
    ways.append([PYTHON, "-m", "playwright", "install", "chromium"])
    while not find_browser() and ways:
        say(f"No browser yet for the browser tests: {' '.join(ways[0][-5:])}")
        run_logged(ways.pop(0))
    os.environ["GAN_BROWSER"] = find_browser()
    if not find_browser():
        say("No browser could be had: the browser tests will be skipped.")


def checks(*, fix: bool = False, tests: bool = False) -> dict[str, list[Command]]:
    """Name each check and the commands it takes."""
    repair = ["--fix"] if fix else []
    own = sorted(f"ui/{one.parent.name}/js" for one in (ROOT / "ui").glob("*/js"))
    folders = [*own, "ui/js", "tests/js"]
    scripts = [f for f in folders if any((ROOT / f).glob("*.*js"))]
    oxlint = [[str(SCRIPTS / "oxlint"), "--deny-warnings", *repair, *scripts]] if scripts else []
    cases = [str(case) for case in sorted((ROOT / "tests/js").glob("*.test.mjs"))]
    node = [[venv_answer(ASK_NODE), "--test", *cases]] if tests and cases else []
    return {
        "ruff check": [[PYTHON, "-m", "ruff", "check", *repair]],
        "ruff format": [[PYTHON, "-m", "ruff", "format", *([] if fix else ["--check"])]],
        "mypy": [[PYTHON, "-m", "mypy"]],
        "lint-imports": [[str(SCRIPTS / "lint-imports"), "--no-logo"]],
        "javascript": oxlint + node,
    }


def run_parts(parts: dict[str, list[Command]]) -> int:
    """Run all the parts in order and sum up; return 0 if every one passed."""
    lines, failed = [], False
    for name, commands in parts.items():
        say(f"--- {name}")
        started = time.monotonic()
        good = (0, 5) if "pytest" in name else (0,)  # pytest's 5: no test there
        bad = any([run(command) not in good for command in commands])  # noqa: C419 - every one runs
        failed |= bad
        verdict = "FAILED" if bad else "ok" if commands else "nothing to do"
        lines.append(f"{name:<16}{verdict:<15}{time.monotonic() - started:6.1f} s")
    print("", *lines, sep="\n", flush=True)
    return int(failed)


def test(options: argparse.Namespace, extra: Command) -> int:
    """Run every check, or with pytest arguments only those tests."""
    ensure(RUN_FILE, DEV_FILE)
    bring_browser()
    pytest = [PYTHON, "-m", "pytest", *(["-m", ""] if options.slow else [])]
    if extra:
        return run(pytest + extra)
    parts = checks(tests=True)
    parts["pytest"] = [[*pytest, "--ignore=tests/browser", "-n2", "--dist=loadfile"]]
    # Students wait more than they work: two at a time, each with a server and a browser of its own.
    # Only the mishaps, which have to be over within seconds, happen to one at a time.
    browser = [*pytest, "tests/browser"]
    mishaps = [f"tests/browser/test_{name}.py" for name in ("recovery", "soak", "trouble")]
    ignored = [f"--ignore={file}" for file in mishaps]
    parts["pytest browser"] = [[*browser, *ignored, "-n2", "--dist=loadfile"], [*pytest, *mishaps]]
    return run_parts(parts)


def lint(options: argparse.Namespace, _: Command) -> int:
    """Check style, types and import rules."""
    ensure(RUN_FILE, DEV_FILE)
    return run_parts(checks(fix=options.fix))


def bench(options: argparse.Namespace, extra: Command) -> int:
    """Run one benchmark; the last line of its output is the result."""
    found = sorted((ROOT / "benchmarks").glob("[a-z]*.py"))
    files = {file.stem.replace("_", "-"): file for file in found}
    if options.name not in files:
        raise DevError(f"no benchmark {options.name!r}; there are: {', '.join(files) or 'none'}")
    ensure(RUN_FILE, DEV_FILE)
    if "find_browser" in files[options.name].read_text("utf-8"):
        bring_browser()
    return run([PYTHON, "-m", f"benchmarks.{files[options.name].stem}", *extra])


def train_assets(options: argparse.Namespace, __: Command) -> int:
    """Train the classifiers and the runs (each a preset) that pages open, or only those named."""
    ensure(RUN_FILE, DEV_FILE)
    folder = ROOT / "assets" / "checkpoints"
    assets = ("classifiers", *TRAINED)
    wanted = options.names or assets
    unknown = sorted(set(wanted) - set(assets))
    if unknown:
        raise DevError(f"no asset {', '.join(unknown)}; there are: {', '.join(assets)}")
    for images in READ if "classifiers" in wanted else ():
        code = run([PYTHON, "-m", "gan_core.images.train_classifier", images])
        if code:
            return code
    for preset in [name for name in wanted if name in TRAINED]:
        train = ["-m", "gan_core", "run", "--device", "cpu", "--preset", preset, "--json"]
        train += TRAINED[preset]
        done = subprocess.run(
            [PYTHON, *train, "--save", str(folder / (preset + ".safetensors"))],
            cwd=str(ROOT),
            stdout=subprocess.PIPE,
            check=True,
        )
        card = {"preset": preset, "command": "python " + " ".join(train)}
        card |= json.loads(done.stdout.splitlines()[-1])
        (folder / (preset + ".json")).write_text(json.dumps(card, indent=2) + "\n", "utf-8")
        say(f"{preset}: {card['metrics']}")
    return 0


def setup(_: argparse.Namespace, __: Command) -> int:
    """Prepare .venv for every command; they also do it by themselves."""
    ensure(RUN_FILE, DEV_FILE)
    say("Everything is ready: python dev.py app")
    return 0


def parse(arguments: Command) -> tuple[argparse.Namespace, Command]:
    """Split the command line into our options and what is passed on."""
    parser = argparse.ArgumentParser("dev.py", description="GAN Classroom on a fresh machine")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    made = {}
    for act in (app, test, lint, bench, train_assets, setup):
        name = act.__name__.replace("_", "-")
        made[act] = commands.add_parser(name, help=act.__doc__, allow_abbrev=False)
        made[act].set_defaults(act=act)
    made[app].add_argument("--lan", action="store_true", help="let this network in")
    made[app].add_argument("--port", type=int, default=8501, help="8501 unless named")
    made[test].add_argument("--slow", action="store_true", help="the slow tests as well")
    made[lint].add_argument("--fix", action="store_true", help="repair what can be repaired")
    made[bench].add_argument("name", metavar="NAME")
    made[train_assets].add_argument("names", nargs="*", metavar="NAME", help="all if none")
    options, extra = parser.parse_known_args(arguments)
    if extra and options.act in (setup, lint, train_assets):
        parser.error(f"unknown: {' '.join(extra)}")
    return options, extra


def main(arguments: Command) -> int:
    """Run one command; what goes wrong is one clear line."""
    options, extra = parse(arguments)
    try:
        return int(options.act(options, extra))
    except (DevError, OSError) as error:
        say(f"dev.py: {error}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

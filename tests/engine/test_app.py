"""The whole server as it is started in class: no torch in it, and nothing left after it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import streamlit

from tests.engine.waiting import answers, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server():
    """The app in a process group of its own, as a terminal would have it."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    log = subprocess.DEVNULL
    process = subprocess.Popen(
        [*command, "--server.address", "127.0.0.1"],
        cwd=ROOT,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    wait_until(lambda: answers(f"http://127.0.0.1:{port}"), "the server answers", 40)
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


def workers(server: psutil.Process) -> list[psutil.Process]:
    return [p for p in server.children() if "gan_core.engine.worker" in " ".join(p.cmdline())]


def loaded(process: psutil.Process) -> bool:
    return any("libtorch" in part.path for part in process.memory_maps())


@pytest.mark.skipif(not hasattr(psutil.Process, "memory_maps"), reason="no maps on this system")
def test_only_the_workers_load_torch(server):
    wait_until(lambda: len(workers(server)) == 2, "a worker and a spare", 40)
    wait_until(lambda: all(loaded(worker) for worker in workers(server)), "they load torch", 40)
    assert not loaded(server)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("way", ["Ctrl-C", "SIGTERM", "SIGKILL"])
def test_no_process_is_left_whatever_ends_the_server(server, way):
    left = wait_until(lambda: workers(server), "workers", 40)
    if way == "Ctrl-C":
        os.killpg(server.pid, signal.SIGINT)  # a terminal sends it to the whole group
    else:
        server.send_signal(getattr(signal, way))
    gone, alive = psutil.wait_procs(left, timeout=10)
    assert (len(gone), alive) == (len(left), [])
    assert psutil.wait_procs([server], timeout=10)[1] == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_client_that_no_longer_reads_does_not_keep_the_server(server):
    left = [server, *wait_until(lambda: workers(server), "workers", 40)]
    arguments = server.cmdline()
    port = int(arguments[arguments.index("--server.port") + 1])
    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    large = max(scripts.glob("*.js"), key=lambda file: file.stat().st_size)
    with socket.create_connection(("127.0.0.1", port)) as frozen:
        frozen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        request = f"GET /static/js/{large.name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        frozen.sendall(request.encode())
        assert frozen.recv(12) == b"HTTP/1.1 200"  # and not a byte more
        server.send_signal(signal.SIGTERM)
        assert psutil.wait_procs(left, timeout=10)[1] == []

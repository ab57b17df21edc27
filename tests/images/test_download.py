"""Files are fetched whole or not at all, from mirrors that fail in every way there is."""

import gzip
import hashlib
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gan_core.images.data import DataUnavailableError, published
from gan_core.images.data.published import Published, PublishedFile

LABELS = bytes(range(10)) * 3000


def file_of(name, numbers, shape):
    head = bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
    content = gzip.compress(head + numbers, mtime=0)
    published_file = PublishedFile(name, len(content), hashlib.sha256(content).hexdigest(), shape)
    return published_file, content


PAIRS = [
    file_of("a.gz", bytes(i * 7 % 251 for i in range(300 * 16)), (300, 4, 4)),
    file_of("b.gz", LABELS[:300], (300,)),
    file_of("c.gz", bytes(i * 5 % 241 for i in range(100 * 16)), (100, 4, 4)),
    file_of("d.gz", LABELS[:100], (100,)),
]
CONTENT = {file.name: content for file, content in PAIRS}


class Tiny(Published):
    key = "tiny"
    shape = (4, 4)
    files = tuple(file for file, _ in PAIRS)


class Mirror(BaseHTTPRequestHandler):
    """Gives the files; how, its server's `manner` says."""

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.server.asked.append(name)
        content, manner = CONTENT[name], self.server.manner
        if manner == "404":
            self.send_error(404)
            return
        if manner == "silent":
            self.server.end.wait(20)
            return
        if manner == "wrong":
            content = bytes(len(content))
        if manner == "page":
            content = b"<html>Please log in to the school's network</html>"
        if manner == "endless":
            content += bytes(2**20)
        self.send_response(200)
        if manner != "unsized":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if manner in ("cut", "unsized"):
            content = content[: len(content) // 2]
        try:
            if manner == "drips":
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    if self.server.end.wait(0.05):
                        return
            else:
                self.wfile.write(content)
        except OSError:
            pass  # the other side has had enough
        if manner == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        pass


@pytest.fixture
def mirrors():
    """Two mirrors on this machine; each does as its `manner` says."""
    servers = []
    for _ in range(2):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
        server.manner, server.asked, server.end = "good", [], threading.Event()
        server.thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        server.thread.start()
        servers.append(server)
    yield servers
    for server in servers:
        server.end.set()
        server.shutdown()
        server.server_close()
        server.thread.join()


@pytest.fixture
def tiny(mirrors, monkeypatch, tmp_path):
    """A set that only those mirrors have, with a cache of its own and little patience."""
    monkeypatch.delenv("GAN_DATA_DIR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / name)
    monkeypatch.setattr(published, "SILENCE", 0.3)
    monkeypatch.setattr(published, "GRACE", 0.4)
    addresses = tuple(f"http://127.0.0.1:{server.server_port}/" for server in mirrors)
    monkeypatch.setattr(Tiny, "mirrors", addresses, raising=False)
    Tiny.folder = tmp_path / published.CACHE / "tiny"
    return Tiny()


def only_whole_files(folder):
    found = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
    return all(CONTENT.get(name) == content for name, content in found.items())


def test_files_are_fetched_once_and_progress_is_told(tiny, mirrors):
    assert not tiny.here
    told = []
    tiny.fetch(lambda done, total: told.append((done, total)))
    assert tiny.here
    assert tiny.load().labels.tolist() == list(LABELS[:300])
    total = sum(file.size for file in Tiny.files)
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert told == sorted(told)
    assert mirrors[0].asked == list(CONTENT)
    tiny.fetch()
    assert len(mirrors[0].asked) == 4
    assert mirrors[1].asked == []


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    "manner", ["404", "wrong", "page", "cut", "unsized", "silent", "drips", "endless"]
)
def test_where_the_first_mirror_fails_the_second_gives(mirrors, manner):
    mirrors[0].manner = manner
    # the smallest file is enough: each is fetched by itself
    published.fetch_file("tiny", Tiny.files[3], Tiny.folder, Tiny.mirrors, lambda _: None)
    assert (Tiny.folder / "d.gz").read_bytes() == CONTENT["d.gz"]
    assert only_whole_files(Tiny.folder)
    assert mirrors[0].asked == mirrors[1].asked == ["d.gz"]


@pytest.mark.parametrize(
    ("manner", "reason"),
    [
        ("404", "no-good-copy"),
        ("wrong", "no-good-copy"),
        ("endless", "no-good-copy"),
        ("cut", "broken-off"),
        ("silent", "too-slow"),
        ("drips", "too-slow"),
    ],
)
def test_where_both_fail_it_is_told_why_and_nothing_is_left(tiny, mirrors, manner, reason):
    for server in mirrors:
        server.manner = manner
    started = time.monotonic()
    with pytest.raises(DataUnavailableError) as caught:
        tiny.fetch()
    assert time.monotonic() - started < 5
    assert (caught.value.key, caught.value.reason, caught.value.file) == ("tiny", reason, "a.gz")
    assert only_whole_files(Tiny.folder)
    assert not tiny.here
    for server in mirrors:
        server.manner = "good"
    tiny.fetch()
    assert tiny.load().images.shape == (300, 4, 4)


def test_offline_is_told_at_once(tiny, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    monkeypatch.setattr(Tiny, "mirrors", (nobody, nobody))
    with pytest.raises(DataUnavailableError) as caught:
        tiny.fetch()
    assert caught.value.reason == "offline"


def test_an_answer_tells_more_than_no_answer(tiny, mirrors, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    mirrors[1].manner = "wrong"
    monkeypatch.setattr(Tiny, "mirrors", (nobody, Tiny.mirrors[1]))
    with pytest.raises(DataUnavailableError) as caught:
        tiny.fetch()
    assert caught.value.reason == "no-good-copy"


@pytest.mark.parametrize("spoilt", [b"", b"half", "half", "flipped"])
def test_a_half_or_damaged_file_heals(tiny, mirrors, spoilt):
    tiny.fetch()
    path = Tiny.folder / "a.gz"
    if spoilt == "half":
        spoilt = CONTENT["a.gz"][: len(CONTENT["a.gz"]) // 2]
    if spoilt == "flipped":
        flipped = bytearray(CONTENT["a.gz"])
        flipped[40] ^= 1
        spoilt = bytes(flipped)
    path.write_bytes(spoilt)
    with pytest.raises(DataUnavailableError) as caught:
        tiny.load()
    assert caught.value.reason == "not-here"
    mirrors[0].asked.clear()
    tiny.fetch()
    assert mirrors[0].asked == ["a.gz"]  # what is whole is kept
    assert path.read_bytes() == CONTENT["a.gz"]
    assert tiny.load().images.shape == (300, 4, 4)


def test_a_damaged_file_stays_until_a_good_one_is_there(tiny, mirrors):
    tiny.fetch()
    (Tiny.folder / "a.gz").write_bytes(b"half")
    for server in mirrors:
        server.manner = "wrong"
    with pytest.raises(DataUnavailableError):
        tiny.fetch()
    assert {path.name for path in Tiny.folder.iterdir()} == set(CONTENT)  # nothing temporary


def test_the_caller_can_stop_a_transfer(tiny):
    class Enough(Exception):  # noqa: N818 - no error
        pass

    def stop(done, _):
        if done:
            raise Enough

    with pytest.raises(Enough):
        tiny.fetch(stop)
    assert only_whole_files(Tiny.folder)
    tiny.fetch()
    assert tiny.here


def test_a_cache_that_cannot_be_written_is_told(tiny):
    Tiny.folder.parent.mkdir(parents=True)
    Tiny.folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(DataUnavailableError) as caught:
        tiny.fetch()
    assert caught.value.reason == "no-room"


def test_who_asks_second_fetches_nothing_again(tiny, mirrors):
    mirrors[0].manner = "good"
    threads = [threading.Thread(target=tiny.fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mirrors[0].asked == list(CONTENT)

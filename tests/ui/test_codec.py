"""The frame codec: round trips, alignment, clipping, refusals; and that JavaScript reads it."""

from __future__ import annotations

import json
import os
import subprocess
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from playwright._impl._driver import compute_driver_executable

from gan_core.frame import (
    HISTORY_COLUMNS,
    IMAGE_METRIC_COLUMNS,
    METRIC_COLUMNS,
    STATUSES,
    TRACE_COLUMNS,
    Frame,
)
from ui.live import codec
from ui.live.component import LAYERS, MODULES, bundle, markup

ROOT = Path(__file__).parents[2]
NODE = str(compute_driver_executable()[0])
LAST = {
    "history": len(HISTORY_COLUMNS),
    "metrics": len(METRIC_COLUMNS),
    "trace": len(TRACE_COLUMNS),
    "quality": len(IMAGE_METRIC_COLUMNS),
}
ON_A_LINE = ("real", "centres", "fake", "arrows", "batch_real", "batch_fake", "batch_z")


def some_sections(seed: int = 0, n: int = 5, g: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "real": rng.normal(size=(n, 2)),
        "centres": rng.normal(size=(3, 2)),
        "fake": rng.normal(size=(n, 2)).astype(np.float32),
        "field": rng.random((g, g)).astype(np.float32),
        "warp": rng.normal(size=(n, 3, 2)),
        "arrows": rng.normal(size=(2, 2)).astype(np.float32),
        "histogram": rng.random((2, 7)).astype(np.float32),
        "history": rng.random((n, 7)).astype(np.float32),
        "metrics": rng.random((2, 7)).astype(np.float32),
        "shares": rng.random(3).astype(np.float32),
        "weights": rng.random(3).astype(np.float32),
        "latent": rng.normal(size=3).astype(np.float32),
        "density": rng.random((2, g)).astype(np.float32),
        "album": 2.0**40 + np.arange(n),
        "trace": rng.random((n, 5)).astype(np.float32),
        "batch_real": rng.normal(size=(n, 2)),
        "batch_fake": rng.normal(size=(n, 2)),
        "batch_z": rng.normal(size=(n, 2)).astype(np.float32),
        "batch_scores": rng.random((2, n)).astype(np.float32),
        "logits": rng.normal(size=n).astype(np.float32),
        "looks": rng.random((n, 6)).astype(np.float32),
        "evidence": rng.random((4, 2)).astype(np.float32),
        "crowd": rng.normal(size=(4, n, 2)),
        "crowd_numbers": rng.random((4, 9)).astype(np.float32),
        "weights_histogram": rng.random(9).astype(np.float32),
        "slopes": rng.random(7).astype(np.float32),
        "pictures": rng.integers(0, 256, (n, 4, 3), np.uint8),
        "real_pictures": rng.integers(0, 256, (n, 4, 3), np.uint8),
        "walk": rng.integers(0, 256, (n, 4, 3), np.uint8),
        "layers": rng.integers(0, 256, 2 * n, np.uint8),
        "layer_shapes": np.array([[0, 16, 7, 7], [1, 1, 1, 1]]),
        "company": rng.integers(0, 256, (24, 4, 3), np.uint8),
        "company_change": rng.random(4).astype(np.float32),
        "quality": rng.random((n, 7)).astype(np.float32),
        "quality_floor": rng.random(6).astype(np.float32),
        "readings": rng.random((n, 2)).astype(np.float32),
        "look": np.array([0.0, 63.0, 2.0]),
    }


def on_a_line(sections: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the same for data on a line: one coordinate, one row of D's field, one thread."""
    flat = {name: sections[name][:, :1] for name in ON_A_LINE}
    both = {"warp": sections["warp"][:1, :, :1], "crowd": sections["crowd"][:, :, :1]}
    return sections | flat | both | {"field": sections["field"][:1]}


def some_head() -> dict[str, float]:
    head = {name: float(2 * i + 1) for i, name in enumerate(codec.HEAD)}
    return head | {"score_low": 0.0, "score_high": 1.0}


PLANE, LINE = some_sections(), on_a_line(some_sections())


@pytest.mark.parametrize("sections", [PLANE, LINE], ids=["plane", "line"])
def test_round_trip(sections: dict[str, np.ndarray]) -> None:
    head = some_head()
    read_head, read = codec.decode(codec.encode(sections, head))
    assert read_head == head
    assert list(read) == list(sections)
    step = 2 * head["extent"] / codec.STEPS
    for name, array in sections.items():
        if codec.SECTIONS[name].kind == "position":
            np.testing.assert_allclose(read[name], array, atol=0.5001 * step)
        elif name == "field":
            np.testing.assert_allclose(read[name] / 255, array, atol=0.5001 / 255)
        else:
            np.testing.assert_array_equal(read[name], array)


@given(
    n=some.integers(0, 40),
    rows=some.integers(1, 9),
    columns=some.integers(1, 9),
    g=some.integers(1, 20),
    extent=some.floats(1e-3, 1e6),
    kept=some.sets(some.sampled_from(sorted(codec.SECTIONS))),
)
def test_any_shape_travels(
    n: int, rows: int, columns: int, g: int, extent: float, kept: set[str]
) -> None:
    sections = {
        name: array * extent if codec.SECTIONS[name].kind == "position" else array
        for name, array in some_sections(n=n, g=g).items()
        if name in kept
    }
    if "warp" in kept:
        sections["warp"] = np.full((rows, columns, 2), extent)
    message = codec.encode(sections, {"extent": extent, "score_high": 1})
    assert len(message) % codec.ALIGN == 0
    head, read = codec.decode(message)
    assert head["extent"] == extent
    assert {name: array.shape for name, array in read.items()} == {
        name: array.shape for name, array in sections.items()
    }


def test_payloads_are_aligned() -> None:
    message = codec.encode(some_sections(n=3, g=5), {"extent": 1})
    at, count = 8, int(np.frombuffer(message, "<u2", 1, 6)[0])
    assert count == 1 + len(codec.SECTIONS)
    for _ in range(count):
        assert at % codec.ALIGN == 0
        _, _, at = codec._read_section(message, at)
    assert at == len(message)


def test_positions_are_clipped_to_twice_the_view() -> None:
    points = np.array([[1e9, -1e9], [np.inf, -np.inf], [np.nan, 0.0], [2.0, -2.0], [5.0, -5.0]])
    _, read = codec.decode(codec.encode({"fake": points}, {"extent": 2.0}))
    expected = [[4, -4], [4, -4], [4, 0], [2, -2], [4, -4]]
    np.testing.assert_allclose(read["fake"], expected, atol=1e-4)


def test_the_field_is_mapped_from_the_range_of_the_scores() -> None:
    scores = np.array([[-3.0, 1.0], [5.0, 99.0]], np.float32)
    head = {"extent": 1, "score_kind": 1, "score_low": -3, "score_high": 5}
    _, read = codec.decode(codec.encode({"field": scores}, head))
    np.testing.assert_array_equal(read["field"], [[0, 128], [255, 255]])


def test_a_ready_field_is_sent_as_it_is() -> None:
    field = np.arange(16, dtype=np.uint8).reshape(4, 4)
    _, read = codec.decode(codec.encode({"field": field}, {"extent": 1}))
    np.testing.assert_array_equal(read["field"], field)


@pytest.mark.parametrize(
    ("sections", "head", "words"),
    [
        ({"fakes": np.zeros((1, 2))}, {"extent": 1}, "unknown section 'fakes'"),
        ({"fake": np.zeros((1, 2))}, {"extent": 1, "step": 3}, "unknown head field 'step'"),
        ({"fake": np.array([["a", "b"]])}, {"extent": 1}, "'fake' must hold real numbers"),
        ({"fake": np.zeros((1, 2), complex)}, {"extent": 1}, "'fake' must hold real numbers"),
        ({"fake": np.array([[None, 1]])}, {"extent": 1}, "'fake' must hold real numbers"),
        ({"fake": np.zeros((2, 3))}, {"extent": 1}, "'fake' must have shape"),
        ({"warp": np.zeros((2, 3, 3))}, {"extent": 1}, "'warp' must have shape .*1 or 2"),
        ({"history": np.zeros((2, 6))}, {"extent": 1}, "'history' must have shape"),
        ({"shares": np.zeros((2, 6))}, {"extent": 1}, "'shares' must have shape"),
        ({}, {"extent": 0}, "extent must be positive"),
        ({}, {"extent": float("nan")}, "extent must be positive"),
        ({}, {}, "extent must be positive"),
    ],
)
def test_refusals_name_what_is_wrong(
    sections: dict[str, np.ndarray], head: dict[str, float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        codec.encode(sections, head)


@pytest.mark.parametrize("message", [b"", b"GANF", bytes(64)])
def test_what_is_no_frame_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        codec.decode(message)


def test_a_message_that_is_cut_short_is_refused() -> None:
    message = codec.encode(some_sections(), {"extent": 1})
    with pytest.raises(ValueError, match="buffer"):
        codec.decode(message[:-8])


def test_the_sections_are_those_of_the_frame() -> None:
    assert tuple(codec.STATUS) == STATUSES
    for name, columns in LAST.items():
        assert codec.SECTIONS[name].shape[-1] == columns
    frame = Frame()
    for name in {*codec.SECTIONS, *codec.HEAD} - {"seq", "moment", "album"}:
        assert hasattr(frame, name)


def test_a_frame_travels_with_and_without_its_scenery() -> None:
    frame = Frame(
        epoch=2,
        iteration=7,
        status="running",
        extent=3.0,
        real=np.ones((4, 2)),
        centres=np.ones((2, 2)),
        fake=np.zeros((4, 2)),
    )
    head, read = codec.decode(codec.encode_frame(frame, seq=9))
    assert (head["seq"], head["epoch"], head["iteration"], head["status"]) == (9, 2, 7, 1)
    assert head["modes"] == 2
    assert set(read) == {"real", "centres", "fake"}  # what is empty stays at home
    _, read = codec.decode(codec.encode_frame(frame, seq=10, scenery=False))
    assert set(read) == {"fake"}


def test_a_frame_on_a_line_travels() -> None:
    n, cells, thread = 6, 16, 9
    x = np.linspace(-2, 2, cells)
    score = 1 / (1 + np.exp(-x))
    frame = Frame(
        dim=1,
        extent=2.0,
        real=np.linspace(-2, 2, n)[:, None],
        fake=np.linspace(-1, 1, n)[:, None],
        centres=np.array([[-1.0], [1.0]]),
        weights=np.array([0.25, 0.75]),
        field=score[None],
        warp=np.linspace(-1, 1, thread)[None, :, None],
        latent=np.linspace(-3, 3, thread),
        density=np.stack([np.exp(-(x**2)), np.full(cells, 0.25)]),
        arrows=np.ones((2, 1)),
    )
    head, read = codec.decode(codec.encode_frame(frame, seq=1))
    assert head["dim"] == 1
    for name, atol in {"real": 1e-4, "fake": 1e-4, "warp": 1e-4, "density": 1e-7}.items():
        np.testing.assert_allclose(read[name], getattr(frame, name), atol=atol)
    np.testing.assert_allclose(read["field"] / 255, score[None], atol=0.51 / 255)
    np.testing.assert_array_equal(read["weights"], [0.25, 0.75])
    np.testing.assert_array_equal(read["latent"], frame.latent.astype(np.float32))


def test_the_latents_of_the_thread_come_with_each_frame() -> None:
    # A run that waits for its worker shows its data first; the thread follows within the epoch.
    frame = Frame(dim=1, latent=np.arange(3.0), real=np.zeros((2, 1)))
    _, read = codec.decode(codec.encode_frame(frame, seq=2, scenery=False))
    assert set(read) == {"latent"}


def test_encoding_is_quick() -> None:
    sections = some_sections(n=1000, g=64)
    durations = []
    for _ in range(50):
        start = time.perf_counter()
        codec.encode(sections, {"extent": 3})
        durations.append(time.perf_counter() - start)
    # 0.1 ms as measured; the wide margin is for a busy machine, a loop over points takes 5 ms.
    assert sorted(durations)[25] < 2e-3


def node(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("sections", [PLANE, LINE], ids=["plane", "line"])
def test_javascript_reads_what_python_writes(
    tmp_path: Path, sections: dict[str, np.ndarray]
) -> None:
    head = some_head()
    message = codec.encode(sections, head)
    _, read = codec.decode(message)
    expected = {
        "head": head,
        "sections": {
            name: {
                "shape": array.shape,
                "values": array.ravel().tolist(),
                "position": codec.SECTIONS[name].kind == "position",
            }
            for name, array in read.items()
        },
    }
    (tmp_path / "frame.bin").write_bytes(message)
    (tmp_path / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    done = node(
        "--test",
        str(ROOT / "tests/js/codec.test.mjs"),
        FRAME=str(tmp_path / "frame.bin"),
        EXPECTED=str(tmp_path / "expected.json"),
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["figures", "line", "controls", "stages", "moments"])
def test_javascript(name: str) -> None:
    done = node("--test", str(ROOT / f"tests/js/{name}.test.mjs"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundle_is_one_valid_module(tmp_path: Path) -> None:
    script = bundle()
    assert {path.stem for path in (ROOT / "ui/live/js").glob("*.js")} == set(MODULES)
    assert script.count("\nexport ") == 1
    assert "\nimport " not in script
    (tmp_path / "bundle.mjs").write_text(script, encoding="utf-8")
    done = node("--check", str(tmp_path / "bundle.mjs"))
    assert done.returncode == 0, done.stderr


def test_every_word_of_the_page_has_a_text() -> None:
    html = markup(ROOT / "ui/live/live.html")
    texts = [
        tomllib.loads((ROOT / f"assets/text/{language}/live.toml").read_text(encoding="utf-8"))
        for language in ("en", "ko")
    ]
    asked = {
        piece.split('"')[0]
        for mark in ('data-word="', 'data-hint="', 'data-name="')
        for piece in html.split(mark)[1:]
    }
    assert asked <= set(texts[0])
    assert list(texts[0]) == list(texts[1])
    assert {f"layer_{name}" for name in LAYERS} <= asked


def test_a_frame_brings_the_one_beside_it_and_says_which_moment_it_is() -> None:
    beside = Frame(status="diverged", iteration=9, fake=np.ones((3, 2), np.float32))
    frame = Frame(status="running", iteration=12, beside=beside)
    message = codec.encode_frame(frame, seq=4, moment=12, album=(3, 12))
    (head, sections), (head_beside, sections_beside) = codec.decode_both(message)
    assert (head["iteration"], head["beside"], head["moment"]) == (12, 1, 12)
    assert sections["album"].tolist() == [3, 12]
    assert (head_beside["iteration"], head_beside["beside"], head_beside["seq"]) == (9, 0, 4)
    assert head_beside["status"] == codec.STATUS["diverged"]
    np.testing.assert_allclose(sections_beside["fake"], 1, atol=1e-4)
    assert len(codec.decode_both(codec.encode_frame(beside, seq=1))) == 1


def test_an_empty_album_is_told_and_an_unchanged_one_is_not() -> None:
    _, told = codec.decode(codec.encode_frame(Frame(), seq=1, album=()))
    assert told["album"].size == 0
    assert "album" not in codec.decode(codec.encode_frame(Frame(), seq=1))[1]

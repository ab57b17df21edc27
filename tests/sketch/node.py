"""What a module of a sketch computes, asked from Python."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

NODE = str(compute_driver_executable()[0])
HERE = Path(__file__).resolve().parents[2] / "ui" / "sketch" / "js"
# JSON knows no infinity and no NaN: they travel as text, and come back as numbers.
ASK = """
const revive = (_, v) => ({ '∞': Infinity, '-∞': -Infinity, '?': NaN }[v] ?? v);
const say = (_, v) => {
  if (ArrayBuffer.isView(v)) return Array.from(v);
  if (typeof v !== 'number' || Number.isFinite(v)) return v;
  return Number.isNaN(v) ? '?' : v > 0 ? '∞' : '-∞';
};
const { file, code, given } = JSON.parse(require('fs').readFileSync(0, 'utf8'), revive);
import(file).then((module) => {
  const f = new Function('m', 'given', code);
  console.log(JSON.stringify(f(module, given), say));
});
"""
SAID = {"∞": float("inf"), "-∞": float("-inf"), "?": float("nan")}


def ask(module: str, code: str, given: object = None) -> Any:
    """Return what JavaScript says.

    Parameters
    ----------
    module
        Name of a module in `ui/sketch/js`; its exports are `m`.
    code
        The body of a function of `m` and `given`.
    given
        Data for it. Put many cases into one question: each starts a Node process.
    """
    question = json.dumps(
        {"file": (HERE / f"{module}.js").as_uri(), "code": code, "given": _said(given)}
    )
    done = subprocess.run([NODE, "-e", ASK], input=question, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return _heard(json.loads(done.stdout))


def _said(value: object) -> object:
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    if hasattr(value, "tolist"):
        return _said(value.tolist())
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_said(one) for one in value]
    return "?" if value != value else value


def _heard(value: object) -> object:
    if isinstance(value, dict):
        return {key: _heard(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_heard(one) for one in value]
    return SAID.get(value, value) if isinstance(value, str) else value

"""T4."""

from __future__ import annotations

from ui import frame, session
from ui.text import Words

PAGE = "game-dynamics"

words = Words(session.language())
bench = session.bench(PAGE)
frame.problems(bench, words)

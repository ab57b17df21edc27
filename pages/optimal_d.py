"""T1, the optimal discriminator: what D should say between two densities."""

from __future__ import annotations

from ui import frame, session
from ui.lesson import board
from ui.text import Words

PAGE = "optimal-d"

words = Words(session.language())
bench = session.bench(PAGE, preset="on-a-line")
frame.problems(bench, words)
board.show(PAGE, "optimal", words)
frame.scroll_up(bench)

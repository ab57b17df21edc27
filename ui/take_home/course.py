"""The report's charts: how costs, D's output, modes and distances went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gan_core.frame import HISTORY_COLUMNS, METRIC_COLUMNS
from ui.take_home.charts import Series, score_chart, time_chart
from ui.take_home.findings import last_numbers
from ui.take_home.markup import Html, fill, join
from ui.take_home.numbers import decimal, whole
from ui.take_home.plot import NARROW, WIDE, swatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gan_core.frame import Frame
    from ui.text import Words

_COSTS: Final = tuple(HISTORY_COLUMNS.index(name) for name in ("d_cost", "g_cost"))
_COVERED, _CAPTURED, _JS, _W1 = (
    METRIC_COLUMNS.index(name) for name in ("covered", "captured", "js", "w1")
)
_Key = tuple[str, str, str, str]
"""Colour, dash, name and last value of a line."""


class Course:
    """Draws the charts of one run."""

    def __init__(
        self, words: Words, frame: Frame, history: NDArray[Any], metrics: NDArray[Any]
    ) -> None:
        self._words, self._frame = words, frame
        self._history, self._metrics = history, metrics
        self._known = last_numbers(frame, history, metrics)

    def charts(self) -> Html:
        """Return all of them."""
        drawn = [self._costs(), self._scores()]
        width = WIDE
        if self._frame.modes:  # the two distances share a place, as in the live view
            drawn.append(self._modes())
            width = NARROW
        js = self._distance("js", _JS, self._frame.js_floor, width)
        w1 = self._distance("w1", _W1, self._frame.w1_floor, width)
        pair = fill('<div class="halves">{js}{w1}</div>', js=js, w1=w1)
        return join([*drawn, *([pair] if width == NARROW else [js, w1])])

    def _costs(self) -> Html:
        say, known = self._words.say, self._known
        keys = [
            ("real", "dashed", say("live.cost_d"), decimal(known["d_cost"])),
            ("fake", "solid", say("live.cost_g"), decimal(known["g_cost"])),
        ]
        lines = [Series(_COSTS[0], "real", "dashed"), Series(_COSTS[1], "fake")]
        chart = self._timed(say("live.costs"), keys, self._history, lines, high=1.5)
        return _figure(say("live.costs"), keys, chart)

    def _scores(self) -> Html:
        say, known, critic = self._words.say, self._known, self._frame.score_kind
        keys = [
            ("real", "dashed", say("live.score_real"), decimal(known["d_real"])),
            ("fake", "solid", say("live.score_fake"), decimal(known["d_fake"])),
        ]
        axis = say("live.axis_score" if critic else "live.axis_probability")
        chart = score_chart(self._frame, axis=axis, says=say("take_home.report.histogram"))
        return _figure(say("live.scores_critic" if critic else "live.scores"), keys, chart)

    def _modes(self) -> Html:
        say, known, total = self._words.say, self._known, self._frame.modes
        of = say("live.of", n=whole(known["covered"]), total=total)
        keys = [
            ("ink", "solid", say("live.caption_modes"), of),
            ("faint", "solid", say("live.captured"), whole(known["captured"])),
        ]
        lines = [
            Series(_CAPTURED, "muted", steps=True, faint=True),
            Series(_COVERED, "ink", steps=True),
        ]
        chart = self._timed(say("live.modes"), keys, self._metrics, lines, high=total)
        return _figure(say("live.modes"), keys, chart)

    def _distance(self, key: str, column: int, floor: float, width: int) -> Html:
        say = self._words.say
        keys = [
            (key, "solid", say("take_home.report.generated"), decimal(self._known[key], 3)),
            ("ink", "dotted", say("live.floor"), decimal(floor, 3)),
        ]
        title = say(f"take_home.report.{key}")
        lines = [Series(column, key)]
        chart = self._timed(title, keys, self._metrics, lines, high=0.2, floor=floor, width=width)
        return _figure(title, keys, chart)

    def _timed(
        self,
        name: str,
        keys: Sequence[_Key],
        rows: NDArray[Any],
        lines: Sequence[Series],
        *,
        high: float,
        floor: float = float("nan"),
        width: int = WIDE,
    ) -> Html:
        values = ", ".join(f"{label} {value}" for _, _, label, value in keys)
        iteration = self._frame.iteration
        says = self._words.say(
            "take_home.report.chart", name=name, n=whole(iteration), values=values
        )
        return time_chart(
            rows,
            lines,
            iteration=iteration,
            high=high,
            floor=floor,
            axis=self._words.say("live.axis_iterations"),
            says=says,
            width=width,
        )


def _figure(title: str, keys: Sequence[_Key], chart: Html) -> Html:
    legend = join(
        [
            fill(
                '<span class="pair">{swatch}{name} <b>{value}</b></span>',
                swatch=swatch(colour, dash),
                name=name,
                value=value,
            )
            for colour, dash, name, value in keys
        ]
    )
    return fill(
        "<figure><header><h3>{title}</h3><p>{legend}</p></header>\n{chart}</figure>",
        title=title,
        legend=legend,
        chart=chart,
    )

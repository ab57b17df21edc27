"""The annotated loop of one iteration, as a small picture that stands still."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.text import Words


def diagram(words: Words) -> str:
    """Return the loop z → G → D → costs → gradients as SVG; its colours come from style.css."""

    def say(key: str) -> str:
        return escape(words.say(f"home.loop.{key}"))

    return f"""
<svg class="loop" viewBox="0 0 460 330" role="img" aria-label="{say("alt")}">
  <defs>
    <marker id="loop-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"
      orient="auto" markerUnits="userSpaceOnUse"><path class="tip" d="M0 0 8 4 0 8Z"/></marker>
    <marker id="loop-tip-g" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9"
      orient="auto" markerUnits="userSpaceOnUse"><path class="tip-g" d="M0 0 8 4 0 8Z"/></marker>
    <marker id="loop-tip-d" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9"
      orient="auto" markerUnits="userSpaceOnUse"><path class="tip-d" d="M0 0 8 4 0 8Z"/></marker>
  </defs>
  <path class="way" d="M62 100H98"/><path class="way" d="M190 100H226"/>
  <path class="way" d="M280 106L324 132"/><path class="way" d="M62 226H226"/>
  <path class="way" d="M284 218L324 194"/>
  <path class="back-g" d="M372 122V34H144V66"/>
  <path class="back-d" d="M392 204V292H352V206"/>
  <g class="dots">
    <path d="M22 92h4v4h-4zM36 84h4v4h-4zM48 94h4v4h-4zM28 106h4v4h-4zM42 110h4v4h-4z"/>
  </g>
  <text class="name" x="37" y="136">z</text>
  <text class="note" x="37" y="153">{say("latent")}</text>
  <rect class="box-g" x="100" y="68" width="88" height="64" rx="8"/>
  <text class="player" x="144" y="100">G</text>
  <text class="note" x="144" y="119">{say("generator")}</text>
  <path class="fake" d="M240 88l6 10h-12zM258 80l6 10h-12zM254 102l6 10h-12zM270 94l6 10h-12z"/>
  <text class="note" x="254" y="134">{say("fake")}</text>
  <g class="data"><circle cx="37" cy="226" r="17"/></g>
  <text class="note" x="37" y="263">{say("data")}</text>
  <g class="real"><circle cx="240" cy="222" r="5"/><circle cx="256" cy="214" r="5"/>
    <circle cx="254" cy="232" r="5"/><circle cx="271" cy="226" r="5"/></g>
  <text class="note" x="254" y="258">{say("real")}</text>
  <rect class="box-d" x="326" y="124" width="112" height="80" rx="8"/>
  <text class="player" x="382" y="156">D</text>
  <text class="note" x="382" y="175">{say("discriminator")}</text>
  <text class="small" x="382" y="192">{say("output")}</text>
  <text class="cost-g" x="258" y="24">{say("g_cost")} · {say("gradient")}</text>
  <text class="cost-d" x="340" y="312">{say("d_cost")} · {say("gradient")}</text>
  <g class="step"><text x="82" y="92">1</text><text x="205" y="92">2</text>
    <text x="304" y="166">3</text><text x="404" y="256">4</text><text x="386" y="60">5</text></g>
</svg>"""

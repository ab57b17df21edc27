/*
 * The chart of the generator's cost over D's logit: each shown fake lies on the curve of the game that
 * is played, and the bar beneath says which share of the gradient it has, in the order of the axis.
 */
import { GAME_NAMES } from './codec.js';
import { Range } from './figures.js';
import { GAME_COSTS, effectiveOf, sharesOf } from './game_costs.js';
import { Plot } from './strips.js';
import { cssColour } from './theme.js';

/** The costs that Goodfellow (2016) compares: hue and dash of each curve. */
const COMPARED = { minimax: ['js', 'dashed'], 'non-saturating': ['fake', 'solid'], 'maximum-likelihood': ['ink', 'dotted'] };
const LOGITS = [-10, 8]; // a fake beyond lies at the edge
const COST_SPAN = [-5, 10];
const BAR_HEIGHT = 16;
const CURVE_POINTS = 120;
const SIZES = [0.6, 3.2]; // of a dot: the smallest and the largest, whatever its share

const held = (value, [low, high]) => Math.min(high, Math.max(low, value));

/**
 * What the gradient of G rests on.
 * @param {ArrayLike<number>} logits of fakes
 * @param {string} game
 * @returns {?{pull: number, effective: number, count: number, shares: number[]}} mean pull, and as if
 *   how many of them had the gradient among them; nothing for a game that is not known here
 */
export function gradientOf(logits, game) {
  const known = GAME_COSTS[game];
  if (!known || !logits?.length) return undefined;
  const pulls = Array.from(logits, known.pull);
  const shares = sharesOf(pulls);
  const pull = pulls.reduce((sum, one) => sum + one, 0) / pulls.length;
  return { pull, effective: effectiveOf(shares), count: pulls.length, shares };
}

export class CurveStrip extends Plot {
  constructor(canvas) {
    super(canvas);
    this.scores = [new Range(-1, 1), new Range(-1, 1)]; // of a critic: they have no fixed ends
  }

  clear() { this.scores.forEach((range) => range.clear()); }

  draw(theme, frame, axisName) {
    if (!this.begin(theme)) return;
    const { scale } = theme;
    const low = this.box.bottom;
    this.box.bottom = low - (BAR_HEIGHT + 8) * scale;
    const game = GAME_NAMES[frame?.head.game ?? 0];
    const logits = frame?.logits?.values ?? [];
    const [across, up] = this.ranges(frame, game, logits);
    this.yAxis(up);
    this.xAxis(across.low, across.high, axisName);
    if (across.part(0) > 0) this.rule(across.part(0), 0, across.part(0), 1, 'dashed', 0.6, theme.ink); // D = 0.5
    this.curves(theme, game, across, up);
    const found = gradientOf(logits, game);
    if (!found) return;
    this.emphasise(COMPARED[game]?.[0], () => this.fakes(theme, logits, game, found.shares, across, up));
    this.bar(theme, logits, found.shares, low + 14 * scale);
  }

  ranges(frame, game, logits) {
    if (frame?.head.score_kind !== 1) return [new Range(...LOGITS), new Range(...COST_SPAN)];
    logits.forEach((a) => {
      this.scores[0].include(a);
      if (GAME_COSTS[game]) this.scores[1].include(GAME_COSTS[game].cost(a));
    });
    return this.scores;
  }

  curves(theme, game, across, up) {
    const { left, right, top, bottom } = this.box;
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(left, top, right - left, bottom - top);
    c.clip();
    const drawn = game && !COMPARED[game] ? { [game]: ['fake', 'solid'] } : COMPARED;
    Object.entries(drawn).forEach(([name, [hue, style]]) => {
      const points = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
        const a = across.low + ((across.high - across.low) * i) / CURVE_POINTS;
        return [i / CURVE_POINTS, up.part(GAME_COSTS[name].cost(a))];
      });
      const own = !game || name === game;
      this.emphasise(hue, () => this.line(points, theme[hue], { style, width: own ? 2 : 1.2, alpha: own ? 1 : 0.55 }));
    });
    c.restore();
  }

  fakes(theme, logits, game, shares, across, up) {
    const c = this.context;
    c.lineWidth = 0.7 * theme.scale;
    logits.forEach((a, i) => {
      const [x, y] = this.at(
        held(across.part(a), [0, 1]), held(up.part(GAME_COSTS[game].cost(a)), [0, 1]),
      );
      const size = 3.2 * theme.scale * held(Math.sqrt(shares[i] * shares.length), SIZES);
      c.beginPath();
      c.moveTo(x, y - 1.2 * size);
      c.lineTo(x + 1.05 * size, y + 0.75 * size);
      c.lineTo(x - 1.05 * size, y + 0.75 * size);
      c.closePath();
      c.fillStyle = cssColour(theme.fake, 0.6);
      c.strokeStyle = cssColour(theme.ink, 0.3);
      c.fill();
      c.stroke();
    });
  }

  /** All shares side by side, in the order of the axis. */
  bar(theme, logits, shares, low) {
    const c = this.context;
    const { left, right } = this.box;
    const [height, width] = [BAR_HEIGHT * theme.scale, right - left];
    const order = Array.from(shares.keys()).toSorted((i, k) => logits[i] - logits[k]);
    let at = left;
    order.forEach((i, place) => {
      const wide = shares[i] * width;
      c.fillStyle = cssColour(theme.fake, place % 2 ? 0.8 : 0.4);
      c.fillRect(at, low - height, wide, height);
      at += wide;
    });
    c.lineWidth = theme.scale;
    c.strokeStyle = cssColour(theme.muted, 0.6);
    c.strokeRect(left, low - height, width, height);
  }
}

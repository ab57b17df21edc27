/*
 * T3: the three costs of G over D's logit or output. One fake that runs down each of them by itself, or
 * a batch, and what share of the gradient each fake in it has.
 */
import { sigmoidOf } from '../../live/js/game_costs.js';
import { decimal, whole } from '../../live/js/words.js';
import { svg } from './plot.js';
import { RACERS, arrivalOf, batchOf, costOf, logitOf, pullOf, runFor, slopeInOutput, swingOf } from './races.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';
import { within } from './ticks.js';

const NAMES = Object.keys(RACERS);
const LOOKS = {
  minimax: { hue: 'js', dash: 'dashed', size: 7, term: 'cost-minimax' },
  non_saturating: { hue: 'fake', dash: 'solid', size: 5.5, term: 'cost-non-saturating' },
  maximum_likelihood: { hue: 'ink', dash: 'dotted', size: 4, term: 'cost-likelihood' },
};
const LOGIT_SPAN = [-8, 5];
const AXES = {
  logit: { x: LOGIT_SPAN, cost: [-5, 8.5], pull: [0, 1.6], arrow: 2 },
  output: { x: [0, 1], cost: [-5, 5.5], pull: [0, 1.6], arrow: 0.15 },
};
const KNOTS = 261;
const TANGENT = 34; // px, half its length
const OPENING = [3, 3.2]; // from which logit, in how many seconds
const SPEED = 1.7; // of time per second at first; later ever faster
const HURRY = [5, 0.62]; // from which second, and by how much
const BAR = [1000, 18];

/** A number for each cost. */
const rowsOf = (key) => NAMES.map((name) => ({ key: `${key}_${name}`, hue: LOOKS[name].hue, term: LOOKS[name].term }));

/** The time that a race shows after so many seconds. */
const clockAt = (seconds) => (seconds < HURRY[0] ? SPEED * seconds : SPEED * HURRY[0] * Math.exp(HURRY[1] * (seconds - HURRY[0])));

export class Costs {
  constructor(sketch) {
    this.sketch = sketch;
    const { data } = sketch;
    this.scores = data.facts.scores; // a batch of standard normal numbers, ascending
    this.logits = Float64Array.from({ length: KNOTS }, (_, i) => (
      LOGIT_SPAN[0] + ((LOGIT_SPAN[1] - LOGIT_SPAN[0]) * i) / (KNOTS - 1)));
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    const choices = html('div', { class: 'row' }, sketch.choice('view'), sketch.choice('axis'));
    sketch.root.append(html('div', { class: 'stack' }, choices, html('div', { class: 'board' }, left, right)));
    this.buildPlots(left);
    this.buildRace(right);
    this.buildBatch(right);
    const fresh = sketch.calls === 1 && data.values.view === 'one' && !data.values.time;
    if (fresh) this.open(data.values.a);
  }

  buildPlots(parent) {
    const { sketch } = this;
    const { x, cost, pull } = AXES.logit;
    this.costs = sketch.plot(parent, { label: sketch.say('plot.cost'), x, y: cost, yName: sketch.say('plot.cost'), height: 310 });
    this.pulls = sketch.plot(parent, {
      label: sketch.say('plot.pull'), x, y: pull, yTicks: [0, 0.5, 1, 1.5], yName: sketch.say('plot.pull'), xName: ' ', height: 220,
    });
    this.plots = [this.costs, this.pulls];
    this.guides = this.plots.map((plot) => plot.curve({ dash: 'dashed', width: 1, alpha: 0.5 }));
    this.half = this.plots.map((plot) => plot.curve({ width: 1, alpha: 0.35 }));
    this.parts = Object.fromEntries(NAMES.map((name) => [name, this.part(name)]));
    this.handles = Object.fromEntries(Object.keys(AXES).map((axis) => [axis, this.handle(axis)]));
    this.halfMark = this.costs.label({ hue: 'muted' });
  }

  /** What one cost has in both plots. */
  part(name) {
    const { hue, dash, size, term } = LOOKS[name]; // where fakes coincide each can be seen
    const curves = this.plots.map((plot) => plot.curve({ hue, dash, term, width: 2.2 }));
    return {
      curves,
      tangent: this.costs.curve({ hue, term, width: 1.2, alpha: 0.7 }),
      arrow: this.costs.arrows({ hue, term, width: 3 }),
      dots: this.plots.map((plot) => plot.dots({ hue, shape: 'triangle', size, term })),
      batch: this.costs.dots({ hue, shape: 'triangle', size: 3, alpha: 0.55, term }),
      number: this.costs.label({ hue, term }),
      name: this.costs.label({ hue, term, anchor: name === 'maximum_likelihood' ? 'end' : 'start' }),
    };
  }

  /** The fake that the student moves, or the middle of the batch. */
  handle(axis) {
    const { sketch } = this;
    const ends = LOGIT_SPAN.map(sigmoidOf);
    const x = axis === 'logit' ? { low: LOGIT_SPAN[0], high: LOGIT_SPAN[1], step: 0.05 } : { low: ends[0], high: ends[1], step: 0 };
    const move = (to) => this.go(axis === 'logit' ? to : logitOf(to));
    return this.costs.handle({ hue: 'fake', shape: 'triangle', x, name: sketch.say('knob.a'), say: (to) => this.sayAt(axis === 'logit' ? to : logitOf(to)), move });
  }

  sayAt(a) { return this.sketch.say('said.at', { a: decimal(a), d: decimal(sigmoidOf(a), 3) }); }

  go(to) {
    const { knobs } = this.sketch.data;
    const name = this.sketch.values.view === 'batch' ? 'mean' : 'a';
    const a = within(to, knobs[name].low, knobs[name].high);
    this.sketch.set(name === 'a' ? { a, time: 0 } : { mean: a });
  }

  buildRace(parent) {
    const { sketch } = this;
    this.paying = sketch.readings(rowsOf('cost'));
    this.pulling = sketch.readings(rowsOf('pull'));
    this.arriving = sketch.readings(rowsOf('arrival'));
    [this.paying, this.pulling, this.arriving].forEach(({ node }) => node.classList.add('three'));
    this.race = html('div', { class: 'stack' },
      html('h3', { text: sketch.say('head.cost') }), this.paying.node,
      html('h3', { text: sketch.say('head.pull') }), this.pulling.node,
      html('h3', { text: sketch.say('head.race') }), this.arriving.node,
      html('div', { class: 'row' },
        sketch.button('go', () => this.start(), { primary: true }),
        sketch.button('back', () => sketch.set({ time: 0 }))),
      sketch.slider('time', { say: (time) => decimal(time, 1) }));
    parent.append(this.race);
  }

  buildBatch(parent) {
    const { sketch } = this;
    this.bars = Object.fromEntries(NAMES.map((name) => [name, this.bar(name)]));
    this.batch = html('div', { class: 'stack' },
      html('h3', { text: sketch.say('head.shares') }), ...NAMES.map((name) => this.bars[name].node),
      html('div', { class: 'knobs' }, sketch.slider('mean', { hue: 'fake', say: (mean) => decimal(mean, 1) }), sketch.slider('spread', { hue: 'fake', say: (spread) => decimal(spread, 1) })));
    parent.append(this.batch);
  }

  /** A bar of all shares, and what they come to. */
  bar(name) {
    const { hue, term } = LOOKS[name];
    const style = `fill: var(--gan-${hue})`;
    const paths = [0.85, 0.4].map((alpha) => svg('path', { style, 'fill-opacity': alpha }));
    const frame = svg('rect', { x: 0, y: 0, width: BAR[0], height: BAR[1], fill: 'none', class: 'outline' });
    const [count, swing] = [html('b', { 'data-reading': `effective_${name}` }), html('b', { 'data-reading': `swing_${name}` })];
    const picture = svg('svg', { viewBox: `0 0 ${BAR.join(' ')}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...paths, frame);
    const node = html('div', { class: 'share-bar', 'data-term': term, style: `--hue: var(--gan-${hue})` },
      html('p', {}, html('span', { class: 'who', text: this.sketch.say(`cost.${name}`) }), count), picture,
      html('p', {}, html('span', { text: this.sketch.say('head.swing') }), swing));
    return { node, paths, count, swing };
  }

  /** At first D finds the fake out: it slides from where it passes for real to where it is. */
  open(a) {
    const [from, long] = OPENING;
    let last = false;
    this.sketch.play((seconds) => {
      if (last) return null;
      last = seconds >= long;
      const part = Math.min(1, seconds / long);
      const eased = part * part * (3 - 2 * part);
      return { a: last ? a : from + (a - from) * eased, time: 0 };
    });
  }

  start() {
    const { sketch } = this;
    const most = sketch.data.knobs.time.high;
    const step = 0.5;
    sketch.set({ time: 0 });
    const path = (seconds) => {
      const time = clockAt(seconds);
      return time < most ? { time: Math.floor(time / step) * step < 10 ? time : Math.round(time / step) * step } : null;
    };
    sketch.play(path, { asked: true, done: () => sketch.set({ time: sketch.values.time > most - 4 ? most : sketch.values.time }) });
  }

  // -- drawing

  draw(values) {
    const { view, axis } = values;
    const batch = view === 'batch';
    this.race.hidden = batch;
    this.batch.hidden = !batch;
    this.shape(axis);
    this.drawPlace(batch ? values.mean : values.a, axis);
    return batch ? this.drawBatch(values) : this.drawRace(values);
  }

  /** What depends on the axis alone. */
  shape(axis) {
    if (axis === this.axis) return;
    this.axis = axis;
    const { x, cost, pull } = AXES[axis];
    this.x = axis === 'logit' ? (a) => a : sigmoidOf;
    const name = this.sketch.say(`axis.${axis}`);
    if (this.pulls.xName !== name) {
      this.pulls.xName = name;
      this.pulls.refresh();
    }
    this.costs.frame(x, cost);
    this.pulls.frame(x, pull);
    const middle = this.x(0);
    this.half[0].set([middle, middle], cost);
    this.half[1].set([middle, middle], pull);
    this.halfMark.set(middle + (x[1] - x[0]) / 100, cost[1] - 0.5, this.sketch.say('label.half'));
    const places = axis === 'logit'
      ? { minimax: [3.2, -2.6], non_saturating: [-6.7, 7.3], maximum_likelihood: [1.2, -4.4] }
      : { minimax: [0.9, -1.6], non_saturating: [0.1, 2.9], maximum_likelihood: [0.76, -3.9] };
    NAMES.forEach((one) => this.parts[one].name.set(...places[one], this.sketch.say(`cost.${one}`)));
    this.drawCurves();
  }

  drawCurves() {
    const xs = this.logits.map(this.x);
    NAMES.forEach((name) => {
      const { curves } = this.parts[name];
      curves[0].set(xs, this.logits.map((a) => costOf(name, a)));
      curves[1].set(xs, this.logits.map((a) => pullOf(name, a)));
    });
  }

  drawPlace(at, axis) {
    const [x, low] = [this.x(at), this.costs.y[0]];
    this.guides[0].set([x, x], this.costs.y);
    this.guides[1].set([x, x], this.pulls.y);
    Object.entries(this.handles).forEach(([name, handle]) => {
      if (name === axis) handle.set(x, low);
      else handle.hide();
    });
  }

  drawRace({ a, axis, time }) {
    const numbers = { a, time };
    const [cost, pull, arrival, said] = [{}, {}, {}, {}];
    NAMES.forEach((name) => {
      const here = runFor(name, a, time);
      this.parts[name].batch.hide();
      this.drawRunner(name, here, axis);
      const there = Number.isFinite(here);
      cost[`cost_${name}`] = there ? decimal(costOf(name, here), 3) : '−∞';
      pull[`pull_${name}`] = said[name] = there ? decimal(pullOf(name, here), 4) : '∞';
      const due = arrivalOf(name, a);
      const told = time >= due ? decimal(due, 1) : '–'; // not before it has been seen
      arrival[`arrival_${name}`] = a < 0 ? told : this.sketch.say('said.there');
    });
    this.paying.set(cost);
    this.pulling.set(pull);
    this.arriving.set(arrival);
    numbers.ratio = time ? NaN : pullOf('non_saturating', a) / pullOf('minimax', a);
    return { numbers, said: this.sketch.say('said.one', { ...said, time: decimal(time, 1) }) };
  }

  /** A fake on its curve, with its tangent and the pull on it. */
  drawRunner(name, a, axis) {
    const part = this.parts[name];
    const { arrow } = AXES[axis];
    if (!Number.isFinite(a) || a > LOGIT_SPAN[1] + 40) { // flung out of the picture
      [part.tangent, part.arrow, part.number, ...part.dots].forEach((item) => item.hide());
      return;
    }
    const [x, y, pull] = [this.x(a), costOf(name, a), pullOf(name, a)];
    part.dots[0].set([[x, y]]);
    part.dots[1].set([[x, pull]]);
    part.tangent.set(...this.tangent(x, y, axis === 'logit' ? -pull : slopeInOutput(name, a)));
    part.arrow.set([[x, y, x + arrow * Math.min(pull, 40), y]]);
    const above = name === 'maximum_likelihood' ? -1 : 1;
    const high = (this.costs.y[1] - this.costs.y[0]) / 100;
    part.number.set(x + arrow * 0.06, y + (above > 0 ? 3.2 : -6.5) * high, decimal(pull, 4));
  }

  /** A piece of a line through a point, as long in pixels whatever its slope. */
  tangent(x, y, slope) {
    const { box, x: across, y: up } = this.costs;
    if (!box) return [[x], [y]];
    const [wide, high] = [box.width / (across[1] - across[0]), box.height / (up[1] - up[0])];
    const part = TANGENT / Math.hypot(wide, slope * high);
    return [[x - part, x + part], [y - slope * part, y + slope * part]];
  }

  hideRunners() {
    NAMES.forEach((name) => {
      const { tangent, arrow, number, dots } = this.parts[name];
      [tangent, arrow, number, ...dots].forEach((item) => item.hide());
    });
  }

  drawBatch({ mean, spread }) {
    this.hideRunners();
    const logits = this.scores.map((z) => mean + spread * z);
    const n = logits.length;
    const found = batchOf(logits);
    const numbers = { mean, spread };
    const said = {};
    NAMES.forEach((name) => {
      const { shares, effective } = found[name];
      const points = logits.map((a, i) => [this.x(a), costOf(name, a), within(Math.sqrt(shares[i] * n), 0.4, 3.5)]);
      this.parts[name].batch.set(points);
      this.drawBar(this.bars[name].paths, shares);
      const swing = swingOf(name, mean, spread, n);
      this.tell(this.bars[name], effective, n, swing);
      numbers[`effective_${name}`] = effective;
      numbers[`swing_${name}`] = swing;
      said[name] = decimal(effective, 1);
    });
    return { numbers, said: this.sketch.say('said.batch', { ...said, n }) };
  }

  tell({ count, swing }, effective, n, share) {
    const texts = [
      this.sketch.say('reading.effective', { n: decimal(effective, 1), total: n }),
      share < 10 ? `± ${decimal(100 * share, share < 0.1 ? 1 : 0)} %` : `± ${whole(Math.round(share))} ×`,
    ];
    [count, swing].forEach((node, i) => { if (node.textContent !== texts[i]) node.textContent = texts[i]; });
  }

  /** Shares side by side, in the order of the axis. */
  drawBar(paths, shares) {
    const texts = ['', ''];
    let at = 0;
    shares.forEach((share, i) => {
      const end = at + share * BAR[0];
      texts[i % 2] += `M${at.toFixed(2)} 0H${end.toFixed(2)}V${BAR[1]}H${at.toFixed(2)}Z`;
      at = end;
    });
    paths.forEach((path, i) => path.setAttribute('d', texts[i]));
  }
}

export default opener(Costs);

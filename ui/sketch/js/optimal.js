/*
 * T1: two densities that the student shapes or draws, and the discriminator that is best between them.
 * At a probe: the function whose maximum D* is. By hand: a D, and where it loses against D*. In
 * function space: fakes that flow to the data. With smoothed labels: the pull that is left for a fake.
 */
import {
  CELL, GRID, LEAST, SEEN, VIEW, Flow, atOnePlace, bend, bumps, cellOf, drawnDensity, drawnJudge, drawnMass,
  gapsOf, halvesOf, judgeOf, logitBounds, logitOf, lossOf, peakOf, pullOf, slopeOf, smoothedJudge, stroke,
} from './judging.js';
import { linspace, softplus, total } from './densities.js';
import { jensenShannon } from './divergences.js';
import { decimal } from '../../live/js/words.js';
import { opener, readDrawn, writeDrawn } from './sketch.js';
import { within } from './ticks.js';
import { html } from './widgets.js';

const SPAN = [-SEEN, SEEN];
const TOP = 1.05; // of the density axis
const PENCIL_TOP = 1; // the height of a p_g drawn up to the brim, before it is scaled
const POWERS = [-4, 4]; // of ten, of the ratio
const STAKES = [-1.5, 0]; // of the function at the probe
const PULLS = [2, 5, 10, 20, 50, 100];
const WHO = ['real', 'fake'];
const LOOK = { real: { hue: 'real', dash: 'dashed' }, fake: { hue: 'fake', dash: 'solid' } };
const GAP_NAMED = 1.2; // units of x that a gap needs to be spoken of
const GAP_COUNTED = 0.5; // and to count
const SMALLEST_SHARE = 0.03;
const FLOW_RATE = 0.4;
const FLOW_SPEED = 5; // steps per second
const OPENING = { seconds: 2.4, from: -4.5 };
const YS = linspace(0.004, 0.996, 125);

const seen = (values) => values.subarray(...VIEW);
const powerText = (value) => ({ '-4': '10⁻⁴', '-2': '10⁻²', 0: '1', 2: '10²', 4: '10⁴' }[value]);
const endText = (value) => (Number.isFinite(value) ? decimal(value) : value > 0 ? '∞' : '−∞');
const glide = (t) => 1 - (1 - t) ** 3;

/** What plays for so many seconds, as a function of the part that is over; at last of 1. */
function lasting(seconds, path) {
  let over = false;
  return (t) => {
    if (over) return null;
    over = t >= seconds;
    return path(over ? 1 : t / seconds);
  };
}

export class Optimal {
  constructor(sketch) {
    Object.assign(this, { sketch, knobs: sketch.data.knobs, xs: seen(GRID) });
    const say = (key) => sketch.say(key);
    const { places } = sketch.data.facts;
    const starts = Object.entries(places).map(([name, values]) => (
      sketch.button(`place_${name}`, () => sketch.set(values))));
    const row = html('div', { class: 'row start', role: 'group', 'aria-label': say('places') }, html('span', { text: say('places') }), ...starts);
    const left = html('div', { class: 'stack' });
    const right = html('div', { class: 'stack' });
    sketch.root.append(row, html('div', { class: 'board' }, left, right));
    this.buildDensities(left);
    this.buildJudge(left);
    this.buildPlace(right);
    this.whole = sketch.readings([
      { key: 'value', term: 'd-best' }, { key: 'js_value', hue: 'js', term: 'js' }, { key: 'js', hue: 'js', term: 'js' },
      { key: 'first', hue: 'real', term: 'v-real' }, { key: 'second', hue: 'fake', term: 'v-fake' },
    ]);
    this.whole.node.classList.add('three');
    right.append(this.whole.node);
    this.buildModes();
  }

  buildDensities(parent) {
    const { sketch } = this;
    const plot = sketch.plot(parent, {
      label: sketch.say('plot.densities'), x: SPAN, y: [0, TOP], yName: sketch.say('plot.densities'), height: 250, yTicks: [0, 0.5, 1],
    });
    this.densities = plot;
    this.areas = WHO.map((who) => plot.area({ hue: who, term: `p-${who}` }));
    this.lost = plot.area({ hue: 'warn', alpha: 0.6, term: 'd-own' });
    this.ghost = plot.curve({ hue: 'fake', dash: 'dotted', alpha: 0.7 });
    this.raw = plot.curve({ hue: 'fake', dash: 'dotted' });
    this.curves = WHO.map((who) => plot.curve({ ...LOOK[who], term: `p-${who}` }));
    this.line = plot.curve({ dash: 'dotted', width: 1.2, alpha: 0.7 });
    this.spots = WHO.map((who) => plot.dots({ hue: who, shape: who === 'real' ? 'circle' : 'triangle', size: 4 }));
    this.names = WHO.map((who) => plot.label({ hue: who, anchor: who === 'real' ? 'end' : 'start', term: `p-${who}` }));
    this.peaks = WHO.map((who) => [this.peak(who), this.second(who)]);
    this.pencil = plot.handle({
      hue: 'fake', shape: 'square', name: sketch.say('handle.pencil'), x: this.knobs.probe, y: { low: 0, high: TOP }, say: (x, y) => sketch.say('at', { x: decimal(x), y: decimal(y) }), move: (x, y) => this.pencilTo(x, y),
    });
  }

  /** The handle at the top of a first bump: sideways its mean, upwards its width. */
  peak(who) {
    const { sketch, knobs } = this;
    const [mean, sigma] = [`${who}_mean`, `${who}_sigma`];
    return this.densities.handle({
      hue: who,
      shape: who === 'real' ? 'circle' : 'triangle',
      x: knobs[mean],
      y: { low: 0.01, high: TOP },
      name: sketch.say(`handle.${who}`),
      say: () => sketch.say('shaped', { mean: decimal(sketch.values[mean]), sigma: decimal(sketch.values[sigma]) }),
      move: (x, y) => {
        const { shape } = sketch.values;
        const before = this.heightOf(who, 0);
        const width = ((1 - sketch.values[`${who}_share`]) * peakOf(shape, 1)) / y;
        const changed = y === before ? {} : { [sigma]: within(width, knobs[sigma].low, knobs[sigma].high) };
        sketch.set({ [mean]: x, ...changed });
      },
    });
  }

  /** The handle at the top of a second bump, which lies on the axis while there is none. */
  second(who) {
    const { sketch, knobs } = this;
    const [mean, share] = [`${who}_mean2`, `${who}_share`];
    return this.densities.handle({
      hue: who,
      shape: who === 'real' ? 'circle' : 'triangle',
      x: knobs[mean],
      y: { low: 0, high: TOP },
      name: sketch.say(`handle.${who}2`),
      say: () => sketch.say('shared', { mean: decimal(sketch.values[mean]), share: decimal(100 * sketch.values[share], 0) }),
      move: (x, y) => {
        const part = y / peakOf(sketch.values.shape, sketch.values[`${who}_sigma`]);
        const held = within(part, knobs[share].low, knobs[share].high);
        const before = this.heightOf(who, 1);
        const gone = y < before && held < SMALLEST_SHARE;
        const changed = y === before ? {} : { [share]: gone ? 0 : held };
        sketch.set({ [mean]: x, ...changed });
      },
    });
  }

  heightOf(who, bump) {
    const { values } = this.sketch;
    const share = values[`${who}_share`];
    return (bump ? share : 1 - share) * peakOf(values.shape, values[`${who}_sigma`]);
  }

  buildJudge(parent) {
    const { sketch } = this;
    this.lower = sketch.choice('lower');
    this.lower.classList.add('beside');
    const place = html('div', { class: 'switched' });
    parent.append(place);
    const given = { x: SPAN, height: 240, xName: 'x' };
    const judge = sketch.plot(place, { ...given, label: sketch.say('plot.judge'), yName: sketch.say('plot.judge'), y: [0, 1], yTicks: [0, 0.5, 1] });
    const ratio = sketch.plot(place, {
      ...given, label: sketch.say('plot.ratio'), yName: sketch.say('plot.ratio'), y: POWERS, yTicks: [-4, -2, 0, 2, 4], yText: powerText,
    });
    place.append(this.lower);
    Object.assign(this, { judge, ratio });
    this.anything = judge.area({ hue: 'warn', alpha: 0.2 });
    judge.curve({ dash: 'dashed', width: 1, alpha: 0.6 }).set(SPAN, [0.5, 0.5]);
    ratio.curve({ dash: 'dashed', width: 1, alpha: 0.6 }).set(SPAN, [0, 0]);
    this.bounds = [0, 1].map(() => judge.curve({ hue: 'warn', dash: 'dotted', width: 1.6 }));
    this.plain = judge.curve({ dash: 'long', width: 1.4, alpha: 0.45 });
    this.best = judge.curve({ width: 2.4, term: 'd-best' });
    this.own = judge.curve({ hue: 'warn', width: 3, term: 'd-own' });
    this.ratioCurve = ratio.curve({ width: 2.4, term: 'ratio' });
    this.lines = [judge, ratio].map((plot) => plot.curve({ dash: 'dotted', width: 1.2, alpha: 0.7 }));
    this.gapName = judge.label({ anchor: 'middle' });
    this.boundNames = [0, 1].map(() => judge.label({ anchor: 'end' }));
    const probe = { shape: 'square', x: this.knobs.probe, name: sketch.say('knob.probe'), say: (x) => decimal(x) };
    const move = (x) => sketch.set({ probe: x });
    this.probes = [judge.handle({ ...probe, move }), ratio.handle({ ...probe, move })];
    this.pen = judge.handle({
      ...probe, hue: 'warn', name: sketch.say('handle.pen'), y: { low: LEAST, high: 1 - LEAST }, say: (x, y) => sketch.say('at', { x: decimal(x), y: decimal(y) }), move: (x, y) => this.penTo(x, y),
    });
  }

  buildPlace(parent) {
    const { sketch } = this;
    this.placeName = html('h3', { class: 'place' });
    const point = sketch.plot(parent, {
      label: sketch.say('plot.point'), yName: sketch.say('plot.point'), xName: sketch.say('plot.point_x'), x: [0, 1], y: STAKES, xTicks: [0, 0.5, 1], yTicks: [-1.5, -1, -0.5, 0], height: 230,
    });
    const pulls = sketch.plot(parent, { label: sketch.say('plot.pull'), yName: sketch.say('plot.pull'), x: SPAN, y: [0, PULLS[0]], xName: 'x', height: 230 });
    parent.prepend(this.placeName);
    Object.assign(this, { point, pulls });
    this.parts = WHO.map((who) => point.curve({ ...LOOK[who], width: 1.4, term: `p-${who}` }));
    this.sum = point.curve({ width: 2.4 });
    this.topLine = point.curve({ dash: 'dotted', width: 1.2, alpha: 0.7 });
    this.topDot = point.dots({ size: 5.5, term: 'd-best' });
    this.topName = point.label({ anchor: 'middle', term: 'd-best' });
    this.ownDot = point.handle({
      hue: 'warn', shape: 'square', x: { low: LEAST, high: 1 - LEAST }, name: sketch.say('handle.pen'), move: (y) => this.penTo(sketch.values.probe, y),
    });
    this.pullCurves = [
      pulls.curve({ width: 2 }), pulls.curve({ hue: 'real', dash: 'dashed', width: 3 }), pulls.curve({ hue: 'warn', width: 2.6 }),
    ];
    this.pullLine = pulls.curve({ dash: 'dotted', width: 1.2, alpha: 0.7 });
    this.here = sketch.readings([
      { key: 'at_real', hue: 'real', term: 'p-real' }, { key: 'at_fake', hue: 'fake', term: 'p-fake' },
      { key: 'at_best', term: 'd-best' }, { key: 'at_ratio', term: 'ratio' },
    ]);
    this.pulled = sketch.readings([{ key: 'pull' }, { key: 'pull_one', hue: 'real' }, { key: 'pull_two', hue: 'warn' }, { key: 'cap' }]);
    [this.here, this.pulled].forEach(({ node }) => node.classList.add('four'));
    parent.append(this.here.node, this.pulled.node);
  }

  /** What there is to do: each has its own few controls. */
  buildModes() {
    const { sketch } = this;
    this.ownReadings = sketch.readings([{ key: 'own', hue: 'warn', term: 'd-own' }, { key: 'loss', hue: 'warn', term: 'd-own' }]);
    this.massReadings = sketch.readings([{ key: 'mass', hue: 'fake' }, { key: 'density', hue: 'fake' }]);
    this.reveal = sketch.button('reveal', () => sketch.set({ best: sketch.values.best === 'shown' ? 'hidden' : 'shown' }));
    this.flowButton = sketch.button('flow', () => this.letFlow(), { primary: true });
    const controls = {
      move: [sketch.choice('shape')],
      judge: [this.ownReadings.node, this.reveal, sketch.button('clear_judge', () => sketch.set({ judge_drawn: '' }))],
      fakes: [this.massReadings.node, sketch.button('clear_fakes', () => sketch.set({ fake_drawn: '' }))],
      flow: [this.flowButton, sketch.slider('flow', { hue: 'fake', say: (steps) => decimal(steps, 0) })],
      smooth: [sketch.slider('alpha', { hue: 'real' }), sketch.slider('beta', { hue: 'fake' })],
    };
    this.panels = Object.fromEntries(Object.entries(controls).map(([mode, nodes]) => {
      const hint = html('p', { class: 'hint', text: sketch.say(`do.${mode}`) });
      return [mode, html('div', { class: 'stack mode' }, hint, html('div', { class: 'row' }, ...nodes))];
    }));
    sketch.root.append(html('div', { class: 'stack modes' }, sketch.choice('mode'), ...Object.values(this.panels)));
  }

  // -- the hand

  /** The knots of the student's D; at first it says ½ everywhere. */
  ownKnots() {
    const { judge_drawn: text } = this.sketch.values;
    return text ? readDrawn(text) : new Float64Array(this.knobs.judge_drawn.knots).fill(0.5);
  }

  fakeKnots() {
    const { fake_drawn: text } = this.sketch.values;
    return text ? readDrawn(text) : new Float64Array(this.knobs.fake_drawn.knots);
  }

  drawJudge(x, y, begins) {
    const to = [x, within((y - LEAST) / (1 - 2 * LEAST), 0, 1)];
    const knots = stroke(this.ownKnots(), begins ? to : this.stroked, to);
    this.stroked = to;
    this.sketch.set({ judge_drawn: writeDrawn(knots) });
  }

  drawFakes(x, y, begins) {
    const to = [x, within(y / PENCIL_TOP, 0, 1)];
    const knots = stroke(this.fakeKnots(), begins ? to : this.stroked, to);
    this.stroked = to;
    this.sketch.set({ fake_drawn: writeDrawn(knots) });
  }

  /** The pen is moved: to another place, or D bends there. */
  penTo(x, y) {
    const { probe } = this.sketch.values;
    const height = within((y - LEAST) / (1 - 2 * LEAST), 0, 1);
    const bent = y === this.penHeight ? {} : { judge_drawn: writeDrawn(bend(this.ownKnots(), x, height)) };
    this.sketch.set({ ...(x === probe ? {} : { probe: x }), ...bent });
  }

  pencilTo(x, y) {
    const { probe } = this.sketch.values;
    const bent = y === this.pencilHeight ? {} : { fake_drawn: writeDrawn(bend(this.fakeKnots(), x, y / PENCIL_TOP)) };
    this.sketch.set({ ...(x === probe ? {} : { probe: x }), ...bent });
  }

  letFlow() {
    const { sketch } = this;
    if (sketch.playing !== undefined) {
      sketch.stop();
      return;
    }
    const end = this.knobs.flow.high;
    const from = sketch.values.flow < end ? sketch.values.flow : 0;
    sketch.set({ flow: from });
    const path = lasting((end - from) / FLOW_SPEED, (part) => ({ flow: from + part * (end - from) }));
    sketch.play(path, { asked: true, done: () => sketch.set({}) });
    sketch.draw();
  }

  /** The page has just been opened: the fakes come in from the left. */
  open(values) {
    const { sketch } = this;
    if (sketch.opened) return;
    sketch.opened = true;
    if (values.mode !== 'move' || values.fake_drawn) return;
    const end = values.fake_mean;
    const from = Math.max(this.knobs.fake_mean.low, end + OPENING.from);
    const path = lasting(OPENING.seconds, (part) => ({ fake_mean: part === 1 ? end : from + (end - from) * glide(part) }));
    queueMicrotask(() => sketch.play(path));
  }

  // -- the picture

  shaped(who, values) {
    const [mean, sigma, mean2, share] = ['mean', 'sigma', 'mean2', 'share'].map((name) => values[`${who}_${name}`]);
    return { shape: values.shape, mean, sigma, mean2, share };
  }

  /** Both densities, and the fakes as they were before they flowed. */
  tables(values) {
    const real = bumps(this.shaped('real', values));
    const knots = values.fake_drawn ? readDrawn(values.fake_drawn) : [];
    const byHand = knots.some((height) => height > 0);
    const key = JSON.stringify([values.fake_drawn, this.shaped('real', values), this.shaped('fake', values)]);
    if (key !== this.key) {
      this.key = key;
      this.still = byHand ? drawnDensity(knots) : bumps(this.shaped('fake', values));
      this.flow = new Flow(real, this.still, FLOW_RATE);
    }
    const flows = values.mode === 'flow' && values.flow > 0;
    return { real, fake: flows ? this.flow.after(values.flow) : this.still, byHand, flows };
  }

  draw(values) {
    this.open(values);
    const found = this.tables(values);
    const { real: { p }, fake: { p: q } } = found;
    const logit = logitOf(found.real, found.fake);
    const best = judgeOf(logit);
    const judging = values.mode === 'judge';
    const now = { ...found, values, p, q, logit, best, judging, i: cellOf(values.probe), smooth: values.mode === 'smooth', hidden: judging && values.best === 'hidden' };
    now.own = judging ? drawnJudge(this.ownKnots()) : undefined;
    this.showModes(now);
    this.showDensities(now);
    this.showHandles(now);
    this.showJudge(now);
    const numbers = { ...this.showValues(now), ...this.showPlace(now) };
    this.showSmoothing(now);
    const told = { value: decimal(numbers.value, 3), js: decimal(numbers.js, 3), x: decimal(values.probe), d: this.saidD(now), lost: decimal(numbers.loss ?? 0, 3) };
    return { numbers: { ...numbers, real_share: values.real_share, flow: found.flows ? values.flow : 0 }, said: this.sketch.say(judging ? 'said_own' : 'said', told) };
  }

  showModes({ values, judging, smooth }) {
    Object.entries(this.panels).forEach(([mode, node]) => { node.hidden = mode !== values.mode; });
    const ratio = values.lower === 'ratio' && !judging && !smooth;
    this.lower.hidden = judging || smooth;
    this.judge.node.hidden = ratio;
    this.ratio.node.hidden = !ratio;
    this.point.node.hidden = smooth;
    this.here.node.hidden = smooth;
    this.pulls.node.hidden = !smooth;
    this.pulled.node.hidden = !smooth;
    this.reveal.textContent = this.sketch.say(values.best === 'shown' ? 'button.hide' : 'button.reveal');
    const playing = this.sketch.playing !== undefined && values.mode === 'flow';
    this.flowButton.textContent = this.sketch.say(playing ? 'button.flow_stop' : 'button.flow');
    this.judge.drawing(judging ? (...at) => this.drawJudge(...at) : undefined);
    this.densities.drawing(values.mode === 'fakes' ? (...at) => this.drawFakes(...at) : undefined);
    this.placeName.textContent = this.sketch.say(smooth ? 'place_pull' : 'place', { x: decimal(values.probe) });
  }

  showDensities({ values, p, q, flows, i }) {
    [p, q].forEach((table, k) => {
      this.areas[k].set(this.xs, seen(table));
      this.curves[k].set(this.xs, seen(table));
      this.spots[k].set([[values.probe, table[i]]]);
    });
    this.line.set([values.probe, values.probe], [0, TOP]);
    if (flows) this.ghost.set(this.xs, seen(this.still.p));
    else this.ghost.hide();
    this.names.forEach((label, k) => {
      const table = seen(k ? q : p);
      const top = table.indexOf(table.reduce((a, b) => Math.max(a, b)));
      label.set(this.xs[top] + (k ? 0.3 : -0.3), Math.min(TOP - 0.08, table[top] + 0.06), this.sketch.say(`name.${WHO[k]}`));
    });
  }

  showHandles({ values, byHand, flows }) {
    WHO.forEach((who, k) => {
      const [first, second] = this.peaks[k];
      const gone = who === 'fake' && (byHand || flows || values.mode === 'fakes');
      if (gone) [first, second].forEach((handle) => handle.hide());
      else {
        first.set(values[`${who}_mean`], this.heightOf(who, 0));
        second.set(values[`${who}_mean2`], this.heightOf(who, 1));
      }
    });
    if (values.mode !== 'fakes') {
      this.pencil.hide();
      this.raw.hide();
      return;
    }
    const knots = this.fakeKnots();
    const at = linspace(-SEEN, SEEN, knots.length);
    this.pencilHeight = PENCIL_TOP * knots[Math.round(((values.probe + SEEN) / (2 * SEEN)) * (knots.length - 1))];
    this.pencil.set(values.probe, this.pencilHeight);
    this.raw.set(at, knots.map((height) => PENCIL_TOP * height));
    const mass = drawnMass(knots, PENCIL_TOP);
    this.massReadings.set({ mass: decimal(mass), density: decimal(CELL * total(this.still.p)) });
  }

  showJudge({ values, logit, best, judging, hidden, smooth, own, p, q, i }) {
    const shown = smooth ? smoothedJudge(best, values.alpha, values.beta) : best;
    if (hidden) this.best.hide();
    else this.best.set(this.xs, seen(shown));
    if (smooth) this.plain.set(this.xs, seen(best));
    else this.plain.hide();
    this.ratioCurve.set(this.xs, seen(logit).map((a) => a / Math.LN10));
    this.showGaps(p, q);
    this.lines.forEach((line, k) => line.set([values.probe, values.probe], k ? POWERS : [0, 1]));
    const at = Number.isNaN(shown[i]) || hidden ? 0.5 : shown[i];
    this.probes[1].set(values.probe, Number.isNaN(logit[i]) ? 0 : within(logit[i] / Math.LN10, ...POWERS));
    if (!judging) {
      this.probes[0].set(values.probe, at);
      [this.own, this.pen, this.lost].forEach((item) => item.hide());
      return;
    }
    this.probes[0].hide();
    this.own.set(this.xs, seen(own));
    this.penHeight = own[i];
    this.pen.set(values.probe, own[i]);
    this.lost.set(this.xs, seen(lossOf(own, p, q, logit)));
  }

  showGaps(p, q) {
    const gaps = gapsOf(p, q).map(([from, to]) => [Math.max(from, VIEW[0]), Math.min(to, VIEW[1] - 1)]).filter(([from, to]) => to > from);
    if (!gaps.length) {
      this.anything.hide();
      this.gapName.hide();
      return;
    }
    this.anything.set(this.xs, seen(p.map((value, i) => (value > 0 || q[i] > 0 ? 0 : 1))));
    const inner = gaps.filter(([from, to]) => from > VIEW[0] && to < VIEW[1] - 1);
    const [from, to] = (inner.length ? inner : gaps).toSorted((a, b) => b[1] - b[0] - a[1] + a[0])[0];
    if ((to - from) * CELL < GAP_NAMED) this.gapName.hide();
    else this.gapName.set((GRID[from] + GRID[to]) / 2, 0.58, this.sketch.say('gap'));
  }

  /** The function at the probe, its maximum, and what they are in numbers. */
  showPlace({ values, p, q, best, logit, own, judging, hidden, smooth, i }) {
    const [a, b] = [p[i], q[i]];
    const curve = (f) => YS.map(f);
    this.parts[0].set(YS, curve((y) => a * Math.log(y)));
    this.parts[1].set(YS, curve((y) => b * Math.log1p(-y)));
    this.sum.set(YS, curve((y) => atOnePlace(a, b, y)));
    const nowhere = Number.isNaN(best[i]);
    if (nowhere || hidden) [this.topDot, this.topLine, this.topName].forEach((item) => item.hide());
    if (nowhere && !hidden) this.topName.set(0.5, -0.3, this.sketch.say('flat'));
    if (!nowhere && !hidden) {
      const top = a * -softplus(-logit[i]) + b * -softplus(logit[i]) || 0;
      this.topDot.set([[best[i], top]]);
      this.topLine.set([best[i], best[i]], [STAKES[0], top]);
      this.topName.set(within(best[i], 0.12, 0.88), STAKES[0] + 0.12, `D* = ${decimal(best[i])}`);
    }
    if (judging) this.ownDot.set(own[i], within(atOnePlace(a, b, own[i]), ...STAKES));
    else this.ownDot.hide();
    const any = this.sketch.say('any');
    const d = hidden ? '?' : this.saidD({ best, i });
    const ratio = logit[i] === Infinity ? '∞' : decimal(Math.exp(logit[i]));
    this.here.set({
      at_real: decimal(a, 3), at_fake: decimal(b, 3), at_best: d, at_ratio: nowhere ? any : hidden ? '?' : ratio,
    });
    if (smooth) this.showPull(values, logit, i);
    return { probe: values.probe, best: best[i] };
  }

  saidD({ best, i }) { return Number.isNaN(best[i]) ? this.sketch.say('any') : decimal(best[i], 3); }

  showPull({ alpha, beta, probe }, logit, i) {
    const slope = slopeOf(logit);
    const smoothing = [[0, 0], [alpha, 0], [alpha, beta]];
    const curves = smoothing.map(([one, other]) => logit.map((a, k) => pullOf(a, slope[k], one, other)));
    const most = curves.reduce((so, curve) => seen(curve).reduce((m, v) => (v > m ? v : m), so), 0);
    this.pulls.frame(SPAN, [0, PULLS.find((top) => top >= most * 1.02) ?? PULLS.at(-1)]);
    curves.forEach((curve, k) => this.pullCurves[k].set(this.xs, seen(curve)));
    this.pullLine.set([probe, probe], this.pulls.y);
    const [low, high] = logitBounds(alpha, beta);
    const [pull, one, two] = curves.map((curve) => decimal(curve[i]));
    this.pulled.set({ pull, pull_one: one, pull_two: two, cap: this.sketch.say('range', { low: endText(low), high: endText(high) }) });
  }

  showSmoothing({ values, smooth }) {
    const ends = [values.beta, 1 - values.alpha];
    ends.forEach((end, k) => {
      const on = smooth && end > 0 && end < 1;
      if (!on) {
        this.bounds[k].hide();
        this.boundNames[k].hide();
        return;
      }
      this.bounds[k].set(SPAN, [end, end]);
      this.boundNames[k].set(SEEN - 0.1, end + (k ? -0.09 : 0.03), k ? '1 − α' : 'β');
    });
  }

  showValues({ p, q, logit, own, judging, hidden }) {
    const [first, second] = halvesOf((i) => -softplus(-logit[i]), (i) => -softplus(logit[i]), p, q);
    const value = first + second;
    const js = jensenShannon(p, q, CELL);
    const numbers = { value, js, first, second };
    if (judging) {
      numbers.own = total(halvesOf((i) => Math.log(own[i]), (i) => Math.log1p(-own[i]), p, q));
      numbers.loss = CELL * total(lossOf(own, p, q, logit));
      numbers.swing = this.swing(p, q, own);
      this.ownReadings.set({ own: decimal(numbers.own, 3), loss: decimal(numbers.loss, 3) });
    }
    const said = (number) => (hidden ? '?' : decimal(number, 3));
    this.whole.set({
      value: said(value), js_value: said(2 * js - Math.log(4)), js: said(js), first: said(first), second: said(second),
    });
    return numbers;
  }

  /** By how much the student's D swings where it may be anything. */
  swing(p, q, own) {
    const gaps = gapsOf(p, q).map(([from, to]) => own.subarray(Math.max(from, VIEW[0]), Math.min(to + 1, VIEW[1])));
    const swings = gaps.filter((cells) => cells.length * CELL >= GAP_COUNTED).map((cells) => (
      cells.reduce((a, b) => Math.max(a, b)) - cells.reduce((a, b) => Math.min(a, b))));
    return swings.length ? Math.max(...swings) : undefined;
  }
}

export default opener(Optimal);

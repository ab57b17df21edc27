/*
 * The game xy under several rules: their ways from one start, their distances, their eigenvalues, and
 * what both players pay.
 */
import {
  RULES, bilinearEigenvalues, bilinearPath, ellipseThrough, growthOf, sizeOf, withHalves,
} from './bilinear.js';
import {
  Distance, EigenPlane, Portrait, lasting, pairText, spanOf, timesText,
} from './portrait.js';
import { svg } from './plot.js';
import { button, html } from './widgets.js';
import { decimal } from '../../live/js/words.js';

const RULE_LOOKS = {
  simultaneous: { hue: 'warn', dash: 'solid' },
  alternating: { hue: 'ink', dash: 'solid' },
  extragradient: { hue: 'w1', dash: 'solid' },
  optimistic: { hue: 'js', dash: 'long' },
  momentum: { hue: 'ink', dash: 'dashed' },
  scales: { hue: 'warn', dash: 'dashed' },
  continuous: { hue: 'muted', dash: 'dotted' },
};
const SWATCHES = { solid: '', dashed: '6 4', dotted: '1.5 4', long: '11 5' };
const TAKING_TURNS = ['alternating', 'momentum'];
const AHEAD = 1000; // steps that are computed
const GONE_FROM = 14; // so far from the middle nothing is seen any more, nor drawn

/** The eigenvalue of the upper half plane that lasts longest. */
const leading = (eigen) => eigen.filter(([, im]) => im > -1e-9).toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];

/** The last step that is worth drawing. */
function lastSeen({ xs, ys }, steps) {
  let t = 0;
  while (t < steps && Math.hypot(xs[t], ys[t]) < GONE_FROM) t += 1;
  return t;
}

export class XYScene {
  constructor(sketch, root) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const board = html('div', { class: 'board' });
    const right = html('div', { class: 'stack' });
    this.portrait = new Portrait(sketch, board, { x: 'x', y: 'y' }, { plot: 'plot.xy', handle: 'handle.start', at: 'at' });
    const { plot } = this.portrait;
    this.ellipse = plot.curve({ dash: 'dotted', width: 1.4, alpha: 0.8, term: 'kept' });
    this.ways = Object.fromEntries(RULES.map((rule) => [rule, plot.curve({ ...RULE_LOOKS[rule], width: 1.8 })]));
    this.portrait.finish();
    board.append(right);
    this.distance = new Distance(sketch, right, say('plot.radius'), -4);
    this.radii = Object.fromEntries(RULES.map((rule) => [rule, this.distance.curve({ ...RULE_LOOKS[rule], term: 'radius' })]));
    this.paid = sketch.plot(right, {
      label: say('plot.paid'), x: [0, 200], y: [-2, 2], yTicks: [-2, 0, 2], xTicks: 4, yName: say('plot.paid'), xName: say('plot.steps'), height: 160, margin: 46,
    });
    this.payoffs = [['real', 'dashed', 'pay-y'], ['fake', 'solid', 'pay-x']].map(([hue, dash, term]) => this.paid.curve({ hue, dash, term, width: 1.7 }));
    this.plane = new EigenPlane(sketch, right);
    this.values = Object.fromEntries(RULES.map((rule) => [rule, this.plane.add({ hue: RULE_LOOKS[rule].hue, shape: RULE_LOOKS[rule].dash === 'solid' ? 'circle' : 'square' })]));
    this.readings = sketch.readings([
      { key: 'radius', term: 'radius' }, { key: 'growth', term: 'eigenvalue' }, { key: 'eigen', term: 'eigenvalue' }, { key: 'period' },
    ]);
    root.append(this.controls(), board, this.below(board));
  }

  /** The rules as chips: a press adds a rule and shows its numbers, another takes it away. */
  controls() {
    const { sketch } = this;
    this.chips = Object.fromEntries(RULES.map((rule) => {
      const look = RULE_LOOKS[rule];
      const line = svg('line', { x1: 0, y1: 6, x2: 26, y2: 6, 'stroke-dasharray': SWATCHES[look.dash], style: `stroke: var(--gan-${look.hue}); stroke-width: 3` });
      const chip = button('', () => this.press(rule));
      chip.className = 'chip';
      chip.title = sketch.say(`hint.${rule}`);
      chip.append(svg('svg', { viewBox: '0 0 26 12', 'aria-hidden': 'true' }, line), html('span', { text: sketch.say(`option.rule.${rule}`) }));
      return [rule, chip];
    }));
    const row = html('div', { class: 'options', role: 'group', 'aria-label': sketch.say('knob.rule') }, ...Object.values(this.chips));
    this.says = html('p', { class: 'hint' });
    return html('div', { class: 'stack chips' }, row, this.says);
  }

  below() {
    const { sketch } = this;
    this.own = {
      beta: sketch.slider('beta'), ratio: sketch.slider('ratio', { say: (n) => decimal(n, 1) }), first: sketch.choice('first'),
    };
    const sliders = html('div', { class: 'knobs' }, sketch.slider('eta'), sketch.slider('steps', { say: (n) => decimal(n, 0) }), ...Object.values(this.own));
    return html('div', { class: 'stack under' }, this.readings.node, sliders);
  }

  /** The rules that are drawn. */
  static drawn(values) { return RULES.filter((rule) => rule === values.rule || values[`with_${rule}`] === 'yes'); }

  press(rule) {
    const { values } = this.sketch;
    const others = XYScene.drawn(values).filter((one) => one !== rule);
    const there = rule === values.rule || values[`with_${rule}`] === 'yes';
    if (!there) this.sketch.set({ rule, [`with_${rule}`]: 'yes', [`with_${values.rule}`]: 'yes' });
    else if (others.length) this.sketch.set({ [`with_${rule}`]: 'no', ...(rule === values.rule ? { rule: others.at(-1) } : {}) });
    if (!there || others.length) this.sketch.run();
  }

  draw(values) {
    const { rule, x, y } = values;
    const steps = Math.round(values.steps);
    const shown = XYScene.drawn(values);
    const first = values.first;
    this.portrait.field('xy', (u, v) => [-v, u]);
    this.portrait.handle.set(x, y);
    this.distance.frame(values.axis, steps);
    const heads = [];
    const upper = [];
    let mine;
    RULES.forEach((one) => {
      const there = shown.includes(one);
      this.chips[one].setAttribute('aria-pressed', String(there));
      this.chips[one].classList.toggle('lead', one === rule);
      if (!there) {
        [this.ways, this.radii, this.values].forEach((items) => items[one].hide());
        return;
      }
      const path = bilinearPath(one, values, [x, y], AHEAD);
      const last = lastSeen(path, steps);
      const way = TAKING_TURNS.includes(one) ? withHalves(path, first, last)
        : { xs: path.xs.subarray(0, last + 1), ys: path.ys.subarray(0, last + 1) };
      this.ways[one].set(way.xs, way.ys);
      this.distance.show(this.radii[one], path, last);
      heads.push([path.xs[steps], path.ys[steps]]);
      const eigen = bilinearEigenvalues(one, values);
      this.values[one].set(eigen);
      upper.push(leading(eigen));
      if (one === rule) mine = { path, eigen };
    });
    this.plane.frame(values.plane, upper);
    this.portrait.heads.set(heads.filter(([u, v]) => Math.abs(u) < 9 && Math.abs(v) < 9));
    this.drawEllipse(shown, values);
    this.own.beta.hidden = !shown.includes('momentum');
    this.own.ratio.hidden = !shown.includes('scales');
    this.own.first.hidden = !shown.some((one) => TAKING_TURNS.includes(one));
    this.says.textContent = this.sketch.say(`says.${rule}`);
    return this.report({ ...values, steps }, mine);
  }

  drawEllipse(shown, { x, y, eta, first }) {
    const found = shown.includes('alternating') && ellipseThrough([x, y], eta, first);
    if (found) this.ellipse.set(found.xs, found.ys);
    else this.ellipse.hide();
  }

  report({ rule, x, y, eta, steps }, { path, eigen }) {
    const { sketch } = this;
    const [before, radius] = [Math.hypot(x, y), Math.hypot(path.xs[steps], path.ys[steps])];
    const growth = growthOf(eigen);
    const [re, im] = leading(eigen);
    this.paid.frame([0, spanOf(steps)], [-2, 2]);
    const paid = Float64Array.from({ length: lastSeen(path, steps) + 1 }, (_, i) => path.xs[i] * path.ys[i]);
    const at = this.distance.xs.subarray(0, paid.length);
    this.payoffs[0].set(at, paid.map((value) => -value));
    this.payoffs[1].set(at, paid);
    const top = im ? [[re, im], [re, -im]] : eigen.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, 2);
    this.readings.set({
      radius: before ? `× ${timesText(radius / before)}` : '–',
      growth: decimal(growth, 5),
      eigen: pairText(top),
      period: im ? sketch.say('turns', { n: decimal((2 * Math.PI) / Math.atan2(im, re), 0) }) : '–',
    });
    const said = sketch.say('said.xy', {
      rule: sketch.say(`option.rule.${rule}`), n: decimal(steps, 0), factor: timesText(radius / before), growth: decimal(growth, 4),
    });
    return { numbers: { radius, before, growth, steps, eta, xy: 1, [`by_${rule}`]: 1 }, said };
  }

  /** The knob that moves while a way is drawn, and for how long. */
  static playing({ steps }) { return { knob: 'steps', to: steps, seconds: lasting(steps) }; }
}

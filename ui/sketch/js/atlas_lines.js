/*
 * T2, second scene: two parallel lines that never share a point unless they are the same. What is ∞ or
 * flat everywhere cannot pull; the way that the mass has to go can.
 */
import { LINES, pullOfTransport } from './lines.js';
import { linspace } from './densities.js';
import { decimal, tickText } from '../../live/js/words.js';
import { Multiple, termOf } from './multiples.js';
import { html } from './widgets.js';

const LINES_SPAN = [-1.5, 1.5];
const LINE_HEIGHTS = linspace(0.06, 0.94, 9);
const ENDLESS = 1.15; // where ∞ is drawn
const STEP_SHOWN = 0.35; // of the arrows, for a slope of 1
const LINE_CURVES = {
  kl: { hue: 'ink', y: [0, 1.25], yTicks: [0, ENDLESS], apart: ENDLESS },
  js: { hue: 'js', y: [0, 0.85], yTicks: [0, Math.LN2], apart: Math.LN2 },
  wasserstein1: { hue: 'w1', y: [0, 1.6], yTicks: [0, 0.5, 1, 1.5] },
};
const HOLLOW = 0.02; // around the one place where they are the same

const written = (value) => ({ [ENDLESS]: '∞', [Math.LN2]: 'log 2' }[value] ?? tickText(value));
const exactly = (value) => (value === Infinity ? '∞' : decimal(value, 3));

export class LinesScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch });
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'multiples one' })];
    stage.append(html('div', { class: 'board' }, left, right));
    const plane = sketch.plot(left, {
      label: sketch.say('plot.plane'), x: [-1.9, 1.9], y: [-0.12, 1.16], yTicks: [0, 1], xTicks: [-1.5, -1, -0.5, 0, 0.5, 1, 1.5], xName: 'θ', height: 400, grid: false,
    });
    this.ways = plane.curve({ hue: 'w1', dash: 'dotted', width: 1.5, term: 'wasserstein' });
    this.data = plane.curve({ hue: 'real', dash: 'long', width: 5, term: 'p-real' });
    this.fakes = plane.curve({ hue: 'fake', width: 5, term: 'p-fake' });
    this.pulls = plane.arrows({ hue: 'w1', width: 2.4, term: 'wasserstein' });
    this.names = [plane.label({ hue: 'real', anchor: 'middle' }), plane.label({ hue: 'fake', anchor: 'middle' })];
    this.handle = plane.handle({
      hue: 'fake', shape: 'triangle', x: sketch.data.knobs.theta, name: sketch.say('knob.theta'), move: (x) => sketch.set({ theta: x }),
    });
    this.rest = sketch.readings(['reverse_kl', 'chi2', 'total_variation', 'hellinger'].map((key) => ({ key })));
    left.append(this.rest.node);
    this.curves = Object.entries(LINE_CURVES).map(([name, look]) => this.buildCurve(right, name, look));
  }

  buildCurve(parent, name, { hue, y, yTicks, apart }) {
    const { sketch } = this;
    const multiple = new Multiple(sketch, parent, {
      key: `lines_${name}`, name: sketch.say(`name.${name}`), hue, term: termOf(name),
      plot: { x: LINES_SPAN, xTicks: [-1.5, 0, 1.5], y, yTicks, yText: written, height: 118 },
    });
    const { plot } = multiple;
    if (apart) {
      plot.curve({ hue, width: 2.4, term: termOf(name) }).set([LINES_SPAN[0], -HOLLOW, NaN, HOLLOW, LINES_SPAN[1]], [apart, apart, NaN, apart, apart]);
      plot.dots({ hue, size: 4, term: termOf(name) }).set([[0, 0]]);
    } else plot.curve({ hue, width: 2.4, term: termOf(name) }).set([-1.5, 0, 1.5], [1.5, 0, 1.5]);
    return { name, multiple, apart, cursor: plot.curve({ width: 1, alpha: 0.45 }), bead: plot.dots({ hue: 'fake', shape: 'triangle', size: 5.5 }), top: y[1] };
  }

  draw({ theta }) {
    const { sketch } = this;
    this.data.set([0, 0], [0, 1]);
    this.fakes.set([theta, theta], [0, 1]);
    this.names[0].set(0, 1.06, sketch.say('name.real'));
    this.names[1].set(theta, Math.abs(theta) < 0.45 ? -0.1 : 1.06, sketch.say('name.fake'));
    this.handle.set(theta, 0.5);
    this.ways.set(...this.waysHome(theta));
    const pull = pullOfTransport(theta);
    const step = Math.min(STEP_SHOWN, Math.abs(theta)) * pull;
    this.pulls.set(pull ? Array.from(LINE_HEIGHTS, (y) => [theta, y, theta - step, y]) : []);
    this.curves.forEach(({ name, multiple, apart, cursor, bead, top }) => {
      const value = LINES[name](theta);
      const slope = name === 'wasserstein1' ? pull : 0;
      const says = name === 'wasserstein1' && pull ? sketch.say('slope', { n: decimal(slope, 0) }) : sketch.say(value === 0 ? 'same' : value === Infinity ? 'no_slope' : 'slope', { n: '0' });
      multiple.say(exactly(value), says);
      cursor.set([theta, theta], [0, top]);
      bead.set([[theta, value === 0 ? 0 : apart ?? value]]);
    });
    const others = ['reverse_kl', 'chi2', 'total_variation', 'hellinger'];
    this.rest.set(Object.fromEntries(others.map((name) => [name, exactly(LINES[name](theta))])));
    const says = { theta: decimal(theta), js: exactly(LINES.js(theta)), kl: exactly(LINES.kl(theta)), w1: decimal(LINES.wasserstein1(theta)) };
    return {
      numbers: { apart: Math.abs(theta), lines_kl: LINES.kl(theta), lines_js: LINES.js(theta), lines_w1: LINES.wasserstein1(theta) },
      said: sketch.say('said.lines', says),
    };
  }

  /** The way that the mass goes, from each height straight across. */
  waysHome(theta) {
    const gap = Number.NaN;
    return [
      Array.from(LINE_HEIGHTS).flatMap(() => [theta, 0, gap]),
      Array.from(LINE_HEIGHTS).flatMap((y) => [y, y, gap]),
    ];
  }
}

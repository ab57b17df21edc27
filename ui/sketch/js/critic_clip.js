/*
 * V1, third scene: the largest slope that clipping leaves a network, over the clip, for one to four
 * hidden layers. Which clip gives the slope 1 depends on each layer and each unit.
 */
import { clipOfSlope, clippedBound, widthsOf } from './critics.js';
import { linspace } from './densities.js';
import { decimal, tickText } from '../../live/js/words.js';
import { html } from './widgets.js';

const DEPTHS = [1, 2, 3, 4];
const CLIP_POWERS = linspace(-3, 0, 31);
const SLOPE_POWERS = [-6, 4];
const TRUE_DISTANCE = 4;
const NAME_POWER = 3.6; // of the height at which lines are numbered
const SUPER = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶' };

const powerName = (value) => `10${Array.from(String(value), (sign) => SUPER[sign]).join('')}`;

/** A number that may be very small. */
function brief(value) {
  if (value >= 1e-3 && value < 1e4) return tickText(value);
  const [digits, power] = value.toExponential(1).split('e');
  return `${digits} · ${powerName(Number(power))}`;
}

/** The next 1, 1.5, 2, 3, 4, 6, 8 or 10 times a power of ten. */
export function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.5, 2, 3, 4, 6, 8, 10].find((one) => one * power >= value * (1 - 1e-9));
}

export class ClipScene {
  constructor(sketch, stage) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    stage.append(html('div', { class: 'board' }, left, right));
    this.plot = sketch.plot(left, {
      label: say('plot.clip'), yName: say('plot.clip'), xName: say('plot.bound'), x: [-3, 0], xTicks: [], y: SLOPE_POWERS, yTicks: [-6, -4, -2, 0, 2, 4], yText: powerName, height: 340, margin: 46,
    });
    this.unit = this.plot.curve({ hue: 'w1', dash: 'dashed', width: 1.8 });
    this.lines = DEPTHS.map(() => this.plot.curve({ width: 1.2, alpha: 0.45 }));
    this.own = this.plot.curve({ width: 2.6 });
    this.names = DEPTHS.map(() => this.plot.label({ hue: 'muted', anchor: 'end' }));
    this.one = this.plot.label({ hue: 'w1' });
    this.marks = [-3, -2, -1, 0].map(() => this.plot.label({ hue: 'muted', anchor: 'middle' }));
    this.cross = this.plot.dots({ hue: 'w1', shape: 'square', size: 5 });
    this.handle = this.plot.handle({
      hue: 'warn', x: sketch.data.knobs.clip, name: say('knob.clip'), say: (v) => brief(10 ** v), move: (v) => sketch.set({ clip: v }),
    });
    this.numbers = sketch.readings([{ key: 'bound_slope' }, { key: 'bound_estimate' }, { key: 'right_clip', hue: 'w1' }]);
    right.append(this.numbers.node, sketch.slider('clip', { hue: 'warn', say: (v) => brief(10 ** v) }), sketch.slider('layers', { say: (n) => decimal(n, 0) }), sketch.slider('width', { say: (n) => decimal(n, 0) }));
  }

  draw({ clip, layers, width }) {
    const { sketch } = this;
    const widths = widthsOf(layers, width);
    const slope = clippedBound(10 ** clip, widths);
    const right = clipOfSlope(1, widths);
    const power = (depth, c) => Math.log10(clippedBound(10 ** c, widthsOf(depth, width)));
    DEPTHS.forEach((depth, i) => {
      this.lines[i].set(CLIP_POWERS, CLIP_POWERS.map((c) => power(depth, c)));
      const end = Math.min(-0.02, (NAME_POWER - power(depth, 0)) / (depth + 1)); // a line's slope is its layers
      this.names[i].set(end - 0.06, power(depth, end), String(depth));
    });
    this.own.set(CLIP_POWERS, CLIP_POWERS.map((c) => power(layers, c)));
    this.unit.set([-3, 0], [0, 0]);
    this.one.set(-2.98, 0.22, sketch.say('name.one'));
    ['0.001', '0.01', '0.1', '1'].forEach((text, i) => this.marks[i].set(i - 3 + (i ? (i === 3 ? -0.03 : 0) : 0.05), SLOPE_POWERS[0] - 0.75, text));
    this.cross.set([[Math.log10(right), 0]]);
    this.handle.set(clip, Math.log10(slope));
    const told = { clip: brief(10 ** clip), slope: brief(slope), right: tickText(right) };
    this.numbers.set({ bound_slope: brief(slope), bound_estimate: brief(TRUE_DISTANCE * slope), right_clip: tickText(right) });
    return { numbers: { bound_slope: slope, layers, width, right_clip: right }, said: sketch.say('said.clipping', told) };
  }
}

/*
 * V1, second scene: a linear critic that pays for every slope but 1. What it gains grows with the slope
 * as W does, what it pays as a parabola; so it settles beyond 1. With the norm taken along the wrong
 * axis each pixel wants the slope 1 for itself.
 */
import { criticGain, slopeByPixel } from './critics.js';
import { linspace } from './densities.js';
import { decimal, tickText } from '../../live/js/words.js';
import { niceTop } from './critic_clip.js';
import { html } from './widgets.js';

const SLOPES_SHOWN = 160;

export class PenaltyScene {
  constructor(sketch, stage) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    stage.append(html('div', { class: 'board even' }, left, right));
    this.hill = sketch.plot(left, { label: say('plot.hill'), yName: say('plot.hill'), xName: say('plot.slope'), x: [0, 3], y: [0, 8], height: 300, margin: 48 });
    this.one = this.hill.curve({ hue: 'w1', dash: 'dotted', width: 1.6 });
    this.gain = this.hill.curve({ hue: 'w1', dash: 'dashed' });
    this.cost = this.hill.curve({ hue: 'warn', dash: 'long' });
    this.rest = this.hill.curve({ width: 2.6 });
    this.top = this.hill.dots({ size: 6 });
    this.names = ['gain', 'cost', 'rest'].map((name, i) => [name, this.hill.label({ hue: ['w1', 'warn', 'ink'][i], anchor: i ? 'end' : 'start' })]);
    this.ruler = sketch.plot(right, { label: say('plot.ruler'), yName: say('plot.ruler'), xName: say('plot.x'), x: [-0.5, 8.5], y: [0, 10], height: 230, margin: 48 });
    this.right = this.ruler.curve({ hue: 'w1', dash: 'dotted', width: 1.6 });
    this.critic = this.ruler.curve({ width: 2.6 });
    this.marks = this.ruler.curve({ hue: 'muted', width: 1, dash: 'dotted' });
    this.data = this.ruler.dots({ hue: 'real', size: 6 });
    this.fake = this.ruler.dots({ hue: 'fake', shape: 'triangle', size: 6 });
    this.reads = this.ruler.arrows({ width: 2.2 });
    this.numbers = sketch.readings([{ key: 'slope' }, { key: 'estimate' }, { key: 'truth', hue: 'w1' }, { key: 'times' }]);
    this.pixels = sketch.slider('side', { say: (n) => `${n} × ${n}` });
    this.numbers.node.classList.add('two');
    right.append(this.numbers.node);
    stage.append(html('div', { class: 'knobs' }, sketch.slider('distance', { hue: 'w1' }), sketch.slider('lambda', { hue: 'warn', say: (v) => tickText(10 ** v) }), sketch.choice('norm'), this.pixels));
  }

  draw(values) {
    const { sketch } = this;
    const { distance, norm, side } = values;
    const penalty = 10 ** values.lambda;
    const pixels = norm === 'pixel' ? side * side : 1;
    this.pixels.hidden = norm !== 'pixel';
    const slope = slopeByPixel(distance, penalty, pixels);
    const target = Math.sqrt(pixels);
    const reach = niceTop(Math.max(1.9 * target, 1.15 * slope));
    this.drawHill(distance, penalty, pixels, slope, reach, target);
    this.drawRuler(distance, slope);
    const times = distance > 0 ? slope : NaN;
    this.numbers.set({ slope: decimal(slope), estimate: decimal(slope * distance), truth: decimal(distance), times: `× ${decimal(times)}` });
    const told = { slope: decimal(slope), estimate: decimal(slope * distance), distance: decimal(distance) };
    return { numbers: { slope, reading: slope * distance, excess: slope, distance, pixels }, said: sketch.say('said.penalty', told) };
  }

  drawHill(distance, penalty, pixels, slope, reach, target) {
    const xs = linspace(0, reach, SLOPES_SHOWN + 1);
    const gains = xs.map((s) => s * distance);
    const costs = xs.map((s) => s * distance - criticGain(s, distance, penalty, pixels));
    const rest = xs.map((s) => criticGain(s, distance, penalty, pixels));
    const best = criticGain(slope, distance, penalty, pixels);
    const top = niceTop(Math.max(1, 1.25 * best, 0.6 * slope * distance));
    this.hill.frame([0, reach], [-top / 2, top]);
    this.one.set([target, target], [-top, top]);
    this.gain.set(xs, gains);
    this.cost.set(xs, costs);
    this.rest.set(xs, rest);
    this.top.set([[slope, best]]);
    const at = { gain: gains, cost: costs, rest };
    this.names.forEach(([name, label]) => {
      if (name === 'gain') { // above its line, near its beginning
        label.set(reach / 80, gains[SLOPES_SHOWN / 8] + 0.06 * top, this.sketch.say('name.gain'));
        return;
      }
      const y = at[name].findLast((one) => one < 0.92 * top && one > -0.42 * top);
      const i = at[name].lastIndexOf(y);
      if (i > SLOPES_SHOWN / 6) label.set(xs[i] - reach / 80, y, this.sketch.say(`name.${name}`));
      else label.hide();
    });
  }

  drawRuler(distance, slope) {
    const top = niceTop(Math.max(2, 1.1 * slope * distance));
    this.ruler.frame([-0.5, 8.5], [0, top]);
    this.right.set([0, 8.5], [0, 8.5]);
    this.critic.set([0, 8.5], [0, 8.5 * slope]);
    this.marks.set([distance, distance], [0, slope * distance]);
    this.fake.set([[0, 0]]);
    this.data.set([[distance, 0]]);
    this.reads.set(distance > 0 ? [[distance, 0, distance, slope * distance]] : []);
  }
}

/*
 * T1: two densities that the student moves, and the discriminator that is best between them.
 */
import { gaussian, linspace } from './densities.js';
import { jensenShannon, optimal, optimalValue } from './divergences.js';
import { decimal } from '../../live/js/words.js';
import { opener } from './sketch.js';
import { html } from './widgets.js';

const SPAN = [-6, 6];
const CELLS = 481;

export class Optimal {
  constructor(sketch) {
    Object.assign(this, { sketch, xs: linspace(...SPAN, CELLS), dx: (SPAN[1] - SPAN[0]) / (CELLS - 1) });
    const { data } = sketch;
    const board = html('div', { class: 'wide' });
    sketch.root.append(board);
    this.densities = sketch.plot(board, {
      label: sketch.say('plot.densities'), x: SPAN, y: [0, 0.8], yName: sketch.say('plot.densities'), height: 260,
    });
    this.judge = sketch.plot(board, {
      label: sketch.say('plot.judge'), x: SPAN, y: [0, 1], yTicks: [0, 0.5, 1], yName: sketch.say('plot.judge'), height: 260,
    });
    this.areas = ['real', 'fake'].map((hue) => this.densities.area({ hue, term: `p-${hue}` }));
    this.curves = [['real', 'dashed'], ['fake', 'solid']].map(([hue, dash]) => this.densities.curve({ hue, dash, term: `p-${hue}` }));
    this.handles = ['real', 'fake'].map((hue, i) => this.densities.handle({
      hue,
      shape: i ? 'triangle' : 'circle',
      x: data.knobs[`${hue}_mean`],
      name: sketch.say(`knob.${hue}_mean`),
      move: (x) => sketch.set({ [`${hue}_mean`]: x }),
    }));
    this.half = this.judge.curve({ dash: 'dashed', width: 1, alpha: 0.6 });
    this.best = this.judge.curve({ width: 2.4, term: 'd-best' });
    this.readings = sketch.readings([{ key: 'value', term: 'd-best' }, { key: 'js', hue: 'js' }]);
    const knobs = html('div', { class: 'knobs' }, sketch.slider('real_sigma', { hue: 'real' }), sketch.slider('fake_sigma', { hue: 'fake' }));
    sketch.root.append(html('div', { class: 'stack' }, this.readings.node, knobs));
  }

  draw({ real_mean: m, real_sigma: s, fake_mean: n, fake_sigma: t }) {
    const tables = [gaussian(m, s), gaussian(n, t)].map((one) => this.xs.map((x) => one.pdf(x)));
    const [p, q] = tables;
    tables.forEach((table, i) => {
      this.areas[i].set(this.xs, table);
      this.curves[i].set(this.xs, table);
    });
    this.handles[0].set(m, 0);
    this.handles[1].set(n, 0);
    const d = optimal(p, q);
    this.half.set(SPAN, [0.5, 0.5]);
    this.best.set(this.xs, d);
    const [value, js] = [optimalValue(p, q, this.dx), jensenShannon(p, q, this.dx)];
    this.readings.set({ value: decimal(value, 3), js: decimal(js, 3) });
    return { numbers: { value, js }, said: '' };
  }
}

export default opener(Optimal);

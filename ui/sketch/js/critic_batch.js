/*
 * V1, fourth scene: a batch of five samples and what a steep line says of them, with batch norm or
 * without. Move one sample: with batch norm the scores of all others move. The table says how each
 * score changes with each sample; its columns' sums are what a gradient penalty takes for the slope.
 */
import { batchJacobian, normalisedBatch } from './critics.js';
import { decimal } from '../../live/js/words.js';
import { html } from './widgets.js';

const BATCH_NAMES = ['x0', 'x1', 'x2', 'x3', 'x4'];
const FULL_CELL = 2.5; // a slope that darkens its cell all the way

export class BatchScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, held: 0 });
    const say = (key, blanks) => sketch.say(key, blanks);
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    stage.append(html('div', { class: 'board even' }, left, right));
    this.plot = sketch.plot(left, {
      label: say('plot.batch'), yName: say('plot.batch'), xName: say('plot.x'), x: [-4.2, 4.2], y: [-6, 6], yTicks: [-6, -3, 0, 3, 6], height: 320,
    });
    this.line = this.plot.curve({ hue: 'muted', dash: 'dotted' });
    this.drops = this.plot.curve({ hue: 'muted', width: 1, alpha: 0.6 });
    this.samples = BATCH_NAMES.map((name, i) => this.plot.handle({
      hue: 'real', x: sketch.data.knobs[name], name: say('handle.sample', { n: i + 1 }), move: (x) => {
        this.held = i;
        sketch.set({ [name]: x });
      },
    }));
    this.names = BATCH_NAMES.map(() => this.plot.label({ anchor: 'middle' }));
    left.append(html('div', { class: 'knobs' }, sketch.choice('bn'), sketch.slider('gain', { say: (n) => decimal(n, 1) })));
    this.numbers = sketch.readings([{ key: 'others' }, { key: 'true_slope' }, { key: 'seen_slope', hue: 'warn' }]);
    this.cells = BATCH_NAMES.map(() => BATCH_NAMES.map(() => html('td', { class: 'cell' })));
    this.sums = BATCH_NAMES.map(() => html('td', {}));
    const head = html('tr', {}, html('th', {}), ...BATCH_NAMES.map((_, j) => html('th', { scope: 'col', text: `x${'₁₂₃₄₅'[j]}` })));
    const rows = this.cells.map((row, i) => html('tr', {}, html('th', { scope: 'row', text: `f${'₁₂₃₄₅'[i]}` }), ...row));
    const foot = html('tr', { class: 'sums' }, html('th', { scope: 'row', text: say('sums') }), ...this.sums);
    const caption = html('caption', { text: say('jacobian') });
    this.table = html('table', { class: 'jacobian' }, caption, html('thead', {}, head), html('tbody', {}, ...rows, foot));
    right.append(html('div', { class: 'scroller' }, this.table), this.numbers.node);
  }

  draw(values) {
    const { sketch } = this;
    const x = BATCH_NAMES.map((name) => values[name]);
    const spread = Math.max(...x) - Math.min(...x) > 1e-6;
    const normed = values.bn === 'with' && spread;
    const plain = x.map((one) => values.gain * one);
    const scores = normed ? normalisedBatch(x).y : plain;
    const slopes = normed ? batchJacobian(x) : x.map((_, i) => x.map((__, j) => (i === j ? values.gain : 0)));
    this.samples.forEach((sample, i) => {
      sample.set(x[i], scores[i]);
      this.names[i].set(x[i], scores[i] + 0.75, `f${'₁₂₃₄₅'[i]}`);
    });
    if (normed) this.line.hide();
    else this.line.set([-4.2, 4.2], [-4.2 * values.gain, 4.2 * values.gain]);
    this.drops.set(x.flatMap((one) => [one, one, NaN]), scores.flatMap((one) => [0, one, NaN]));
    const sums = x.map((_, j) => slopes.reduce((sum, row) => sum + row[j], 0));
    this.fill(slopes, sums);
    const others = Math.max(...slopes.flatMap((row, i) => row.filter((_, j) => j !== i).map(Math.abs)));
    const seen = Math.max(...sums.map(Math.abs));
    const own = slopes[this.held][this.held];
    this.numbers.set({ others: decimal(others), true_slope: decimal(own), seen_slope: decimal(seen < 1e-9 ? 0 : seen) });
    return {
      numbers: { others, seen, normed: normed ? 1 : 0 },
      said: sketch.say('said.batch', { others: decimal(others), seen: decimal(seen < 1e-9 ? 0 : seen) }),
    };
  }

  fill(slopes, sums) {
    slopes.forEach((row, i) => row.forEach((slope, j) => {
      const cell = this.cells[i][j];
      cell.textContent = decimal(Math.abs(slope) < 5e-3 ? 0 : slope);
      cell.style.setProperty('--part', `${Math.min(100, Math.round((100 * Math.abs(slope)) / FULL_CELL))}%`);
      cell.toggleAttribute('data-held', j === this.held);
    }));
    this.sums.forEach((cell, j) => { cell.textContent = decimal(Math.abs(sums[j]) < 1e-9 ? 0 : sums[j]); });
  }
}

/*
 * I1, second view: a transposed convolution pastes its kernel once per input pixel, a stride further
 * each time. Where pastes overlap unevenly, an even picture comes out as a checkerboard; beside it
 * the same with upsampling and a convolution.
 */
import { interior, overlap, upsampledOverlap } from './convolution.js';
import { Boxes, Picture } from './pixels.js';
import { whole } from '../../live/js/words.js';
import { html } from './widgets.js';

export const CHECKER_INPUTS = 6;
const PASTE_SECONDS = 0.5;
const UPSAMPLED_KERNEL = 3;
const MIDDLE_GREY = 0.55; // of a pixel that gets as much as inner pixels get on average, if the most stay in range
const FALL = 0.35; // of the plot's height, from where a kernel comes down
const GAP = 0.06; // between bricks, in pixels

export class CheckersScene {
  constructor(sketch, stage) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    stage.append(html('div', { class: 'board even' }, left, right));
    this.plot = sketch.plot(left, {
      label: say('plot.taps'), yName: say('plot.taps'), xName: say('plot.pixel'), x: [0, 13], xTicks: [], y: [0, 3], height: 350, margin: 34,
    });
    this.bricks = [0.9, 0.5].map((alpha) => new Boxes(this.plot, { hue: 'fake', alpha }));
    this.bars = new Boxes(this.plot, { hue: 'fake', alpha: 0.7 });
    this.least = this.plot.curve({ hue: 'ink', dash: 'dashed', width: 1.4 });
    const pair = html('div', { class: 'pair' });
    right.append(pair);
    this.pictures = ['pasted', 'enlarged'].map((name) => new Picture(pair, { name: say(`picture.${name}`) }));
    this.numbers = sketch.readings([{ key: 'rest', hue: 'warn' }, { key: 'fewest' }, { key: 'most' }]);
    this.numbers.node.classList.add('three');
    this.outcome = html('p', { class: 'outcome', 'aria-live': 'polite' });
    right.append(this.numbers.node, this.outcome);
    const again = sketch.button('paste', () => this.paste(true), { primary: true });
    stage.append(html('div', { class: 'knobs' }, sketch.slider('c_kernel', { say: whole }), sketch.slider('c_stride', { say: whole }), sketch.choice('c_layers'), sketch.slider('c_step', { say: (n) => `${whole(n)} / ${CHECKER_INPUTS}` })), html('div', { class: 'row' }, again));
  }

  begin() {
    if (this.sketch.values.c_step === CHECKER_INPUTS) this.paste(false);
  }

  /** Paste the kernel for one input after the other. */
  paste(asked) {
    let over = false;
    this.sketch.play((t) => {
      if (over) return null;
      const step = Math.min(CHECKER_INPUTS, t / PASTE_SECONDS);
      over = step === CHECKER_INPUTS;
      return { c_step: step };
    }, { asked, done: () => { this.sketch.values.c_step = CHECKER_INPUTS; } });
  }

  draw(values) {
    const { sketch } = this;
    const [kernel, stride] = [Math.round(values.c_kernel), Math.round(values.c_stride)];
    const layers = Number(values.c_layers);
    const given = values.c_step;
    const all = overlap(CHECKER_INPUTS, kernel, stride, layers);
    const [first, last] = interior(CHECKER_INPUTS, kernel, stride, layers);
    const inner = all.slice(first, last + 1);
    const [fewest, most] = [Math.min(...inner), Math.max(...inner)];
    this.drawRow(kernel, stride, layers, given, { all, first, last, fewest });
    const mean = inner.reduce((sum, one) => sum + one, 0) / inner.length;
    const landed = Math.floor(given + 1e-9);
    this.drawPlane(this.pictures[0], overlap(CHECKER_INPUTS, kernel, stride, layers, landed), mean, most);
    const reached = UPSAMPLED_KERNEL ** layers;
    this.drawPlane(this.pictures[1], upsampledOverlap(CHECKER_INPUTS, UPSAMPLED_KERNEL, stride, layers, landed), reached, reached);
    const even = fewest === most;
    const told = { kernel, stride, rest: kernel % stride, low: whole(fewest), high: whole(most), fewest: whole(fewest ** 2), most: whole(most ** 2) };
    this.numbers.set({ rest: whole(told.rest), fewest: told.fewest, most: told.most });
    this.outcome.textContent = sketch.say(even ? 'outcome.even' : 'outcome.uneven', told);
    this.outcome.dataset.state = even ? 'fits' : 'wrong';
    return {
      numbers: { rest: told.rest, uneven: most - fewest, kernel, stride, layers, beyond: kernel - stride },
      said: sketch.say('said.checkerboard', { kernel, stride, outcome: this.outcome.textContent }),
    };
  }

  /** The row: for one layer as bricks, one per tap; for two as bars. */
  drawRow(kernel, stride, layers, given, { all, first, last, fewest }) {
    const top = Math.max(2, ...all) * 1.3;
    this.plot.frame([0, all.length], [0, top]);
    this.least.set([first, last + 1], [fewest, fewest]);
    if (layers > 1) {
      const now = overlap(CHECKER_INPUTS, kernel, stride, layers, given);
      this.bars.set(Array.from(now, (ways, o) => [o + GAP, 0, o + 1 - GAP, ways]));
      this.bricks.forEach((boxes) => boxes.hide());
      return;
    }
    this.bars.hide();
    const heights = new Float64Array(all.length);
    const bricks = [[], []];
    for (let i = 0; i < Math.min(CHECKER_INPUTS, Math.ceil(given)); i += 1) {
      const above = i < Math.floor(given) ? 0 : FALL * top * (1 - (given - i)) ** 2;
      for (let tap = 0; tap < kernel; tap += 1) {
        const o = i * stride + tap;
        bricks[i % 2].push([o + GAP, heights[o] + GAP / 2 + above, o + 1 - GAP, heights[o] + 1 - GAP / 2 + above]);
        heights[o] += 1;
      }
    }
    this.bricks.forEach((boxes, i) => boxes.set(bricks[i]));
  }

  /** The plane: what a picture of ones becomes with all weights alike. */
  drawPlane(picture, ways, mean, most) {
    const side = ways.length;
    const grey = Math.min(MIDDLE_GREY / mean ** 2, 1 / most ** 2);
    const pixels = Float64Array.from({ length: side * side }, (_, i) => grey * ways[Math.floor(i / side)] * ways[i % side]);
    picture.set({ side, pixels }, `${side} × ${side}`);
  }
}

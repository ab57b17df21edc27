/*
 * I1, first view: pictures on their way through D's convolutions, and whether what arrives is what
 * the linear layer has been made for. For G the way back, to the size of the data's pictures.
 */
import { convSize, convSizes, leftOver, transposedSize } from './convolution.js';
import { digitPicture } from './digit_pictures.js';
import { paintPixels } from './pixels.js';
import { whole } from '../../live/js/words.js';
import { html } from './widgets.js';

const FIRST_MAPS = 16; // of D, and twice as many after each further stage
const SEED_MAPS = 128; // of G
const BATCH = 64;
const SHOWN_DIGIT = 3;
const STAGE_SECONDS = 0.45;

const mapsOf = (stage) => FIRST_MAPS * 2 ** (stage - 1);

/** What PyTorch says when features do not fit a linear layer. */
export const linearError = (features, expected) => (
  `RuntimeError: mat1 and mat2 shapes cannot be multiplied (${BATCH}x${features} and ${expected}x1)`);

/** What PyTorch says when a kernel is larger than its padded input. */
export const kernelError = (n, { kernel, padding }) => (
  `RuntimeError: Calculated padded input size per channel: (${n + 2 * padding} x ${n + 2 * padding}). `
  + `Kernel size: (${kernel} x ${kernel}). Kernel size can't be greater than actual input size`);

/** D's way: sizes, features that arrive, features that its linear layer expects. */
export function wayOfD(size, layer, stages, counts) {
  const sizes = convSizes(size, Array.from({ length: stages }, () => layer));
  const arrived = sizes.length === stages + 1;
  const features = arrived ? mapsOf(stages) * sizes.at(-1) ** 2 : 0;
  const coded = Math.floor(size / 2 ** stages);
  const expected = counts === 'measured' ? features : mapsOf(stages) * coded ** 2;
  return { sizes, features, expected, broken: !arrived, fits: arrived && features === expected };
}

/** G's way from a quarter of the size. */
export function wayOfG(size, layer) {
  const sizes = [Math.floor(size / 4)];
  for (let stage = 0; stage < 2 && sizes.at(-1); stage += 1) sizes.push(transposedSize(sizes.at(-1), layer));
  return { sizes, broken: !sizes.at(-1), fits: sizes.at(-1) === size };
}

export class CalculatorScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, shown: Infinity });
    const say = (key) => sketch.say(key);
    this.chain = html('div', { class: 'chain', role: 'img' });
    this.code = html('code', {});
    this.error = html('code', { class: 'error' });
    this.outcome = html('p', { class: 'outcome', 'aria-live': 'polite' });
    this.body = html('tbody', {});
    this.heads = ['stage', 'formula', 'real', 'coded'].map((name) => html('th', { scope: 'col', text: say(`table.${name}`) }));
    const table = html('table', { class: 'list sizes' }, html('thead', {}, html('tr', {}, ...this.heads)), this.body);
    this.knobs = {
      d: ['kernel', 'stride', 'padding', 'stages'].map((name) => sketch.slider(name, { say: whole })),
      g: ['g_kernel', 'g_stride', 'g_padding', 'g_extra'].map((name) => sketch.slider(name, { say: whole })),
    };
    this.counts = sketch.choice('counts');
    const top = html('div', { class: 'row between' }, sketch.choice('side'), this.counts);
    const verdict = html('div', { class: 'verdict' }, this.outcome, this.error, this.code);
    const knobs = html('div', { class: 'knobs' }, sketch.slider('size', { say: (n) => `${n} × ${n}` }), ...this.knobs.d, ...this.knobs.g);
    stage.append(top, this.chain, verdict, knobs, html('div', { class: 'scroller' }, table));
  }

  /** The stages come one by one. */
  begin() {
    let over = false;
    this.sketch.play((t) => {
      if (over) return null;
      this.shown = 1 + Math.floor(t / STAGE_SECONDS);
      over = this.shown > 7;
      return {};
    }, { done: () => { this.shown = Infinity; } });
  }

  draw(values) {
    const { side } = values;
    Object.entries(this.knobs).forEach(([name, nodes]) => nodes.forEach((node) => { node.hidden = name !== side; }));
    this.counts.hidden = side === 'g';
    this.error.hidden = true;
    this.code.hidden = side === 'g';
    const size = Math.round(values.size);
    return side === 'g' ? this.drawG(size, values) : this.drawD(size, values);
  }

  drawD(size, values) {
    const { sketch } = this;
    const [kernel, stride, padding, stages] = ['kernel', 'stride', 'padding', 'stages'].map((name) => Math.round(values[name]));
    const layer = { kernel, stride, padding };
    const { counts } = values;
    const way = wayOfD(size, layer, stages, counts);
    const { sizes, features, expected, broken, fits } = way;
    const blocks = sizes.map((n, i) => this.block(n, size, 'real', i ? mapsOf(i) : 1, i < stages ? layer : undefined, i === 0));
    const ends = broken ? [html('div', { class: 'stop' })] : [this.plug(features, expected)];
    this.lay([...blocks, ...ends]);
    const rows = Array.from({ length: stages }, (_, i) => {
      const [n, after] = [sizes[i], sizes[i + 1]];
      const coded = counts === 'measured' ? after : Math.floor(size / 2 ** (i + 1));
      const formula = n ? `⌊(${n} + 2 · ${padding} − ${kernel}) ÷ ${stride}⌋ + 1` : '–';
      return [i + 1, formula, n ? convSize(n, layer) || '–' : '–', coded ?? '–', after === coded];
    });
    const told = { size, last: sizes.at(-1), features: whole(features), expected: whole(expected), coded: Math.floor(size / 2 ** stages) };
    this.tabulate(rows, ['formula', 'coded']);
    this.outcome.textContent = sketch.say(broken ? 'outcome.broken' : fits ? 'outcome.fits' : 'outcome.crash', told);
    this.outcome.dataset.state = fits ? 'fits' : 'wrong';
    this.error.hidden = fits;
    if (!fits) this.error.textContent = broken ? kernelError(sizes.at(-1), layer) : linearError(features, expected);
    this.code.textContent = counts === 'measured'
      ? `features = convolutions(torch.zeros(1, 1, ${size}, ${size})).numel()  # ${features}`
      : `features = ${mapsOf(stages)} * (${size} // 2**${stages}) ** 2  # ${expected}`;
    const said = sketch.say('said.calculator', { sizes: sizes.join(', '), outcome: this.outcome.textContent });
    this.chain.setAttribute('aria-label', said);
    return {
      numbers: { fits: Number(fits), size, stages, coded: Number(counts === 'formula'), features, expected, generator: 0 }, said,
    };
  }

  drawG(size, values) {
    const { sketch } = this;
    const [kernel, stride, padding, extra] = ['g_kernel', 'g_stride', 'g_padding', 'g_extra'].map((name) => Math.round(values[name]));
    const layer = { kernel, stride, padding, extra };
    const { sizes, broken, fits } = wayOfG(size, layer);
    const largest = Math.max(size, ...sizes);
    const refused = extra >= stride;
    const blocks = sizes.map((n, i) => this.block(n, largest, 'fake', i === 2 ? 1 : SEED_MAPS / 2 ** i));
    this.lay([...blocks, this.frame(size, largest)]);
    const rows = [1, 2].map((i) => {
      const n = sizes[i - 1];
      const wanted = i === 2 ? size : Math.floor(size / 2);
      return [i, n ? `(${n} − 1) · ${stride} − 2 · ${padding} + ${kernel} + ${extra}` : '–', sizes[i] || '–', wanted, sizes[i] === wanted];
    });
    this.tabulate(rows, ['transposed', 'wanted']);
    const good = fits && !refused;
    this.outcome.textContent = sketch.say(refused ? 'outcome.extra' : broken ? 'outcome.nothing' : good ? 'outcome.g_fits' : 'outcome.g_wrong', { size, last: sizes.at(-1), seed: sizes[0] });
    this.outcome.dataset.state = good ? 'fits' : 'wrong';
    if (refused) {
      this.error.hidden = false;
      this.error.textContent = 'RuntimeError: output padding must be smaller than either stride or dilation';
    }
    const said = sketch.say('said.calculator', { sizes: sizes.join(', '), outcome: this.outcome.textContent });
    this.chain.setAttribute('aria-label', said);
    return { numbers: { fits: Number(good), size, stages: 2, coded: 0, generator: 1 }, said };
  }

  /** Show the blocks that have come so far. */
  lay(blocks) {
    blocks.forEach((node, i) => node.toggleAttribute('data-away', i >= this.shown));
    this.chain.replaceChildren(...blocks);
  }

  /** The maps of one stage: as many pixels as they have, on top of each other. */
  block(n, largest, hue, maps, layer, pictured = false) {
    const cells = html('div', { class: 'cells' });
    if (pictured) {
      const canvas = html('canvas', { class: 'pixels' });
      paintPixels(canvas, this.digit(n));
      cells.append(canvas);
    }
    if (layer && n) cells.append(...this.looks(n, layer));
    const sheets = html('div', { class: 'sheets', 'data-many': Math.min(3, Math.round(Math.log2(maps) / 2)) }, cells);
    const words = html('p', {}, html('b', { text: `${n} × ${n}` }), html('span', { text: this.sketch.say(maps === 1 ? 'one_map' : 'maps', { n: maps }) }));
    return html('div', { class: 'block', style: `--hue: var(--gan-${hue}); --n: ${n}; --part: ${n / largest}` }, sheets, words);
  }

  /** Where a kernel looks first, with the padding around, and what none reaches. */
  looks(n, layer) {
    const { kernel, stride, padding } = layer;
    const at = (place) => `--at: ${place / n}; --long: ${kernel / n}`;
    const found = [html('i', { class: 'look', style: at(-padding) })];
    if (convSize(n, layer) > 1) found.push(html('i', { class: 'look next', style: `${at(-padding)}; --by: ${stride / n}` }));
    if (padding) found.push(html('i', { class: 'pad', style: `--at: ${-padding / n}; --long: ${1 + (2 * padding) / n}` }));
    const unseen = leftOver(n, layer) - padding;
    if (convSize(n, layer) && unseen > 0) found.push(...['column', 'line'].map((name) => html('i', { class: `missed ${name}`, style: `--long: ${unseen / n}` })));
    return found;
  }

  digit(n) {
    if (this.drawnDigit?.side !== n) this.drawnDigit = digitPicture(SHOWN_DIGIT, n);
    return this.drawnDigit;
  }

  /** What arrives beside what the linear layer expects. */
  plug(features, expected) {
    const most = Math.max(features, expected, 1);
    const bar = (name, value) => html('div', { class: `bar ${name}` }, html('i', { style: `--part: ${value / most}` }), html('p', {}, html('b', { text: whole(value), 'data-reading': name }), html('span', { text: this.sketch.say(`reading.${name}`) })));
    return html('div', { class: 'plug', 'data-state': features === expected ? 'fits' : 'wrong' }, bar('features', features), bar('expected', expected));
  }

  /** The size of the data's pictures. */
  frame(size, largest) {
    const cells = html('div', { class: 'cells' });
    const canvas = html('canvas', { class: 'pixels' });
    paintPixels(canvas, this.digit(size));
    cells.append(canvas);
    const words = html('p', {}, html('b', { text: `${size} × ${size}` }), html('span', { text: this.sketch.say('data_size') }));
    return html('div', { class: 'block apart', style: `--hue: var(--gan-real); --n: ${size}; --part: ${size / largest}` }, html('div', { class: 'sheets' }, cells), words);
  }

  tabulate(rows, [formula, coded]) {
    this.heads[1].textContent = this.sketch.say(`table.${formula}`);
    this.heads[3].textContent = this.sketch.say(`table.${coded}`);
    this.body.replaceChildren(...rows.map(([stage, text, real, counted, same]) => html(
      'tr', same ? {} : { 'data-wrong': '' },
      html('th', { scope: 'row', text: stage }),
      ...[text, real, counted].map((one) => html('td', { text: one })),
    )));
  }
}

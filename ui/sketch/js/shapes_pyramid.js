/*
 * I1, fourth view: a digit taken apart into a coarse picture and the details of three levels, and put
 * together again, with a level left out or with the details of another digit.
 */
import { digitPicture } from './digit_pictures.js';
import { putTogether, takeApart } from './laplacian.js';
import { Picture } from './pixels.js';
import { decimal } from '../../live/js/words.js';
import { html } from './widgets.js';

const PYRAMID_SIDE = 32;
export const PYRAMID_LEVELS = 3;
const DETAIL_GREY = 0.5; // of a detail that is 0
const DETAIL_GAIN = 0.6; // greys per unit of detail
const LEVEL_SECONDS = 0.8;
const LEVEL_NAMES = Array.from({ length: PYRAMID_LEVELS }, (_, i) => `level${i}`); // the finest first

/** How far two pictures are apart: the largest difference of a pixel, and the root of the mean square. */
export function pictureErrors(a, b) {
  const gaps = a.pixels.map((value, i) => Math.abs(value - b.pixels[i]));
  return { largest: Math.max(...gaps), rms: Math.sqrt(gaps.reduce((sum, gap) => sum + gap * gap, 0) / gaps.length) };
}

export class PyramidScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, shown: Infinity, pyramids: new Map() });
    const say = (key, blanks) => sketch.say(key, blanks);
    const name = (i) => say(i ? 'picture.details' : 'picture.coarse');
    const rows = ['apart', 'again'].map((row) => html('div', { class: 'levels', role: 'group', 'aria-label': say(`row.${row}`) }));
    const sizes = Array.from({ length: PYRAMID_LEVELS + 1 }, (_, i) => PYRAMID_SIDE / 2 ** (PYRAMID_LEVELS - i));
    this.apart = sizes.map((size, i) => new Picture(rows[0], { name: name(i), more: `${size} × ${size}` }));
    this.again = sizes.map((size, i) => new Picture(rows[1], { name: say(i ? 'picture.sum' : 'picture.coarse'), more: `${size} × ${size}` }));
    this.switches = LEVEL_NAMES.toReversed().map((level, i) => this.buildSwitch(level, sizes[i + 1], this.apart[i + 1].node));
    const head = (row) => html('h3', { text: say(`row.${row}`) });
    const ways = html('div', { class: 'stack' }, head('apart'), rows[0], head('again'), rows[1]);
    const side = html('div', { class: 'stack' });
    stage.append(html('div', { class: 'board wide-left' }, ways, side));
    const whole = html('div', { class: 'pair' });
    this.original = new Picture(whole, { name: say('picture.original'), more: `${PYRAMID_SIDE} × ${PYRAMID_SIDE}` });
    this.result = new Picture(whole, { name: say('picture.result'), more: `${PYRAMID_SIDE} × ${PYRAMID_SIDE}` });
    this.numbers = sketch.readings([{ key: 'largest', hue: 'warn' }, { key: 'rms', hue: 'warn' }]);
    this.numbers.node.classList.add('two');
    this.outcome = html('p', { class: 'outcome', 'aria-live': 'polite' });
    const digits = html('div', { class: 'stack ten' }, sketch.choice('p_coarse'), sketch.choice('p_details'));
    side.append(whole, this.numbers.node, this.outcome, digits);
  }

  /** A level can be left out. */
  buildSwitch(level, size, parent) {
    const { sketch } = this;
    const node = html('button', { type: 'button', class: 'chip switch', 'aria-label': sketch.say('switch_name', { size }) });
    node.addEventListener('click', () => sketch.set({ [level]: sketch.values[level] === 'in' ? 'out' : 'in' }));
    parent.append(node);
    return { level, node };
  }

  /** Level after level is added. */
  begin() {
    let over = false;
    this.sketch.play((t) => {
      if (over) return null;
      this.shown = 1 + Math.floor(t / LEVEL_SECONDS);
      over = this.shown > PYRAMID_LEVELS + 1;
      return {};
    }, { done: () => { this.shown = Infinity; } });
  }

  /** A digit's pyramid, kept. */
  pyramid(digit) {
    if (!this.pyramids.has(digit)) {
      const picture = digitPicture(digit, PYRAMID_SIDE);
      this.pyramids.set(digit, { picture, ...takeApart(picture, PYRAMID_LEVELS) });
    }
    return this.pyramids.get(digit);
  }

  draw(values) {
    const { sketch } = this;
    const [own, other] = [values.p_coarse, values.p_details].map((digit) => this.pyramid(Number(digit)));
    const kept = LEVEL_NAMES.map((level) => values[level] === 'in');
    const sides = other.details.map(({ side }) => side);
    const way = (which) => putTogether(own.coarse, other.details.map((detail, i) => (which[i] ? detail : null)), sides);
    const pictures = way(kept);
    this.drawApart(own.coarse, other.details, kept);
    pictures.forEach((picture, i) => {
      this.again[i].set(picture);
      this.again[i].node.toggleAttribute('data-away', i >= this.shown);
    });
    this.original.set(own.picture);
    this.result.set(pictures[Math.min(pictures.length, this.shown) - 1]);
    const { largest, rms } = pictureErrors(pictures.at(-1), own.picture);
    const same = values.p_coarse === values.p_details;
    const out = kept.filter((one) => !one).length;
    this.numbers.set({ largest: decimal(largest, 3), rms: decimal(rms, 3) });
    const state = same ? (out ? 'lacking' : 'whole') : 'mixed';
    this.outcome.textContent = sketch.say(`outcome.${state}`, { own: values.p_coarse, other: values.p_details, out });
    this.outcome.dataset.state = state === 'whole' ? 'fits' : state;
    const alone = LEVEL_NAMES.map((_, skip) => pictureErrors(way(LEVEL_NAMES.map((__, i) => i !== skip)).at(-1), own.picture).rms);
    const least = same && out === 1 && rms <= Math.min(...alone) + 1e-12;
    return {
      numbers: { digit: Number(values.p_coarse), error: largest, rms, out, same: Number(same), least: Number(least) },
      said: sketch.say('said.pyramid', { error: decimal(largest, 3), outcome: this.outcome.textContent }),
    };
  }

  drawApart(coarse, details, kept) {
    this.apart[0].set(coarse);
    details.toReversed().forEach(({ side, pixels }, i) => {
      this.apart[i + 1].set({ side, pixels: pixels.map((value) => DETAIL_GREY + DETAIL_GAIN * value) });
    });
    this.switches.forEach(({ level, node }, i) => {
      const on = kept[LEVEL_NAMES.indexOf(level)];
      node.setAttribute('aria-pressed', on);
      node.textContent = this.sketch.say(on ? 'switch.in' : 'switch.out');
      this.apart[i + 1].node.toggleAttribute('data-out', !on);
    });
  }
}

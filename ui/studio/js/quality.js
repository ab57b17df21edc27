/*
 * How good the pictures are: what a classifier says of them over time, and how often each class
 * comes. Numbers and charts change at most five times a second, because faster ones cannot be read.
 */
import { decimal, whole } from '../../live/js/words.js';

/** What is measured of pictures, in the order in which it travels; the iteration first. */
export const QUALITY = ['iteration', 'classes', 'confidence', 'labels', 'fid', 'kid', 'count'];
const LEAST_SCALE = 0.2; // share at the top of the bars, at least

/** One row of measurements, by name. */
export const measuredOf = (row) => Object.fromEntries(QUALITY.map((name, i) => [name, row?.[i] ?? NaN]));

/** The floors, by name: what fresh real pictures score. */
export const floorsOf = (section) => Object.fromEntries(
  QUALITY.slice(1).map((name, i) => [name, section?.values[i] ?? NaN]),
);

export const percentOf = (share) => (Number.isFinite(share) ? `${decimal(100 * share, 0)} %` : '–');

/** Ten small bars, each with its number. */
export class Bars {
  constructor(list) { this.list = list; }

  dress(words, classes) {
    this.words = words;
    this.classes = classes;
    this.list.replaceChildren(...classes.map((name) => {
      const item = document.createElement('li');
      item.innerHTML = '<span class="bar"><i></i><em></em></span><b></b><span class="name"></span>';
      item.querySelector('.name').textContent = name;
      return item;
    }));
  }

  /** @param {ArrayLike<number>} shares @param {ArrayLike<number>} data the data's own, at the tick */
  draw(shares, data) {
    const known = shares?.length === this.classes.length;
    const top = Math.max(LEAST_SCALE, ...(known ? shares : []), ...(data ?? []));
    [...this.list.children].forEach((item, i) => {
      const share = known ? shares[i] : NaN;
      const own = data?.[i] ?? NaN;
      item.querySelector('i').style.height = `${known ? (100 * share) / top : 0}%`;
      item.querySelector('em').style.bottom = `${Number.isFinite(own) ? (100 * own) / top : 0}%`;
      const text = Number.isFinite(share) ? whole(Math.round(100 * share)) : '–';
      item.querySelector('b').textContent = text;
      item.setAttribute('aria-label', this.words.say('share_said', { name: this.classes[i], n: text }));
    });
  }
}

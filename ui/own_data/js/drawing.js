/*
 * A drawing: its points, the stroke that is being drawn, and the way back. It survives the page's
 * reruns, a change of language and a reload, because the tab remembers it (sessionStorage).
 */
import {
  halfWidth, places, pointsOf, rubOut, spray, textOf, thin, tidy, walk, within,
} from './strokes.js';

const STEPS_BACK = 60;
const SPACING = 0.05; // on a sheet from −2 to 2, between points along a line
const SPRAY = { width: 0.12, each: 2 };
const RUBBER = 0.14;
const THINNED = 0.75; // share of the points that stay when there would be too many

export class Drawing {
  /** @param {{page: string, most: number, far: number, storage?: Storage}} about */
  constructor({ page, most, far, storage }) {
    Object.assign(this, { most, far, storage, name: `gan-classroom:drawing:${page}` });
    this.past = [];
    this.points = [];
    this.coarse = 1; // how much wider the spacing is than at first
    this.synced = ''; // the points that the page had when it last said something
    this.brush = 'line';
    this.recall();
  }

  get half() { return halfWidth(this.points); }

  get scale() { return this.half / 2; }

  get text() { return textOf(this.points); }

  get places() { return places(this.points); }

  /** Show the points in use, unless they are already known; what was drawn is one step back. */
  show(text) {
    const points = pointsOf(text ?? '');
    const known = textOf(points);
    if (!known || known === this.synced) return;
    this.synced = known;
    if (known !== this.text) {
      this.note();
      this.points = points;
      this.coarse = 1;
    }
    this.keep();
  }

  begin(place) {
    this.note();
    this.pen = within(place, this.far);
    this.carry = 0;
    this.dab(this.pen);
  }

  /** Draw on to a place. */
  go(place) {
    if (!this.pen || this.brush === 'dot') return;
    const to = within(place, this.far);
    const step = this.brush === 'erase' ? RUBBER / 2 : SPACING * this.coarse;
    const { points, carry } = walk(this.pen, to, step * this.scale, this.carry);
    points.forEach((point) => this.dab(point));
    if (this.brush === 'erase') this.dab(to);
    this.pen = to;
    this.carry = carry;
  }

  end() {
    if (!this.pen) return;
    this.pen = undefined;
    const last = this.past.at(-1);
    if (last && textOf(last.points) === this.text) this.past.pop(); // nothing has happened
    this.keep();
  }

  dab(place) {
    if (this.brush === 'erase') {
      this.points = rubOut(this.points, place, RUBBER * this.scale);
      return;
    }
    const cloud = this.brush === 'spray'
      ? spray(place, SPRAY.width * this.scale, SPRAY.each) : [place];
    const added = cloud.map((point) => within(point, this.far).map((value) => tidy(value)));
    this.points = [...this.points, ...added];
    if (this.points.length > this.most) {
      // The whole drawing thins evenly, and what follows keeps to the new density.
      this.points = thin(this.points, Math.floor(this.most * THINNED));
      this.coarse /= THINNED;
    }
  }

  clear() {
    if (!this.points.length) return;
    this.note();
    this.points = [];
    this.coarse = 1;
    this.keep();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    Object.assign(this, before);
    this.keep();
  }

  note() {
    this.past.push({ points: this.points, coarse: this.coarse });
    if (this.past.length > STEPS_BACK) this.past.shift();
  }

  keep() {
    const { text, coarse, synced } = this;
    try {
      this.storage?.setItem(this.name, JSON.stringify({ text, coarse, synced }));
    } catch { /* a full or forbidden store: the drawing is then lost with the tab */ }
  }

  recall() {
    try {
      const kept = JSON.parse(this.storage?.getItem(this.name) ?? '{}');
      this.points = pointsOf(String(kept.text ?? '')).slice(0, this.most);
      this.coarse = kept.coarse >= 1 && kept.coarse < 1e6 ? kept.coarse : 1;
      this.synced = String(kept.synced ?? '');
    } catch { /* somebody else's text under this name */ }
  }
}

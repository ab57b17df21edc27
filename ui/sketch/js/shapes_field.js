/*
 * I1, third view: what one logit of a discriminator of patches sees. The student moves the logit on
 * its map, or the square on the picture.
 */
import { convSizes, receptiveField } from './convolution.js';
import { digitPicture } from './digit_pictures.js';
import { Boxes, Picture, PlottedPicture, Surround } from './pixels.js';
import { whole } from '../../live/js/words.js';
import { html } from './widgets.js';

const FIELD_DIGIT = 8;
const MARGIN_PART = 0.17; // of the picture, shown around it: padding is seen there
const BEYOND = 0.25; // the grey of what lies outside of the picture
const MOST_LINES = 64; // cells of the map beyond which they are not drawn one by one
const WANDER_SECONDS = 3.2;
export const FIELD_PRESETS = {
  studio: { f_kernel: 4, f_stride: 2, f_strided: 2, f_kept: 1, f_last: 3, f_picture: '28' },
  pix2pix: { f_kernel: 4, f_stride: 2, f_strided: 3, f_kept: 2, f_last: 4, f_picture: '256' },
};

const padOf = (kernel) => Math.floor((kernel - 1) / 2);

/** The convolutions that the knobs stand for; their padding keeps sizes as far as it can. */
export function fieldLayers(values) {
  const [kernel, stride, strided, kept, last] = ['f_kernel', 'f_stride', 'f_strided', 'f_kept', 'f_last'].map((name) => Math.round(values[name]));
  return [
    ...Array.from({ length: strided }, () => ({ kernel, stride, padding: padOf(kernel) })),
    ...Array.from({ length: kept }, () => ({ kernel: last, stride: 1, padding: padOf(last) })),
  ];
}

export class FieldScene {
  constructor(sketch, stage) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    const board = html('div', { class: 'board field' }, left, right);
    stage.append(board);
    this.buildPicture(left);
    const pair = html('div', { class: 'pair' });
    this.buildMap(pair);
    this.crop = new Picture(pair, { name: say('picture.seen') });
    this.numbers = sketch.readings([{ key: 'field', hue: 'warn' }, { key: 'jump' }, { key: 'map' }, { key: 'share', hue: 'warn' }]);
    this.numbers.node.classList.add('two');
    const presets = Object.keys(FIELD_PRESETS).map((name) => sketch.button(name, () => this.build(name)));
    right.append(pair, this.numbers.node, html('div', { class: 'row' }, ...presets));
    stage.append(html('div', { class: 'knobs' }, ...['f_strided', 'f_kernel', 'f_stride', 'f_kept', 'f_last'].map((name) => sketch.slider(name, { say: whole })), sketch.choice('f_picture')));
  }

  buildPicture(parent) {
    const { sketch } = this;
    const plot = sketch.plot(parent, { label: sketch.say('plot.field'), x: [-7, 35], y: [-7, 35], bare: true, height: 1 });
    this.picture = plot;
    this.digit = new PlottedPicture(plot);
    this.shade = new Surround(plot, 'shade');
    this.padding = new Surround(plot, 'padding');
    this.paddingName = plot.label({ hue: 'muted' });
    this.square = new Boxes(plot, { name: 'square' });
    this.hold = plot.handle({
      hue: 'warn', shape: 'square', x: { low: 0, high: 28, step: 1 }, y: { low: 0, high: 28, step: 1 }, name: sketch.say('handle.square'),
      say: () => this.place(), move: (x, y) => this.go(this.unitAt(x), this.unitAt(this.side - y)),
    });
  }

  buildMap(parent) {
    const { sketch } = this;
    const figure = html('figure', { class: 'picture' });
    parent.append(figure);
    const plot = sketch.plot(figure, { label: sketch.say('plot.map'), x: [0, 7], y: [0, 7], bare: true, height: 1 });
    this.map = plot;
    this.cells = plot.curve({ hue: 'muted', width: 0.8, alpha: 0.7 });
    this.cell = new Boxes(plot, { hue: 'warn' });
    this.unit = plot.handle({
      hue: 'warn', shape: 'square', x: { low: 0.5, high: 6.5, step: 1 }, y: { low: 0.5, high: 6.5, step: 1 }, name: sketch.say('handle.logit'),
      say: () => this.place(), move: (x, y) => this.go(Math.round(x - 0.5), Math.round(this.outputs - y - 0.5)),
    });
    plot.drawing((x, y) => this.go(Math.floor(x), Math.floor(this.outputs - y)));
    this.mapName = html('span', {});
    figure.append(html('figcaption', {}, html('b', { text: sketch.say('plot.map') }), this.mapName));
  }

  /** Which output sees around this place of the picture. */
  unitAt(x) { return Math.round((x - this.field.start - this.field.size / 2) / this.field.jump); }

  /** Where in the picture the middle of what an output sees lies. */
  middle(unit) { return this.field.start + unit * this.field.jump + this.field.size / 2; }

  place() { return this.sketch.say('place', { row: this.row + 1, column: this.column + 1 }); }

  go(column, row) {
    const hold = (unit) => Math.min(this.outputs - 1, Math.max(0, unit));
    this.sketch.set({ f_x: hold(column), f_y: hold(row) });
  }

  build(name) {
    const preset = FIELD_PRESETS[name];
    const middle = Math.floor((convSizes(Number(preset.f_picture), fieldLayers(preset)).at(-1) - 1) / 2);
    this.sketch.set({ ...preset, f_x: middle, f_y: middle });
  }

  /** The logit wanders over its map and comes back. */
  begin() {
    const { sketch } = this;
    const [x, y] = [this.column, this.row];
    const ring = [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]];
    const hold = (unit) => Math.min(this.outputs - 1, Math.max(0, unit));
    const far = Math.max(1, Math.floor(this.outputs / 4));
    let over = false;
    sketch.play((t) => {
      if (over) return null;
      over = t >= WANDER_SECONDS;
      const [dx, dy] = over ? [0, 0] : ring[Math.min(ring.length - 1, Math.floor((t / WANDER_SECONDS) * ring.length))];
      return { f_x: hold(x + far * dx), f_y: hold(y + far * dy) };
    }, { done: () => Object.assign(sketch.values, { f_x: x, f_y: y }) });
  }

  draw(values) {
    const { sketch } = this;
    const side = Number(values.f_picture);
    const layers = fieldLayers(values);
    const sizes = convSizes(side, layers);
    const fitting = layers.slice(0, sizes.length - 1); // a kernel that does not fit ends the chain
    Object.assign(this, { side, field: receptiveField(fitting), outputs: sizes.at(-1) });
    const hold = (unit) => Math.min(this.outputs - 1, Math.max(0, Math.round(unit)));
    Object.assign(this, { column: hold(values.f_x), row: hold(values.f_y) });
    const { size, jump } = this.field;
    const [x0, y0] = [this.column, this.row].map((unit) => this.field.start + unit * jump);
    const box = [x0, side - y0 - size, x0 + size, side - y0];
    this.drawPicture(side, box);
    this.drawMap();
    this.crop.set(this.cut(x0, y0, size), `${size} × ${size}`);
    const inside = (from) => Math.max(0, Math.min(side, from + size) - Math.max(0, from));
    const share = (inside(x0) * inside(y0)) / side ** 2;
    this.numbers.set({ field: `${whole(size)} × ${whole(size)}`, jump: whole(jump), map: `${this.outputs} × ${this.outputs}`, share: `${Math.round(100 * share)} %` });
    const depth = fitting.length;
    return {
      numbers: { field: size, jump, outputs: this.outputs, side, share, layers: depth, whole: Number(depth === layers.length) },
      said: sketch.say('said.field', { size, place: this.place(), share: Math.round(100 * share) }),
    };
  }

  drawPicture(side, box) {
    const margin = MARGIN_PART * side;
    const { picture: plot } = this;
    plot.frame([-margin, side + margin], [-margin, side + margin]);
    if (this.drawn?.side !== side) this.drawn = digitPicture(FIELD_DIGIT, side);
    this.digit.set(this.drawn);
    const [x0, y0, x1, y1] = box.map((one) => Math.min(side, Math.max(0, one)));
    this.shade.set([0, 0, side, side], [x0, y0, x1, y1]);
    this.padding.set([-margin, -margin, side + margin, side + margin], [0, 0, side, side]);
    this.paddingName.set(-0.9 * margin, side + 0.35 * margin, this.sketch.say('name.padding'));
    this.square.set([box]);
    const reach = { low: this.middle(0), high: this.middle(this.outputs - 1), step: this.field.jump };
    this.aim(this.hold, reach, { low: side - reach.high, high: side - reach.low, step: reach.step });
    this.hold.set(this.middle(this.column), side - this.middle(this.row));
  }

  drawMap() {
    const { map: plot, outputs: n } = this;
    plot.frame([0, n], [0, n]);
    const marks = n > MOST_LINES ? [0, n] : Array.from({ length: n + 1 }, (_, i) => i);
    this.cells.set(marks.flatMap((i) => [i, i, NaN, 0, n, NaN]), marks.flatMap((i) => [0, n, NaN, i, i, NaN]));
    this.cell.set([[this.column, n - this.row - 1, this.column + 1, n - this.row]]);
    const reach = { low: 0.5, high: n - 0.5, step: 1 };
    this.aim(this.unit, reach, { ...reach }); // a handle tells its two ways apart by the object
    this.unit.set(this.column + 0.5, n - this.row - 0.5);
    this.mapName.textContent = `${n} × ${n}`;
  }

  /** Tell a handle how far it goes. */
  aim(handle, along, up) {
    Object.assign(handle, { along, up });
    handle.node.setAttribute('aria-valuemin', along.low);
    handle.node.setAttribute('aria-valuemax', along.high);
  }

  /** What the logit sees, padding included. */
  cut(x0, y0, size) {
    const { side, pixels } = this.drawn;
    const at = (x, y) => (x < 0 || y < 0 || x >= side || y >= side ? BEYOND : pixels[y * side + x]);
    return { side: size, pixels: Float64Array.from({ length: size * size }, (_, i) => at(x0 + (i % size), y0 + Math.floor(i / size))) };
  }
}

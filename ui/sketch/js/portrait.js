/*
 * What the scenes of T4 share: a phase portrait with a start that is dropped and dragged, the
 * eigenvalues of a step in the complex plane, a distance over the steps, and how such numbers are said.
 */
import { decimal } from '../../live/js/words.js';
import { within } from './ticks.js';

/** How far a portrait reaches to the sides, and up and down: the same scale on a wide plot. */
export const REACHES = [[-3.1, 3.1], [-2.4, 2.4]];
const COLUMNS = 14;
const ROWS = 11;
const LONGEST_ARROW = 0.3; // data units
const CALM = 0.5; // the speed at which an arrow has half of that length

/** A multiple, as short as it can be said. */
export function timesText(value) {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && (value < 1e-3 || value >= 1e4)) return tenText(value);
  return decimal(value, value < 0.1 ? 4 : 3);
}

const RAISED = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

const raised = (power) => [...String(power)].map((digit) => RAISED[digit]).join('');

/** A power of ten by its exponent. */
export const powerText = (power) => `10${raised(power)}`;

/** A number as one digit and a power of ten. */
export function tenText(value) {
  const [digits, power] = value.toExponential(1).split('e');
  return `${digits.replace('-', '−')}·10${raised(Number(power))}`;
}

/** A pair of complex numbers, or two real ones. */
export function pairText([[re, im], [other]], places = 3) {
  if (im === 0) return `${decimal(re, places)}, ${decimal(other, places)}`;
  return `${decimal(re, places)} ± ${decimal(Math.abs(im), places)}i`;
}

const bounded = (knob, value) => within(value, knob.low, knob.high, knob.step);

export class Portrait {
  /**
   * @param {{x: string, y: string}} start the knobs of the start
   * @param {{plot: string, handle: string, at: string}} texts keys of words: for the plot, for the
   *   handle of the start, and for its place, in which the knobs have their names
   */
  constructor(sketch, parent, start, texts) {
    this.plot = sketch.plot(parent, {
      label: sketch.say(texts.plot), x: REACHES[0], y: REACHES[1], yName: sketch.say(`plot.${start.y}`), height: 0.8, xTicks: [-2, -1, 0, 1, 2], yTicks: [-2, -1, 0, 1, 2], grid: false, margin: 30,
    });
    this.cross = [[[-9, 9], [0, 0]], [[0, 0], [-9, 9]]].map(([xs, ys]) => {
      const line = this.plot.curve({ hue: 'line', width: 1 });
      line.set(xs, ys);
      return line;
    });
    this.arrows = this.plot.arrows({ hue: 'muted', width: 1.2, alpha: 0.65 });
    this.name = this.plot.label({ hue: 'muted', anchor: 'end' });
    this.name.set(REACHES[0][1] - 0.06, 0.12, sketch.say(`plot.${start.x}`));
    Object.assign(this, { sketch, start, texts });
  }

  /** Behind the head of the way and the point of rest comes what is drawn before this; the start on top. */
  finish() {
    const { sketch, start, texts } = this;
    const [x, y] = [sketch.data.knobs[start.x], sketch.data.knobs[start.y]];
    const move = (u, v) => sketch.set({ [start.x]: u, [start.y]: v });
    this.heads = this.plot.dots({ size: 5 });
    this.plot.dots({ hue: 'ink', shape: 'square', size: 3.4 }).set([[0, 0]]);
    this.handle = this.plot.handle({
      x,
      y,
      name: sketch.say(texts.handle),
      say: (u, v) => sketch.say(texts.at, { [start.x]: decimal(u), [start.y]: decimal(v) }),
      move,
    });
    this.plot.svg.addEventListener('click', (event) => { // a press anywhere drops the start there
      const [u, v] = this.plot.place(event);
      if (u < REACHES[0][0] || u > REACHES[0][1] || v < REACHES[1][0] || v > REACHES[1][1]) return;
      if (Math.hypot(u - this.handle.at[0], v - this.handle.at[1]) > 0.15) move(bounded(x, u), bounded(y, v));
    });
  }

  /** Draw a field of velocities; the same `key` is the same field. */
  field(key, velocity) {
    if (key === this.drawn) return;
    this.drawn = key;
    const found = [];
    for (let i = 0; i < COLUMNS * ROWS; i += 1) {
      const x = REACHES[0][0] + ((i % COLUMNS) + 0.5) * ((REACHES[0][1] - REACHES[0][0]) / COLUMNS);
      const y = REACHES[1][0] + (Math.floor(i / COLUMNS) + 0.5) * ((REACHES[1][1] - REACHES[1][0]) / ROWS);
      const [u, v] = velocity(x, y);
      const speed = Math.hypot(u, v);
      const long = speed ? LONGEST_ARROW / (speed + CALM) / 2 : 0;
      found.push([x - long * u, y - long * v, x + long * u, y + long * v]);
    }
    this.arrows.set(found);
  }
}

const ARC = 240;
/** The upper half of the unit circle, finest near 1, and all of it. */
const HALF = ((turns) => ({ xs: turns.map(Math.cos), ys: turns.map(Math.sin) }))(
  Float64Array.from({ length: ARC + 1 }, (_, i) => Math.PI * (i / ARC) ** 2));
const LOWER = HALF.ys.map((y) => -y);
const CIRCLE = { xs: [...HALF.xs.toReversed(), ...HALF.xs], ys: [...HALF.ys.toReversed(), ...LOWER] };

const HALVES = [-4, -3, -2, -1, 0].flatMap((power) => [1, 2, 5].map((one) => one * 10 ** power));

export class EigenPlane {
  /** The unit circle: the choice `plane` shows it whole, or the part where the eigenvalues are. */
  constructor(sketch, parent) {
    const node = document.createElement('div');
    node.className = 'switched';
    parent.append(node);
    this.plot = sketch.plot(node, {
      label: sketch.say('plot.plane'), x: [-1.5, 1.5], y: [-1, 1], yName: sketch.say('plot.plane'), height: 190, xTicks: 4, yTicks: 3, margin: 46,
    });
    const choice = sketch.choice('plane');
    choice.classList.add('beside');
    node.append(choice);
    this.inside = this.plot.area({ hue: 'w1', alpha: 0.1 });
    this.circle = this.plot.curve({ width: 1.2, dash: 'dashed', term: 'unit-circle' });
    this.dots = [];
  }

  /** Declare dots of one look. */
  add(look) {
    const dots = this.plot.dots({ size: 5, term: 'eigenvalue', ...look });
    this.dots.push(dots);
    return dots;
  }

  /** Show the circle, and near 1 these eigenvalues of the upper half plane. */
  frame(plane, eigenvalues) {
    const { box } = this.plot;
    const shape = box ? box.width / box.height : 2;
    let [half, x, y] = [1.15, 0, 0];
    if (plane === 'near') {
      const ends = [0, 1].map((i) => {
        const all = [...eigenvalues.map((value) => value[i]), ...(i ? [] : [1])];
        return [Math.min(...all), Math.max(...all)];
      });
      const [w, h] = ends.map(([low, high]) => high - low);
      const wanted = Math.max(0.7 * h, (0.7 * w) / shape, 0.1 * ends[1][1], 1e-4);
      half = HALVES.find((one) => one >= wanted) ?? 2;
      [x, y] = ends.map(([low, high]) => (half / 4) * Math.round((low + high) / 2 / (half / 4)));
    }
    this.plot.frame([x - half * shape, x + half * shape], [y - half, y + half]);
    this.circle.set(CIRCLE.xs, CIRCLE.ys);
    this.inside.set(HALF.xs, HALF.ys, LOWER);
  }
}

/** The steps that an axis shows: it grows, it does not twitch. */
export const spanOf = (steps) => [50, 100, 200, 500, 1000].find((one) => one >= steps) ?? steps;

export class Distance {
  /**
   * A distance over the steps, on a linear or a logarithmic axis: the choice `axis`.
   * @param {number} least the smallest power of ten that the latter shows
   */
  constructor(sketch, parent, label, least) {
    this.least = least;
    const node = document.createElement('div');
    node.className = 'switched';
    parent.append(node);
    this.plot = sketch.plot(node, {
      label, x: [0, 200], y: [0, 3], yName: label, xTicks: 4, yTicks: 3, height: 170, margin: 46,
    });
    const choice = sketch.choice('axis');
    choice.classList.add('beside');
    node.append(choice);
    this.xs = Float64Array.from({ length: 1001 }, (_, i) => i);
  }

  curve(look) { return this.plot.curve(look); }

  frame(axis, steps) {
    const log = axis === 'log';
    this.log = log;
    this.plot.yTicks = log ? [this.least, this.least / 2, 0] : 3;
    this.plot.yText = log ? powerText : (value) => decimal(value, 0);
    const wanted = [[0, spanOf(steps)], log ? [this.least, 1] : [0, 3]];
    if (this.framed !== axis) this.plot.y = undefined; // another axis, also over the same range
    this.framed = axis;
    this.plot.frame(...wanted);
  }

  /** Show a way's distances up to a step. */
  show(curve, { xs, ys }, steps) {
    const r = new Float64Array(steps + 1);
    for (let i = 0; i <= steps; i += 1) {
      const size = Math.hypot(xs[i], ys[i]);
      r[i] = this.log ? Math.max(-99, Math.log10(size)) : size;
    }
    curve.set(this.xs.subarray(0, steps + 1), r);
  }
}

/** How long a way of so many steps takes to be drawn, in seconds. */
export const lasting = (steps) => within(steps / 30, 2.5, 7);

/*
 * The arithmetic of the figures, without any drawing, so that Node can test it: level lines by
 * marching squares, gliding from one frame to the next, histories that thin themselves instead of
 * growing without end, and axis ranges that grow but never shrink (an axis that twitches cannot be
 * read).
 */
import { POSITION_STEPS } from './codec.js';

// Per case of the four corners (a=1 low left, b=2 low right, c=4 high right, d=8 high left), pairs
// of cell edges (0 low, 1 right, 2 high, 3 left) with the inside on the left of the way. Thanks to
// the direction each edge starts at most one piece, and pieces chain without searching.
const CELL_PIECES = [
  [], [0, 3], [1, 0], [1, 3], [2, 1], [0, 3, 2, 1], [2, 0], [2, 3],
  [3, 2], [0, 2], [1, 0, 3, 2], [1, 2], [3, 1], [0, 1], [3, 0], [],
];

/**
 * Level lines of a g × g grid, joined into polylines (so that dashes run along them).
 * @param {ArrayLike<number>} field row by row; row 0 is the lowest
 * @param {number} g
 * @param {number} level
 * @returns {number[][]} each [x0, y0, x1, y1, ...] in grid steps; closed lines repeat their start
 */
export function contourLines(field, g, level) {
  const starts = new Map(); // edge → edge where the piece ends
  const ends = new Set();
  const edgeOf = (i, j, side) => {
    if (side === 0) return 2 * (j * g + i);
    if (side === 2) return 2 * ((j + 1) * g + i);
    return 2 * (j * g + i + (side === 1 ? 1 : 0)) + 1;
  };
  for (let j = 0; j + 1 < g; j += 1) {
    for (let i = 0; i + 1 < g; i += 1) {
      const at = j * g + i;
      const inside = (field[at] >= level ? 1 : 0) | (field[at + 1] >= level ? 2 : 0)
        | (field[at + g + 1] >= level ? 4 : 0) | (field[at + g] >= level ? 8 : 0);
      const pieces = CELL_PIECES[inside];
      for (let k = 0; k < pieces.length; k += 2) {
        const end = edgeOf(i, j, pieces[k + 1]);
        starts.set(edgeOf(i, j, pieces[k]), end);
        ends.add(end);
      }
    }
  }
  const place = (edge, line) => { // where the level crosses this edge
    const at = edge >> 1;
    const other = edge & 1 ? at + g : at + 1;
    const part = (level - field[at]) / (field[other] - field[at]);
    const [x, y] = [at % g, Math.floor(at / g)];
    line.push(edge & 1 ? x : x + part, edge & 1 ? y + part : y);
  };
  const lines = [];
  const follow = (first) => {
    const line = [];
    let edge = first;
    place(edge, line);
    while (starts.has(edge)) {
      const next = starts.get(edge);
      starts.delete(edge);
      edge = next;
      place(edge, line);
    }
    lines.push(line);
  };
  [...starts.keys()].forEach((edge) => { if (!ends.has(edge)) follow(edge); }); // open lines first
  while (starts.size) follow(starts.keys().next().value);
  return lines;
}

/**
 * Even out a line's corners, which come from the field's 8-bit levels; its ends stay.
 * @param {number[]} line [x0, y0, x1, y1, ...], changed in place
 */
export function smoothLine(line, times = 3) {
  const count = line.length;
  const closed = count > 6 && line[0] === line[count - 2] && line[1] === line[count - 1];
  for (let pass = 0; pass < times; pass += 1) {
    const old = line.slice();
    const first = closed ? 0 : 2;
    for (let i = first; i < count - 2; i += 1) {
      const before = i < 2 ? old[count - 4 + i] : old[i - 2];
      line[i] = (before + 2 * old[i] + old[i + 2]) / 4;
    }
    if (closed) [line[count - 2], line[count - 1]] = line;
  }
  return line;
}

/** Numbers on their way from one frame to the next; `shown` is what to draw now. */
export class Glide {
  constructor() { this.from = this.to = this.shown = new Float32Array(0); }

  /** Set a new goal. With `jump`, or when the number of values changes, it is reached at once. */
  aim(values, jump) {
    if (jump || values.length !== this.to.length) {
      this.to = Float32Array.from(values);
      this.from = this.to.slice();
      this.shown = this.to.slice();
      return;
    }
    this.from.set(this.shown);
    this.to.set(values);
  }

  /** Go to a part of the way, 0 to 1; at 1 the goal is met exactly. */
  at(part) {
    const { from, to, shown } = this;
    if (part >= 1) shown.set(to);
    else for (let i = 0; i < to.length; i += 1) shown[i] = from[i] + (to[i] - from[i]) * part;
    return shown;
  }
}

/**
 * Rows of numbers over time, at most `most` of them: when full, every second row goes and from then
 * on only every second, fourth, ... new row stays, so that the past is as finely drawn as the
 * present. The newest row is always kept.
 */
export class History {
  constructor(columns, most = 2000) {
    this.columns = columns;
    this.most = most;
    this.clear();
  }

  clear() {
    this.rows = [];
    this.stride = 1;
    this.seen = 0;
  }

  /** Append rows given one after the other in C order. */
  add(values) {
    for (let at = 0; at + this.columns <= values.length; at += this.columns) {
      const newest = this.seen - 1;
      if (this.rows.length && newest % this.stride) this.rows.pop(); // it was only kept as newest
      this.rows.push(Array.from(values.subarray(at, at + this.columns)));
      this.seen += 1;
      if (this.rows.length > this.most) this.thin();
    }
  }

  thin() {
    const last = this.rows[this.rows.length - 1];
    this.rows = this.rows.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
    if (this.rows[this.rows.length - 1] !== last) this.rows.push(last);
  }

  get last() { return this.rows[this.rows.length - 1]; }

  /** The newest row that is no later than an iteration. */
  before(iteration) { return this.rows.findLast((row) => row[0] <= iteration); }
}

/**
 * Means over groups of rows, so that at most `most` points remain. The groups are counted from the
 * start and their size doubles, so that a line which is already drawn does not wriggle.
 * @param {number[][]} rows the first column is the iteration
 * @returns {number[][]} [iteration, mean] per group
 */
export function groupMeans(rows, column, most) {
  let size = 1;
  while (rows.length / size > most) size *= 2;
  const out = [];
  for (let at = 0; at < rows.length; at += size) {
    const group = rows.slice(at, at + size);
    const mean = (k) => group.reduce((sum, row) => sum + row[k], 0) / group.length;
    out.push([mean(0), mean(column)]);
  }
  return out;
}

/**
 * What the players themselves can tell of a distance, from a row of the history: of JS a lower bound
 * by D's cost (JS ≥ log 2 − J_D/2, equal for the best D), of W₁ the gap between the critic's means.
 */
export const ESTIMATES = {
  js: ([, dCost]) => Math.LN2 - dCost / 2,
  w1: ([, , , dReal, dFake]) => dReal - dFake,
};

/**
 * E[sign(D − ½)] over real samples, −1 to 1: ADA's r_t (Karras et al. 2020, equation 1).
 * @param {ArrayLike<number>} shares of real samples per bin of D's output, ½ in the middle
 */
export function signOf(shares) {
  let sum = 0;
  for (let i = 0; i < shares.length; i += 1) sum += 2 * i < shares.length ? -shares[i] : shares[i];
  return sum;
}

const NICE_STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/** The round number next to `value` for which `fits` holds; each is a nice step × 10^k. */
function niceNumber(value, find, fits) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = NICE_STEPS[find]((s) => fits(s * power));
  return Number((step * power).toPrecision(6));
}

/** The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 × 10^k that is at least `value`. */
export const niceCeiling = (value) => niceNumber(value, 'find', (nice) => nice >= value * (1 - 1e-9));

/** The largest of them that is at most `value`. */
export const niceFloor = (value) => niceNumber(value, 'findLast', (nice) => nice <= value * (1 + 1e-9));

/** An axis range around what it has seen: it ends at round numbers and never shrinks. */
export class Range {
  constructor(low, high) {
    this.start = [low, high];
    this.clear();
  }

  clear() { [this.low, this.high] = this.start; }

  include(value) {
    if (!Number.isFinite(value)) return;
    if (value > this.high) this.high = value < 0 ? 0 : niceCeiling(value);
    // A hair below the axis is not worth another axis.
    const room = 0.05 * (this.high - this.low);
    if (value < this.low - room) this.low = value > 0 ? 0 : -niceCeiling(-value);
  }

  /** Where a value lies, 0 (low) to 1 (high). */
  part(value) { return (value - this.low) / (this.high - this.low || 1); }
}

/**
 * The share of points with a coordinate outside the view.
 * @param {ArrayLike<number>} positions whole steps; half their range is the view's
 */
export function shareOutside(positions, dim = 2, edge = POSITION_STEPS / 2) {
  let outside = 0;
  for (let i = 0; i < positions.length; i += dim) {
    let away = false;
    for (let k = i; k < i + dim; k += 1) away ||= Math.abs(positions[k]) > edge;
    outside += away ? 1 : 0;
  }
  return positions.length ? (outside * dim) / positions.length : 0;
}

/*
 * The mathematics of T1: densities that a hand shapes or draws, the discriminator that is best between
 * them, what another one loses, label smoothing, and fakes that flow bin by bin. As in
 * gan_core/theory/discriminator.py, against which it is tested.
 */
import {
  Mixture, linspace, logAddExp, normalised, softplus,
} from './densities.js';
import { within } from './ticks.js';

/** Half the width of what is seen. */
export const SEEN = 6;
/** The grid is twice as wide: of no density that can be set does more than 1e-6 lie outside. */
export const GRID = linspace(-2 * SEEN, 2 * SEEN, 961);
export const CELL = (4 * SEEN) / (GRID.length - 1);
/** The cells in view. */
export const VIEW = [240, 721];
/** A drawn D keeps this far away from 0 and 1: otherwise one slip of the hand would cost ∞. */
export const LEAST = 0.01;

const BLOCK = Math.sqrt(3); // half the width of a block over its standard deviation

/** The nearest cell. */
export const cellOf = (x) => Math.round((x + 2 * SEEN) / CELL);

/** The height of a bump of mass 1. */
export const peakOf = (shape, sigma) => (
  1 / (sigma * (shape === 'block' ? 2 * BLOCK : Math.sqrt(2 * Math.PI))));

/** Share of a cell that lies between two bounds. */
function covered(x, low, high) {
  return Math.max(0, Math.min(high, x + CELL / 2) - Math.max(low, x - CELL / 2)) / CELL;
}

/**
 * One or two bumps of the same width.
 * @param {{shape: string, mean: number, sigma: number, mean2: number, share: number}} given shape:
 *   'bell' (Gaussians) or 'block' (uniform); share: probability of the second bump
 * @returns {{p: Float64Array, log: Float64Array}} on the grid; the logarithm holds where p underflows
 */
export function bumps({ shape, mean, sigma, mean2, share }) {
  const both = [{ mean, sigma, weight: 1 - share }, { mean: mean2, sigma, weight: share }];
  const parts = both.filter(({ weight }) => weight > 0);
  if (shape === 'block') {
    const half = BLOCK * sigma;
    const height = peakOf(shape, sigma);
    return table(GRID.map((x) => parts.reduce((sum, one) => (
      sum + one.weight * height * covered(x, one.mean - half, one.mean + half)), 0)));
  }
  const bells = new Mixture(parts);
  const log = GRID.map((x) => bells.logPdf(x));
  return { p: log.map(Math.exp), log };
}

const table = (p) => ({ p, log: p.map(Math.log) });

/** A hand-drawn curve over what is seen, between its knots; `outside` says what is beyond an end. */
function drawn(heights, outside) {
  const last = heights.length - 1;
  return GRID.map((x) => {
    const at = ((x + SEEN) / (2 * SEEN)) * last;
    if (at < -1e-9) return outside(heights[0]);
    if (at > last + 1e-9) return outside(heights[last]);
    const left = within(Math.floor(at), 0, last - 1);
    const part = within(at - left, 0, 1);
    return (1 - part) * heights[left] + part * heights[left + 1];
  });
}

/** A hand-drawn density: scaled to mass 1, nothing outside of what is seen. */
export const drawnDensity = (heights) => table(normalised(drawn(heights, () => 0), CELL));

/** What a hand-drawn curve holds before it is scaled, its highest place being `top`. */
export const drawnMass = (heights, top) => (
  top * CELL * drawn(heights, () => 0).reduce((sum, height) => sum + height, 0));

/** A hand-drawn D, `LEAST` to 1 − `LEAST`. */
export const drawnJudge = (heights) => (
  drawn(heights, (end) => end).map((height) => LEAST + (1 - 2 * LEAST) * height));

/** The logit of D*, log p/q; NaN where neither is. */
export const logitOf = (real, fake) => real.log.map((log, i) => log - fake.log[i]);

/** D* from its logit. */
export const judgeOf = (logit) => logit.map((a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))));

/** a log y + b log(1 − y): what D may win at one place. */
export const atOnePlace = (a, b, y) => (a > 0 ? a * Math.log(y) : 0) + (b > 0 ? b * Math.log1p(-y) : 0);

/** What D loses against D* at each place, ≥ 0; its integral is V(D*) − V(D). */
export const lossOf = (d, p, q, logit) => d.map((y, i) => Math.max(0, (
  (p[i] > 0 ? p[i] * (-softplus(-logit[i]) - Math.log(y)) : 0)
  + (q[i] > 0 ? q[i] * (-softplus(logit[i]) - Math.log1p(-y)) : 0))));

/** Both parts of V: ∫ p log D and ∫ q log(1 − D). */
export function halvesOf(logOfD, logOfRest, p, q) {
  let [first, second] = [0, 0];
  for (let i = 0; i < p.length; i += 1) {
    if (p[i] > 0) first += p[i] * logOfD(i);
    if (q[i] > 0) second += q[i] * logOfRest(i);
  }
  return [first * CELL, second * CELL];
}

/** Where neither density is, from left to right: [first cell, last cell]. */
export function gapsOf(p, q) {
  const found = [];
  for (let i = 0; i < p.length; i += 1) {
    if (p[i] > 0 || q[i] > 0) continue;
    if (found.length && found.at(-1)[1] === i - 1) found.at(-1)[1] = i;
    else found.push([i, i]);
  }
  return found;
}

/** The optimum under label smoothing: targets 1 − α for data and β for fakes. */
export const smoothedJudge = (d, alpha, beta) => d.map((y) => beta + (1 - alpha - beta) * y);

/** The least and the largest logit under label smoothing. */
export const logitBounds = (alpha, beta) => (
  [Math.log(beta) - Math.log1p(-beta), Math.log1p(-alpha) - Math.log(alpha)]);

/** |d(−log D)/dx|: how hard the non-saturating cost pulls at a fake. */
export function pullOf(logit, slope, alpha, beta) {
  const [here, away] = [-softplus(-logit), -softplus(logit)];
  const logD = logAddExp(Math.log(beta) + away, Math.log1p(-alpha) + here);
  return Math.exp(Math.log1p(-alpha - beta) + here + away - logD) * Math.abs(slope);
}

/** The slope of a table over x. */
export const slopeOf = (values) => values.map((_, i) => (
  (values[Math.min(values.length - 1, i + 1)] - values[Math.max(0, i - 1)]) / (2 * CELL)));

/** One step of the fakes under D*, bin by bin: q ← q·exp(−rate·log(1 − D*)), mass 1. */
function flowOn(logP, logQ, rate) {
  const moved = logQ.map((log, i) => (
    log === -Infinity ? log : (1 - rate) * log + rate * logAddExp(logP[i], log)));
  const most = moved.reduce((a, b) => Math.max(a, b));
  const mass = Math.log(moved.reduce((sum, log) => sum + Math.exp(log - most), 0) * CELL) + most;
  return moved.map((log) => log - mass);
}

/** The fakes on their way to the data; steps between two whole ones are shorter ones. */
export class Flow {
  constructor(real, fake, rate) {
    Object.assign(this, { real, rate, path: [fake.log] });
  }

  after(steps) {
    const whole = Math.floor(steps);
    while (this.path.length <= whole) this.path.push(flowOn(this.real.log, this.path.at(-1), this.rate));
    const rest = steps - whole;
    const log = rest ? flowOn(this.real.log, this.path[whole], this.rate * rest) : this.path[whole];
    return { p: log.map(Math.exp), log };
  }
}

/**
 * Draw on: the knots between two places of a stroke take its heights.
 * @param {Float64Array} heights of the knots, 0 to 1
 * @param {[number, number]} from x and height where the stroke was
 * @param {[number, number]} to where it is now
 */
export function stroke(heights, from, to) {
  const knotOf = (x) => ((x + SEEN) / (2 * SEEN)) * (heights.length - 1);
  const [start, end] = [knotOf(from[0]), knotOf(to[0])];
  const [low, high] = [Math.round(Math.min(start, end)), Math.round(Math.max(start, end))];
  const next = Float64Array.from(heights);
  for (let i = Math.max(0, low); i <= Math.min(heights.length - 1, high); i += 1) {
    const part = end === start ? 1 : Math.min(1, Math.max(0, (i - start) / (end - start)));
    next[i] = from[1] + part * (to[1] - from[1]);
  }
  return next;
}

/** Move the knots around a place, most the nearest: a drawn curve by keyboard. */
export function bend(heights, x, height, reach = 0.5) {
  const knot = (i) => -SEEN + (2 * SEEN * i) / (heights.length - 1);
  const nearest = Math.round(((x + SEEN) / (2 * SEEN)) * (heights.length - 1));
  const by = height - heights[nearest];
  return Float64Array.from(heights, (old, i) => {
    const near = Math.max(0, 1 - Math.abs(knot(i) - knot(nearest)) / reach);
    return Math.min(1, Math.max(0, old + by * near));
  });
}

/*
 * One Gaussian for two equal bumps: how far it is from them, and how far the best one is. Distances
 * are summed here; the best ones come from the server (gan_core/theory/two_modes.py), against which
 * they are tested.
 */
import { gaussian, softplus } from './densities.js';
import { bumps, modulus } from './pulls.js';

/** What a Gaussian can be fitted by: as gan_core.theory.fits.FITS. */
export const FITS = ['kl', 'reverse_kl', 'js', 'total_variation', 'wasserstein1'];
const FIT_TAILS = 7; // widths
const WIDTHS_TRIED = 24;
const MEANS_TRIED = 32;

/** What one cell adds to a divergence, from logarithms of both densities. */
const CELLS_OF = {
  kl: (a, b) => Math.exp(a) * (a - b),
  reverse_kl: (a, b) => Math.exp(b) * (b - a),
  js: (a, b) => {
    const soft = softplus(a - b);
    return (Math.exp(a) * (Math.LN2 - soft + a - b) + Math.exp(b) * (Math.LN2 - soft)) / 2;
  },
};

/**
 * The distance of N(mean, sigma²) from bumps of a width at ±distance.
 * @param {string} name one of FITS
 * @param {number} fine points of the grid per width
 */
export function distanceOf(name, distance, width, mean, sigma, fine = 8) {
  const low = Math.min(-distance - FIT_TAILS * width, mean - FIT_TAILS * sigma);
  const high = Math.max(distance + FIT_TAILS * width, mean + FIT_TAILS * sigma);
  const cells = Math.ceil(((high - low) * fine) / Math.min(width, sigma));
  const dx = (high - low) / cells;
  const [data, own] = [bumps(distance, width), gaussian(mean, sigma)];
  const each = CELLS_OF[name];
  if (each) {
    let sum = 0;
    for (let i = 0; i <= cells; i += 1) sum += each(data.logPdf(low + i * dx), own.logPdf(low + i * dx));
    return Math.max(0, sum * dx);
  }
  const gap = new Float64Array(cells + 1);
  let ahead = 0;
  for (let i = 0; i <= cells; i += 1) {
    const apart = data.pdf(low + i * dx) - own.pdf(low + i * dx);
    ahead += apart * dx;
    gap[i] = name === 'total_variation' ? apart / 2 : ahead;
  }
  return modulus(gap, gap, dx)[0];
}

/** The lowest point of a parabola through three even points, from the middle one in steps. */
const lowest = (a, b, c) => (a - 2 * b + c > 0 ? (a - c) / (2 * (a - 2 * b + c)) : 0);

/** The least distance at one mean, over all widths. */
export function leastAt(name, distance, width, mean) {
  const ends = [Math.log(width * 0.4), Math.log(1.3 * Math.hypot(width, distance))];
  const step = (ends[1] - ends[0]) / (WIDTHS_TRIED - 1);
  const tried = Array.from({ length: WIDTHS_TRIED }, (_, i) => (
    distanceOf(name, distance, width, mean, Math.exp(ends[0] + i * step), 3)));
  const best = tried.indexOf(Math.min(...tried));
  if (best === 0 || best === WIDTHS_TRIED - 1) return tried[best];
  const at = best + lowest(tried[best - 1], tried[best], tried[best + 1]);
  return Math.min(tried[best], distanceOf(name, distance, width, mean, Math.exp(ends[0] + at * step), 3));
}

/** The least distance over all means: the same to the left and to the right. */
export function profile(name, distance, width) {
  const far = distance + 3 * width;
  const right = Array.from({ length: MEANS_TRIED + 1 }, (_, i) => (
    leastAt(name, distance, width, (far * i) / MEANS_TRIED)));
  const even = Array.from({ length: 2 * MEANS_TRIED + 1 }, (_, i) => i - MEANS_TRIED);
  return {
    means: even.map((i) => (far * i) / MEANS_TRIED),
    values: even.map((i) => right[Math.abs(i)]),
  };
}

/**
 * The best Gaussian, from the server's table of [ratio, mean, σ, value] for bumps of width 1. Where
 * it switches from both bumps to one, two rows have the same ratio: nothing between is made up.
 */
export function bestFit(rows, name, distance, width) {
  const ratio = Math.min(distance / width, rows.at(-1)[0]);
  const after = Math.max(1, rows.findIndex((row) => row[0] > ratio) >= 0
    ? rows.findIndex((row) => row[0] > ratio) : rows.length - 1);
  const [low, high] = [rows[after - 1], rows[after]];
  const part = (ratio - low[0]) / (high[0] - low[0]);
  const [mean, sigma, value] = [1, 2, 3].map((i) => low[i] + part * (high[i] - low[i]));
  return { mean: mean * width, sigma: sigma * width, value: name === 'wasserstein1' ? value * width : value };
}

/** Where the best Gaussian leaves both bumps, as a ratio; Infinity if it never does. */
export function switchOf(rows) {
  const at = rows.findIndex((row, i) => i > 0 && row[0] === rows[i - 1][0]);
  return at < 0 ? Infinity : rows[at][0];
}

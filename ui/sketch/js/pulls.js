/*
 * How far fakes are from the data and how hard they are pulled back, over how far they are shifted:
 * the mathematics of T2's first scene. Data are two equal bumps at ±separation, fakes one bump at the
 * shift, all of one width. Tested against gan_core.theory.
 */
import { gaussian, linspace, Mixture, softplus } from './densities.js';

/** Divergences that are mapped; the last one is the non-saturating cost under the best D. */
export const PULLS = [
  'kl', 'reverse_kl', 'chi2', 'wasserstein1', 'js', 'total_variation', 'hellinger', 'non_saturating',
];
export const FARTHEST = 8;
/** How high each is drawn; where it goes on is told by its number. */
export const CEILINGS = {
  kl: 40, reverse_kl: 40, chi2: 40, wasserstein1: 10, js: 0.78, total_variation: 1.12, hellinger: 1.12, non_saturating: 40,
};
/** What cannot be exceeded: where supports are disjoint. */
export const LIMITS = { js: Math.LN2, total_variation: 1, hellinger: 1 };
const PULL_CELLS = 601;
const PULL_STEPS = 80; // shifts from 0 to the farthest one
const TAILS = 8; // widths around everything

/** Data: two equal bumps at ±separation. */
export const bumps = (separation, width) => new Mixture([-separation, separation].map((mean) => (
  { mean, sigma: width, weight: 0.5 })));

/**
 * ∫ |v| and its slope, for v linear between the points of a grid: no kink where a zero of v passes a
 * point (gan_core.theory.fits.integral_of_modulus).
 * @param {ArrayLike<number>} v
 * @param {ArrayLike<number>} dv how each value changes
 */
export function modulus(v, dv, dx) {
  let [sum, slope] = [0, 0];
  for (let i = 0; i < v.length - 1; i += 1) {
    const [a, b] = [Math.abs(v[i]), Math.abs(v[i + 1])];
    const [sa, sb] = [Math.sign(v[i]), Math.sign(v[i + 1])];
    if (sa * sb < 0) {
      const [s, t] = [a / (a + b), b / (a + b)];
      sum += (a + b) * (s * s + t * t);
      slope += (s * s + 2 * s * t - t * t) * sa * dv[i] + (t * t + 2 * s * t - s * s) * sb * dv[i + 1];
    } else {
      sum += a + b;
      slope += sa * dv[i] + sb * dv[i + 1];
    }
  }
  return [(sum * dx) / 2, (slope * dx) / 2];
}

/** Data and width fixed: values and slopes of all PULLS at any shift of the fakes. */
export class Landscape {
  constructor(separation, width) {
    const reach = FARTHEST + 2 * separation + TAILS * width; // χ² looks beyond the data
    Object.assign(this, { separation, width, xs: linspace(-reach, reach, PULL_CELLS) });
    this.dx = (2 * reach) / (PULL_CELLS - 1);
    const data = bumps(separation, width);
    this.logP = this.xs.map((x) => data.logPdf(x));
    this.p = this.logP.map(Math.exp);
    this.buffers = Array.from({ length: 4 }, () => new Float64Array(PULL_CELLS));
  }

  /**
   * Values and slopes at one shift, in the order of PULLS.
   * @returns {{values: number[], slopes: number[]}} in nats, W₁ in units of x; slopes per unit of x
   */
  at(shift) {
    const { xs, dx, logP, p, width, buffers: [gap, dGap, ahead, q] } = this;
    const flat = -Math.log(width * Math.sqrt(2 * Math.PI));
    let [kl, reverse, js, chi, apart] = [0, 0, 0, 0, 0];
    let [dKl, dReverse, dJs, dChi, touch] = [0, 0, 0, 0, 0];
    let lead = 0;
    for (let i = 0; i < xs.length; i += 1) {
      const t = (xs[i] - shift) / width;
      const logQ = flat - (t * t) / 2;
      const [a, b] = [p[i], Math.exp(logQ)];
      const ratio = logP[i] - logQ;
      const push = t / width; // how the shift changes log q
      const soft = softplus(ratio); // log (p + q)/q
      kl += a * ratio;
      reverse -= b * ratio;
      js += a * (Math.LN2 - soft + ratio) + b * (Math.LN2 - soft);
      chi += ratio < 30 ? (a - b) * Math.expm1(ratio) : Math.exp(logP[i] + ratio);
      apart += (Math.sqrt(a) - Math.sqrt(b)) ** 2;
      dKl -= a * push;
      dReverse -= b * ratio * push;
      dJs -= b * soft * push;
      dChi -= Math.exp(logP[i] + ratio) * push;
      touch -= Math.sqrt(a * b) * push;
      q[i] = b;
      gap[i] = b - a;
      dGap[i] = b * push;
      ahead[i] = (lead + (a - b) / 2) * dx; // how far one distribution function is ahead at x
      lead += a - b;
    }
    const [variation, dVariation] = modulus(gap, dGap, dx);
    const [transport, dTransport] = modulus(ahead, q, dx);
    const far = Math.sqrt(Math.min(1, (apart * dx) / 2));
    const held = Math.min(Math.LN2, Math.max(0, (js * dx) / 2));
    return {
      values: [
        Math.max(0, kl * dx), Math.max(0, reverse * dx), Math.max(0, chi * dx), transport,
        held, variation / 2, far, reverse * dx - 2 * held,
      ],
      slopes: [
        dKl * dx, dReverse * dx, dChi * dx, dTransport,
        (dJs * dx) / 2, dVariation / 2, far > 1e-6 ? (touch * dx) / (4 * far) : 0, (dReverse - dJs) * dx,
      ],
    };
  }

  /** Values and slopes over all shifts, a curve for each of PULLS; the data are the same both ways. */
  curves() {
    const right = Array.from({ length: PULL_STEPS + 1 }, (_, i) => this.at((FARTHEST * i) / PULL_STEPS));
    const both = (what, sign) => PULLS.map((_, k) => Float64Array.from({ length: 2 * PULL_STEPS + 1 }, (__, i) => {
      const away = i - PULL_STEPS;
      const found = right[Math.abs(away)][what][k];
      return away < 0 ? sign * found : found;
    }));
    this.shifts ??= linspace(-FARTHEST, FARTHEST, 2 * PULL_STEPS + 1);
    return { shifts: this.shifts, values: both('values', 1), slopes: both('slopes', -1) };
  }
}

/** The fakes' density. */
export const fakes = (shift, width) => gaussian(shift, width);

/**
 * Where fakes are that let themselves be pulled: ds/dt = −slope, with the slope linear between the
 * points of a curve, so that each piece is exact, however steep.
 * @param {ArrayLike<number>} shifts even and rising
 * @param {ArrayLike<number>} slopes
 */
export function rolled(shifts, slopes, from, time) {
  const last = shifts.length - 1;
  const step = (shifts[last] - shifts[0]) / last;
  let [s, left] = [from, time];
  for (let turns = 0; turns < 4 * last; turns += 1) {
    const at = (s - shifts[0]) / step;
    const near = Math.abs(at - Math.round(at)) < 1e-9;
    let cell = Math.floor(at + 1e-9);
    if (near && cell > 0 && (cell === last || slopes[cell] > 0)) cell -= 1; // it goes to the left
    if (cell < 0 || cell >= last) return s;
    const [x, a] = [shifts[cell], slopes[cell]];
    const rise = (slopes[cell + 1] - a) / step;
    const here = a + rise * (s - x);
    if (Math.abs(here) < 1e-14) return s;
    const end = here > 0 ? x : x + step;
    const there = a + rise * (end - x);
    // Time to the end of the cell; for ever, if the slope turns within it.
    const ratio = there / here;
    let needed = Infinity;
    if (ratio > 1e-12) needed = Math.abs(ratio - 1) < 1e-9 ? Math.abs(end - s) / Math.abs(here) : Math.log(ratio) / -rise;
    if (!(needed <= left)) {
      const move = Math.abs(rise * left) < 1e-9 ? here * left : (here / rise) * -Math.expm1(-rise * left);
      return s - move;
    }
    left -= needed;
    s = end;
  }
  return s;
}

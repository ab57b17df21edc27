/*
 * Critics in closed form: the best one on a line, linear with penalty, clipped networks, and what batch
 * norm does to slopes. As gan_core/theory/critic.py, against which it is tested.
 */

const ROOT_TAU = Math.sqrt(2 * Math.PI);

/** The complementary error function at z ≥ 0; relative error 1.2e-7 (Numerical Recipes, erfcc). */
function erfcOf(z) {
  const t = 1 / (1 + z / 2);
  const c = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  return t * Math.exp(-z * z + c.reduceRight((sum, one) => sum * t + one));
}

/** The distribution function of N(0, 1). */
export const normalCdf = (t) => (t > 0 ? 1 - erfcOf(t / Math.SQRT2) / 2 : erfcOf(-t / Math.SQRT2) / 2);

/** Bumps of one width and equal weight. */
export class Bumps {
  constructor(means, sigma) { Object.assign(this, { means, sigma }); }

  mix(f) { return this.means.reduce((sum, mean) => sum + f(mean), 0) / this.means.length; }

  pdf(x) {
    return this.mix((mean) => Math.exp(-(((x - mean) / this.sigma) ** 2) / 2)) / (this.sigma * ROOT_TAU);
  }

  cdf(x) { return this.mix((mean) => normalCdf((x - mean) / this.sigma)); }

  /** ∫ of the distribution function up to x. */
  integrated(x) {
    return this.mix((mean) => {
      const t = (x - mean) / this.sigma;
      return this.sigma * (t * normalCdf(t) + Math.exp(-(t * t) / 2) / ROOT_TAU);
    });
  }
}

/** The best critic of slope ≤ 1 at the points of a grid; 0 at the first. */
export function bestCritic(data, fakes, xs) {
  const f = new Float64Array(xs.length);
  for (let i = 1; i < xs.length; i += 1) {
    const middle = (xs[i] + xs[i - 1]) / 2;
    f[i] = f[i - 1] + Math.sign(fakes.cdf(middle) - data.cdf(middle)) * (xs[i] - xs[i - 1]);
  }
  return f;
}

/** Slopes of a critic between its knots. */
export const slopesOf = (knots, heights) => (
  Array.from({ length: knots.length - 1 }, (_, i) => (heights[i + 1] - heights[i]) / (knots[i + 1] - knots[i])));

/** E f(data) − E f(fakes) for a critic that is linear between its knots and flat outside. */
export function gapOf(knots, heights, data, fakes) {
  const ahead = Array.from(knots, (x) => fakes.integrated(x) - data.integrated(x));
  return slopesOf(knots, heights).reduce((sum, slope, i) => sum + slope * (ahead[i + 1] - ahead[i]), 0);
}

/** The best linear critic's slope under the penalty λ(s − 1)², for a distance W: 1 + W/(2λ). */
export const penalisedSlope = (distance, penalty) => 1 + distance / (2 * penalty);

/** The same with the norm taken of each of n pixels alone. */
export const slopeByPixel = (distance, penalty, pixels) => (
  Math.sqrt(pixels) * penalisedSlope(distance * Math.sqrt(pixels), penalty));

/** What a linear critic of slope s gains: s W − λ (s/√n − 1)². */
export const criticGain = (slope, distance, penalty, pixels) => (
  slope * distance - penalty * (slope / Math.sqrt(pixels) - 1) ** 2);

/** Widths of a network: one input, hidden layers, one output. */
export const widthsOf = (hidden, width) => [1, ...Array.from({ length: hidden }, () => width), 1];

/** The largest slope of a network whose weights lie in [−c, c]. */
export const clippedBound = (clip, widths) => (
  widths.slice(1).reduce((product, n, i) => product * clip * Math.sqrt(n * widths[i]), 1));

/** The clip at which that is so much. */
export const clipOfSlope = (slope, widths) => (slope / clippedBound(1, widths)) ** (1 / (widths.length - 1));

/** Scores as batch norm leaves them. */
export function normalisedBatch(x) {
  const mean = x.reduce((sum, one) => sum + one, 0) / x.length;
  const width = Math.sqrt(x.reduce((sum, one) => sum + (one - mean) ** 2, 0) / x.length);
  return { y: x.map((one) => (one - mean) / width), width };
}

/** How each of a batch's scores changes with each sample: rows of ∂yᵢ/∂xⱼ. */
export function batchJacobian(x) {
  const { y, width } = normalisedBatch(x);
  const n = x.length;
  return x.map((_, i) => x.map((__, j) => ((i === j ? 1 : 0) - 1 / n - (y[i] * y[j]) / n) / width));
}

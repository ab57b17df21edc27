/*
 * Densities on a line and on a grid, as in gan_core/theory/densities.py, against which they are
 * tested.
 */

/** An even grid of n points from low to high. */
export const linspace = (low, high, n) => (
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1)));

/** log(eᵃ + eᵇ) without overflow. */
export function logAddExp(a, b) {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The logistic function, from either side without overflow. */
export const sigmoid = (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));

/** log(1 + eᵃ) without overflow. */
export const softplus = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

/** A mixture of Gaussians on a line; a part of weight 0 is none. */
export class Mixture {
  /** @param {{mean: number, sigma: number, weight: number}[]} parts weights sum to 1 */
  constructor(parts) {
    this.parts = parts.map(({ mean, sigma, weight }) => ({
      mean, sigma, log: Math.log(weight) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI),
    }));
  }

  logPdf(x) {
    return this.parts.reduce((sum, { mean, sigma, log }) => (
      logAddExp(sum, log - 0.5 * ((x - mean) / sigma) ** 2)), -Infinity);
  }

  pdf(x) { return Math.exp(this.logPdf(x)); }
}

/** One Gaussian. */
export const gaussian = (mean, sigma) => new Mixture([{ mean, sigma, weight: 1 }]);

/** The sum of a table. */
export const total = (table) => table.reduce((sum, value) => sum + value, 0);

/** A table scaled so that it integrates to 1; flat if nothing is there. */
export function normalised(table, dx) {
  const mass = total(table) * dx;
  return Float64Array.from(table, (value) => (mass > 0 ? value / mass : 1 / (table.length * dx)));
}

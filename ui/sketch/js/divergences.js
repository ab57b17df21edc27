/*
 * Divergences between densities that are tabulated on an even grid, in nats: the formulas of
 * gan_core/theory/divergences.py, against which they are tested. Tables integrate to 1.
 */
import { logAddExp, total } from './densities.js';

/** Sum over the grid of what `each` says of two cells, times the spacing. */
function integral(p, q, dx, each) {
  let sum = 0;
  for (let i = 0; i < p.length; i += 1) sum += each(p[i], q[i]);
  return sum * dx;
}

/** p log(p/q): 0 where p = 0, ∞ where q = 0 < p. */
const relative = (p, q) => (p > 0 ? p * (Math.log(p) - Math.log(q)) : 0);

/** p log(p/m), m = (p + q)/2. */
const againstMean = (p, q) => (p > 0 ? p * (Math.log(2) - logAddExp(0, Math.log(q) - Math.log(p))) : 0);

/** KL(p‖q), 0 to ∞. */
export const kl = (p, q, dx) => Math.max(0, integral(p, q, dx, relative));

/** KL(q‖p). */
export const reverseKl = (p, q, dx) => kl(q, p, dx);

/** Jensen-Shannon divergence, 0 to log 2. */
export const jensenShannon = (p, q, dx) => (
  Math.min(Math.log(2), Math.max(0, integral(p, q, dx, (a, b) => (againstMean(a, b) + againstMean(b, a)) / 2))));

/** Total variation, 0 to 1. */
export const totalVariation = (p, q, dx) => Math.min(1, integral(p, q, dx, (a, b) => Math.abs(a - b) / 2));

/** Pearson's χ²(p‖q), 0 to ∞. */
export const chi2 = (p, q, dx) => integral(p, q, dx, (a, b) => (a === b ? 0 : (a - b) * ((a - b) / b)));

/** The Hellinger distance H, 0 to 1. */
export const hellinger = (p, q, dx) => (
  Math.sqrt(Math.min(1, integral(p, q, dx, (a, b) => (Math.sqrt(a) - Math.sqrt(b)) ** 2 / 2))));

/** Wasserstein-1, in units of x. */
export function wasserstein1(p, q, dx) {
  let [ahead, sum] = [0, 0];
  for (let i = 0; i < p.length - 1; i += 1) {
    ahead += p[i] - q[i];
    sum += Math.abs(ahead);
  }
  return sum * dx * dx;
}

/** All of them, under the names that Python uses. */
export const DIVERGENCES = {
  kl, reverse_kl: reverseKl, js: jensenShannon, total_variation: totalVariation, chi2, hellinger, wasserstein1,
};

/** D* = p/(p + q); NaN where neither is. */
export const optimal = (p, q) => p.map((value, i) => {
  const most = Math.max(value, q[i]);
  return (value / most) / (value / most + q[i] / most);
});

/** V(D*), from the densities: D* itself rounds to 1 far out, where there still is a trace of fakes. */
export const optimalValue = (p, q, dx) => -integral(p, q, dx, (a, b) => (
  (a > 0 ? a * logAddExp(0, Math.log(b) - Math.log(a)) : 0)
  + (b > 0 ? b * logAddExp(0, Math.log(a) - Math.log(b)) : 0)));

/** V(D) = ∫ p log D + q log(1 − D); −∞ where D is sure and wrong. */
export const gameValue = (d, p, q, dx) => dx * total(Float64Array.from(d, (at, i) => (
  (p[i] > 0 ? p[i] * Math.log(at) : 0) + (q[i] > 0 ? q[i] * Math.log1p(-at) : 0))));

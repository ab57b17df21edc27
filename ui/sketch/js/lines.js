/*
 * Two parallel lines: data on {0} × [0, 1], fakes on {θ} × [0, 1]. As gan_core/theory/lines.py.
 */

const same = (theta) => Math.abs(theta) < 1e-9;

/** Each distance over θ; those that are 0 on the spot and one number everywhere else. */
export const LINES = {
  kl: (theta) => (same(theta) ? 0 : Infinity),
  reverse_kl: (theta) => (same(theta) ? 0 : Infinity),
  chi2: (theta) => (same(theta) ? 0 : Infinity),
  js: (theta) => (same(theta) ? 0 : Math.LN2),
  total_variation: (theta) => (same(theta) ? 0 : 1),
  hellinger: (theta) => (same(theta) ? 0 : 1),
  wasserstein1: (theta) => Math.abs(theta),
};

/** How W₁ pulls: −1, 0 (on the spot there is no slope) or 1. */
export const pullOfTransport = (theta) => (same(theta) ? 0 : Math.sign(theta));

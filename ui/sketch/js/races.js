/*
 * The three costs that Goodfellow (2016) compares, as T3 shows them: over D's output, for a fake that
 * follows its own gradient, and for a whole batch. The formulas of
 * gan_core/theory/generator_costs.py without its factor ½; tested against it.
 */
import { GAME_COSTS, effectiveOf, sharesOf, sigmoidOf } from '../../live/js/game_costs.js';

/** The costs by the names that Python uses, with their games. */
export const RACERS = {
  minimax: 'minimax', non_saturating: 'non-saturating', maximum_likelihood: 'maximum-likelihood',
};

export const logitOf = (d) => Math.log(d) - Math.log1p(-d);

/** The cost of a fake with the logit a. */
export const costOf = (name, a) => GAME_COSTS[RACERS[name]].cost(a);

/** −d cost/da. */
export const pullOf = (name, a) => GAME_COSTS[RACERS[name]].pull(a);

/** d cost/dD: how steep the curve looks over D's output, where D = σ(a). */
export function slopeInOutput(name, a) {
  const [d, rest] = [sigmoidOf(a), sigmoidOf(-a)];
  return { minimax: -1 / rest, non_saturating: -1 / d, maximum_likelihood: -1 / (rest * rest) }[name];
}

/** The solution of a + eᵃ = c, by Newton's method from where it cannot overshoot. */
export function plusItsExponential(c) {
  let a = c > 1 ? Math.log(c) : c;
  for (let i = 0; i < 60; i += 1) {
    const grown = Math.exp(a);
    const step = (a + grown - c) / (1 + grown);
    a -= step;
    if (Math.abs(step) < 1e-14 * (1 + Math.abs(a))) break;
  }
  return a;
}

/**
 * Where a fake is that follows da/dt = pull for a time; ∞ once maximum likelihood has flung it out.
 * @param {string} name
 * @param {number} start its logit at first
 * @param {number} time
 */
export function runFor(name, start, time) {
  if (name === 'non_saturating') return plusItsExponential(start + Math.exp(start) + time);
  if (name === 'minimax') return -plusItsExponential(-start + Math.exp(-start) - time);
  const left = Math.exp(-start) - time;
  return left > 0 ? -Math.log(left) : Infinity;
}

/** When it gets to a = 0, where D says ½; 0 for one that is there already. */
export function arrivalOf(name, start) {
  if (start >= 0) return 0;
  return {
    minimax: Math.expm1(-start) - start,
    non_saturating: -Math.expm1(start) - start,
    maximum_likelihood: Math.expm1(-start),
  }[name];
}

/** A batch of fakes: shares of the gradient, as if of how many, for each cost. */
export function batchOf(logits) {
  return Object.fromEntries(Object.keys(RACERS).map((name) => {
    const shares = sharesOf(Array.from(logits, (a) => pullOf(name, a)));
    return [name, { shares, effective: effectiveOf(shares) }];
  }));
}

const GRID = 1200;
const WIDE = 12; // standard deviations

/**
 * By how much the mean pull of a batch swings from one batch to the next, as a share of itself: the
 * standard deviation over the mean, for n logits drawn from a normal distribution.
 */
export function swingOf(name, mean, spread, n) {
  let [one, two, mass] = [0, 0, 0];
  for (let i = 0; i <= GRID; i += 1) {
    const z = WIDE * ((2 * i) / GRID - 1);
    const weight = Math.exp(-0.5 * z * z);
    const pull = pullOf(name, mean + spread * z);
    mass += weight;
    one += weight * pull;
    two += weight * pull * pull;
  }
  return Math.sqrt(Math.max(0, (two * mass) / (one * one) - 1) / n);
}

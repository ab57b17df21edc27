/*
 * The f-GAN family: what one critic value means and what a critic that believes too little or too
 * much finds out. The same functions as in gan_core/theory/fgan.py, against which they are tested.
 */
import { linspace, softplus } from './densities.js';

const xlogx = (u) => (u > 0 ? u * Math.log(u) : 0);

/**
 * f and its slope, over the ratio u; the conjugate f* over t, and at t = f′(u) over u (`dual`, exact
 * also in the tails); the output activation and its inverse; where f* is finite.
 */
export const FAMILY = {
  kl: {
    f: xlogx,
    slope: (u) => 1 + Math.log(u),
    conjugate: (t) => Math.exp(t - 1),
    dual: (u) => u,
    activation: (v) => v,
    inverse: (t) => t,
    domain: [-Infinity, Infinity],
  },
  reverse_kl: {
    f: (u) => -Math.log(u),
    slope: (u) => -1 / u,
    conjugate: (t) => -1 - Math.log(-t),
    dual: (u) => Math.log(u) - 1,
    activation: (v) => -Math.exp(-v),
    inverse: (t) => -Math.log(-t),
    domain: [-Infinity, 0],
  },
  pearson_chi2: {
    f: (u) => (u - 1) ** 2,
    slope: (u) => 2 * (u - 1),
    conjugate: (t) => t * (t / 4 + 1),
    dual: (u) => u * u - 1,
    activation: (v) => v,
    inverse: (t) => t,
    domain: [-Infinity, Infinity],
  },
  squared_hellinger: {
    f: (u) => (Math.sqrt(u) - 1) ** 2,
    slope: (u) => 1 - 1 / Math.sqrt(u),
    conjugate: (t) => t / (1 - t),
    dual: (u) => Math.sqrt(u) - 1,
    activation: (v) => -Math.expm1(-v),
    inverse: (t) => -Math.log1p(-t),
    domain: [-Infinity, 1],
  },
  jensen_shannon: {
    f: (u) => xlogx(u) - (1 + u) * Math.log((1 + u) / 2),
    slope: (u) => Math.LN2 - Math.log1p(1 / u),
    conjugate: (t) => -Math.log(2 - Math.exp(t)),
    dual: (u) => Math.log((1 + u) / 2),
    activation: (v) => Math.LN2 - softplus(-v),
    inverse: (t) => -Math.log(Math.expm1(Math.LN2 - t)),
    domain: [-Infinity, Math.LN2],
  },
  gan: {
    f: (u) => xlogx(u) - (1 + u) * Math.log1p(u),
    slope: (u) => -Math.log1p(1 / u),
    conjugate: (t) => -Math.log(-Math.expm1(t)),
    dual: Math.log1p,
    activation: (v) => -softplus(-v),
    inverse: (t) => -Math.log(Math.expm1(-t)),
    domain: [-Infinity, 0],
  },
  total_variation: {
    f: (u) => Math.abs(u - 1) / 2,
    slope: (u) => Math.sign(u - 1) / 2,
    conjugate: (t) => t,
    dual: (u) => Math.sign(u - 1) / 2,
    activation: (v) => Math.tanh(v) / 2,
    inverse: (t) => Math.atanh(2 * t),
    domain: [-0.5, 0.5],
  },
};

/** f*(t): ∞ outside of its domain. */
export const conjugateAt = ({ domain: [low, high], conjugate }, t) => (t < low || t > high ? Infinity : conjugate(t));

const NODES = linspace(-16, 20, 1441);
const STEP = NODES[1] - NODES[0];
const NORMAL = Math.sqrt(2 * Math.PI);
const normal = (x, mean) => Math.exp(-((x - mean) ** 2) / 2) / NORMAL;

/** What a critic says of a point where p/q is eᵃ, if it believes that it is e^{belief·a}. */
export const believed = (one, log, belief) => one.slope(Math.exp(belief * log));

/** log p/q at x, for data N(0, 1) and fakes N(gap, 1). */
export const logRatio = (x, gap) => gap * (gap / 2 - x);

/** D_f of N(0, 1) and N(gap, 1). */
export function divergenceAt(one, gap) {
  let sum = 0;
  NODES.forEach((x) => {
    sum += normal(x, gap) * one.f(Math.exp(logRatio(x, gap)));
  });
  return sum * STEP;
}

/** The lower bound E_p T − E_q f*(T) that such a critic reaches. */
export function boundAt(one, gap, belief) {
  let sum = 0;
  NODES.forEach((x) => {
    const u = Math.exp(belief * logRatio(x, gap));
    sum += normal(x, 0) * one.slope(u) - normal(x, gap) * one.dual(u);
  });
  return sum * STEP;
}

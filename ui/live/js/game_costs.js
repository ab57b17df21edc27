/*
 * What G pays for one fake, and how strongly that pulls at D's logit a of it, in each game of the
 * app: the formulas of gan_core/games, against which they are tested, without the factor ½ of the
 * 2016 tutorial. A critic's score is its logit.
 */

/** The logistic function, from either side without overflow. */
export const sigmoidOf = (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));

const softplusOf = (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
const HIGHEST = 700; // e to this is the largest number that 128 of can be added up
const ratioOf = (a) => Math.exp(Math.min(a, HIGHEST));
const critic = { cost: (a) => -a, pull: () => 1 };

/** Each game: `cost` of a fake with the logit a, and `pull`, −d cost/da. */
export const GAME_COSTS = {
  minimax: { cost: (a) => -softplusOf(a), pull: sigmoidOf },
  'non-saturating': { cost: (a) => softplusOf(-a), pull: (a) => sigmoidOf(-a) },
  'maximum-likelihood': { cost: (a) => -ratioOf(a), pull: ratioOf },
  'least-squares': { cost: (a) => 0.5 * (a - 1) ** 2, pull: (a) => 1 - a },
  hinge: critic,
  wasserstein: critic,
};

/** Each sample's share of the gradient, from its pull: numbers that sum to 1. */
export function sharesOf(pulls) {
  const sizes = Array.from(pulls, Math.abs);
  const most = Math.max(...sizes);
  if (!(most > 0)) return sizes.map(() => 1 / sizes.length);
  const sum = sizes.reduce((all, size) => all + size / most, 0);
  return sizes.map((size) => size / most / sum);
}

/** 1/Σ share²: as if so many samples had the gradient among them. */
export const effectiveOf = (shares) => 1 / shares.reduce((sum, share) => sum + share * share, 0);

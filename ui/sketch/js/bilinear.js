/*
 * The game V = x·y under every rule of moving, as in gan_core/theory/bilinear.py, against which it is
 * tested. A complex number is [real part, imaginary part].
 */

/** x wants V small, y wants it large. */
export const RULES = ['simultaneous', 'alternating', 'extragradient', 'optimistic', 'momentum', 'scales', 'continuous'];

const stepsOf = (rule, { eta, ratio }) => [eta, rule === 'scales' ? ratio * eta : eta];

/**
 * One rule's way.
 * @param {string} rule one of RULES; "momentum": alternating steps with a velocity each; "scales":
 *   simultaneous steps, y's `ratio` times as large as x's
 * @param {{eta: number, beta: number, ratio: number, first: string}} given step size, momentum, ratio,
 *   and who moves first where they take turns, 'x' or 'y'
 * @param {[number, number]} start
 * @returns {{xs: Float64Array, ys: Float64Array}} steps + 1 places, the start included
 */
export function bilinearPath(rule, given, start, steps) {
  const [a, b] = stepsOf(rule, given);
  const beta = rule === 'momentum' ? given.beta : 0;
  const [xs, ys] = [new Float64Array(steps + 1), new Float64Array(steps + 1)];
  let [x, y] = start;
  let [oldX, oldY] = [-y, x]; // the optimistic rule's last gradient
  let [vx, vy] = [0, 0];
  const moveX = () => { vx = beta * vx - a * y; x += vx; };
  const moveY = () => { vy = beta * vy + b * x; y += vy; };
  const [cos, sin] = [Math.cos(a), Math.sin(a)];
  const moves = {
    simultaneous: () => [x - a * y, y + b * x],
    scales: () => [x - a * y, y + b * x],
    extragradient: () => [x - a * (y + b * x), y + b * (x - a * y)],
    optimistic: () => {
      const to = [x + a * (-2 * y - oldX), y + b * (2 * x - oldY)];
      [oldX, oldY] = [-y, x];
      return to;
    },
    continuous: () => [cos * x - sin * y, sin * x + cos * y],
  };
  [xs[0], ys[0]] = [x, y];
  for (let t = 1; t <= steps; t += 1) {
    if (moves[rule]) [x, y] = moves[rule]();
    else if (given.first === 'x') { moveX(); moveY(); } else { moveY(); moveX(); }
    [xs[t], ys[t]] = [x, y];
  }
  return { xs, ys };
}

/** A way with the half steps of those who take turns: one moves sideways, the other up or down. */
export function withHalves({ xs, ys }, first, steps) {
  const n = 2 * steps + 1;
  const [u, v] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i += 1) {
    const [before, after] = [Math.floor(i / 2), Math.ceil(i / 2)];
    u[i] = xs[first === 'x' ? after : before];
    v[i] = ys[first === 'x' ? before : after];
  }
  return { xs: u, ys: v };
}

const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const minus = ([a, b], [c, d]) => [a - c, b - d];
const over = (p, [c, d]) => {
  const [re, im] = times(p, [c, -d]);
  return [re / (c * c + d * d), im / (c * c + d * d)];
};

/** The size of a complex number. */
export const sizeOf = ([re, im]) => Math.hypot(re, im);

/** Roots of x² + px + q with complex coefficients. */
function quadratic(p, q) {
  const square = minus(times(p, p), [4 * q[0], 4 * q[1]]);
  const part = (sign) => Math.sqrt(Math.max(0, sizeOf(square) + sign * square[0]) / 2);
  const root = [part(1), (square[1] < 0 ? -1 : 1) * part(-1)];
  return [1, -1].map((sign) => [(-p[0] + sign * root[0]) / 2, (-p[1] + sign * root[1]) / 2]);
}

/** Roots of a polynomial with real coefficients, the highest first and 1. Durand-Kerner. */
function rootsOf(coefficients) {
  let found = coefficients.slice(1).map((_, i) => [0.9 * Math.cos(1 + 2.3 * i), 0.9 * Math.sin(1 + 2.3 * i)]);
  const at = (z) => coefficients.reduce((sum, c) => { const [re, im] = times(sum, z); return [re + c, im]; }, [0, 0]);
  for (let round = 0; round < 120; round += 1) {
    found = found.map((z, i) => {
      const apart = found.reduce((product, other, j) => (j === i ? product : times(product, minus(z, other))), [1, 0]);
      return minus(z, over(at(z), apart));
    });
  }
  return found;
}

/** Eigenvalues of one step; those of what a rule remembers are among them. */
export function bilinearEigenvalues(rule, given) {
  const [a, b] = stepsOf(rule, given);
  const q = Math.sqrt(a * b);
  const both = [1, -1];
  switch (rule) {
    case 'extragradient': return both.map((sign) => [1 - q * q, sign * q]);
    case 'continuous': return both.map((sign) => [Math.cos(q), sign * Math.sin(q)]);
    case 'optimistic': return both.flatMap((sign) => quadratic([-1, -2 * sign * q], [0, sign * q]));
    case 'alternating': return quadratic([q * q - 2, 0], [1, 0]);
    case 'momentum': {
      const { beta } = given;
      if (!beta) return quadratic([q * q - 2, 0], [1, 0]);
      const p = 1 + beta;
      return rootsOf([1, q * q - 2 * p, p * p + 2 * beta, -2 * p * beta, beta * beta]);
    }
    default: return both.map((sign) => [1, sign * q]);
  }
}

/** The factor per step in the long run. */
export const growthOf = (eigenvalues) => Math.max(...eigenvalues.map(sizeOf));

/**
 * The ellipse that alternating steps never leave, x² + y² ∓ ηxy, through a place.
 * @returns {{xs: Float64Array, ys: Float64Array} | undefined} none from η = 2 on
 */
export function ellipseThrough([x, y], eta, first, points = 121) {
  const tilt = first === 'x' ? -eta : eta;
  if (Math.abs(tilt) >= 2) return undefined;
  const kept = x * x + y * y + tilt * x * y;
  const [xs, ys] = [new Float64Array(points), new Float64Array(points)];
  for (let i = 0; i < points; i += 1) {
    const turn = (2 * Math.PI * i) / (points - 1);
    const size = Math.sqrt(kept / (1 + (tilt * Math.sin(2 * turn)) / 2));
    [xs[i], ys[i]] = [size * Math.cos(turn), size * Math.sin(turn)];
  }
  return { xs, ys };
}

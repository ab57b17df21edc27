/*
 * The Dirac-GAN: data at 0, one fake at θ, a discriminator with the slope ψ. As in
 * gan_core/theory/dirac_game.py and dirac.py, in their signs (D is high on fakes), against which it is
 * tested.
 */

/** Who moves when: D's steps per step of G; 0: both at once. */
export const TURNS = { simultaneous: 0, one: 1, five: 5 };

/** What keeps the game in check, at a strength, as the game takes it. */
export const HOLDS = {
  none: () => ({}),
  clip: (strength) => ({ clip: strength }),
  gp: (strength) => ({ penalty: strength }),
  r1: (strength) => ({ r1: strength }),
  noise: (strength) => ({ noise: strength }),
  consensus: (strength) => ({ consensus: strength }),
};

export class DiracGame {
  /**
   * @param {{game: string, clip?: number, penalty?: number, r1?: number, noise?: number,
   *   consensus?: number}} given the penalty is WGAN-GP's, λ/2 (|∇D| − 1)²
   * @param {{nodes: number[], weights: number[]}} normal a quadrature of the standard normal
   */
  constructor({ game, clip = Infinity, penalty = 0, r1 = 0, noise = 0, consensus = 0 }, normal) {
    Object.assign(this, { game, clip, penalty, r1, noise, consensus });
    this.heuristic = game === 'non_saturating' || game === 'least_squares';
    this.nodes = noise ? normal.nodes.map((node) => noise * node) : [0];
    this.weights = noise ? normal.weights : [1];
  }

  /** f′(t). */
  f1(t) {
    if (this.game === 'wasserstein') return 1;
    if (this.game === 'least_squares') return 1 - t;
    return 0.5 - 0.5 * Math.tanh(t / 2);
  }

  /** f″(t). */
  f2(t) {
    if (this.game === 'wasserstein') return 0;
    if (this.game === 'least_squares') return -1;
    const s = this.f1(t);
    return s * (s - 1);
  }

  gSlope(t) { return this.f1(this.heuristic ? -t : t); }

  mean(of) {
    let sum = 0;
    for (let i = 0; i < this.nodes.length; i += 1) sum += this.weights[i] * of(this.nodes[i]);
    return sum;
  }

  /** θ̇ without consensus. */
  gVelocity(theta, psi) { return -psi * this.mean((e) => this.gSlope(psi * (theta + e))); }

  /** ψ̇ without consensus. */
  dVelocity(theta, psi) {
    let v = this.mean((e) => (theta + e) * this.f1(psi * (theta + e)));
    if (this.noise) v += this.mean((e) => e * this.f1(psi * e));
    if (this.penalty) v -= this.penalty * (psi - Math.sign(psi));
    return v - this.r1 * psi;
  }

  /** The Jacobian without consensus, row by row. */
  slopes(theta, psi) {
    const g2 = (t) => (this.heuristic ? -this.f2(-t) : this.f2(t));
    const at = (e) => psi * (theta + e);
    let d = this.mean((e) => (theta + e) ** 2 * this.f2(at(e))) - this.r1 - this.penalty;
    if (this.noise) d += this.mean((e) => e * e * this.f2(psi * e));
    return [
      -psi * psi * this.mean((e) => g2(at(e))),
      -this.mean((e) => this.gSlope(at(e)) + at(e) * g2(at(e))),
      this.mean((e) => this.f1(at(e)) + at(e) * this.f2(at(e))),
      d,
    ];
  }

  /** Both velocities. */
  velocities(theta, psi) {
    const [v, w] = [this.gVelocity(theta, psi), this.dVelocity(theta, psi)];
    if (!this.consensus) return [v, w];
    const [a, b, c, d] = this.slopes(theta, psi);
    return [v - this.consensus * (a * v + c * w), w - this.consensus * (b * v + d * w)];
  }

  /** The Jacobian at the solution; none where the velocity jumps there. */
  jacobian() {
    if (this.penalty) return undefined;
    const [a, b, c, d] = this.slopes(0, 0);
    const k = this.consensus;
    return [a - k * (a * a + c * c), b - k * (a * b + c * d), c - k * (a * b + c * d), d - k * (b * b + d * d)];
  }

  /** Where it goes in so many steps of size h; G moves first. */
  path(h, turns, [theta0, psi0], steps) {
    const [thetas, psis] = [new Float64Array(steps + 1), new Float64Array(steps + 1)];
    const held = (psi) => Math.min(this.clip, Math.max(-this.clip, psi));
    const alone = (player, theta, psi) => {
      if (this.consensus) return this.velocities(theta, psi)[player];
      return player ? this.dVelocity(theta, psi) : this.gVelocity(theta, psi);
    };
    let [theta, psi] = [theta0, held(psi0)];
    [thetas[0], psis[0]] = [theta, psi];
    for (let i = 1; i <= steps; i += 1) {
      if (!TURNS[turns]) {
        const [v, w] = this.velocities(theta, psi);
        [theta, psi] = [theta + h * v, held(psi + h * w)];
      } else {
        theta += h * alone(0, theta, psi);
        for (let k = 0; k < TURNS[turns]; k += 1) psi = held(psi + h * alone(1, theta, psi));
      }
      [thetas[i], psis[i]] = [theta, psi];
    }
    return { xs: thetas, ys: psis };
  }

  /** One iteration, linearised at the solution, row by row; none where there is no Jacobian. */
  updateMatrix(h, turns) {
    const J = this.jacobian();
    if (!J) return undefined;
    const [a, b, c, d] = J.map((entry) => h * entry);
    if (!TURNS[turns]) return [1 + a, b, c, 1 + d];
    let M = [1 + a, b, 0, 1];
    for (let k = 0; k < TURNS[turns]; k += 1) {
      M = [M[0], M[1], c * M[0] + (1 + d) * M[2], c * M[1] + (1 + d) * M[3]];
    }
    return M;
  }
}

/** Eigenvalues of a matrix [a, b, c, d], as [real part, imaginary part]. */
export function eigenvaluesOf([a, b, c, d]) {
  const half = (a + d) / 2;
  const square = ((a - d) / 2) ** 2 + b * c;
  const root = Math.sqrt(Math.abs(square));
  return [1, -1].map((sign) => (square >= 0 ? [half + sign * root, 0] : [half, sign * root]));
}

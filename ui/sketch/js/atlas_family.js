/*
 * T2, fourth scene: a member of the f-GAN family. Above, one value of the critic: the slope of f at the
 * ratio of the densities, what f* charges for it, and the output that says it. Below, a critic on the
 * whole line, and how much of the divergence it finds out.
 */
import { FAMILY, believed, boundAt, conjugateAt, divergenceAt, logRatio } from './family.js';
import { gaussian, linspace } from './densities.js';
import { decimal } from '../../live/js/words.js';
import { html } from './widgets.js';

const U_SPAN = [0, 4];
const T_SPAN = [-4, 3];
const V_SPAN = [-5, 5];
const F_SPAN = [-3, 4];
const PAIR_SPAN = [-4, 6];
const BELIEFS = [0, 1e-6, ...linspace(0.05, 2, 40)]; // total variation jumps at once
const SHARES = [-0.6, 1.2];
const US = linspace(0.005, 4, 200);
const TS = linspace(...T_SPAN, 281);
const VS = linspace(...V_SPAN, 121);
const PAIR_XS = linspace(...PAIR_SPAN, 201);
const FORMULAS = {
  kl: ['u log u', 'eᵗ⁻¹', 'v'],
  reverse_kl: ['−log u', '−1 − log(−t)', '−e⁻ᵛ'],
  pearson_chi2: ['(u − 1)²', 't²/4 + t', 'v'],
  squared_hellinger: ['(√u − 1)²', 't/(1 − t)', '1 − e⁻ᵛ'],
  jensen_shannon: ['u log u − (1 + u) log((1 + u)/2)', '−log(2 − eᵗ)', 'log 2 − log(1 + e⁻ᵛ)'],
  gan: ['u log u − (1 + u) log(1 + u)', '−log(1 − eᵗ)', '−log(1 + e⁻ᵛ)'],
  total_variation: ['½ |u − 1|', 't', '½ tanh v'],
};

export class FamilyScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, knobs: sketch.data.knobs });
    const [above, below] = [html('div', { class: 'thirds formulas' }), html('div', { class: 'thirds' })];
    stage.append(html('div', { class: 'row' }, sketch.choice('member'), sketch.choice('objective')), above, below);
    this.buildValue(above);
    this.buildCritic(below);
    this.readings = sketch.readings([{ key: 'ratio' }, { key: 'critic' }, { key: 'charge' }, { key: 'bound', hue: 'warn' }, { key: 'divergence' }]);
    stage.append(this.readings.node);
  }

  /** A plot with a heading of its own, because the formula in it changes. */
  titled(parent, given) {
    const head = html('p', { class: 'head' });
    const place = html('div', {}, head);
    parent.append(place);
    return { head, plot: this.sketch.plot(place, { height: 190, ...given }) };
  }

  buildValue(parent) {
    const { sketch, knobs } = this;
    const f = this.titled(parent, { label: sketch.say('plot.f'), x: U_SPAN, xTicks: [0, 1, 2, 3, 4], y: F_SPAN, yTicks: [-2, 0, 2, 4], xName: sketch.say('plot.u') });
    const star = this.titled(parent, { label: sketch.say('plot.conjugate'), x: T_SPAN, xTicks: [-4, -2, 0, 2], y: F_SPAN, yTicks: [-2, 0, 2, 4], xName: sketch.say('plot.t') });
    const out = this.titled(parent, { label: sketch.say('plot.activation'), x: V_SPAN, xTicks: [-4, -2, 0, 2, 4], y: T_SPAN, yTicks: [-4, -2, 0, 2], xName: sketch.say('plot.v') });
    Object.assign(this, { f, star, out });
    this.endless = [0, 1].map(() => star.plot.area({ hue: 'muted', alpha: 0.14 }));
    this.endlessNames = [0, 1].map(() => star.plot.label({ hue: 'muted', anchor: 'middle' }));
    this.bounds = [0, 1].map(() => out.plot.curve({ hue: 'muted', dash: 'dashed', width: 1.4 }));
    this.shapes = [f, star, out].map(({ plot }) => plot.curve({ width: 2.2 }));
    this.tangent = f.plot.curve({ hue: 'warn', width: 2 });
    this.foot = f.plot.dots({ hue: 'warn', shape: 'square', size: 4.5 });
    this.footName = f.plot.label({ hue: 'ink' });
    this.marks = [star, out].map(({ plot }) => plot.dots({ hue: 'warn', size: 5.5 }));
    this.handle = f.plot.handle({
      hue: 'warn', x: knobs.ratio, name: sketch.say('knob.ratio'), move: (x) => sketch.set({ ratio: x }),
    });
  }

  buildCritic(parent) {
    const { sketch, knobs } = this;
    const pair = this.titled(parent, { label: sketch.say('plot.densities'), x: PAIR_SPAN, y: [0, 0.5], yTicks: [0, 0.4] });
    const critic = this.titled(parent, { label: sketch.say('plot.critic'), x: PAIR_SPAN, y: T_SPAN, yTicks: [-4, -2, 0, 2] });
    const bound = this.titled(parent, { label: sketch.say('plot.bound'), x: [0, 2], xTicks: [0, 0.5, 1, 1.5, 2], y: SHARES, yTicks: [0, 1], yText: (value) => `${100 * value}%`, xName: sketch.say('knob.belief') });
    pair.head.textContent = sketch.say('plot.densities');
    critic.head.textContent = sketch.say('plot.critic');
    bound.head.textContent = sketch.say('plot.bound');
    const looks = [{ hue: 'real', dash: 'dashed' }, { hue: 'fake' }];
    this.areas = looks.map(({ hue }) => pair.plot.area({ hue, term: `p-${hue}` }));
    this.curves = looks.map((look) => pair.plot.curve({ ...look, term: `p-${look.hue}` }));
    this.gap = pair.plot.handle({ hue: 'fake', shape: 'triangle', x: knobs.gap, name: sketch.say('knob.gap'), move: (x) => sketch.set({ gap: x }) });
    this.best = critic.plot.curve({ dash: 'dotted', width: 2 });
    this.own = critic.plot.curve({ hue: 'warn', width: 2.8 });
    bound.plot.curve({ dash: 'dashed', width: 1.2, alpha: 0.7 }).set([0, 2], [1, 1]);
    this.boundCurve = bound.plot.curve({ width: 2.2 });
    this.belief = bound.plot.handle({ hue: 'warn', x: knobs.belief, name: sketch.say('knob.belief'), move: (x) => sketch.set({ belief: x }) });
  }

  draw(values) {
    const one = FAMILY[values.member];
    this.drawValue(one, values);
    this.drawCritic(one, values);
    const { share, bound, all } = this;
    const says = { name: this.sketch.say(`option.member.${values.member}`), bound: decimal(bound, 3), all: decimal(all, 3) };
    return {
      numbers: { share, below: all - bound, belief: values.belief, gap: values.gap },
      said: this.sketch.say('said.family', says),
    };
  }

  drawValue(one, { member, ratio }) {
    const [f, star, out] = FORMULAS[member];
    this.f.head.textContent = `f(u) = ${f}`;
    this.star.head.textContent = `f*(t) = ${star}`;
    this.out.head.textContent = `T = g(v) = ${out}`;
    if (member !== this.member) {
      this.member = member;
      this.shapes[0].set(US, US.map(one.f));
      this.shapes[1].set(TS, TS.map((t) => {
        const value = conjugateAt(one, t);
        return Number.isFinite(value) ? value : NaN;
      }));
      this.shapes[2].set(VS, VS.map(one.activation));
      one.domain.forEach((end, i) => this.drawEnd(i, end));
    }
    const t = one.slope(ratio);
    const charge = one.dual(ratio);
    this.tangent.set(U_SPAN, U_SPAN.map((u) => u * t - charge));
    this.foot.set([[0, -charge]]);
    this.footName.set(0.14, Math.max(F_SPAN[0] + 0.3, Math.min(F_SPAN[1] - 0.4, -charge - 0.15)), '−f*(t)');
    this.handle.set(ratio, Math.min(one.f(ratio), F_SPAN[1]));
    this.marks[0].set([[t, charge]]);
    const v = one.inverse(t);
    if (Number.isFinite(v)) this.marks[1].set([[v, t]]);
    else this.marks[1].hide();
    this.readings.set({ ratio: decimal(ratio), critic: decimal(t, 3), charge: decimal(charge, 3) });
  }

  /** Where f* ends: beyond it is ∞, and the output activation stays on this side of it. */
  drawEnd(i, end) {
    const items = [this.endless[i], this.endlessNames[i], this.bounds[i]];
    if (!Number.isFinite(end)) {
      items.forEach((item) => item.hide());
      return;
    }
    const far = T_SPAN[i];
    this.endless[i].set([Math.min(end, far), Math.max(end, far)], [F_SPAN[1], F_SPAN[1]], [F_SPAN[0], F_SPAN[0]]);
    this.endlessNames[i].set((end + far) / 2, 2.8, 'f* = ∞');
    this.bounds[i].set(V_SPAN, [end, end]);
  }

  drawCritic(one, { gap, belief }) {
    const place = [this.member, gap].join();
    if (place !== this.place) this.survey(one, gap, place);
    this.own.set(PAIR_XS, PAIR_XS.map((x) => believed(one, logRatio(x, gap), belief)));
    this.bound = boundAt(one, gap, belief);
    this.share = this.shareOf(this.bound);
    this.belief.set(belief, Math.max(SHARES[0], Math.min(SHARES[1], this.share)));
    this.readings.set({ bound: decimal(this.bound, 3), divergence: decimal(this.all, 3) });
  }

  survey(one, gap, place) {
    Object.assign(this, { place, all: divergenceAt(one, gap), none: one.f(1) });
    const densities = [gaussian(0, 1), gaussian(gap, 1)];
    densities.forEach((density, i) => {
      const table = PAIR_XS.map((x) => density.pdf(x));
      this.areas[i].set(PAIR_XS, table);
      this.curves[i].set(PAIR_XS, table);
    });
    this.gap.set(gap, densities[1].pdf(gap));
    this.best.set(PAIR_XS, PAIR_XS.map((x) => believed(one, logRatio(x, gap), 1)));
    this.boundCurve.set(BELIEFS, BELIEFS.map((belief) => this.shareOf(boundAt(one, gap, belief))));
  }

  /** How much of the divergence a critic has found out: 0 for one that cannot tell, 1 for the best. */
  shareOf(bound) { return (bound - this.none) / (this.all - this.none); }
}

/*
 * V1, first scene: a critic that the hand bends. From the knot that is held a cone of slopes ±K opens:
 * where the critic leaves it, it lights up. Above it the two densities; the gap between the critic's
 * means is what it reads.
 */
import { Bumps, bestCritic, gapOf, slopesOf } from './critics.js';
import { linspace } from './densities.js';
import { decimal } from '../../live/js/words.js';
import { html } from './widgets.js';

export const CRITIC_KNOTS = [-6, -4.5, -3, -1.5, 0, 1.5, 3, 4.5, 6];
const BOUND_SPAN = [-7, 7];
const BOUND_XS = linspace(...BOUND_SPAN, 561);
const BUMP_WIDTH = 0.7;
const STEEP = 1e-6; // a slope may exceed the bound by so much
const BOUND_OPENING = { seconds: 2.4 };

const easing = (t) => 1 - (1 - t) ** 3;
const knotName = (i) => `f${i}`;

export class BoundScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, held: 4 });
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'stack' })];
    stage.append(html('div', { class: 'board' }, left, right));
    this.buildPlaces(left);
    this.buildCritic(left);
    this.numbers = sketch.readings([
      { key: 'reading', hue: 'ink' }, { key: 'w1', hue: 'w1', term: 'wasserstein' }, { key: 'units', hue: 'w1' }, { key: 'steepest', hue: 'warn' },
    ]);
    this.numbers.node.classList.add('two');
    this.verdict = html('p', { class: 'outcome', 'aria-live': 'polite' });
    const flat = sketch.button('flat', () => this.lay(() => 0));
    right.append(this.numbers.node, this.verdict, sketch.slider('bound', { hue: 'w1' }), sketch.choice('best'), html('div', { class: 'row' }, flat));
    this.open();
  }

  buildPlaces(parent) {
    const { sketch } = this;
    const { knobs } = sketch.data;
    const plot = sketch.plot(parent, {
      label: sketch.say('plot.places'), yName: sketch.say('plot.places'), x: BOUND_SPAN, y: [0, 0.62], yTicks: [0, 0.5], height: 150,
    });
    this.areas = { real: plot.area({ hue: 'real', term: 'p-real' }), fake: plot.area({ hue: 'fake', term: 'p-fake' }) };
    this.curves = { real: plot.curve({ hue: 'real', dash: 'dashed', term: 'p-real' }), fake: plot.curve({ hue: 'fake', term: 'p-fake' }) };
    this.places = ['data_a', 'data_b', 'fake'].map((name) => plot.handle({
      hue: name === 'fake' ? 'fake' : 'real', shape: name === 'fake' ? 'triangle' : 'circle', x: knobs[name], name: sketch.say(`handle.${name}`), move: (x) => sketch.set({ [name]: x }),
    }));
  }

  buildCritic(parent) {
    const { sketch } = this;
    const plot = sketch.plot(parent, {
      label: sketch.say('plot.critic'), yName: sketch.say('plot.critic'), xName: sketch.say('plot.x'), x: BOUND_SPAN, y: [-7, 7], yTicks: [-6, -3, 0, 3, 6], height: 330,
    });
    this.cone = plot.area({ hue: 'w1', alpha: 0.13 });
    this.edges = [1, -1].map(() => plot.curve({ hue: 'w1', width: 1.2, dash: 'dotted' }));
    this.best = plot.curve({ hue: 'w1', dash: 'dashed', width: 2.2 });
    this.critic = plot.curve({ width: 2.4 });
    this.steep = plot.curve({ hue: 'warn', width: 6, alpha: 0.85 });
    this.knots = CRITIC_KNOTS.map((x, i) => plot.handle({
      hue: 'ink', y: sketch.data.knobs[knotName(i)], name: sketch.say('handle.knot', { x: decimal(x, 1) }), say: (_, y) => decimal(y, 1),
      move: (_, y) => {
        this.held = i;
        sketch.set({ [knotName(i)]: y });
      },
    }));
    this.knots.forEach(({ node }, i) => node.addEventListener('focus', () => {
      this.held = i;
      sketch.draw();
    }));
  }

  /** Lay all knots at once. */
  lay(height) {
    this.sketch.set(Object.fromEntries(CRITIC_KNOTS.map((x, i) => [knotName(i), height(x)])));
  }

  /** The page has just been opened: the critic rises to where it stands. */
  open() {
    const { sketch } = this;
    const { values, data } = sketch;
    if (data.turn || sketch.moves || values.scene !== 'hand') return;
    const ends = CRITIC_KNOTS.map((_, i) => values[knotName(i)]);
    let over = false;
    queueMicrotask(() => sketch.play((t) => {
      if (over) return null;
      over = t >= BOUND_OPENING.seconds;
      const part = over ? 1 : easing(t / BOUND_OPENING.seconds);
      return Object.fromEntries(ends.map((end, i) => [knotName(i), end * part]));
    }));
  }

  draw(values) {
    const { sketch } = this;
    const heights = CRITIC_KNOTS.map((_, i) => values[knotName(i)]);
    const data = new Bumps([values.data_a, values.data_b], BUMP_WIDTH);
    const fakes = new Bumps([values.fake], BUMP_WIDTH);
    this.drawPlaces(values, data, fakes);
    const best = this.bestOf(data, fakes);
    const truth = gapOf(BOUND_XS, best, data, fakes);
    const slopes = slopesOf(CRITIC_KNOTS, heights);
    const steepest = Math.max(...slopes.map(Math.abs));
    this.drawCritic(values, heights, slopes, best);
    const reading = gapOf(CRITIC_KNOTS, heights, data, fakes);
    const over = steepest / values.bound;
    const legal = over <= 1 + STEEP;
    this.numbers.set({
      reading: decimal(reading), w1: decimal(truth), units: decimal(reading / values.bound), steepest: decimal(steepest),
    });
    const share = truth > 0.05 ? reading / (values.bound * truth) : 0;
    const told = { share: Math.round(100 * share), slope: decimal(steepest), bound: decimal(values.bound) };
    this.verdict.textContent = sketch.say(legal ? 'verdict.legal' : 'verdict.steep', told);
    return {
      numbers: { reading, w1: truth, share, over, bound: values.bound, apart: Math.abs(values.data_a - values.data_b) },
      said: sketch.say('said.hand', { reading: decimal(reading), w1: decimal(truth), slope: decimal(steepest) }),
    };
  }

  /** The best critic for these places, kept as long as they stay. */
  bestOf(data, fakes) {
    const key = String([...data.means, ...fakes.means]);
    if (key !== this.bestKey) {
      this.bestKey = key;
      this.bestHeights = bestCritic(data, fakes, BOUND_XS);
    }
    return this.bestHeights;
  }

  drawPlaces(values, data, fakes) {
    const ys = { real: BOUND_XS.map((x) => data.pdf(x)), fake: BOUND_XS.map((x) => fakes.pdf(x)) };
    Object.entries(ys).forEach(([who, table]) => {
      this.areas[who].set(BOUND_XS, table);
      this.curves[who].set(BOUND_XS, table);
    });
    this.places[0].set(values.data_a, data.pdf(values.data_a));
    this.places[1].set(values.data_b, data.pdf(values.data_b));
    this.places[2].set(values.fake, fakes.pdf(values.fake));
  }

  drawCritic({ bound, best }, heights, slopes, bestHeights) {
    const [low, high] = BOUND_SPAN;
    const [x, y] = [CRITIC_KNOTS[this.held], heights[this.held]];
    const up = [bound * (x - low), 0, bound * (high - x)];
    const xs = [low, x, high];
    this.cone.set(xs, up.map((one) => y + one), up.map((one) => y - one));
    this.edges.forEach((edge, i) => edge.set([low, high], [y - (i ? -1 : 1) * up[0], y + (i ? -1 : 1) * up[2]]));
    const [all, flat] = [[low, ...CRITIC_KNOTS, high], [heights[0], ...heights, heights.at(-1)]];
    this.critic.set(all, flat);
    this.knots.forEach((knot, i) => knot.set(CRITIC_KNOTS[i], heights[i]));
    const [steepXs, steepYs] = [[], []];
    slopes.forEach((slope, i) => {
      if (Math.abs(slope) <= bound + STEEP) return;
      steepXs.push(CRITIC_KNOTS[i], CRITIC_KNOTS[i + 1], NaN);
      steepYs.push(heights[i], heights[i + 1], NaN);
    });
    this.steep.set(steepXs, steepYs);
    if (best === 'hidden') this.best.hide();
    else {
      const ys = bestHeights.map((one) => bound * one);
      const middle = (Math.max(...ys) + Math.min(...ys)) / 2;
      this.best.set(BOUND_XS, ys.map((one) => one - middle));
    }
  }
}

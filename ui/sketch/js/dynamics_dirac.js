/*
 * The Dirac-GAN: a phase portrait of θ and ψ, the discriminator as the line that it is, the eigenvalues
 * at the solution, and a list of who arrives. ψ here is the slope of D itself, high on data: the
 * mathematics (dirac.js) has the other sign.
 */
import { DiracGame, HOLDS, TURNS, eigenvaluesOf } from './dirac.js';
import {
  Distance, EigenPlane, Portrait, REACHES, lasting, pairText, timesText,
} from './portrait.js';
import { growthOf } from './bilinear.js';
import { html } from './widgets.js';
import { decimal } from '../../live/js/words.js';

const FAR = 1000; // steps at most
const LIST_STEPS = 500;
const LATER = 250; // ms after the last move in which the list is reckoned anew
const HEIGHT = 3; // of the picture of D

const turned = ({ xs, ys }) => ({ xs, ys: ys.map((psi) => -psi) });

/** Whether a way comes nearer, goes away, or neither: the farthest of two late spans. */
function wending({ xs, ys }) {
  const most = (from, to) => {
    let found = 0;
    for (let i = from; i <= to; i += 1) found = Math.max(found, Math.hypot(xs[i], ys[i]));
    return found;
  };
  const [early, late] = [most(LIST_STEPS / 5, LIST_STEPS / 2), most(LIST_STEPS / 2, LIST_STEPS)];
  if (!(late < 1e6)) return 'out';
  if (late < 0.97 * early) return 'in';
  return late > 1.03 * early ? 'out' : 'round';
}

const SIGNS = { in: '↘', out: '↗', round: '↻' };

export class DiracScene {
  constructor(sketch, root) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const board = html('div', { class: 'board' });
    const right = html('div', { class: 'stack' });
    this.portrait = new Portrait(sketch, board, { x: 'theta', y: 'psi' }, { plot: 'plot.dirac', handle: 'handle.dirac', at: 'at_dirac' });
    const { plot } = this.portrait;
    this.bounds = [1, -1].map(() => plot.curve({ dash: 'dotted', width: 1.2 }));
    this.way = plot.curve({ hue: 'warn', width: 1.8 });
    this.portrait.finish();
    board.append(right);
    this.picture = sketch.plot(right, {
      label: say('plot.line'), x: REACHES[0], y: [-HEIGHT, HEIGHT], yTicks: [-2, 0, 2], xTicks: [-2, -1, 0, 1, 2], yName: say('plot.line'), height: 180, margin: 46,
    });
    this.line = this.picture.curve({ width: 2.2, term: 'psi' });
    this.spikes = [['real', 'dashed'], ['fake', 'solid']].map(([hue, dash]) => this.picture.curve({ hue, dash, width: 2 }));
    this.data = this.picture.dots({ hue: 'real', size: 6 });
    this.fake = this.picture.dots({ hue: 'fake', shape: 'triangle', size: 6, term: 'theta' });
    this.pull = this.picture.arrows({ hue: 'fake', width: 2 });
    this.distance = new Distance(sketch, right, say('plot.away'), -12);
    this.far = this.distance.curve({ hue: 'warn', term: 'radius' });
    this.plane = new EigenPlane(sketch, right);
    this.dots = this.plane.add({ hue: 'warn' });
    this.readings = sketch.readings([
      { key: 'away', term: 'radius' }, { key: 'jacobian', term: 'eigenvalue' }, { key: 'factor', term: 'eigenvalue' },
    ]);
    this.says = html('p', { class: 'hint' });
    this.strength = sketch.slider('strength', { say: (n) => decimal(n) });
    this.strengthName = this.strength.querySelector('label');
    const choices = html('div', { class: 'stack chips' }, html('div', { class: 'row' }, sketch.choice('game')), html('div', { class: 'row' }, sketch.choice('hold')), this.says);
    const sliders = html('div', { class: 'knobs' }, this.strength, sketch.slider('h'), sketch.slider('steps', { say: (n) => decimal(n, 0) }), sketch.choice('turns'));
    this.list = html('table', { class: 'list' });
    const under = html('div', { class: 'stack under' }, this.readings.node, sliders, html('h3', { text: say('list.title') }), html('div', { class: 'scroller' }, this.list), html('p', { class: 'aside', text: say('list.note') }));
    root.append(choices, board, under);
  }

  game(values) {
    const given = { game: values.game, ...HOLDS[values.hold](values.strength) };
    return new DiracGame(given, this.sketch.data.facts.normal);
  }

  draw(values) {
    const { theta, psi, h, turns, hold, strength } = values;
    const steps = Math.round(values.steps);
    const game = this.game(values);
    const key = `${values.game} ${hold} ${strength}`;
    this.portrait.field(key, (u, v) => {
      const [a, b] = game.velocities(u, -v);
      return [a, -b];
    });
    const whole = `${key} ${theta} ${psi} ${h} ${turns}`;
    if (whole !== this.whole) {
      this.path = turned(game.path(h, turns, [theta, -psi], FAR));
      this.whole = whole;
    }
    const { xs, ys } = this.path;
    this.portrait.handle.set(theta, psi);
    this.way.set(xs.subarray(0, steps + 1), ys.subarray(0, steps + 1));
    const now = [xs[steps], ys[steps]];
    const seen = now.every((at) => Math.abs(at) < 9);
    this.portrait.heads.set(seen ? [now] : []);
    this.bounds.forEach((bound, i) => {
      if (hold === 'clip') bound.set([-9, 9], i ? [-strength, -strength] : [strength, strength]);
      else bound.hide();
    });
    this.distance.frame(values.axis, steps);
    this.distance.show(this.far, this.path, steps);
    this.drawPicture(now, game);
    this.strength.hidden = hold === 'none';
    this.strengthName.textContent = this.sketch.say(`strength.${hold}`);
    this.says.textContent = `${this.sketch.say(`says.${values.game}`)} ${this.sketch.say(`says.${hold}`)}`;
    this.drawListSoon(values);
    return this.report({ ...values, steps }, game, Math.hypot(...now));
  }

  /** D as a line, the data at 0, the fake at θ, and where it is pulled. */
  drawPicture([theta, psi], game) {
    this.line.set([-9, 9], [-9 * psi, 9 * psi]);
    this.spikes[0].set([0, 0], [0, 1.6]);
    this.spikes[1].set([theta, theta], [0, 1.6]);
    this.data.set([[0, 1.6]]);
    this.fake.set([[theta, 1.6]]);
    const pull = game.gVelocity(theta, -psi);
    const long = pull / (Math.abs(pull) + 0.5);
    this.pull.set(Math.abs(long) > 0.04 ? [[theta, 2.3, theta + 1.2 * long, 2.3]] : []);
  }

  report(values, game, distance) {
    const { sketch } = this;
    const { h, turns, steps, hold, strength, theta, psi } = values;
    const J = game.jacobian();
    const M = game.updateMatrix(h, turns);
    const [slow, step] = [J && eigenvaluesOf(J), M && eigenvaluesOf(M)];
    this.plane.frame(values.plane, step ? step.filter(([, im]) => im >= 0) : [[1, h]]);
    if (step) this.dots.set(step);
    else this.dots.hide();
    const growth = step ? growthOf(step) : NaN;
    this.readings.set({
      away: timesText(distance), jacobian: slow ? pairText(slow) : sketch.say('jumps'), factor: step ? decimal(growth, 4) : '–',
    });
    const before = Math.hypot(theta, psi);
    const plain = hold === 'r1' && values.game === 'minimax' && turns === 'simultaneous' && h <= 0.2;
    const said = sketch.say('said.dirac', { n: decimal(steps, 0), distance: timesText(distance), growth: decimal(growth, 4) });
    return { numbers: { distance, before, steps, growth, dirac: 1, ...(plain ? { r1: strength } : {}) }, said };
  }

  // -- who arrives

  drawListSoon(values) {
    const wanted = `${values.theta} ${values.psi} ${values.h}`;
    this.marked = `${values.game} ${values.hold} ${values.strength} ${values.turns}`;
    if (wanted !== this.listed) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.fill(wanted, values), this.listed ? LATER : 0);
    } else this.mark();
  }

  fill(wanted, { theta, psi, h }) {
    const { sketch } = this;
    this.listed = wanted;
    const { likely, normal } = sketch.data.facts;
    this.cells = [];
    const name = (game, hold, strength) => {
      const held = hold === 'none' ? '' : ` + ${sketch.say(`option.hold.${hold}`)} ${decimal(strength, 1)}`;
      return `${sketch.say(`option.game.${game}`)}${held}`;
    };
    const rows = likely.map(([game, hold, strength]) => {
      const made = new DiracGame({ game, ...HOLDS[hold](strength) }, normal);
      const cells = Object.keys(TURNS).map((turns) => {
        const path = made.path(h, turns, [theta, -psi], LIST_STEPS);
        const distance = Math.hypot(path.xs[LIST_STEPS], path.ys[LIST_STEPS]);
        const way = wending(path);
        const press = html('button', { type: 'button', class: 'quiet', text: `${SIGNS[way]} ${timesText(distance)}`, 'aria-label': `${name(game, hold, strength)}, ${sketch.say(`option.turns.${turns}`)}: ${sketch.say(`way.${way}`)}, ${timesText(distance)}` });
        press.dataset.way = way;
        press.addEventListener('click', () => {
          sketch.set({ game, hold, strength, turns, steps: LIST_STEPS });
          sketch.run();
        });
        this.cells.push([`${game} ${hold} ${strength} ${turns}`, press]);
        return html('td', {}, press);
      });
      return html('tr', {}, html('th', { scope: 'row', text: name(game, hold, strength) }), ...cells);
    });
    const heads = ['', ...Object.keys(TURNS).map((turns) => sketch.say(`option.turns.${turns}`))].map((text) => html('th', { scope: 'col', text }));
    this.list.replaceChildren(html('thead', {}, html('tr', {}, ...heads)), html('tbody', {}, ...rows));
    this.mark();
  }

  mark() { this.cells.forEach(([key, press]) => press.toggleAttribute('data-here', key === this.marked)); }

  close() { clearTimeout(this.later); }

  static playing({ steps }) { return { knob: 'steps', to: steps, seconds: lasting(steps) }; }
}

/*
 * T2, third scene: two bumps of data and one Gaussian. The student shapes it by hand, each divergence
 * says how far it is, and each has a best one of its own.
 */
import { FITS, bestFit, distanceOf, profile } from './fitting.js';
import { bumps } from './pulls.js';
import { gaussian, linspace } from './densities.js';
import { decimal } from '../../live/js/words.js';
import { Multiple, termOf } from './multiples.js';
import { within } from './ticks.js';
import { html } from './widgets.js';

const FIT_SPAN = [-5, 5];
const FIT_XS = linspace(...FIT_SPAN, 301);
const FIT_TOP = 1.05;
const FIT_CEILINGS = { kl: 2.9, reverse_kl: 2.9, js: 0.68, total_variation: 0.98, wasserstein1: 2.9 };
const FIT_HUES = { js: 'js', wasserstein1: 'w1' };
const PEAK = 1 / Math.sqrt(2 * Math.PI); // of a Gaussian of width 1

export class FitScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, table: sketch.data.facts.fits });
    const [left, right] = [html('div', {}), html('div', {})];
    const knobs = html('div', { class: 'knobs' }, sketch.slider('distance', { hue: 'real', say: (value) => `±${decimal(value)}` }), sketch.slider('sigma', { hue: 'real' }), sketch.choice('best'));
    this.panels = html('div', { class: 'multiples five' });
    stage.append(sketch.choice('measure'), html('div', { class: 'board' }, left, right), knobs, this.panels);
    this.buildOwn(left);
    this.buildProfile(right);
    this.fits = FITS.map((name) => this.buildPanel(name));
  }

  buildOwn(parent) {
    const { sketch } = this;
    const { own_mean: mean, own_sigma: sigma } = sketch.data.knobs;
    const plot = sketch.plot(parent, {
      label: sketch.say('plot.fit'), yName: sketch.say('plot.densities'), x: FIT_SPAN, y: [0, FIT_TOP], yTicks: [0, 0.5, 1], height: 250,
    });
    this.areas = ['real', 'fake'].map((hue) => plot.area({ hue, term: `p-${hue}` }));
    this.best = plot.curve({ hue: 'ink', dash: 'dotted', alpha: 0.8 });
    this.curves = [plot.curve({ hue: 'real', dash: 'dashed', term: 'p-real' }), plot.curve({ hue: 'fake', term: 'p-fake' })];
    this.handle = plot.handle({
      hue: 'fake',
      shape: 'triangle',
      x: mean,
      y: { low: PEAK / sigma.high, high: PEAK / sigma.low, step: 0 },
      name: sketch.say('own'),
      say: () => sketch.say('own_says', { mean: decimal(sketch.values.own_mean), sigma: decimal(sketch.values.own_sigma) }),
      move: (x, y) => {
        const same = y === PEAK / sketch.values.own_sigma;
        sketch.set({ own_mean: x, ...(same ? {} : { own_sigma: within(PEAK / y, sigma.low, sigma.high) }) });
      },
    });
  }

  buildProfile(parent) {
    const { sketch } = this;
    this.profile = sketch.plot(parent, {
      label: sketch.say('plot.profile'), yName: sketch.say('plot.profile'), x: FIT_SPAN, y: [0, 1], xName: sketch.say('plot.mean'), height: 250,
    });
    this.valleys = {};
    Object.keys(FIT_CEILINGS).forEach((name) => { this.valleys[name] = this.profile.curve({ hue: FIT_HUES[name] }); });
    this.deepest = this.profile.dots({ hue: 'ink', shape: 'circle', size: 5 });
    this.mine = this.profile.dots({ hue: 'fake', shape: 'triangle', size: 6 });
  }

  buildPanel(name) {
    const { sketch } = this;
    const multiple = new Multiple(sketch, this.panels, {
      key: `fit_${name}`, name: sketch.say(`name.${name}`), hue: FIT_HUES[name], term: termOf(name),
      plot: { x: FIT_SPAN, xTicks: [-4, 0, 4], y: [0, FIT_TOP], yTicks: [], height: 100, margin: 4 },
    });
    const { plot } = multiple;
    const data = plot.curve({ hue: 'real', dash: 'dashed', width: 1.4 });
    const other = plot.curve({ hue: 'fake', dash: 'dotted', width: 1.4 });
    const filled = plot.area({ hue: 'fake' });
    const note = html('p', { class: 'note' });
    multiple.node.append(note);
    return { name, multiple, data, other, filled, best: plot.curve({ hue: 'fake' }), note };
  }

  draw(values) {
    const { distance, sigma, measure, own_mean: mean, own_sigma: width, best } = values;
    const shown = best === 'shown';
    this.drawData(distance, sigma);
    const own = gaussian(mean, width);
    const table = FIT_XS.map((x) => own.pdf(x));
    this.areas[1].set(FIT_XS, table);
    this.curves[1].set(FIT_XS, table);
    this.handle.set(mean, PEAK / width);
    const mine = Object.fromEntries(FITS.map((name) => [name, distanceOf(name, distance, sigma, mean, width)]));
    const fits = Object.fromEntries(FITS.map((name) => [name, bestFit(this.table[name], name, distance, sigma)]));
    this.fits.forEach((panel) => this.drawPanel(panel, mine[panel.name], shown ? fits[panel.name] : undefined));
    this.drawProfile(measure, distance, sigma, shown ? fits[measure] : undefined);
    this.mine.set([[mean, Math.min(mine[measure], FIT_CEILINGS[measure])]]);
    const named = Object.fromEntries(FITS.flatMap((name) => [[`own_${name}`, mine[name]], [`surplus_${name}`, mine[name] - fits[name].value]]));
    const says = { mean: decimal(mean), sigma: decimal(width), name: this.sketch.say(`name.${measure}`), value: decimal(mine[measure], 3) };
    return {
      numbers: { ...named, distance, sigma, js_mean: fits.js.mean, by_js: Number(measure === 'js' && shown) },
      said: this.sketch.say('said.fit', says),
    };
  }

  drawData(distance, sigma) {
    const place = [distance, sigma].join();
    if (place === this.place) return;
    this.place = place;
    const data = bumps(distance, sigma);
    const table = FIT_XS.map((x) => data.pdf(x));
    [this.areas[0], this.curves[0], ...this.fits.map((panel) => panel.data)].forEach((item) => item.set(FIT_XS, table));
  }

  drawPanel({ multiple, other, filled, best, note }, mine, fit) {
    const { sketch } = this;
    multiple.say(decimal(mine, 3), fit ? sketch.say('least', { n: decimal(fit.value, 3) }) : '');
    [best, other, filled].forEach((item) => item.hide());
    note.textContent = sketch.say('hidden');
    if (!fit) return;
    const table = (sign) => {
      const density = gaussian(sign * fit.mean, fit.sigma);
      return FIT_XS.map((x) => density.pdf(x));
    };
    const one = fit.mean > 0.01;
    best.set(FIT_XS, table(1));
    filled.set(FIT_XS, table(1));
    if (one) other.set(FIT_XS, table(-1)); // as good as the other one
    note.textContent = sketch.say(one ? 'one_mode' : 'both_modes', { mean: decimal(fit.mean), sigma: decimal(fit.sigma) });
  }

  drawProfile(measure, distance, sigma, fit) {
    const { profile: plot, valleys, deepest, best } = this;
    plot.frame(FIT_SPAN, [0, FIT_CEILINGS[measure]]);
    Object.values(valleys).forEach((curve) => curve.hide());
    if (!fit) {
      deepest.hide();
      best.hide();
      return;
    }
    const key = [measure, distance, sigma].join();
    if (key !== this.drawnProfile) Object.assign(this, { drawnProfile: key, found: profile(measure, distance, sigma) });
    valleys[measure].set(this.found.means, this.found.values);
    const ends = fit.mean > 0.01 ? [fit.mean, -fit.mean] : [fit.mean];
    deepest.set(ends.map((mean) => [mean, fit.value]));
    const density = gaussian(fit.mean, fit.sigma);
    best.set(FIT_XS, FIT_XS.map((x) => density.pdf(x)));
  }
}

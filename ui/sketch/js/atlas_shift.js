/*
 * T2, first scene: fakes are pushed away from the data, and each divergence says how far they are and
 * how hard it pulls. On the hills the fakes lie as a triangle; in the lanes they let themselves be pulled.
 */
import { CEILINGS, Landscape, LIMITS, PULLS, bumps, fakes, rolled } from './pulls.js';
import { linspace } from './densities.js';
import { decimal, tickText } from '../../live/js/words.js';
import { Multiple, termOf } from './multiples.js';
import { html } from './widgets.js';

const SHIFT_SPAN = [-10, 10];
const SHIFT_XS = linspace(...SHIFT_SPAN, 401);
const TALLEST = 0.85;
const LANE_MARGIN = 104;
const RACE = { seconds: 4, time: 12 };
const OPENING_SHIFT = { seconds: 2.6, from: 8 };
const FELT = 1e-3; // a weaker pull has no arrow; each tenfold one makes it longer by 1
const LONGEST = 30; // runs off the plot
const HUE_OF = { js: 'js', wasserstein1: 'w1' };
const LANES = Object.fromEntries(PULLS.map((name, i) => [PULLS.length - i, name]));

const glideOut = (t) => 1 - (1 - t) ** 3;

export class ShiftScene {
  constructor(sketch, stage) {
    Object.assign(this, { sketch, beads: [], hills: [] });
    const [left, right] = [html('div', { class: 'stack' }), html('div', { class: 'multiples' })];
    stage.append(html('div', { class: 'board even' }, left, right));
    this.buildDensities(left);
    this.buildLanes(left);
    left.append(html('div', { class: 'knobs' }, sketch.slider('width'), sketch.slider('separation', { hue: 'real', say: (value) => `±${decimal(value)}` })));
    PULLS.forEach((name) => this.buildHill(right, name));
    this.open();
  }

  buildDensities(parent) {
    const { sketch } = this;
    const { knobs } = sketch.data;
    this.densities = sketch.plot(parent, {
      label: sketch.say('plot.densities'), yName: sketch.say('plot.densities'), x: SHIFT_SPAN, y: [0, TALLEST], yTicks: [0, 0.4, 0.8], height: 240, margin: LANE_MARGIN,
    });
    const looks = { real: { hue: 'real', dash: 'dashed' }, fake: { hue: 'fake' } };
    this.areas = Object.keys(looks).map((hue) => this.densities.area({ hue, term: `p-${hue}` }));
    this.curves = Object.entries(looks).map(([hue, look]) => this.densities.curve({ ...look, term: `p-${hue}` }));
    this.names = Object.keys(looks).map((hue) => this.densities.label({ hue, anchor: 'middle', term: `p-${hue}` }));
    this.mode = this.densities.handle({
      hue: 'real', x: knobs.separation, name: sketch.say('handle.separation'), say: (x) => `±${decimal(x)}`, move: (x) => sketch.set({ separation: x }),
    });
    this.fake = this.densities.handle({
      hue: 'fake', shape: 'triangle', x: knobs.shift, name: sketch.say('handle.shift'), move: (x) => sketch.set({ shift: x }),
    });
  }

  buildLanes(parent) {
    const { sketch } = this;
    this.clock = html('p', { class: 'note' });
    const go = sketch.button('race', () => this.start(), { primary: true });
    parent.append(html('div', { class: 'row lanes' }, go, this.clock));
    this.lanes = sketch.plot(parent, {
      label: sketch.say('plot.lanes'),
      x: SHIFT_SPAN,
      y: [0.5, PULLS.length + 0.5],
      yTicks: Object.keys(LANES).map(Number),
      yText: (lane) => sketch.say(`name.${LANES[lane]}`),
      height: PULLS.length * 24 + 34,
      margin: LANE_MARGIN,
    });
    this.home = this.lanes.curve({ hue: 'real', dash: 'dashed', width: 1.2, alpha: 0.8 });
    this.arrows = PULLS.map((name) => this.lanes.arrows({ hue: HUE_OF[name], width: 2, term: termOf(name) }));
    this.runners = PULLS.map((name) => this.lanes.dots({ hue: 'fake', shape: 'triangle', size: 5.5, term: termOf(name) }));
  }

  buildHill(parent, name) {
    const { sketch } = this;
    const [hue, ceiling, limit] = [HUE_OF[name], CEILINGS[name], LIMITS[name]];
    const multiple = new Multiple(sketch, parent, {
      key: name,
      name: sketch.say(`name.${name}`),
      hue,
      term: termOf(name),
      plot: {
        x: [-8.6, 8.6],
        xTicks: [-8, 0, 8],
        y: [0, ceiling],
        yTicks: limit ? [0, limit] : [0, ceiling / 2, ceiling],
        yText: (value) => (value === Math.LN2 ? 'log 2' : tickText(value)),
        height: 106,
      },
    });
    const { plot } = multiple;
    this.hills.push({
      multiple,
      ceiling,
      cursor: plot.curve({ width: 1, alpha: 0.45 }),
      curve: plot.curve({ hue, term: termOf(name) }),
      tangent: plot.curve({ hue: 'fake', width: 2.4 }),
      bead: plot.dots({ hue: 'fake', shape: 'triangle', size: 5.5 }),
    });
  }

  /** The page has just been opened: the fakes come nearer from where most of the hills are flat. */
  open() {
    const { sketch } = this;
    const { values, data } = sketch;
    const { shift: end, scene } = values;
    if (data.turn || sketch.moves || scene !== 'shift' || end !== 3) return;
    let over = false;
    const path = (t) => {
      if (over) return null;
      over = t >= OPENING_SHIFT.seconds;
      return { shift: over ? end : OPENING_SHIFT.from + (end - OPENING_SHIFT.from) * glideOut(t / OPENING_SHIFT.seconds) };
    };
    queueMicrotask(() => sketch.play(path));
  }

  /** Let the fakes go: in each lane they follow one divergence alone. */
  start() {
    const { sketch } = this;
    const { shift, separation, width } = sketch.values;
    sketch.set({});
    this.race = { from: [shift, separation, width].join(), time: 0 };
    const path = (t) => {
      if (this.race.time === RACE.time) return null;
      this.race.time = Math.min(RACE.time, (t / RACE.seconds) * RACE.time);
      return {};
    };
    sketch.play(path, { asked: true, done: () => sketch.set({}) });
  }

  draw(values) {
    const { shift, separation, width } = values;
    const place = [separation, width].join();
    if (place !== this.place) this.survey(separation, width, place);
    const own = fakes(shift, width);
    const table = SHIFT_XS.map((x) => own.pdf(x));
    [this.areas[1], this.curves[1]].forEach((item) => item.set(SHIFT_XS, table));
    this.fake.set(shift, own.pdf(shift));
    this.names[1].set(shift, own.pdf(shift) + 0.09, this.sketch.say('name.fake'));
    if (this.race?.from !== [shift, separation, width].join()) this.race = undefined;
    const here = this.land.at(shift);
    PULLS.forEach((name, k) => this.drawPull(k, shift, here));
    this.clock.textContent = this.race
      ? this.sketch.say('race', { t: decimal(this.race.time, 1) })
      : this.sketch.say('arrows');
    const numbers = Object.fromEntries(PULLS.flatMap((name, k) => [[name, here.values[k]], [`pull_${name}`, Math.abs(here.slopes[k])]]));
    const says = { shift: decimal(shift), js: decimal(here.values[4], 3), pull: decimal(Math.abs(here.slopes[4]), 4), w1: decimal(here.values[3]) };
    return {
      numbers: { ...numbers, away: Math.abs(shift), separation, width, raced: this.race?.time ?? 0 },
      said: this.sketch.say('said.shift', says),
    };
  }

  /** Data and width are others: all hills are. */
  survey(separation, width, place) {
    Object.assign(this, { place, land: new Landscape(separation, width) });
    this.map = this.land.curves();
    const data = bumps(separation, width);
    const table = SHIFT_XS.map((x) => data.pdf(x));
    [this.areas[0], this.curves[0]].forEach((item) => item.set(SHIFT_XS, table));
    this.mode.set(separation, data.pdf(separation));
    this.names[0].set(separation, data.pdf(separation) + 0.09, this.sketch.say('name.real'));
    this.home.set([0, 0], [0.5, PULLS.length + 0.5]);
    this.hills.forEach(({ curve }, k) => curve.set(this.map.shifts, this.map.values[k]));
  }

  drawPull(k, shift, here) {
    const { multiple, ceiling, cursor, tangent, bead } = this.hills[k];
    const at = this.race ? rolled(this.map.shifts, this.map.slopes[k], shift, this.race.time) : shift;
    const { values, slopes } = this.race ? this.land.at(at) : here;
    const [value, slope] = [values[k], slopes[k]];
    multiple.say(decimal(value, value < 10 ? 3 : 1), this.sketch.say('slope', { n: decimal(slope, Math.abs(slope) < 10 ? 3 : 1) }));
    cursor.set([shift, shift], [0, ceiling]);
    bead.set([[at, Math.min(value, ceiling)]]);
    if (value < ceiling) tangent.set([at - 1.2, at + 1.2], [value - 1.2 * slope, value + 1.2 * slope]);
    else tangent.hide();
    const lane = PULLS.length - k;
    this.runners[k].set([[at, lane]]);
    const long = Math.min(LONGEST, Math.log10(Math.abs(slope) / FELT));
    this.arrows[k].set(long > 0 && !this.race ? [[at, lane, at - Math.sign(slope) * long, lane]] : []);
  }
}

/*
 * A game as a table: who moves first, who answers, what it is worth, and the chase in which each
 * answers the other's last move.
 */
import {
  chase, columnMinima, maximinOf, minimaxOf, mixed, playedIn, rowMaxima, saddlesOf,
} from './tables.js';
import { html } from './widgets.js';
import { decimal } from '../../live/js/words.js';

const LARGEST = 3;
const CELLS = Array.from({ length: LARGEST ** 2 }, (_, i) => [Math.floor(i / LARGEST), i % LARGEST]);
const knobOf = (i, j) => `cell_${i}${j}`;

export class OrderScene {
  constructor(sketch, root) {
    this.sketch = sketch;
    const say = (key) => sketch.say(key);
    const board = html('div', { class: 'wide' });
    const left = html('div', { class: 'stack' });
    const right = html('div', { class: 'stack' });
    board.append(left, right);
    const starts = Object.keys(sketch.data.facts.tables).map((name) => sketch.button(`table_${name}`, () => {
      sketch.set({ ...sketch.data.facts.tables[name] });
      sketch.run();
    }));
    left.append(html('div', { class: 'row start' }, html('span', { text: say('tables') }), ...starts), this.table(), html('p', { class: 'aside', text: say('table.how') }));
    this.says = html('p', { class: 'outcome' });
    left.append(sketch.choice('order'), this.says);
    this.worth = sketch.plot(right, {
      label: say('plot.worth'), x: [-2, 2], y: [0, 3], yTicks: [], grid: false, yName: say('plot.worth'), height: 150, xTicks: 5, margin: 20,
    });
    this.gap = this.worth.area({ hue: 'warn', alpha: 0.25 });
    this.marks = [['real', 'circle', 'maximin'], ['fake', 'triangle', 'minimax'], ['ink', 'square', 'mixed']].map(([hue, shape, name]) => ({
      name, dots: this.worth.dots({ hue, shape, size: 6 }), label: this.worth.label({ hue, anchor: 'middle' }),
    }));
    this.chase = sketch.plot(right, {
      label: say('plot.chase'), x: [0, 24], y: [-2, 2], yName: say('plot.chase'), xName: say('plot.moves'), height: 200, xTicks: 6, margin: 34,
    });
    this.level = this.chase.curve({ width: 1.4, alpha: 0.6 });
    this.movers = { d: this.chase.dots({ hue: 'real', size: 5 }), g: this.chase.dots({ hue: 'fake', shape: 'triangle', size: 5 }) };
    this.readings = sketch.readings([{ key: 'maximin', hue: 'real' }, { key: 'minimax', hue: 'fake' }, { key: 'value' }, { key: 'mix' }]);
    right.append(this.readings.node);
    const sliders = html('div', { class: 'knobs' }, sketch.slider('moves', { say: (n) => decimal(n, 0) }), sketch.choice('size'));
    root.append(board, html('div', { class: 'stack under' }, sliders));
  }

  /** The payoffs to be typed, and around them what each row and column is worth. */
  table() {
    const { sketch } = this;
    const say = (key, blanks) => sketch.say(key, blanks);
    this.inputs = {};
    this.boxes = {};
    CELLS.forEach(([i, j]) => {
      const name = knobOf(i, j);
      const { low, high, step } = sketch.data.knobs[name];
      const input = html('input', { type: 'number', min: low, max: high, step, 'aria-label': say('cell', { row: i + 1, column: j + 1 }) });
      input.addEventListener('input', () => {
        const value = Number(input.value);
        if (input.value !== '' && value >= low && value <= high) sketch.set({ [name]: Math.round(value) });
      });
      input.addEventListener('change', () => { input.value = Math.round(sketch.values[name]); });
      this.inputs[name] = input;
      this.boxes[name] = html('td', { class: 'cell' }, input);
    });
    const numbers = Array.from({ length: LARGEST }, (_, i) => i);
    this.worst = numbers.map(() => html('td', { class: 'edge g' }));
    this.least = numbers.map(() => html('td', { class: 'edge d' }));
    this.heads = numbers.map((j) => html('th', { scope: 'col', class: 'd', text: `D${j + 1}` }));
    this.rows = numbers.map((i) => html('tr', {}, html('th', { scope: 'row', class: 'g', text: `G${i + 1}` }), ...numbers.map((j) => this.boxes[knobOf(i, j)]), this.worst[i]));
    const top = html('tr', {}, html('td', {}), ...this.heads, html('th', { scope: 'col', class: 'edge', text: say('table.worst') }));
    const bottom = html('tr', {}, html('th', { scope: 'row', class: 'edge', text: say('table.least') }), ...this.least, html('td', {}));
    return html('div', { class: 'scroller' }, html('table', { class: 'payoffs' }, html('thead', {}, top), html('tbody', {}, ...this.rows, bottom)));
  }

  draw(values) {
    const n = Number(values.size);
    const table = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Math.round(values[knobOf(i, j)])));
    const [low, high] = [maximinOf(table), minimaxOf(table)];
    const solution = mixed(table);
    const places = chase(table, [0, 0], Math.round(values.moves));
    this.drawTable(values, table, places.at(-1));
    this.drawWorth(low, high, solution.value);
    this.drawChase(table, places);
    const saddles = saddlesOf(table);
    const mix = solution.rows.map((share) => decimal(100 * share, 0)).join(' : ');
    this.readings.set({ maximin: decimal(low, 0), minimax: decimal(high, 0), value: decimal(solution.value), mix });
    const entries = table.flat();
    return {
      numbers: {
        gap: high - low, minimax: high, maximin: low, saddles: saddles.length, kinds: new Set(entries).size, order: 1, size: n,
      },
      said: this.says.textContent,
    };
  }

  drawTable(values, table, last) {
    const { sketch } = this;
    const n = table.length;
    const [row, column] = playedIn(table, values.order);
    const [worst, least] = [rowMaxima(table), columnMinima(table)];
    CELLS.forEach(([i, j]) => {
      const name = knobOf(i, j);
      const [box, input] = [this.boxes[name], this.inputs[name]];
      const there = i < n && j < n;
      box.hidden = !there;
      if (document.activeElement !== input && input.getRootNode().activeElement !== input) input.value = Math.round(values[name]);
      box.toggleAttribute('data-line', there && (values.order === 'g' ? i === row : j === column));
      box.toggleAttribute('data-played', there && i === row && j === column);
      const at = there && last.cell[0] === i && last.cell[1] === j;
      box.dataset.at = at ? last.by || 'start' : '';
    });
    for (let i = 0; i < LARGEST; i += 1) {
      this.rows[i].hidden = i >= n;
      [this.least[i].hidden, this.heads[i].hidden] = [i >= n, i >= n];
      if (i < n) {
        this.worst[i].textContent = decimal(worst[i], 0);
        this.least[i].textContent = decimal(least[i], 0);
        this.worst[i].toggleAttribute('data-chosen', values.order === 'g' && i === row);
        this.least[i].toggleAttribute('data-chosen', values.order === 'd' && i === column);
      }
    }
    const blanks = { g: `G${row + 1}`, d: `D${column + 1}`, value: decimal(table[row][column], 0) };
    this.says.textContent = sketch.say(`outcome.${values.order}`, blanks);
  }

  drawWorth(low, high, value) {
    const { sketch } = this;
    const reach = [Math.floor(low) - 1, Math.ceil(high) + 1];
    this.worth.frame(reach, [0, 3]);
    this.gap.set([low, high], [1, 1], [0, 0]);
    const heights = { maximin: 0.5, minimax: 0.5, mixed: 1.4 };
    const at = { maximin: low, minimax: high, mixed: value };
    const one = high - low < 1e-9;
    this.marks.forEach(({ name, dots, label }) => {
      const up = one ? { maximin: 0.35, minimax: 1, mixed: 1.7 }[name] : heights[name];
      dots.set([[at[name], up]]);
      if (one) label.hide();
      else label.set(at[name], up + 0.5, sketch.say(`mark.${name}`));
    });
    if (one) this.marks[2].label.set(value, 2.15, sketch.say('mark.all'));
  }

  drawChase(table, places) {
    const entries = table.flat();
    const [least, most] = [Math.min(...entries), Math.max(...entries)];
    this.chase.frame([0, 24], [least - 0.5, most + 0.5]);
    const points = places.map(({ cell: [i, j] }, k) => [k, table[i][j]]);
    this.level.set(points.map(([k]) => k), points.map(([, value]) => value));
    Object.entries(this.movers).forEach(([by, dots]) => dots.set(points.filter((_, k) => places[k].by === by)));
  }

  static playing({ moves }) { return { knob: 'moves', to: moves, seconds: 5 }; }
}

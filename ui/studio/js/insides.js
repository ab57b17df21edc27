/*
 * What is inside: the walk between two pictures, the feature maps of one through both players, and
 * the same latent among other neighbours. Each is drawn only while it is looked at.
 */
import { decimal, whole } from '../../live/js/words.js';
import { Sheet, heatShades, mapShades, spreadOf } from './pixels.js';

const MAPS = 4; // feature maps in a row
const FILM = 25;
const FILM_NARROW = 13;
const NARROW = 560; // px

const countTo = (n) => Array.from({ length: n }, (_, i) => i);

/** A stretch of a long array of pictures as pictures of their own. */
const stretch = ({ shape: [, h, w], values }, first, count) => ({
  shape: [count, h, w], values: values.subarray(first * h * w, (first + count) * h * w),
});

/** The walk from A to B: a slider over pictures that are already here. */
export class Walk {
  constructor(root, signal) {
    const find = (part) => root.querySelector(part);
    this.slider = find('[data-walk]');
    this.ends = ['a', 'b'].map((which) => new Sheet(find(`[data-walk-end="${which}"]`)));
    this.now = new Sheet(find('[data-walk-now]'));
    this.said = find('.now output');
    this.film = find('.film');
    this.strip = new Sheet(find('.film canvas'));
    this.frame = find('.film i');
    this.slider.addEventListener('input', () => this.show(), { signal });
    this.film.addEventListener('click', (event) => {
      const { left, top, width, height } = this.film.getBoundingClientRect();
      const column = Math.floor(((event.clientX - left) / width) * this.columns);
      const row = Math.floor(((event.clientY - top) / height) * this.rows);
      this.slider.value = String(Math.min(FILM - 1, row * this.columns + column));
      this.show();
    }, { signal });
  }

  get columns() { return this.film.clientWidth < NARROW ? FILM_NARROW : FILM; }

  get rows() { return Math.ceil(FILM / this.columns); }

  draw(walk, words, shades) {
    Object.assign(this, { walk, words, shades });
    if (!walk?.values.length) return;
    this.ends.forEach((end, i) => end.draw(walk, [i ? walk.shape[0] - 1 : 0], 1, shades));
    this.strip.draw(walk, countTo(walk.shape[0]), this.columns, shades);
    this.show();
  }

  /** Show the picture at which the slider stands. */
  show() {
    const { walk, columns } = this;
    if (!walk?.values.length) return;
    const at = Number(this.slider.value);
    this.now.draw(walk, [at], 1, this.shades);
    const part = this.words.say('walk_at', { n: decimal((100 * at) / (FILM - 1), 0) });
    this.said.textContent = part;
    this.slider.setAttribute('aria-valuetext', part);
    this.now.canvas.setAttribute('aria-label', part);
    Object.assign(this.frame.style, {
      left: `${(100 * (at % columns)) / columns}%`,
      top: `${(100 * Math.floor(at / columns)) / this.rows}%`,
      width: `${100 / columns}%`,
      height: `${100 / this.rows}%`,
    });
  }
}

/** A shape as it is written: 64 × 7 × 7, or one number of units. */
export const shapeText = (shape) => shape.map(whole).join(' × ');

/**
 * Where the maps of each layer begin in a frame.
 * @param {{shape: number[], values: ArrayLike<number>}} shapes player, maps shown, height, width
 * @returns {{player: number, count: number, h: number, w: number, at: number}[]}
 */
export function layersOf(shapes) {
  let at = 0;
  return countTo(shapes?.shape[0] ?? 0).map((i) => {
    const [player, count, h, w] = shapes.values.subarray(4 * i, 4 * i + 4);
    const found = { player, count, h, w, at };
    at += count * h * w;
    return found;
  });
}

/** What picture A passes through, stage by stage. */
export class Layers {
  constructor(root) { this.flow = root.querySelector('.flow'); }

  dress(words, theme, stages) {
    this.words = words;
    this.shades = mapShades(theme);
    const built = JSON.stringify([stages, words.texts.stage_z]);
    if (built === this.built) return;
    this.built = built;
    this.stages = stages;
    this.sheets = new Map();
    this.flow.replaceChildren(...stages.map((stage, i) => this.card(stage, i)));
  }

  card(stage, i) {
    const node = document.createElement('figure');
    node.dataset.player = stage.player;
    const say = (key, blanks) => this.words.say(key, blanks);
    const name = document.createElement('b');
    name.textContent = shapeText(stage.shape);
    const caption = document.createElement('figcaption');
    const kind = document.createElement('span');
    const [channels] = stage.shape;
    kind.textContent = stage.shape.length > 1
      ? say(channels === 1 ? 'stage_picture' : 'stage_maps', { n: whole(channels) })
      : say(`stage_${{ z: 'z', G: 'units', D: channels === 1 ? 'logit' : 'units' }[stage.player]}`, { n: whole(channels) });
    const who = document.createElement('i');
    who.textContent = stage.player;
    caption.append(who, name, kind);
    const canvas = document.createElement('canvas');
    canvas.setAttribute('aria-hidden', 'true');
    if (stage.layer !== undefined) {
      this.sheets.set(i, new Sheet(canvas));
      node.append(canvas);
    }
    node.append(caption);
    return node;
  }

  draw(layers, shapes) {
    if (!layers?.values.length || !this.stages) return;
    const found = layersOf(shapes);
    this.stages.forEach((stage, i) => {
      const layer = found[stage.layer];
      if (!layer) return;
      const { count, h, w, at } = layer;
      const pictures = { shape: [count, h, w], values: layers.values.subarray(at, at + count * h * w) };
      const canvas = this.sheets.get(i).canvas;
      canvas.dataset.wide = w > 4 * h ? 'yes' : 'no'; // units side by side
      this.sheets.get(i).draw(pictures, countTo(count), Math.min(MAPS, count), this.shades);
    });
  }
}

/** The same latent among other neighbours, normalised in four ways. */
export class Company {
  constructor(root, again, signal) {
    this.place = root.querySelector('.company');
    this.none = root.querySelector('.alone');
    this.button = root.querySelector('[data-again]');
    this.button.addEventListener('click', again, { signal });
  }

  dress(words, theme, rows, own) {
    this.words = words;
    this.heat = heatShades(theme, theme.fake);
    this.own = own;
    const built = JSON.stringify([rows, own, words.texts.company_train]);
    if (built === this.built) return;
    this.built = built;
    this.rows = rows.map((row) => {
      const node = document.createElement('div');
      node.className = 'row';
      node.innerHTML = '<p><b></b> <small></small></p><canvas role="img"></canvas><canvas class="heat" aria-hidden="true"></canvas><p class="change"><b></b> <span></span></p>';
      const [draws, heat] = [...node.querySelectorAll('canvas')];
      node.querySelector('p b').textContent = words.say(`company_${row}`);
      node.querySelector('small').textContent = row === own ? words.say('company_own') : '';
      return { row, node, draws: new Sheet(draws), heat: new Sheet(heat), change: node.querySelector('.change') };
    });
    this.place.replaceChildren(...this.rows.map(({ node }) => node));
  }

  draw(company, changes, shades) {
    const some = Boolean(company?.values.length);
    this.none.hidden = some;
    this.button.disabled = !some;
    this.place.hidden = !some;
    if (!some || !this.rows) return;
    const draws = company.shape[0] / this.rows.length;
    this.rows.forEach(({ row, draws: sheet, heat, change }, r) => {
      sheet.draw(stretch(company, r * draws, draws), countTo(draws), draws, shades);
      const [, h, w] = company.shape;
      heat.draw({ shape: [1, h, w], values: spreadOf(company, r * draws, draws) }, [0], 1, this.heat);
      const value = changes?.values[r] ?? NaN;
      const text = value === 0 ? '0' : decimal(value, 3);
      change.querySelector('b').textContent = text;
      change.querySelector('span').textContent = this.words.say('company_change');
      sheet.canvas.setAttribute('aria-label', this.words.say('company_said', {
        name: this.words.say(`company_${row}`), n: text,
      }));
    });
  }
}

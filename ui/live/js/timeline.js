/*
 * Modes over time: one row per mode in the order of the data, one column per look; the darker, the
 * larger its share of the samples. Where one mode dominates it is outlined, and each change of the
 * dominant mode has a mark above the rows, so that all of it can be read in grey.
 */
import { Range, niceCeiling } from './figures.js';
import { Plot } from './strips.js';
import { cssColour } from './theme.js';
import { whole } from './words.js';

export const DOMINANT = 0.8; // as in gan_core/metrics/modes.py
export const BEFORE_SHARES = 3; // columns of a look before its shares: iteration, quality, way
const RECENT = 500; // iterations
const LEAST_ROOM = 12; // pixels per row in which each mode has its number; else the first and last
const FIRST_SPAN = 500; // iterations the chart begins with

/** The mode that holds most of the samples in a look, and how much: { mode, share }. */
export function leader(row) {
  let mode = 0;
  for (let i = 1; i < row.length - BEFORE_SHARES; i += 1) {
    if (row[BEFORE_SHARES + i] > row[BEFORE_SHARES + mode]) mode = i;
  }
  return { mode, share: row[BEFORE_SHARES + mode] };
}

/**
 * Stretches in which one mode dominates.
 * @param {number[][]} rows looks, ascending
 * @returns {{mode: number, from: number, to: number, hop: boolean}[]} places of the first and the
 *   last look, and whether another mode dominated before
 */
export function stretches(rows) {
  const found = [];
  let open;
  let last;
  rows.forEach((row, i) => {
    const { mode, share } = leader(row);
    if (!(share >= DOMINANT)) {
      open = undefined;
      return;
    }
    if (open && open.mode === mode) open.to = i;
    else {
      open = { mode, from: i, to: i, hop: last !== undefined && last !== mode };
      found.push(open);
    }
    last = mode;
  });
  return found;
}

/** The way travelled in all, and in the last iterations. */
export function ways(rows, recent = RECENT) {
  const last = rows.at(-1);
  if (!last) return { all: NaN, recent: NaN };
  const before = rows.findLast((row) => row[0] <= last[0] - recent) ?? rows[0];
  return { all: last[2], recent: last[2] - before[2] };
}

export class Timeline extends Plot {
  /** @param {HTMLElement} section holds the canvas and the line that is read */
  constructor(section) {
    super(section.querySelector('canvas'));
    this.says = section.querySelector('.reading');
    this.span = new Range(0, FIRST_SPAN);
    this.rows = [];
    this.canvas.addEventListener('pointermove', (event) => this.point(event));
    this.canvas.addEventListener('pointerleave', () => this.read());
    this.canvas.addEventListener('blur', () => this.read());
    this.canvas.addEventListener('keydown', (event) => this.key(event));
  }

  clear() {
    this.span.clear();
    this.rows = [];
    this.reading = undefined;
  }

  /** Draw the looks; `cursor` is the moment of the past that the picture shows, if one is. */
  draw(theme, words, rows, iteration, cursor = NaN) {
    Object.assign(this, { words, rows, cursor });
    const modes = (rows[0]?.length ?? BEFORE_SHARES) - BEFORE_SHARES;
    this.span.include(niceCeiling(iteration));
    if (!this.begin(theme)) return;
    this.box.top += 8 * theme.scale; // the hops are marked there
    this.xAxis(0, this.span.high, words.say('axis_iterations'));
    if (modes > 0) {
      this.names(modes);
      this.shares(modes);
      this.outlines(modes);
    }
    const at = this.reading ?? cursor;
    if (Number.isFinite(at)) {
      const x = this.span.part(at);
      this.line([[x, 0], [x, 1]], theme.ink, { width: 1.2, alpha: 0.8 });
    }
    this.tell();
  }

  names(modes) {
    const { left, top, bottom } = this.box;
    const tight = (bottom - top) / modes < LEAST_ROOM * this.theme.scale;
    for (let i = 0; i < modes; i += 1) {
      if (tight && i > 0 && i < modes - 1) continue;
      this.text(String(i + 1), left - 6, top + ((bottom - top) * (i + 0.5)) / modes, 'right');
    }
    this.rule(0, 0, 1, 0);
    this.rule(0, 1, 1, 1);
  }

  /** Where a look begins and ends, in pixels. */
  reach(i) {
    const { left, right } = this.box;
    const part = (iteration) => left + (right - left) * this.span.part(iteration);
    return [part(i ? this.rows[i - 1][0] : 0), part(this.rows[i][0])];
  }

  /** Darkness per mode and look: painted small and then stretched, which is cheap. */
  shares(modes) {
    const { left, right, top, bottom } = this.box;
    const width = Math.max(1, Math.round((right - left) * this.ratio));
    this.strip ??= document.createElement('canvas');
    this.strip.width = width;
    this.strip.height = modes;
    const c = this.strip.getContext('2d');
    const picture = c.createImageData(width, modes);
    const [r, g, b] = this.theme.fake;
    this.rows.forEach((row, i) => {
      const [from, to] = this.reach(i).map((x) => Math.round((x - left) * this.ratio));
      for (let x = Math.max(0, from); x < Math.min(width, Math.max(to, from + 1)); x += 1) {
        for (let mode = 0; mode < modes; mode += 1) {
          const k = 4 * (mode * width + x);
          picture.data[k] = r;
          picture.data[k + 1] = g;
          picture.data[k + 2] = b;
          picture.data[k + 3] = 255 * Math.sqrt(Math.min(1, row[BEFORE_SHARES + mode]));
        }
      }
    });
    c.putImageData(picture, 0, 0);
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(this.strip, left, top, right - left, bottom - top);
  }

  outlines(modes) {
    const { top, bottom } = this.box;
    const c = this.context;
    const high = (bottom - top) / modes;
    c.strokeStyle = c.fillStyle = cssColour(this.theme.ink);
    c.lineWidth = this.theme.scale;
    stretches(this.rows).forEach(({ mode, from, to, hop }) => {
      const [[x0], [, x1]] = [this.reach(from), this.reach(to)];
      c.strokeRect(x0 + 0.5, top + mode * high + 0.5, Math.max(1, x1 - x0 - 1), high - 1);
      if (hop) c.fillRect(x0 - 0.5, top - 7 * this.theme.scale, this.theme.scale, 5 * this.theme.scale);
    });
  }

  point({ clientX }) {
    if (!this.box) return;
    const { left, right } = this.box;
    const part = (clientX - this.canvas.getBoundingClientRect().left - left) / (right - left);
    this.read(this.look(part * this.span.high)?.[0]);
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !this.rows.length) return;
    event.preventDefault();
    event.stopPropagation();
    const now = this.rows.findIndex(([iteration]) => iteration === this.reading);
    const next = now < 0 ? this.rows.length - 1 : now + step;
    this.read(this.rows[Math.max(0, Math.min(this.rows.length - 1, next))][0]);
  }

  /** The look that covers an iteration. */
  look(iteration) { return this.rows.find((row) => row[0] >= iteration) ?? this.rows.at(-1); }

  /** Read one look, or none. */
  read(iteration) {
    if (iteration === this.reading) return;
    this.reading = iteration;
    if (this.theme && this.words) this.draw(this.theme, this.words, this.rows, 0, this.cursor);
  }

  tell() {
    const row = Number.isFinite(this.reading) ? this.look(this.reading) : undefined;
    let text = '';
    if (row?.length > BEFORE_SHARES) {
      const { mode, share } = leader(row);
      text = this.words.say('timeline_at', {
        n: whole(row[0]), mode: mode + 1, share: Math.round(100 * share), quality: Math.round(100 * row[1]),
      });
    }
    if (this.says.textContent !== text) this.says.textContent = text;
  }
}

/*
 * What the picture of data in the plane and the picture of data on a line have in common: layers
 * that can be hidden, a still layer beneath what moves, gliding from frame to frame, circles for
 * real samples, triangles for generated ones, arrows for G's pull, and the tint of D's view.
 */
import { POSITION_STEPS } from './codec.js';
import { Glide } from './figures.js';
import { drawAt, strengthOf } from './stress.js';
import { cssColour } from './theme.js';

const FIELD_STRENGTH = 0.26; // the points must stay readable on it
const ARROW_SHARE = 0.12; // an arrow of pull 10, as a share of the view
const WEAKEST_PULL = 1e-3; // cost per data unit; what is weaker has no arrow
const PHASES = 4; // sprites are cut at quarters of a pixel, so that slow points glide and stay crisp

/** Pixels of an arrow for a pull in cost per data unit: each tenfold pull is one length more. */
export function arrowLength(pull, size) {
  return (Math.min(5, Math.log10(pull / WEAKEST_PULL)) * size * ARROW_SHARE) / 4;
}

export class Picture {
  /** @param {string[]} moving sections of a frame that glide to their new values */
  constructor(canvas, moving) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false }); // opaque is cheaper to show
    this.layers = { real: true, fake: true, field: true, grid: false, arrows: false };
    this.still = document.createElement('canvas');
    this.tint = document.createElement('canvas');
    this.moving = moving;
    this.clear();
  }

  /** Forget the picture (another run, another epoch). */
  clear() {
    this.glides = Object.fromEntries(this.moving.map((name) => [name, new Glide()]));
    this.shapes = {};
    this.real = undefined;
    this.centres = undefined;
    this.weights = undefined;
    this.started = -1;
    this.half = 0;
    this.stale = true;
  }

  resize(width, ratio) {
    const size = Math.round(width * ratio);
    if (size === this.size && ratio === this.screen) return;
    this.size = size;
    this.screen = ratio;
    [this.canvas, this.still].forEach((c) => { c.width = size; c.height = size; });
    this.sharpen();
  }

  /** Choose how thick everything is drawn: by the screen, and thicker for a projector. */
  sharpen() {
    this.ratio = (this.screen ?? 1) * (this.theme?.scale ?? 1);
    const width = (this.size ?? 0) / (this.screen ?? 1);
    this.dot = this.ratio * Math.max(1.7, Math.min(2.6, width / 230));
    this.stale = true;
    this.sprites = undefined;
  }

  paint(theme, words) {
    this.theme = theme;
    this.words = words;
    this.sharpen();
    this.inks = new Uint32Array(256); // tint of each level of D, as little-endian RGBA
    const alpha = FIELD_STRENGTH * 255;
    for (let level = 0; level < 256; level += 1) {
      const lean = (level - 127.5) / 127.5;
      const [r, g, b] = lean > 0 ? theme.real : theme.fake;
      this.inks[level] = ((Math.round(Math.abs(lean) * alpha) << 24) | (b << 16) | (g << 8) | r) >>> 0;
    }
  }

  show(layer, visible) {
    this.layers[layer] = visible;
    this.stale = true;
  }

  /** Let only some layers stand out, even hidden ones; undefined lets all. */
  stress(meant) {
    this.meant = meant;
    this.stale = true;
  }

  /** Draw a layer as strongly as it is meant to show. */
  layer(c, name, draw) { drawAt(c, strengthOf(this.layers, name, this.meant), draw); }

  /** Take a frame as the new goal of everything that moves, reached after `span` ms. */
  aim(frame, now, span) {
    if (frame.real) {
      this.real = frame.real.values.slice();
      this.centres = frame.centres?.values.slice();
      this.weights = frame.weights?.values.slice();
      this.stale = true;
    }
    this.moving.forEach((name) => {
      const section = frame[name];
      if (!section) return;
      const same = String(this.shapes[name]) === String(section.shape);
      this.glides[name].aim(section.values, span <= 0 || !same);
      this.shapes[name] = section.shape;
    });
    this.half = frame.head.half;
    this.pull = frame.head.arrow_scale;
    this.started = now;
    this.span = span;
  }

  /** Draw the present moment; returns whether anything still moves. */
  draw(now) {
    if (!this.size || !this.theme) return false;
    const part = this.span > 0 ? Math.min(1, Math.max(0, (now - this.started) / this.span)) : 1;
    Object.values(this.glides).forEach((glide) => glide.at(part));
    const { context: c, size } = this;
    if (!this.sprites) this.cutSprites();
    if (this.stale) {
      const still = this.still.getContext('2d');
      still.clearRect(0, 0, size, size);
      this.stale = false;
      this.drawStill(still);
    }
    c.fillStyle = cssColour(this.theme.ground);
    c.fillRect(0, 0, size, size);
    this.compose(c);
    return part < 1;
  }

  /** Cut a mark once for each quarter of a pixel, because stamping at whole pixels is quick. */
  cut(draw) {
    const half = Math.ceil(this.dot * 2.2);
    return Array.from({ length: PHASES ** 2 }, (_, k) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 2 * half + 1;
      const c = canvas.getContext('2d');
      c.translate(half + (k % PHASES) / PHASES, half + Math.floor(k / PHASES) / PHASES);
      draw(c);
      return canvas;
    });
  }

  cutSprites() {
    const { theme, dot } = this;
    const circle = (c) => {
      c.beginPath();
      c.arc(0, 0, dot, 0, 2 * Math.PI);
      c.fillStyle = cssColour(theme.real, theme.dark ? 0.75 : 0.62);
      c.fill();
    };
    const triangle = (c) => {
      const r = dot * 1.5;
      c.beginPath();
      for (let k = 0; k < 3; k += 1) {
        const turn = (k * 2 * Math.PI) / 3 - Math.PI / 2;
        c.lineTo(r * Math.cos(turn), r * Math.sin(turn) + r * 0.15);
      }
      c.closePath();
      c.lineWidth = this.ratio * 1.1;
      c.strokeStyle = cssColour(theme.ground, 0.75); // parts neighbours from each other
      c.stroke();
      c.fillStyle = cssColour(theme.fake, 0.9);
      c.fill();
    };
    this.sprites = { real: this.cut(circle), fake: this.cut(triangle) };
  }

  stamp(c, sprites, atX, atY) {
    const half = (sprites[0].width - 1) / 2;
    const x = Math.round(atX * PHASES);
    const y = Math.round(atY * PHASES);
    const [left, top] = [Math.floor(x / PHASES), Math.floor(y / PHASES)];
    c.drawImage(sprites[x - left * PHASES + PHASES * (y - top * PHASES)], left - half, top - half);
  }

  /** Crosses at the centres of the modes: a mode with more of the data has longer arms. */
  drawCrosses(c, places) {
    const even = 1 / places.length;
    c.beginPath();
    places.forEach(([x, y], i) => {
      const arm = this.dot * 1.7 * Math.max(0.6, Math.sqrt((this.weights?.[i] ?? even) / even));
      c.moveTo(x - arm, y);
      c.lineTo(x + arm, y);
      c.moveTo(x, y - arm);
      c.lineTo(x, y + arm);
    });
    c.lineWidth = this.ratio * 1.2;
    c.strokeStyle = cssColour(this.theme.ink, 0.55);
    c.stroke();
  }

  /** Colour a rows × columns grid of D's levels and stretch it over a box of the canvas. */
  drawTint(c, levels, [rows, columns], x, y, width, height) {
    if (this.tint.width !== columns || this.tint.height !== rows || !this.pixels) {
      this.tint.width = columns;
      this.tint.height = rows;
      this.pixels = this.tint.getContext('2d').createImageData(columns, rows);
    }
    const out = new Uint32Array(this.pixels.data.buffer);
    for (let row = 0; row < rows; row += 1) { // row 0 of the field lies at the bottom
      const to = (rows - 1 - row) * columns;
      for (let i = 0; i < columns; i += 1) out[to + i] = this.inks[(levels[row * columns + i] + 0.5) | 0];
    }
    this.tint.getContext('2d').putImageData(this.pixels, 0, 0);
    c.drawImage(this.tint, x, y, width, height);
  }

  /** Draw arrows given as [x, y, ux, uy, pull]; the direction (ux, uy) has length 1. */
  drawArrows(c, arrows) {
    const head = 4.2 * this.ratio;
    c.beginPath();
    arrows.forEach(([x, y, ux, uy, pull]) => {
      const length = arrowLength(pull, this.size);
      if (!(length > 1.5 * this.ratio)) return; // too short to have a direction, or no number
      const [dx, dy] = [length * ux, length * uy];
      const back = Math.min(head, length * 0.6);
      c.moveTo(x, y);
      c.lineTo(x + dx, y + dy);
      c.moveTo(x + dx - back * (ux + 0.5 * uy), y + dy - back * (uy - 0.5 * ux));
      c.lineTo(x + dx, y + dy);
      c.lineTo(x + dx - back * (ux - 0.5 * uy), y + dy - back * (uy + 0.5 * ux));
    });
    c.lineJoin = 'round';
    c.lineWidth = this.ratio * 3;
    c.strokeStyle = cssColour(this.theme.ground, 0.55);
    c.stroke();
    c.lineWidth = this.ratio * 1.15;
    c.strokeStyle = cssColour(this.theme.ink, 0.85);
    c.stroke();
  }

  /** How far a position lies across the view: 0 at its left edge, 1 at its right one. */
  across(q) { return q / POSITION_STEPS + 0.5; }
}

/*
 * The picture: D's field and its 0.5 line at the back, then the latent grid as G warps it, real
 * samples (circles), generated ones (triangles), and the arrows along which G wants to move them.
 * What moves glides from frame to frame; what stands still is drawn once into a layer of its own.
 * Positions arrive as 16-bit integers whose full range is twice the view.
 */

import { POSITION_STEPS } from './codec.js';
import { Glide, contourLines, smoothLine } from './figures.js';
import { warpCells, warpThread } from './warp.js';
import { cssColour } from './theme.js';

const FIELD_STRENGTH = 0.26; // the points must stay readable on it
const ARROW_SHARE = 0.12; // an arrow of pull 10, as a share of the view
const WEAKEST_PULL = 1e-3; // cost per data unit; what is weaker has no arrow
const PHASES = 4; // sprites are cut at quarters of a pixel, so that slow points glide and stay crisp
const MOVING = ['fake', 'field', 'warp', 'arrows'];

export class Scene {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', { alpha: false }); // opaque is cheaper to show
    this.layers = { real: true, fake: true, field: true, grid: false, arrows: false };
    this.still = document.createElement('canvas');
    this.tint = document.createElement('canvas');
    this.clear();
  }

  /** Forget the picture (another run, another epoch). */
  clear() {
    this.glides = Object.fromEntries(MOVING.map((name) => [name, new Glide()]));
    this.shapes = {};
    this.real = undefined;
    this.centres = undefined;
    this.started = -1;
    this.half = 0;
    this.stale = true;
  }

  resize(width, ratio) {
    const size = Math.round(width * ratio);
    if (size === this.size && ratio === this.ratio) return;
    this.size = size;
    this.ratio = ratio;
    [this.canvas, this.still].forEach((c) => { c.width = size; c.height = size; });
    this.dot = ratio * Math.max(1.7, Math.min(2.6, width / 230));
    this.stale = true;
    this.sprites = undefined;
  }

  paint(theme) {
    this.theme = theme;
    this.sprites = undefined;
    this.stale = true;
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

  /** Take a frame as the new goal of everything that moves, reached after `span` ms. */
  aim(frame, now, span) {
    if (frame.real) {
      this.real = frame.real.values.slice();
      this.centres = frame.centres?.values.slice();
      this.stale = true;
    }
    MOVING.forEach((name) => {
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
    MOVING.forEach((name) => this.glides[name].at(part));
    const { context: c, size } = this;
    if (!this.sprites) this.cutSprites();
    if (this.stale) this.drawStill();
    c.fillStyle = cssColour(this.theme.ground);
    c.fillRect(0, 0, size, size);
    if (this.layers.field && this.shapes.field) this.drawField(c);
    if (this.layers.grid && this.shapes.warp) this.drawWarp(c);
    c.drawImage(this.still, 0, 0);
    if (this.layers.fake) this.stamp(c, this.sprites.fake, this.glides.fake.shown);
    if (this.layers.field && this.shapes.field) this.drawContour(c);
    if (this.layers.arrows && this.shapes.arrows) this.drawArrows(c);
    return part < 1;
  }

  x(q) { return (q / POSITION_STEPS + 0.5) * this.size; }

  y(q) { return (0.5 - q / POSITION_STEPS) * this.size; }

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

  stamp(c, sprites, points) {
    const half = (sprites[0].width - 1) / 2;
    for (let i = 0; i < points.length; i += 2) {
      const x = Math.round(this.x(points[i]) * PHASES);
      const y = Math.round(this.y(points[i + 1]) * PHASES);
      const [left, top] = [Math.floor(x / PHASES), Math.floor(y / PHASES)];
      const sprite = sprites[x - left * PHASES + PHASES * (y - top * PHASES)];
      c.drawImage(sprite, left - half, top - half);
    }
  }

  drawStill() {
    const c = this.still.getContext('2d');
    c.clearRect(0, 0, this.size, this.size);
    this.stale = false;
    if (!this.layers.real || !this.real) return;
    this.stamp(c, this.sprites.real, this.real);
    if (!this.centres) return;
    const arm = this.dot * 1.7;
    c.beginPath();
    for (let i = 0; i < this.centres.length; i += 2) {
      const [x, y] = [this.x(this.centres[i]), this.y(this.centres[i + 1])];
      c.moveTo(x - arm, y);
      c.lineTo(x + arm, y);
      c.moveTo(x, y - arm);
      c.lineTo(x, y + arm);
    }
    c.lineWidth = this.ratio * 1.2;
    c.strokeStyle = cssColour(this.theme.ink, 0.55);
    c.stroke();
  }

  drawField(c) {
    const [rows, columns] = this.shapes.field;
    if (this.tint.width !== columns || this.tint.height !== rows || !this.pixels) {
      this.tint.width = columns;
      this.tint.height = rows;
      this.pixels = this.tint.getContext('2d').createImageData(columns, rows);
    }
    const out = new Uint32Array(this.pixels.data.buffer);
    const levels = this.glides.field.shown;
    for (let row = 0; row < rows; row += 1) { // row 0 of the field lies at the bottom
      const to = (rows - 1 - row) * columns;
      for (let i = 0; i < columns; i += 1) out[to + i] = this.inks[(levels[row * columns + i] + 0.5) | 0];
    }
    this.tint.getContext('2d').putImageData(this.pixels, 0, 0);
    c.drawImage(this.tint, 0, 0, this.size, this.size);
  }

  drawContour(c) {
    const g = this.shapes.field[0];
    const step = this.size / g;
    c.beginPath();
    contourLines(this.glides.field.shown, g, 127.5).forEach((line) => {
      smoothLine(line);
      c.moveTo((line[0] + 0.5) * step, this.size - (line[1] + 0.5) * step);
      for (let i = 2; i < line.length; i += 2) {
        c.lineTo((line[i] + 0.5) * step, this.size - (line[i + 1] + 0.5) * step);
      }
    });
    c.setLineDash([5 * this.ratio, 4 * this.ratio]);
    c.lineWidth = this.ratio * (this.half ? 2.2 : 1.3); // D has just moved: its line stands out
    c.strokeStyle = cssColour(this.theme.ink, 0.8);
    c.stroke();
    c.setLineDash([]);
  }

  drawWarp(c) {
    const [rows, columns] = this.shapes.warp;
    const at = this.glides.warp.shown;
    const draw = rows === 1 || columns === 1 ? warpThread : warpCells;
    draw(c, at, rows, columns, this);
  }

  drawArrows(c) {
    const { shown } = this.glides.arrows;
    const fakes = this.glides.fake.shown;
    const decade = (this.size * ARROW_SHARE) / 4; // each tenfold pull is one length more
    const head = 4.2 * this.ratio;
    c.beginPath();
    for (let i = 0; i + 1 < shown.length && i + 1 < fakes.length; i += 2) {
      const part = Math.hypot(shown[i], shown[i + 1]);
      const length = Math.min(5, Math.log10((part * this.pull) / WEAKEST_PULL)) * decade;
      if (!(length > 1.5 * this.ratio)) continue; // too short to have a direction, or no number
      const [x, y] = [this.x(fakes[i]), this.y(fakes[i + 1])];
      const [ux, uy] = [shown[i] / part, -shown[i + 1] / part];
      const [dx, dy] = [length * ux, length * uy];
      const back = Math.min(head, length * 0.6);
      c.moveTo(x, y);
      c.lineTo(x + dx, y + dy);
      c.moveTo(x + dx - back * (ux + 0.5 * uy), y + dy - back * (uy - 0.5 * ux));
      c.lineTo(x + dx, y + dy);
      c.lineTo(x + dx - back * (ux - 0.5 * uy), y + dy - back * (uy + 0.5 * ux));
    }
    c.lineJoin = 'round';
    c.lineWidth = this.ratio * 3;
    c.strokeStyle = cssColour(this.theme.ground, 0.55);
    c.stroke();
    c.lineWidth = this.ratio * 1.15;
    c.strokeStyle = cssColour(this.theme.ink, 0.85);
    c.stroke();
  }
}

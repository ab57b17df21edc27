/*
 * The small live pictures at the stations of the model overview: latents, real and generated
 * samples, what D says over the plane or the line, and what it says of the batch.
 */
import { POSITION_STEPS } from './codec.js';
import { cssColour } from './theme.js';

const THUMB_TINT = 0.42; // stronger than in the large picture: here hardly a point lies upon it
const GOLDEN_PART = 0.618034; // spreads points that share a row

/** One small canvas, drawn in CSS pixels. */
export class Thumb {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
  }

  resize(ratio) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || (width === this.width && height === this.height && ratio === this.ratio)) return;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  /** Begin anew; returns whether there is anything to draw on. */
  begin(theme) {
    if (!this.width) return false;
    this.theme = theme;
    this.dot = 1.5 * theme.scale;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    return true;
  }

  circles(places, colour, alpha, size = this.dot) {
    const c = this.context;
    c.beginPath();
    places.forEach(([x, y]) => {
      c.moveTo(x + size, y);
      c.arc(x, y, size, 0, 2 * Math.PI);
    });
    c.fillStyle = cssColour(colour, alpha);
    c.fill();
  }

  triangles(places, colour, alpha, size = this.dot * 1.5) {
    const c = this.context;
    c.beginPath();
    places.forEach(([x, y]) => {
      c.moveTo(x, y - size);
      c.lineTo(x + size * 0.87, y + size * 0.5);
      c.lineTo(x - size * 0.87, y + size * 0.5);
      c.closePath();
    });
    c.fillStyle = cssColour(colour, alpha);
    c.fill();
  }

  line(places, { style = [], width = 1.3, alpha = 0.8 } = {}) {
    const c = this.context;
    c.beginPath();
    places.forEach(([x, y], i) => c[i ? 'lineTo' : 'moveTo'](x, y));
    c.setLineDash(style);
    c.lineWidth = width * this.theme.scale;
    c.strokeStyle = cssColour(this.theme.ink, alpha);
    c.stroke();
    c.setLineDash([]);
  }
}

/** Where a 16-bit position lies across the view, 0 to 1. */
const acrossThumb = (q) => q / POSITION_STEPS + 0.5;

/** Where samples in 16-bit steps lie on a small canvas; on a line they are spread over its height. */
export function thumbPlaces({ shape, values }, { width, height }) {
  const dim = shape[1];
  return Array.from({ length: shape[0] }, (_, i) => [
    acrossThumb(values[i * dim]) * width,
    (dim === 1 ? 0.25 + 0.5 * ((i * GOLDEN_PART) % 1) : 1 - acrossThumb(values[i * dim + 1])) * height,
  ]);
}

/** Samples: all of them faint where a batch stands out from them. */
export function drawSamples(thumb, theme, marks, all, batch) {
  if (!thumb.begin(theme)) return;
  const colour = marks === 'circles' ? theme.real : theme.fake;
  if (all) thumb[marks](thumbPlaces(all, thumb), colour, batch ? 0.16 : 0.5);
  if (batch) thumb[marks](thumbPlaces(batch, thumb), colour, 0.95);
}

/** The first two coordinates of latents; one alone is spread over the height. */
export function drawLatents(thumb, theme, z) {
  if (!thumb.begin(theme) || !z) return;
  const [count, dim] = z.shape;
  const reach = z.values.some((value) => Math.abs(value) > 1) ? 3 : 1.15; // of a Gaussian, or of a cube
  const at = (value) => 0.5 + value / (2 * reach);
  thumb.circles(Array.from({ length: count }, (_, i) => [
    at(z.values[i * dim]) * thumb.width,
    (dim === 1 ? 0.25 + 0.5 * ((i * GOLDEN_PART) % 1) : 1 - at(z.values[i * dim + 1])) * thumb.height,
  ]), theme.ink, 0.75);
}

/** What D says everywhere: a tint over the plane, a curve over the line. */
export function drawJudgement(thumb, theme, field) {
  if (!thumb.begin(theme) || !field) return;
  const [rows, columns] = field.shape;
  const { width, height } = thumb;
  if (rows === 1) {
    thumb.line([[0, height / 2], [width, height / 2]], { style: [3, 3], width: 1, alpha: 0.5 });
    thumb.line(Array.from(field.values, (level, i) => (
      [((i + 0.5) / columns) * width, height * (0.94 - (0.88 * level) / 255)])));
    return;
  }
  const tint = document.createElement('canvas');
  tint.width = columns;
  tint.height = rows;
  const pixels = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i += 1) {
    const lean = (field.values[i] - 127.5) / 127.5;
    const to = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns));
    pixels.data.set(lean > 0 ? theme.real : theme.fake, to);
    pixels.data[to + 3] = Math.round(Math.abs(lean) * THUMB_TINT * 255);
  }
  tint.getContext('2d').putImageData(pixels, 0, 0);
  thumb.context.drawImage(tint, 0, 0, width, height);
}

/** How often D says what, where it is not a batch that counts: real upwards, generated downwards. */
export function drawShares(thumb, theme, histogram) {
  if (!thumb.begin(theme)) return;
  const { width, height } = thumb;
  if (histogram) {
    const bins = histogram.shape[1];
    const tallest = Math.max(...histogram.values, 0.1);
    histogram.values.forEach((share, i) => {
      const fake = i >= bins;
      const tall = (share / tallest) * (height / 2 - 3);
      thumb.context.fillStyle = cssColour(fake ? theme.fake : theme.real, 0.75);
      thumb.context.fillRect(((i % bins) / bins) * width, height / 2 - (fake ? 0 : tall), width / bins, tall);
    });
  }
  thumb.line([[width / 2, 0], [width / 2, height]], { style: [3, 3], width: 1, alpha: 0.5 });
}

/**
 * What D says of a batch: real samples above (circles), generated ones below (triangles), from the
 * lowest score at the left to the highest at the right.
 */
export function drawSays(thumb, theme, scores, { score_low: low, score_high: high }) {
  if (!thumb.begin(theme)) return;
  const { width, height } = thumb;
  const edge = 3 * theme.scale;
  thumb.line([[width / 2, 0], [width / 2, height]], { style: [3, 3], width: 1, alpha: 0.5 });
  const count = scores.shape[1];
  const row = (from, top) => Array.from({ length: count }, (_, i) => {
    const part = Math.min(1, Math.max(0, (scores.values[from + i] - low) / (high - low || 1)));
    return [edge + part * (width - 2 * edge), (top + 0.34 * ((i * GOLDEN_PART) % 1)) * height];
  }).filter(([x]) => Number.isFinite(x));
  thumb.circles(row(0, 0.1), theme.real, 0.75);
  thumb.triangles(row(count, 0.58), theme.fake, 0.8);
}

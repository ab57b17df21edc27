/*
 * The picture of data on a line, after figure 1 of Goodfellow et al. (2014), "Generative adversarial
 * nets". Above: the density of the data (dashed), that of the generator (solid) and D(x) on its own
 * scale at the right. Below the axis the samples, and lines from each latent z to its x = G(z).
 */
import { Glide, Range, niceFloor, smoothLine } from './figures.js';
import { Picture } from './picture.js';
import { drawAt, strengthOf } from './stress.js';
import { cssColour } from './theme.js';
import { warpLines } from './warp.js';
import { tickText } from './words.js';

const HEADROOM = 1.15; // of the density axis over the data's highest peak
const TALLEST_PEAK = 1.5; // a collapsed generator's spike is cut here: it must not flatten the data
const ROOM_FOR_Z = 1.08;
const TINT = 0.5; // D's tint lies behind curves: half as strong as in the plane
const ARROWS_SHOWN = 16; // more would cover each other on one line
const RELABEL_EVERY = 250; // ms; the ends of a scale without bounds change with each frame
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Where the parts of the picture lie.
 * @param {number} size of the square, in canvas pixels
 * @param {number} ratio canvas pixels per CSS pixel, for what has the size of letters
 * @returns {Object} left, right; top and base of the curves; bands of real and fake samples as
 *   [top, height]; landing (where the lines from z end); latent (the z axis)
 */
export function linePlan(size, ratio) {
  const margin = Math.max(38 * ratio, 0.065 * size);
  const base = 0.54 * size;
  const band = 0.042 * size;
  const real = base + 21 * ratio;
  const fake = real + band + 0.016 * size;
  return {
    left: margin,
    right: size - margin,
    top: 34 * ratio,
    base,
    real: [real, band],
    fake: [fake, band],
    landing: fake + band + 0.016 * size,
    latent: size - 30 * ratio,
  };
}

/** Height of a sample within its band, 0 to 1: neighbours in number lie far apart. */
export const spreadOf = (i) => (i * GOLDEN) % 1;

/**
 * The density that the axis must show.
 * @param {ArrayLike<number>} density of the data, then of the generator, in as many cells
 */
export function densityTop(density) {
  const cells = density.length / 2;
  let [data, fake] = [0, 0];
  for (let i = 0; i < cells; i += 1) {
    data = Math.max(data, density[i]);
    fake = Math.max(fake, density[cells + i]);
  }
  return Math.max(HEADROOM * data, Math.min(fake, data > 0 ? TALLEST_PEAK * data : Infinity));
}

/**
 * A curve through the middles of cells from `left` to `right`.
 * @param {ArrayLike<number>} heights 0 (base) to 1 (top) per cell
 * @returns {number[]} [x0, y0, x1, y1, ...] in canvas pixels
 */
export function curveOf(heights, { left, right, top, base }) {
  const step = (right - left) / heights.length;
  const line = [];
  for (let i = 0; i < heights.length; i += 1) {
    line.push(left + (i + 0.5) * step, base - heights[i] * (base - top));
  }
  return line;
}

/** The ends of D's scale and its middle, in as many digits as its width deserves. */
export function scaleMarks(low, high) {
  const digits = Math.max(0, 1 - Math.floor(Math.log10((high - low) / 2 || 1)));
  return [low, (low + high) / 2, high].map((mark) => (
    tickText(Number(mark.toFixed(Math.min(digits, 20))))));
}

/** Half the width of the z axis: a little more than the largest latent. */
export function latentReach(latent) {
  let most = 0;
  latent.forEach((z) => { if (Math.abs(z) > most) most = Math.abs(z); });
  return ROOM_FOR_Z * most || 1;
}

/** `count` samples that lie at even ranks; the same ones afterwards, or arrows would hop. */
export function evenRanks(samples, count) {
  const order = Array.from(samples.keys()).sort((i, k) => samples[i] - samples[k]);
  const every = Math.max(1, order.length / count);
  return Array.from({ length: Math.min(count, order.length) }, (_, k) => order[Math.floor((k + 0.5) * every)]);
}

function tracePath(line) {
  const path = new Path2D();
  for (let i = 0; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
  return path;
}

export class LineScene extends Picture {
  constructor(canvas) { super(canvas, ['fake', 'field', 'warp', 'arrows', 'density']); }

  clear() {
    super.clear();
    this.densities = new Range(0, 0.05);
    this.glides.top = new Glide();
    this.latent = this.reach = undefined;
    this.pulled = undefined;
    this.scale = this.labelled = undefined;
    this.scaledAt = -Infinity;
  }

  sharpen() {
    super.sharpen();
    this.plan = linePlan(this.size, this.ratio);
  }

  aim(frame, now, span) {
    super.aim(frame, now, span);
    const { head } = frame;
    if (frame.latent) {
      this.latent = frame.latent.values.slice();
      const reach = latentReach(this.latent);
      this.stale ||= reach !== this.reach;
      this.reach = reach;
    }
    if (frame.density) {
      this.densities.include(densityTop(frame.density.values));
      this.glides.top.aim([this.densities.high], span <= 0);
    }
    this.extent = head.extent;
    const scale = scaleMarks(head.score_low, head.score_high);
    if (String(scale) !== String(this.scale) && (span <= 0 || now - this.scaledAt >= RELABEL_EVERY)) {
      this.scale = scale;
      this.scaledAt = now;
      this.stale = true;
    }
    if (this.densities.high !== this.labelled) this.stale = true;
  }

  x(q) { return this.plan.left + this.across(q) * (this.plan.right - this.plan.left); }

  compose(c) {
    const { shapes, plan } = this;
    const { left, right, top, base } = plan;
    if (shapes.field) {
      drawAt(c, TINT * strengthOf(this.layers, 'field', this.meant), () => (
        this.drawTint(c, this.glides.field.shown, shapes.field, left, top, right - left, base - top)));
    }
    // A few of these lines always show; they fade like the layer that adds the others.
    const thread = strengthOf({ grid: true }, 'grid', this.meant);
    if (shapes.warp && this.latent) drawAt(c, thread, () => this.drawThread(c));
    c.drawImage(this.still, 0, 0);
    if (shapes.density) this.drawDensities(c);
    if (shapes.field) this.layer(c, 'field', () => this.drawD(c));
    this.layer(c, 'fake', () => this.stampBand(c, this.sprites.fake, this.glides.fake.shown, plan.fake));
    if (shapes.arrows) this.layer(c, 'arrows', () => this.drawPull(c));
  }

  stampBand(c, sprites, points, [top, height]) {
    for (let i = 0; i < points.length; i += 1) {
      this.stamp(c, sprites, this.x(points[i]), top + spreadOf(i) * height);
    }
  }

  drawThread(c) {
    const { landing, latent, left, right } = this.plan;
    const ends = Array.from(this.glides.warp.shown, (q) => this.x(q));
    const starts = Array.from(this.latent, (z) => left + (0.5 + z / this.reach / 2) * (right - left));
    const all = this.layers.grid || this.meant?.includes('grid');
    warpLines(c, starts, latent, ends, landing, all, this);
  }

  drawDensities(c) {
    const { plan, theme, glides } = this;
    const { shown } = glides.density;
    const cells = shown.length / 2;
    const [top] = glides.top.shown;
    const curve = (from) => curveOf(shown.subarray(from, from + cells).map((v) => v / top), plan);
    c.save();
    c.beginPath();
    c.rect(plan.left, plan.top - this.ratio, plan.right - plan.left, plan.base - plan.top + 2 * this.ratio);
    c.clip(); // a spike leaves at the top
    this.layer(c, 'real', () => this.drawHill(c, curve(0), theme.real, [5, 3.5]));
    this.layer(c, 'fake', () => this.drawHill(c, curve(cells), theme.fake, []));
    c.restore();
  }

  drawHill(c, line, colour, dash) {
    const { base } = this.plan;
    const outline = tracePath(line);
    c.fillStyle = cssColour(colour, 0.2);
    c.fill(tracePath([...line, line[line.length - 2], base, line[0], base]));
    c.setLineDash(dash.map((part) => part * this.ratio));
    c.lineJoin = 'round';
    c.lineWidth = this.ratio * 1.8;
    c.strokeStyle = cssColour(colour);
    c.stroke(outline);
    c.setLineDash([]);
  }

  /** D(x), and the dashed line at which D cannot tell. */
  drawD(c) {
    const { left, right, top, base } = this.plan;
    const line = smoothLine(curveOf(this.glides.field.shown.map((level) => level / 255), this.plan));
    c.beginPath();
    c.moveTo(left, (top + base) / 2);
    c.lineTo(right, (top + base) / 2);
    c.setLineDash([5 * this.ratio, 4 * this.ratio]);
    c.lineWidth = this.ratio;
    c.strokeStyle = cssColour(this.theme.ink, 0.45);
    c.stroke();
    c.setLineDash([]);
    c.lineJoin = 'round';
    c.lineWidth = this.ratio * (this.half ? 3 : 2); // D has just moved: its curve stands out
    c.strokeStyle = cssColour(this.theme.ink, 0.9);
    c.stroke(tracePath(line));
  }

  drawPull(c) {
    const { shown } = this.glides.arrows;
    const fakes = this.glides.fake.shown;
    const [top, height] = this.plan.fake;
    this.pulled ??= evenRanks(fakes.subarray(0, shown.length), ARROWS_SHOWN);
    this.drawArrows(c, this.pulled.map((i) => [
      this.x(fakes[i]), top + spreadOf(i) * height, Math.sign(shown[i]), 0, Math.abs(shown[i]) * this.pull,
    ]));
  }

  drawStill(c) {
    const { plan } = this;
    this.drawAxes(c);
    if (!this.real) return;
    const middle = plan.real[0] + plan.real[1] / 2;
    this.layer(c, 'real', () => {
      this.stampBand(c, this.sprites.real, this.real, plan.real);
      this.drawCrosses(c, Array.from(this.centres ?? [], (q) => [this.x(q), middle]));
    });
  }

  drawAxes(c) {
    const { plan, ratio, theme, words } = this;
    const { left, right, top, base, landing, latent } = plan;
    const rule = (y, strength) => {
      c.beginPath();
      c.moveTo(left, y);
      c.lineTo(right, y);
      c.lineWidth = ratio;
      c.strokeStyle = cssColour(theme.muted, strength);
      c.stroke();
    };
    const text = (said, x, y, align, baseline, ink = theme.muted, points = 11) => {
      c.font = `${points * ratio}px ${theme.font}`;
      c.fillStyle = cssColour(ink);
      c.textAlign = align;
      c.textBaseline = baseline;
      c.fillText(said, x, y);
    };
    const ends = (reach, y, name) => {
      const [middle, mark] = [(left + right) / 2, niceFloor(reach)];
      c.beginPath();
      [-mark, mark].forEach((value) => {
        const x = middle + ((value / reach) * (right - left)) / 2;
        c.moveTo(x, y);
        c.lineTo(x, y + 4 * ratio);
        text(tickText(value), x, y + 6 * ratio, 'center', 'top');
      });
      c.stroke();
      text(words.say(name), middle, y + 5 * ratio, 'center', 'top', theme.ink, 12);
    };
    [[base, 0.7], [landing, 0.35], [latent, 0.7]].forEach(([y, strength]) => rule(y, strength));
    if (this.extent) ends(this.extent, base, 'line_x');
    if (this.latent) ends(this.reach, latent, 'line_z');
    if (this.shapes.density) {
      this.labelled = this.densities.high;
      text(words.say('line_density'), left, top - 10 * ratio, 'left', 'bottom', theme.ink, 12);
      text(tickText(this.labelled), left - 6 * ratio, top, 'right', 'middle');
      text('0', left - 6 * ratio, base, 'right', 'middle');
    }
    if (!strengthOf(this.layers, 'field', this.meant) || !this.shapes.field) return;
    text(words.say('line_d'), right, top - 10 * ratio, 'right', 'bottom', theme.ink, 12);
    this.scale.forEach((mark, i) => {
      text(mark, right + 6 * ratio, base - ((base - top) * i) / 2, 'left', 'middle');
    });
  }
}

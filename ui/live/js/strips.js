/*
 * The four small live charts beside the picture: both costs, what D says about real and generated
 * samples, modes covered, and the distances to the data with their sampling floors. A chart has one
 * frame, two labelled ends per axis and nothing else; its numbers stand above it in the page.
 */
import { Range, groupMeans, niceCeiling } from './figures.js';
import { cssColour } from './theme.js';
import { tickText } from './words.js';

const FADED = 0.15; // a curve while another one is meant
const THICK = 1.6; // times as thick is one that is meant
const TALLEST_BAR = 0.4; // share of the samples
const DASHES = { solid: [], dashed: [5, 3.5], dotted: [1.2, 3.2] };

/** The plot area of one small canvas, and the marks that all charts share. */
export class Plot {
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

  begin(theme) {
    this.theme = theme;
    const c = this.context;
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    const { scale } = theme;
    this.box = {
      left: 34 * scale, right: this.width - 6, top: 6 * scale, bottom: this.height - 18 * scale,
    };
    return this.width > 60 && this.height > 40;
  }

  /** Draw a curve of a colour: thick if it is meant, faded if another one is. */
  emphasise(colour, draw) {
    const others = this.meant && this.meant !== colour;
    this.context.globalAlpha = others ? FADED : 1;
    this.thick = this.meant === colour ? THICK : 1;
    draw();
    this.context.globalAlpha = this.thick = 1;
  }

  at(x, y) {
    const { left, right, top, bottom } = this.box;
    return [left + (right - left) * x, bottom - (bottom - top) * y];
  }

  text(words, x, y, align, baseline = 'middle') {
    const c = this.context;
    c.font = `${11 * this.theme.scale}px ${this.theme.font}`;
    c.fillStyle = cssColour(this.theme.muted);
    c.textAlign = align;
    c.textBaseline = baseline;
    c.fillText(words, x, y);
  }

  rule(x0, y0, x1, y1, style = 'solid', alpha = 1, colour = this.theme.line) {
    const c = this.context;
    c.beginPath();
    c.moveTo(...this.at(x0, y0));
    c.lineTo(...this.at(x1, y1));
    c.setLineDash(DASHES[style]);
    c.lineWidth = this.theme.scale;
    c.strokeStyle = cssColour(colour, alpha);
    c.stroke();
    c.setLineDash([]);
  }

  /** Two labelled ends for y, with zero between them if it lies inside. */
  yAxis(range) {
    const marks = [range.low, range.high];
    const zero = range.part(0);
    if (zero > 0.2 && zero < 0.8) marks.push(0);
    marks.forEach((value) => {
      const part = range.part(value);
      this.rule(0, part, 1, part);
      this.text(tickText(value), this.box.left - 6, this.at(0, part)[1], 'right');
    });
  }

  xAxis(low, high, name) {
    const y = this.box.bottom + 5;
    const ends = [tickText(low), tickText(high)];
    this.text(ends[0], this.box.left, y, 'left', 'top');
    this.text(ends[1], this.box.right, y, 'right', 'top');
    const taken = (words) => this.context.measureText(words).width;
    const room = (this.box.right - this.box.left) / 2 - Math.max(...ends.map(taken)) - 6;
    if (taken(name) / 2 < room) this.text(name, (this.box.left + this.box.right) / 2, y, 'center', 'top');
  }

  line(points, colour, { style = 'solid', width = 1.6, alpha = 1 } = {}) {
    const c = this.context;
    c.beginPath();
    let down = false; // a value that is no number leaves a gap
    points.forEach(([px, py]) => {
      const fine = Number.isFinite(px) && Number.isFinite(py);
      if (fine) c[down ? 'lineTo' : 'moveTo'](...this.at(px, py));
      down = fine;
    });
    c.setLineDash(DASHES[style]);
    c.lineJoin = 'round';
    c.lineWidth = width * this.theme.scale * (this.thick ?? 1);
    c.strokeStyle = cssColour(colour, alpha);
    c.stroke();
    c.setLineDash([]);
  }

  /** A filled histogram; `heights` are parts of the plot's height. */
  bars(heights, colour, style) {
    const c = this.context;
    const corners = [];
    heights.forEach((h, i) => {
      corners.push([i / heights.length, h], [(i + 1) / heights.length, h]);
    });
    c.beginPath();
    c.moveTo(...this.at(0, 0));
    corners.forEach(([x, y]) => c.lineTo(...this.at(x, y)));
    c.lineTo(...this.at(1, 0));
    c.closePath();
    c.fillStyle = cssColour(colour, 0.22);
    c.fill();
    this.line(corners, colour, { style, width: 1.4 });
  }
}

/** A chart of columns of a history over iterations. */
export class TimeStrip extends Plot {
  /** @param {{column: number, colour: string, style?: string, steps?: boolean}[]} series */
  constructor(canvas, series, range) {
    super(canvas);
    this.series = series;
    this.range = new Range(...range);
    this.span = new Range(0, 10);
  }

  clear() { [this.range, this.span].forEach((range) => range.clear()); }

  get scales() { return [this.range.low, this.range.high, this.span.high].join(); }

  /** Whether its scales have grown since it was drawn: it may share them with another chart. */
  get outgrown() { return this.drawn !== undefined && this.drawn !== this.scales; }

  /** @param {[number, number][]} guess a second curve of the same unit, dashed: iteration, value */
  draw(theme, rows, iteration, axisName, floor = NaN, guess = []) {
    rows.forEach((row) => this.series.forEach(({ column }) => this.range.include(row[column])));
    guess.forEach(([, value]) => this.range.include(value));
    this.range.include(floor);
    this.span.include(niceCeiling(iteration));
    this.drawn = this.scales;
    if (!this.begin(theme)) return;
    this.yAxis(this.range);
    this.xAxis(0, this.span.high, axisName);
    if (Number.isFinite(floor)) {
      const y = this.range.part(floor);
      this.line([[0, y], [1, y]], theme.ink, { style: 'dotted', width: 1.3, alpha: 0.75 });
    }
    if (guess.length) this.drawSeries(theme, guess, { ...this.series[0], column: 1, style: 'dashed' });
    this.series.forEach((series) => {
      this.emphasise(series.colour, () => this.drawSeries(theme, rows, series));
    });
    if (Number.isFinite(this.cursor)) this.drawCursor(theme, rows);
  }

  /** Where in the past the picture is: a line across, and a dot on each curve. */
  drawCursor(theme, rows) {
    const x = this.span.part(this.cursor);
    this.line([[x, 0], [x, 1]], theme.ink, { width: 1, alpha: 0.6 });
    const row = rows.findLast(([iteration]) => iteration <= this.cursor);
    this.series.forEach(({ column, colour }) => {
      if (!row || !Number.isFinite(row[column])) return;
      const c = this.context;
      c.beginPath();
      c.arc(...this.at(x, this.range.part(row[column])), 3.2 * theme.scale, 0, 2 * Math.PI);
      c.fillStyle = cssColour(theme[colour]);
      c.fill();
    });
  }

  drawSeries(theme, rows, { column, colour, style, alpha, steps }) {
    const put = ([x, y]) => [this.span.part(x), this.range.part(y)];
    const points = [];
    rows.forEach((row, i) => {
      const point = put([row[0], row[column]]);
      if (steps && i) points.push([point[0], points[points.length - 1][1]]);
      points.push(point);
    });
    const most = (this.box.right - this.box.left) / 3;
    if (steps || rows.length <= most) {
      this.line(points, theme[colour], { style, alpha });
      return;
    }
    // A noisy line of many points hides its own course and its dashes: its mean stands out from it.
    this.line(points, theme[colour], { width: 1, alpha: 0.3 });
    this.line(groupMeans(rows, column, most).map(put), theme[colour], { style });
  }
}

/** Histograms of D's output: for real samples (dashed outline) and generated ones (solid). */
export class ScoreStrip extends Plot {
  constructor(canvas) {
    super(canvas);
    this.tallest = new Range(0, 0.1);
  }

  clear() { this.tallest.clear(); }

  draw(theme, histogram, head, axisName) {
    if (!this.begin(theme)) return;
    this.rule(0, 0, 1, 0);
    this.xAxis(head.score_low, head.score_high, axisName);
    this.rule(0.5, 0, 0.5, 1, 'dashed', 0.7, theme.ink); // where D cannot tell
    if (!histogram) return;
    const bins = histogram.shape[1];
    // A bin that holds nearly everything is cut at the top: it must not flatten all others for good.
    histogram.values.forEach((share) => this.tallest.include(Math.min(share, TALLEST_BAR)));
    const parts = Array.from(histogram.values, (share) => Math.min(1, this.tallest.part(share)));
    this.emphasise('real', () => this.bars(parts.slice(0, bins), theme.real, 'dashed'));
    this.emphasise('fake', () => this.bars(parts.slice(bins), theme.fake, 'solid'));
  }
}

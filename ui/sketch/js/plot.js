/*
 * A plot in SVG: steady axes with few ticks, curves, areas, dots, arrows, and handles that are moved
 * by mouse, finger or arrow keys. Colours are names of the theme ('real', 'fake', 'js', 'w1', 'warn',
 * 'ink', 'muted'); what belongs to a term of the formulas carries its name and stands out with it.
 */
import { ticks, within } from './ticks.js';
import { tickText } from '../../live/js/words.js';

const SVG = 'http://www.w3.org/2000/svg';
const PLOT_DASHES = { solid: '', dashed: '6 4', dotted: '1.5 4', long: '11 5' };
const REACH = 18; // px around a handle in which a press takes hold of it

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

const ink = (hue) => `var(--gan-${hue})`;
const rounded = (value) => Math.round(value * 10) / 10;

const marksOf = (given, range) => (Array.isArray(given) ? given : ticks(...range, given));

const axisLine = (...ends) => {
  const [x1, y1, x2, y2] = ends.map(rounded);
  return svg('line', { x1, y1, x2, y2 });
};

function axisText(x, y, words, anchor, extra = {}) {
  const node = svg('text', { x: rounded(x), y: rounded(y), 'text-anchor': anchor, ...extra });
  node.textContent = words;
  return node;
}

/** Anything drawn in a plot: it keeps what it shows, to be drawn again at another size. */
export class Item {
  constructor(plot, node, term) {
    Object.assign(this, { plot, node });
    if (term) node.dataset.term = term;
  }

  set(...shown) {
    this.shown = shown;
    if (this.plot.width) this.render(...shown);
  }

  again() { if (this.shown) this.render(...this.shown); }

  hide() {
    this.shown = undefined;
    this.node.setAttribute('visibility', 'hidden');
  }

  unhide() { this.node.removeAttribute('visibility'); }
}

/** The path of a curve; a value that is no number leaves a gap, one far outside is held nearby. */
function pathOf(plot, xs, ys) {
  let [text, down] = ['', false];
  for (let i = 0; i < xs.length; i += 1) {
    if (Number.isNaN(ys[i]) || Number.isNaN(xs[i])) down = false;
    else {
      const [x, y] = [plot.left(xs[i]), plot.top(ys[i])];
      text += `${down ? 'L' : 'M'}${rounded(within(x, -2000, 4000))} ${rounded(within(y, -2000, 4000))}`;
      down = true;
    }
  }
  return text;
}

class Curve extends Item {
  /** @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys NaN: a gap */
  render(xs, ys) {
    this.unhide();
    this.node.setAttribute('d', pathOf(this.plot, xs, ys));
  }
}

class Area extends Item {
  /** Between a curve and another one, or the axis. */
  render(xs, ys, base = ys.map(() => 0)) {
    this.unhide();
    const back = pathOf(this.plot, [...xs].toReversed(), [...base].toReversed());
    this.node.setAttribute('d', `${pathOf(this.plot, xs, ys)}${back.replace('M', 'L')}Z`);
  }
}

const SHAPE_PATHS = {
  circle: (r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  triangle: (r) => `M0 ${-1.2 * r}L${1.05 * r} ${0.75 * r}L${-1.05 * r} ${0.75 * r}Z`,
  square: (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
};

class Dots extends Item {
  /** @param {[number, number, number?][]} points x, y and the size as a factor */
  render(points) {
    this.unhide();
    while (this.node.childNodes.length > points.length) this.node.lastChild.remove();
    while (this.node.childNodes.length < points.length) this.node.append(svg('path', { d: this.path }));
    points.forEach(([x, y, size = 1], i) => {
      const grown = size === 1 ? '' : ` scale(${rounded(10 * size) / 10})`;
      const at = `translate(${rounded(this.plot.left(x))} ${rounded(this.plot.top(y))})`;
      this.node.childNodes[i].setAttribute('transform', at + grown);
    });
  }
}

class Arrows extends Item {
  /** @param {[number, number, number, number][]} arrows from x, y to x, y */
  render(arrows) {
    this.unhide();
    const text = arrows.map(([x0, y0, x1, y1]) => {
      const [a, b] = [this.plot.left(x0), this.plot.top(y0)];
      const [dx, dy] = [this.plot.left(x1) - a, this.plot.top(y1) - b];
      const long = Math.hypot(dx, dy);
      if (!(long > 1)) return '';
      const head = Math.min(5, long / 2) / long;
      const wing = (side) => [a + dx - head * (dx + side * dy * 0.6), b + dy - head * (dy - side * dx * 0.6)];
      const [left, right] = [wing(1), wing(-1)].map((at) => at.map(rounded).join(' '));
      const tip = [a + dx, b + dy].map(rounded).join(' ');
      return `M${rounded(a)} ${rounded(b)}L${tip}M${left}L${tip}L${right}`;
    });
    this.node.setAttribute('d', text.join(''));
  }
}

class Label extends Item {
  /** @param {number} x @param {number} y @param {string} text */
  render(x, y, text) {
    this.unhide();
    const { width } = this.plot;
    const px = within(this.plot.left(x), 4, width - 4);
    this.node.setAttribute('x', rounded(px));
    this.node.setAttribute('y', rounded(this.plot.top(y)));
    this.node.textContent = text;
  }
}

/** A mark that the student moves; for the keyboard and for screen readers it is a slider. */
class Handle extends Item {
  constructor(plot, node, { x, y, name, say, move }) {
    super(plot, node);
    Object.assign(this, { along: x, up: y, name, say, move });
    const knob = x ?? y;
    node.setAttribute('role', 'slider');
    node.setAttribute('tabindex', '0');
    node.setAttribute('aria-label', name);
    node.setAttribute('aria-valuemin', knob.low);
    node.setAttribute('aria-valuemax', knob.high);
    node.addEventListener('keydown', (event) => this.press(event));
  }

  render(x, y) {
    this.unhide();
    this.at = [x, y];
    this.node.setAttribute('transform', `translate(${rounded(this.plot.left(x))} ${rounded(this.plot.top(y))})`);
    const now = this.along ? x : y;
    this.node.setAttribute('aria-valuenow', Number(now.toPrecision(4)));
    this.node.setAttribute('aria-valuetext', this.say ? this.say(x, y) : tickText(now));
  }

  /** Go to a place in data units, as near as the knobs allow. */
  go(x, y) {
    const { along, up } = this;
    const to = [
      along ? within(x, along.low, along.high, along.step) : this.at[0],
      up ? within(y, up.low, up.high, up.step) : this.at[1],
    ];
    if (to[0] !== this.at[0] || to[1] !== this.at[1]) this.move(...to);
  }

  press(event) {
    const { along, up } = this;
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const upwards = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const knob = sideways ? along ?? up : up ?? along; // with one knob all four keys move it
    const ends = { Home: 'low', End: 'high' }[event.key];
    const far = { PageUp: 1, PageDown: -1 }[event.key];
    if (!sideways && !upwards && !ends && !far) return;
    event.preventDefault();
    const one = sideways ?? upwards ?? 0;
    const by = (knob.step || (knob.high - knob.low) / 100) * (far ? 10 * far : one * (event.shiftKey ? 10 : 1));
    const on = knob === along ? 0 : 1;
    const to = [...this.at];
    to[on] = ends ? knob[ends] : to[on] + by;
    this.go(...to);
  }
}

export class Plot {
  /**
   * @param {HTMLElement} parent
   * @param {Object} given
   *   label: what it is, for screen readers; x, y: [low, high]; xName, yName: under and above the
   *   axes; height: px, or a share of the width (at most 2); xTicks, yTicks: about how many, or the
   *   numbers themselves; yText: how those of y are written; grid: whether lines go across; margin:
   *   px left of the y axis; bare: without axes, all room for what is drawn
   */
  constructor(parent, { label, ...given }) {
    Object.assign(this, {
      height: 260, xTicks: 6, yTicks: 4, yText: tickText, grid: true, xName: '', yName: '', margin: 40, bare: false, scale: 1,
    }, given);
    this.items = [];
    this.node = document.createElement('figure');
    this.node.className = 'plot';
    this.svg = svg('svg', { role: 'group', 'aria-label': label });
    this.axes = svg('g', { class: 'axes', 'aria-hidden': 'true' });
    this.clip = svg('rect');
    const id = `clip-${Plot.count += 1}`;
    this.body = svg('g', { 'clip-path': `url(#${id})`, 'aria-hidden': 'true' });
    this.over = svg('g');
    this.svg.append(svg('clipPath', { id }, this.clip), this.axes, this.body, this.over);
    this.node.append(this.svg);
    parent.append(this.node);
    this.svg.addEventListener('pointerdown', (event) => this.grasp(event));
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(this.node);
  }

  close() { this.watch.disconnect(); }

  // -- scales

  left(x) { return this.box.left + ((x - this.x[0]) / (this.x[1] - this.x[0])) * this.box.width; }

  top(y) { return this.box.top + ((this.y[1] - y) / (this.y[1] - this.y[0])) * this.box.height; }

  /** The data units of a place in the window. */
  place({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    const { box } = this;
    const x = this.x[0] + ((clientX - left - box.left) / box.width) * (this.x[1] - this.x[0]);
    const y = this.y[1] - ((clientY - top - box.top) / box.height) * (this.y[1] - this.y[0]);
    return [x, y];
  }

  /** Show other ranges; everything is drawn anew. */
  frame(x, y) {
    if (String([x, y]) === String([this.x, this.y])) return;
    Object.assign(this, { x, y });
    this.refresh();
  }

  resize() {
    const width = Math.round(this.node.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.refresh();
  }

  refresh() {
    const { width, scale } = this;
    if (!width) return;
    const height = Math.round(this.height <= 2 ? width * this.height : this.height * Math.max(1, scale * 0.85));
    const box = { left: this.margin * scale, top: (this.yName ? 26 : 10) * scale };
    box.width = width - box.left - 12;
    box.height = height - box.top - (this.xName ? 40 : 24) * scale;
    if (this.bare) Object.assign(box, { left: 1, top: 1, width: width - 2, height: height - 2 });
    this.box = box;
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('width', width);
    this.svg.setAttribute('height', height);
    Object.entries({ x: box.left, y: box.top - 4, width: box.width, height: box.height + 8 })
      .forEach(([name, value]) => this.clip.setAttribute(name, value));
    if (!this.bare) this.drawAxes(height);
    this.items.forEach((item) => item.again());
  }

  drawAxes(height) {
    const { box, scale } = this;
    const [right, bottom] = [box.left + box.width, box.top + box.height];
    const across = marksOf(this.yTicks, this.y).flatMap((value) => [
      ...(this.grid ? [axisLine(box.left, this.top(value), right, this.top(value))] : []),
      axisText(box.left - 7, this.top(value) + 4 * scale, this.yText(value), 'end'),
    ]);
    const few = box.width < 420 && !Array.isArray(this.xTicks) ? Math.min(this.xTicks, 5) : this.xTicks;
    const along = marksOf(few, this.x).flatMap((value) => [
      axisLine(this.left(value), bottom, this.left(value), bottom + 4),
      axisText(this.left(value), bottom + 17 * scale, tickText(value), 'middle'),
    ]);
    const names = [
      axisText(box.left + box.width / 2, height - 5, this.xName, 'middle', { class: 'name' }),
      axisText(4, 13 * scale, this.yName, 'start', { class: 'name' }),
    ];
    this.axes.replaceChildren(axisLine(box.left, bottom, right, bottom), ...across, ...along, ...names);
  }

  // -- what is drawn

  add(item, layer = this.body) {
    layer.append(item.node);
    this.items.push(item);
    return item;
  }

  curve({ hue = 'ink', dash = 'solid', width = 2, term, alpha = 1 } = {}) {
    const look = { fill: 'none', 'stroke-dasharray': PLOT_DASHES[dash], 'stroke-opacity': alpha, 'stroke-linejoin': 'round', 'stroke-linecap': dash === 'dotted' ? 'round' : 'butt' };
    const style = `stroke: ${ink(hue)}; stroke-width: ${width * this.scale}`;
    return this.add(new Curve(this, svg('path', { ...look, style }), term));
  }

  area({ hue = 'ink', alpha = 0.16, term } = {}) {
    const style = `fill: ${ink(hue)}; fill-opacity: ${alpha}`;
    return this.add(new Area(this, svg('path', { style }), term));
  }

  dots({ hue = 'ink', shape = 'circle', size = 4, alpha = 1, term } = {}) {
    const style = `fill: ${ink(hue)}; fill-opacity: ${alpha}; stroke: var(--gan-ground); stroke-width: 1`;
    const item = new Dots(this, svg('g', { style }), term);
    item.path = SHAPE_PATHS[shape](size * this.scale);
    return this.add(item);
  }

  arrows({ hue = 'ink', width = 1.6, alpha = 1, term } = {}) {
    const look = { fill: 'none', 'stroke-opacity': alpha, 'stroke-linecap': 'round' };
    const style = `stroke: ${ink(hue)}; stroke-width: ${width * this.scale}`;
    return this.add(new Arrows(this, svg('path', { ...look, style }), term));
  }

  label({ hue = 'ink', anchor = 'start', term } = {}) {
    const style = `fill: color-mix(in srgb, ${ink(hue)} 72%, var(--gan-ink))`; // letters need more contrast
    return this.add(new Label(this, svg('text', { 'text-anchor': anchor, class: 'label', style }), term), this.over);
  }

  /**
   * A mark that the student moves.
   * @param {Object} given hue, shape; x and/or y: {low, high, step} in data units; name: for screen
   *   readers; say: its value in words; move: called with x and y, and sets what it stands for
   */
  handle({ hue = 'ink', shape = 'circle', ...given }) {
    const size = 7 * this.scale;
    const style = `fill: ${ink(hue)}`;
    const node = svg('g', { class: 'handle' }, svg('circle', { r: REACH, class: 'reach' }), svg('path', { d: SHAPE_PATHS[shape](size), style }));
    return this.add(new Handle(this, node, given), this.over);
  }

  /**
   * Let the student draw on the plot wherever no handle is near; without `draw` no more.
   * @param {function(number, number, boolean): void} [draw] takes x, y and whether a stroke begins
   */
  drawing(draw) {
    this.draw = draw;
    this.svg.classList.toggle('drawing', Boolean(draw));
  }

  // -- the hand

  /** Take hold of the nearest handle, or begin to draw. */
  grasp(event) {
    if (event.button) return;
    const { left, top } = this.svg.getBoundingClientRect();
    const away = (item) => Math.hypot(
      event.clientX - left - this.left(item.at[0]), event.clientY - top - this.top(item.at[1]),
    );
    const near = this.items.filter((item) => item instanceof Handle && item.shown && away(item) <= REACH)
      .toReversed() // of two in one place the upper one
      .toSorted((a, b) => away(a) - away(b))[0];
    if (!near && !this.draw) return;
    event.preventDefault();
    near?.node.focus({ preventScroll: true });
    let begins = true;
    const follow = (moved) => {
      const at = this.place(moved);
      if (near) near.go(...at);
      else this.draw(within(at[0], ...this.x), within(at[1], ...this.y), begins);
      begins = false;
    };
    this.svg.setPointerCapture(event.pointerId);
    if (!near) follow(event);
    const end = () => {
      this.svg.removeEventListener('pointermove', follow);
      ['pointerup', 'pointercancel'].forEach((name) => this.svg.removeEventListener(name, end));
    };
    this.svg.addEventListener('pointermove', follow);
    ['pointerup', 'pointercancel'].forEach((name) => this.svg.addEventListener(name, end));
  }
}
Plot.count = 0;

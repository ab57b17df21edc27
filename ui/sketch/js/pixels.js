/*
 * Pictures of few pixels, enlarged as they are. Greys from 0 (black) to 1 (white), as a picture has
 * them: they do not follow the page's theme.
 */
import { Item, svg } from './plot.js';
import { html } from './widgets.js';

/** Put greys on a canvas, a pixel each. */
export function paintPixels(canvas, { side, pixels }) {
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext('2d');
  const image = context.createImageData(side, side);
  pixels.forEach((value, i) => {
    image.data.fill(Math.round(255 * Math.min(1, Math.max(0, value))), 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

/** A picture under its name. */
export class Picture {
  /** @param {{name: string, more?: string}} words */
  constructor(parent, { name, more = '' }) {
    this.canvas = html('canvas', { class: 'pixels', role: 'img', 'aria-label': name });
    this.more = html('span', { text: more });
    this.node = html('figure', { class: 'picture' }, this.canvas, html('figcaption', {}, html('b', { text: name }), this.more));
    parent.append(this.node);
  }

  set(picture, more) {
    paintPixels(this.canvas, picture);
    if (more !== undefined && this.more.textContent !== more) this.more.textContent = more;
  }
}

/** A picture lying in a plot, one pixel a data unit: its lower left corner at 0, 0. */
export class PlottedPicture extends Item {
  constructor(plot) {
    super(plot, svg('image', { preserveAspectRatio: 'none', class: 'pixels' }));
    this.canvas = document.createElement('canvas');
    plot.add(this);
  }

  render(picture) {
    this.unhide();
    const { plot } = this;
    if (picture !== this.painted) {
      paintPixels(this.canvas, picture);
      this.node.setAttribute('href', this.canvas.toDataURL());
      this.painted = picture;
    }
    const [left, top] = [plot.left(0), plot.top(picture.side)];
    Object.entries({ x: left, y: top, width: plot.left(picture.side) - left, height: plot.top(0) - top })
      .forEach(([name, value]) => this.node.setAttribute(name, value));
  }
}

/** What lies between an outer rectangle and an inner one, both left, bottom, right, top in data units. */
export class Surround extends Item {
  constructor(plot, name) {
    super(plot, svg('path', { class: name, 'fill-rule': 'evenodd' }));
    plot.add(this);
  }

  render(...boxes) {
    this.unhide();
    const { plot } = this;
    this.node.setAttribute('d', boxes.map(([x0, y0, x1, y1]) => (
      `M${plot.left(x0)} ${plot.top(y0)}H${plot.left(x1)}V${plot.top(y1)}H${plot.left(x0)}Z`)).join(''));
  }
}

/** Rectangles in data units; each may have a class of its own. */
export class Boxes extends Item {
  /** @param {{hue?: string, alpha?: number, name?: string}} looks a class instead of a hue: see sketch.css */
  constructor(plot, { hue, alpha = 1, name = '' }) {
    super(plot, svg('g', { class: name, ...(hue && { style: `fill: var(--gan-${hue}); fill-opacity: ${alpha}` }) }));
    plot.add(this);
  }

  /** @param {[number, number, number, number, string?][]} boxes left, bottom, right, top, and a class */
  render(boxes) {
    this.unhide();
    const { plot, node } = this;
    while (node.childNodes.length > boxes.length) node.lastChild.remove();
    while (node.childNodes.length < boxes.length) node.append(svg('rect'));
    boxes.forEach(([x0, y0, x1, y1, name = ''], i) => {
      const box = node.childNodes[i];
      const [left, top] = [plot.left(x0), plot.top(y1)];
      Object.entries({ x: left, y: top, width: plot.left(x1) - left, height: plot.top(y0) - top, class: name })
        .forEach(([key, value]) => box.setAttribute(key, value));
    });
  }
}

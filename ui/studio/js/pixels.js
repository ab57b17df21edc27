/*
 * Small pictures on a canvas: many of them beside each other on a sheet, each pixel a square. Their
 * ink follows the page's theme, so that 255 is ink and 0 is paper, by day and by night.
 */

const PAPER = 0.045; // how much of the ink is in the paper, so that an empty picture has an edge
const INKED = 0.5; // how much of a hue is in the ink of what wears it
const MOST_SCALE = 24; // times that a pixel is enlarged on the canvas; the page enlarges the rest

const mixOf = (a, b, part) => a.map((v, i) => v + (b[i] - v) * part);

/** One of 256 colours per grey level: from paper to ink, which a hue may tint. */
export function inkShades({ ground, ink }, hue) {
  const full = hue ? mixOf(ink, hue, INKED) : ink;
  const paper = mixOf(ground, ink, PAPER);
  return Array.from({ length: 256 }, (_, v) => mixOf(paper, full, v / 255));
}

/** Colours for feature maps, of which 128 is 0: ink above, another hue below. */
export function mapShades({ ground, ink, js }) {
  const paper = mixOf(ground, ink, PAPER);
  return Array.from({ length: 256 }, (_, v) => (
    v >= 128 ? mixOf(paper, ink, (v - 128) / 127) : mixOf(paper, js, (128 - v) / 128)
  ));
}

/** Colours for how much something changes: from paper to a hue. */
export function heatShades({ ground, ink }, hue) {
  const paper = mixOf(ground, ink, PAPER);
  return Array.from({ length: 256 }, (_, v) => mixOf(paper, hue, Math.sqrt(v / 255)));
}

/**
 * How so many pictures lie on a sheet, row by row, one pixel apart.
 * @returns {{columns: number, rows: number, width: number, height: number}} in pixels of the pictures
 */
export function sheetOf(count, columns, h, w) {
  const rows = Math.max(1, Math.ceil(count / columns));
  return { columns, rows, width: columns * (w + 1) - 1, height: rows * (h + 1) - 1 };
}

/** Upper left pixel of the picture at a place of a sheet. */
export const cornerOf = ({ columns }, place, h, w) => [
  (place % columns) * (w + 1), Math.floor(place / columns) * (h + 1),
];

/**
 * Write pictures into the pixels of a sheet; what lies between them stays clear.
 * @param {Uint8ClampedArray} data RGBA, row by row
 * @param {{shape: number[], values: ArrayLike<number>}} pictures (n, h, w) grey levels
 * @param {number[]} order which picture lies at which place
 */
export function writeSheet(data, sheet, { shape: [, h, w], values }, order, shades) {
  data.fill(0);
  order.forEach((picture, place) => {
    const [left, top] = cornerOf(sheet, place, h, w);
    for (let y = 0; y < h; y += 1) {
      let from = (picture * h + y) * w;
      let to = 4 * ((top + y) * sheet.width + left);
      for (let x = 0; x < w; x += 1, from += 1, to += 4) {
        const colour = shades[values[from]];
        data[to] = colour[0];
        data[to + 1] = colour[1];
        data[to + 2] = colour[2];
        data[to + 3] = 255;
      }
    }
  });
}

/** How far the pictures of a row lie apart at each pixel, 0 to 255. */
export function spreadOf({ shape: [, h, w], values }, first, count) {
  return Uint8Array.from({ length: h * w }, (_, p) => {
    let [low, high] = [255, 0];
    for (let i = first; i < first + count; i += 1) {
      const v = values[i * h * w + p];
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return high - low;
  });
}

/** A canvas that shows a sheet. */
export class Sheet {
  constructor(canvas) {
    this.canvas = canvas;
    this.small = document.createElement('canvas');
  }

  /**
   * Draw pictures, in this order, in so many columns.
   * @param {{shape: number[], values: ArrayLike<number>} | undefined} pictures none: the sheet is empty
   */
  draw(pictures, order, columns, shades) {
    const { canvas, small } = this;
    if (!pictures || !pictures.values.length) {
      this.clear();
      return;
    }
    const [, h, w] = pictures.shape;
    const sheet = sheetOf(order.length, columns, h, w);
    Object.assign(small, { width: sheet.width, height: sheet.height });
    const context = small.getContext('2d');
    const pixels = context.createImageData(sheet.width, sheet.height);
    writeSheet(pixels.data, sheet, pictures, order, shades);
    context.putImageData(pixels, 0, 0);
    // Enlarged by a whole number, so that all pixels are of one size; the page fits it to its place.
    const wide = canvas.clientWidth * (window.devicePixelRatio || 1);
    const scale = Math.min(MOST_SCALE, Math.max(1, Math.ceil(wide / sheet.width)));
    Object.assign(canvas, { width: scale * sheet.width, height: scale * sheet.height });
    const big = canvas.getContext('2d');
    big.imageSmoothingEnabled = false;
    big.drawImage(small, 0, 0, canvas.width, canvas.height);
  }

  clear() { this.canvas.getContext('2d').clearRect(0, 0, this.canvas.width, this.canvas.height); }
}

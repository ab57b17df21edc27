/*
 * The latent grid as the generator warps it. Every cell holds the same share of the latent
 * probability, so a small cell is a dense place: it is drawn strong, a stretched one faint. With a
 * one-dimensional latent the grid is a thread, and its short pieces are the dense ones.
 */
import { cssColour } from './theme.js';

const SHADES = 6; // one path per shade instead of one per cell
const DENSE = 0.012; // share of an even cell's area at which a cell is drawn at full strength
const FEW_LINES = 24; // lines from z to x that show when the grid does not

const shadeOf = (strength) => Math.min(SHADES - 1, Math.floor(strength * SHADES));

function shadedPaths() {
  return Array.from({ length: SHADES }, () => new Path2D());
}

/** Fill the cells of a rows × columns grid of points (x, y one after the other). */
export function warpCells(c, at, rows, columns, scene) {
  const even = scene.size ** 2 / ((rows - 1) * (columns - 1));
  const paths = shadedPaths();
  const lines = new Path2D();
  const px = new Float32Array(rows * columns);
  const py = new Float32Array(rows * columns);
  for (let i = 0; i < px.length; i += 1) {
    px[i] = scene.x(at[2 * i]);
    py[i] = scene.y(at[2 * i + 1]);
  }
  for (let r = 0; r < rows; r += 1) {
    for (let k = 0; k < columns; k += 1) {
      const i = r * columns + k;
      if (k) { lines.moveTo(px[i - 1], py[i - 1]); lines.lineTo(px[i], py[i]); }
      if (r) { lines.moveTo(px[i - columns], py[i - columns]); lines.lineTo(px[i], py[i]); }
      if (!r || !k) continue;
      const [a, b, d] = [i - columns - 1, i - columns, i - 1]; // the cell is a, b, i, d
      const area = Math.abs((px[i] - px[a]) * (py[d] - py[b]) - (px[d] - px[b]) * (py[i] - py[a])) / 2;
      const path = paths[shadeOf(Math.sqrt(Math.min(1, (DENSE * even) / Math.max(area, 1e-6))))];
      path.moveTo(px[a], py[a]);
      path.lineTo(px[b], py[b]);
      path.lineTo(px[i], py[i]);
      path.lineTo(px[d], py[d]);
      path.closePath();
    }
  }
  paths.forEach((path, shade) => {
    c.fillStyle = cssColour(scene.theme.fake, 0.06 + (0.42 * shade) / (SHADES - 1));
    c.fill(path, 'nonzero');
  });
  c.lineWidth = scene.ratio * 0.7;
  c.strokeStyle = cssColour(scene.theme.fake, scene.theme.dark ? 0.45 : 0.4);
  c.stroke(lines);
}

/** Draw a thread of points, its short (dense) pieces strong. */
export function warpThread(c, at, rows, columns, scene) {
  const count = rows * columns;
  const even = scene.size / count;
  const paths = shadedPaths();
  for (let i = 1; i < count; i += 1) {
    const [x0, y0] = [scene.x(at[2 * i - 2]), scene.y(at[2 * i - 1])];
    const [x1, y1] = [scene.x(at[2 * i]), scene.y(at[2 * i + 1])];
    const strength = Math.min(1, (0.25 * even) / Math.max(Math.hypot(x1 - x0, y1 - y0), 1e-6));
    const path = paths[shadeOf(strength)];
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  }
  c.lineCap = 'round';
  paths.forEach((path, shade) => {
    c.lineWidth = scene.ratio * (1 + (2 * shade) / (SHADES - 1));
    c.strokeStyle = cssColour(scene.theme.fake, 0.3 + (0.6 * shade) / (SHADES - 1));
    c.stroke(path);
  });
  c.lineCap = 'butt';
}

/**
 * Draw straight lines from latents below to where G puts them above, short gaps between neighbours
 * strong. `all` of them, or only a few faint ones with heads.
 * @param {number[]} starts, ends horizontal places of each latent and of its image
 * @param {number} low, high the heights of both rows
 */
export function warpLines(c, starts, low, ends, high, all, scene) {
  const count = Math.min(starts.length, ends.length);
  const every = all ? 1 : Math.max(1, Math.round(count / FEW_LINES));
  const even = scene.size / count;
  const paths = shadedPaths();
  const heads = new Path2D();
  const barb = 4 * scene.ratio;
  for (let i = every >> 1; i < count; i += every) {
    const gap = Math.abs(ends[Math.min(i + 1, count - 1)] - ends[Math.max(i - 1, 0)]) / 2;
    const path = paths[shadeOf(Math.min(1, (0.25 * even) / Math.max(gap, 1e-6)))];
    path.moveTo(starts[i], low);
    path.lineTo(ends[i], high);
    if (all) continue;
    const way = Math.hypot(ends[i] - starts[i], high - low);
    const [ux, uy] = [(ends[i] - starts[i]) / way, (high - low) / way];
    heads.moveTo(ends[i] - barb * (ux + 0.5 * uy), high - barb * (uy - 0.5 * ux));
    heads.lineTo(ends[i], high);
    heads.lineTo(ends[i] - barb * (ux - 0.5 * uy), high - barb * (uy + 0.5 * ux));
  }
  paths.forEach((path, shade) => {
    c.lineWidth = scene.ratio * (all ? 0.8 + (0.6 * shade) / (SHADES - 1) : 0.9);
    c.strokeStyle = cssColour(scene.theme.fake, all ? 0.25 + (0.4 * shade) / (SHADES - 1) : 0.4);
    c.stroke(path);
  });
  if (!all) c.stroke(heads);
}

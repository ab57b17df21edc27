/*
 * The geometry of a drawing, without a page: points along a stroke, thinning, rubbing out, and the
 * app's text for points, "x,y;x,y,weight;…".
 */

/** Round to the text's precision, without −0. */
export const tidy = (value, places = 2) => Number(value.toFixed(places)) + 0;

/**
 * Points at even distances on the way from one place to another.
 * @param {number[]} from where the pen was
 * @param {number[]} to where it is
 * @param {number} spacing distance between points along the stroke
 * @param {number} carry way that the pen has gone since the last point
 * @returns {{points: number[][], carry: number}}
 */
export function walk(from, to, spacing, carry = 0) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const points = [];
  let at = spacing - carry;
  for (; at <= length; at += spacing) {
    points.push([from[0] + (dx * at) / length, from[1] + (dy * at) / length]);
  }
  return { points, carry: length - (at - spacing) };
}

/** A cloud of points around one place; `random` gives numbers in [0, 1). */
export function spray([x, y], width, count, random = Math.random) {
  return Array.from({ length: count }, () => {
    const radius = width * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}

/** At most so many of the points, evenly chosen, in their order. */
export function thin(points, most) {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => points[Math.floor(((i + 0.5) * points.length) / most)]);
}

/** The points outside a circle. */
export const rubOut = (points, [x, y], radius) => points.filter(
  (point) => Math.hypot(point[0] - x, point[1] - y) > radius);

/** Keep a place on the sheet. */
export const within = ([x, y], far) => [x, y].map((v) => Math.max(-far, Math.min(far, v)));

/** How many different places there are. */
export const places = (points) => new Set(points.map(([x, y]) => `${x},${y}`)).size;

/** The app's text for points. */
export const textOf = (points) => points.map((point) => point.join(',')).join(';');

/** The points of the app's text; what is no point is left out. */
export function pointsOf(text) {
  return text.split(';').map((piece) => piece.split(',').map(Number)).filter(
    (point) => (point.length === 2 || point.length === 3) && point.every(Number.isFinite));
}

/** Half the width of a sheet on which all the points have room. */
export function halfWidth(points, least = 2) {
  const far = points.reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), 0);
  return far <= least ? least : Math.ceil(far * 1.05 * 2) / 2;
}

/*
 * The Laplacian pyramid of a square picture. As gan_core/theory/pyramid.py, against which it is tested.
 * A picture is {side, pixels}, row by row.
 */

const BLUR_WEIGHTS = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

/** A place beyond the edges, as in a mirror that stands on the last pixels. */
const mirrored = (i, n) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i);

function blurAlong(pixels, side, across) {
  const [step, line] = across ? [1, side] : [side, 1];
  return pixels.map((_, place) => {
    const at = across ? place % side : Math.floor(place / side);
    const start = Math.floor(across ? place / side : place % side) * line;
    return BLUR_WEIGHTS.reduce((sum, weight, k) => sum + weight * pixels[start + mirrored(at + k - 2, side) * step], 0);
  });
}

const blurredPicture = (pixels, side) => blurAlong(blurAlong(pixels, side, true), side, false);

/** A picture of half the size: blurred, every second pixel kept. */
export function halvedPicture({ side, pixels }) {
  const half = Math.ceil(side / 2);
  const blurred = blurredPicture(pixels, side);
  return { side: half, pixels: Float64Array.from({ length: half * half }, (_, i) => blurred[2 * Math.floor(i / half) * side + 2 * (i % half)]) };
}

/** A picture at twice its size (or one less), its gaps filled by blurring. */
export function expandedPicture({ side: half, pixels }, side) {
  const gaps = new Float64Array(side * side);
  pixels.forEach((value, i) => { gaps[2 * Math.floor(i / half) * side + 2 * (i % half)] = 4 * value; });
  return { side, pixels: blurredPicture(gaps, side) };
}

const combined = (a, b, how) => ({ side: a.side, pixels: a.pixels.map((value, i) => how(value, b.pixels[i])) });

/** The coarse picture and the details of each level, the finest first. */
export function takeApart(picture, levels) {
  let coarse = picture;
  const details = Array.from({ length: levels }, () => {
    const whole = coarse;
    coarse = halvedPicture(whole);
    return combined(whole, expandedPicture(coarse, whole.side), (a, b) => a - b);
  });
  return { coarse, details };
}

/** All pictures on the way back, from the coarse one to the whole; details that are left out are null. */
export function putTogether(coarse, details, sides) {
  const pictures = [coarse];
  details.toReversed().forEach((detail, i) => {
    const side = sides.toReversed()[i];
    const grown = expandedPicture(pictures.at(-1), side);
    pictures.push(detail ? combined(grown, detail, (a, b) => a + b) : grown);
  });
  return pictures;
}

/*
 * Convolutions as far as shapes go: sizes, how often pixels are reached, what one output sees. As
 * gan_core/theory/convolution.py, against which it is tested. A layer is {kernel, stride, padding}.
 */

/** Outputs of a convolution; 0 if its kernel does not fit. */
export function convSize(n, { kernel, stride, padding }) {
  const room = n + 2 * padding - kernel;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Pixels at the end that no kernel reaches; padded ones first. */
export const leftOver = (n, { kernel, stride, padding }) => (n + 2 * padding - kernel) % stride;

/** Sizes before, between and after convolutions; they end with the first kernel that does not fit. */
export function convSizes(n, layers) {
  const sizes = [n];
  for (const layer of layers) {
    const size = convSize(sizes.at(-1), layer);
    if (!size) return sizes;
    sizes.push(size);
  }
  return sizes;
}

/** Outputs of a transposed convolution; 0 if nothing is left. */
export const transposedSize = (n, { kernel, stride, padding, extra = 0 }) => (
  Math.max(0, (n - 1) * stride - 2 * padding + kernel + extra));

const present = (n, given) => Float64Array.from({ length: n }, (_, i) => Math.min(1, Math.max(0, given - i)));

/**
 * On how many ways n inputs reach each output of transposed convolutions in a row.
 * @param {number} given how many of the inputs are there yet
 */
export function overlap(n, kernel, stride, layers = 1, given = n) {
  let ways = present(n, given);
  for (let layer = 0; layer < layers; layer += 1) {
    const pasted = new Float64Array((ways.length - 1) * stride + kernel);
    ways.forEach((way, i) => {
      for (let tap = 0; tap < kernel; tap += 1) pasted[i * stride + tap] += way;
    });
    ways = pasted;
  }
  return ways;
}

/** The same for nearest-neighbour upsampling, each followed by a convolution with an odd kernel. */
export function upsampledOverlap(n, kernel, factor, layers = 1, given = n) {
  let ways = present(n, given);
  const reach = (kernel - 1) / 2;
  for (let layer = 0; layer < layers; layer += 1) {
    const large = Float64Array.from({ length: ways.length * factor }, (_, i) => ways[Math.floor(i / factor)]);
    ways = large.map((_, o) => large.slice(Math.max(0, o - reach), o + reach + 1).reduce((sum, one) => sum + one, 0));
  }
  return ways;
}

/** The first and the last output of `overlap` that no edge has a part in. */
export function interior(n, kernel, stride, layers = 1) {
  let [first, last, size] = [0, n - 1, n];
  for (let layer = 0; layer < layers; layer += 1) {
    size = (size - 1) * stride + kernel;
    [first, last] = [Math.max(0, stride * (first - 1) + kernel), Math.min(stride * (last + 1), size) - 1];
  }
  return [first, last];
}

/** What an output sees after convolutions: its size, the jump to the next one's, the first one's start. */
export function receptiveField(layers) {
  let [size, jump, start] = [1, 1, 0];
  layers.forEach(({ kernel, stride, padding }) => {
    size += (kernel - 1) * jump;
    start -= padding * jump;
    jump *= stride;
  });
  return { size, jump, start };
}

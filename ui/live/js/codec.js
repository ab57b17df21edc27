/*
 * Reads the binary messages that `codec.py` writes. A message is a magic number, a version, a count
 * and then sections, each aligned to 8 bytes, so that every array is a typed-array view into the
 * message itself: nothing is copied, nothing is parsed. Positions stay 16-bit integers here; the
 * scene turns them into pixels with one multiplication.
 */

export const MAGIC = 0x464e4147;
export const WIRE_VERSION = 1;
export const POSITION_STEPS = 32767;

export const HEAD_NAMES = [
  'seq', 'epoch', 'iteration', 'half', 'status', 'extent', 'rate', 'pace', 'modes',
  'js_floor', 'w1_floor', 'score_low', 'score_high', 'score_kind', 'arrow_scale', 'place',
  'dim', 'lives', 'restored', 'back', 'moment', 'beside', 'kl_floor', 'game',
  'verdict',
];
export const STATUS_NAMES = ['starting', 'running', 'paused', 'diverged', 'waiting', 'recovering'];
export const GAME_NAMES = [
  '', 'non-saturating', 'minimax', 'maximum-likelihood', 'least-squares', 'hinge', 'wasserstein',
];

const SECTION_NAMES = [
  '', 'head', 'real', 'centres', 'fake', 'field', 'warp', 'arrows', 'histogram', 'history',
  'metrics', 'shares', 'weights', 'latent', 'density', 'album', 'trace', 'batch_real', 'batch_fake',
  'batch_z', 'batch_scores', 'logits', 'looks', 'evidence', 'crowd', 'crowd_numbers',
  'weights_histogram', 'slopes', 'pictures', 'real_pictures', 'walk', 'layers', 'layer_shapes',
  'company', 'company_change', 'quality', 'quality_floor', 'readings', 'look',
];
const ARRAY_TYPES = [Uint8Array, Int16Array, Uint16Array, Float32Array, Float64Array];

const aligned = (at) => (at + 7) & ~7;

/**
 * Decode one message.
 * @param {ArrayBuffer} buffer
 * @returns {{head: Object<string, number>} & Object<string, {shape: number[], values: ArrayLike}>}
 *   `head` by name; each other section as its shape and a view of its numbers in C order; `beside`:
 *   the frame of the experiment beside it, if there is one.
 * @throws {Error} if the message is not a frame of this version, or is cut short.
 */
export function decodeFrame(buffer) {
  const [frame, end] = decodeAt(buffer, 0);
  if (frame.head.beside === 1) [frame.beside] = decodeAt(buffer, end);
  return frame;
}

/** Decode the frame that begins at a byte; returns it with where it ends. */
function decodeAt(buffer, begin) {
  const bytes = new DataView(buffer);
  if (buffer.byteLength < begin + 8 || bytes.getUint32(begin, true) !== MAGIC) throw new Error('not a frame');
  const version = bytes.getUint16(begin + 4, true);
  if (version !== WIRE_VERSION) throw new Error(`frame version ${version}, not ${WIRE_VERSION}`);
  const frame = { head: {} };
  let at = begin + 8;
  for (let left = bytes.getUint16(begin + 6, true); left > 0; left -= 1) {
    const name = SECTION_NAMES[bytes.getUint8(at)];
    const Type = ARRAY_TYPES[bytes.getUint8(at + 1)];
    const ndim = bytes.getUint8(at + 2);
    const shape = [];
    for (let i = 0; i < ndim; i += 1) shape.push(bytes.getUint32(at + 4 + 4 * i, true));
    const start = aligned(at + 4 + 4 * ndim);
    const values = new Type(buffer, start, shape.reduce((a, b) => a * b, 1));
    at = aligned(start + values.byteLength);
    if (name === 'head') HEAD_NAMES.forEach((key, i) => { frame.head[key] = values[i]; });
    else if (name) frame[name] = { shape, values }; // an unknown section is one from the future
  }
  return [frame, at];
}

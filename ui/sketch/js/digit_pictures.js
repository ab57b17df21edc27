/*
 * Ten handwritten digits for the sketches to draw: 8 × 8 pixels from 0 to 16 (g), row by row, of the
 * data set "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak 1998, UCI) as scikit-learn
 * has it (`load_digits`; which ones is in tests/sketch/test_shapes.py), and how they are drawn larger.
 */

export const DIGIT_PIXELS = [
  '005d910000dfaf5003f20b8004c008800580098004b01c7002e5ac00006da000',
  '0001b9000007gd00004eg9000agbg8000003g6000003g8000005ga000002e600',
  '008g500001dbg00000a0d3000031g1000009c000003f500000ef8830007cccd1',
  '018cfe4003b88cc000002d700002fc100000d50000009d000078ef0000efb200',
  '0008f100001ed11000af3fb007g71g8009gdeg5001afge000001ga00000af400',
  '00c8870003ggb70002e1000005e5000002fg90000002g2000048g40000be9000',
  '0008f100000ce000003g7000006g2000007ggd5000fg99e0003e92g20007fgb0',
  '0078dgf100774bc000008d100488ff6002bff400000g5000009f100000d50000',
  '009e810000ceec00009a0f40003gce20004gg20003g8ad2001f13g8000bgfb10',
  '00bc000002gggd0003gcae0001g1cf0000dg9f20000309b000009f40009cd300',
];
const DIGIT_SIDE = 8;
const DIGIT_TOP = 16; // the value of a pixel that is all ink
const CUBIC = -0.75; // Keys' cubic convolution, as PyTorch has it
const [FAINT, FULL] = [0.3, 0.7]; // the ink of an enlarged digit is made crisp between these

/** The pixels of a digit as they are, 0 to 1. */
export const digitAsItIs = (digit) => ({
  side: DIGIT_SIDE, pixels: Float64Array.from(DIGIT_PIXELS[digit], (sign) => parseInt(sign, 17) / DIGIT_TOP),
});

function cubicWeight(distance) {
  const d = Math.abs(distance);
  if (d <= 1) return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1;
  return d < 2 ? CUBIC * (((d - 5) * d + 8) * d - 4) : 0;
}

/** For each of `size` places along an axis: which pixels it lies between and how much of each it takes. */
function cubicTaps(side, size) {
  return Array.from({ length: size }, (_, i) => {
    const at = ((i + 0.5) * side) / size - 0.5;
    const low = Math.floor(at);
    return [-1, 0, 1, 2].map((k) => [Math.min(side - 1, Math.max(0, low + k)), cubicWeight(at - low - k)]);
  });
}

const mixTaps = (taps, value) => taps.reduce((sum, [place, weight]) => sum + weight * value(place), 0);

/** A picture at another size by cubic interpolation. */
export function enlargedPicture({ side, pixels }, size) {
  const taps = cubicTaps(side, size);
  const rows = Array.from({ length: side }, (_, y) => taps.map((list) => mixTaps(list, (x) => pixels[y * side + x])));
  return { side: size, pixels: Float64Array.from({ length: size * size }, (_, i) => mixTaps(taps[Math.floor(i / size)], (y) => rows[y][i % size])) };
}

function crispInk(value) {
  const u = Math.min(1, Math.max(0, (value - FAINT) / (FULL - FAINT)));
  return u * u * (3 - 2 * u);
}

/** A digit drawn in `size` pixels: its 8 × 8 pixels enlarged, the ink made crisp. */
export function digitPicture(digit, size) {
  const { pixels } = enlargedPicture(digitAsItIs(digit), size);
  return { side: size, pixels: pixels.map(crispInk) };
}

/* Where the ticks of an axis are. */

const TICK_STEPS = [1, 2, 5, 10];

/**
 * Round numbers between two bounds.
 * @returns {number[]} about `most` of them, never more than twice as many
 */
export function ticks(low, high, most = 5) {
  const rough = (high - low) / most;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * TICK_STEPS.find((one) => one * power >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

/** A value between bounds, and on a grid of steps from the lower one, if there is a step. */
export function within(value, low, high, step = 0) {
  const held = Math.min(high, Math.max(low, value));
  if (!step) return held;
  const on = low + Math.round((held - low) / step) * step;
  return Math.min(high, Number(on.toPrecision(12)));
}

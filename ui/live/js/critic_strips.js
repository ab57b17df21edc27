/*
 * What a critic looks like from inside: a histogram of its parameters, where those on the bound to
 * which they are clipped stand out at both ends, and one of its slopes between real samples and
 * fakes, over powers of ten, with the slope 1 that a ruler in the right units has.
 */
import { Plot } from './strips.js';
import { tickText } from './words.js';

/** Ends of the axis of slopes, in powers of ten; gan_core/metrics/critics.py has the same. */
export const STEEP_SPAN = [-4, 2];
const UNIT_SLOPE = -STEEP_SPAN[0] / (STEEP_SPAN[1] - STEEP_SPAN[0]); // where slope 1 lies
const LOWEST_TOP = 0.1; // share of a bin that fills the chart at least
const POWER_NAMES = ['10⁻⁴', '10⁻³', '10⁻²', '0.1', '1', '10', '100'];

/** What a frame says of its critic; nothing where no critic plays. */
export function criticOf({ weights_histogram: weights, slopes }) {
  const [reach, onBound] = weights?.values ?? [];
  return { reach, onBound, steep: slopes?.values[0] };
}

/** A histogram as tall as its tallest bin. */
class CriticStrip extends Plot {
  clear() { this.meant = undefined; }

  shares(values, colour) {
    const top = Math.max(LOWEST_TOP, ...values);
    this.bars(Array.from(values, (share) => share / top), this.theme[colour], 'solid');
    this.text(`${Math.round(100 * top)}%`, this.box.left - 6, this.at(0, 1)[1] + 4, 'right');
  }
}

/** The parameters of a critic between −reach and reach. */
export class WeightStrip extends CriticStrip {
  draw(theme, section, axisName) {
    if (!this.begin(theme)) return;
    const [reach = 1, onBound] = section?.values ?? [];
    this.rule(0, 0, 1, 0);
    this.xAxis(-reach, reach, axisName);
    if (section) this.shares(section.values.subarray(2), 'ink');
    if (!Number.isFinite(onBound)) return;
    [0, 1].forEach((end) => this.rule(end, 0, end, 1, 'dashed', 1, theme.warn));
  }
}

/** Slopes between real samples and fakes, over powers of ten. */
export class SlopeStrip extends CriticStrip {
  draw(theme, section, axisName) {
    if (!this.begin(theme)) return;
    this.rule(0, 0, 1, 0);
    const y = this.box.bottom + 5;
    const last = POWER_NAMES.length - 1;
    POWER_NAMES.forEach((name, i) => {
      const align = i === 0 ? 'left' : i === last ? 'right' : 'center';
      this.text(name, this.at(i / last, 0)[0], y, align, 'top');
    });
    this.text(axisName, this.box.right, this.box.top, 'right', 'top');
    this.rule(UNIT_SLOPE, 0, UNIT_SLOPE, 1, 'dashed', 0.8, theme.w1);
    if (section) this.shares(section.values.subarray(1), 'ink');
  }
}

/** A small number with enough digits: 0.0041, 1.20. */
export const digitsOf = (value) => (Math.abs(value) < 0.1 ? 4 : 3);

/** A share in whole per cent; a dash for what is not a number. */
export const percentText = (share) => (Number.isFinite(share) ? `${tickText(Math.round(100 * share))} %` : '–');

/*
 * What ails the run, in words: the verdict of gan_core/diagnosis.py with the numbers that decided it.
 * A verdict is shown once two measurements agree, so that it does not flicker.
 */
import { decimal, whole } from './words.js';

export const VERDICTS = ['unknown', 'healthy', 'hopping', 'collapsed', 'saturated', 'diverged', 'slow'];
/** The measured numbers, in the order in which they travel. */
export const EVIDENCE = [
  'finite', 'looks', 'modes', 'covered', 'high_quality', 'dominant', 'dominated', 'hops', 'all_hops',
  'visited', 'spread', 'speed', 'outside', 'w1', 'w1_floor', 'w1_change', 'js', 'js_floor', 'js_change',
  'score', 'accuracy', 'gradient',
];
const PARTS = [
  'high_quality', 'dominant', 'dominated', 'spread', 'outside', 'w1_change', 'js_change', 'accuracy',
];
const COUNTS = ['looks', 'modes', 'covered', 'hops', 'all_hops', 'visited'];

/** One measured number as the student reads it. */
export function measured(name, value) {
  if (PARTS.includes(name)) return decimal(100 * value, 0); // per cent
  if (COUNTS.includes(name)) return whole(value);
  return decimal(value, name === 'gradient' ? 4 : 2);
}

/**
 * The numbers that travelled, by name: [measured, threshold]; NaN where it did not decide.
 * @param {{values: ArrayLike<number>} | undefined} section
 */
export function evidenceOf(section) {
  const pairs = EVIDENCE.map((name, i) => [name, [section?.values[2 * i] ?? NaN, section?.values[2 * i + 1] ?? NaN]]);
  return Object.fromEntries(pairs);
}

/** Why, in sentences: one per number that decided. */
export function reasons(words, verdict, evidence) {
  const blanks = Object.fromEntries(EVIDENCE.map((name) => [name, measured(name, evidence[name][0])]));
  return EVIDENCE.filter((name) => Number.isFinite(evidence[name][1])).map((name) => (
    words.say(`why_${verdict}_${name}`, { ...blanks, limit: measured(name, evidence[name][1]) })));
}

/** A verdict that holds: two measurements that agree, or one in a run that rests. */
export class Steady {
  constructor() { this.clear(); }

  clear() {
    this.verdict = 0;
    this.evidence = undefined;
    this.seen = undefined;
    this.at = -1;
  }

  /**
   * @param {number} verdict place in VERDICTS
   * @param {{values: ArrayLike<number>}} evidence
   * @param {number} at iteration of the measurement
   * @param {boolean} final whether nothing follows: the run rests or has diverged
   */
  take(verdict, evidence, at, final) {
    const again = verdict === this.seen && at !== this.at;
    if (verdict === this.verdict || again || final) {
      this.verdict = verdict;
      this.evidence = evidence;
    }
    this.seen = verdict;
    this.at = at;
  }
}

// Symbols that differ in shape, not in colour alone: 16 × 16.
export const SHAPES = {
  unknown: 'M3 8H3.01M8 8H8.01M13 8H13.01',
  healthy: 'M2.5 8.500 6.500 12.500 13.500 4',
  hopping: 'M2 12 5 4 8 12 11 4 14 12',
  collapsed: 'M2 2 6.500 6.500M14 2 9.500 6.500M2 14 6.500 9.500M14 14 9.500 9.500M8 8H8.01',
  saturated: 'M2 4C5 4 4 12 7 12H14',
  diverged: 'M6 10 2 14M2 10V14H6M10 6 14 2M10 2H14V6',
  slow: 'M4 2H12M4 14H12M5 2C5 6 11 10 11 14M11 2C11 6 5 10 5 14',
};

/** Write what is new: what stays must not be read aloud again. True where it was new. */
function rewrite(node, text) {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}

/** The panel: one calm line, and beneath it why. */
export class Diagnosis {
  constructor(node) {
    this.node = node;
    this.symbol = node.querySelector('.verdict path');
    this.name = node.querySelector('.verdict b');
    this.why = node.querySelector('.why');
  }

  show(words, verdict, section) {
    const key = VERDICTS[verdict] ?? VERDICTS[0];
    if (this.node.dataset.verdict !== key) this.node.dataset.verdict = key;
    this.symbol.setAttribute('d', SHAPES[key]);
    rewrite(this.name, words.say(`verdict_${key}`));
    const why = section ? reasons(words, key, evidenceOf(section)) : [];
    if (rewrite(this.why, [...why, words.say(`verdict_${key}_text`)].filter(Boolean).join(' '))) this.keepRoom();
  }

  /** Sentences that go leave their room: what stands below, perhaps under a finger, must not jump. */
  keepRoom() {
    const { why } = this;
    why.style.minHeight = '';
    const width = why.offsetWidth;
    const height = parseFloat(getComputedStyle(why).height) || 0; // none while it is hidden
    this.room = width === this.width ? Math.max(this.room, height) : height;
    this.width = width;
    why.style.minHeight = this.room ? `${this.room}px` : '';
  }
}

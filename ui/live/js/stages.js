/*
 * The stages of half an iteration, and how they are lit one after the other. The engine plays a half
 * at once and writes down what happened; here its picture waits until the last stage is lit, so that
 * one sees what led to it. No page is needed: Node tests this.
 */

/** Kinds of stages in the order of their codes on the wire. */
export const STAGE_KINDS = [
  'sample', 'generate', 'classify', 'cost', 'gradient', 'update', 'look-ahead', 'come-back', 'mislead',
  'unroll',
];
const OF_A_PLAYER = ['classify', 'cost', 'gradient', 'update'];
const SHORTEST_STAGE = 160; // ms; what would be lit for less is lit at once, because nothing may flicker

/**
 * The stages in a frame's `trace`.
 * @param {{shape: number[], values: ArrayLike<number>} | undefined} trace
 * @returns {{name: string, kind: string, numbers: number[], round: number}[]} a name is the kind,
 *   with the player behind it where both have such a stage; each batch begins a round
 */
export function readStages(trace) {
  const stages = [];
  let round = 0;
  const values = trace?.values ?? [];
  for (let at = 0; at + 5 <= values.length; at += 5) {
    const [player, code, ...numbers] = values.slice(at, at + 5);
    const kind = STAGE_KINDS[code];
    if (!kind) continue; // from a server that knows more
    if (kind === 'sample' && stages.length) round += 1;
    const name = OF_A_PLAYER.includes(kind) ? `${kind}_${player === 1 ? 'g' : 'd'}` : kind.replace('-', '_');
    stages.push({ name, kind, numbers, round });
  }
  return stages;
}

/** Milliseconds per stage, when halves follow each other at this pace; 0: too short to be seen. */
export function stageTime(pace, count) {
  const time = pace > 0 && count > 0 ? 500 / pace / count : 0;
  return time < SHORTEST_STAGE ? 0 : time;
}

const LIGHTS = {
  sample: ['z real', ''],
  generate: ['g fake', 'z-g g-fake'],
  classify_d: ['d', 'fake-d real-d'],
  classify_g: ['d', 'fake-d'],
  cost_d: ['jd', 'd-jd'],
  cost_g: ['jg', 'd-jg'],
  gradient_d: ['d', 'jd-d'],
  gradient_g: ['g', 'jg-d d-fake-back fake-g'],
  update_d: ['d', ''],
  update_g: ['g', ''],
  look_ahead: ['d g', ''],
  come_back: ['d g', ''],
  mislead: ['d', 'jg-d'],
  unroll: ['d jd', 'fake-d real-d d-jd jd-d'],
};

/** Which stations and which ways of the diagram a stage lights. */
export function lightsOf(name) {
  const [stations, ways] = (LIGHTS[name] ?? ['', '']).map((list) => list.split(' ').filter(Boolean));
  return { stations, ways };
}

/** What tells one half from another: its run's life, and where it is. */
function halfOf({ head }) {
  return [head.epoch, head.lives, head.iteration, head.half].join(' ');
}

/** Frames on their way to the picture, and the stages that have to be lit before. */
export class Stages {
  constructor() { this.clear(); }

  /** Forget everything; returns the frames that were still waiting. */
  clear() {
    const waiting = this.waiting ?? [];
    this.stages = [];
    this.lit = -1;
    this.half = '';
    this.frame = undefined;
    this.waiting = [];
    return waiting;
  }

  /** Whether the picture of before still stands, because stages are left. */
  get open() { return this.waiting.length > 0; }

  get now() { return this.stages[this.lit]; }

  /**
   * Take a frame.
   * @param {Object} frame as decoded
   * @param {boolean} known whether its half is already in the picture (a new line, a reload)
   * @returns {Object[]} frames that may be shown now, in their order; the others wait
   */
  offer(frame, known = false) {
    const stages = frame.head.moment >= 0 ? [] : readStages(frame.trace);
    if (!stages.length) return [...this.clear(), frame];
    const half = halfOf(frame);
    if (half === this.half) { // it has been measured, or paused
      if (!this.open) return [frame];
      this.waiting.push(frame);
      return [];
    }
    const before = this.clear();
    Object.assign(this, { stages, half, frame, lit: known ? stages.length - 1 : 0 });
    if (this.lit === stages.length - 1) return [...before, frame];
    this.waiting = [frame];
    return before;
  }

  /** Light the next stage; returns the frames that may be shown with it: with the last one, all. */
  next() {
    if (!this.open) return [];
    this.lit += 1;
    return this.lit === this.stages.length - 1 ? this.waiting.splice(0) : [];
  }

  /** Light all that is left; returns the frames that waited for it. */
  finish() {
    this.lit = this.stages.length - 1;
    return this.waiting.splice(0);
  }

  /** The newest lit stage of this name, so that its numbers can be shown where they belong. */
  found(name) {
    return this.stages.slice(0, this.lit + 1).findLast((stage) => stage.name === name);
  }

  /** Whether a stage of such a name is still to come, and none is lit in the present round. */
  awaits(name) {
    const [found, round] = [this.found(name), this.now?.round];
    return found?.round !== round && this.stages.some((stage, at) => at > this.lit && stage.name === name);
  }

  /** The stages of the round that is being lit, with their places in the half. */
  get round() {
    const { round } = this.now ?? { round: 0 };
    return this.stages.map((stage, place) => ({ ...stage, place })).filter((one) => one.round === round);
  }

  get rounds() { return this.stages.length ? this.stages[this.stages.length - 1].round + 1 : 0; }
}

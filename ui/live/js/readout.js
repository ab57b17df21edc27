/*
 * What the view says beside the picture: the four charts, the numbers above them, the messages over
 * the picture, and the text alternative. They change at most five times a second, because faster
 * numbers cannot be read; the text alternative at most every three seconds, because it may be spoken.
 */
import { GAME_NAMES, STATUS_NAMES } from './codec.js';
import { SlopeStrip, WeightStrip, criticOf, digitsOf, percentText } from './critic_strips.js';
import { CurveStrip, gradientOf } from './curve.js';
import { Diagnosis, Steady, VERDICTS, evidenceOf } from './diagnosis.js';
import { ESTIMATES, shareOutside, signOf } from './figures.js';
import { MESSAGES, putMessage } from './message.js';
import { ScoreStrip, TimeStrip } from './strips.js';
import { Timeline, ways } from './timeline.js';
import { decimal, whole } from './words.js';

const REFRESH_EVERY = 180; // ms
const SPOKEN_EVERY = 3000;
const NOTICE = 6000; // ms for which it is said that the run went on from a checkpoint
const STEP_NOTES = { step: 'stepped', 'step-d': 'stepped_d', 'step-g': 'stepped_g' };
const SPOKEN = ['paused', ...MESSAGES];

export class Readout {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector('.scene canvas');
    this.note = root.querySelector('.note');
    this.message = root.querySelector('.message');
    this.live = root.querySelector('.unseen');
    const chart = (name) => root.querySelector(`[data-strip="${name}"] canvas`);
    this.costs = new TimeStrip(chart('costs'), [
      { column: 1, colour: 'real', style: 'dashed' }, { column: 2, colour: 'fake' },
    ], [0, 1.5]);
    this.scores = new ScoreStrip(chart('scores'));
    this.modes = new TimeStrip(chart('modes'), [
      { column: 2, colour: 'muted', alpha: 0.55, steps: true },
      { column: 1, colour: 'ink', steps: true },
    ], [0, 1]);
    // Two charts, because the two distances have nothing but the name in common: JS ends at ln 2.
    this.js = new TimeStrip(root.querySelector('[data-chart="js"]'), [
      { column: 4, colour: 'js' },
    ], [0, 0.2]);
    this.w1 = new TimeStrip(root.querySelector('[data-chart="w1"]'), [
      { column: 5, colour: 'w1' },
    ], [0, 0.2]);
    this.kl = new TimeStrip(root.querySelector('[data-chart="kl"]'), [
      { column: 6, colour: 'ink', style: 'dashed' },
    ], [0, 0.2]);
    this.curve = new CurveStrip(chart('curve'));
    this.weights = new WeightStrip(chart('weights'));
    this.slopes = new SlopeStrip(chart('slopes'));
    this.timeline = new Timeline(root.querySelector('[data-strip="timeline"]'));
    this.diagnosis = new Diagnosis(root.querySelector('.diagnosis'));
    this.steady = new Steady();
    this.strips = [this.kl, this.costs, this.scores, this.modes, this.js, this.w1, this.curve, this.weights, this.slopes];
    this.strips.push(this.timeline);
    this.clear();
  }

  clear() {
    this.close();
    this.strips.forEach((strip) => strip.clear());
    this.steady.clear();
    this.frame = undefined;
    this.refreshedAt = this.spokenAt = this.toldUntil = -Infinity;
  }

  dress(theme, words) {
    this.theme = theme;
    this.words = words;
    this.said = undefined;
    this.redraw();
  }

  /**
   * Show beside a measured distance what the players themselves can tell of it.
   * @param {string} kind a key of ESTIMATES; '' for nothing
   */
  estimates(kind = '') {
    this.estimate = kind;
    const node = [...this.root.querySelectorAll('.estimate')]
      .find((one) => one.closest('.beside') === this.root.closest('.beside'));
    node.hidden = !kind;
    node.querySelector('path').setAttribute('class', `line-${kind || 'ink'} dashed`);
    this.redraw();
  }

  /** ADA's r_t, where D judges: it needs a middle at which D cannot tell. */
  sign() {
    const { head, histogram } = this.frame;
    if (!histogram || head.score_kind) return undefined;
    return signOf(histogram.values.slice(0, histogram.shape[1]));
  }

  /** How much of a measured distance the game's own estimate says: 1 would be right. */
  trust(row, measured) {
    if (!row || !measured || !this.estimate) return undefined;
    return ESTIMATES[this.estimate](row) / measured[this.estimate === 'js' ? 4 : 5];
  }

  /** That estimate over time. */
  guessed(kind, rows) {
    if (kind !== this.estimate) return [];
    return rows.map((row) => [row[0], ESTIMATES[kind](row)]);
  }

  /** Let the curve of a term stand out in its chart; without one all are equal. */
  stress(meaning) {
    ['costs', 'scores', 'curve'].forEach((name) => {
      this[name].meant = meaning?.strip === name ? meaning.hue : undefined;
    });
    this.redraw();
  }

  resize(ratio) {
    this.strips.forEach((strip) => strip.resize(ratio));
    this.redraw();
  }

  show(frame, { history, metrics, looks }, step) {
    const changed = frame.head.status !== this.frame?.head.status || step;
    if (!frame.histogram && this.frame?.histogram) frame.histogram = this.frame.histogram;
    Object.assign(this, { frame, history, metrics, looks });
    this.judge();
    this.notes(step);
    if (this.led) return; // its charts change with those of the other side, at the same moment
    clearTimeout(this.late);
    const wait = this.refreshedAt + REFRESH_EVERY - performance.now();
    if (changed || wait <= 0) this.refresh();
    else this.late = setTimeout(() => this.refresh(), wait); // the last frame counts, too
  }

  refresh() {
    if (!this.frame) return;
    this.refreshedAt = performance.now();
    this.redraw();
    this.numbers();
    this.follower?.refresh();
    this.catchUp(); // the follower may have needed more room
  }

  /** Let what another side says change whenever this one does, so that both speak of one moment. */
  lead(follower) {
    this.follower = follower;
    if (follower) follower.led = true;
  }

  /** Draw again what shares its scales with charts that have since needed more room. */
  catchUp() {
    if (this.frame && this.strips.some((strip) => strip.outgrown)) this.redraw();
  }

  close() {
    clearTimeout(this.late);
    clearTimeout(this.later);
    clearTimeout(this.untold);
  }

  redraw() {
    const { frame, theme, words } = this;
    if (!theme || this.root.dataset.layout === 'home') return;
    const head = frame?.head ?? { iteration: 0, modes: 0, score_low: 0, score_high: 1 };
    const [rows, measured] = [this.history?.rows ?? [], this.metrics?.rows ?? []];
    // Two sides with other data share this scale, and the one with more modes sets it.
    if (head.modes) this.modes.range.high = Math.max(this.modes.range.high, head.modes);
    const axis = words.say('axis_iterations');
    const plain = frame ? rows : [];
    const cursor = this.past ? head.iteration : NaN;
    [this.costs, this.modes, this.js, this.w1, this.kl].forEach((strip) => { strip.cursor = cursor; });
    const present = Math.max(head.iteration, rows.at(-1)?.[0] ?? 0); // more than what is looked at
    this.costs.draw(theme, plain, present, axis);
    this.scores.draw(theme, frame?.histogram, head,
      words.say(head.score_kind ? 'axis_score' : 'axis_probability'));
    this.modes.draw(theme, frame ? measured : [], present, axis);
    this.js.draw(theme, frame ? measured : [], present, axis, head.js_floor, this.guessed('js', plain));
    this.w1.draw(theme, frame ? measured : [], present, axis, head.w1_floor, this.guessed('w1', plain));
    this.kl.draw(theme, frame ? measured : [], present, axis, head.kl_floor);
    this.timeline.draw(theme, words, frame ? this.looks?.rows ?? [] : [], present, cursor);
    this.curve.draw(theme, frame, words.say(head.score_kind ? 'axis_score' : 'axis_logit'));
    this.weights.draw(theme, frame?.weights_histogram, words.say('axis_weight'));
    this.slopes.draw(theme, frame?.slopes, words.say('axis_slope'));
  }

  /** Take note of the frame's verdict: it holds once two measurements agree. */
  judge() {
    if (this.past) return;
    const { head, evidence } = this.frame;
    const rests = ['paused', 'diverged'].includes(STATUS_NAMES[head.status]);
    this.steady.take(head.verdict, evidence, this.metrics.last?.[0] ?? -1, rests || VERDICTS[head.verdict] === 'diverged');
  }

  /** Whether the frame is one of the past. */
  get past() { return this.frame?.head.moment >= 0; }

  /** What the frame that is shown says, in numbers. */
  present() {
    const { head } = this.frame;
    const [row, measured] = [this.history, this.metrics]
      .map((kept) => (this.past ? kept.before(head.iteration) : kept.last));
    const gradient = gradientOf(this.frame.logits?.values, GAME_NAMES[head.game]);
    return {
      iteration: head.iteration,
      rate: head.rate,
      modes: head.modes,
      dim: head.dim,
      critic: head.score_kind === 1,
      dCost: row?.[1],
      gCost: row?.[2],
      dReal: row?.[3],
      dFake: row?.[4],
      covered: measured?.[1],
      captured: measured?.[2],
      quality: measured?.[3],
      js: measured?.[4],
      w1: measured?.[5],
      kl: measured?.[6],
      estimate: row && this.estimate ? ESTIMATES[this.estimate](row) : undefined,
      measured: measured?.[0] ?? -1,
      verdict: this.past ? head.verdict : this.steady.verdict,
      trust: this.trust(row, measured),
      sign: this.sign(),
      ...criticOf(this.frame),
      pull: head.arrow_scale,
      slope: gradient?.pull,
      effective: gradient?.effective,
      counted: gradient?.count,
      outside: shareOutside(this.frame.fake?.values ?? [], this.frame.fake?.shape[1]),
    };
  }

  numbers() {
    const now = this.present();
    const { words } = this;
    const put = (name, text) => {
      this.root.querySelectorAll(`[data-number="${name}"]`).forEach((node) => {
        const own = node.closest('.beside') === this.root.closest('.beside');
        if (own && node.textContent !== text) node.textContent = text;
      });
    };
    const of = (n, total) => words.say('of', { n: whole(n), total: whole(total) });
    put('iteration', whole(this.frame.head.clock ?? now.iteration)); // of two, whoever goes on
    const running = STATUS_NAMES[this.frame.head.status] === 'running';
    const rate = now.rate >= 10 ? whole(now.rate) : decimal(now.rate, 1);
    put('rate', running && now.rate >= 0.05 ? words.say('rate', { n: rate }) : '');
    put('d_cost', decimal(now.dCost));
    put('g_cost', decimal(now.gCost));
    put('d_real', decimal(now.dReal));
    put('d_fake', decimal(now.dFake));
    put('covered', now.modes ? of(now.covered, now.modes) : '–');
    put('captured', now.modes ? whole(now.captured) : '–');
    put('quality', Number.isFinite(now.quality) ? `${Math.round(100 * now.quality)} %` : '–');
    put('js', decimal(now.js, 3));
    put('w1', decimal(now.w1, 3));
    put('kl', decimal(now.kl, 3));
    const found = evidenceOf(this.frame.evidence);
    const way = ways(this.past ? this.looks.rows.filter(([at]) => at <= now.iteration) : this.looks.rows);
    put('hops', now.modes > 1 ? whole(found.all_hops[0]) : '–');
    put('visited', now.modes > 1 ? of(found.visited[0], now.modes) : '–');
    put('way', decimal(way.all, 1));
    put('way_recent', decimal(way.recent, 1));
    const { evidence } = this.past ? this.frame : this.steady;
    this.diagnosis.show(words, now.verdict, evidence);
    put('sign', decimal(now.sign));
    put('estimate', decimal(now.estimate, digitsOf(now.estimate)));
    put('steep', decimal(now.steep, digitsOf(now.steep)));
    put('on_bound', percentText(now.onBound));
    put('pull', words.say('pull', { n: decimal(this.frame.head.arrow_scale) }));
    put('slope', decimal(now.slope, 4));
    put('effective', now.counted ? words.say('of', { n: decimal(now.effective, now.effective < 10 ? 1 : 0), total: now.counted }) : '–');
    put('outside', now.outside >= 0.01 ? words.say('outside', { n: Math.round(100 * now.outside) }) : '');
    this.root.dataset.modes = now.modes ? 'some' : 'none';
    this.root.dataset.critic = now.critic ? 'yes' : 'no';
    this.describe(now);
  }

  describe(now) {
    const time = performance.now();
    clearTimeout(this.later);
    const status = this.past ? 'past' : STATUS_NAMES[this.frame.head.status];
    if (time - this.spokenAt < SPOKEN_EVERY && this.spoken === status) {
      // The last state must be told in the end, also when no frame follows.
      this.later = setTimeout(() => this.frame && this.describe(this.present()), SPOKEN_EVERY);
      return;
    }
    this.spokenAt = time;
    this.spoken = status;
    const said = this.words.summary({ ...now, status });
    this.canvas.setAttribute('aria-label', this.name ? `${this.name}: ${said}` : said);
  }

  /** Say that the run went on from a checkpoint, or was taken back to one. */
  tellRevival(head) {
    const key = STATUS_NAMES[head.status] === 'running' ? 'went_on' : 'went_back';
    this.tell(this.words.say(key, { iteration: whole(head.restored) }), NOTICE);
  }

  /** Say something beside the picture for a while. */
  tell(text, duration) {
    this.told = text;
    this.toldUntil = performance.now() + duration;
    this.live.textContent = text;
    clearTimeout(this.untold);
    this.untold = setTimeout(() => { if (this.frame) this.notes(); }, duration);
  }

  /** A quiet line in the corner of the picture: who has just moved. */
  notes(step) {
    const key = this.past ? 'past' : this.frame.head.half ? 'half' : STEP_NOTES[step];
    const said = performance.now() < this.toldUntil && !step ? this.told : '';
    const text = said || (key ? this.words.say(key, { n: whole(this.frame.head.iteration) }) : '');
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  /** The message over the picture, and what is spoken, when the state changes. */
  state(status, head) {
    if (!this.words) return;
    const blanks = { n: whole(head?.place || 1), iteration: whole(head?.iteration) };
    this.root.querySelector('.scene').dataset.own = status; // the first in a view: its own
    const back = status === 'diverged' && head.back >= 0;
    const where = ['paused', 'diverged'].includes(status) ? blanks.iteration : ''; // each single step
    const said = `${status} ${blanks.n} ${back} ${where}`;
    if (said === this.said) return;
    this.said = said;
    putMessage(this.message, this.words, status, head);
    // The past is told by the slider that the hand is on.
    if (this.past || !SPOKEN.includes(status)) this.live.textContent = performance.now() < this.toldUntil ? this.told : '';
    else if (this.frame && status === 'paused') {
      this.live.textContent = this.words.summary({ ...this.present(), status });
    } else this.live.textContent = this.message.textContent.trim();
    if (!head) this.canvas.setAttribute('aria-label', this.words.say('summary_starting'));
  }
}

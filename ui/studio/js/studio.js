/*
 * The digit studio on one piece of page: it takes frames from the line, draws the pictures, and what
 * is inside them as far as it is looked at, and acknowledges each frame once it is drawn.
 */
import { STATUS_NAMES } from '../../live/js/codec.js';
import { History } from '../../live/js/figures.js';
import { Goals } from '../../live/js/goals.js';
import { entryOf } from '../../live/js/held.js';
import { MESSAGES, putMessage } from '../../live/js/message.js';
import { Line } from '../../live/js/socket.js';
import { ScoreStrip, TimeStrip } from '../../live/js/strips.js';
import { readTheme } from '../../live/js/theme.js';
import { TimeSlider } from '../../live/js/time.js';
import { Transport } from '../../live/js/transport.js';
import { Words, decimal, whole } from '../../live/js/words.js';
import { Grid, readingText } from './grid.js';
import { Company, Layers, Walk } from './insides.js';
import { Picks } from './picking.js';
import { Sheet, inkShades } from './pixels.js';
import { Bars, floorsOf, measuredOf, percentOf } from './quality.js';

const NUMBERS_EVERY = 180; // ms
const VOICE_EVERY = 4000; // ms between two sentences for those who hear the page
const NOTICED = 6000; // ms for which it is said that the run went on from a checkpoint
const ASK_AGAIN = 1200; // ms after which a look that has not come is asked for again
const MOST_ASKS = 3;
const REALS_SHOWN = 32;
const REALS_IN_A_ROW = 16;
const ENABLED = { running: 'all', paused: 'all', diverged: 'reset' };
const STEPPED = { step: 'stepped', 'step-d': 'stepped_d', 'step-g': 'stepped_g' };
/** What stays as it was until a frame brings it anew. */
const KEPT = [
  'pictures', 'real_pictures', 'walk', 'layers', 'layer_shapes', 'company', 'company_change',
  'quality_floor', 'readings', 'shares', 'weights', 'histogram', 'look',
];

class StudioView {
  constructor(root) {
    this.root = root;
    this.words = new Words();
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    const find = (part) => root.querySelector(part);
    this.picks = new Picks();
    this.history = new History(7);
    this.quality = new History(7);
    this.kept = {};
    this.asks = 0;
    this.frames = 0;
    this.state = 'connecting';
    this.line = new Line({ frame: (frame) => this.receive(frame), state: (state) => this.lineState(state) });
    this.transport = new Transport(root, {
      command: (command) => this.command(command),
      pace: (pace) => this.line.send({ pace }),
      layer: () => {},
    }, signal);
    this.time = new TimeSlider(root, {
      moment: (moment) => this.line.send({ moment }),
      pause: () => { if (this.running) this.line.send({ do: 'pause' }); },
      branch: () => {},
    }, signal);
    this.goals = new Goals((ids) => this.reached?.(ids));
    this.grid = new Grid(root, {
      pick: (picture, which) => this.pick(picture, which),
      look: (picture) => this.lookAt(picture),
    }, signal);
    this.walk = new Walk(root, signal);
    this.layers = new Layers(root);
    this.company = new Company(root, () => this.other(), signal);
    this.bars = new Bars(find('.bars'));
    this.reals = new Sheet(find('[data-strip="reals"] canvas'));
    this.ends = Object.fromEntries(['a', 'b'].map((which) => [which, new Sheet(find(`[data-pick="${which}"] canvas`))]));
    [this.note, this.message, this.voice, this.reading] = ['.note', '.message', '.unseen', '.picks .reading'].map(find);
    const canvas = (name) => find(`[data-strip="${name}"] canvas`);
    const chart = (name) => find(`[data-chart="${name}"]`);
    this.strips = {
      costs: new TimeStrip(canvas('costs'), [{ column: 1, colour: 'real', style: 'dashed' }, { column: 2, colour: 'fake' }], [0, 1.5]),
      scores: new ScoreStrip(canvas('scores')),
      classes: new TimeStrip(chart('classes'), [{ column: 1, colour: 'ink', steps: true }], [0, 10]),
      confidence: new TimeStrip(chart('confidence'), [{ column: 2, colour: 'ink' }], [0, 1]),
      fid: new TimeStrip(chart('fid'), [{ column: 4, colour: 'w1' }], [0, 1]),
      count: new TimeStrip(chart('count'), [{ column: 6, colour: 'ink' }], [0, 1]),
    };
    this.sizes = new ResizeObserver(() => this.resize());
    [root, ...root.querySelectorAll('.strips canvas, .board, .within')].forEach((node) => this.sizes.observe(node));
    root.querySelectorAll('[data-act]').forEach((button) => button.addEventListener('click', () => {
      if (button.dataset.act === 'reload') window.location.reload();
      else this.command(button.dataset.act);
    }, { signal }));
    this.tabs = [...root.querySelectorAll('[role="tab"]')];
    this.tabs.forEach((tab) => {
      tab.addEventListener('click', () => this.open(tab.dataset.tab), { signal });
      tab.addEventListener('keydown', (event) => this.tabKey(event), { signal });
    });
    root.querySelectorAll('[data-pick]').forEach((button) => button.addEventListener('click', () => {
      this.picks.next = button.dataset.pick;
      this.showPicks();
    }, { signal }));
    this.transport.enable('none');
  }

  get running() { return STATUS_NAMES[this.head?.status] === 'running'; }

  get past() { return this.head?.moment >= 0; }

  // -- what the page says

  apply(data) {
    this.data = data;
    this.words = new Words(data.words);
    this.words.fill(this.root);
    this.root.dataset.projector = data.projector ? 'on' : 'off';
    this.root.dataset.classes = data.classes.length ? 'some' : 'none';
    this.root.dataset.labelled = data.labelled ? 'yes' : 'no';
    this.theme = readTheme(this.root);
    this.shades = { fake: inkShades(this.theme, this.theme.fake), real: inkShades(this.theme, this.theme.real) };
    this.grid.dress(this.words, data.classes, data.labelled);
    this.layers.dress(this.words, this.theme, data.stages);
    this.company.dress(this.words, this.theme, data.rows, data.own);
    this.bars.dress(this.words, data.classes);
    this.time.dress(this.words, false);
    this.reached = data.reached;
    this.goals.aim(data.goals, this.head?.iteration ?? 0);
    this.line.connect(data.socket, data.rate);
    this.said = undefined;
    this.resize();
    this.tell();
  }

  // -- what the hand does

  command(command) {
    if (this.time.away) this.time.now();
    if (this.line.send({ do: command })) this.asked = command;
  }

  pick(picture, which) {
    this.picks.pick(picture, which);
    this.askAnew();
    this.showPicks();
  }

  /** The next draw of neighbours. */
  other() {
    this.picks.redraw();
    this.askAnew();
  }

  askAnew() {
    this.asks = 0;
    this.ask();
  }

  /** Ask for what is picked, unless it is there or on its way; not for ever. */
  ask() {
    const now = performance.now();
    if (!this.kept.look || this.picks.shownBy(this.kept.look.values) || this.asks >= MOST_ASKS) return;
    if (this.asks && now - this.askedAt < ASK_AGAIN) return;
    if (!this.line.send({ look: this.picks.look })) return;
    this.asks += 1;
    this.askedAt = now;
  }

  /** Say what a picture was read as: for the mouse, the keyboard and the finger alike. */
  lookAt(picture) {
    this.looked = picture;
    this.grid.place = Math.max(0, this.grid.order?.indexOf(picture) ?? 0);
    this.tellReading();
    this.wake();
  }

  tellReading() {
    const { words } = this;
    const first = this.looked ?? this.picks.a;
    const read = this.data?.classes.length ? this.readingOf(first) || words.say('unread') : '';
    const text = this.kept.pictures ? [words.say('picture', { n: first + 1 }), read].filter(Boolean).join(': ') : '';
    if (this.reading.textContent !== text) this.reading.textContent = text;
  }

  readingOf(picture, key) { return readingText(this.words, this.data?.classes ?? [], this.readings[picture], key); }

  /** Class and confidence of each picture. */
  get readings() {
    const section = this.kept.readings;
    return Array.from({ length: section?.shape[0] ?? 0 }, (_, i) => [section.values[2 * i], section.values[2 * i + 1]]);
  }

  open(name) {
    this.root.dataset.tab = name;
    this.tabs.forEach((tab) => {
      const on = tab.dataset.tab === name;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    });
    this.root.querySelectorAll('[data-panel]').forEach((panel) => { panel.hidden = panel.dataset.panel !== name; });
    this.picks.among = name === 'company';
    this.askAnew();
    this.drawInside();
  }

  tabKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this.tabs.indexOf(event.currentTarget) + step;
    const tab = this.tabs[(at + this.tabs.length) % this.tabs.length];
    this.open(tab.dataset.tab);
    tab.focus();
  }

  // -- frames

  lineState(state) {
    if (state === 'connecting') this.forget();
    this.fresh = true; // the first message of a socket brings the whole past
    this.time.clear();
    this.state = state;
    this.tell();
  }

  forget() {
    this.pending = this.head = undefined;
    this.kept = {};
    this.forgetPast();
    this.wake();
  }

  forgetPast() {
    this.history.clear();
    this.quality.clear();
    Object.values(this.strips).forEach((strip) => strip.clear());
  }

  receive(frame) {
    this.pending = frame;
    this.wake();
  }

  wake() { this.request ??= requestAnimationFrame(() => this.tick()); }

  tick() {
    this.request = undefined;
    const frame = this.pending;
    this.pending = undefined;
    if (frame) this.take(frame);
    this.draw();
    if (!frame) return;
    const { head } = frame;
    this.frames += 1;
    Object.assign(this.root.dataset, {
      step: head.iteration, epoch: head.epoch, frames: this.frames, lives: head.lives, restored: head.restored,
      moment: head.moment, look: Array.from(this.kept.look?.values ?? []).join(),
    });
    this.line.send({ ack: head.seq });
  }

  take(frame) {
    const { head } = frame;
    const another = head.epoch !== this.head?.epoch;
    const revived = !another && head.lives > this.head?.lives;
    if (another || revived || this.fresh) this.forgetPast();
    if (another) {
      this.asks = 0;
      this.goals.restart();
      this.time.clear();
      const { real_pictures: reals, weights } = this.kept;
      this.kept = { real_pictures: reals, weights };
    }
    if (frame.history) this.history.add(frame.history.values);
    if (frame.quality) this.quality.add(frame.quality.values);
    // Kept by copy: a view of one small section would hold its whole message.
    KEPT.forEach((name) => { if (frame[name]) this.kept[name] = { shape: frame[name].shape, values: frame[name].values.slice() }; });
    this.head = head;
    this.fresh = false;
    if (revived) this.notice(head);
    this.time.take(frame);
    this.picks.heed(this.kept.look?.values);
    if (frame.readings) this.picks.suggest(this.readings);
    this.picks.within(this.kept.pictures?.shape[0]);
    this.ask();
    if (this.goals.open && head.moment < 0) this.goals.look(this.present());
    this.tell();
    this.later();
  }

  notice({ status, restored }) {
    const key = STATUS_NAMES[status] === 'running' ? 'went_on' : 'went_back';
    this.noticed = this.words.say(key, { iteration: whole(restored) });
    this.noticedUntil = performance.now() + NOTICED;
  }

  // -- drawing

  draw() {
    if (!this.theme) return;
    const { kept, shades } = this;
    this.grid.draw(kept.pictures, shades.fake, this.picks, this.readings);
    const reals = kept.real_pictures;
    const few = Math.min(REALS_SHOWN, reals?.shape[0] ?? 0);
    if (few && this.realsDrawn !== reals) {
      this.reals.draw(reals, Array.from({ length: few }, (_, i) => i), REALS_IN_A_ROW, shades.real);
      this.realsDrawn = reals;
    }
    Object.entries(this.ends).forEach(([which, sheet]) => {
      if (kept.pictures) sheet.draw(kept.pictures, [this.picks[which]], 1, shades.fake);
    });
    this.drawInside();
  }

  drawInside() {
    const { kept, shades, words } = this;
    if (!this.theme) return;
    if (this.root.dataset.tab === 'walk') this.walk.draw(kept.walk, words, shades.fake);
    else if (this.root.dataset.tab === 'layers') this.layers.draw(kept.layers, kept.layer_shapes);
    else this.company.draw(kept.company, kept.company_change, shades.fake);
  }

  /** Charts and numbers, now or soon. */
  later() {
    clearTimeout(this.late);
    const wait = (this.refreshedAt ?? -Infinity) + NUMBERS_EVERY - performance.now();
    if (wait <= 0) this.refresh();
    else this.late = setTimeout(() => this.refresh(), wait);
  }

  refresh() {
    this.refreshedAt = performance.now();
    this.chart();
    this.numbers();
  }

  chart() {
    const { theme, words, strips, kept } = this;
    if (!theme) return;
    const head = this.head ?? { iteration: 0, score_low: 0, score_high: 1 };
    const axis = words.say('axis_iterations');
    const floors = floorsOf(kept.quality_floor);
    const present = Math.max(head.iteration, this.history.last?.[0] ?? 0);
    Object.values(strips).forEach((strip) => { strip.cursor = this.past ? head.iteration : NaN; });
    strips.costs.draw(theme, this.history.rows, present, axis);
    strips.scores.draw(theme, kept.histogram, head, words.say(head.score_kind ? 'axis_score' : 'axis_probability'));
    const { rows } = this.quality;
    ['confidence', 'classes', 'fid', 'count'].forEach((name) => {
      strips[name].draw(theme, rows, present, words.say(`axis_${name}`), floors[name]);
    });
    this.bars.draw(kept.shares?.values, kept.weights?.values);
  }

  /** What the frame that is shown says, in numbers. */
  present() {
    const { head, kept } = this;
    const [row, measured] = [this.history, this.quality]
      .map((rows) => (this.past ? rows.before(head.iteration) : rows.last));
    return {
      ...measuredOf(measured),
      change: kept.company_change?.values[0], // of the same latent among other neighbours, in training
      iteration: head.iteration,
      measured: measured?.[0] ?? -1,
      dCost: row?.[1],
      gCost: row?.[2],
      dReal: row?.[3],
      dFake: row?.[4],
    };
  }

  numbers() {
    if (!this.head) return;
    const now = this.present();
    const { words, head } = this;
    const put = (name, text) => {
      const node = this.root.querySelector(`[data-number="${name}"]`);
      if (node.textContent !== text) node.textContent = text;
    };
    const rate = head.rate >= 10 ? whole(head.rate) : decimal(head.rate, 1);
    put('iteration', whole(now.iteration));
    put('rate', this.running && head.rate >= 0.05 ? words.say('rate', { n: rate }) : '');
    put('d_cost', decimal(now.dCost));
    put('g_cost', decimal(now.gCost));
    put('d_real', decimal(now.dReal));
    put('d_fake', decimal(now.dFake));
    put('confidence', percentOf(now.confidence));
    put('classes', Number.isFinite(now.classes)
      ? words.say('of', { n: whole(now.classes), total: whole(this.data.classes.length) }) : '–');
    put('fid', decimal(now.fid, now.fid < 10 ? 2 : 1));
    put('labels', percentOf(now.labels));
    put('count', percentOf(now.count));
    this.root.dataset.critic = head.score_kind === 1 ? 'yes' : 'no';
    this.grid.tell(this.readings, this.picks);
    this.showPicks();
    this.speak(now);
  }

  showPicks() {
    const { words, picks } = this;
    this.grid.mark(picks);
    ['a', 'b'].forEach((which) => {
      const button = this.root.querySelector(`[data-pick="${which}"]`);
      const text = this.readingOf(picks[which], 'read_short') || words.say('picture', { n: picks[which] + 1 });
      const said = button.querySelector('.says');
      if (said.textContent !== text) said.textContent = text;
      button.setAttribute('aria-pressed', String(picks.next === which));
      button.setAttribute('aria-label', words.say('pick_said', { name: which.toUpperCase(), text }));
    });
    this.tellReading();
  }

  // -- words

  tell() {
    const run = this.head ? STATUS_NAMES[this.head.status] : 'starting';
    const status = ['open', 'connecting'].includes(this.state) ? run : this.state;
    this.root.dataset.status = status;
    if (status !== 'recovering') { // what is pressed meanwhile is heard afterwards
      this.transport.update(this.words, run, this.head?.pace);
      this.transport.enable(ENABLED[status] ?? 'none');
    }
    this.notes(run);
    const said = [status, this.head?.place, this.head?.back >= 0].join();
    if (said === this.said) return;
    this.said = said;
    putMessage(this.message, this.words, status, this.head);
    if (MESSAGES.includes(status)) this.voice.textContent = this.message.textContent.trim();
  }

  /** A quiet line in the corner of the picture: who has just moved, or what is looked at. */
  notes(run) {
    const stepped = run === 'paused' ? STEPPED[this.asked] : '';
    const key = this.past ? 'past' : this.head?.half ? 'half' : stepped;
    const noticed = performance.now() < this.noticedUntil ? this.noticed : '';
    const text = noticed || (key ? this.words.say(key, { n: whole(this.head.iteration) }) : '');
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  /** The state in words, for those who hear the page; not too often. */
  speak(now) {
    const { words } = this;
    const key = this.past ? 'past' : STATUS_NAMES[this.head.status];
    const parts = [words.say(`summary_${key}`, { n: whole(now.iteration) })];
    if (Number.isFinite(now.confidence)) {
      parts.push(words.say('summary_quality', {
        n: decimal(100 * now.confidence, 0), classes: whole(now.classes), total: whole(this.data.classes.length),
      }));
    }
    if (Number.isFinite(now.count)) parts.push(words.say('summary_count', { n: decimal(100 * now.count, 0) }));
    const text = parts.join(' ');
    this.grid.cells.setAttribute('aria-label', words.say('grid', { text }));
    const due = performance.now() - (this.spokenAt ?? -VOICE_EVERY) >= VOICE_EVERY;
    if (key !== 'paused' || !due || this.voice.textContent === text) return;
    this.spokenAt = performance.now();
    this.voice.textContent = text;
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    Object.values(this.strips).forEach((strip) => strip.resize(ratio));
    this.realsDrawn = undefined;
    this.chart();
    this.wake();
  }

  close() {
    this.line.drop();
    this.stopper.abort();
    this.sizes.disconnect();
    this.transport.release();
    clearTimeout(this.late);
    cancelAnimationFrame(this.request);
  }
}

export default entryOf('.gan-studio', StudioView);

/*
 * The model overview beside the picture: the loop z → G → fakes, data → D → both costs → gradients
 * back, with small live pictures and the numbers of the very step. In slow motion, or one by one, its
 * stages light up, and only with the last of them the large picture goes on. While it is closed it
 * passes every frame on and draws nothing.
 */
import { STATUS_NAMES } from './codec.js';
import { Stages, lightsOf, stageTime } from './stages.js';
import { Thumb, drawJudgement, drawLatents, drawSamples, drawSays, drawShares } from './thumbs.js';
import { Ways } from './ways.js';
import { decimal, whole } from './words.js';

const OVERVIEW_EVERY = 180; // ms; faster numbers cannot be read
const KEPT = ['real', 'fake', 'field', 'batch_z', 'histogram']; // of earlier frames, where one brings nothing new

export class Overview {
  /**
   * @param {HTMLElement} root
   * @param {{show: function(Object[]), command: function(string)}} to
   *   shows frames that have waited, and sends a command
   */
  constructor(root, to, signal) {
    this.root = root;
    this.to = to;
    this.find = (what) => root.querySelector(`.inside ${what}`);
    this.map = this.find('.map');
    this.stations = Object.fromEntries([...this.map.querySelectorAll('[data-station]')]
      .map((node) => [node.dataset.station, node]));
    this.ways = new Ways(this.find('.ways'));
    const thumb = (station, what = 'canvas') => new Thumb(this.stations[station].querySelector(what));
    this.thumbs = {
      z: thumb('z'), fake: thumb('fake'), real: thumb('real'), field: thumb('d', '.field'), says: thumb('d', '.says'),
    };
    this.stages = new Stages();
    this.seen = {};
    this.buttons = [...root.querySelectorAll('[data-side-view]')];
    this.buttons.forEach((button) => {
      button.addEventListener('click', () => this.choose(button.dataset.sideView), { signal });
    });
    this.sizes = new ResizeObserver(() => this.resize());
    // The words at a station may change its place.
    [this.map, ...Object.values(this.stations)].forEach((node) => this.sizes.observe(node));
    this.choose('charts');
  }

  /** Show the charts or this diagram. */
  choose(side) {
    this.root.dataset.side = side;
    this.buttons.forEach((button) => {
      button.setAttribute('aria-pressed', String(button.dataset.sideView === side));
    });
    if (!this.open) this.finish();
    this.resize();
  }

  get open() {
    const { side, layout } = this.root.dataset;
    return side === 'inside' && !['home', 'pair'].includes(layout);
  }

  dress(theme, words) {
    this.theme = theme;
    this.words = words;
    this.listed = '';
    this.draw();
  }

  /** Forget the run. */
  clear() {
    clearTimeout(this.timer);
    this.stages.clear();
    this.seen = {};
    this.row = this.wish = undefined;
    this.draw();
  }

  // -- frames

  /** Take a frame on its way to the picture; returns those that may be shown now. */
  pass(frame, fresh) {
    const { stages } = this;
    if (fresh) stages.clear(); // the first frame of a line brings all that was waiting
    const { half } = stages;
    const running = STATUS_NAMES[frame.head.status] === 'running';
    const time = running ? stageTime(frame.head.pace, frame.trace?.shape[0]) : 0;
    const ready = stages.offer(frame, fresh || !this.open || (running && !time));
    if (!running || stages.half !== half) clearTimeout(this.timer);
    if (time && stages.open && stages.half !== half) this.lightEvery(time);
    if (this.wish && STATUS_NAMES[frame.head.status] === 'paused') {
      this.wish = false;
      if (!stages.open) this.to.command('step-half'); // the run rests: its next half can be played
    }
    if (stages.open) this.draw();
    return ready;
  }

  /** Light the stages of this half by themselves. */
  lightEvery(time) {
    this.timer = setTimeout(() => {
      this.light();
      if (this.stages.open) this.lightEvery(time);
    }, time);
  }

  light() {
    const ready = this.stages.next();
    if (ready.length) this.to.show(ready);
    this.draw();
  }

  /** Note a frame that the picture shows, with the last row of its history. */
  shown(frame, row) {
    KEPT.forEach((name) => { if (frame[name]) this.seen[name] = frame[name]; });
    this.seen.head = frame.head;
    this.row = row;
    if (!this.open) return;
    clearTimeout(this.late);
    const wait = (this.drawn ?? -Infinity) + OVERVIEW_EVERY - performance.now();
    if (this.stages.now || wait <= 0) this.draw();
    else this.late = setTimeout(() => this.draw(), wait);
  }

  // -- what the student does

  /** Light the next stage; where none is left, let the next half be played. */
  next(running) {
    clearTimeout(this.timer);
    if (running) {
      this.wish = !this.stages.open;
      this.to.command('pause');
    }
    if (this.stages.open) this.light();
    else if (!running) this.to.command('step-half');
  }

  /** Show the rest at once, because something else was asked for. */
  finish() {
    clearTimeout(this.timer);
    this.wish = false;
    const ready = this.stages.finish();
    if (ready.length) this.to.show(ready);
    this.draw();
  }

  // -- drawing

  resize() {
    if (!this.open || !this.map.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    Object.values(this.thumbs).forEach((thumb) => thumb.resize(ratio));
    const origin = this.map.getBoundingClientRect();
    const scale = origin.width / this.map.offsetWidth || 1; // of a projector's zoom
    this.ways.draw(Object.fromEntries(Object.entries(this.stations).map(([name, node]) => {
      const box = node.querySelector('.box').getBoundingClientRect();
      return [name, {
        x: (box.x - origin.x) / scale, y: (box.y - origin.y) / scale, width: box.width / scale, height: box.height / scale,
      }];
    })));
    this.draw();
  }

  draw() {
    if (!this.open || !this.theme) return;
    this.drawn = performance.now();
    const { now } = this.stages;
    const { stations, ways } = lightsOf(now?.name);
    Object.entries(this.stations).forEach(([name, node]) => {
      node.classList.toggle('lit', stations.includes(name));
      node.dataset.tag = stations.includes(name) ? this.stages.lit + 1 : '';
    });
    this.ways.light(ways);
    this.root.dataset.stage = now?.name ?? '';
    this.drawThumbs();
    this.numbers();
    this.tell();
  }

  drawThumbs() {
    const { thumbs, theme, seen, stages } = this;
    const batch = stages.frame ?? {};
    const made = !stages.awaits('generate');
    drawLatents(thumbs.z, theme, batch.batch_z ?? seen.batch_z);
    drawSamples(thumbs.real, theme, 'circles', seen.real, batch.batch_real);
    drawSamples(thumbs.fake, theme, 'triangles', seen.fake, made ? batch.batch_fake : undefined);
    drawJudgement(thumbs.field, theme, seen.field);
    const judged = stages.found('classify_d') ?? stages.found('classify_g');
    if (judged && batch.batch_scores) drawSays(thumbs.says, theme, batch.batch_scores, seen.head ?? batch.head);
    else drawShares(thumbs.says, theme, seen.histogram);
  }

  /** The numbers at the stations: of this half once their stage is lit, before it those of the last. */
  numbers() {
    const { stages } = this;
    const [, dCost, gCost, dReal, dFake, , gradient] = this.row ?? [];
    const of = (name, at) => stages.found(name)?.numbers[at];
    const judged = stages.found('classify_g') ?? stages.found('classify_d');
    const put = (name, value, stage) => {
      const node = this.find(`[data-inside="${name}"]`);
      const text = typeof value === 'string' ? value : decimal(value, name.startsWith('gradient') ? 3 : 2);
      if (node.textContent !== text) node.textContent = text;
      node.classList.toggle('old', Boolean(stage) && stages.awaits(stage));
    };
    put('d_real', of('classify_d', 0) ?? dReal, 'classify_d');
    put('d_fake', judged?.numbers[1] ?? dFake, stages.awaits('classify_d') ? 'classify_d' : 'classify_g');
    put('cost_d', of('cost_d', 0) ?? dCost, 'cost_d');
    put('cost_g', of('cost_g', 0) ?? gCost, 'cost_g');
    put('gradient_d', of('gradient_d', 0), 'gradient_d');
    put('gradient_g', of('gradient_g', 0) ?? gradient, 'gradient_g');
    const moved = (share) => (Number.isFinite(share) ? this.words.say('station_moved', { share: decimal(100 * share) }) : '');
    put('moved_d', stages.awaits('update_d') ? '' : moved(of('update_d', 1) ?? of('mislead', 1)));
    put('moved_g', stages.awaits('update_g') ? '' : moved(of('update_g', 1)));
  }

  /** Where we are, the stages of this round, and the sentence of the one that is lit. */
  tell() {
    const { stages, words } = this;
    const { head } = stages.frame ?? {};
    const half = head && words.say(head.half ? 'stage_first_half' : 'stage_second_half', {
      n: whole(head.iteration + head.half),
    });
    const { rounds } = stages;
    const round = rounds > 1 && stages.now
      ? words.say('stage_round', { n: stages.now.round + 1, total: rounds }) : '';
    this.put(this.find('[data-inside="where"]'), [half, round].filter(Boolean).join(' · '));
    this.put(this.find('.sentence'), stages.now ? words.say(...this.sentence(stages.now)) : words.say('stage_none'));
    const list = this.find('ol');
    const items = stages.round.map((stage) => [stage, this.short(stage)]);
    const text = JSON.stringify([stages.half, stages.lit, items]);
    if (text === this.listed) return;
    this.listed = text;
    list.replaceChildren(...items.map(([stage, numbers]) => this.item(stage, numbers)));
    this.rows = Math.max(this.rows ?? 0, Math.ceil(items.length / 2)); // it grows but never shrinks
    list.style.setProperty('--rows', Math.max(3, this.rows));
  }

  item(stage, numbers) {
    const { lit } = this.stages;
    const item = document.createElement('li');
    item.dataset.stage = stage.name;
    item.dataset.lit = { '-1': 'past', 0: 'now', 1: 'next' }[Math.sign(stage.place - lit)];
    if (stage.place === lit) item.setAttribute('aria-current', 'step');
    const [name, value] = [document.createElement('span'), document.createElement('b')];
    name.textContent = this.words.say(`stage_${stage.name}`);
    value.textContent = stage.place <= lit ? numbers : '';
    item.append(name, value);
    return item;
  }

  put(node, text) { if (node.textContent !== text) node.textContent = text; }

  /** A stage in numbers alone. */
  short({ name, kind, numbers: [a, b] }) {
    if (kind === 'sample' || kind === 'generate' || kind === 'unroll') return whole(a);
    if (kind === 'update' || kind === 'mislead') return `${decimal(100 * b)} %`;
    if (name === 'classify_d' || kind.endsWith('ahead') || kind.endsWith('back')) return `${decimal(a)} · ${decimal(b)}`;
    return kind === 'classify' ? decimal(b) : decimal(a, kind === 'gradient' ? 3 : 2);
  }

  /** The key of a stage's sentence, and its blanks. */
  sentence({ name, kind, numbers: [a, b, c] }) {
    const critic = this.stages.frame.head.score_kind === 1;
    switch (kind) {
      case 'sample': return ['says_sample', { n: whole(a), dim: whole(b) }];
      case 'generate': return ['says_generate', { n: whole(a) }];
      case 'classify': return [`says_${name}${critic ? '_critic' : ''}`, { real: decimal(a), fake: decimal(b) }];
      case 'cost': return [c > 0 ? 'says_cost_d_penalty' : `says_${name}`, { cost: decimal(a), penalty: decimal(c) }];
      case 'gradient': return [`says_${name}`, { norm: decimal(a, 3) }];
      case 'update': case 'mislead':
        return [`says_${name}`, { change: decimal(a, 3), share: decimal(100 * b) }];
      case 'unroll':
        return ['says_unroll', { n: whole(a), change: decimal(b, 3), share: decimal(100 * c) }];
      default: return [`says_${name}`, { d: decimal(a, 3), g: decimal(b, 3) }];
    }
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.late);
    this.sizes.disconnect();
  }
}

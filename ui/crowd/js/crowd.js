/*
 * Many seeds at once: a strip of small live pictures, or two of them, before and after, with the
 * outcome counted. It takes frames from a line of its own and acknowledges each once it is drawn.
 */
import { STATUS_NAMES } from '../../live/js/codec.js';
import { Line } from '../../live/js/socket.js';
import { readTheme } from '../../live/js/theme.js';
import { PACES, paceIndex } from '../../live/js/transport.js';
import { Words, decimal, whole } from '../../live/js/words.js';
import {
  factsOf, meanCovered, membersOf, putText, sayCount, verdictName, verdictShape,
} from './counting.js';
import { MemberPicture, Tile } from './tiles.js';

const HUSH = 4000; // ms between two sentences for those who hear the page
const HELD = 800; // ms for which a hand on the slider is not contradicted
const LEFT = 60; // ms
const QUIET = ['running', 'paused']; // states that need no words of their own
const crowds = new WeakMap();

class CrowdView {
  constructor(root) {
    this.root = root;
    this.words = new Words();
    this.rows = [];
    this.frames = 0;
    this.lineSays = 'connecting';
    this.chosen = 0;
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    this.line = new Line({ frame: (frame) => this.receive(frame), state: (state) => this.lineState(state) });
    [this.place, this.detail, this.state, this.voice, this.slider] = ['.rows', '.detail', '.state', '.unseen', '[data-pace]']
      .map((part) => root.querySelector(part));
    this.large = new MemberPicture(this.detail.querySelector('canvas'));
    this.sizes = new ResizeObserver(() => this.resize());
    this.slider.max = PACES.length - 1;
    const on = (node, type, act) => node.addEventListener(type, act, { signal });
    root.querySelectorAll('[data-do]').forEach((button) => on(button, 'click', () => this.press(button.dataset.do)));
    on(this.slider, 'input', () => {
      this.touched = performance.now();
      const pace = PACES[Number(this.slider.value)];
      this.tellPace(pace);
      this.line.send({ pace });
    });
    on(this.detail.querySelector('.open'), 'click', () => this.openSeed());
    on(this.place, 'keydown', (event) => this.walk(event));
  }

  get tiles() { return this.rows.flatMap((row) => row.tiles); }

  get running() { return STATUS_NAMES[this.head?.status] === 'running'; }

  // -- what the page says

  apply(data) {
    this.open = data.open;
    this.data = data;
    this.words = new Words(data.words);
    this.words.fill(this.root);
    this.root.dataset.projector = data.projector ? 'on' : 'off';
    this.theme = readTheme(this.root);
    const shape = JSON.stringify([data.seeds, data.titles]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(data.seeds, data.titles);
    }
    this.line.connect(data.socket, data.rate);
    this.resize();
    this.tell();
    this.wake();
  }

  build(seeds, titles) {
    this.sizes.disconnect();
    this.rows = titles.map((title, r) => {
      const node = document.createElement('section');
      node.innerHTML = '<header><p class="title"></p><p class="count"></p><p class="mean"></p></header><div class="tiles" role="group"></div>';
      const tiles = Array.from({ length: seeds }, (_, i) => new Tile(() => this.choose(r * seeds + i)));
      const group = node.querySelector('.tiles');
      group.append(...tiles.map((tile) => tile.node));
      group.setAttribute('aria-label', [title, this.words.say('strip')].filter(Boolean).join(': '));
      const heading = node.querySelector('.title');
      heading.textContent = title;
      heading.hidden = !title;
      tiles.forEach((tile) => this.sizes.observe(tile.node));
      return { node, tiles, title, count: node.querySelector('.count'), mean: node.querySelector('.mean') };
    });
    this.place.replaceChildren(...this.rows.map((row) => row.node));
    this.sizes.observe(this.detail);
    this.choose(Math.min(this.chosen, seeds * titles.length - 1));
  }

  // -- what the hand does

  press(command) {
    this.line.send({ do: command === 'toggle' ? (this.running ? 'pause' : 'play') : command });
  }

  choose(i) {
    this.chosen = i;
    this.tiles.forEach(({ node }, k) => {
      node.setAttribute('aria-pressed', String(k === i));
      node.tabIndex = k === i ? 0 : -1;
    });
    this.wake();
  }

  /** Arrow keys walk from tile to tile. */
  walk(event) {
    const { tiles } = this;
    const seeds = this.data.seeds;
    const step = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -seeds, ArrowDown: seeds, Home: -this.chosen, End: tiles.length - 1 - this.chosen,
    }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    tiles[this.chosen + step]?.node.focus();
  }

  openSeed() {
    const { seeds } = this.data;
    const member = this.members?.[this.chosen];
    if (member) this.open({ seed: member.seed, row: Math.floor(this.chosen / seeds) });
  }

  tellPace(pace) {
    const [key, n] = pace >= 1 ? ['pace_value', pace] : ['pace_slow', 1 / pace];
    const text = this.words.say(pace > 0 ? key : 'pace_all', { n: Math.round(n * 10) / 10 });
    this.slider.nextElementSibling.textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
  }

  // -- frames

  lineState(state) {
    this.lineSays = state;
    if (state === 'connecting') {
      this.pending = this.head = this.members = this.real = this.points = undefined;
      this.wake();
    }
    this.tell();
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
    this.frames += 1;
    Object.assign(this.root.dataset, {
      frames: this.frames, step: frame.head.iteration, epoch: frame.head.epoch, lives: frame.head.lives,
    });
    this.line.send({ ack: frame.head.seq });
  }

  take(frame) {
    const { head } = frame;
    if (head.epoch !== this.head?.epoch) this.tiles.forEach((tile) => tile.steady.clear());
    this.head = head;
    if (frame.real) this.real = { shape: frame.real.shape, values: frame.real.values.slice() };
    this.points = frame.crowd;
    const found = membersOf(frame.crowd_numbers);
    this.members = found.length === this.tiles.length ? found : undefined;
    this.tell();
  }

  fakes(i) {
    if (!this.points || !this.members) return undefined;
    const [, count, dim] = this.points.shape;
    return { dim, values: this.points.values.subarray(i * count * dim, (i + 1) * count * dim) };
  }

  draw() {
    if (!this.theme) return;
    this.tiles.forEach((tile, i) => tile.picture.draw(this.theme, this.real, this.fakes(i)));
    this.large.draw(this.theme, this.real, this.fakes(this.chosen));
    this.explain();
  }

  // -- words

  /** Say the state, the numbers and the count. */
  tell() {
    const run = this.head ? STATUS_NAMES[this.head.status] : 'starting';
    const status = ['open', 'connecting'].includes(this.lineSays) ? run : this.lineSays;
    this.root.dataset.status = status;
    const rests = ['paused', 'diverged'].includes(status);
    const { members, head } = this;
    this.controls(status);
    this.state.hidden = QUIET.includes(status);
    const said = QUIET.includes(status) ? '' : this.words.say(status, { n: whole(head?.place || 1) });
    putText(this.state, said);
    this.root.querySelector('[data-step]').textContent = whole(head?.iteration ?? 0);
    if (!members) return;
    const sentences = this.rows.map((row, r) => {
      const own = members.slice(r * row.tiles.length, (r + 1) * row.tiles.length);
      const verdicts = row.tiles.map((tile, i) => tile.judge(own[i], rests));
      row.tiles.forEach((tile, i) => tile.tell(this.words, own[i], verdicts[i], head.modes));
      const count = sayCount(this.words, verdicts);
      putText(row.count, count);
      const mean = meanCovered(own);
      row.mean.textContent = Number.isFinite(mean)
        ? this.words.say('mean', { n: decimal(mean, 1), total: whole(head.modes) }) : '';
      return row.title ? `${row.title}: ${count}` : count;
    });
    this.speak(sentences.join('. '));
  }

  controls(status) {
    const acts = { running: 'all', paused: 'all', diverged: 'reset' }[status];
    if (status !== 'recovering') {
      this.root.querySelectorAll('[data-do], [data-pace]').forEach((node) => {
        node.disabled = acts !== 'all' && acts !== node.dataset.do;
      });
    }
    const button = this.root.querySelector('[data-do="toggle"]');
    button.dataset.icon = status === 'running' ? 'pause' : 'play';
    button.querySelector('span').textContent = this.words.say(status === 'running' ? 'pause' : 'play');
    if (this.head && !(performance.now() - this.touched < HELD)) {
      this.slider.value = String(paceIndex(this.head.pace));
      this.tellPace(this.head.pace);
    }
    this.detail.querySelector('.open').disabled = !this.members;
  }

  /** Say the count to those who hear the page, when it has changed and not too often. */
  speak(text) {
    clearTimeout(this.later);
    if (text === this.voice.textContent) return;
    const wait = (this.spokenAt ?? -HUSH) + HUSH - performance.now();
    if (wait > 0) {
      this.later = setTimeout(() => this.speak(text), wait);
      return;
    }
    this.spokenAt = performance.now();
    this.voice.textContent = text;
  }

  /** What is known of the chosen member, beside its larger picture. */
  explain() {
    const member = this.members?.[this.chosen];
    const row = this.rows[Math.floor(this.chosen / (this.data?.seeds ?? 1))];
    const title = [row?.title, member && this.words.say('seed', { n: member.seed })].filter(Boolean).join(' · ');
    putText(this.detail.querySelector('.title'), title);
    const verdict = member ? verdictName(this.tiles[this.chosen].steady.verdict) : 'unknown';
    putText(this.detail.querySelector('.verdict b'), this.words.say(`verdict_${verdict}`));
    this.detail.querySelector('path').setAttribute('d', verdictShape(verdict));
    this.detail.dataset.verdict = verdict;
    const facts = member ? factsOf(this.words, member, this.head.modes) : [];
    const list = this.detail.querySelector('dl');
    const keys = String(facts.map(([key]) => key)) + this.words.say('modes');
    if (list.dataset.keys !== keys) {
      list.dataset.keys = keys;
      list.replaceChildren(...facts.flatMap(([key]) => {
        const [term, value] = ['dt', 'dd'].map((name) => document.createElement(name));
        term.textContent = this.words.say(key);
        return [term, value];
      }));
    }
    list.querySelectorAll('dd').forEach((node, i) => putText(node, facts[i][1]));
    const canvas = this.detail.querySelector('canvas');
    const label = this.tiles[this.chosen]?.node.getAttribute('aria-label') ?? '';
    if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    [...this.tiles.map((tile) => tile.picture), this.large].forEach((picture) => picture.resize(ratio));
    this.wake();
  }

  close() {
    this.closed = true;
    this.line.drop();
    this.stopper.abort();
    this.sizes.disconnect();
    clearTimeout(this.later);
    cancelAnimationFrame(this.request);
  }
}

/* As for the live view: one per place on the page, closed when the newest call's cleanup stands. */
export default function ganCrowd({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.gan-crowd');
  let view = crowds.get(parentElement);
  if (!view || view.closed || view.root !== root) {
    view?.close();
    view = new CrowdView(root);
    view.calls = 0;
    crowds.set(parentElement, view);
  }
  view.calls += 1;
  const call = view.calls;
  view.apply({ ...data, open: (wanted) => setTriggerValue('seed', wanted) });
  return () => {
    setTimeout(() => { if (view.calls === call && !view.closed) view.close(); }, LEFT);
  };
}

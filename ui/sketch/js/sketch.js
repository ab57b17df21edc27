/*
 * One sketch on the page: it holds the values of its knobs, draws at once when one is moved, tells
 * the server a moment after the hand has come to rest, and sees whether a goal is reached.
 *
 * A kind of sketch is a class: its constructor takes the Sketch and builds what is seen (with
 * `sketch.plot`, `slider`, `choice`, `button`, `readings`); its `draw(values)` shows the values and
 * returns {numbers, said}: the numbers that goals may name, and one sentence for those who cannot see.
 */
import { Goals } from '../../live/js/goals.js';
import { SketchPeek } from './peek.js';
import { Plot } from './plot.js';
import { readTheme } from '../../live/js/theme.js';
import { button, choice, html, readings, slider } from './widgets.js';
import { Words, decimal } from '../../live/js/words.js';

const REST = 300; // ms without a change after which the server is told
const HUSH = 700; // ms without a change after which a screen reader is told
const GONE = 60; // ms
const LARGE = 1.5; // of type and lines for the last row

export class Sketch {
  constructor(root, Kind) {
    Object.assign(this, { root, Kind, moves: 0, drawn: 0, plots: [], widgets: {} });
    this.goals = new Goals((ids) => this.trigger('reached', ids));
    this.gone = new AbortController();
    const { signal } = this.gone;
    this.peek = new SketchPeek(root);
    window.addEventListener('gan-term', ({ detail }) => this.stress(detail), { signal });
  }

  /** The page says what there is to show; called again after each of its reruns. */
  call({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { trigger: setTriggerValue, tell: setStateValue });
    this.calls = (this.calls ?? 0) + 1;
    const taken = data.turn !== this.data?.turn;
    const other = (name) => JSON.stringify(data[name]) !== JSON.stringify(this.data?.[name]);
    const rebuild = ['words', 'projector', 'knobs', 'facts'].some(other);
    this.data = data;
    if (taken) {
      if (!this.beganAt(data.values)) {
        this.stop();
        this.values = { ...data.values };
      }
      clearTimeout(this.resting);
    }
    this.goals.aim(data.goals, this.moves);
    this.root.dataset.projector = data.projector ? 'on' : 'off';
    this.theme = readTheme(this.root);
    if (rebuild) this.build();
    if (rebuild || taken) this.draw();
    return this.calls;
  }

  build() {
    this.plots.forEach((plot) => plot.close());
    this.kind?.close?.();
    Object.assign(this, { plots: [], widgets: {}, words: new Words(this.data.words) });
    this.status = html('p', { class: 'unseen', 'aria-live': 'polite' });
    this.root.replaceChildren();
    this.kind = new this.Kind(this);
    this.root.append(this.status);
  }

  draw() {
    Object.entries(this.widgets).forEach(([name, all]) => all.forEach((one) => one.set(this.values[name])));
    const { numbers = {}, said = '' } = this.kind.draw(this.values) ?? {};
    this.drawn += 1;
    this.root.dataset.drawn = this.drawn;
    if (this.moves && this.goals.open) this.goals.look({ ...numbers, measured: this.moves });
    clearTimeout(this.hushed);
    this.hushed = setTimeout(() => { this.status.textContent = said; }, HUSH);
  }

  /** The student sets knobs. */
  set(changes) {
    this.stop();
    Object.assign(this.values, changes);
    this.moves += 1;
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell('values', { ...this.values }), REST);
  }

  /**
   * Let knobs move by themselves, until the student takes one.
   * @param {function(number): ?Object<string, number>} path values after so many seconds; null: over
   * @param {{asked?: boolean, done?: function(): void}} how asked: whether the student has pressed for
   *   it; otherwise those who want no motion are spared it
   */
  play(path, { asked = false, done = () => {} } = {}) {
    this.stop();
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (still && !asked) return;
    this.from = asked ? { ...this.values } : undefined;
    let began;
    const step = (now) => {
      began ??= now;
      const found = path((now - began) / 1000);
      if (!found) {
        this.playing = undefined;
        done();
        return;
      }
      Object.assign(this.values, found);
      this.draw();
      this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
    this.stopped = done;
  }

  /** Whether what the student has set going began at these values: it need not be called back there. */
  beganAt(values) {
    return this.playing !== undefined && this.from !== undefined
      && Object.keys(values).every((name) => values[name] === this.from[name]);
  }

  /** Stop what plays. */
  stop() {
    if (this.playing === undefined) return;
    cancelAnimationFrame(this.playing);
    this.playing = undefined;
    this.stopped();
  }

  /** Let what belongs to a term of the formulas stand out. */
  stress({ name, text = '', low = false }) {
    const meant = [...this.root.querySelectorAll('[data-term]')].filter((node) => node.dataset.term === name);
    this.root.toggleAttribute('data-stress', meant.length > 0);
    this.root.querySelectorAll('[data-meant]').forEach((node) => node.removeAttribute('data-meant'));
    meant.forEach((node) => node.setAttribute('data-meant', ''));
    const drawn = this.plots.map((plot) => plot.svg).filter((one) => meant.some((node) => one.contains(node)));
    this.peek.show(drawn, { text, low });
  }

  close() {
    this.stop();
    this.peek.close();
    this.gone.abort();
    clearTimeout(this.resting);
    clearTimeout(this.hushed);
    this.plots.forEach((plot) => plot.close());
    this.kind?.close?.();
  }

  // -- for the kinds

  say(key, blanks) { return this.words.say(key, blanks); }

  get scale() { return this.data.projector ? LARGE : 1; }

  /** A plot; see `Plot`. */
  plot(parent, given) {
    const plot = new Plot(parent, { ...given, scale: this.scale });
    this.plots.push(plot);
    return plot;
  }

  /** A slider for the knob `name`; its words are `knob.<name>` and `hint.<name>`, if there is one. */
  slider(name, { hue, say = (value) => decimal(value) } = {}) {
    const hint = this.data.words[`hint.${name}`];
    const made = slider(this.data.knobs[name], { name: this.say(`knob.${name}`), hint, hue, say }, (value) => this.set({ [name]: value }));
    (this.widgets[name] ??= []).push(made);
    return made.node;
  }

  /** Choices for the knob `name`; their words are `knob.<name>` and `option.<name>.<option>`. */
  choice(name) {
    const say = (option) => this.say(`option.${name}.${option}`);
    const made = choice(this.data.knobs[name].options, { name: this.say(`knob.${name}`), say }, (value) => this.set({ [name]: value }));
    (this.widgets[name] ??= []).push(made);
    return made.node;
  }

  /** A button with the words `button.<name>`. */
  button(name, act, looks = {}) {
    return button(this.say(`button.${name}`), act, { hint: this.data.words[`hint.${name}`], ...looks });
  }

  /** Numbers with the words `reading.<key>`, and `hint.<key>`, if there are any. */
  readings(rows) {
    return readings(rows.map((row) => ({
      ...row, name: this.say(`reading.${row.key}`), hint: this.data.words[`hint.${row.key}`],
    })));
  }
}

const heights = 255;

/** The heights of a hand-drawn curve, 0 to 1; none if nothing is drawn (see knobs.py). */
export const readDrawn = (text) => (
  Float64Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16) / heights));

/** A hand-drawn curve as text. */
export const writeDrawn = (curve) => Array.from(curve, (height) => (
  Math.round(Math.min(1, Math.max(0, height)) * heights).toString(16).padStart(2, '0'))).join('');

const sketches = new WeakMap();

/**
 * The component's entry for a kind of sketch: one sketch per place on the page, closed when the
 * cleanup of its newest call has stayed the last word for a moment (Streamlit may call an outdated
 * one at any time).
 */
export const opener = (Kind) => function openSketch(given) {
  const root = given.parentElement.querySelector('.gan-sketch');
  let held = sketches.get(given.parentElement);
  if (!held || held.closed || held.root !== root) {
    held?.close();
    held = new Sketch(root, Kind);
    sketches.set(given.parentElement, held);
  }
  const call = held.call(given);
  return () => setTimeout(() => {
    if (held.calls !== call || held.closed) return;
    held.closed = true;
    held.close();
  }, GONE);
};

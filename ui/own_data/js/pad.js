/*
 * The drawing pad as a Streamlit component: a square sheet for mouse, pen, finger and keys, with
 * brushes, a rubber and a way back. Nothing is sent until the student asks for it.
 */
import { Drawing } from './drawing.js';
import { tidy, within } from './strokes.js';

const DOT = 3; // px, radius
const SMALL = 2; // of many points
const MANY = 400;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const drawings = new Map(); // by page: they outlive the nodes
const pads = new WeakMap();

function tabStorage() {
  try { return window.sessionStorage; } catch { return undefined; }
}

class Pad {
  constructor(root, data) {
    this.root = root;
    this.canvas = root.querySelector('canvas');
    this.cursor = [0, 0];
    if (!drawings.has(data.page)) {
      drawings.set(data.page, new Drawing({ ...data, storage: tabStorage() }));
    }
    this.drawing = drawings.get(data.page);
    this.away = new AbortController();
    this.size = new ResizeObserver(() => this.paint());
    this.size.observe(this.canvas);
    this.listen();
  }

  apply(data, setTriggerValue) {
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    this.drawing.show(data.points);
    this.root.querySelectorAll('[data-word]').forEach((node) => {
      node.textContent = data.words[node.dataset.word];
    });
    this.root.querySelectorAll('[data-hint]').forEach((node) => {
      node.title = data.words[node.dataset.hint];
    });
    this.root.querySelectorAll('[data-name]').forEach((node) => {
      node.setAttribute('aria-label', data.words[node.dataset.name]);
    });
    this.update();
  }

  listen() {
    const on = (node, type, act) => node.addEventListener(type, act, { signal: this.away.signal });
    on(this.canvas, 'pointerdown', (event) => this.down(event));
    // The browser would focus the sheet by itself, and scroll it under the pen.
    on(this.canvas, 'mousedown', (event) => event.preventDefault());
    on(this.canvas, 'pointermove', (event) => this.move(event));
    ['pointerup', 'pointercancel', 'lostpointercapture'].forEach((type) => {
      on(this.canvas, type, (event) => this.up(event));
    });
    on(this.canvas, 'keydown', (event) => this.key(event));
    ['focus', 'blur'].forEach((type) => on(this.canvas, type, () => this.paint()));
    this.root.querySelectorAll('[data-brush]').forEach((button) => {
      on(button, 'click', () => { this.drawing.brush = button.dataset.brush; this.update(); });
    });
    on(this.button('undo'), 'click', () => this.act('undo'));
    on(this.button('clear'), 'click', () => this.act('clear'));
    on(this.button('use'), 'click', () => this.setTriggerValue('use', this.drawing.text));
  }

  button(name) { return this.root.querySelector(`[data-do="${name}"]`); }

  act(name) {
    this.drawing[name]();
    this.update();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const half = this.half ?? this.drawing.half;
    return [
      ((event.clientX - box.left) / box.width * 2 - 1) * half,
      (1 - (event.clientY - box.top) / box.height * 2) * half,
    ];
  }

  down(event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.keys = false;
    this.half = this.drawing.half; // the sheet does not grow or shrink under the pen
    this.pointer = event.pointerId;
    this.drawing.begin(within(this.place(event), this.half));
    this.update();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    (passed.length ? passed : [event]).forEach((one) => {
      this.drawing.go(within(this.place(one), this.half));
    });
    this.update();
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = undefined;
    this.half = undefined;
    this.drawing.end();
    this.update();
  }

  key(event) {
    const step = KEYS[event.key];
    if (step) {
      const far = this.drawing.half / (event.shiftKey ? 100 : 20);
      this.cursor = within(step.map((v, i) => tidy(this.cursor[i] + v * far)), this.drawing.half);
    } else if (event.key === ' ' || event.key === 'Enter') {
      this.drawing.begin(this.cursor);
      this.drawing.end();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      this.drawing.undo();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.keys = true;
    const [x, y] = this.cursor;
    this.root.querySelector('.unseen').textContent = `x ${x}, y ${y}`;
    this.update();
  }

  /** Say what there is, and paint it. */
  update() {
    const { drawing, data } = this;
    const { length } = drawing.points;
    const { words } = data;
    const used = length > 0 && drawing.text === drawing.synced && Boolean(data.points);
    const kind = drawing.places > data.modes ? 'cloud' : 'modes';
    const count = length === 0 ? words.none : words[kind].replace('{n}', length.toLocaleString('en-US'));
    const said = used ? `${count} ${words.in_use}` : count;
    const node = this.root.querySelector('.count');
    if (node.textContent !== said) node.textContent = said;
    this.root.dataset.count = length;
    this.root.dataset.empty = length === 0 && !this.keys;
    this.button('undo').disabled = drawing.past.length === 0;
    this.button('clear').disabled = length === 0;
    this.button('use').disabled = length === 0;
    this.root.querySelectorAll('[data-brush]').forEach((button) => {
      button.setAttribute('aria-pressed', String(button.dataset.brush === drawing.brush));
    });
    this.root.dataset.brush = drawing.brush;
    this.paint();
  }

  /** At most once per picture of the screen. */
  paint() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = undefined;
      if (this.data && this.canvas.clientWidth) this.draw();
    });
  }

  draw() {
    const { canvas, drawing } = this;
    const dense = window.devicePixelRatio || 1;
    const side = canvas.clientWidth;
    if (canvas.width !== Math.round(side * dense)) {
      canvas.width = Math.round(side * dense);
      canvas.height = canvas.width;
    }
    const style = getComputedStyle(this.root);
    const [ink, blue] = ['--ink', '--data'].map((name) => style.getPropertyValue(name).trim());
    const half = this.half ?? drawing.half;
    const at = (value) => ((value / half + 1) / 2) * side;
    const context = canvas.getContext('2d');
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, side, side);
    this.drawLines(context, at, half, side, ink, style.fontFamily);
    context.fillStyle = blue;
    const many = drawing.points.length > MANY;
    context.globalAlpha = many ? 0.65 : 0.8;
    context.beginPath();
    drawing.points.forEach(([x, y, weight]) => {
      const radius = (many ? SMALL : DOT) * Math.max(0.6, Math.min(3, Math.sqrt(weight ?? 1)));
      context.moveTo(at(x) + radius, at(-y));
      context.arc(at(x), at(-y), radius, 0, 2 * Math.PI);
    });
    context.fill();
    context.globalAlpha = 1;
    if (this.keys && canvas.matches(':focus')) this.drawCursor(context, at, ink);
  }

  drawLines(context, at, half, side, ink, font) {
    const every = half > 5 ? 5 : 1;
    context.strokeStyle = ink;
    context.fillStyle = ink;
    context.font = `12px ${font}`;
    context.textAlign = 'center';
    context.lineWidth = 1;
    for (let value = -every * Math.floor(half / every); value < half; value += every) {
      const line = Math.round(at(value)) + 0.5;
      if (line > 1 && line < side - 1) {
        context.globalAlpha = value === 0 ? 0.3 : 0.1;
        context.beginPath();
        context.moveTo(line, 0);
        context.lineTo(line, side);
        context.moveTo(0, line);
        context.lineTo(side, line);
        context.stroke();
        context.globalAlpha = 0.7;
        if (value !== 0) {
          context.fillText(String(value).replace('-', '−'), line, side - 6);
          context.fillText(String(-value).replace('-', '−'), 11, line + 4);
        }
      }
    }
    context.globalAlpha = 1;
  }

  drawCursor(context, at, ink) {
    const [x, y] = [at(this.cursor[0]), at(-this.cursor[1])];
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.beginPath();
    [[1, 0], [0, 1]].forEach(([dx, dy]) => {
      context.moveTo(x - 11 * dx, y - 11 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    });
    context.stroke();
  }

  close() {
    this.away.abort();
    this.size.disconnect();
    cancelAnimationFrame(this.asked);
  }
}

export default function ganPad({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.pad');
  let pad = pads.get(parentElement);
  if (!pad || pad.root !== root || pad.away.signal.aborted) {
    pad?.close();
    pad = new Pad(root, data);
    pads.set(parentElement, pad);
  }
  pad.calls = (pad.calls ?? 0) + 1;
  const call = pad.calls;
  pad.apply(data, setTriggerValue);
  return () => setTimeout(() => { if (pad.calls === call) pad.close(); }, 60);
}

/*
 * The controls: one primary button (run or pause), single steps of either player, reset, the pace
 * and the layers. It only turns what the student does, by hand or by key, into short commands; what
 * then happens is told by the frames that come back.
 */

/** Iterations per second that the slider offers; 0 is all that the machine gives. */
export const PACES = [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 0];

const KEYS = {
  ' ': 'toggle', d: 'step-d', g: 'step-g', i: 'step', '.': 'step', r: 'reset', s: 'stage',
};
// By place on the keyboard, so that the keys work while a Korean keyboard writes Hangul.
const CODES = {
  Space: 'toggle', KeyD: 'step-d', KeyG: 'step-g', KeyI: 'step', Period: 'step', KeyR: 'reset', KeyS: 'stage',
};
const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable=""], [contenteditable="true"], '
  + '[role="textbox"], [role="combobox"], [role="listbox"], [role="dialog"], '
  + '[role="application"]';
const PRESSING = 'button, a, summary, [role="button"], [role="tab"], [role="checkbox"], '
  + '[role="radio"], [role="switch"], [role="menuitem"]';

/** Index of the offered pace that is nearest to one asked. */
export function paceIndex(pace) {
  if (!(pace > 0)) return PACES.length - 1;
  const far = PACES.map((p) => (p ? Math.abs(Math.log(p / pace)) : Infinity));
  return far.indexOf(Math.min(...far));
}

/**
 * The command that a key press means, or nothing when it belongs to somebody else.
 * @param {KeyboardEvent} event
 */
export function keyCommand(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const command = CODES[event.code] ?? KEYS[event.key?.toLowerCase()];
  if (!command || (event.repeat && ['toggle', 'reset'].includes(command))) return undefined;
  const nodes = event.composedPath().filter((node) => node.matches);
  if (nodes.some((node) => node.matches(TYPING))) return undefined;
  // Space presses what the keyboard has gone to, but not what the mouse has left behind.
  if (command === 'toggle' && !clicked && nodes.some((node) => node.matches(PRESSING))) return undefined;
  return command;
}

let clicked = false; // the last to choose where the focus is: the mouse or a finger

/** Remember whether the focus was moved by pointing or by keys. */
export function noteFocus(type, key) {
  if (type === 'pointerdown') clicked = true;
  else if (key === 'Tab' || key?.startsWith('Arrow')) clicked = false;
}

let keyOwner; // with several views on a page, keys go to the one last touched

export class Transport {
  /** @param {{command: function(string), pace: function(number), layer: function(string, boolean)}} to */
  constructor(root, to, signal) {
    this.root = root;
    this.to = to;
    this.slider = root.querySelector('[data-pace]');
    this.layers = [...root.querySelectorAll('[data-layer]')];
    keyOwner = this;
    const on = (node, type, act, options) => node.addEventListener(type, act, { signal, ...options });
    on(root, 'pointerdown', () => { keyOwner = this; });
    root.querySelectorAll('[data-do]').forEach((button) => {
      on(button, 'click', () => this.press(button.dataset.do));
    });
    this.layers.forEach((button) => {
      on(button, 'click', () => {
        this.setLayer(button.dataset.layer, button.getAttribute('aria-pressed') !== 'true');
      });
    });
    on(this.slider, 'input', () => {
      this.touched = performance.now();
      const pace = PACES[Number(this.slider.value)];
      this.tellPace(pace);
      to.pace(pace);
    });
    on(this.slider, 'pointerup', () => this.slider.blur()); // so that the keys work again
    // Before Streamlit's own shortcuts (R would run the script again).
    on(window, 'pointerdown', (event) => noteFocus(event.type), { capture: true });
    on(window, 'keydown', (event) => { noteFocus(event.type, event.key); this.key(event); }, { capture: true });
    this.slider.max = PACES.length - 1;
  }

  press(command) {
    this.to.command(command === 'toggle' ? (this.running ? 'pause' : 'play') : command);
  }

  leaveButton(event) {
    const [focused] = event.composedPath();
    if (focused.matches?.(PRESSING)) focused.blur();
  }

  key(event) {
    if (keyOwner !== this || !this.root.isConnected) return;
    const command = keyCommand(event);
    const button = command && this.root.querySelector(`[data-do="${command}"]`);
    if (!button || !button.checkVisibility()) return; // a key does only what a button shows
    event.preventDefault();
    event.stopImmediatePropagation();
    if (clicked) this.leaveButton(event); // or it would be pressed when Space is let go
    this.press(command);
  }

  setLayer(name, visible) {
    const button = this.layers.find((b) => b.dataset.layer === name);
    button?.setAttribute('aria-pressed', String(visible));
    this.to.layer(name, visible);
  }

  /** Show the state that the run reports. */
  update(words, status, pace) {
    this.words = words;
    const running = status === 'running';
    if (running !== this.running || words !== this.spoken) {
      this.running = running;
      this.spoken = words;
      const button = this.root.querySelector('[data-do="toggle"]');
      button.dataset.icon = running ? 'pause' : 'play';
      const label = words.say(running ? 'pause' : 'play');
      button.querySelector('span').textContent = label;
      button.setAttribute('aria-label', label); // on a phone only the icon shows
    }
    // What the hand just set stays until the run has heard of it.
    if (pace !== undefined && !(performance.now() - this.touched < 800)) {
      this.slider.value = String(paceIndex(pace));
      this.tellPace(pace);
    }
  }

  tellPace(pace) {
    const [key, n] = pace >= 1 ? ['pace_value', pace] : ['pace_slow', 1 / pace];
    const text = this.words?.say(pace > 0 ? key : 'pace_all', { n: Math.round(n * 10) / 10 });
    if (!text || text === this.paceText) return;
    this.paceText = text;
    this.root.querySelector('[data-pace-text]').textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
  }

  /** Let only those controls act that can: all, the way back ('reset'), or 'none'. */
  enable(which) {
    if (which === this.enabled) return;
    this.enabled = which;
    this.root.querySelectorAll('[data-do], [data-pace]').forEach((node) => {
      node.disabled = which !== 'all' && which !== node.dataset.do;
    });
  }

  release() { if (keyOwner === this) keyOwner = undefined; }
}

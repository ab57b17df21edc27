/*
 * What the terms of the page's formulas are in the view. While the student means one (the event
 * "gan-term", see ui/lesson/js/chips.js) it stays strong and all else fades; what lies out of sight
 * is shown small at the edge of the window, so that nobody has to scroll between formula and picture.
 */

/** Each term of ui/terms.py: layers of the picture; chart and hue of its curve; number in the head. */
export const MEANINGS = {
  'd-cost': { strip: 'costs', hue: 'real', number: 'd_cost' },
  'g-cost': { strip: 'costs', hue: 'fake', number: 'g_cost' },
  'd-real': { layers: ['field', 'real'], strip: 'scores', hue: 'real', number: 'd_real' },
  'd-fake': { layers: ['field', 'fake'], strip: 'scores', hue: 'fake', number: 'd_fake' },
  field: { layers: ['field'] },
  real: { layers: ['real'] },
  fake: { layers: ['fake'] },
  latent: { layers: ['grid'] },
  pull: { layers: ['arrows', 'fake'] },
  'cost-minimax': { strip: 'curve', hue: 'js' },
  'cost-non-saturating': { strip: 'curve', hue: 'fake' },
  'cost-likelihood': { strip: 'curve', hue: 'ink' },
  'p-real': { sketch: true }, // means something in a sketch alone
  'p-fake': { sketch: true },
  'd-best': { sketch: true },
  'v-real': { sketch: true },
  'v-fake': { sketch: true },
  js: { sketch: true },
  kl: { sketch: true },
  'reverse-kl': { sketch: true },
  wasserstein: { sketch: true },
  'pay-x': { sketch: true },
  'pay-y': { sketch: true },
  radius: { sketch: true },
  eigenvalue: { sketch: true },
  'unit-circle': { sketch: true },
  kept: { sketch: true },
  theta: { sketch: true },
  psi: { sketch: true },
};
const FAINT = 0.12; // what is not meant can still be seen
const PEEK_EVERY = 80; // ms
const IN_SIGHT = 0.5; // share of something's height that has to be seen

/**
 * How strongly a layer of the picture is drawn.
 * @param {Object<string, boolean>} layers which ones the student has chosen to see
 * @param {string} name of the layer
 * @param {string[] | undefined} meant layers that stand out; they show even if not chosen
 * @returns {number} 0 (not at all) to 1
 */
export function strengthOf(layers, name, meant) {
  if (!meant) return layers[name] ? 1 : 0;
  if (meant.includes(name)) return 1;
  return layers[name] ? FAINT : 0;
}

/** Draw something at a strength, and leave no trace in the context; nothing at strength 0. */
export function drawAt(c, strength, draw) {
  if (!strength) return;
  c.save();
  c.globalAlpha *= strength;
  draw();
  c.restore();
}

/** Share of a box's height that lies within the window. */
export function shareInSight({ top, bottom }, height) {
  return Math.max(0, Math.min(bottom, height) - Math.max(top, 0)) / Math.max(1, bottom - top);
}

/** The meant parts of the view, small and alive, while they themselves are out of sight. */
class Peek {
  constructor(root) {
    this.root = root;
    this.node = document.createElement('div');
    this.node.className = 'gan-peek';
    this.node.setAttribute('aria-hidden', 'true'); // the button that was pressed says it in words
    this.copies = [document.createElement('canvas'), document.createElement('canvas')];
    this.caption = document.createElement('p');
    this.node.append(...this.copies, this.caption);
  }

  /** @param {{text: string, low: boolean}} said what is meant; whether the formula is low on the screen */
  show(canvases, { text, low }) {
    clearTimeout(this.timer);
    this.canvases = canvases;
    this.caption.textContent = text;
    this.node.classList.toggle('above', low); // a narrow window has no room beside the formula
    if (canvases.length) this.copy();
    else this.node.remove();
  }

  copy() {
    const hidden = this.canvases.filter((canvas) => canvas.width && canvas.checkVisibility()
      && shareInSight(canvas.getBoundingClientRect(), window.innerHeight) < IN_SIGHT);
    if (!hidden.length) this.node.remove();
    else if (!this.node.isConnected) this.enter();
    this.copies.forEach((copy, i) => {
      const from = hidden[i];
      copy.style.display = from ? 'block' : 'none';
      if (!from) return;
      if (copy.width !== from.width) copy.width = from.width;
      if (copy.height !== from.height) copy.height = from.height;
      const c = copy.getContext('2d');
      c.clearRect(0, 0, copy.width, copy.height);
      c.drawImage(from, 0, 0);
    });
    this.timer = setTimeout(() => this.copy(), PEEK_EVERY);
  }

  /** Come to the page; outside the view's own tree, whose layout would hold it. */
  enter() {
    const style = getComputedStyle(this.root);
    ['ground', 'ink', 'line'].forEach((name) => {
      this.node.style.setProperty(`--gan-${name}`, style.getPropertyValue(`--gan-${name}`));
    });
    document.body.append(this.node);
  }

  close() { this.show([], { text: '', low: false }); }
}

export class Stress {
  /** @param {function(Object | undefined)} tell takes the meaning of the term, if one is meant */
  constructor(root, tell, signal) {
    this.root = root;
    this.peek = new Peek(root);
    window.addEventListener('gan-term', ({ detail }) => {
      const meaning = MEANINGS[detail.name]?.sketch ? undefined : MEANINGS[detail.name];
      this.mark(meaning);
      tell(meaning);
      this.peek.show(meaning ? this.canvases(meaning) : [], detail);
    }, { signal });
    signal.addEventListener('abort', () => this.peek.close());
  }

  canvases({ layers, strip }) {
    const own = (selector) => [...this.root.querySelectorAll(selector)]
      .find((node) => !node.closest('.beside')); // what is steered, not what it is compared with
    const found = layers ? [own('.scene canvas')] : [];
    return strip ? [...found, own(`[data-strip="${strip}"] canvas`)] : found;
  }

  /** Mark what is meant in the page; the stylesheet fades the rest. */
  mark(meaning) {
    this.root.toggleAttribute('data-stress', Boolean(meaning));
    this.root.querySelectorAll('[data-meant]').forEach((node) => node.removeAttribute('data-meant'));
    if (!meaning) return;
    const { layers = [], strip, number } = meaning;
    const selectors = layers.map((name) => `[data-layer="${name}"]`);
    if (layers.length) selectors.push('.scene');
    if (strip) selectors.push(`[data-strip="${strip}"]`);
    if (number) selectors.push(`.strips .pair:has([data-number="${number}"])`);
    this.root.querySelectorAll(selectors.join()).forEach((node) => node.setAttribute('data-meant', ''));
  }
}

/*
 * The plot that a term of the formulas means, small at the edge of the window while it is out of sight,
 * so that nobody has to scroll between formula and picture. The stylesheet of the page dresses it,
 * like that of the live view (ui/style.css, live/js/stress.js).
 */
const SEEN_ENOUGH = 0.5; // share of a plot's height

/** Share of a node's height that lies within the window. */
function shareSeen(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return Math.max(0, Math.min(bottom, window.innerHeight) - Math.max(top, 0)) / Math.max(1, bottom - top);
}

export class SketchPeek {
  /** @param {HTMLElement} root the sketch's, which holds its colours */
  constructor(root) {
    this.root = root;
    this.node = document.createElement('div');
    this.node.setAttribute('aria-hidden', 'true'); // the button that was pressed says it in words
  }

  /**
   * @param {SVGElement[]} plots those that show what is meant, once they are marked
   * @param {{text: string, low: boolean}} said what it is; whether the formula is low on the screen
   */
  show(plots, { text, low }) {
    this.node.remove();
    const there = plots.filter((plot) => plot.checkVisibility());
    const hidden = there.every((plot) => shareSeen(plot) < SEEN_ENOUGH) ? there[0] : undefined;
    // The live view has its own: one picture is enough.
    if (!hidden || document.querySelector('.gan-peek')) return;
    const copy = hidden.cloneNode(true);
    ['width', 'height', 'class'].forEach((name) => copy.removeAttribute(name));
    copy.querySelectorAll('[tabindex]').forEach((handle) => handle.removeAttribute('tabindex'));
    const caption = document.createElement('p');
    caption.textContent = text;
    this.node.setAttribute('style', this.root.getAttribute('style') ?? '');
    this.node.className = low ? 'gan-peek above' : 'gan-peek';
    this.node.replaceChildren(copy, caption);
    document.body.append(this.node);
  }

  close() { this.node.remove(); }
}

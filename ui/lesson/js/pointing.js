/*
 * Which term of the formulas the student means: the one under the pointer, else the one with the
 * keyboard's focus, else the one that was pressed and so is held.
 */

const LINGER = 120; // ms; between two signs of a term the pointer crosses gaps

/**
 * Read which term a colour stands for: KaTeX's colours carry it in their opacity (ui/terms.py).
 * @param {string} colour as the browser writes it, such as "rgba(0, 114, 178, 0.996)"
 * @param {Object<string, string[]>} codes the terms around it and its own, by opacity of 0 to 255
 * @returns {string[]} outermost first; none for other colours
 */
export function termPath(colour, codes) {
  const alpha = /^rgba\(\d+, \d+, \d+, ([\d.]+)\)$/.exec(colour ?? '')?.[1];
  return (alpha && codes[Math.round(255 * Number(alpha))]) || [];
}

export class Pointing {
  /** @param {function(string, string)} tell takes the term meant and the one held; '' for none */
  constructor(tell) {
    this.tell = tell;
    this.hovered = this.focused = this.held = '';
    this.told = ['', ''];
  }

  get meant() { return this.hovered || this.focused || this.held; }

  hover(name) {
    clearTimeout(this.leaving);
    if (name) this.change({ hovered: name });
    else if (this.hovered) this.leaving = setTimeout(() => this.change({ hovered: '' }), LINGER);
  }

  focus(name) { this.change({ focused: name }); }

  /** Hold a term, or let go of the one that is held: then nothing stands out, wherever one points. */
  press(name) {
    if (this.held === name) this.release();
    else this.change({ held: name });
  }

  release() {
    clearTimeout(this.leaving);
    this.change({ hovered: '', focused: '', held: '' });
  }

  change(now) {
    Object.assign(this, now);
    const next = [this.meant, this.held];
    if (String(next) === String(this.told)) return;
    this.told = next;
    this.tell(...next);
  }
}

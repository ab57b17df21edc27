/* Small plots side by side, each under its name and the numbers of the moment. */
import { html } from './widgets.js';

const TERM_NAMES = { wasserstein1: 'wasserstein' };

/** The term of the formulas (ui/terms.py) that a divergence is. */
export const termOf = (name) => TERM_NAMES[name] ?? name.replace('_', '-');

/** A place for a small plot. */
export class Multiple {
  /**
   * @param {Object} given key: of its reading; name; hue; plot: as for `Sketch.plot`, less the label
   */
  constructor(sketch, parent, { key, name, hue = 'ink', term, plot }) {
    this.value = html('b', { 'data-reading': key, text: '–' });
    this.more = html('span', {});
    this.head = html('p', { style: `--hue: var(--gan-${hue})` }, html('span', { class: 'name', text: name }), this.value, this.more);
    this.node = html('div', { class: 'multiple' }, this.head);
    if (term) this.head.dataset.term = term;
    parent.append(this.node);
    this.plot = sketch.plot(this.node, { label: name, ...plot });
  }

  say(value, more = '') {
    if (this.value.textContent !== value) this.value.textContent = value;
    if (this.more.textContent !== more) this.more.textContent = more;
  }
}

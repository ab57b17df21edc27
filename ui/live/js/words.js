/*
 * Words and numbers. Every word comes from the page (so that the view speaks the student's
 * language); this module fills their blanks, formats numbers so that they keep their place, and
 * says the present state in one sentence for those who cannot see the picture.
 */

const groups = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with separators; a dash for what is not a number. */
export const whole = (value) => (Number.isFinite(value) ? groups.format(value) : '–');

/** A number with so many decimals; large ones in powers of ten, so that they keep their place. */
export function decimal(value, places = 2) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1e4) return value.toExponential(1).replace('e+', 'e').replace('-', '−');
  let text = value.toFixed(Math.abs(value) >= 100 ? Math.min(places, 1) : places);
  // Next to nothing is not nothing: it keeps its first digit.
  if (Number(text) === 0) text = Math.abs(value) < 1e-4 ? value.toExponential(0) : String(Number(value.toPrecision(1)));
  if (value === 0) text = (0).toFixed(places);
  return text.startsWith('-') ? `−${text.slice(1)}` : text;
}

/** An axis label: as short as the number allows. */
export function tickText(value) {
  let text = String(Number(value.toPrecision(3)));
  if (Math.abs(value) >= 1e9) text = value.toExponential(0).replace('e+', 'e');
  else if (Math.abs(value) >= 1e6) text = `${Number((value / 1e6).toPrecision(3))}M`;
  else if (Math.abs(value) >= 1e5) text = `${Number((value / 1e3).toPrecision(3))}k`;
  else if (Math.abs(value) >= 1000) text = groups.format(value);
  return text.replace('-', '−');
}

export class Words {
  constructor(texts) { this.texts = texts || {}; }

  /** The text of a key with its {blanks} filled; an unknown key shows itself. */
  say(key, blanks = {}) {
    const text = this.texts[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (all, name) => (name in blanks ? blanks[name] : all));
  }

  /**
   * Write the words into the page: `data-word` as text, `data-hint` as tooltip and description.
   * For data on a line (`dim` 1) a text whose key ends in `_line` goes first.
   */
  fill(root, dim) {
    const say = (key) => this.say(Number(dim) === 1 && `${key}_line` in this.texts ? `${key}_line` : key);
    root.querySelectorAll('[data-word]').forEach((node) => {
      const text = say(node.dataset.word);
      if (node.textContent !== text) node.textContent = text;
    });
    root.querySelectorAll('[data-hint]').forEach((node) => {
      node.title = say(node.dataset.hint);
    });
    root.querySelectorAll('[data-name]').forEach((node) => {
      node.setAttribute('aria-label', say(node.dataset.name));
    });
  }

  /** The state in words and numbers, for the canvas' text alternative. */
  summary(now) {
    const parts = [this.say(`summary_${now.status}`, { n: whole(now.iteration) })];
    if (now.dim === 1) parts.push(this.say('summary_line'));
    if (now.modes && now.covered !== undefined) {
      parts.push(this.say('summary_modes', { n: whole(now.covered), total: whole(now.modes) }));
    }
    if (Number.isFinite(now.dReal)) {
      parts.push(this.say(now.critic ? 'summary_critic' : 'summary_d', {
        real: decimal(now.dReal), fake: decimal(now.dFake),
      }));
    }
    if (Number.isFinite(now.dCost)) {
      parts.push(this.say('summary_costs', { d: decimal(now.dCost), g: decimal(now.gCost) }));
    }
    if (Number.isFinite(now.js)) {
      parts.push(this.say('summary_distances', {
        kl: decimal(now.kl, 3), js: decimal(now.js, 3), w1: decimal(now.w1, 3),
      }));
    }
    return parts.join(' ');
  }
}

/*
 * The controls of a sketch: a slider per number, a row of choices per option, buttons, and a table of
 * numbers that keep their places. Each is a native control, so that keyboards and screen readers
 * know it.
 */

let widgetsMade = 0;

/** Make an HTML element. */
export function html(tag, { text, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

/**
 * A slider for a knob that is a number.
 * @param {Object} knob low, high, step
 * @param {{name: string, hint?: string, hue?: string, say: function(number): string}} words
 * @param {function(number): void} move
 * @returns {{node: HTMLElement, set: function(number): void}}
 */
export function slider(knob, { name, hint = '', hue = 'ink', say }, move) {
  const id = `sketch-knob-${widgetsMade += 1}`;
  const input = html('input', { id, type: 'range', min: knob.low, max: knob.high, step: knob.step });
  const output = html('output', { for: id });
  const node = html('div', { class: 'knob', title: hint, style: `--hue: var(--gan-${hue})` }, html('label', { for: id, text: name }), output, input);
  input.addEventListener('input', () => move(Number(input.value)));
  return {
    node,
    set(value) {
      if (Number(input.value) !== value) input.value = value;
      output.textContent = say(value);
      input.setAttribute('aria-valuetext', output.textContent);
      const part = (value - knob.low) / (knob.high - knob.low);
      input.style.setProperty('--part', `${100 * part}%`);
    },
  };
}

/**
 * A row of choices for a knob that is an option.
 * @param {string[]} options
 * @param {{name: string, say: function(string): string}} words
 */
export function choice(options, { name, say }, move) {
  const group = `sketch-choice-${widgetsMade += 1}`;
  const inputs = options.map((value) => html('input', { type: 'radio', name: group, value }));
  const labels = inputs.map((input) => html('label', {}, input, html('span', { text: say(input.value) })));
  const row = html('div', { class: 'options' }, ...labels);
  const node = html('fieldset', { class: 'choice' }, html('legend', { text: name }), row);
  inputs.forEach((input) => input.addEventListener('change', () => move(input.value)));
  return {
    node,
    set(value) { inputs.forEach((input) => { input.checked = input.value === value; }); },
  };
}

/** A button; a quiet one unless it is the one that the sketch is about. */
export function button(text, act, { hint = '', primary = false } = {}) {
  const node = html('button', { type: 'button', title: hint, class: primary ? 'primary' : 'quiet', text });
  node.addEventListener('click', act);
  return node;
}

/**
 * Numbers under their names.
 * @param {{key: string, name: string, hint?: string, hue?: string, term?: string}[]} rows
 */
export function readings(rows) {
  const outputs = {};
  const nodes = rows.map(({ key, name, hint = '', hue = 'ink', term }) => {
    outputs[key] = html('b', { text: '–', 'data-reading': key });
    const node = html('p', { title: hint, style: `--hue: var(--gan-${hue})` }, html('span', { text: name }), outputs[key]);
    if (term) node.dataset.term = term;
    return node;
  });
  return {
    node: html('div', { class: 'readings' }, ...nodes),
    set(values) {
      Object.entries(values).forEach(([key, text]) => {
        if (outputs[key].textContent !== text) outputs[key].textContent = text;
      });
    },
  };
}

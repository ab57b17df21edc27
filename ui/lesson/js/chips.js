/*
 * The terms of a formula as buttons, and the formulas on the page as something to point at. Rows of
 * buttons come and go with reruns; what is meant is one thing for the whole page. The live view
 * hears of it by the event "gan-term" and lets what the term is stand out.
 */
import { Pointing, termPath } from './pointing.js';

const SIGNS = '.katex-html [style*="rgba("]';
const rows = new Set();
let page; // what the newest row knows: codes and texts of all terms

const pathOf = (node) => termPath(node?.style?.color, page?.codes ?? {});

const pointing = new Pointing((meant, held) => {
  document.querySelectorAll(SIGNS).forEach((sign) => {
    sign.toggleAttribute('data-meant', meant !== '' && pathOf(sign).includes(meant));
  });
  rows.forEach((row) => {
    row.querySelectorAll('button').forEach((chip) => {
      chip.setAttribute('aria-pressed', String(chip.dataset.term === held));
      chip.toggleAttribute('data-meant', chip.dataset.term === meant);
    });
  });
  const detail = { name: meant, text: page?.texts[meant] ?? '', low: formulaIsLow() };
  window.dispatchEvent(new CustomEvent('gan-term', { detail }));
});

/** Whether the formula that speaks of the term lies in the lower half of the window. */
function formulaIsLow() {
  const { innerHeight: height } = window;
  const places = [...document.querySelectorAll('.katex-html [data-meant]')].map((sign) => (
    sign.getBoundingClientRect()));
  const seen = places.find(({ top, bottom }) => bottom > 0 && top < height);
  return seen ? seen.top > height / 2 : false;
}

/** The innermost term at the place of an event, '' for none. */
const termAt = (event) => pathOf(event.target?.closest?.(SIGNS)).at(-1) ?? '';

function watchPage() {
  document.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'touch' && !onChip(event)) pointing.hover(termAt(event));
  });
  document.addEventListener('click', (event) => {
    const name = termAt(event);
    if (name) pointing.press(name);
    // Whoever chooses what to see no longer means the term that is pinned.
    else if (event.composedPath().some((node) => node.dataset?.layer)) pointing.release();
  });
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') pointing.release();
  });
}

const onChip = (event) => event.composedPath().some((node) => node.dataset?.term);

/** Write a symbol as formulas do: letters slanted, what follows "_" lowered. */
function writeSymbol(node, symbol) {
  symbol.match(/_?./gu).forEach((sign) => {
    const letter = document.createElement(sign.startsWith('_') ? 'sub' : 'span');
    letter.textContent = sign.replace('_', '');
    letter.className = /\p{L}/u.test(letter.textContent) ? 'letter' : 'sign';
    node.append(letter);
  });
}

function makeChip({ name, symbol, hue, text }) {
  const chip = document.createElement('button');
  Object.assign(chip, { type: 'button', className: hue });
  chip.dataset.term = name;
  chip.setAttribute('aria-pressed', String(pointing.held === name));
  const [written, said] = [document.createElement('span'), document.createElement('span')];
  written.className = 'symbol';
  writeSymbol(written, symbol);
  said.textContent = text;
  chip.append(written, said);
  chip.addEventListener('pointerenter', (event) => {
    if (event.pointerType !== 'touch') pointing.hover(name);
  });
  chip.addEventListener('pointerleave', () => pointing.hover(''));
  chip.addEventListener('focus', () => { if (chip.matches(':focus-visible')) pointing.focus(name); });
  chip.addEventListener('blur', () => pointing.focus(''));
  chip.addEventListener('click', () => pointing.press(name));
  return chip;
}

export default function ganTerms({ parentElement, data }) {
  const row = parentElement.querySelector('.terms');
  const said = JSON.stringify(data);
  if (!page) watchPage();
  page = data;
  rows.add(row);
  if (row.said !== said) { // a rerun must not take the focus away
    row.said = said;
    row.setAttribute('aria-label', data.label);
    row.replaceChildren(...data.terms.map(makeChip));
    if (data.hint) {
      const hint = document.createElement('p');
      hint.textContent = data.hint;
      row.prepend(hint);
    }
  }
  return () => {
    setTimeout(() => {
      if (row.isConnected) return;
      rows.delete(row);
      if (!rows.size) pointing.release();
    }, 60);
  };
}

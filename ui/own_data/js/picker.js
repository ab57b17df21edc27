/*
 * A file of the student's own: chosen or dropped, and sent as it is; the server reads and judges it.
 * Only a file that is too large is not even sent.
 */
const pickers = new WeakMap();

/** A file's bytes as base64. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result.slice(reader.result.indexOf(',') + 1)));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

class Picker {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector('input');
    this.away = new AbortController();
    const on = (node, type, act) => node.addEventListener(type, act, { signal: this.away.signal });
    on(root.querySelector('button'), 'click', () => this.input.click());
    on(this.input, 'change', () => this.take(this.input.files[0]));
    on(root, 'dragover', (event) => { event.preventDefault(); root.dataset.over = 'true'; });
    on(root, 'dragleave', (event) => {
      if (!root.contains(event.relatedTarget)) delete root.dataset.over;
    });
    on(root, 'drop', (event) => {
      event.preventDefault();
      delete root.dataset.over;
      this.take(event.dataTransfer.files[0]);
    });
  }

  apply(data, setTriggerValue) {
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    delete this.root.dataset.busy;
    this.root.querySelectorAll('[data-word]').forEach((node) => {
      node.textContent = data.words[node.dataset.word];
    });
    this.input.setAttribute('aria-label', data.words.choose);
  }

  /** How many bytes a file may have, by the end of its name. */
  largest(name) {
    const end = Object.keys(this.data.largest).find((one) => name.toLowerCase().endsWith(one));
    return this.data.largest[end];
  }

  async take(file) {
    if (!file) return;
    const { name, size } = file;
    this.root.dataset.busy = 'true';
    let bytes;
    try {
      bytes = size > this.largest(name) ? '' : await base64(file);
    } catch { /* a folder, or a file that has gone: the server says so */ }
    this.setTriggerValue('file', { name, size, bytes: bytes ?? null });
    this.input.value = ''; // so that the same file, mended, can be chosen again
  }
}

export default function ganPicker({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.picker');
  let picker = pickers.get(parentElement);
  if (!picker || picker.root !== root || picker.away.signal.aborted) {
    picker?.away.abort();
    picker = new Picker(root);
    pickers.set(parentElement, picker);
  }
  picker.calls = (picker.calls ?? 0) + 1;
  const call = picker.calls;
  picker.apply(data, setTriggerValue);
  return () => setTimeout(() => { if (picker.calls === call) picker.away.abort(); }, 60);
}

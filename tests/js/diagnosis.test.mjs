// The diagnosis in words: it does not flicker, and says which numbers decided.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Diagnosis, EVIDENCE, Steady, evidenceOf, measured, reasons } from '../../ui/live/js/diagnosis.js';
import { Words } from '../../ui/live/js/words.js';

const HOPPING = 2;
const section = (given) => ({
  values: Float32Array.from(EVIDENCE.flatMap((name) => given[name] ?? [NaN, NaN])),
});

test('a verdict has to hold for two measurements', () => {
  const steady = new Steady();
  steady.take(HOPPING, 'a', 100, false);
  steady.take(HOPPING, 'a', 100, false); // the same measurement, seen again
  assert.equal(steady.verdict, 0);
  steady.take(1, 'b', 150, false);
  steady.take(HOPPING, 'c', 200, false);
  assert.equal(steady.verdict, 0);
  steady.take(HOPPING, 'd', 250, false);
  assert.deepEqual([steady.verdict, steady.evidence], [HOPPING, 'd']);
  steady.take(1, 'e', 300, false); // once is no change, and its numbers are not shown
  assert.deepEqual([steady.verdict, steady.evidence], [HOPPING, 'd']);
});

test('a run that rests has no second measurement to wait for', () => {
  const steady = new Steady();
  steady.take(5, 'a', 100, true);
  assert.equal(steady.verdict, 5);
  steady.clear();
  assert.equal(steady.verdict, 0);
});

test('why, in the order of the evidence and with thresholds', () => {
  const words = new Words({
    why_hopping_dominated: '{dominated} % ({limit} %) of {looks}', why_hopping_hops: '{hops} hops ({limit})',
  });
  const found = evidenceOf(section({ hops: [14, 4], dominated: [0.96, 0.75], looks: [20, NaN] }));
  assert.deepEqual(reasons(words, 'hopping', found), ['96 % (75 %) of 20', '14 hops (4)']);
  assert.deepEqual(reasons(words, 'hopping', evidenceOf(undefined)), []);
});

test('numbers as a student reads them', () => {
  assert.deepEqual(
    [measured('covered', 7), measured('outside', 0.125), measured('w1', 0.1234), measured('gradient', 0.00321)],
    ['7', '13', '0.12', '0.0032'],
  );
  assert.equal(measured('w1', NaN), '–');
});

test('sentences that go leave their room, until the column has another width', () => {
  const why = { style: {}, textContent: '', offsetWidth: 300, lines: 2 };
  const symbol = { setAttribute() {} };
  const parts = { '.verdict path': symbol, '.verdict b': { textContent: '' }, '.why': why };
  const panel = new Diagnosis({ dataset: {}, querySelector: (one) => parts[one] });
  const words = new Words({ verdict_unknown_text: 'wait', verdict_healthy_text: 'well', verdict_slow_text: 'soon' });
  const height = () => (why.style.minHeight ? NaN : why.lines * 24); // its own, with no room kept
  globalThis.getComputedStyle = () => ({ height: `${height()}px` });
  const room = (verdict, lines, width = 300) => {
    Object.assign(why, { lines, offsetWidth: width });
    panel.show(words, verdict);
    return why.style.minHeight;
  };
  assert.deepEqual([room(0, 2), room(6, 4), room(1, 2)], ['48px', '96px', '96px']);
  assert.equal(room(6, 3, 700), '72px');
  globalThis.getComputedStyle = () => ({ height: 'auto' }); // hidden: nothing is known of its room
  assert.equal(room(1, 2, 0), '');
  delete globalThis.getComputedStyle;
});

// The diagnosis in words: it does not flicker, and says which numbers decided.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EVIDENCE, Steady, evidenceOf, measured, reasons } from '../../ui/live/js/diagnosis.js';
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

// Many seeds at once: what is known of each, how many came out how, and where their samples lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  MEMBER, countVerdicts, factsOf, meanCovered, membersOf, sayCount, verdictName,
} from '../../ui/crowd/js/counting.js';
import { tilePlaces } from '../../ui/crowd/js/tiles.js';
import { POSITION_STEPS } from '../../ui/live/js/codec.js';
import { Words } from '../../ui/live/js/words.js';

const WORDS = new Words({
  count_first: '{n} of {total} {verdict}',
  count_more: '{n} {verdict}',
  count_early: '{total} seeds, too early',
  count_healthy: 'healthy',
  count_hopping: 'hopping',
  count_slow: 'slow',
  count_unknown: 'unclear',
  of: '{n} of {total}',
});

test('numbers of each member by name', () => {
  const values = Float32Array.from([7, -1, 50, 8, 8, 0.93, 0.1, 3, 1, 8, 40, -1, NaN, NaN, NaN, 0, 0, 5]);
  const [first, second] = membersOf({ shape: [2, MEMBER.length], values });
  assert.equal(first.seed, 7);
  assert.equal(first.covered, 8);
  assert.equal(verdictName(first.verdict), 'healthy');
  assert.equal(second.divergedAt, 40);
  assert.equal(verdictName(second.verdict), 'diverged');
  assert.deepEqual(membersOf(undefined), []);
  assert.equal(meanCovered([first, second]), 8);
});

test('the healthy are counted first and always, those not clear yet last', () => {
  const verdicts = ['hopping', 'unknown', 'slow', 'hopping', 'unknown', 'unknown'];
  assert.deepEqual(countVerdicts(verdicts), [['healthy', 0], ['hopping', 2], ['slow', 1], ['unknown', 3]]);
  assert.equal(sayCount(WORDS, verdicts), '0 of 6 healthy · 2 hopping · 1 slow · 3 unclear');
  assert.equal(sayCount(WORDS, ['healthy', 'healthy']), '2 of 2 healthy');
  assert.equal(sayCount(WORDS, ['unknown', 'unknown']), '2 seeds, too early');
});

test('without modes there is nothing to count but where it ran away', () => {
  const member = { covered: NaN, captured: NaN, quality: NaN, dominance: 0, hops: 0, divergedAt: 40 };
  assert.deepEqual(factsOf(WORDS, member, 0), [['diverged_at', '40']]);
  assert.equal(factsOf(WORDS, { ...member, covered: 7 }, 8)[0][1], '7 of 8');
});

test('the middle of the view is the middle of the picture; a line has its bands', () => {
  const size = { width: 100, height: 200 };
  const edge = Math.round(POSITION_STEPS / 2);
  const plane = tilePlaces(Int16Array.from([0, 0, edge, edge]), 2, size, 0.1);
  assert.deepEqual(plane[0], [50, 100]);
  assert.ok(Math.abs(plane[1][0] - 100) < 0.01 && Math.abs(plane[1][1]) < 0.01);
  tilePlaces(Int16Array.from([0, 0, 0]), 1, size, 0.5).forEach(([x, y]) => {
    assert.equal(x, 50);
    assert.ok(y >= 100 && y <= 168);
  });
});

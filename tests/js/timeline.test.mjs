// Modes over time: who dominates when, where the hops are, and how far the samples have gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { leader, stretches, ways } from '../../ui/live/js/timeline.js';

const look = (iteration, travelled, ...shares) => [iteration, 0.5, travelled, ...shares];

test('the leading mode is the one with the largest share', () => {
  assert.deepEqual(leader(look(25, 0, 0.1, 0.7, 0.2)), { mode: 1, share: 0.7 });
});

test('stretches of dominance, and hops between them also across looks without any', () => {
  const rows = [
    look(25, 0, 0.4, 0.6), look(50, 0, 0.9, 0.1), look(75, 0, 0.8, 0.2), look(100, 0, 0.5, 0.5),
    look(125, 0, 0.1, 0.9), look(150, 0, 0.95, 0.05), look(175, 0, 0.5, 0.5), look(200, 0, 0.9, 0.1),
  ];
  assert.deepEqual(stretches(rows), [
    { mode: 0, from: 1, to: 2, hop: false },
    { mode: 1, from: 4, to: 4, hop: true },
    { mode: 0, from: 5, to: 5, hop: true },
    { mode: 0, from: 7, to: 7, hop: false },
  ]);
});

test('the way in all and in the last iterations', () => {
  const rows = [look(25, 0, 1), look(500, 4, 1), look(1000, 10, 1)];
  assert.deepEqual(ways(rows), { all: 10, recent: 6 });
  assert.deepEqual(ways(rows.slice(0, 2)), { all: 4, recent: 4 }); // no more than there is
  assert.ok(Number.isNaN(ways([]).all));
});

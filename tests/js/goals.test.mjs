// Goals of a page: what the running experiment has to show.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Goals, holds } from '../../ui/live/js/goals.js';

test('bounds hold only for numbers inside them', () => {
  const bounds = [['covered', 7, null], ['w1', null, 0.5]];
  assert.ok(holds(bounds, { covered: 7, w1: 0.5 }));
  assert.ok(!holds(bounds, { covered: 6, w1: 0.1 }));
  assert.ok(!holds(bounds, { covered: 8, w1: 0.6 }));
  assert.ok(!holds(bounds, { covered: NaN, w1: 0.1 }));
  assert.ok(!holds(bounds, { w1: 0.1 }));
});

test('only what is measured after a goal was set counts, and each goal once', () => {
  const told = [];
  const goals = new Goals((ids) => told.push(ids));
  const heal = { id: 'heal', bounds: [['covered', 7, null]] };
  goals.aim([heal], 500);
  goals.look({ covered: 8, measured: 500 });
  assert.deepEqual(told, []);
  goals.look({ covered: 8, measured: 520 });
  goals.look({ covered: 8, measured: 540 });
  assert.deepEqual(told, [['heal']]);
  goals.aim([heal, { id: 'far', bounds: [['iteration', 100, null]] }], 600);
  goals.look({ covered: 8, iteration: 620, measured: 610 });
  assert.deepEqual(told, [['heal'], ['heal', 'far']]);
});

test('a fresh goal waits for a new beginning', () => {
  const told = [];
  const goals = new Goals((ids) => told.push(ids));
  goals.aim([{ id: 'a', fresh: true, bounds: [['covered', 8, null]] }], 900);
  goals.look({ covered: 8, measured: 950 });
  assert.deepEqual(told, []);
  goals.restart();
  goals.look({ covered: 8, measured: 700 });
  assert.deepEqual(told, [['a']]);
});

test('a restart begins every goal anew; a goal that is gone is forgotten', () => {
  const told = [];
  const goals = new Goals((ids) => told.push(ids));
  goals.aim([{ id: 'a', bounds: [['js', null, 0.1]] }], 900);
  goals.restart();
  goals.look({ js: 0.05, measured: 0 });
  assert.deepEqual(told, []);
  goals.look({ js: 0.05, measured: 30 });
  assert.deepEqual(told, [['a']]);
  goals.aim([], 40);
  goals.aim([{ id: 'a', bounds: [['js', null, 0.1]] }], 40);
  goals.look({ js: 0.05, measured: 60 });
  assert.deepEqual(told, [['a'], ['a']]);
});

// Stages of half an iteration: read, lit one by one, and the picture that waits for the last.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { STAGE_KINDS, Stages, lightsOf, readStages, stageTime } from '../../ui/live/js/stages.js';

const [D, G, BOTH] = [0, 1, 2];
const trace = (...rows) => ({
  shape: [rows.length, 5],
  values: Float32Array.from(rows.flatMap(([player, kind, a = NaN, b = NaN, c = NaN]) => (
    [player, STAGE_KINDS.indexOf(kind), a, b, c]))),
});
const OF_D = [[BOTH, 'sample', 150, 8], [G, 'generate', 150], [D, 'classify', 0.75, 0.25],
  [D, 'cost', 1.5, 1, 0.5], [D, 'gradient', 2], [D, 'update', 0.125, 0.5]];
const OF_G = [[G, 'classify', NaN, 0.5], [G, 'cost', 1], [G, 'gradient', 3], [G, 'update', 0.25, 0.5]];
const frame = (iteration, half, rows, more = {}) => ({
  head: { epoch: 0, lives: 0, iteration, half, moment: -1, ...more },
  ...(rows ? { trace: trace(...rows) } : {}),
});
const first = (i = 0, more = {}) => frame(i, 1, OF_D, more);
const second = (i = 1) => frame(i, 0, OF_G);

test('stages are read in their order, with the player where both have one', () => {
  const stages = readStages(trace(...OF_D));
  assert.deepEqual(stages.map(({ name }) => name),
    ['sample', 'generate', 'classify_d', 'cost_d', 'gradient_d', 'update_d']);
  assert.deepEqual(stages[3].numbers, [1.5, 1, 0.5]);
  assert.deepEqual(readStages(trace(...OF_G)).map(({ name }) => name),
    ['classify_g', 'cost_g', 'gradient_g', 'update_g']);
  assert.deepEqual(readStages(trace([BOTH, 'look-ahead'], [D, 'mislead'])).map(({ name }) => name),
    ['look_ahead', 'mislead']);
  assert.deepEqual(readStages(undefined), []);
});

test('each batch is a round of its own', () => {
  const stages = new Stages();
  stages.offer(frame(0, 1, [...OF_D, ...OF_D, ...OF_D]));
  assert.equal(stages.rounds, 3);
  for (let i = 0; i < 6; i += 1) stages.next();
  assert.deepEqual(stages.round.map(({ place }) => place), [6, 7, 8, 9, 10, 11]);
  assert.equal(new Stages().rounds, 0);
});

test('every stage lights something', () => {
  const names = [...OF_D, ...OF_G, [BOTH, 'look-ahead'], [BOTH, 'come-back'], [D, 'mislead'], [D, 'unroll']];
  readStages(trace(...names)).forEach(({ name }) => assert.ok(lightsOf(name).stations.length, name));
});

test('the picture waits for the last stage', () => {
  const stages = new Stages();
  const played = first();
  assert.deepEqual(stages.offer(played), []);
  assert.equal(stages.now.name, 'sample');
  for (const name of ['generate', 'classify_d', 'cost_d', 'gradient_d']) {
    assert.deepEqual(stages.next(), []);
    assert.equal(stages.now.name, name);
    assert.ok(stages.open);
  }
  assert.deepEqual(stages.next(), [played]);
  assert.equal(stages.now.name, 'update_d');
  assert.ok(!stages.open);
  assert.deepEqual(stages.next(), [], 'nothing is left');
});

test('what comes meanwhile of the same half waits as well, in order', () => {
  const stages = new Stages();
  const [played, measured] = [first(), first(0, { status: 2 })];
  stages.offer(played);
  assert.deepEqual(stages.offer(measured), []);
  assert.deepEqual(stages.finish(), [played, measured]);
  assert.equal(stages.now.name, 'update_d');
  const later = first(0, { rate: 1 });
  assert.deepEqual(stages.offer(later), [later], 'its stages have been lit');
});

test('the next half shows what is left of the one before', () => {
  const stages = new Stages();
  const [played, following] = [first(), second()];
  stages.offer(played);
  stages.next();
  assert.deepEqual(stages.offer(following), [played]);
  assert.equal(stages.now.name, 'classify_g');
  const fast = frame(40, 0);
  assert.deepEqual(stages.offer(fast), [following, fast]);
  assert.equal(stages.now, undefined);
});

test('another life or epoch is another half, even at the same iteration', () => {
  for (const more of [{ lives: 1 }, { epoch: 1 }]) {
    const stages = new Stages();
    stages.offer(first());
    stages.finish();
    assert.deepEqual(stages.offer(first(0, more)), []);
  }
});

test('what is known, what has one stage, and what is past waits for nothing', () => {
  const [known, short, past] = [first(), frame(1, 0, [[G, 'update', 1, 1]]), first(0, { moment: 0 })];
  const stages = new Stages();
  assert.deepEqual(stages.offer(known, true), [known]);
  assert.equal(stages.now.name, 'update_d');
  assert.deepEqual(stages.offer(short), [short]);
  assert.equal(stages.now.name, 'update_g');
  assert.deepEqual(new Stages().offer(past), [past]);
});

test('a number is found once its stage is lit, and awaited before', () => {
  const stages = new Stages();
  stages.offer(first());
  assert.equal(stages.found('cost_d'), undefined);
  assert.ok(stages.awaits('cost_d'));
  assert.ok(!stages.awaits('cost_g'), 'not in this half');
  stages.next();
  stages.next();
  stages.next();
  assert.equal(stages.found('cost_d').numbers[0], 1.5);
  assert.ok(!stages.awaits('cost_d'));
});

test('in a later round the number of the round before is an old one', () => {
  const stages = new Stages();
  stages.offer(frame(0, 1, [...OF_D, ...OF_D]));
  for (let i = 0; i < 5; i += 1) stages.next();
  assert.ok(!stages.awaits('cost_d'), 'lit in this round');
  stages.next();
  assert.equal(stages.now.round, 1);
  assert.equal(stages.found('cost_d').numbers[0], 1.5);
  assert.ok(stages.awaits('cost_d'));
  stages.finish();
  assert.ok(!stages.awaits('cost_d'));
});

test('stages share the time of a half evenly, and do not flicker', () => {
  assert.equal(stageTime(0.1, 5), 1000);
  assert.equal(stageTime(0.5, 4), 250);
  assert.equal(stageTime(2, 6), 0, 'too short to be seen');
  assert.equal(stageTime(0, 6), 0, 'all that the machine gives');
});

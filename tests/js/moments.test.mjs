// Looking back: what is asked for, in which order, and what ends it.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { Moments, NOW } from '../../ui/live/js/moments.js';

function looking(...album) {
  const told = { asked: [], lost: 0 };
  const moments = new Moments((moment) => told.asked.push(moment), () => { told.lost += 1; });
  moments.keep(album);
  return { moments, told };
}

function withClock(act) {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    act((ms) => mock.timers.tick(ms));
  } finally {
    mock.timers.reset();
  }
}

test('at first the present shows, at the end of the slider', () => {
  const { moments } = looking(50, 100, 150);
  assert.equal(moments.place, 3);
  assert.ok(!moments.away);
  moments.keep([50, 100, 150, 200]);
  assert.equal(moments.place, 4); // the thumb follows
});

test('one question at a time; of what is passed over the last one counts', () => withClock(() => {
  const { moments, told } = looking(50, 100, 150, 200);
  [3, 2, 1, 0].forEach((place) => moments.want(place));
  assert.deepEqual(told.asked, [200]);
  assert.equal(moments.place, 0);
  moments.heed(200);
  assert.deepEqual(told.asked, [200, 50]);
  moments.heed(50);
  assert.deepEqual(told.asked, [200, 50]);
  assert.equal(moments.shown, 50);
}));

test('a frame of the present that was under way is no answer', () => withClock(() => {
  const { moments, told } = looking(50, 100);
  moments.want(0);
  moments.heed(NOW);
  assert.ok(moments.away);
  assert.deepEqual(told.asked, [50]);
  moments.heed(50);
  assert.equal(moments.shown, 50);
}));

test('back to the present waits for the answer that is under way', () => withClock(() => {
  const { moments, told } = looking(50, 100);
  moments.want(1);
  moments.want(2);
  assert.equal(moments.place, 2);
  assert.deepEqual(told.asked, [100]);
  moments.heed(100);
  assert.deepEqual(told.asked, [100, NOW]);
  assert.ok(moments.away);
  moments.heed(NOW);
  assert.ok(!moments.away);
}));

test('a moment that gets no answer is given up', () => withClock((pass) => {
  const { moments, told } = looking(50, 100);
  moments.want(0);
  pass(10_000);
  assert.equal(told.lost, 1);
  assert.equal(moments.place, 2);
  assert.ok(!moments.away);
  moments.want(1); // and the next one can be had
  moments.heed(100);
  assert.equal(moments.shown, 100);
  pass(10_000);
  assert.equal(told.lost, 1);
}));

test('an answer that comes after it was given up leads back to the present', () => withClock((pass) => {
  const { moments, told } = looking(50, 100);
  moments.want(0);
  pass(10_000);
  moments.heed(50);
  assert.equal(told.asked.at(-1), NOW);
  moments.heed(NOW);
  assert.ok(!moments.away);
}));

test('when what is looked at is dropped the server shows the present, and so does the slider', () => withClock(() => {
  const { moments, told } = looking(50, 100);
  moments.want(0);
  moments.heed(50);
  moments.keep([100, 200]);
  moments.heed(NOW);
  assert.ok(!moments.away);
  assert.equal(moments.place, 2);
  assert.deepEqual(told.asked, [50]);
}));

test('a new beginning forgets the past and what was asked of it', () => withClock((pass) => {
  const { moments, told } = looking(50, 100);
  moments.want(0);
  moments.clear();
  assert.equal(moments.place, 0);
  assert.ok(!moments.away);
  pass(10_000);
  assert.equal(told.lost, 0);
  moments.heed(NOW);
  assert.deepEqual(told.asked, [50]);
}));

// What the players themselves can tell of a distance.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ESTIMATES, signOf } from '../../ui/live/js/figures.js';

const row = (dCost, dReal, dFake) => [1, dCost, 0, dReal, dFake, 0, 0];

test('a discriminator that cannot tell says 0, one that is sure says log 2', () => {
  assert.ok(Math.abs(ESTIMATES.js(row(2 * Math.LN2, 0.5, 0.5))) < 1e-12);
  assert.equal(ESTIMATES.js(row(0, 1, 0)), Math.LN2);
});

test('a critic says the gap between its means, with its sign', () => {
  assert.equal(ESTIMATES.w1(row(0, 3, 1)), 2);
  assert.equal(ESTIMATES.w1(row(0, 1, 1.5)), -0.5);
});

test("ADA's r counts signs, not sizes", () => {
  assert.equal(signOf([0, 0, 0.5, 0.5]), 1);
  assert.equal(signOf([0.25, 0.25, 0.5, 0]), 0);
  assert.equal(signOf([1, 0, 0, 0]), -1);
});

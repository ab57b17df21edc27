// The geometry of a drawing and its memory, without a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Drawing } from '../../ui/own_data/js/drawing.js';
import {
  halfWidth, places, pointsOf, rubOut, spray, textOf, thin, tidy, walk, within,
} from '../../ui/own_data/js/strokes.js';

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Numbers in [0, 1) that are the same each time. */
function seeded() {
  let state = 7;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** The way along a circle in `count` moves, as a hand makes it. */
const circle = (count, radius = 1) => Array.from({ length: count + 1 }, (_, i) => [
  radius * Math.cos((2 * Math.PI * i) / count), radius * Math.sin((2 * Math.PI * i) / count)]);

class Store {
  constructor() { this.kept = new Map(); }

  getItem(name) { return this.kept.get(name) ?? null; }

  setItem(name, value) { this.kept.set(name, value); }
}

const drawing = (parts = {}) => new Drawing({ page: 'p', most: 2000, far: 10, ...parts });

function stroke(on, way) {
  on.begin(way[0]);
  way.slice(1).forEach((place) => on.go(place));
  on.end();
  return on;
}

test('points along a stroke are evenly spaced, however fast the hand moves', () => {
  for (const count of [7, 40, 900]) {
    const way = circle(count);
    let carry = 0;
    const found = [way[0]];
    way.slice(1).forEach((to, i) => {
      const step = walk(way[i], to, 0.05, carry);
      found.push(...step.points);
      carry = step.carry;
    });
    const length = count * distance(way[0], way[1]);
    assert.equal(found.length, 1 + Math.floor(length / 0.05 + 1e-9));
    found.slice(1).forEach((point, i) => assert.ok(distance(point, found[i]) <= 0.05 + 1e-9));
    if (count > 20) {
      found.slice(1).forEach((point, i) => assert.ok(distance(point, found[i]) > 0.049));
    }
  }
});

test('a hand that rests adds nothing', () => {
  assert.deepEqual(walk([1, 1], [1, 1], 0.05, 0.02), { points: [], carry: 0.02 });
  const short = walk([0, 0], [0.01, 0], 0.05, 0);
  assert.deepEqual(short.points, []);
  assert.ok(Math.abs(short.carry - 0.01) < 1e-12);
});

test('a spray is round, of its width, and finite even for the least random number', () => {
  const cloud = spray([1, -2], 0.12, 4000, seeded());
  const mean = [0, 1].map((i) => cloud.reduce((sum, point) => sum + point[i], 0) / 4000);
  assert.ok(distance(mean, [1, -2]) < 0.01);
  [0, 1].forEach((i) => {
    const spread = Math.sqrt(cloud.reduce((sum, p) => sum + (p[i] - mean[i]) ** 2, 0) / 4000);
    assert.ok(Math.abs(spread - 0.12) < 0.006);
  });
  assert.ok(spray([0, 0], 1, 1, () => 0)[0].every(Number.isFinite));
  assert.ok(spray([0, 0], 1, 1, () => 1 - 2 ** -53)[0].every(Number.isFinite));
});

test('thinning is even and keeps the order', () => {
  const points = Array.from({ length: 1000 }, (_, i) => [i, 0]);
  const kept = thin(points, 300);
  assert.equal(kept.length, 300);
  kept.slice(1).forEach((point, i) => {
    const gap = point[0] - kept[i][0];
    assert.ok(gap === 3 || gap === 4);
  });
  assert.equal(thin(points, 1000), points);
  assert.deepEqual(thin([], 5), []);
});

test('the rubber takes what it touches and nothing else', () => {
  assert.deepEqual(rubOut([[0, 0], [0.1, 0], [0.2, 0]], [0, 0], 0.15), [[0.2, 0]]);
});

test('text and points', () => {
  assert.equal(textOf([[1, 2], [-0.5, 0.25, 3]]), '1,2;-0.5,0.25,3');
  assert.deepEqual(pointsOf('1,2;-0.5,0.25,3'), [[1, 2], [-0.5, 0.25, 3]]);
  assert.deepEqual(pointsOf('1e-05,2'), [[0.00001, 2]]);
  ['', ';;', 'x,y', '1', '1,2,3,4', 'Infinity,0', 'null'].forEach((text) => {
    assert.deepEqual(pointsOf(text), [], text);
  });
  assert.ok(Object.is(tidy(-0.001), 0), 'no −0');
  assert.equal(tidy(1.005, 1), 1);
});

test('the sheet grows with its points and never beyond need', () => {
  assert.equal(halfWidth([]), 2);
  assert.equal(halfWidth([[1.9, -2]]), 2);
  assert.equal(halfWidth([[3, 0]]), 3.5);
  assert.equal(halfWidth([[0, -10]]), 10.5);
  assert.deepEqual(within([11, -99], 10), [10, -10]);
});

test('a line becomes even points in the app’s text', () => {
  const on = stroke(drawing(), circle(60, 1.2));
  const points = pointsOf(on.text);
  assert.ok(points.length > 140 && points.length < 156, points.length);
  points.forEach(([x, y]) => assert.ok(Math.abs(Math.hypot(x, y) - 1.2) < 0.02));
  assert.match(on.text, /^(-?\d+(\.\d{1,2})?,-?\d+(\.\d{1,2})?;?)+$/);
});

test('each tap of the dot brush is one place; a moved tap too', () => {
  const on = drawing();
  on.brush = 'dot';
  for (let i = 0; i < 25; i += 1) stroke(on, [[i / 20, 0], [i / 20, 0.3]]);
  assert.equal(on.points.length, 25);
  assert.equal(on.places, 25);
  stroke(on, [[0, 0]]);
  assert.equal(on.places, 25, 'a place tapped twice is one place');
  assert.equal(places(on.points), 25);
});

test('there are never more than the most, and the drawing stays even', () => {
  const on = drawing({ most: 200 });
  for (let y = -15; y <= 15; y += 1) stroke(on, [[-1.5, y / 10], [1.5, y / 10]]);
  assert.ok(on.points.length <= 200 && on.points.length > 100, on.points.length);
  const halves = [0, 0];
  on.points.forEach((point) => { halves[Number(point[1] > 0)] += 1; });
  assert.ok(Math.abs(halves[0] - halves[1]) < 0.25 * on.points.length, halves);
  on.brush = 'spray';
  stroke(on, circle(500, 1.5));
  assert.ok(on.points.length <= 200);
});

test('rubbing, clearing and the way back', () => {
  const on = stroke(drawing(), [[-1, 0], [1, 0]]);
  const line = on.text;
  on.brush = 'erase';
  stroke(on, [[-0.2, 0], [0.2, 0]]);
  assert.ok(on.points.length < pointsOf(line).length - 8);
  assert.ok(on.points.every(([x]) => Math.abs(x) > 0.3));
  const rubbed = on.text;
  const steps = on.past.length;
  stroke(on, [[0, 1.8]]);
  assert.equal(on.past.length, steps, 'rubbing where nothing is, is no step');
  on.clear();
  assert.equal(on.text, '');
  on.clear();
  on.undo();
  assert.equal(on.text, rubbed);
  on.undo();
  assert.equal(on.text, line);
  on.undo();
  assert.equal(on.text, '');
  on.undo();
  assert.equal(on.text, '');
});

test('the way back is bounded', () => {
  const on = drawing();
  on.brush = 'dot';
  for (let i = 0; i < 300; i += 1) stroke(on, [[(i % 30) / 20, i / 400]]);
  assert.equal(on.past.length, 60);
});

test('the tab remembers the drawing, and nonsense under its name does no harm', () => {
  const storage = new Store();
  const first = stroke(drawing({ storage }), circle(30));
  assert.equal(drawing({ storage }).text, first.text);
  assert.equal(drawing({ storage, page: 'other' }).text, '');
  ['{', 'null', '[]', '"x"', '{"text":5,"coarse":-1}', '{"text":"1,2;oops","coarse":"x"}'].forEach((text) => {
    storage.setItem('gan-classroom:drawing:p', text);
    const found = drawing({ storage });
    assert.ok(found.points.length <= 1);
    assert.equal(found.coarse, 1);
    stroke(found, [[0, 0]]);
    assert.ok(found.points.length >= 1);
  });
  const full = { getItem: () => null, setItem() { throw new Error('full'); } };
  assert.equal(stroke(drawing({ storage: full }), [[0, 0]]).points.length, 1);
});

test('points in use are shown once, one step before what was drawn', () => {
  const on = stroke(drawing(), [[0, 0]]);
  on.show('');
  assert.equal(on.text, '0,0', 'nothing in use: the drawing stays');
  on.show('1,1;2,2,3');
  assert.equal(on.text, '1,1;2,2,3');
  stroke(on, [[-1, -1]]);
  const own = on.text;
  on.show('1,1;2,2,3');
  assert.equal(on.text, own, 'a rerun does not undo what has been drawn since');
  on.show(own);
  assert.equal(on.text, own);
  assert.equal(on.synced, own);
  on.undo();
  on.undo();
  assert.equal(on.text, '0,0');
});

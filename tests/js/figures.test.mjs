// The arithmetic of the figures: level lines, gliding, histories, ranges.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { POSITION_STEPS } from '../../ui/live/js/codec.js';
import {
  Glide, History, Range, contourLines, groupMeans, niceCeiling, niceFloor, smoothLine, shareOutside,
} from '../../ui/live/js/figures.js';

/** A field that falls with the distance from the middle; its level lines are circles. */
function cone(g, centre = (g - 1) / 2) {
  return Float32Array.from({ length: g * g }, (_, k) => (
    g - Math.hypot((k % g) - centre, Math.floor(k / g) - centre)));
}

test('the level line of a cone is one closed circle of the right radius', () => {
  const [g, radius] = [64, 20];
  const lines = contourLines(cone(g), g, g - radius);
  assert.equal(lines.length, 1);
  const [line] = lines;
  assert.deepEqual(line.slice(0, 2), line.slice(-2));
  let area = 0;
  for (let i = 0; i < line.length; i += 2) {
    const [x, y] = [line[i] - 31.5, line[i + 1] - 31.5];
    assert.ok(Math.abs(Math.hypot(x, y) - radius) < 0.02);
    if (i + 3 < line.length) area += (x * (line[i + 3] - 31.5) - (line[i + 2] - 31.5) * y) / 2;
  }
  assert.ok(Math.abs(Math.abs(area) - Math.PI * radius ** 2) < 5);
});

test('smoothing keeps a circle closed and nearly as wide', () => {
  const [line] = contourLines(cone(64), 64, 44);
  smoothLine(line);
  assert.deepEqual(line.slice(0, 2), line.slice(-2));
  for (let i = 0; i < line.length; i += 2) {
    assert.ok(Math.abs(Math.hypot(line[i] - 31.5, line[i + 1] - 31.5) - 20) < 0.1);
  }
});

test('smoothing keeps the ends of an open line', () => {
  const line = [0, 0, 1, 5, 2, 0, 3, 5];
  smoothLine(line);
  assert.deepEqual([line.slice(0, 2), line.slice(-2)], [[0, 0], [3, 5]]);
});

test('a line that leaves the field is open and ends on its edge', () => {
  const g = 16;
  const slope = Float32Array.from({ length: g * g }, (_, k) => k % g);
  const lines = contourLines(slope, g, 7.25);
  assert.equal(lines.length, 1);
  assert.equal(lines[0].length, 2 * g);
  assert.deepEqual([lines[0][1], lines[0].at(-1)].sort((a, b) => a - b), [0, g - 1]);
  lines[0].forEach((value, i) => { if (i % 2 === 0) assert.equal(value, 7.25); });
});

test('every crossing is used once, saddles and noise included', () => {
  const g = 24;
  let state = 1;
  const noise = Float32Array.from({ length: g * g }, () => {
    state = (state * 48271) % 2147483647;
    return (state % 256);
  });
  const lines = contourLines(noise, g, 127.5);
  let crossings = 0;
  for (let k = 0; k < g * g; k += 1) {
    const high = noise[k] >= 127.5;
    if (k % g < g - 1 && high !== noise[k + 1] >= 127.5) crossings += 1;
    if (k < g * (g - 1) && high !== noise[k + g] >= 127.5) crossings += 1;
  }
  const points = lines.flatMap((line) => {
    const closed = line[0] === line.at(-2) && line[1] === line.at(-1);
    const pairs = [];
    for (let i = closed ? 2 : 0; i < line.length; i += 2) pairs.push(`${line[i]},${line[i + 1]}`);
    return pairs;
  });
  assert.equal(points.length, crossings);
  assert.equal(new Set(points).size, crossings);
});

test('a flat field has no level line', () => {
  assert.deepEqual(contourLines(new Float32Array(64).fill(3), 8, 127.5), []);
});

test('gliding starts where the points are and ends exactly at the new frame', () => {
  const glide = new Glide();
  glide.aim(Int16Array.of(0, 100), false);
  assert.deepEqual([...glide.shown], [0, 100], 'the first frame is there at once');
  glide.aim(Int16Array.of(10, -31), false);
  assert.deepEqual([...glide.at(0)], [0, 100]);
  assert.deepEqual([...glide.at(0.5)], [5, 34.5]);
  glide.aim(Int16Array.of(20, 7), false); // the next frame comes early
  assert.deepEqual([...glide.at(0)], [5, 34.5], 'no jump');
  assert.deepEqual([...glide.at(1)], [20, 7]);
  assert.deepEqual([...glide.at(1.7)], [20, 7], 'no overshoot');
});

test('gliding jumps when asked and when the number of points changes', () => {
  const glide = new Glide();
  glide.aim(Int16Array.of(0, 0), false);
  glide.aim(Int16Array.of(8, 8), true);
  assert.deepEqual([...glide.at(0)], [8, 8]);
  glide.aim(Int16Array.of(1, 2, 3, 4), false);
  assert.deepEqual([...glide.at(0)], [1, 2, 3, 4]);
});

test('a history thins itself, keeps its ends and stays in order', () => {
  const history = new History(2, 100);
  for (let i = 0; i < 12345; i += 1) history.add(Float32Array.of(i, i + 1));
  assert.ok(history.rows.length <= 101 && history.rows.length > 45, history.rows.length);
  assert.deepEqual(history.rows[0], [0, 1]);
  assert.deepEqual(history.last, [12344, 12345]);
  const gaps = history.rows.slice(1).map((row, i) => row[0] - history.rows[i][0]);
  assert.ok(gaps.every((gap) => gap > 0));
  assert.equal(new Set(gaps.slice(0, -1)).size, 1, 'evenly spaced, but for the newest');
  history.clear();
  assert.equal(history.last, undefined);
});

test('a history takes several rows at once', () => {
  const history = new History(2);
  history.add(Float32Array.of(1, 2, 3, 4));
  assert.deepEqual(history.rows, [[1, 2], [3, 4]]);
});

test('a range grows to round numbers and never shrinks', () => {
  const range = new Range(0, 1);
  let width = 1;
  [0.5, 1.2, -0.3, 7, 0.1, NaN, Infinity, 6, -40, 3].forEach((value) => {
    range.include(value);
    assert.ok(range.high - range.low >= width);
    width = range.high - range.low;
    if (Number.isFinite(value)) assert.ok(range.low <= value && value <= range.high);
  });
  assert.deepEqual([range.low, range.high], [-40, 8]);
  assert.equal(range.part(8), 1);
  range.clear();
  assert.deepEqual([range.low, range.high], [0, 1]);
});

test('round ceilings and floors', () => {
  const asked = [0.07, 0.1, 1, 1.1, 2.2, 99, 301, 0];
  assert.deepEqual(asked.map(niceCeiling), [0.08, 0.1, 1, 1.5, 3, 100, 400, 0]);
  assert.deepEqual(asked.map(niceFloor), [0.06, 0.1, 1, 1, 2, 80, 300, 0]);
});

test('means over groups keep the total and do not move what stands', () => {
  const rows = Array.from({ length: 70 }, (_, i) => [i, i % 2]);
  assert.deepEqual(groupMeans(rows.slice(0, 20), 1, 20), rows.slice(0, 20));
  const means = groupMeans(rows, 1, 20);
  assert.equal(means.length, 18);
  assert.deepEqual(means[0], [1.5, 0.5]);
  assert.deepEqual(groupMeans(rows.slice(0, 60), 1, 20).slice(0, 15), means.slice(0, 15));
});

test('the share of points outside the view', () => {
  const edge = POSITION_STEPS / 2;
  assert.equal(shareOutside([0, 0, edge + 1, 0, 0, -edge - 1, edge - 1, 1 - edge]), 0.5);
  assert.equal(shareOutside([edge * 2, 0, 1, 2], 1), 0.25);
  assert.equal(shareOutside([]), 0);
});

test('the newest row that is no later than an iteration', () => {
  const history = new History(2);
  history.add(Float64Array.from([0, 5, 10, 6, 20, 7]));
  assert.deepEqual(history.before(10), [10, 6]);
  assert.deepEqual(history.before(19), [10, 6]);
  assert.deepEqual(history.before(999), [20, 7]);
  assert.equal(history.before(-1), undefined);
});

// The geometry of the picture of data on a line, and what both pictures share.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  curveOf, densityTop, evenRanks, latentReach, linePlan, scaleMarks, spreadOf,
} from '../../ui/live/js/line.js';
import { arrowLength } from '../../ui/live/js/picture.js';
import { warpLines } from '../../ui/live/js/warp.js';
import { Words } from '../../ui/live/js/words.js';

test('the parts lie below each other, inside the square, on phones and on dense screens', () => {
  [[358, 1], [560, 1], [716, 2], [1120, 2], [1074, 3]].forEach(([size, ratio]) => {
    const { left, right, top, base, real, fake, landing, latent } = linePlan(size, ratio);
    const heights = [0, top, base, real[0], real[0] + real[1], fake[0], fake[0] + fake[1], landing, latent, size];
    heights.forEach((y, i) => assert.ok(!i || y > heights[i - 1], `${size}@${ratio}: ${heights}`));
    assert.ok(left >= 38 * ratio, 'room for the numbers of a scale');
    assert.equal(left + right, size);
    assert.ok(real[0] - base >= 19 * ratio, 'room for the numbers of the axis');
    assert.ok(size - latent >= 18 * ratio);
    assert.ok(latent - landing >= 0.15 * size, 'the lines from z to x can be told apart');
    assert.ok(base - top >= 0.4 * size, 'the curves have the largest part');
  });
});

test('neighbours in number are spread evenly over a band', () => {
  const heights = Array.from({ length: 100 }, (_, i) => spreadOf(i)).sort((a, b) => a - b);
  heights.forEach((height, i) => assert.ok(Math.abs(height - i / 100) < 0.03));
});

test('the density axis has room for the data, and cuts the spike of a collapsed generator', () => {
  const data = [0, 0.4, 0.1];
  assert.ok(Math.abs(densityTop([...data, 0, 0.1, 0.2]) - 0.46) < 1e-12);
  assert.equal(densityTop([...data, 0, 0.55, 0.2]), 0.55);
  assert.ok(Math.abs(densityTop([...data, 0, 30, 0]) - 0.6) < 1e-12);
  assert.equal(densityTop([0, 0, 0, 3]), 3, 'data that lie outside the view cut nothing');
  assert.equal(densityTop([]), 0);
});

test('a curve goes through the middles of the cells', () => {
  const box = { left: 10, right: 50, top: 20, base: 120 };
  assert.deepEqual(curveOf([0, 1, 0.5, 2], box), [15, 120, 25, 20, 35, 70, 45, -80]);
});

test('the z axis has room for every latent', () => {
  const reach = latentReach([-2.4, 0, 1.1]);
  assert.ok(reach > 2.4 && reach < 2.7);
  assert.equal(latentReach([0]), 1);
});

test('the marks of D’s scale are as exact as its width deserves', () => {
  assert.deepEqual(scaleMarks(0, 1), ['0', '0.5', '1']);
  assert.deepEqual(scaleMarks(-24.41, 1.82), ['−24', '−11', '2']);
  assert.deepEqual(scaleMarks(-0.234, 1.234), ['−0.23', '0.5', '1.23']);
  assert.deepEqual(scaleMarks(-1234.5, 1234.5), ['−1,235', '0', '1,235']);
  assert.deepEqual(scaleMarks(2, 2), ['2', '2', '2']);
});

test('arrows stand at samples of even rank', () => {
  const samples = Float32Array.of(5, 1, 4, 0, 3, 2);
  assert.deepEqual(evenRanks(samples, 3).map((i) => samples[i]), [1, 3, 5]);
  assert.deepEqual(evenRanks(samples, 99).map((i) => samples[i]), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(evenRanks(new Float32Array(0), 4), []);
});

test('each tenfold pull makes an arrow one length longer, up to five', () => {
  const [one, ten] = [arrowLength(1, 400), arrowLength(10, 400)];
  assert.ok(Math.abs(ten - one - 12) < 1e-9);
  assert.equal(arrowLength(1e-3, 400), 0);
  assert.equal(arrowLength(1e9, 400), 60);
  assert.ok(Number.isNaN(arrowLength(NaN, 400)));
});

/** A canvas and paths that note what is drawn on them. */
function notedLines(count, all, endOf) {
  const lines = [];
  globalThis.Path2D = class {
    constructor() { this.lines = []; }

    moveTo(x, y) { this.at = [x, y]; }

    lineTo(x, y) { this.lines.push([...this.at, x, y]); this.at = [x, y]; }
  };
  const c = { stroke: (path) => lines.push(...path.lines.map((line) => ({ line, ink: c.strokeStyle }))) };
  const starts = Array.from({ length: count }, (_, i) => i);
  const scene = { size: count, ratio: 1, theme: { fake: [1, 2, 3] } };
  warpLines(c, starts, 100, starts.map(endOf), 0, all, scene);
  return lines.filter(({ line }) => line[1] === 100); // the heads lie above
}

test('the grid layer shows all lines from z to x, else a few show', () => {
  const all = notedLines(61, true, (i) => 60 - i);
  assert.equal(all.length, 61);
  all.forEach(({ line }) => assert.equal(line[2], 60 - line[0]));
  const few = notedLines(61, false, (i) => 60 - i);
  assert.ok(few.length >= 16 && few.length <= 32, few.length);
});

test('lines that meet are drawn stronger', () => {
  const lines = notedLines(60, true, (i) => (i < 30 ? 10 : 2 * i));
  const ink = (start) => lines.find(({ line }) => line[0] === start).ink;
  const strength = (start) => Number(ink(start).match(/([\d.]+)\)$/)[1]);
  assert.ok(strength(10) > 1.5 * strength(50));
});

const pageOf = (...nodes) => ({ querySelectorAll: (which) => (which === '[data-word]' ? nodes : []) });

test('for data on a line a text of its own goes first', () => {
  const node = { dataset: { word: 'grid' } };
  const other = { dataset: { word: 'real' } };
  const root = pageOf(node, other);
  const words = new Words({ grid: 'grid', grid_line: 'z → x', real: 'real' });
  words.fill(root, 1);
  assert.deepEqual([node.textContent, other.textContent], ['z → x', 'real']);
  words.fill(root, 2);
  assert.equal(node.textContent, 'grid');
  words.fill(root, '1');
  assert.equal(node.textContent, 'z → x');
  words.fill(root);
  assert.equal(node.textContent, 'grid');
});

test('the summary tells what the picture of a line shows', () => {
  const words = new Words({ summary_paused: 'at {n}.', summary_line: 'Curves.', summary_d: '{real}.', summary_critic: '{fake}.' });
  assert.equal(words.summary({ status: 'paused', iteration: 2, dim: 1 }), 'at 2. Curves.');
  assert.equal(words.summary({ status: 'paused', iteration: 2, dim: 2 }), 'at 2.');
  const scores = { status: 'paused', iteration: 2, dReal: 3, dFake: -3 };
  assert.equal(words.summary({ ...scores, critic: true }), 'at 2. −3.00.');
  assert.equal(words.summary(scores), 'at 2. 3.00.');
});

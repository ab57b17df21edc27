// The digit studio: sheets of pictures, the way through the grid, what is picked, what is measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Words } from '../../ui/live/js/words.js';
import { readingText } from '../../ui/studio/js/grid.js';
import { layersOf, shapeText } from '../../ui/studio/js/insides.js';
import { Picks, layoutOf, markOf, stepIn } from '../../ui/studio/js/picking.js';
import {
  cornerOf, heatShades, inkShades, mapShades, sheetOf, spreadOf, writeSheet,
} from '../../ui/studio/js/pixels.js';
import { QUALITY, floorsOf, measuredOf, percentOf } from '../../ui/studio/js/quality.js';

const THEME = { ground: [255, 255, 255], ink: [30, 34, 42], js: [204, 121, 167] };
const pictures = (count, h, w, fill) => ({
  shape: [count, h, w], values: Uint8Array.from({ length: count * h * w }, (_, i) => fill(i)),
});

test('a sheet keeps each picture apart from the next by one clear pixel', () => {
  const sheet = sheetOf(5, 3, 2, 4);
  assert.deepEqual(sheet, { columns: 3, rows: 2, width: 14, height: 5 });
  assert.deepEqual(cornerOf(sheet, 4, 2, 4), [5, 3]);
  const data = new Uint8ClampedArray(4 * sheet.width * sheet.height);
  const shades = Array.from({ length: 256 }, (_, v) => [v, 0, 255 - v]);
  writeSheet(data, sheet, pictures(5, 2, 4, (i) => i), [0, 1, 2, 3, 4], shades);
  const at = (x, y) => [...data.subarray(4 * (y * sheet.width + x), 4 * (y * sheet.width + x) + 4)];
  assert.deepEqual(at(0, 0), [0, 0, 255, 255]);
  assert.deepEqual(at(3, 1), [7, 0, 248, 255]);
  assert.deepEqual(at(4, 0), [0, 0, 0, 0]); // between two pictures
  assert.deepEqual(at(5, 0), [8, 0, 247, 255]); // the second picture begins
  assert.deepEqual(at(5, 3), [32, 0, 223, 255]); // the fifth, in the second row
  assert.deepEqual(at(13, 4), [0, 0, 0, 0]); // a place without a picture
});

test('pictures can be shown in another order', () => {
  const sheet = sheetOf(2, 2, 1, 1);
  const data = new Uint8ClampedArray(4 * sheet.width * sheet.height);
  writeSheet(data, sheet, pictures(3, 1, 1, (i) => 10 * i), [2, 0], inkShades(THEME).map((_, v) => [v, v, v]));
  assert.equal(data[0], 20);
  assert.equal(data[8], 0);
});

test('255 is ink, 0 is paper, and a hue tints the ink alone', () => {
  const plain = inkShades(THEME);
  const blue = inkShades(THEME, [0, 114, 178]);
  assert.deepEqual(plain[255], THEME.ink);
  assert.deepEqual(plain[0], blue[0]);
  assert.ok(plain[0].every((v, i) => Math.abs(v - THEME.ground[i]) < 16));
  assert.notDeepEqual(plain[255], blue[255]);
  const dark = inkShades({ ground: [21, 23, 27], ink: [232, 232, 228] });
  assert.ok(dark[255][0] > dark[0][0]); // by night ink is light
});

test('of a feature map 128 is paper, more is ink, less another hue', () => {
  const shades = mapShades(THEME);
  assert.deepEqual(shades[128], inkShades(THEME)[0]);
  assert.deepEqual(shades[255], THEME.ink);
  assert.deepEqual(shades[0], THEME.js);
  assert.deepEqual(heatShades(THEME, [1, 2, 3])[255], [1, 2, 3]);
});

test('how far draws lie apart, pixel by pixel', () => {
  const draws = { shape: [4, 1, 2], values: Uint8Array.from([9, 9, 10, 200, 10, 50, 14, 50]) };
  assert.deepEqual([...spreadOf(draws, 1, 3)], [4, 150]);
  assert.deepEqual([...spreadOf(draws, 0, 1)], [0, 0]);
});

test('the grid is eight by eight, or a column for each class, or one class large', () => {
  assert.equal(layoutOf(64, 0).columns, 8);
  assert.deepEqual(layoutOf(80, 10).order.slice(0, 12), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(layoutOf(80, 10).columns, 10);
  const sevens = layoutOf(80, 10, 7);
  assert.deepEqual(sevens.order, [7, 17, 27, 37, 47, 57, 67, 77]);
  assert.ok(sevens.columns < 10);
});

const go = (place, key) => stepIn(place, key, 64, 8);

test('arrow keys walk within the grid and stop at its edges', () => {
  assert.equal(go(0, 'ArrowRight'), 1);
  assert.equal(go(7, 'ArrowRight'), 7);
  assert.equal(go(8, 'ArrowLeft'), 8);
  assert.equal(go(3, 'ArrowUp'), 3);
  assert.equal(go(3, 'ArrowDown'), 11);
  assert.equal(go(61, 'ArrowDown'), 61);
  assert.equal(go(12, 'Home'), 8);
  assert.equal(go(12, 'End'), 15);
  assert.equal(go(12, 'x'), 12);
  assert.equal(stepIn(0, 'ArrowRight', 1, 8), 0);
  assert.equal(stepIn(8, 'End', 10, 8), 9);
});

test('A and B take turns, and a letter picks at once', () => {
  const picks = new Picks();
  assert.deepEqual(picks.look, [0, 1, -1]);
  picks.heed([4, 5, 0]);
  assert.deepEqual(picks.look, [4, 5, -1]);
  picks.pick(30);
  picks.pick(31);
  assert.deepEqual([picks.a, picks.b], [30, 31]);
  picks.pick(12, 'b');
  assert.deepEqual([picks.a, picks.b, picks.next], [30, 12, 'a']);
  picks.heed([7, 8, 0]); // what the run shows does not pull a choice out of the hand
  assert.deepEqual([picks.a, picks.b], [30, 12]);
  assert.equal(markOf(picks, 30), 'a');
  picks.pick(12, 'a');
  assert.equal(markOf(picks, 12), 'ab');
  assert.equal(markOf(picks, 3), '');
});

test('the first walk leads between two pictures that are surely read, of different classes', () => {
  const readings = [[3, 0.5], [7, 0.95], [7, 0.99], [2, 0.8], [2, 0.91]];
  const picks = new Picks();
  picks.suggest(readings.slice(0, 4));
  assert.deepEqual([picks.a, picks.b], [0, 1]); // not yet
  picks.suggest(readings);
  assert.deepEqual([picks.a, picks.b, picks.own], [1, 4, false]);
  picks.heed([8, 9, 0]);
  picks.suggest([[1, 1], [2, 1]]);
  assert.deepEqual([picks.a, picks.b], [1, 4]);
  const mine = new Picks();
  mine.pick(5, 'a');
  mine.suggest(readings);
  assert.deepEqual([mine.a, mine.b], [5, 1]);
});

test('neighbours are asked for only while they are looked at', () => {
  const picks = new Picks();
  assert.equal(picks.look[2], -1);
  picks.among = true;
  assert.equal(picks.look[2], 0);
  picks.redraw();
  assert.equal(picks.look[2], 1);
  assert.ok(picks.shownBy(Float32Array.from([0, 1, 1])));
  assert.ok(!picks.shownBy(Float32Array.from([0, 1, 0])));
  assert.ok(!picks.shownBy(undefined));
});

test('picks stay within the pictures that there are', () => {
  const picks = new Picks();
  picks.pick(79, 'a');
  picks.within(64);
  assert.deepEqual([picks.a, picks.b], [15, 1]);
  picks.within(0);
  assert.equal(picks.a, 15);
});

test('feature maps lie one layer after the other', () => {
  const values = Float32Array.from([0, 16, 7, 7, 1, 1, 1, 100]);
  assert.deepEqual(layersOf({ shape: [2, 4], values }), [
    { player: 0, count: 16, h: 7, w: 7, at: 0 }, { player: 1, count: 1, h: 1, w: 100, at: 784 },
  ]);
  assert.deepEqual(layersOf(undefined), []);
  assert.equal(shapeText([64, 7, 7]), '64 × 7 × 7');
  assert.equal(shapeText([1024]), '1,024');
});

test('a reading is a class and how sure; before it is taken there is none', () => {
  const words = new Words({ read: '{name}, {n} %' });
  const digits = Array.from('0123456789');
  assert.equal(readingText(words, digits, [7, 0.984]), '7, 98 %');
  assert.equal(readingText(words, digits, undefined), '');
  assert.equal(readingText(words, digits, [NaN, NaN]), '');
  assert.equal(readingText(words, [], [7, 0.9]), '');
  assert.equal(readingText(words, digits, [10, 0.9]), '');
});

test('measurements by name, and what is not measured is no number', () => {
  const now = measuredOf([50, 9, 0.82, NaN, 12.5, 0.1, NaN]);
  assert.equal(QUALITY.length, 7);
  assert.equal(now.classes, 9);
  assert.equal(now.fid, 12.5);
  assert.ok(Number.isNaN(now.labels));
  assert.ok(Number.isNaN(measuredOf(undefined).classes));
  assert.equal(floorsOf({ values: [10, 0.98, NaN, 0.8, 0, NaN] }).fid, 0.8);
  assert.ok(Number.isNaN(floorsOf(undefined).fid));
  assert.equal(percentOf(0.016), '2 %');
  assert.equal(percentOf(NaN), '–');
});

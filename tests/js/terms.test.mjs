// Which term is meant, and how strongly everything else is drawn meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Pointing, termPath } from '../../ui/lesson/js/pointing.js';
import { drawAt, shareInSight, strengthOf } from '../../ui/live/js/stress.js';

const CODES = { 254: ['d-cost'], 242: ['d-fake', 'fake', 'latent'] };

test('a colour tells its term, whatever its hue; ordinary colours tell none', () => {
  assert.deepEqual(termPath('rgba(0, 114, 178, 0.996)', CODES), ['d-cost']);
  assert.deepEqual(termPath('rgba(213, 94, 0, 0.95)', CODES), ['d-fake', 'fake', 'latent']);
  ['rgb(0, 114, 178)', 'rgba(0, 0, 0, 0.5)', '', undefined].forEach((colour) => (
    assert.deepEqual(termPath(colour, CODES), [])));
});

test('each of 254 opacities survives the three decimals that a browser writes', () => {
  for (let code = 1; code < 255; code += 1) {
    const path = termPath(`rgba(1, 2, 3, ${(code / 255).toFixed(3)})`, { [code]: ['x'] });
    assert.deepEqual(path, ['x'], String(code));
  }
});

test('pointing goes before focus, focus before what is held', async () => {
  const told = [];
  const pointing = new Pointing((meant, held) => told.push(`${meant}/${held}`));
  pointing.press('a');
  pointing.focus('b');
  pointing.hover('c');
  pointing.hover('c');
  pointing.hover('');
  assert.equal(pointing.meant, 'c', 'gaps between signs are crossed');
  await sleep(200);
  pointing.focus('');
  assert.deepEqual(told, ['a/a', 'b/a', 'c/a', 'b/a', 'a/a']);
});

test('pressing again lets go, also while the pointer is still there', async () => {
  const told = [];
  const pointing = new Pointing((meant, held) => told.push(`${meant}/${held}`));
  pointing.hover('a');
  pointing.press('a');
  pointing.press('a');
  pointing.press('b');
  pointing.press('c');
  pointing.release();
  pointing.hover('');
  await sleep(150);
  assert.deepEqual(told, ['a/', 'a/a', '/', 'b/b', 'c/c', '/']);
});

test('what is meant shows even if hidden; the rest fades, and hidden things stay hidden', () => {
  const layers = { real: true, fake: true, grid: false, arrows: false };
  assert.deepEqual(Object.keys(layers).map((name) => strengthOf(layers, name, undefined)), [1, 1, 0, 0]);
  const [real, fake, grid, arrows] = Object.keys(layers).map((name) => strengthOf(layers, name, ['grid', 'fake']));
  assert.deepEqual([fake, grid, arrows], [1, 1, 0]);
  assert.ok(real > 0 && real < 0.3);
});

test('strengths multiply and are undone; at 0 nothing is drawn', () => {
  const c = {
    globalAlpha: 0.5,
    kept: [],
    save() { this.kept.push(this.globalAlpha); },
    restore() { this.globalAlpha = this.kept.pop(); },
  };
  const seen = [];
  drawAt(c, 0.5, () => seen.push(c.globalAlpha));
  drawAt(c, 0, () => seen.push('never'));
  assert.deepEqual([seen, c.globalAlpha], [[0.25], 0.5]);
});

test('the share of a box within the window', () => {
  assert.equal(shareInSight({ top: 100, bottom: 300 }, 800), 1);
  assert.equal(shareInSight({ top: -100, bottom: 100 }, 800), 0.5);
  assert.equal(shareInSight({ top: -300, bottom: -100 }, 800), 0);
  assert.equal(shareInSight({ top: 750, bottom: 950 }, 800), 0.25);
});

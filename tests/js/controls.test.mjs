// What does not need a page: the pace scale, the keys, the words, the colours, the address.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Line, socketAddress } from '../../ui/live/js/socket.js';
import { contrast, readableHue } from '../../ui/live/js/theme.js';
import { PACES, keyCommand, noteFocus, paceIndex } from '../../ui/live/js/transport.js';
import { Words, decimal, tickText, whole } from '../../ui/live/js/words.js';

const press = (code, key, { on = [], ...rest } = {}) => keyCommand({
  code,
  key,
  composedPath: () => on.map((tag) => ({ matches: (list) => list.split(', ').includes(tag) })),
  ...rest,
});

test('the pace slider goes from one iteration in ten seconds up to all', () => {
  assert.equal(PACES[0], 0.1); // the engine's slowest
  assert.equal(PACES.at(-1), 0);
  PACES.forEach((pace, i) => assert.equal(paceIndex(pace), i));
  assert.equal(PACES[paceIndex(28)], 30);
  assert.equal(PACES[paceIndex(5000)], 300);
});

test('keys mean commands, also under a Korean keyboard layout', () => {
  assert.equal(press('Space', ' '), 'toggle');
  assert.equal(press('KeyD', 'd'), 'step-d');
  assert.equal(press('KeyG', 'ㅎ'), 'step-g');
  assert.equal(press('KeyI', 'i'), 'step');
  assert.equal(press('Period', '.'), 'step');
  assert.equal(press('KeyR', 'r'), 'reset');
  assert.equal(press('KeyS', 'ㄴ'), 'stage');
  assert.equal(press('KeyX', 'x'), undefined);
});

test('keys belong to whoever is being typed in, and to the browser', () => {
  ['input:not([type="range"])', 'textarea', 'select', '[contenteditable="true"]', '[role="application"]'].forEach((tag) => {
    assert.equal(press('KeyD', 'd', { on: ['div', tag] }), undefined, tag);
  });
  // A slider that has just been moved keeps the focus; the keys must go on working.
  assert.equal(press('Space', ' ', { on: ['[role="slider"]'] }), 'toggle');
  assert.equal(press('Space', ' ', { on: ['button'] }), undefined, 'Space presses a focused button');
  noteFocus('pointerdown');
  assert.equal(press('Space', ' ', { on: ['button'] }), 'toggle', 'not one that the mouse has left');
  noteFocus('keydown', 'Tab');
  assert.equal(press('Space', ' ', { on: ['button'] }), undefined, 'Tab went there');
  assert.equal(press('KeyD', 'd', { on: ['button'] }), 'step-d');
  assert.equal(press('KeyR', 'r', { ctrlKey: true }), undefined);
  assert.equal(press('KeyR', 'r', { repeat: true }), undefined);
  assert.equal(press('KeyD', 'd', { repeat: true }), 'step-d');
});

test('words fill their blanks and show unknown keys', () => {
  const words = new Words({ of: '{total} 중 {n}', plain: 'a {b}' });
  assert.equal(words.say('of', { n: 7, total: 8 }), '8 중 7');
  assert.equal(words.say('plain'), 'a {b}');
  assert.equal(words.say('missing'), 'missing');
});

test('the summary says only what is known', () => {
  const words = new Words({
    summary_running: 'runs {n}.', summary_modes: '{n}/{total}.', summary_d: '{real} {fake}.',
  });
  assert.equal(words.summary({ status: 'running', iteration: 1284 }), 'runs 1,284.');
  assert.equal(words.summary({
    status: 'running', iteration: 1, modes: 8, covered: 7, dReal: 0.5, dFake: 0.25,
  }), 'runs 1. 7/8. 0.50 0.25.');
});

test('numbers keep their place', () => {
  assert.deepEqual([decimal(1.234), decimal(-0.5), decimal(123.45), decimal(NaN), decimal(2e7)],
    ['1.23', '−0.50', '123.5', '–', '2.0e7']);
  assert.deepEqual([whole(12345), whole(NaN)], ['12,345', '–']);
  assert.deepEqual([0, 0.5, 2000, -40, -2000].map(tickText), ['0', '0.5', '2,000', '−40', '−2,000']);
  assert.deepEqual([1e5, 1.5e5, 1e6, 2e7, 3e9].map(tickText), ['100k', '150k', '1M', '20M', '3e9']);
});

test('hues stay on a light ground and become readable on a dark one', () => {
  const [light, dark] = [[255, 255, 255], [14, 17, 23]];
  [[0, 114, 178], [213, 94, 0], [204, 121, 167], [0, 158, 115], [230, 159, 0]].forEach((hue) => {
    assert.deepEqual(readableHue(hue, light), hue);
    assert.ok(contrast(readableHue(hue, dark), dark) >= 4.5);
  });
  assert.equal(Math.round(contrast([0, 0, 0], [255, 255, 255])), 21);
});

test('the socket is on the page’s own server', () => {
  const place = { protocol: 'https:', host: 'class.example:8501' };
  assert.equal(socketAddress('/live/ws?run=1', place), 'wss://class.example:8501/live/ws?run=1');
  assert.equal(socketAddress('/live/ws', { ...place, protocol: 'http:' }), 'ws://class.example:8501/live/ws');
  assert.equal(socketAddress('ws://other/x', place), 'ws://other/x');
});

test('the line comes back, waiting longer until a message has come, and stops where that cannot help', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const opened = [];
  globalThis.window = { location: { protocol: 'http:', host: 'h' } };
  globalThis.WebSocket = class {
    constructor(address) { this.address = address; this.readyState = 1; this.sent = []; opened.push(this); }

    send(text) { this.sent.push(text); }

    close() { this.closed = true; }
  };
  const states = [];
  const frames = [];
  const line = new Line({ frame: (frame) => frames.push(frame), state: (state) => states.push(state) });
  const told = t.mock.method(console, 'error', () => {});
  line.connect('/live/ws?run=1', 12);
  opened[0].onopen();
  assert.deepEqual(opened[0].sent, ['{"rate":12}']);
  opened[0].onclose({ code: 1006 });
  t.mock.timers.tick(499);
  assert.equal(opened.length, 1);
  t.mock.timers.tick(1);
  assert.equal(opened.length, 2);
  opened[1].onopen();
  opened[1].onclose({ code: 1011 });
  t.mock.timers.tick(899);
  assert.equal(opened.length, 2, 'longer the second time');
  t.mock.timers.tick(1);
  opened[2].onmessage({ data: new ArrayBuffer(0) });
  opened[2].onclose({ code: 1006 });
  t.mock.timers.tick(500);
  assert.equal(opened.length, 4, 'a message makes it patient again');
  assert.deepEqual([frames.length, told.mock.callCount()], [0, 1], 'one that is no frame goes no further');
  line.connect('/live/ws?run=1', 12);
  assert.equal(opened.length, 4, 'the same address changes nothing');
  line.connect('/live/ws?run=2', 12);
  assert.ok(opened[3].closed);
  assert.equal(opened[4].address, 'ws://h/live/ws?run=2');
  opened[4].onclose({ code: 4404 });
  t.mock.timers.tick(60000);
  assert.equal(opened.length, 5);
  assert.deepEqual(states, ['connecting', 'open', 'reconnecting', 'open', 'reconnecting',
    'reconnecting', 'connecting', 'gone']);
});

// What a tab remembers of its run, and when it offers it: without a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Returning, runOf } from '../../ui/live/js/returning.js';

const OLD = '/live/ws?run=old&token=s3cret';
const NEW = '/live/ws?run=new&token=other';
const KEY = 'gan-classroom:lab';
const place = (visit, heard = false) => ({ page: 'lab', visit, heard });

/** A tab's memory, as the browser gives it. */
function shelf(kept) {
  const items = new Map(kept === undefined ? [] : [[KEY, kept]]);
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, text) => items.set(key, text) };
}

function tab(kept, channel = null) {
  const storage = shelf(kept);
  const offers = [];
  const calls = [];
  const memory = new Returning(() => calls.push(1), { storage, channel });
  const show = (socket, where) => memory.socket(socket, where, (run) => offers.push(run));
  const remembered = () => JSON.parse(storage.getItem(KEY)).socket;
  return { memory, offers, calls, show, remembered };
}

const soon = (ms) => new Promise((done) => { setTimeout(done, ms); });

test('an address names its run', () => {
  assert.deepEqual(runOf(OLD), { run: 'old', token: 's3cret' });
  assert.deepEqual(runOf(''), { run: '', token: '' });
});

test('a first visit shows its run at once and remembers it', async () => {
  const { show, remembered, offers, memory } = tab();
  assert.equal(show(OLD, place('a')), OLD);
  assert.equal(remembered(), OLD);
  assert.equal(show(NEW, place('a')), NEW, 'within a session the server knows best');
  assert.equal(remembered(), NEW);
  await soon(5);
  assert.deepEqual(offers, []);
  memory.close();
});

test('a view that is not to be found again remembers nothing', () => {
  const { show, remembered, memory } = tab('{"socket": "kept"}');
  assert.equal(show(NEW, undefined), NEW);
  assert.equal(remembered(), 'kept');
  memory.close();
});

test('after a reload the old run is offered once, and nothing shows before the answer', async () => {
  const { show, remembered, offers, memory } = tab(JSON.stringify({ visit: 'a', socket: OLD }));
  assert.equal(show(NEW, place('b')), '');
  assert.equal(show(NEW, place('b')), '', 'a second call, as when the theme changes');
  await soon(5);
  assert.deepEqual(offers, [{ run: 'old', token: 's3cret' }]);
  assert.equal(show(OLD, place('b', true)), OLD);
  assert.equal(remembered(), OLD);
  memory.close();
});

test('an offer that nobody answers is made again, and given up after twelve seconds', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { show, offers, calls, memory } = tab(JSON.stringify({ visit: 'a', socket: OLD }));
  assert.equal(show(NEW, place('b')), '');
  t.mock.timers.tick(0);
  assert.equal(offers.length, 1);
  t.mock.timers.tick(3000);
  assert.deepEqual(offers, [{ run: 'old', token: 's3cret' }, { run: 'old', token: 's3cret' }]);
  assert.equal(show(NEW, place('b')), '', 'nothing shows before the answer');
  t.mock.timers.tick(3000);
  t.mock.timers.tick(3000);
  assert.deepEqual([offers.length, calls.length], [4, 0]);
  t.mock.timers.tick(2999);
  assert.equal(calls.length, 0);
  t.mock.timers.tick(1);
  assert.deepEqual([offers.length, calls.length], [4, 1]);
  assert.equal(show(NEW, place('b')), NEW);
  memory.close();
});

test('once the server has answered, the offer is not made again', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { show, offers, memory } = tab(JSON.stringify({ visit: 'a', socket: OLD }));
  show(NEW, place('b'));
  t.mock.timers.tick(0);
  t.mock.timers.tick(3000);
  assert.equal(show(OLD, place('b', true)), OLD);
  for (let i = 0; i < 5; i += 1) t.mock.timers.tick(3000);
  assert.equal(offers.length, 2);
  memory.close();
});

test('a refused offer shows the new run', async () => {
  const { show, remembered, memory } = tab(JSON.stringify({ visit: 'a', socket: OLD }));
  show(NEW, place('b'));
  await soon(5);
  assert.equal(show(NEW, place('b', true)), NEW);
  assert.equal(remembered(), NEW);
  memory.close();
});

test('a session lost under an open page leaves what it shows', async () => {
  const { show, offers, memory } = tab();
  assert.equal(show(OLD, place('a')), OLD);
  assert.equal(show(NEW, place('b')), OLD);
  await soon(5);
  assert.equal(offers.length, 1);
  memory.close();
});

test('whatever stands in the memory, the new run shows', () => {
  for (const text of ['', 'null', '[]', '5', '{', '{"socket": 5}', '"x"', '{"socket": null}']) {
    const { show, memory } = tab(text);
    assert.equal(show(NEW, place('b')), NEW, text);
    memory.close();
  }
  const forbidden = { getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); } };
  const memory = new Returning(() => {}, { storage: forbidden, channel: null });
  assert.equal(memory.socket(NEW, place('b'), () => {}), NEW);
  memory.close();
});

test('a duplicate leaves the run to the tab that shows it', async () => {
  const heard = [];
  const channel = { postMessage: (message) => heard.push(message), close() {} };
  const kept = JSON.stringify({ visit: 'a', socket: OLD });
  const { show, offers, calls, remembered, memory } = tab(kept, channel);
  assert.equal(show(NEW, place('b')), '');
  assert.equal(heard[0].ask, 'old');
  channel.onmessage({ data: { from: 'original', mine: 'another' } });
  channel.onmessage({ data: { from: 'original', mine: 'old' } });
  await soon(450);
  assert.deepEqual(offers, []);
  assert.equal(calls.length, 1, 'it asks to be shown again');
  assert.equal(show(NEW, place('b')), NEW);
  assert.equal(remembered(), NEW);
  channel.onmessage({ data: { from: 'third', ask: 'new' } });
  assert.equal(heard.at(-1).mine, 'new', 'and now answers for its own');
  channel.onmessage({ data: { from: heard[0].from, ask: 'new' } });
  assert.equal(heard.length, 2, 'but never to itself');
  channel.onmessage({ data: null });
  memory.close();
});

// Reads a frame that Python encoded: `node --test` with FRAME (the message) and EXPECTED (what is
// in it, as JSON); tests/ui/test_codec.py makes both. Without them there is nothing to read.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { HEAD_NAMES, POSITION_STEPS, decodeFrame } from '../../ui/live/js/codec.js';

const skip = process.env.FRAME ? false : 'tests/ui/test_codec.py gives the frame';
const bytes = skip ? Buffer.alloc(0) : readFileSync(process.env.FRAME);
const expected = skip ? {} : JSON.parse(readFileSync(process.env.EXPECTED, 'utf-8'));
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

test('the head has the names and the numbers that Python gave', { skip }, () => {
  const { head } = decodeFrame(buffer);
  assert.deepEqual(Object.keys(head), HEAD_NAMES);
  assert.deepEqual(head, expected.head);
});

test('every section has its shape and its numbers', { skip }, () => {
  const frame = decodeFrame(buffer);
  const scale = (2 * frame.head.extent) / POSITION_STEPS;
  assert.deepEqual(Object.keys(frame).sort(), ['head', ...Object.keys(expected.sections)].sort());
  Object.entries(expected.sections).forEach(([name, { shape, values, position }]) => {
    assert.deepEqual(frame[name].shape, shape, name);
    values.forEach((value, i) => {
      const seen = frame[name].values[i] * (position ? scale : 1);
      assert.ok(Math.abs(seen - value) <= 1e-6 * (1 + Math.abs(value)), `${name}[${i}]: ${seen} ${value}`);
    });
  });
});

test('a second frame in the message stands beside the first', { skip }, () => {
  const both = new Uint8Array(2 * buffer.byteLength);
  [0, 1].forEach((i) => both.set(new Uint8Array(buffer), i * buffer.byteLength));
  const head = new Float64Array(both.buffer, 16, HEAD_NAMES.length); // the first section, behind its own head
  head[HEAD_NAMES.indexOf('beside')] = 1;
  head[HEAD_NAMES.indexOf('iteration')] += 7;
  const frame = decodeFrame(both.buffer);
  assert.equal(frame.head.iteration, expected.head.iteration + 7);
  assert.deepEqual(frame.beside, decodeFrame(buffer));
  assert.throws(() => decodeFrame(both.buffer.slice(0, -8)), 'the second is cut short');
  assert.throws(() => decodeFrame(both.buffer.slice(0, buffer.byteLength)), /not a frame/);
});

test('the arrays are views into the message, nothing is copied', { skip }, () => {
  const frame = decodeFrame(buffer);
  Object.entries(frame).forEach(([name, section]) => {
    if (name !== 'head') assert.equal(section.values.buffer, buffer, name);
  });
});

test('what is no frame, or another version, or cut short, is refused', { skip }, () => {
  assert.throws(() => decodeFrame(new ArrayBuffer(4)), /not a frame/);
  assert.throws(() => decodeFrame(new ArrayBuffer(64)), /not a frame/);
  const other = buffer.slice(0);
  new DataView(other).setUint16(4, 2, true);
  assert.throws(() => decodeFrame(other), /version 2/);
  assert.throws(() => decodeFrame(buffer.slice(0, buffer.byteLength - 8)));
});

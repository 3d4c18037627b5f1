import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../javascript/tab/format.mjs';
import './support/english.mjs';

test('sizes are in steps of 1024 with at most one digit behind the point', () => {
  assert.equal(format.bytes(0), '0 B');
  assert.equal(format.bytes(1023), '1023 B');
  assert.equal(format.bytes(1024), '1.0 kB');
  assert.equal(format.bytes(228_454_400), '218 MB');
  assert.equal(format.bytes(6_938_041_050), '6.5 GB');
  assert.equal(format.bytes(1024 ** 3 - 1), '1.0 GB');
});

test('what is not known is a dash, never NaN', () => {
  for (const value of [null, undefined, Number.NaN, -1]) assert.equal(format.bytes(value), '–');
  assert.equal(format.speed(0), '–');
  assert.equal(format.count(null), '–');
  assert.equal(format.duration(null), '–');
  assert.equal(format.date('yesterday'), '–');
});

test('counts stay short at every border', () => {
  assert.deepEqual([0, 999, 1000, 9949, 9951, 999_499, 999_500, 12_000_000].map(format.count), [
    '0',
    '999',
    '1.0k',
    '9.9k',
    '10k',
    '999k',
    '1.0M',
    '12M',
  ]);
});

test('durations are counted up', () => {
  assert.deepEqual([0.2, 59, 60, 61, 3599, 3600, 3660].map(format.duration), [
    '1 s',
    '59 s',
    '1 min',
    '2 min',
    '1 h',
    '1 h',
    '1 h 1 min',
  ]);
});

test('a download is at 100 % only when every byte is there', () => {
  assert.equal(format.percent(999_999, 1_000_000), 99);
  assert.equal(format.percent(1_000_000, 1_000_000), 100);
  assert.equal(format.percent(5, 4), 100);
  assert.equal(format.percent(5, null), null);
  assert.equal(format.percent(0, 0), null);
});

test('days and seconds left count the last bit as one', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  assert.equal(format.daysLeft('2026-11-20T12:00:01Z', now), 1);
  assert.equal(format.daysLeft('2026-11-22T12:00:00Z', now), 2);
  assert.equal(format.daysLeft('2026-11-20T11:59:59Z', now), 0);
  assert.equal(format.daysLeft(null, now), 0);
  assert.equal(format.secondsLeft('2026-11-20T12:00:00.100Z', now), 1);
});

test('the name of a file is found in paths of both kinds', () => {
  assert.equal(format.baseName('/models/Lora/a.safetensors'), 'a.safetensors');
  assert.equal(format.baseName('D:\\models\\Lora\\a.safetensors'), 'a.safetensors');
  assert.equal(format.baseName(null), '');
});
